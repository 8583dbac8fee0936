"""The reproducible bundle: data, codebook, design, figures, and two programs that make them again.

It is written member by member into one file on the disk, so that memory stays the same for ten
responses and for a million.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, cast

from flask_babel import force_locale

from app.errors import Problem, ProblemCode
from app.extensions import db, reading
from app.language import LANGUAGES, locale_of
from app.models import TERRITORY_QUESTION
from app.models.columns import utc_now
from app.services import collections
from app.services.analytics.analyse import analyse
from app.services.analytics.findings import Analysis
from app.services.analytics.fingerprint import Fingerprint, fingerprint_of
from app.services.exports import codebook_lines, export_plan, parquet_files, stream
from app.services.exports.bundle import described, records
from app.services.exports.bundle.shown import Shown
from app.services.exports.export_plan import Export, Options
from app.services.scope import EVERYWHERE, Scope
from app.words import bundle as words
from encuestas.export import codebook

READMES: Mapping[str, str] = {"es": "LEAME.md", "en": "README.md"}
_HERE = Path(__file__).parent
_PROGRAMS = (
    "recompute.py", "recompute_answers.py", "recompute_designed.py",
    "recompute.R", "recompute_intervals.R", "recompute_designed.R",
)  # fmt: skip
_TRIES = 3
_DESIGN_R = "# design.json, as R reads it: made by Cabildo, changed by nobody.\n\n"

ChosenHow = Callable[[Analysis], str]
"""How the people were chosen, in the words of the language that is set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """All that is in a bundle but the rows."""

    export: Export
    analyses: tuple[Analysis, ...]
    data: Fingerprint
    about: Mapping[str, Any]


def written(slug: str, *, chosen_how: ChosenHow, scope: Scope = EVERYWHERE) -> IO[bytes]:
    """The finished file, to be read from its beginning; it goes when it is closed.

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION, RESULTS_AT_CLOSING, EXPORT_TOO_WIDE; SAMPLE_OF_ALL: the figures of some
        territories need the answers of others; STILL_ARRIVING: answers arrived while it was made,
        again and again, and data and figures must be of the same answers.
    """
    for _try in range(_TRIES):
        file = cast(IO[bytes], tempfile.TemporaryFile())  # noqa: SIM115 whoever asked for it closes it
        try:
            with reading():
                content = _content(slug, chosen_how, scope)
            _write(content, file)
            if fingerprint_of(content.export).hex() == content.data.hex():
                file.seek(0)
                return file
        except BaseException:
            file.close()
            raise
        file.close()
    raise Problem(ProblemCode.STILL_ARRIVING)


def _content(slug: str, chosen_how: ChosenHow, scope: Scope) -> _Content:
    export = export_plan.prepare(slug, Options(scope=scope))
    data = fingerprint_of(export)
    db.session.rollback()  # what was read so far may be older than those answers
    whole = analyse(slug, scope=scope)
    _require_alone(whole, scope)
    analyses = (whole, *(analyse(slug, by=name, scope=scope) for name in whole.groupings))
    collection = collections.find(slug)
    about = {
        "collection": slug,
        "survey": export.joined.newest.id,
        "title": dict(whole.title),
        "software": {"name": "cabildo-encuestas", "version": version("cabildo-encuestas")},
        "made_at": utc_now().isoformat(timespec="seconds"),
        "data_sha256": data.hex(),
        "of_some_territories": export.territories and list(export.territories),
        "chosen_how": _in_each_language(lambda: chosen_how(whole)),
    }
    about |= described.described(collection, export.joined, analyses)
    return _Content(export=export, analyses=analyses, data=data, about=about)


def _require_alone(whole: Analysis, scope: Scope) -> None:
    """The rows of some territories tell their figures, unless others drew the sample with them."""
    if not scope.limited or whole.design is None:
        return
    sampling = whole.design.sampling
    if sampling.strata != TERRITORY_QUESTION or sampling.totals:
        raise Problem(ProblemCode.SAMPLE_OF_ALL)


