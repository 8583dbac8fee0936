"""A worker's round: take a job, do it, keep its file; and say all the while that it is alive."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from app.errors import Problem, ProblemCode
from app.extensions import DATABASE_ERRORS, db, reading
from app.language import speaking
from app.models import Job, User
from app.models.columns import utc_now
from app.services.jobs import queue
from app.services.jobs.kinds import Kind, Kinds, Made, Task
from app.services.scope import Scope
from app.storage import scratch, store

TOLD_EVERY = 1.0
"""Seconds between two notes of how far a job is."""
_log = logging.getLogger(__name__)

Authorise = Callable[[User, str], Scope | None]
"""The territories within which somebody may; None: they may not (any more)."""


class Lost(Exception):  # noqa: N818 nothing went wrong: somebody else has the job
    """The job is not this worker's any more."""


def work_once(worker: str, kinds: Kinds, authorise: Authorise) -> bool:
    """Do one job, if there is any; whether there was."""
    job = queue.take(worker, utc_now())
    if job is None:
        return False
    key = job.id
    try:
        with _alive(key, worker):
            _do(job, worker, kinds, authorise)
    except BaseException:  # the process is being ended: whoever comes next goes on at once
        db.session.rollback()
        queue.give_back(key, worker)
        raise
    return True


def _do(job: Job, worker: str, kinds: Kinds, authorise: Authorise) -> None:
    key, kind = job.id, kinds.get(job.kind)
    try:
        scope = authorise(job.user, kind.permission) if kind else None
        if kind is None or scope is None:
            raise Problem(ProblemCode.NOT_ALLOWED)
        _make(job, worker, kind, scope)
    except Lost:
        _log.warning("job %s was taken by another worker", key)
    except Problem as problem:
        queue.fail(key, worker, problem, utc_now())
    except DATABASE_ERRORS as error:
        # It is tried again when the lease ends: the database may be back by then.
        db.session.rollback()
        _log.error("job %s: the database: %s", key, type(error).__name__)
    except Exception as error:  # noqa: BLE001 one job that fails must not end the worker
        db.session.rollback()
        # Its text could have a person's answers.
        _log.error("job %s failed: %s", key, type(error).__name__)
        queue.fail(key, worker, Problem(ProblemCode.UNEXPECTED), utc_now())


def _make(job: Job, worker: str, kind: Kind, scope: Scope) -> None:
    key, name = job.id, queue.key_of(job)
    task = Task(
        slug=job.collection.slug,
        parameters=job.parameters,
        scope=scope,
        language=job.language,
        progress=_Progress(key, worker),
    )
    db.session.commit()
    with tempfile.TemporaryFile(dir=scratch()) as file:
        # Whatever it reads holds up nobody who writes, and holds no lock while it computes.
        with reading(), speaking(task.language):
            made = kind.run(task, file)
        store().put(name, file)
        _finish(key, worker, made, scope, file)


def _finish(key: str, worker: str, made: Made, scope: Scope, file: IO[bytes]) -> None:
    size = file.seek(0, os.SEEK_END)
    told = {"file_name": made.name, "file_type": made.type, "file_bytes": size}
    db.session.rollback()
    limits = queue.territories_of(scope)
    if not queue.finish(key, worker, utc_now(), territories=limits, **told):
        raise Lost


class _Progress:
    """Notes how far a job is, now and then."""

    def __init__(self, key: str, worker: str) -> None:
        self._key, self._worker, self._engine, self._told = key, worker, db.engine, 0.0

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._told < TOLD_EVERY:
            return
        self._told = time.monotonic()
        if not queue.hold(self._engine, self._key, self._worker, utc_now(), (done, total)):
            raise Lost


@contextmanager
def _alive(key: str, worker: str) -> Iterator[None]:
    """A thread holds the job while it is being done, however long a step of it takes."""
    engine, ended = db.engine, threading.Event()

    def beat() -> None:
        while not ended.wait(queue.LEASE.total_seconds() / 3):
            try:
                queue.hold(engine, key, worker, utc_now())
            except DATABASE_ERRORS as error:
                _log.warning("job %s is not held: %s", key, type(error).__name__)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
