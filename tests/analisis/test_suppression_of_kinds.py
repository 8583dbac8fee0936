"""Who thinks of kinds of people finds no hidden count: all crowds that agree are enumerated."""

from collections import Counter
from functools import cache
from itertools import combinations_with_replacement, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analisis import AnalysisError, ErrorCode, audit, audit_kinds, protect, protect_kinds
from analisis.publication import Cell, Suppressed, Table
from analisis.publication.tables import link

CLASSES = {"place": "AB", "sex": "fm", "knows": "yn", "agrees": "yn"}
KINDS = list(product(*CLASSES.values()))
CROSS = [[{name: each} for each in classes] for name, classes in CLASSES.items()]
PAIRS = [("place", "knows"), ("place", "agrees"), ("sex", "knows"), ("sex", "agrees")]
Crowd = Counter[tuple[str, ...]]


@cache
def crowds(size: int) -> np.ndarray:
    """Every crowd of so many people: how many of each kind, one crowd a row."""
    drawn = list(combinations_with_replacement(range(len(KINDS)), size))
    found = np.zeros((len(drawn), len(KINDS)), dtype=np.int64)
    for row, people in enumerate(drawn):
        for kind in people:
            found[row, kind] += 1
    return found


def members(cell: Cell) -> np.ndarray:
    where = [(list(CLASSES).index(name), value) for name, value in cell.where]
    return np.array([all(kind[i] == value for i, value in where) for kind in KINDS], dtype=np.int64)


def tables_of(crowd: Crowd) -> list[Table]:
    found = []
    for pair in PAIRS:
        sides = [CLASSES[name] for name in pair]
        cells = [Cell.of(dict(zip(pair, values, strict=True))) for values in product(*sides)]
        counts = [sum(members(cell) * [crowd[kind] for kind in KINDS]) for cell in cells]
        table = dict(zip(pair, sides, strict=True))
        found.append(Table(" by ".join(pair), table, np.reshape(counts, (2, 2))))
    return found


def possible(tables: list[Table], hidden: set[Cell], size: int) -> dict[Cell, set[int]]:
    """The counts of each hidden cell in all crowds that agree with the shown ones."""
    system, every = link(tables), crowds(size)
    agree = np.ones(len(every), dtype=bool)
    for cell, count in zip(system.cells, system.counts, strict=True):
        if cell not in hidden:
            agree &= every @ members(cell) == count
    return {cell: set((every[agree] @ members(cell)).tolist()) for cell in hidden}


people = st.lists(st.sampled_from(KINDS), min_size=1, max_size=5).map(Counter)
# The number of people is shown: else there is no end to the crowds.
CELLS = [cell for cell in link(tables_of(Counter())).cells if cell.where]


@settings(max_examples=30, deadline=None, derandomize=True)
@given(people, st.sets(st.sampled_from(CELLS), min_size=1))
def test_what_is_known_is_what_no_other_crowd_has(crowd: Crowd, hidden: set[Cell]) -> None:
    tables = tables_of(crowd)
    counts = {cell: int(link(tables).counts[link(tables).find(cell)]) for cell in hidden}
    seen = possible(tables, hidden, crowd.total())
    known = {cell for cell in hidden if not {counts[cell] - 1, counts[cell] + 1} & seen[cell]}
    assert set(audit_kinds(tables, hidden, [CROSS])) == known


@settings(max_examples=10, deadline=None, derandomize=True)
@given(people, st.sets(st.sampled_from(CELLS), min_size=1, max_size=3))
def test_protected_kinds_have_two_crowds(crowd: Crowd, secret: set[Cell]) -> None:
    tables = tables_of(crowd)
    found = protect_kinds(tables, dict.fromkeys(secret, Suppressed.PRIMARY), [CROSS])
    assert found.safe
    assert {cell for cell, why in found.reasons.items() if why is Suppressed.PRIMARY} == secret
    assume(Cell.of({}) not in found.reasons)
    for cell, counts in possible(tables, set(found.reasons), crowd.total()).items():
        assert len(counts) > 1, cell


def told_apart_by_place() -> list[Table]:
    """All of A know and none agree, in B the other way round: a kind is told by its place."""
    crowd = Counter({("A", "f", "y", "n"): 12, ("A", "m", "y", "n"): 8})
    return tables_of(crowd + Counter({("B", "f", "n", "y"): 13, ("B", "m", "n", "y"): 17}))


def test_the_tables_alone_do_not_see_it() -> None:
    tables = told_apart_by_place()
    last = tables[-1]
    alone = protect(tables, {last.cell((1, 1)): Suppressed.PRIMARY})
    assert all(each.protected for each in audit(tables, alone.reasons))
    assert set(audit_kinds(tables, alone.reasons, [CROSS])) == set(alone.reasons)
    found = protect_kinds(tables, {last.cell((1, 1)): Suppressed.PRIMARY}, [CROSS])
    assert set(alone.reasons) < set(found.reasons)
    assert audit_kinds(tables, found.reasons, [CROSS]) == ()


def test_the_same_is_hidden_each_time() -> None:
    secret = {told_apart_by_place()[-1].cell((1, 1)): Suppressed.PRIMARY}
    first, again = (protect_kinds(told_apart_by_place(), secret, [CROSS]) for _ in range(2))
    assert list(first.reasons.items()) == list(again.reasons.items())


def test_without_a_cross_it_is_the_protection_of_the_tables() -> None:
    tables = told_apart_by_place()
    secret = {tables[-1].cell((1, 1)): Suppressed.PRIMARY}
    assert protect_kinds(tables, secret, []).reasons == protect(tables, secret).reasons


@pytest.mark.parametrize(
    ("cross", "code"),
    [
        ([[{"place": "A"}], *CROSS[1:]], ErrorCode.TOTALS_MISMATCH),  # those of B are of no class
        ([[{"other": "x"}, {"other": "y"}]], None),  # they tell nobody apart, but all are counted
        ([], None),
    ],
)
def test_classes_that_do_not_fit(cross: list[list[dict[str, str]]], code: ErrorCode | None) -> None:
    tables = told_apart_by_place()
    if code is None:
        assert audit_kinds(tables, [tables[-1].cell((1, 1))], [cross]) == ()
        return
    with pytest.raises(AnalysisError) as told:
        audit_kinds(tables, [], [cross])
    assert told.value.code is code


def test_a_cross_of_which_no_table_is() -> None:
    inner = Table("t", {"place": "AB"}, [1, 2], margins=False)
    with pytest.raises(AnalysisError) as told:
        audit_kinds([inner], [], [[[{"sex": "f"}, {"sex": "m"}]]])
    assert told.value.code is ErrorCode.INVALID_ARGUMENT
