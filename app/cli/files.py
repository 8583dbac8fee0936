"""Files that a person names on the command line: each thing wrong with one in plain words."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click
from flask_babel import gettext as _

from app.words.messages import definition_fault_text
from app.words.surveys import warning_text
from encuestas import DefinitionFault
from encuestas.source import MAX_BYTES
from encuestas.warnings import DefinitionWarning


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
            _(
                "«%(name)s» es muy grande: el máximo es %(limit)s MB. ¿Es el archivo correcto?",
                name=name,
                limit=MAX_BYTES // 1_000_000,
            )
        )
    try:
        return path.read_bytes().decode("utf-8")  # line ends as they are: a text is kept whole
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


def fault_lines(name: str, faults: Iterable[DefinitionFault]) -> Iterator[str]:
    """``file:line:column: [code] words`` for each fault, as editors and compilers understand it."""
    for fault in faults:
        yield f"{_where(name, fault)}: [{fault.code}] {definition_fault_text(fault)}"


def _where(name: str, fault: DefinitionFault) -> str:
    """The place in the definition, or the table beside it that has the fault."""
    match fault.path:
        case ("files", str(table), *_) if fault.line is None:
            return str(Path(name).with_name(table))
    return f"{name}{_place(fault)}"


def warning_lines(name: str, warnings: Iterable[DefinitionWarning]) -> Iterator[str]:
    """The same for each warning, marked as one."""
    for warning in warnings:
        words = _("advertencia: %(words)s", words=warning_text(warning))
        yield f"{name}{_place(warning)}: [{warning.code}] {words}"


def _place(found: DefinitionFault | DefinitionWarning) -> str:
    return "".join(f":{at}" for at in (found.line, found.column) if at is not None)
