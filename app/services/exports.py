"""Responses as a file, piece by piece: memory stays the same for ten and for a million.

CSV: UTF-8 with a byte order mark, commas, CRLF; decimals with a point. What is known about a
response comes first, in columns that begin with ``_`` so that none is taken for a question; then
the answers as `encuestas.export.Layout` lays them out. JSON: one object, the answers as kept.
Rows come by state and random key, which tells nothing about who answered when.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import force_locale, gettext
from sqlalchemy import Engine, Row, Select, select

from app.extensions import db, reading
from app.language import locale_of
from app.models import Collection, Mode, Organisation, Response, SurveyVersion, Territory, User
from app.models.columns import utc_now
from app.services import collections
from app.services.audit import entry
from encuestas.export import Layout, harmless

_ROWS_AT_ONCE = 1000
_MARK = "\ufeff"


class ExportFormat(StrEnum):
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class _Export:
    """All that the rows need, looked up before the first of them is read."""

    collection: str
    survey: str
    simulated: bool
    confidential: bool
    labels: bool
    raw: bool
    layout: Layout
    heading: Sequence[str]
    query: Select[Any]


def export_stream(
    slug: str,
    *,
    fmt: str,
    labels: bool = False,
    lang: str = "es",
    raw: bool = False,
    all_states: bool = False,
) -> Generator[str, None, None]:
    """The collection's responses as pieces of a CSV or JSON text.

    Only counted responses, unless ``all_states``: then previews and those under review too, each
    with its state. ``labels`` puts words, in ``lang``, in place of codes; ``raw`` leaves cells
    alone that a spreadsheet would take for formulas.

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION: at once, not when the first piece is asked for.
    """
    fmt = ExportFormat(fmt)
    with reading():
        export = _prepare(slug, labels=labels, lang=lang, raw=raw, all_states=all_states)
    parts = _parts(db.engine, export.query)
    return _csv(export, parts) if fmt is ExportFormat.CSV else _json(export, parts)


def write_export(
    slug: str,
    write: Callable[[str], object],
    *,
    fmt: str,
    labels: bool = False,
    lang: str = "es",
    raw: bool = False,
    all_states: bool = False,
) -> None:
    """`export_stream` for whoever runs the service: noted in the audit, written piece by piece."""
    options = {"labels": labels, "lang": lang, "raw": raw, "all_states": all_states}
    pieces = export_stream(slug, fmt=fmt, **options)
    note_export(slug, format=fmt, **options)
    with closing(pieces):  # where writing fails, the database is let go of at once
        for piece in pieces:
            write(piece)


def note_export(slug: str, *, actor: User | None = None, **how: object) -> None:
    """Write down who took the answers away, and how."""
    written = entry("collection.export", slug, actor=actor, **how)
    # What came before began a transaction by reading; SQLite refuses to write in one when somebody
    # else wrote in between.
    db.session.rollback()
    db.session.add(written)
    db.session.commit()


def export_name(slug: str, fmt: str) -> str:
    """The file's name. That of simulated data says so."""
    simulated = "-simulado" if collections.find(slug).simulated else ""
    return f"{slug}{simulated}.{ExportFormat(fmt)}"


def _prepare(slug: str, *, labels: bool, lang: str, raw: bool, all_states: bool) -> _Export:
    collection = collections.find(slug)
    collections.require_results(collection, utc_now())
    survey = collections.fielded(collection)
    confidential = collection.mode == Mode.CONFIDENTIAL
    with force_locale(locale_of(lang)):
        words = _metadata_words() if labels else {}
    return _Export(
        collection=slug,
        survey=survey.id,
        simulated=collection.simulated,
        confidential=confidential,
        labels=labels,
        raw=raw,
        layout=Layout(survey, labels=labels, lang=lang),
        heading=[words.get(name, f"_{name}") for name in _metadata(confidential)],
        query=_query(collection, all_states=all_states),
    )


def _metadata(confidential: bool) -> Iterable[str]:
    """An anonymous response has nothing that its sender's phone knows, and no time of day."""
    hidden = () if confidential else ("instance_id", "organisation", "submitted_at")
    return (name for name in _METADATA if name not in hidden)


