"""Parts are made a stretch of keys after the other: whoever is interrupted goes on from there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

import pytest
from sqlalchemy import update

from app.extensions import db, reading
from app.models import Collection, ColumnarState, Mode, Response, Territory
from app.services.columnar import changes, keeping, parts
from app.storage import columns_folder
from tests.analytics.conftest import field
from tests.columnar.conftest import DEFINITIONS, add, fill
from tests.columnar.test_keeping import SECRET, _holds, kept, names, noted, there

LARGEST = 10


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LARGEST", LARGEST)
    monkeypatch.setattr(keeping, "LARGEST", LARGEST)


@pytest.fixture
def unread(every_type: Collection, places: Sequence[Territory]) -> Collection:
    fill(every_type, places, times=8)
    return every_type


def begun(collection: Collection) -> parts.Manifest:
    """What there is of it so far."""
    state = db.session.get_one(ColumnarState, collection.id)
    found = parts.load(columns_folder() / collection.id, state.generation)
    db.session.rollback()
    assert found is not None
    return found


@contextmanager
def interrupted(monkeypatch: pytest.MonkeyPatch, after: int) -> Iterator[None]:
    """The process is ended when it has made so many stretches, before the next one holds."""
    told, accept = [], changes.accept
    db.session.rollback()

    def once_more(*args: object, **words: object) -> bool:
        if len(told) == after:
            raise KeyboardInterrupt
        told.append(1)
        return accept(*args, **words)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(changes, "accept", once_more)
        # Whoever holds the database's one lock would have all of it undone.
        with reading(), pytest.raises(KeyboardInterrupt):
            yield
    db.session.rollback()


def test_no_more_is_held_than_a_part(unread: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, table_of = [], keeping.table_of

    def watched(rows: Sequence[Sequence[object]]) -> object:
        seen.append(len(rows))
        return table_of(rows)

    monkeypatch.setattr(keeping, "table_of", watched)
    assert kept(unread) == there(unread)
    assert max(seen) <= LARGEST
    assert sum(seen) == db.session.query(Response).count() == 65
    db.session.commit()
    assert noted() == 0


def test_whoever_is_interrupted_goes_on_from_there(
    unread: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with interrupted(monkeypatch, after=3):
        kept(unread)
    manifest = begun(unread)
    assert manifest.rest is not None
    assert 0 < manifest.rows < manifest.rest.of == 65
    # What was read is noted no more; the rest still is.
    assert noted() == 65 - manifest.rows
    assert kept(unread) == there(unread)
    assert {part.name for part in manifest.parts} <= names(unread)


@pytest.mark.parametrize("mode", list(Mode))
def test_what_changes_meanwhile_is_taken_up_once(
    places: Sequence[Territory], monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    text = (DEFINITIONS / "every-type.yaml").read_text(encoding="utf-8")
    collection = field(text, "meanwhile", mode=mode)
    rows = [add(collection, {"mark": n % 7}) for n in range(60)]
    db.session.commit()
    keys = sorted(row.id for row in rows)
    with interrupted(monkeypatch, after=4):
        kept(collection)
    for n in range(20):
        add(collection, {"mark": n % 7})
    db.session.execute(update(Response).where(Response.id.in_(keys[::9])).values(language="en"))
    db.session.execute(update(Response).where(Response.id.in_(keys[::7])).values(state="rejected"))
    for key in keys[3::10]:
        db.session.delete(db.session.get_one(Response, key))
    db.session.commit()
    assert kept(collection) == there(collection)
    db.session.commit()
    assert noted() == 0
    folder = columns_folder() / collection.id
    tables = [parts.read(folder, part) for part in begun(collection).parts]
    every = [key for table in tables for key in table["id"].to_pylist()]
    assert sorted(every) == sorted(row.id for row in db.session.query(Response))


def test_what_is_erased_is_in_no_part_that_was_begun(
    unread: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = add(unread, {"words": SECRET}, id="00000000-0000-4000-8000-000000000000")
    db.session.commit()
    with interrupted(monkeypatch, after=2):
        kept(unread)
    assert any(_holds(unread, SECRET))
    before = begun(unread)
    db.session.delete(row)
    db.session.commit()
    keeping.refresh(unread)
    assert not any(_holds(unread, SECRET))
    # The rest was not read for it.
    assert begun(unread).rest == before.rest
    assert kept(unread) == there(unread)


def test_keys_that_are_alike(every_type: Collection) -> None:
    for n in range(34):
        add(every_type, {"mark": n % 7}, id=f"ffffffff-0000-4000-8000-{n:012d}")
    add(every_type, {"mark": 1}, id="by hand")
    db.session.commit()
    assert kept(every_type) == there(every_type)
    assert len(kept(every_type)) == 35


def test_where_an_anonymous_collection_grows_parts_stay_stretches(
    places: Sequence[Territory],
) -> None:
    text = (DEFINITIONS / "every-type.yaml").read_text(encoding="utf-8")
    secret = field(text, "secret", mode=Mode.ANONYMOUS)
    for _time in range(4):
        before = names(secret) if (columns_folder() / secret.id).is_dir() else set()
        for n in range(17):
            add(secret, {"mark": n % 7})
        db.session.commit()
        assert kept(secret) == there(secret)
        db.session.commit()
        keeping.refresh(secret)
        assert not before & names(secret)
    folder = columns_folder() / secret.id
    manifest = begun(secret)
    keys = sorted(parts.read(folder, part)["id"].to_pylist() for part in manifest.parts)
    assert len(keys) > 6
    assert all(one == sorted(one) for one in keys)
    assert all(one[-1] < other[0] for one, other in pairwise(keys))
