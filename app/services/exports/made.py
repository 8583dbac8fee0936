"""A file of responses as it was asked for: what it is called, of what kind it is, what is in it."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from app.extensions import reading
from app.services.exports import annotated, asked, export_plan, places, stream
from app.services.exports.export_plan import Export, Options
from app.services.exports.stream import STREAMED, TYPES, ExportFormat
from app.services.scope import EVERYWHERE, Scope

AT_ONCE = 2000
"""Responses that are made into any file in about a second, while somebody waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """``pieces`` are to be read to their end, or closed."""

    name: str
    type: str
    pieces: Generator[bytes, None, None]


def file(slug: str, wanted: Mapping[str, Any], *, lang: str, scope: Scope) -> File:
    """``wanted``: as `asked.AskedSchema` has it. Raises Problem as `stream.export_bytes` does."""
    fmt, how = ExportFormat(wanted["format"]), asked.how(wanted, lang=lang, scope=scope)
    called = name(slug, wanted, scope=scope)
    if wanted.get("notes"):
        found = annotated.written(slug, fmt=fmt, **how)
        return File(name=called, type="application/zip", pieces=stream.blocks(found))
    return File(name=called, type=TYPES[fmt], pieces=stream.export_bytes(slug, fmt=fmt, **how))


def name(slug: str, wanted: Mapping[str, Any], *, scope: Scope = EVERYWHERE) -> str:
    found = stream.export_name(slug, wanted["format"], wanted.get("repeat") or "", scope=scope)
    return f"{found.removesuffix('.zip')}.zip" if wanted.get("notes") else found


def require(slug: str, wanted: Mapping[str, Any], *, lang: str, scope: Scope) -> Export:
    """Raises the Problem that stands in the way of a file, before anything is made."""
    with reading():
        export = export_plan.prepare(slug, Options(**asked.how(wanted, lang=lang, scope=scope)))
    if wanted["format"] == ExportFormat.GEOJSON:
        places.require_asked(export)
    return export


def takes_long(slug: str, wanted: Mapping[str, Any], *, lang: str, scope: Scope) -> bool:
    """Whether its first byte would keep somebody waiting: it is finished before it leaves, and
    there is much of it. Raises Problem as `require`."""
    export = require(slug, wanted, lang=lang, scope=scope)
    if wanted["format"] in STREAMED and not wanted.get("notes"):
        return False
    return export_plan.count(export) > AT_ONCE


def write(slug: str, wanted: Mapping[str, Any], put: Any, *, lang: str, scope: Scope) -> File:
    """The same, put where it is to be, piece by piece."""
    found = file(slug, wanted, lang=lang, scope=scope)
    with closing(found.pieces):
        for piece in found.pieces:
            put(piece)
    return found
