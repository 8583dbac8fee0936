"""A collection's responses as parts, current with the database whenever they are asked for.

What changed since is noted by the database; it is read, written as parts, and a manifest that names
them put beside the old one. Which manifest holds is one word in the database, changed in the same
transaction that forgets the notes: a crash before it changes nothing, and of several processes one
wins. What the folder lacks is made again from the responses, a stretch of their random keys after
the other: each stands by itself, so that whoever is interrupted loses one of them at most, and
nothing is held but what one part holds.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import wraps
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple, ParamSpec, TypeGuard, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import delete, exists, select

from app.extensions import db, reading, somebody_waits
from app.models import Collection, ColumnarState, Mode, Response, ResponseChange
from app.models.columns import utc_now
from app.services.columnar import changes, parts, waiting
from app.services.columnar.changes import BusyError, Change, Link, State
from app.services.columnar.parts import LARGEST, Manifest, Part, Rest, UnreadableError
from app.services.columnar.table import joined, table_of
from app.storage import columns_folder

_TRIES, _AGAIN = 1000, 5
_AT_MOST = 8
"""Parts of about the same size that are left beside each other before they become one."""

Found = TypeVar("Found")
Asked = ParamSpec("Asked")


class _Made(NamedTuple):
    """The parts, the changes that they take up, whether there are more of those to be taken up
    now, and what was not read yet.
    """

    parts: list[Part]
    seen: Sequence[Change]
    more: bool
    rest: Rest | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The responses of a collection at one moment."""

    folder: Path
    manifest: Manifest

    def tables(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """The columns, part by part, as far as there are any. Raises UnreadableError."""
        for part in self.manifest.parts:
            yield self.table(part, columns)

    def table(self, part: Part, columns: Sequence[str]) -> pa.Table:
        """Those of the columns that a part has. Raises UnreadableError."""
        try:
            return parts.read(self.folder, part, columns)
        except UnreadableError:
            # Where it is not the current one any more, this does no harm.
            parts.forget(self.folder, self.manifest.generation)
            raise


def used(collection: Collection, work: Callable[[Snapshot], Found]) -> Found:
    """What ``work`` makes of the responses as they are now."""
    return again(lambda: work(current(collection)))()


def again(work: Callable[Asked, Found]) -> Callable[Asked, Found]:
    """What reads parts as it goes along: it is done again where one went meanwhile, since somebody
    else merged it or it is damaged.
    """

    @wraps(work)
    def done(*args: Asked.args, **kwargs: Asked.kwargs) -> Found:
        for _time in range(_AGAIN - 1):
            with suppress(UnreadableError):
                return work(*args, **kwargs)
        return work(*args, **kwargs)

    return done


def current(collection: Collection) -> Snapshot:
    """Everything that the database has of a collection, as parts.

    Raises Preparing in a request that would take long: the worker does it.
    """
    return _current(collection.id, anonymous=collection.mode == Mode.ANONYMOUS)


def _current(key: str, *, anonymous: bool, anew: bool = False) -> Snapshot:
    """``anew``: have a new manifest even where nothing changed, which lets files that no manifest
    names be taken away; of what was not read yet, some.
    """
    folder = columns_folder() / key
    for _time in range(_TRIES):
        with changes.linked() as link:
            state = changes.state(link, key)
            manifest = parts.load(folder, state.generation) if state.generation else None
            if _holds(manifest, state) and not anew:
                return Snapshot(folder, manifest)
            if somebody_waits() and not anew:
                waiting.require_soon(link, key, manifest)
            if (made := _further(link, key, anonymous=anonymous, anew=anew)) is not None:
                return made
    raise UnreadableError(key)


def _further(link: Link, key: str, *, anonymous: bool, anew: bool = False) -> Snapshot | None:
    """A stretch, or some changes, taken up; None: there is more, or somebody else did it."""
    folder = columns_folder() / key
    folder.mkdir(mode=0o700, exist_ok=True)
    # Who holds the database's one lock must not wait for who waits for that lock.
    with _alone(folder) if link.own else nullcontext():
        return _Work(link, folder, key, anonymous).bring_up(anew=anew)


def _holds(manifest: Manifest | None, state: State) -> TypeGuard[Manifest]:
    """Whether it names all responses as they are."""
    return manifest is not None and manifest.rest is None and not state.changed


def moment(collection: Collection) -> str:
    """What names the responses as they are now: another name is given when any of them changes."""
    return current(collection).manifest.generation


def refresh(collection: Collection) -> None:
    """Take up what changed now: after an erasure nothing of it is left on disk.

    For whoever has just committed, since what the session has not is given up. Where nothing is
    kept yet, nothing is done.
    """
    key, anonymous = collection.id, collection.mode == Mode.ANONYMOUS
    if not (columns_folder() / key).is_dir():
        return
    db.session.rollback()  # on SQLite reading took the lock of who writes
    _current(key, anonymous=anonymous, anew=True)


def catch_up(least: int = 5_000) -> None:
    """All of it at once."""
    while catch_some(least):
        pass


def catch_some(least: int = 5_000) -> bool:
    """Read what so many responses brought, such as an import, before somebody waits for it, and go
    on where parts were begun or are missing: of each collection one stretch, some seconds' worth,
    so that who does it has its turn at other work. Gives whether there is more.

    Of an anonymous collection nothing is read before it closes: while it is open nobody asks.
    """
    noted = exists().where(ResponseChange.collection_id == Collection.id)
    answered = exists().where(Response.collection_id == Collection.id)
    secret_and_open = (Collection.mode == Mode.ANONYMOUS) & (
        Collection.closes_at.is_(None) | (Collection.closes_at > utc_now())
    )
    query = (
        select(Collection.id, Collection.mode, ColumnarState.generation, noted)
        .outerjoin(ColumnarState, ColumnarState.collection_id == Collection.id)
        .where(~secret_and_open, noted | answered)
    )
    with reading():
        found, more = db.session.execute(query).all(), False
        db.session.rollback()
        for key, mode, generation, changed in found:
            held = parts.load(columns_folder() / key, generation) if generation else None
            if _holds(held, State(generation, changed)):
                continue
            with changes.linked() as link:
                if waiting.work(link, key, held) >= least:
                    more |= _further(link, key, anonymous=mode == Mode.ANONYMOUS) is None
    return more


def forget_gone() -> None:
    """Take away what is kept of collections that are no more."""
    there = set(db.session.scalars(select(Collection.id)))
    db.session.execute(
        delete(ResponseChange).where(ResponseChange.collection_id.not_in(select(Collection.id)))
    )
    db.session.commit()
    for folder in columns_folder().iterdir():
        if folder.name not in there:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One at a time does the work."""
    with (folder / parts.LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True, slots=True)
class _Work:
    """Bringing the parts of one collection up to what the database has."""

    link: Link
    folder: Path
    key: str
    anonymous: bool

    def bring_up(self, *, anew: bool) -> Snapshot | None:
        """Take up what was noted, or a stretch of what was not read yet; None: look again."""
        state = changes.state(self.link, self.key)
        old = parts.load(self.folder, state.generation) if state.generation else None
        if _holds(old, state) and not anew:
            return Snapshot(self.folder, old)  # somebody else did it while this one waited
        try:
            # What was erased must be gone now: the rest can wait.
            later = old is not None and (old.rest is None or anew)
            made = self._changed(old) if old and later else self._stretch(old)
        except UnreadableError:
            parts.forget(self.folder, state.generation or "")
            return None
        named = tuple(sorted(made.parts, key=lambda part: part.name))
        new = Manifest(parts.new_name(), named, made.rest)
        parts.save(self.folder, new)
        snapshot = self._accepted(state.generation, new, made.seen)
        return None if made.more or (made.rest and not anew) else snapshot

    def _accepted(
        self, before: str | None, new: Manifest, seen: Sequence[Change]
    ) -> Snapshot | None:
        """Let the new manifest hold, and take away what none names."""
        snapshot = Snapshot(self.folder, new)
        # Whatever is there now is this one's, or nobody's if this one wins: others that are at it
        # wait for the lock, or hold the database's and win.
        present = parts.present(self.folder)
        try:
            won = changes.accept(
                self.link, self.key, before=before, after=new.generation, seen=seen
            )
        except BusyError:
            return snapshot  # good for now; the next one does it again
        if won and self.link.own:
            parts.clean(self.folder, present, new)
        return snapshot if won else None

    def _stretch(self, old: Manifest | None) -> _Made:
        """The parts so far, and the next stretch of responses, read from the database."""
        rest = old and old.rest
        if rest is None:
            rest = Rest("", changes.count(self.link, self.key))
        upto = _upto(rest)
        tables, rows = [table_of([])], 0
        seen: Sequence[Change] = ()
        for noted, some in changes.stretch(self.link, self.key, rest.after, upto, LARGEST):
            seen = noted
            rows += len(some)
            if some:
                tables.append(table_of(some))
                last = some[-1][0]
        if rows == LARGEST:  # there may be more
            upto = last
        made = [*(old.parts if old else ()), *parts.write_all(self.folder, joined(tables))]
        # What was read before this stretch may have changed since.
        return _Made(made, seen, old is not None, None if upto is None else Rest(upto, rest.of))

    def _changed(self, old: Manifest) -> _Made:
        """The old parts, but for those that hold what changed, and what is new."""
        noted = changes.noted(self.link, self.key, upto=old.rest.after if old.rest else None)
        table = table_of(noted.rows)
        left, placed = _without(self.folder, old.parts, noted.known, table)
        added = table.filter(pc.invert(pc.is_in(table["id"], pa.array(placed, pa.string()))))
        if added.num_rows:
            # In an anonymous collection parts that grew one after the other would tell who was
            # later.
            add = _spread if self.anonymous else _merged
            left = add(self.folder, left, added)
        return _Made(left, noted.seen, noted.more, old.rest)


def _upto(rest: Rest) -> str | None:
    """Up to where the next stretch reaches, if keys are as random as they should be: a part, not
    quite full; None: there is no more after it.
    """
    try:
        begin = int((rest.after.replace("-", "")[:16]).ljust(16, "0"), 16)
    except ValueError:  # not one of ours
        return None
    end = begin + (LARGEST * 3 // 4 << 64) // max(rest.of, 1)
    if end >= 1 << 64:
        return None
    text = f"{end:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:]}"


def _without(
    folder: Path, old: Sequence[Part], known: frozenset[str], table: pa.Table
) -> tuple[list[Part], list[str]]:
    """The parts, those that held a known response written again with what became of it; and the
    keys that were found.
    """
    if not known:
        return list(old), []
    ids = pa.array(sorted(known))
    left, placed = [], []
    for part in old:
        found = pa.array(parts.holding(folder, part, ids), pa.string())
        if not len(found):
            left.append(part)
            continue
        placed += found.to_pylist()
        before = parts.read(folder, part)
        others = before.filter(pc.invert(pc.is_in(before["id"], found)))
        now = table.filter(pc.is_in(table["id"], found))
        left += parts.write_all(folder, joined([others, now]))
    return left, placed


def _merged(folder: Path, old: Sequence[Part], added: pa.Table) -> list[Part]:
    """The new rows as a part; with others of its size once there are enough of them.

    So a row is written again a few times at most, however many come one by one.
    """
    left, gathered, rows = list(old), [added], added.num_rows
    while True:
        alike = [part for part in left if part.rows < LARGEST // 2 and part.rows <= rows]
        if len(alike) < _AT_MOST:
            break
        gathered += [parts.read(folder, part) for part in alike]
        rows += sum(part.rows for part in alike)
        left = [part for part in left if part not in alike]
    return left + parts.write_all(folder, joined(gathered))


def _spread(folder: Path, old: Sequence[Part], added: pa.Table) -> list[Part]:
    """All rows anew, by stretches of keys, so that parts differ in nothing but random keys."""
    stretches = sorted((parts.first_key(folder, part), part.name, part) for part in old)
    ends = [first for first, _name, _part in stretches[1:]]
    made: list[Part] = []
    for (_first, _name, part), end in zip_longest(stretches, ends):
        some = added if end is None else added.filter(pc.field("id") < end)
        added = added if end is None else added.filter(pc.field("id") >= end)
        made += parts.write_all(folder, joined([parts.read(folder, part), some]))
    return made or parts.write_all(folder, added)