def _in_each_language(say: Callable[[], str]) -> dict[str, str]:
    said = {}
    for lang in LANGUAGES:
        with force_locale(locale_of(lang)):
            said[lang] = say()
    return said


class _Zip:
    """Writes members one after the other and keeps the hash of each."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self.hashes: dict[str, str] = {}

    @contextmanager
    def member(self, name: str) -> Iterator[_Hashed]:
        with self._file.open(name, "w", force_zip64=True) as target:
            hashed = _Hashed(target)
            yield hashed
        self.hashes[name] = hashed.digest.hexdigest()

    def add(self, name: str, content: str | bytes) -> None:
        with self.member(name) as target:
            target.write(content.encode() if isinstance(content, str) else content)

    def close(self) -> None:
        self._file.close()


class _Hashed(io.RawIOBase):
    """Passes bytes on, and hashes them on the way."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.digest.update(data)
        return self._target.write(data)


def _write(content: _Content, file: IO[bytes]) -> None:
    bundle = _Zip(file)
    try:
        _write_data(content, bundle)
        _write_codebook(content.export, bundle)
        bundle.add("design.json", _json(content.about))
        bundle.add("design.R", _DESIGN_R + described.in_r(content.about))
        told = {name: content.about[name] for name in ("collection", "software", "data_sha256")}
        bundle.add("figures.json", _json({**told, "sets": records.sets(content.analyses)}))
        with bundle.member("figures.csv") as target, _as_text(target) as text:
            records.write_csv(text, content.analyses)
        for name in _PROGRAMS:
            bundle.add(name, (_HERE / name).read_bytes())
        for lang, name in READMES.items():
            with force_locale(locale_of(lang)):
                bundle.add(name, words.readme(content.about, responses=content.data.responses))
        sums = "".join(f"{digest}  {name}\n" for name, digest in sorted(bundle.hashes.items()))
        bundle.add("SHA256SUMS", sums)
    finally:
        bundle.close()


def _write_data(content: _Content, bundle: _Zip) -> None:
    export = content.export
    how = {"scope": export.options.scope}
    for repeat in ("", *export.repeats()):
        name = f"data/responses{'-' if repeat else ''}{repeat}.csv"
        with bundle.member(name) as target:
            for piece in stream.export_bytes(export.collection, fmt="csv", repeat=repeat, **how):
                target.write(piece)
    with bundle.member("data/shown.csv") as target, _as_text(target) as text:
        csv.writer(text).writerows(_shown(content))
    with bundle.member("data/responses.parquet") as target, parquet_files.written(export) as found:
        shutil.copyfileobj(found, cast(IO[bytes], target), 1 << 16)


def _shown(content: _Content) -> Iterable[list[object]]:
    """A line for each response: whether it was shown each question that is measured."""
    export = content.export
    names = dict.fromkeys(each["question"] for each in content.about["measures"])
    opens_at = collections.find(export.collection).opens_at
    shown = Shown(export.joined, tuple(names), opens_at)
    yield ["id", *shown.questions]
    with export_plan.connected(db.engine) as connection:
        for part in export_plan.parts(connection, export.query):
            for row in part:
                yield [row.id, *map(int, shown.row(row.version, row.answers))]


def _write_codebook(export: Export, bundle: _Zip) -> None:
    with bundle.member("codebook.csv") as target, _as_text(target) as text:
        csv.writer(text).writerows(codebook_lines.lines(export))
    bundle.add("codebook.json", _json([asdict(entry) for entry in codebook(export.joined)]))


@contextmanager
def _as_text(target: _Hashed) -> Iterator[io.TextIOWrapper]:
    text = io.TextIOWrapper(cast(Any, target), encoding="utf-8", newline="")
    yield text
    text.flush()
    text.detach()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n"
