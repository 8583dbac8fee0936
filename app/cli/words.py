"""The command line's words, through the same catalogues as the pages."""

from __future__ import annotations

import os

import click
from flask_babel import gettext

from app.language import DEFAULT, LANGUAGES


def cli_language() -> str:
    """``CABILDO_LANG`` (es or en), else Spanish."""
    wanted = os.environ.get("CABILDO_LANG", DEFAULT)
    return wanted if wanted in LANGUAGES else DEFAULT


def translate_help(command: click.Command) -> None:
    """Put the help of a command and all below it into the reader's language."""
    command.help = command.help and gettext(command.help)
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = gettext(parameter.help)
    if isinstance(command, click.Group):
        for child in command.commands.values():
            translate_help(child)