_METADATA = (
    "id",
    "instance_id",
    "version",
    "correction",
    "channel",
    "language",
    "territory",
    "organisation",
    "submitted_on",
    "submitted_at",
    "simulated",
    "preview",
    "state",
)


def _metadata_words() -> dict[str, str]:
    return {
        "id": gettext("Clave"),
        "instance_id": gettext("Identificador del envío"),
        "version": gettext("Versión"),
        "correction": gettext("Corrección"),
        "channel": gettext("Canal"),
        "language": gettext("Idioma"),
        "territory": gettext("Territorio"),
        "organisation": gettext("Organización"),
        "submitted_on": gettext("Fecha de envío"),
        "submitted_at": gettext("Momento de envío"),
        "simulated": gettext("Simulado"),
        "preview": gettext("Vista previa"),
        "state": gettext("Estado"),
    }


def _query(collection: Collection, *, all_states: bool) -> Select[Any]:
    query = (
        select(
            Response.id,
            Response.instance_id,
            SurveyVersion.name.label("version"),
            Response.correction,
            Response.channel,
            Response.language,
            Territory.code.label("territory"),
            Territory.name.label("territory_name"),
            Organisation.code.label("organisation"),
            Organisation.name.label("organisation_name"),
            Response.submitted_on,
            Response.submitted_at,
            Response.simulated,
            Response.preview,
            Response.state,
            Response.answers,
        )
        .join(SurveyVersion, SurveyVersion.id == Response.version_id)
        .outerjoin(Territory, Territory.id == Response.territory_id)
        .outerjoin(Organisation, Organisation.id == Response.organisation_id)
        # The order of the index: SQLite, which would sort in memory, reads it as it stands.
        .order_by(Response.state, Response.preview, Response.id)
    )
    return _chosen(query, collection, all_states=all_states)


def _chosen(query: Select[Any], collection: Collection, *, all_states: bool) -> Select[Any]:
    query = query.where(Response.collection_id == collection.id)
    if all_states:
        return query
    return query.where(Response.counts())


def _parts(engine: Engine, query: Select[Any]) -> Iterator[Sequence[Row[Any]]]:
    """The rows through a connection of their own: it outlives the request that asked for them."""
    with engine.connect() as connection:
        with reading():  # the transaction begins here; nothing may be yielded inside
            result = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query)
        yield from result.partitions()


def _values(export: _Export, row: Row[Any]) -> dict[str, object]:
    values: dict[str, object] = {
        name: getattr(row, name) for name in _metadata(export.confidential)
    }
    values["submitted_on"] = row.submitted_on.isoformat()
    if row.submitted_at is not None:
        values["submitted_at"] = row.submitted_at.isoformat(timespec="seconds")
    if export.labels:
        values["territory"] = row.territory_name
        if export.confidential:
            values["organisation"] = row.organisation_name
    return values


def _csv(export: _Export, parts: Iterable[Sequence[Row[Any]]]) -> Generator[str, None, None]:
    heading = [*export.heading, *export.layout.header]
    yield _MARK + _lines([heading if export.raw else [harmless(name) for name in heading]])
    for part in parts:
        yield _lines(_csv_row(export, row) for row in part)


def _csv_row(export: _Export, row: Row[Any]) -> list[str]:
    metadata = [_text(value, raw=export.raw) for value in _values(export, row).values()]
    return [*metadata, *export.layout.csv_row(row.answers, raw=export.raw)]


def _text(value: object, *, raw: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value) if raw else harmless(str(value))


def _lines(rows: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


def _json(export: _Export, parts: Iterable[Sequence[Row[Any]]]) -> Generator[str, None, None]:
    head = {
        "collection": export.collection,
        "survey": export.survey,
        "simulated": export.simulated,
    }
    yield _dumped(head)[:-1] + ', "responses": ['
    versions: set[str] = set()
    separator = "\n"
    for part in parts:
        versions.update(row.version for row in part)
        yield separator + ",\n".join(_dumped(_response(export, row)) for row in part)
        separator = ",\n"
    # Last, since only the rows tell: asking for them first would keep the first byte waiting.
    yield f'\n], "versions": {_dumped(sorted(versions))}}}\n'


def _response(export: _Export, row: Row[Any]) -> dict[str, object]:
    return _values(export, row) | {"answers": export.layout.answers(row.answers)}


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
