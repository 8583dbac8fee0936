"""What pages of any question count: of a part that was counted before, it is remembered."""

from __future__ import annotations

import shutil

import numpy as np
import pyarrow as pa
import pytest
from sqlalchemy import select

from app.extensions import db
from app.models import Collection, Territory
from app.services.analytics import coding, columns, sheet
from app.services.analytics.asked import Asked
from app.services.analytics.comparing import compare
from app.services.analytics.crossing import crossing
from app.services.analytics.explore import explore
from app.services.analytics.overview import overview
from app.services.columnar import keeping, parts
from app.services.scope import EVERYWHERE, Scope
from app.storage import columns_folder
from tests.analytics.conftest import answer, make_territories
from tests.analytics.sample import drawn, sampled
from tests.columnar.test_counting import CHANGES


def figures(scope: Scope = EVERYWHERE) -> list[object]:
    found = [
        explore("sample", Asked.of({"by": ["sex", "age:30,50"]}), scope=scope).to_dict(),
        explore("sample", Asked.of({"f.sex": ["f"], "by": ["territory"]}), scope=scope).to_dict(),
        crossing(
            "sample", Asked.of({"row": ["age:40"], "col": ["took_part"]}), scope=scope
        ).to_dict(),
        compare(
            "sample", Asked.of({"question": ["mark"], "by": ["territory"]}), scope=scope
        ).to_dict(),
        overview("sample", scope=scope).to_dict(),
    ]
    db.session.rollback()
    return [_rounded(each) for each in found]


def _rounded(told: object) -> object:
    """Sums of floats over rows in another order differ in their last bits, and in no more."""
    if isinstance(told, dict):
        return {name: _rounded(value) for name, value in told.items()}
    if isinstance(told, list | tuple):
        return [_rounded(each) for each in told]
    return float(f"{told:.10g}") if isinstance(told, float) else told


@pytest.fixture
def sample(in_app: object, monkeypatch: pytest.MonkeyPatch) -> Collection:
    for module in (columns, sheet):
        monkeypatch.setattr(module, "_memory", columns.Memory(64_000_000))
    for module in (parts, keeping):
        monkeypatch.setattr(module, "LARGEST", 40)
    make_territories()
    collection = drawn()
    answer(collection, sampled(150))
    return collection


@pytest.mark.parametrize("limited", [False, True])
def test_figures_after_changes_are_those_of_a_first_reading(
    sample: Collection, monkeypatch: pytest.MonkeyPatch, limited: bool
) -> None:
    one = db.session.scalars(select(Territory.id).where(Territory.code == "T-1")).one()
    scope = Scope(frozenset({one})) if limited else EVERYWHERE
    for change in (*CHANGES, _renamed):
        before = figures(scope)
        change(sample)
        db.session.commit()
        keeping.refresh(sample)
        found = figures(scope)
        assert found != before
        with monkeypatch.context() as patch:
            for module in (columns, sheet):
                patch.setattr(module, "_memory", columns.Memory(0))
            shutil.rmtree(columns_folder() / sample.id)
            assert figures(scope) == found


def _renamed(_collection: Collection) -> None:
    """What a code stands for is no part's."""
    territory = db.session.scalars(select(Territory).where(Territory.code == "T-1")).one()
    territory.code = "T-9"


def test_what_was_read_of_a_part_is_not_read_again(
    sample: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask() -> None:
        explore("sample", Asked.of({"by": ["sex"], "f.took_part": ["si"]}))
        crossing("sample", Asked.of({"row": ["sex"], "col": ["took_part"]}))
        compare("sample", Asked.of({"question": ["mark"], "by": ["sex"]}))
        overview("sample")

    read, seen = parts.read, []

    def watched(folder: object, part: parts.Part, *names: object) -> pa.Table:
        seen.append(part.name)
        return read(folder, part, *names)  # type: ignore[arg-type]

    monkeypatch.setattr(parts, "read", watched)
    ask()
    old = set(seen)
    assert len(old) > 3
    seen.clear()
    monkeypatch.setattr(columns, "_memory", columns.Memory(0))  # counts are enough
    ask()
    assert not seen
    db.session.rollback()
    answer(sample, sampled(2))
    ask()
    assert seen
    assert not old & set(seen)


@pytest.mark.parametrize("count", [0, 1, 126, 127, 128, 129, 40_000])
def test_places_take_as_few_bytes_as_do(count: int) -> None:
    texts = [None, *(str(n) for n in range(count)), None, *(str(n) for n in range(count))]
    piece = coding.Coded.of(pa.array(texts, pa.string()))
    other = coding.Coded.of(pa.array(["x", None, "0"], pa.string()))
    assert piece.places.dtype.itemsize == (1 if count < 128 else 2 if count < 32_768 else 4)
    whole = coding.together([piece, other])
    assert whole.to_pylist() == [*texts, "x", None, "0"]
    assert coding.together([]).to_pylist() == []
    assert np.count_nonzero(piece.places < 0) == 2


def test_what_is_remembered_has_a_bound() -> None:
    memory = columns.Memory(100)
    for n in range(50):
        memory.keep(n, n, 10)
    assert [n for n in range(50) if memory.get(n) == n] == list(range(40, 50))
    memory.keep("much", 1, 13)
    assert memory.get("much") is columns.MISSING
