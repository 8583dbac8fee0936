"""Figures after changes are those of responses that are counted for the first time."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import delete

from app.extensions import db
from app.models import Collection, Response, ResponseState, Territory
from app.services import collections
from app.services.analytics import cells, counts
from app.services.analytics.analyse import analyse
from app.services.analytics.sampling import read_sampling
from app.services.columnar import keeping, parts
from app.storage import columns_folder
from tests.analytics.conftest import answer, make_territories, people
from tests.analytics.sample import CLUSTERS, drawn, sampled


def figures(by: str | None) -> object:
    found = analyse("sample", by=by).to_dict()
    db.session.rollback()
    return found


def anew(collection: Collection, by: str | None) -> object:
    """The same with nothing kept and nothing remembered."""
    shutil.rmtree(columns_folder() / collection.id)
    counts._memory.__init__(counts._MOST_CELLS)  # type: ignore[misc]
    return figures(by)


@pytest.mark.parametrize("by", [None, "territory", "sex"])
def test_after_changes_as_for_the_first_time(
    in_app: object, monkeypatch: pytest.MonkeyPatch, by: str | None
) -> None:
    monkeypatch.setattr(parts, "LARGEST", 40)
    monkeypatch.setattr(keeping, "LARGEST", 40)
    make_territories()
    collection = drawn()
    answer(collection, sampled(150))
    assert figures(by) == anew(collection, by)
    for change in CHANGES:
        before = figures(by)
        change(collection)
        db.session.commit()
        keeping.refresh(collection)
        found = figures(by)
        assert found != before
        assert found == anew(collection, by)


def _others(collection: Collection) -> None:
    answer(collection, sampled(7))
    answer(collection, people(2), preview=True)


def _of_the_first_place(most: int) -> Sequence[Response]:
    """A change to these is seen by who sees everything and by who sees that place alone."""
    place = db.select(Territory.id).where(Territory.code == "T-1").scalar_subquery()
    query = db.select(Response).where(Response.counts(), Response.territory_id == place)
    found = db.session.scalars(query.limit(most)).all()
    assert len(found) == most
    return found


def _reviewed(_collection: Collection) -> None:
    for row in _of_the_first_place(5):
        row.state = ResponseState.REJECTED


def _edited(_collection: Collection) -> None:
    for row in _of_the_first_place(30):
        row.answers = row.answers | {"mark": 1, "age": 99, "order": ["b", "a"]}


def _erased(_collection: Collection) -> None:
    keys = [row.id for row in _of_the_first_place(9)]
    db.session.execute(delete(Response).where(Response.id.in_(keys)))


CHANGES: tuple[Callable[[Collection], None], ...] = (_others, _reviewed, _edited, _erased)


def test_the_same_where_there_are_more_combinations_than_a_number_tells_apart(
    in_app: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_territories()
    collection = drawn()
    answer(collection, sampled(60))
    before = figures("territory")
    monkeypatch.setattr(cells, "_WIDEST", 2)
    assert anew(collection, "territory") == before


def test_a_sample_is_read_in_parts(in_app: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sums of floats over rows in another order differ in their last bits, and in no more."""
    make_territories()
    collection = drawn()
    answer(collection, sampled(150))
    collections.declare_design("sample", read_sampling(CLUSTERS))
    one = [each for m in analyse("sample", by="sex").measures for each in m.estimates]
    db.session.rollback()
    monkeypatch.setattr(parts, "LARGEST", 20)
    monkeypatch.setattr(keeping, "LARGEST", 20)
    shutil.rmtree(columns_folder() / collection.id)
    other = [each for m in analyse("sample", by="sex").measures for each in m.estimates]
    assert len(one) == len(other) > 50
    for here, there in zip(one, other, strict=True):
        assert (here.n, here.base, here.domain, here.flags) == (
            there.n, there.base, there.domain, there.flags,
        )  # fmt: skip
        for name in ("value", "se", "low", "high", "df"):
            assert getattr(there, name) == pytest.approx(getattr(here, name), rel=1e-9)
