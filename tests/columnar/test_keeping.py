"""What is kept as columns is what the database has, whatever happens to responses and files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from app.extensions import db, reading
from app.models import Collection, Mode, Response, ResponseChange, Territory
from app.services.analytics import columns
from app.services.columnar import changes, keeping, parts
from app.services.review.erasing import erase
from app.storage import columns_folder
from tests.analytics.conftest import field, statements
from tests.columnar.conftest import DEFINITIONS, add, files, fill

SECRET = "palabra-que-debe-desaparecer"


def kept(collection: Collection) -> list[str]:
    """The keys of what counts, as figures are made of them now."""
    return sorted(columns.read(collection, ["_id"]).column("_id").to_pylist())


def there(collection: Collection) -> list[str]:
    query = select(Response.id).where(Response.collection_id == collection.id, Response.counts())
    found = sorted(db.session.scalars(query))
    db.session.commit()
    return found


def noted() -> int:
    count = db.session.scalar(select(func.count()).select_from(ResponseChange)) or 0
    db.session.commit()
    return count


def names(collection: Collection) -> set[str]:
    return {path.name for path in files(collection)}


@pytest.fixture
def filled(every_type: Collection, places: Sequence[Territory]) -> Collection:
    fill(every_type, places)
    assert kept(every_type) == there(every_type)
    db.session.commit()
    return every_type


def test_the_database_notes_all_that_changes(filled: Collection) -> None:
    assert noted() == 0
    row = add(filled, {"mark": 3})
    db.session.commit()
    assert noted() == 1
    db.session.execute(update(Response).where(Response.id == row.id).values(over_quota=True))
    assert noted() == 1  # no figure is made of that
    db.session.execute(update(Response).where(Response.id == row.id).values(state="rejected"))
    db.session.execute(delete(Response).where(Response.id == row.id))
    assert noted() == 3
    assert kept(filled) == there(filled)
    db.session.commit()
    assert noted() == 0


def test_what_is_new_is_read_and_nothing_else(filled: Collection) -> None:
    before = names(filled)
    add(filled, {"mark": 3})
    db.session.commit()
    with statements() as seen:
        assert kept(filled) == there(filled)
    assert before < names(filled)
    assert len(names(filled)) == len(before) + 1
    # Where nothing changed, the database is asked for that alone.
    with statements() as again:
        kept(filled)
    assert len(again) < len(seen) < 12
    assert sum("FROM responses" in each for each in again) == 0


def test_a_review_an_edit_and_an_erasure(filled: Collection) -> None:
    rows = db.session.query(Response).filter(Response.counts()).limit(3).all()
    rows[0].state = "rejected"
    rows[1].answers = {"words": SECRET}
    db.session.delete(rows[2])
    key = rows[1].id
    db.session.commit()
    assert kept(filled) == there(filled)
    table = columns.read(filled, ["_id", "words"]).to_pylist()
    assert {"_id": key, "words": SECRET} in table


def test_what_is_erased_is_in_no_file(filled: Collection) -> None:
    row = add(filled, {"words": SECRET})
    db.session.commit()
    keeping.refresh(filled)
    assert any(_holds(filled, SECRET))
    db.session.delete(row)
    db.session.commit()
    keeping.refresh(filled)
    assert not any(_holds(filled, SECRET))
    assert kept(filled) == there(filled)


def _holds(collection: Collection, word: str) -> list[bool]:
    found = []
    for path in files(collection):
        table = parts.pq.read_table(path)
        found.append(any(word in str(column.to_pylist()) for column in table.columns))
    return found


def test_a_collection_that_is_no_more_leaves_nothing(filled: Collection) -> None:
    folder = columns_folder() / filled.id
    assert folder.is_dir()
    db.session.delete(filled)
    db.session.commit()
    assert noted() > 0
    keeping.forget_gone()
    assert not folder.exists()
    assert noted() == 0


@pytest.mark.parametrize("damage", ["gone", "cut", "changed", "manifest"])
def test_what_is_damaged_is_made_again(filled: Collection, damage: str) -> None:
    path = files(filled)[0]
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(content[:-10])
    elif damage == "changed":
        place = content.index(b"\x28\xb5\x2f\xfd") + 6  # within the first compressed page
        path.write_bytes(content[:place] + bytes([content[place] ^ 255]) + content[place + 1 :])
    else:
        for manifest in path.parent.glob("*.json"):
            manifest.write_bytes(b"{")
    assert kept(filled) == there(filled)
    assert columns.read(filled, ["mark", "words"]).num_rows == len(there(filled))


def test_a_crash_before_the_database_was_told_changes_nothing(
    filled: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(filled, {"mark": 3})
    db.session.commit()

    def crash(*_args: object, **_words: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(changes, "accept", crash)
        with pytest.raises(KeyboardInterrupt):
            kept(filled)
    db.session.rollback()
    assert noted() == 1
    assert kept(filled) == there(filled)


def test_whoever_holds_the_lock_keeps_nobody_from_figures(
    app: Flask, filled: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import that writes for minutes, on SQLite."""
    monkeypatch.setattr(changes, "_WAIT_MS", 10)
    add(filled, {"mark": 3})
    db.session.commit()
    wanted = there(filled)
    db.session.add(Territory(code="T-9", name="Nueve"))
    db.session.flush()
    found: list[list[str]] = []

    def look() -> None:
        with app.app_context():
            found.append(kept(db.session.get_one(Collection, filled_id)))
            db.session.remove()

    filled_id = filled.id
    _in_a_thread(look)
    assert found == [wanted]
    db.session.rollback()
    assert kept(filled) == wanted


