"""Parts: Parquet files that never change, and the manifest that says which of them there are."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

LARGEST = 65_536
"""Rows of a part: what is written again where one of them changes."""
_GROUP = 16_384
_WHOLE, _BEGUN = 3, 4
"""Formats of a manifest: of all responses, and of those that were read so far."""
LOCK = "lock"


class UnreadableError(Exception):
    """A part that the manifest names is gone or damaged."""


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Rest:
    """What was not read yet: responses whose key comes after ``after``, of all ``of`` that there
    were when reading began.
    """

    after: str
    of: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """All parts of a collection at one moment, the only holder of each response."""

    generation: str
    parts: tuple[Part, ...]
    rest: Rest | None = None

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)


def new_name() -> str:
    """Random: names tell nothing about which part is the older one."""
    return uuid.uuid4().hex


def save(folder: Path, manifest: Manifest) -> None:
    told: dict[str, object] = {"format": _BEGUN if manifest.rest else _WHOLE}
    told["parts"] = [asdict(part) for part in manifest.parts]
    if manifest.rest:
        told["rest"] = asdict(manifest.rest)
    _replace(_manifest(folder, manifest.generation), json.dumps(told).encode())


def load(folder: Path, generation: str) -> Manifest | None:
    """None where it, or one of its parts, is not there as it was written."""
    try:
        told = json.loads(_manifest(folder, generation).read_bytes())
        if told["format"] not in {_WHOLE, _BEGUN}:
            return None
        rest = Rest(**told["rest"]) if told["format"] == _BEGUN else None
        parts = tuple(Part(**part) for part in told["parts"])
        whole = all(_path(folder, part).stat().st_size == part.bytes for part in parts)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return Manifest(generation, parts, rest) if whole else None


def write(folder: Path, table: pa.Table) -> Part:
    name = f"{new_name()}.parquet"
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", row_group_size=_GROUP, write_page_checksum=True)
    content = sink.getvalue()
    _replace(folder / name, content)
    return Part(name, table.num_rows, content.size)


def write_all(folder: Path, table: pa.Table) -> list[Part]:
    """As parts of about the same size, none larger than `LARGEST`; none where there is no row."""
    count = -(-table.num_rows // LARGEST)
    edges = [table.num_rows * place // count for place in range(count + 1)] if count else []
    return [write(folder, table.slice(start, end - start)) for start, end in pairwise(edges)]


def read(folder: Path, part: Part, columns: Sequence[str] | None = None) -> pa.Table:
    """Those of the columns that the part has. Raises UnreadableError."""
    try:
        with pq.ParquetFile(_path(folder, part), page_checksum_verification=True) as file:
            if columns is None:
                return file.read()
            there = set(file.schema_arrow.names)
            wanted = [name for name in columns if name in there]
            # A name with a point in it would bring others along.
            return file.read(wanted, use_threads=False).select(wanted)
    except (OSError, pa.ArrowException) as fault:
        raise UnreadableError(part.name) from fault


def holding(folder: Path, part: Part, ids: pa.Array) -> list[str]:
    """Those of the keys whose responses are in the part. Raises UnreadableError."""
    try:
        with pq.ParquetFile(_path(folder, part), page_checksum_verification=True) as file:
            found = (file.read_row_group(n, ["id"])["id"] for n in _groups(file, ids))
            return [
                key for column in found for key in column.filter(pc.is_in(column, ids)).to_pylist()
            ]
    except (OSError, pa.ArrowException) as fault:
        raise UnreadableError(part.name) from fault


def first_key(folder: Path, part: Part) -> str:
    """The lowest key of a part's responses. Raises UnreadableError."""
    try:
        with pq.ParquetFile(_path(folder, part)) as file:
            return str(file.metadata.row_group(0).column(0).statistics.min)
    except (OSError, pa.ArrowException) as fault:
        raise UnreadableError(part.name) from fault


def _groups(file: pq.ParquetFile, ids: pa.Array) -> Iterator[int]:
    """The row groups that may hold one of them: rows are sorted by key."""
    for place in range(file.metadata.num_row_groups):
        bounds = file.metadata.row_group(place).column(0).statistics
        after, before = pc.greater_equal(ids, bounds.min), pc.less_equal(ids, bounds.max)
        if pc.any(pc.and_(after, before)).as_py():
            yield place


def present(folder: Path) -> set[Path]:
    return set(folder.iterdir())


def clean(folder: Path, before: set[Path], manifest: Manifest) -> None:
    """Take away, of what was there before, all that the manifest does not name."""
    named = {_manifest(folder, manifest.generation), folder / LOCK}
    named |= {_path(folder, part) for part in manifest.parts}
    for path in before - named:
        path.unlink(missing_ok=True)


def forget(folder: Path, generation: str) -> None:
    """Have a manifest be missing, so that everything is made again."""
    _manifest(folder, generation).unlink(missing_ok=True)


def _path(folder: Path, part: Part) -> Path:
    return folder / part.name


def _manifest(folder: Path, generation: str) -> Path:
    return folder / f"{generation}.json"


def _replace(path: Path, content: bytes | pa.Buffer) -> None:
    """Whole or not at all. Not waited for: what a power cut damages is made again."""
    temporary = path.with_suffix(".new")
    temporary.write_bytes(content)
    temporary.replace(path)
