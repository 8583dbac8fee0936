"""Files that answer questions: looked at, kept beside the answers, and forgotten with them.

A file is kept before its row is committed, and forgotten after its row is gone: what a crash leaves
behind is a file that nobody names, which `sweep` takes away.
"""

from __future__ import annotations

import hashlib
import tempfile
import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO

from sqlalchemy import ColumnElement, or_, select

from app.extensions import db
from app.models import Attachment, Collection, Draft, Mode, Quarantined, Response
from app.models.columns import random_key
from app.services.adding import add_new
from app.storage import BLOCK, largest_mb, scratch, store, yesterday
from encuestas import AnswerFault, ErrorCode, Question, Survey
from encuestas.attached import ACCEPTED, Kind, clean, kind_of
from encuestas.paths import name_of
from encuestas.types import MEDIA

MB = 1024 * 1024
_USUAL_MB: Mapping[str, int] = {"image": 10, "audio": 20, "video": 50, "file": 20}
_LONGEST = 200
_COPIED = ("name", "question", "original", "kind", "size", "sha256", "arrived")
MOST_FILES = 200
"""Of one response: more are not waited for."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came. ``called``: its name there. ``cut``: it was too large to be kept whole."""

    file: IO[bytes]
    called: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that can be kept: cleaned, measured, and with a name of ours."""

    file: IO[bytes]
    kind: Kind
    size: int
    sha256: str

    def name(self, question: str) -> str:
        """The same for the same file, so that sending it twice changes nothing."""
        return f"{question}-{self.sha256[:12]}.{self.kind.ending}"


def limit_mb(question: Question) -> int:
    """How many megabytes a file that answers the question may have."""
    asked: int | None = getattr(question.settings, "max_mb", None)
    return min(asked or _USUAL_MB[question.type], largest_mb())


def asks_for_files(survey: Survey) -> bool:
    """Whether any question of the survey takes a file."""
    return bool(_asked(survey))


def look(question: Question, path: str, upload: Upload) -> Looked | AnswerFault:
    """Whether the file can be kept; what it tells besides is taken out of the copy."""
    size = upload.file.seek(0, 2)
    limit = limit_mb(question)
    if upload.cut or size > limit * MB:
        return AnswerFault(ErrorCode.FILE_TOO_LARGE, path, {"limit": limit})
    if not size:
        return AnswerFault(ErrorCode.FILE_EMPTY, path, {})
    kind = kind_of(upload.file)
    if kind is None or kind not in ACCEPTED[question.type]:
        return AnswerFault(ErrorCode.FILE_NOT_ACCEPTED, path, {"accepted": accepted(question)})
    kept = upload.file
    if not getattr(question.settings, "keep_metadata", False):
        kept = tempfile.TemporaryFile(dir=scratch())  # noqa: SIM115 whoever looked closes it
        clean(kind, upload.file, kept)
    return Looked(kept, kind, kept.seek(0, 2), digest(kept))


def accepted(question: Question) -> str:
    """The kinds that the question takes, in the words that people know them by."""
    endings = (kind.ending.upper() for kind in ACCEPTED[question.type])
    return ", ".join("JPEG" if each == "JPG" else each for each in endings)


def digest(file: IO[bytes]) -> str:
    """The SHA-256 of a file, which is left at its beginning."""
    file.seek(0)
    found = hashlib.sha256()
    while block := file.read(BLOCK):
        found.update(block)
    file.seek(0)
    return found.hexdigest()


def keep(
    draft: Draft, question: Question, path: str, upload: Upload, *, today: date
) -> Attachment | AnswerFault:
    """Keep a file with the draft. The caller commits."""
    looked = look(question, path, upload)
    if isinstance(looked, AnswerFault):
        return looked
    with looked.file:
        name = looked.name(question.name)
        kept = of_instance(draft.collection_id, draft.instance_id).get(name)
        if kept is not None and kept.arrived:
            return kept
        row = kept or Attachment(
            id=random_key(),
            collection_id=draft.collection_id,
            mode=draft.mode,
            instance_id=draft.instance_id,
            name=name,
            question=question.name,
        )
        row.original = called(upload.called) if draft.mode == Mode.CONFIDENTIAL else ""
        row.expected_on = today
        arrive(row, looked)
    db.session.add(row)
    return row


def copy(draft: Draft, response_id: str, *, today: date) -> None:
    """Give a draft that changes a response the files that it names: each has its own, so that what
    becomes of one touches no other. The caller commits."""
    instance = db.session.scalar(select(Response.instance_id).where(Response.id == response_id))
    named = {value for values in draft.answers.values() for value in values}
    if instance:
        copy_files(draft, instance, draft.instance_id, named=named, today=today)


def copy_files(
    of: Draft | Response, before: str, instance_id: str, *, named: Container[str], today: date
) -> None:
    """The arrived files of one instance that are named, for another one too. Caller commits."""
    for row in of_instance(of.collection_id, before).values():
        if not row.arrived or row.name not in named:
            continue
        new = Attachment(
            id=random_key(),
            collection_id=of.collection_id,
            mode=of.mode,
            instance_id=instance_id,
            expected_on=today,
            **{name: getattr(row, name) for name in _COPIED},
        )
        with tempfile.TemporaryFile(dir=scratch()) as content:
            for block in store().read(row.key):
                content.write(block)
            store().put(new.key, content)
        db.session.add(new)


def arrive(row: Attachment, looked: Looked) -> None:
    """Put the content where it is kept. The caller commits."""
    store().put(row.key, looked.file)
    row.kind, row.size, row.sha256 = looked.kind.type, looked.size, looked.sha256
    row.arrived = True


def called(name: str) -> str:
    """A name from somebody's phone, without folders and without what cannot be seen."""
    name = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(c for c in name if unicodedata.category(c)[0] not in "CZ" or c == " ")
    return unicodedata.normalize("NFC", seen).strip()[-_LONGEST:]