def _in_a_thread(work: Callable[[], None]) -> None:
    def run() -> None:
        with reading():
            work()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_a_response_erased_by_staff_is_in_no_file(filled: Collection) -> None:
    row = add(filled, {"words": SECRET})
    db.session.commit()
    assert row.id in kept(filled)
    db.session.commit()
    erase(filled, row.id)
    assert not any(_holds(filled, SECRET))
    assert kept(filled) == there(filled)


def test_several_at_once_lose_nothing(app: Flask, filled: Collection) -> None:
    key, found, faults = filled.id, [], []

    def look() -> None:
        try:
            with app.app_context():
                mine = db.session.get_one(Collection, key)
                db.session.commit()
                for n in range(5):
                    add(mine, {"mark": n})
                    db.session.commit()
                    keeping.refresh(mine)
                found.append(len(kept(mine)))
                db.session.remove()
        except Exception as fault:  # noqa: BLE001 told by the assertion below
            faults.append(fault)

    before = len(there(filled))
    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert kept(filled) == there(filled)
    assert len(there(filled)) == before + 20
    assert max(found) == before + 20
    db.session.commit()
    assert noted() == 0


def test_small_parts_become_one(filled: Collection) -> None:
    for n in range(30):
        add(filled, {"mark": n % 7})
        db.session.commit()
        keeping.refresh(filled)
    assert len(files(filled)) < 12
    assert kept(filled) == there(filled)


def test_many_are_read_before_somebody_asks(filled: Collection) -> None:
    for n in range(12):
        add(filled, {"mark": n % 7})
    db.session.commit()
    keeping.catch_up(least=13)
    assert noted() == 12
    keeping.catch_up(least=12)
    assert noted() == 0


def test_more_changes_than_are_taken_up_at_a_time(
    filled: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "AT_ONCE", 7)
    monkeypatch.setattr(parts, "LARGEST", 10)
    monkeypatch.setattr(keeping, "LARGEST", 10)
    for n in range(25):
        add(filled, {"mark": n % 7})
    db.session.commit()
    for _time in range(3):
        db.session.execute(update(Response).values(language="en"))
    db.session.commit()
    assert kept(filled) == there(filled)
    assert set(columns.read(filled, ["_language"])["_language"].to_pylist()) == {"en"}


def test_parts_of_an_anonymous_collection_tell_no_order(
    places: Sequence[Territory], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "LARGEST", 8)
    monkeypatch.setattr(keeping, "LARGEST", 8)
    text = (DEFINITIONS / "every-type.yaml").read_text(encoding="utf-8")
    secret = field(text, "secret", mode=Mode.ANONYMOUS)
    for n in range(6):
        for _one in range(5):
            add(secret, {"mark": n})
        db.session.commit()
        assert kept(secret) == there(secret)
        db.session.commit()
    keeping.refresh(secret)
    bounds = []
    for path in files(secret):
        table = parts.pq.read_table(path)
        keys = table.column("id").to_pylist()
        assert keys == sorted(keys)
        bounds.append((keys[0], keys[-1]))
        told = set(table.column_names) - {name for name in table.column_names if ":" in name}
        assert not {"instance_id", "invitation_id", "received_at"} & told
        for name in ("started_at", "submitted_at", "organisation"):
            assert set(table.column(name).to_pylist()) == {None}
    bounds.sort()
    assert len(bounds) > 3
    # Each holds a stretch of random keys: nothing else is alike about its responses.
    assert all(one[1] < other[0] for one, other in pairwise(bounds))
