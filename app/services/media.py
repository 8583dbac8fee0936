"""Images and sounds that the labels and choices of a version name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from sqlalchemy import func, select

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Collection, SurveyMedia, SurveyVersion

MOST_BYTES = 2 * 1024 * 1024
MOST_IN_ALL = 20 * 1024 * 1024
LONGEST_NAME = 255
_MARK = 12
# What a browser shows and cannot run: an SVG may carry a script.
_BEGINNINGS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (8, b"WEBP", "image/webp"),
    (0, b"OggS", "audio/ogg"),
    (8, b"WAVE", "audio/wav"),
    (4, b"ftypM4A", "audio/mp4"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
)


def kind_of(content: bytes) -> str | None:
    """The media type that the first bytes tell, whatever the name says; None: not one of ours."""
    for at, beginning, kind in _BEGINNINGS:
        if content[at : at + len(beginning)] == beginning:
            return kind
    return None


def save(version: SurveyVersion, files: Mapping[str, bytes]) -> bool:
    """Keep the files under their names, over earlier ones; whether anything changed.

    The caller commits. Raises Problem BAD_MEDIA, MEDIA_TOO_LARGE or TOO_MUCH_MEDIA.
    """
    kept = {row.name: row for row in _of(version.id)}
    changed = False
    for name, content in files.items():
        kind = _checked(name, content)
        digest = hashlib.sha256(content).hexdigest()
        row = kept.get(name)
        if row is not None and row.sha256 == digest:
            continue
        if row is None:
            row = SurveyMedia(version_id=version.id, name=name)
            db.session.add(row)
        row.media_type, row.content, row.sha256 = kind, content, digest
        changed = True
    if changed:
        _check_sum(version)
    return changed


def addresses(version_id: str) -> dict[str, str]:
    """The mark of each file's content, which its address carries, by name."""
    # Names and marks alone: a page that shows a picture must not read every file of the version.
    query = select(SurveyMedia.name, SurveyMedia.sha256)
    found = db.session.execute(query.where(SurveyMedia.version_id == version_id))
    return {name: digest[:_MARK] for name, digest in found}


def find(collection: Collection, name: str, mark: str) -> SurveyMedia | None:
    """The file of that name and content in any version of the collection's survey."""
    query = (
        select(SurveyMedia)
        .join(SurveyVersion, SurveyVersion.id == SurveyMedia.version_id)
        .where(
            SurveyVersion.survey_id == collection.version.survey_id,
            SurveyMedia.name == name,
            func.substr(SurveyMedia.sha256, 1, _MARK) == mark,
        )
        .limit(1)
    )
    # PostgreSQL fails on a NUL.
    return db.session.scalars(query).first() if "\0" not in name + mark else None


def _of(version_id: str) -> Iterator[SurveyMedia]:
    return db.session.scalars(select(SurveyMedia).where(SurveyMedia.version_id == version_id))


def _checked(name: str, content: bytes) -> str:
    kind = kind_of(content)
    if kind is None or len(name) > LONGEST_NAME:
        raise Problem(ProblemCode.BAD_MEDIA, name=name)
    if len(content) > MOST_BYTES:
        raise Problem(ProblemCode.MEDIA_TOO_LARGE, name=name, limit_mb=MOST_BYTES // 1024**2)
    return kind


def _check_sum(version: SurveyVersion) -> None:
    db.session.flush()
    query = select(func.sum(func.length(SurveyMedia.content)))
    total = db.session.scalar(query.where(SurveyMedia.version_id == version.id)) or 0
    if total > MOST_IN_ALL:
        raise Problem(ProblemCode.TOO_MUCH_MEDIA, limit_mb=MOST_IN_ALL // 1024**2)