def of_instance(collection_id: str, instance_id: str) -> dict[str, Attachment]:
    """The files of a response or draft, arrived or not, by their names."""
    query = select(Attachment).where(
        Attachment.collection_id == collection_id, Attachment.instance_id == instance_id
    )
    return {row.name: row for row in db.session.scalars(query)}


def of_draft(draft: Draft, key: str) -> Attachment | None:
    """The draft's file with that key."""
    query = select(Attachment).where(
        Attachment.id == key.replace("\0", ""),
        Attachment.collection_id == draft.collection_id,
        Attachment.instance_id == draft.instance_id,
    )
    return db.session.scalars(query).first()


def drop_unused(draft: Draft, answers: Mapping[str, Sequence[str]]) -> list[str]:
    """Let go of the draft's files that no answer names any more; gives what to `forget` once the
    caller has committed."""
    named = {value for values in answers.values() for value in values}
    unused = [
        row
        for name, row in of_instance(draft.collection_id, draft.instance_id).items()
        if name not in named
    ]
    for row in unused:
        db.session.delete(row)
    return [row.key for row in unused]


def drop_unnamed(draft: Draft, survey: Survey, answers: Mapping[str, object]) -> list[str]:
    """Let go of files of questions that turned out not to be asked, when the draft is sent; gives
    what to `forget` after the commit."""
    named = _named(answers, _asked(survey))
    rows = of_instance(draft.collection_id, draft.instance_id)
    unused = [row for name, row in rows.items() if name not in named]
    for row in unused:
        db.session.delete(row)
    return [row.key for row in unused]


def drop_of(instances: Iterable[str]) -> list[str]:
    """Let go of all files of these instances; gives what to `forget` after the commit."""
    wanted = list(instances)
    if not wanted:
        return []
    rows = list(db.session.scalars(select(Attachment).where(Attachment.instance_id.in_(wanted))))
    for row in rows:
        db.session.delete(row)
    return [row.key for row in rows]


def forget(keys: Iterable[str]) -> None:
    """Delete contents that no row names any more."""
    for key in keys:
        store().delete(key)


def expect(
    collection: Collection, given: Iterable[tuple[str, Survey, object]], *, today: date
) -> None:
    """Note which files the answers name, so that it is known which have not arrived.

    ``given``: instance id, survey and answers, in any spelling. The caller commits.
    """
    rows = [
        {
            "id": random_key(),
            "collection_id": collection.id,
            "mode": collection.mode,
            "instance_id": instance,
            "name": name,
            "question": question,
            "original": "",
            "arrived": False,
            "expected_on": today,
        }
        for instance, survey, answers in given
        if (asked := _asked(survey))
        for name, question in _named(answers, asked).items()
    ]
    add_new(Attachment, sorted(rows, key=_order), key=Attachment.id)


def _order(row: Mapping[str, object]) -> tuple[str, str]:
    return str(row["instance_id"]), str(row["name"])


def _asked(survey: Survey) -> frozenset[str]:
    """Names of the survey's questions that take a file."""
    kept = survey.cache.get("attachments")
    if not isinstance(kept, frozenset):
        kept = frozenset(q.name for q in survey.questions if q.type in MEDIA)
        survey.cache["attachments"] = kept
    return kept


def _named(answers: object, asked: frozenset[str]) -> dict[str, str]:
    """The files that answers name, each with its question; a client may have sent anything."""
    found: dict[str, str] = {}
    waiting = [("", answers)]
    while waiting:
        question, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += ((name_of(str(key)), inner) for key, inner in value.items())
        elif isinstance(value, list | tuple):
            waiting += ((question, inner) for inner in value)
        elif question in asked and isinstance(value, str) and _is_name(value):
            found[value] = question
    return dict(sorted(found.items())[:MOST_FILES])


def _is_name(value: str) -> bool:
    fits = 0 < len(value.encode("utf-8", "replace")) <= 255
    return fits and value.isprintable() and not set(value) & set("/\\:")


# What nobody names ----------------------------------------------------------------------------


def keys_of(*where: ColumnElement[bool]) -> list[str]:
    """Where the contents of these files are, for who deletes their rows with others."""
    return [row.key for row in db.session.scalars(select(Attachment).where(*where))]


def sweep() -> int:
    """Delete files that no response, draft or held answer names; gives how many.

    Nothing is deleted for its age alone. What began to arrive today may belong to a process that
    has not committed yet, so it stays.
    """
    named = [
        select(noun.id)
        .where(
            noun.collection_id == Attachment.collection_id,
            noun.instance_id == Attachment.instance_id,
        )
        .exists()
        for noun in (Response, Draft, Quarantined)
    ]
    stray = select(Attachment).where(~or_(*named), Attachment.expected_on < yesterday())
    rows = list(db.session.scalars(stray))
    unused = [row.key for row in rows]
    for row in rows:
        db.session.delete(row)
    db.session.commit()
    kept = set(db.session.scalars(select(Attachment.id)))
    unused += [
        key
        for key in store().keys(yesterday())
        if key.startswith("responses/") and key.rpartition("/")[2] not in kept
    ]
    unused = list(dict.fromkeys(unused))
    forget(unused)
    return len(unused) + _sweep_partial(kept)


def _sweep_partial(kept: set[str]) -> int:
    """Beginnings of files whose rows are gone."""
    stray = [path for path in scratch().glob("*.part") if path.stem not in kept]
    for path in stray:
        path.unlink(missing_ok=True)
    return len(stray)
