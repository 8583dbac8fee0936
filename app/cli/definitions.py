"""A definition on the disk, with the files beside it that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click
from flask_babel import gettext as _

from app.cli.files import read_text
from app.services.media import MOST_BYTES
from app.services.setup import LIBRARY
from encuestas import DefinitionErrors, DefinitionFault, ErrorCode, Survey, read_source
from encuestas.fields import FILE_NAME
from encuestas.files import MAX_FILES_BYTES
from encuestas.media import media_of
from encuestas.reading import place_of
from encuestas.warnings import DefinitionWarning, read_with_warnings

_LOOKED_UP = re.compile(r"(?:instance|pulldata)\(\s*['\"]([^'\"]+)['\"]")
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Given:
    """The text of a definition as it stands on the disk; ``files`` are the CSV files it names."""

    name: str
    text: str
    folder: Path
    files: Mapping[str, str]

    def read(self) -> tuple[Survey, tuple[DefinitionWarning, ...]]:
        """The survey and its warnings; DefinitionErrors if it is not sound."""
        return read_with_warnings(self.text, files=self.files)

    def media(self, survey: Survey) -> dict[str, bytes]:
        """The images and sounds that the survey names and that are there."""
        found = {}
        for _path, name in media_of(survey):
            if (self.folder / name).is_file():
                # One byte more than may be kept is enough to refuse it.
                with (self.folder / name).open("rb") as file:
                    found[name] = file.read(MOST_BYTES + 1)
        return found

    def missing_media(self, survey: Survey) -> tuple[DefinitionFault, ...]:
        """A fault for each image or sound that is not there."""
        missing = [(p, name) for p, name in media_of(survey) if not (self.folder / name).is_file()]
        if not missing:
            return ()
        _data, marks = read_source(self.text)
        known = sorted(
            path.name for path in self.folder.iterdir() if path.is_file() and path.suffix
        )[:_MOST_NAMED]
        return tuple(
            DefinitionFault(
                ErrorCode.UNKNOWN_FILE, path, *place_of(path, marks), {"name": name, "known": known}
            )
            for path, name in missing
        )


def is_file(name: str) -> bool:
    """Whether this names a file or an instrument, and not a survey that is kept."""
    return (
        name in _instruments()
        or bool(Path(name).suffix in (".yaml", ".yml", ".json"))
        or (Path(name).exists())
    )


def from_file(name: str) -> Given:
    """A file's definition; a plain name may also be an instrument of the library."""
    instruments = _instruments()
    path = Path(name)
    if name in instruments and not path.is_file():
        path = instruments[name]
        name = path.name
    elif not path.suffix and not path.exists():
        raise click.ClickException(
            _(
                "No hay un archivo «%(name)s», ni un instrumento con ese nombre. Los que hay:"
                " %(known)s.",
                name=name,
                known=", ".join(instruments),
            )
        )
    text = read_text(str(path))
    return Given(name, text, path.parent, _tables(text, path.parent))


def _instruments() -> dict[str, Path]:
    return {path.stem: path for path in sorted(LIBRARY.glob("*.yaml"))}


def _tables(text: str, folder: Path) -> dict[str, str]:
    """The CSV files that a text names and that are beside it."""
    try:
        data, _marks = read_source(text)
    except DefinitionErrors:
        return {}  # what is wrong with the text is told when it is read for good
    found = {}
    for name in _named(data):
        if FILE_NAME.fullmatch(name) and (folder / name).is_file():
            with (folder / name).open("rb") as file:
                content = file.read(MAX_FILES_BYTES + 1)
            found[name] = _decoded(content, name)
    return found


def _decoded(content: bytes, name: str) -> str:
    whole = len(content) <= MAX_FILES_BYTES
    try:
        return content.decode("utf-8-sig", "strict" if whole else "replace")
    except UnicodeDecodeError as error:
        raise click.ClickException(
            _("«%(name)s» no es texto en UTF-8. Guárdelo como texto UTF-8.", name=name)
        ) from error


def _named(data: object) -> Iterator[str]:
    """What may be the name of a CSV file anywhere in a definition."""
    waiting = [data]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            if isinstance(node.get("file"), str):
                yield node["file"]
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, str):
            for name in _LOOKED_UP.findall(node):
                yield name if name.endswith(".csv") else f"{name}.csv"
