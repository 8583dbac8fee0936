"""`cabildo worker`: does what takes longer than a request. `cabildo serve` starts one beside it."""

from __future__ import annotations

import logging
import os
import signal
import time
from contextlib import suppress
from typing import NoReturn

import click
from flask import current_app

from app import work
from app.extensions import DATABASE_ERRORS, db
from app.language import N_
from app.models.columns import random_key, utc_now
from app.services.columnar import keeping
from app.services.jobs import queue, working
from app.services.webhooks import sending

IDLE = 1.0
"""Seconds between two looks for work."""
TIDY_EVERY = 6 * 3600.0
CATCH_UP_EVERY = 3.0
"""Figures may wait for it, so it is done between jobs too: a stretch, then a job, and so on."""
_log = logging.getLogger(__name__)


@click.command(help=N_("Hacer los trabajos que se pidieron, uno a uno, hasta que se detenga."))
@click.option("--once", is_flag=True, help=N_("Hacer los que haya y terminar."))
@click.option("--beside", is_flag=True, help=N_("Terminar cuando termine quien lo inició."))
def worker(once: bool, beside: bool) -> None:
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, _end)
    me, parent, tidied, caught_up = random_key(), os.getppid(), -TIDY_EVERY, time.monotonic()
    private, more = current_app.config["CABILDO_WEBHOOKS_PRIVATE"], False
    while not beside or os.getppid() == parent:
        try:
            if time.monotonic() - tidied >= TIDY_EVERY:
                queue.forget_old(utc_now())
                sending.forget_old(utc_now())
                tidied = time.monotonic()
            told = sending.send_once(utc_now(), work.authorise, private=private)
            busy = working.work_once(me, work.KINDS, work.authorise) or told
            if more or time.monotonic() - caught_up >= CATCH_UP_EVERY:
                more = keeping.catch_some()
                caught_up = time.monotonic()
        except DATABASE_ERRORS as error:
            busy = more = False
            _log.error("worker: the database: %s", type(error).__name__)
        with suppress(*DATABASE_ERRORS):  # the connection may be gone
            db.session.remove()
        if busy or more:
            continue
        if once:
            return
        time.sleep(IDLE)


def _end(*_signal: object) -> NoReturn:
    """What is being done is given back on the way out."""
    raise SystemExit
