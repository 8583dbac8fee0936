"""What analyses read of responses, beside what was sent; a scope lets its territories through."""

from app.models import Collection, Territory
from app.services.analytics import columns
from app.services.scope import Scope
from tests.analytics.conftest import answer, people


def test_columns_hold_what_was_answered(opinion: Collection) -> None:
    rows = people(40)
    answer(opinion, rows)
    table = columns.read(opinion, ["_territory", "sex", "visits", "many", "mark"])
    assert table.num_rows == len(rows)
    marks = sorted(str(row["mark"]) for row in rows)
    assert sorted(table.column("mark").to_pylist()) == marks
    visits = sorted(float(row["visits"]) for row in rows if row.get("visits") is not None)
    assert sorted(each for each in table.column("visits").to_pylist() if each is not None) == visits


def test_a_scope_reads_its_own_territories_alone(opinion: Collection) -> None:
    rows = people(40)
    answer(opinion, rows)
    first = Territory.query.filter_by(code="T-1").one()
    table = columns.read(opinion, ["_territory"], scope=Scope(frozenset({first.id})))
    wanted = sum(row["territory"] == "T-1" for row in rows)
    assert table.column("_territory").to_pylist() == ["T-1"] * wanted
    assert 0 < wanted < len(rows)
