"""Files that a person names on the command line: each thing wrong with one in plain words."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click
from flask_babel import gettext as _

from app.messages import definition_fault_text
from encuestas import DefinitionErrors
from encuestas.source import MAX_BYTES


def readable(name: str) -> Path:
    """The file, if there is one that can be read."""
    path = Path(name)
    try:
        if path.is_dir():
            raise click.ClickException(
                _("«%(name)s» es una carpeta. Indique un archivo.", name=name)
            )
        if not path.exists():
            raise click.ClickException(
                _("No encontramos el archivo «%(name)s». Revise la ruta.", name=name)
            )
        if not path.is_file():
            raise click.ClickException(_("«%(name)s» no es un archivo común.", name=name))
        with path.open("rb"):
            return path
    except OSError as error:
        raise click.ClickException(
            _("No se puede leer «%(name)s»: %(reason)s.", name=name, reason=error.strerror)
        ) from error


def read_text(name: str) -> str:
    """The text of a definition or a map: UTF-8, and no longer than one may be."""
    path = readable(name)
    if path.stat().st_size > MAX_BYTES:
        raise click.ClickException(
            _("«%(name)s» es muy grande: el máximo es 1 MB. ¿Es el archivo correcto?", name=name)
        )
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(
            _("«%(name)s» no es texto en UTF-8. Guárdelo como texto UTF-8.", name=name)
        ) from error


@contextmanager
def new_file(name: str | Path) -> Iterator[IO[bytes]]:
    """A file to write that takes its place when it is complete and has something in it.

    Until then whatever stood there is untouched, so a failure leaves no half file that looks whole.
    ``-`` is the standard output; a device is written to as it is.
    """
    path = Path(name).resolve()
    try:
        if str(name) == "-":
            yield sys.stdout.buffer
        elif path.exists() and not path.is_file():
            with path.open("wb") as device:
                yield device
        else:
            yield from _replacing(path)
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader of our output left: click ends quietly
            raise
        raise click.ClickException(
            _("No se puede escribir «%(name)s»: %(reason)s.", name=name, reason=error.strerror)
        ) from error


def _replacing(path: Path) -> Iterator[IO[bytes]]:
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        try:
            yield file
            file.flush()
            if part.stat().st_size:
                part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def fault_lines(name: str, errors: DefinitionErrors) -> Iterator[str]:
    """``file:line:column: [code] words`` for each fault, as editors and compilers understand it."""
    for fault in errors.faults:
        place = "".join(f":{at}" for at in (fault.line, fault.column) if at is not None)
        yield f"{name}{place}: [{fault.code}] {definition_fault_text(fault)}"
