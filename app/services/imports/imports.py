"""Rows of a file as responses: every row through the one validator, and never twice.

A row's instance id comes from its id column, or from its answers and how often the same answers
stood above it: two people may answer alike, and the same file read again, reordered or grown, adds
nothing but what is new. Rows are committed a batch at a time, so what an interruption leaves is
completed by running it again.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from app.errors import Problem
from app.extensions import db, reading
from app.models import Channel, Collection, Mode
from app.models.columns import utc_now
from app.services import collections, surveys
from app.services.audit import note
from app.services.imports import import_columns
from app.services.imports.faults import ImportCode, ImportFault, ImportRefused
from app.services.imports.import_columns import MOMENT, Targets
from app.services.imports.mapping import ImportMap
from app.services.imports.table import CsvFile, Row, open_csv, read_rows
from app.services.receiving.rule import (
    ZONE,
    Checked,
    Submission,
    Verdict,
    content_hash,
    receive_checked,
)
from encuestas import AnswerFault, ColumnKind, Source, State, Survey, type_of, validate
from encuestas.errors import shown
from encuestas.export import as_typed
from encuestas.paths import name_of
from encuestas.types.numbers import doubtful

BATCH = 500
_LOCAL_FORMATS = ("%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y")
_CODES = re.compile(r"[;\s]+")
# A row that does not tell when it was answered must be the same row tomorrow.
_NO_MOMENT = {"end": "", "today": ""}


@dataclass(frozen=True, slots=True)
class Field:
    """A column that answers a question; ``values`` says what its codes mean in the survey."""

    index: int
    path: str
    values: Mapping[str, str]
    kind: ColumnKind

    def text(self, cell: str) -> str:
        cell = as_typed(cell)
        code = cell.strip()
        if code in self.values:
            return self.values[code]
        if self.kind is ColumnKind.CODES and self.values:
            return " ".join(self.values.get(part, part) for part in _CODES.split(code))
        return cell


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """A file that can be imported, and how: nothing is stored yet.

    ``unused`` columns answer no question. ``unanswerable`` says why nobody could answer by phone
    at this moment; staff may import all the same.
    """

    slug: str
    collection_id: str
    version_id: str
    correction: int
    survey: Survey
    language: str
    channel: Channel
    file: CsvFile
    fields: Sequence[Field]
    id_index: int | None
    moment_index: int | None
    anonymous: bool
    unused: Sequence[str]
    unanswerable: Problem | None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not stored, and why."""

    row: Row
    faults: Sequence[AnswerFault | ImportFault]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What became of the rows. ``conflicts`` are kept for review and not counted."""

    read: int = 0
    added: int = 0
    same: int = 0
    conflicts: int = 0
    bad: int = 0


@dataclass(frozen=True, slots=True)
class _Good:
    instance_id: str
    answers: Mapping[str, object]
    moment: datetime


def prepare(
    slug: str,
    path: Path,
    *,
    mapping: ImportMap | None = None,
    channel: Channel = Channel.IMPORT,
    id_column: str | None = None,
) -> ImportPlan:
    """Read the header and decide which column answers what.

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION.
    ImportRefused
        The file is no text, or its header or map cannot be used; every fault is listed.
    """
    mapping = mapping or ImportMap()
    with reading():
        collection = collections.find(slug)
        survey = collections.fielded(collection)
        text = surveys.newest_text(collection.version_id)
        known = import_columns.Names(survey, also=mapping.columns)
        file = open_csv(path, known, encoding=mapping.encoding, separator=mapping.separator)
        targets = import_columns.targets(file.header, survey, mapping)
        faults = [
            *import_columns.faults(file.header, survey, targets, mapping),
            *_id_faults(file.header, collection, id_column),
        ]
        if faults:
            raise ImportRefused(faults)
        plan = ImportPlan(
            slug=slug,
            collection_id=collection.id,
            version_id=text.version_id,
            correction=text.correction,
            survey=survey,
            language=collection.languages[0],
            channel=channel,
            file=file,
            fields=_fields(survey, targets, mapping),
            id_index=None if id_column is None else file.header.index(id_column),
            moment_index=next((at for at, name in targets.items() if name == MOMENT), None),
            anonymous=collection.mode == Mode.ANONYMOUS,
            unused=[
                column
                for column in import_columns.unused(file.header, targets, mapping)
                if column != id_column
            ],
            unanswerable=_unanswerable(collection),
        )
        db.session.commit()  # nothing was written: this ends the reading, so that nobody waits
    return plan


def run(
    plan: ImportPlan,
    *,
    on_bad: Callable[[BadRow], None],
    on_progress: Callable[[Summary, int], None],
) -> Summary:
    """Store the rows; ``on_progress`` gets the counts so far and the bytes read.

    Raises ImportRefused where the file breaks off; the batches before it are stored.
    """
    now = utc_now()
    file = plan.file.path.name
    note("responses.import", plan.slug, file=file, channel=plan.channel.value)
    db.session.commit()
    counts: Counter[str] = Counter()
    occurrences: Counter[str] = Counter()
    batch: list[_Good] = []
    for row in read_rows(plan.file):
        if row.blank:
            continue
        counts["read"] += 1
        checked = _check(plan, row, occurrences, now)
        if isinstance(checked, BadRow):
            counts["bad"] += 1
            on_bad(checked)
        else:
            batch.append(checked)
        if len(batch) == BATCH:
            counts += _store(plan, batch)
            batch.clear()
        if counts["read"] % BATCH == 0:
            on_progress(Summary(**counts), row.offset)
    if batch:
        counts += _store(plan, batch)
    summary = Summary(**counts)
    on_progress(summary, plan.file.path.stat().st_size)
    note("responses.import.end", plan.slug, file=file, **counts)
    db.session.commit()
    return summary


def instance_id(collection_id: str, key: str) -> str:
    """The same for the same row of the same collection, whenever and wherever it is read."""
    return str(uuid.uuid5(uuid.UUID(collection_id), key))


def _fields(survey: Survey, targets: Targets, mapping: ImportMap) -> list[Field]:
    return [
        Field(index, path, mapping.values.get(name_of(path), {}), _kind(survey, path))
        for index, path in targets.items()
        if path != MOMENT
    ]


def _kind(survey: Survey, path: str) -> ColumnKind:
    name = name_of(path)
    return type_of(survey.question(name)).column_kind if survey.has(name) else ColumnKind.INTEGER


def _id_faults(
    header: Sequence[str], collection: Collection, id_column: str | None
) -> Iterator[ImportFault]:
    if id_column is None:
        return
    if collection.mode == Mode.ANONYMOUS:
        # Whoever has the list of ids could work the instance ids out and tell who said what.
        yield ImportFault(ImportCode.ID_IN_ANONYMOUS)
    if id_column not in header:
        context = {"column": id_column, "columns": [column for column in header if column]}
        yield ImportFault(ImportCode.UNKNOWN_ID_COLUMN, context)


def _unanswerable(collection: Collection) -> Problem | None:
    try:
        collections.require_answerable(collection, utc_now())
    except Problem as problem:
        return problem
    return None


def _check(plan: ImportPlan, row: Row, occurrences: Counter[str], now: datetime) -> _Good | BadRow:
    width, columns = len(row.cells), len(plan.file.header)
    if width < columns or any(cell.strip() for cell in row.cells[columns:]):
        fault = ImportFault(ImportCode.ROW_LENGTH, {"cells": width, "columns": columns})
        return BadRow(row, [fault])
    moment = _moment(plan, row, now)
    raw = {field.path: field.text(row.cells[field.index]) for field in plan.fields}
    at = now if isinstance(moment, ImportFault) else moment
    known = {} if _moment_text(plan, row) else _NO_MOMENT
    checked = validate(
        plan.survey,
        raw,
        source=Source.TEXT,
        now=at,
        instance=_seed(plan, row),
        language=plan.language,
        metadata=known,
        anonymous=plan.anonymous,
    )
    faults: list[AnswerFault | ImportFault] = [
        *checked.faults,
        *_doubtful(plan, raw, checked.state),
    ]
    if isinstance(moment, ImportFault):
        faults.append(moment)
    if plan.id_index is not None and not row.cells[plan.id_index].strip():
        column = plan.file.header[plan.id_index]
        faults.append(ImportFault(ImportCode.ROW_WITHOUT_ID, {"column": column}))
    if faults:
        return BadRow(row, faults)
    key = _key(plan, row, checked.answers, occurrences)
    return _Good(instance_id(plan.collection_id, key), checked.answers, at)


def _doubtful(plan: ImportPlan, raw: Mapping[str, str], state: State) -> Iterator[AnswerFault]:
    """Semicolons part the columns where the comma marks decimals: there 1.234 may be 1234."""
    if plan.file.separator != ";":
        return
    for field in plan.fields:
        text = raw[field.path]
        if field.kind is not ColumnKind.DECIMAL or "." not in text:
            continue
        if state.value(field.path) is None:
            continue
        if fault := doubtful(plan.survey.question(name_of(field.path)), text):
            yield replace(fault, question=field.path)


def _seed(plan: ImportPlan, row: Row) -> str:
    """What random numbers of this row come from: the same whenever the same row is read."""
    return "\t".join(row.cells if plan.id_index is None else (row.cells[plan.id_index].strip(),))


def _key(
    plan: ImportPlan, row: Row, answers: Mapping[str, object], occurrences: Counter[str]
) -> str:
    """What tells this row from all others of the collection."""
    if plan.id_index is not None:
        return f"id:{row.cells[plan.id_index].strip()}"
    content = content_hash(answers)
    occurrences[content] += 1
    return f"row:{content}:{occurrences[content]}"


def _moment_text(plan: ImportPlan, row: Row) -> str:
    return "" if plan.moment_index is None else row.cells[plan.moment_index].strip()


def _moment(plan: ImportPlan, row: Row, now: datetime) -> datetime | ImportFault:
    """When the row was answered, by its own column; else now."""
    text = _moment_text(plan, row)
    if not text:
        return now
    moment = _read_moment(text)
    if moment is None or moment.year < 1900:
        return ImportFault(ImportCode.ROW_MOMENT, {"value": shown(text)})
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZONE)
    return moment if moment <= now else ImportFault(ImportCode.ROW_FUTURE, {"value": shown(text)})


def _read_moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for local in _LOCAL_FORMATS:
        try:
            return datetime.strptime(text.replace("/", "-"), local)
        except ValueError:
            continue
    return None


def _store(plan: ImportPlan, batch: Sequence[_Good]) -> Counter[str]:
    """Keep the batch in a transaction of its own: only now do others have to wait."""
    collection = db.session.get_one(Collection, plan.collection_id)
    received = receive_checked(
        [Checked(_submission(plan, collection, good), good.answers) for good in batch]
    )
    db.session.commit()
    names = {Verdict.STORED: "added", Verdict.SAME: "same", Verdict.CONFLICT: "conflicts"}
    return Counter(names[item.verdict] for item in received)


def _submission(plan: ImportPlan, collection: Collection, good: _Good) -> Submission:
    return Submission(
        collection=collection,
        survey=plan.survey,
        version_id=plan.version_id,
        correction=plan.correction,
        instance_id=good.instance_id,
        answers=good.answers,
        source=Source.TEXT,
        channel=plan.channel,
        language=plan.language,
        finished_at=good.moment,
    )
