"""The command line: ``cabildo``. A file per noun; each gives one click command or group."""

from __future__ import annotations

import os
import sys

import click
from flask import g
from flask_babel import gettext
from sqlalchemy.exc import OperationalError, ProgrammingError

from app import create_app
from app.cli.analyze import analyze
from app.cli.analyze_file import analyze_file
from app.cli.bundle import bundle
from app.cli.collection import collection
from app.cli.demo import demo
from app.cli.invitations import invitations
from app.cli.register import register
from app.cli.report import report
from app.cli.responses import responses
from app.cli.serve import serve, setup
from app.cli.survey import survey
from app.cli.token import token
from app.cli.user import user
from app.cli.words import cli_language, translate_help
from app.cli.worker import worker
from app.config import ConfigError
from app.errors import Problem
from app.language import N_
from app.words.messages import problem_words


@click.group(help=N_("Cabildo: encuestas que se responden en cualquier teléfono, y sus cifras."))
def cabildo() -> None:
    pass


for command in (
    setup,
    serve,
    survey,
    register,
    collection,
    invitations,
    responses,
    analyze,
    analyze_file,
    report,
    bundle,
    demo,
    user,
    token,
    worker,
):
    cabildo.add_command(command)


def main() -> None:
    """Run inside an application context; a known problem is one line on stderr and exit code 1."""
    try:
        app = create_app()
    except ConfigError as fault:
        sys.exit(f"cabildo: {fault}")
    with app.app_context():
        g.language = cli_language()
        translate_help(cabildo)
        try:
            cabildo(prog_name="cabildo")
        except Problem as problem:
            sys.exit("cabildo: " + " ".join(problem_words(problem)))
        except (OperationalError, ProgrammingError) as fault:
            words = gettext("La base de datos no respondió (%(reason)s).", reason=fault.orig)
            sys.exit(f"cabildo: {words} " + gettext("Si es nueva, prepárela con: cabildo setup"))
        except OSError as fault:
            # What is left in the buffer would fail again when the program ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit("cabildo: " + gettext("No se pudo leer o escribir: %(reason)s", reason=fault))
