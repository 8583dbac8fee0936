"""Suppressed cells stay hidden: every table of whole numbers that agrees is enumerated."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analisis import AnalysisError, ErrorCode
from analisis.publication import (
    Cell,
    Suppressed,
    Suppression,
    Table,
    audit,
    counts_behind,
    suppress,
)
from analisis.publication.auditor import Attack
from analisis.publication.tables import link


def possible(tables: list[Table], suppressed: set[Cell], most: int) -> dict[Cell, set[int]]:
    """The counts of each suppressed cell in all tables that agree with what is shown."""
    inner: dict[Cell, np.ndarray | int] = {}
    for table in tables:
        for index in np.ndindex(*table.counts.shape):
            cell = table.cell(index)
            hidden = cell in suppressed
            inner[cell] = -1 if hidden else int(table.counts[index])
    unknown = [cell for cell, value in inner.items() if isinstance(value, int) and value < 0]
    grids = np.indices((most + 1,) * len(unknown), dtype=np.int16).reshape(
        len(unknown), (most + 1) ** len(unknown)
    )
    inner |= dict(zip(unknown, grids, strict=True))
    agree = np.ones(grids.shape[1] if unknown else 1, dtype=bool)
    values: dict[Cell, np.ndarray | int] = dict(inner)
    for table in tables:
        full = table.with_margins()
        for index in np.ndindex(*full.shape):
            axes = [
                range(size - 1) if i == size - 1 else [i]
                for i, size in zip(index, full.shape, strict=True)
            ]
            total = sum(inner[table.cell(each)] for each in product(*axes))
            cell = table.cell(index)
            agree &= total == values.setdefault(cell, total)
            if cell not in suppressed and table.publishes(index):
                agree &= total == full[index]
    return {
        cell: set(np.broadcast_to(values[cell], agree.shape)[agree].tolist()) for cell in suppressed
    }


def check(tables: list[Table], found: Suppression, threshold: int, most: int) -> None:
    system = link(tables)
    for cell, count, published in zip(system.cells, system.counts, system.published, strict=True):
        small = published and 0 < count < threshold
        assert small == (found.reasons.get(cell) is Suppressed.PRIMARY)
    assert found.safe
    seen = possible(tables, set(found.reasons), most)
    for each in found.audit:
        assert each.count in seen[each.cell]
        assert len(seen[each.cell]) > 1, f"{each.cell} can be recovered"
        assert each.low <= min(seen[each.cell])
        assert each.high is None or each.high >= max(seen[each.cell])


counts = st.integers(0, 4)


@settings(max_examples=30, deadline=None)
@given(cells=st.lists(counts, min_size=6, max_size=6), threshold=st.integers(2, 4))
def test_one_table(cells: list[int], threshold: int) -> None:
    table = Table("t", {"place": "AB", "answer": "xyz"}, np.reshape(cells, (2, 3)))
    check([table], suppress([table], threshold), threshold, most=7)


@settings(max_examples=15, deadline=None)
@given(cells=st.lists(counts, min_size=8, max_size=8), threshold=st.integers(2, 3))
def test_three_dimensions(cells: list[int], threshold: int) -> None:
    table = Table("t", {"a": "01", "b": "01", "c": "01"}, np.reshape(cells, (2, 2, 2)))
    check([table], suppress([table], threshold), threshold, most=5)


@settings(max_examples=15, deadline=None)
@given(data=st.data(), threshold=st.integers(2, 3))
def test_linked_tables(data: st.DataObject, threshold: int) -> None:
    """Two tables of the same people, made from one table that nobody publishes."""
    people = np.reshape(data.draw(st.lists(st.integers(0, 2), min_size=8, max_size=8)), (2, 2, 2))
    places = {"place": "AB"}
    tables = [
        Table("by sex", places | {"sex": "FM"}, people.sum(axis=2)),
        Table("by answer", places | {"answer": "yn"}, people.sum(axis=1),
              margins=data.draw(st.sampled_from([True, [["place"]], [["answer"], []]]))),
    ]  # fmt: skip
    check(tables, suppress(tables, threshold), threshold, most=5)


@settings(max_examples=20, deadline=None)
@given(data=st.data(), width=st.integers(1, 3))
def test_limits_are_those_of_the_enumeration(data: st.DataObject, width: int) -> None:
    """With all margins shown every count is bounded, and the limits are exact."""
    cells = np.reshape(data.draw(st.lists(counts, min_size=6, max_size=6)), (2, 3))
    table = Table("t", {"place": "AB", "answer": "xyz"}, cells)
    inner = [table.cell(index) for index in np.ndindex(2, 3)]
    hidden = set(data.draw(st.lists(st.sampled_from(inner), min_size=1, unique=True)))
    seen = possible([table], hidden, most=int(cells.sum(axis=1).max()))
    for each in audit([table], hidden, width=width):
        assert (each.low, each.high) == (min(seen[each.cell]), max(seen[each.cell]))
        assert each.protected == (each.high - each.low >= width)


def test_limits_of_whole_numbers_where_fractions_reach_further() -> None:
    """Two rings of three: halves give the total 3, whole numbers no more than 2."""
    rings = ("abc", "def")
    letters = Table("letters", {"letter": "abcdef"}, [1, 0, 0, 1, 0, 0])
    pairs = [ring[i] + ring[(i + 1) % 3] for ring in rings for i in range(3)]
    ones = Table("pairs", {"pair": pairs}, [1] * 6, universe="pairs", margins=False)
    rest = [1 - sum(letter in "ad" for letter in pair) for pair in pairs]
    slack = Table("rest", {"pair": pairs}, rest, universe="rest", margins=False)
    sums = [
        (
            ones.cell((i,)),
            [*(Cell.of({"letter": letter}) for letter in pair), slack.cell((i,))],
        )
        for i, pair in enumerate(pairs)
    ]
    hidden = [letters.cell((i,)) for i in range(7)] + [slack.cell((i,)) for i in range(6)]
    total = audit([letters, ones, slack], hidden, sums=sums)[6]
    assert (total.count, total.low, total.high) == (2, 0, 2)


def test_a_complement_that_another_table_gives_away() -> None:
    first = Table("sex", {"place": "AB", "sex": "FM"}, [[3, 40], [50, 60]])
    second = Table("sex again", {"sex": "FM"}, [3, 40], where={"place": "A"}, margins=False)
    assert suppress([first], 5).safe
    found = suppress([first, second], 5)
    assert found.safe
    # What is hidden in one table is hidden in the other.
    assert found.tables[1].shown.tolist() == [False, False, False]
    assert found.tables[0].shown[0].tolist() == [False, False, True]


def test_without_complementary_the_audit_says_what_can_be_recovered() -> None:
    found = suppress([Table("t", {"a": "xyz"}, [3, 20, 30])], 5, complementary=False)
    assert not found.safe
    assert [(each.count, each.low, each.high) for each in found.audit] == [(3, 3, 3)]


def test_a_sum_declared_between_tables() -> None:
    communes = Table("communes", {"commune": "abc"}, [3, 20, 30], margins=False)
    provinces = Table("provinces", {"province": "PQ"}, [23, 30], margins=False)
    parts = [
        (Cell.of({"province": "P"}), [Cell.of({"commune": "a"}), Cell.of({"commune": "b"})]),
        (Cell.of({"province": "Q"}), [Cell.of({"commune": "c"})]),
    ]
    assert len(suppress([communes, provinces], 5).reasons) == 2
    found = suppress([communes, provinces], 5, sums=parts)
    assert found.safe
    assert Cell.of({"commune": "b"}) in found.reasons or Cell.of({"province": "P"}) in found.reasons


def test_zeros_and_unanimous_cells_are_hidden_on_request() -> None:
    table = Table("t", {"place": "ABC", "answer": "yn"}, [[12, 0], [20, 30], [25, 15]])
    assert suppress([table], 5).reasons == {}
    zeros = suppress([table], 5, zeros=True)
    assert zeros.safe
    assert zeros.reasons[table.cell((0, 1))] is Suppressed.PRIMARY
    alike = suppress([table], 5, unanimous=True)
    assert alike.safe
    assert alike.reasons[table.cell((0, 0))] is Suppressed.UNANIMOUS


def test_width_asks_for_more_room() -> None:
    table = Table("t", {"place": "ABCD", "answer": "yn"}, [[1, 90], [1, 80], [40, 60], [50, 55]])
    narrow, wide = suppress([table], 5), suppress([table], 5, width=10)
    assert narrow.safe
    assert wide.safe
    assert min(each.high - each.low for each in narrow.audit if each.high is not None) < 10
    assert all(each.high is None or each.high - each.low >= 10 for each in wide.audit)


def test_nothing_hidden_beyond_need() -> None:
    table = Table("t", {"place": range(8), "answer": range(5)}, np.arange(40).reshape(8, 5) + 1)
    found = suppress([table], 4)
    assert found.safe
    extra = [c for c, reason in found.reasons.items() if reason is Suppressed.COMPLEMENTARY]
    for cell in extra:
        without = audit([table], set(found.reasons) - {cell})
        assert not all(each.protected for each in without)


def test_the_same_input_gives_the_same_cells() -> None:
    rng = np.random.default_rng(5)
    values = rng.integers(0, 40, (12, 5))
    table = Table("t", {"place": range(12), "answer": range(5)}, values)
    runs = [suppress([table], 6).reasons for _ in range(2)]
    assert runs[0] == runs[1]
    system = link([table])
    hidden = [system.find(cell) for cell in runs[0]]
    assert Attack(system, hidden).exposed(hidden, 1) is None


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: Table("t", {"a": "xy"}, [1, -1]), ErrorCode.INVALID_COUNT),
        (lambda: Table("t", {"a": "xy"}, [1, 1.5]), ErrorCode.INVALID_COUNT),
        (lambda: Table("t", {"a": "xyz"}, [1, 1]), ErrorCode.INVALID_COUNT),
        (lambda: Table("t", {"a": "xx"}, [1, 1]), ErrorCode.INVALID_ARGUMENT),
        (lambda: Table("t", {"a": "x"}, [1], where={"a": "x"}), ErrorCode.INVALID_ARGUMENT),
        (lambda: Table("t", {"a": "x"}, [1], margins=[["b"]]), ErrorCode.INVALID_ARGUMENT),
        (lambda: suppress([Table("t", {"a": "x"}, [1])], 0), ErrorCode.INVALID_ARGUMENT),
        (lambda: suppress(None, 5), ErrorCode.INVALID_ARGUMENT),
        (lambda: suppress([Table("t", {"a": "x"}, [1])], 5, width=0), ErrorCode.INVALID_ARGUMENT),
        (lambda: audit([Table("t", {"a": "x"}, [1])], [Cell.of({"a": "z"})]),
         ErrorCode.INVALID_ARGUMENT),
        (lambda: suppress([Table("t", {"a": "x"}, [1]), Table("u", {"a": "x"}, [2])], 5),
         ErrorCode.TOTALS_MISMATCH),
        (lambda: suppress([Table("t", {"a": "xy"}, [1, 2])], 5,
                          sums=[(Cell.of({"a": "x"}), [Cell.of({"a": "y"})])]),
         ErrorCode.TOTALS_MISMATCH),
        (lambda: suppress([Table("t", {"a": "xy"}, [0, 2])], 5, sums=[(Cell.of({"a": "x"}), [])]),
         ErrorCode.INVALID_ARGUMENT),
        (lambda: counts_behind(50, 3), ErrorCode.INVALID_ARGUMENT),
        (lambda: counts_behind(50, 0), ErrorCode.INVALID_COUNT),
    ],
)  # fmt: skip
def test_faults(call: object, code: ErrorCode) -> None:
    with pytest.raises(AnalysisError) as caught:
        call()
    assert caught.value.code is code


@given(base=st.integers(1, 400), data=st.data(), decimals=st.integers(0, 2))
def test_a_percentage_tells_its_count(base: int, data: st.DataObject, decimals: int) -> None:
    count = data.draw(st.integers(0, base))
    low, high = counts_behind(f"{100 * count / base:.{decimals}f}", base, decimals=decimals)
    assert low <= count <= high
    if base <= 100:
        assert low == high == count or base == 100
