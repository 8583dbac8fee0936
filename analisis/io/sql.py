"""One aggregation as plain SQL, which every engine with GROUP BY can run.

Columns go by their place, ``r0, r1, ...``: whatever they are called, two whose names differ by
case alone do not meet, and no name needs quoting.
"""

import datetime
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from analisis.sums import (
    Centred,
    Condition,
    GroupBy,
    In,
    Kind,
    Missing,
    Negative,
    Positive,
    Present,
    Sum,
)


class Form(StrEnum):
    """How an engine holds a column."""

    FLOAT = "float"  # may be NaN, which is as good as NULL
    INTEGER = "integer"
    EXACT = "exact"  # decimals and integers that no machine word holds: as floats
    BOOLEAN = "boolean"
    TEXT = "text"
    LABEL = "label"  # text that the engine numbers, or keeps in a type of its own
    OTHER = "other"  # dates and moments
    MIXED = "mixed"  # lists and what else no query can be told of

    @property
    def kind(self) -> Kind:
        """What such a column holds."""
        return _KINDS.get(self, Kind.NUMBER)


_KINDS = {
    Form.BOOLEAN: Kind.BOOLEAN,
    Form.TEXT: Kind.TEXT,
    Form.LABEL: Kind.TEXT,
    Form.OTHER: Kind.OTHER,
    Form.MIXED: Kind.MIXED,
}
_TRUTHS = ((True, "TRUE"), (False, "FALSE"))


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where engines differ.

    Attributes
    ----------
    double, text : str
        Names of the types.
    is_nan : str
        A condition, with ``{}`` in place of the column.
    escapes : tuple of pairs
        How a text is written between quotes.
    """

    double: str
    text: str
    is_nan: str
    escapes: tuple[tuple[str, str], ...] = (("'", "''"),)


# DuckDB trusts the statistics of a Parquet file, which know nothing of NaN: it takes isnan(x) for
# false where they give the greatest x. It does not see through the CASE.
DUCKDB = Dialect("DOUBLE", "VARCHAR", "isnan(CASE WHEN {0} IS NULL THEN NULL ELSE {0} END)")
SPARK = Dialect("DOUBLE", "STRING", "isnan({})", (("\\", "\\\\"), ("'", "\\'")))
POSTGRESQL = Dialect("double precision", "text", "{} = 'NaN'")


@dataclass(frozen=True, slots=True)
class Aggregation:
    """A query, and which column of its answer each sum is."""

    query: str
    places: tuple[int, ...]


class Writer:
    """Writes SQL over rows ``rows(r0, r1, ...)``.

    Parameters
    ----------
    columns : mapping of str to Form
        The columns in their order.
    dialect : Dialect
        The engine's.
    rows : str
        What follows FROM.
    """

    def __init__(self, columns: Mapping[str, Form], dialect: Dialect, rows: str) -> None:
        self._forms = dict(columns)
        self._places = {name: place for place, name in enumerate(columns)}
        self._dialect = dialect
        self._rows = rows
        self._always: set[Condition] = set()

    def learn(self, condition: Condition) -> None:
        """Take it that a condition holds in every row, so that it need not be asked again."""
        self._always.add(condition)

    def group(self, wanted: GroupBy) -> Aggregation:
        """The aggregation: keys, number of rows, then the sums, those that are alike once."""
        keys = [f"c{self._places[name]}" for name in wanted.keys]
        cells = dict.fromkeys([*keys, "count(*)"])
        sums = [self._sum(each, wanted.weight) for each in wanted.sums]
        cells |= dict.fromkeys(sums)
        places = {cell: place for place, cell in enumerate(cells)}
        named = ", ".join(f"{cell} AS o{place}" for cell, place in places.items())
        where = self._all(wanted.where)
        return Aggregation(
            f"SELECT {named} FROM ({self.select(_looked_at(wanted))}) AS cells"
            + (f" WHERE {where}" if where else "")
            + (f" GROUP BY {', '.join(keys)}" if keys else ""),
            tuple(places[each] for each in sums),
        )

    def select(self, names: Sequence[str], *, limit: int | None = None) -> str:
        """Columns as they are meant: NaN is missing, odd numbers are floats."""
        cells = [f"{self._read(name)} AS c{self._places[name]}" for name in names]
        chosen = ", ".join(cells) or "1 AS one"
        return f"SELECT {chosen} FROM {self._rows}" + (f" LIMIT {limit}" if limit else "")

    def distinct(self, name: str) -> str:
        """The values of a column."""
        place = self._places[name]
        return f"SELECT DISTINCT c{place} FROM ({self.select([name])}) AS cells"

    def _read(self, name: str) -> str:
        raw = f"r{self._places[name]}"
        match self._forms[name]:
            case Form.FLOAT if Present(name) not in self._always:
                value = f"CAST({raw} AS {self._dialect.double})"
                return f"CASE WHEN {self._dialect.is_nan.format(raw)} THEN NULL ELSE {value} END"
            case Form.EXACT | Form.FLOAT:
                return f"CAST({raw} AS {self._dialect.double})"
            case Form.LABEL:
                return f"CAST({raw} AS {self._dialect.text})"
            case _:
                return raw

    def _sum(self, wanted: Sum, weight: str | None) -> str:
        factors = [self._number(weight)] * wanted.power if weight else []
        factors += [self._less(each) for each in wanted.columns]
        # A product that lacks a factor is NULL and not added: nothing more need be asked of it.
        asked: set[Condition] = {Present(each.column) for each in wanted.columns}
        if weight and wanted.power:
            asked.add(Present(weight))
        if not factors:
            return self._count(wanted.conditions)
        held = self._all(each for each in wanted.conditions if each not in asked)
        product = " * ".join(factors)
        return f"sum(CASE WHEN {held} THEN {product} END)" if held else f"sum({product})"

    def _count(self, conditions: Sequence[Condition]) -> str:
        """Rows where the conditions hold; without a CASE, which costs as much again, if it can."""
        match [each for each in conditions if each not in self._always]:
            case []:
                return "count(*)"
            case [Present(column)]:
                return f"count(c{self._places[column]})"
            case [Missing(column)]:
                return f"count(*) - count(c{self._places[column]})"
            case several:
                return f"count(CASE WHEN {self._all(several)} THEN 1 END)"

    def _all(self, conditions: Iterable[Condition]) -> str:
        """Conditions together; nothing where all of them always hold."""
        return " AND ".join(self._holds(each) for each in conditions if each not in self._always)

    def _less(self, centred: Centred) -> str:
        number = self._number(centred.column)
        return f"({number} - {self._float(centred.shift)})" if centred.shift else number

    def _number(self, name: str) -> str:
        cell = f"c{self._places[name]}"
        if self._forms[name] is Form.BOOLEAN:
            one, zero = self._float(1.0), self._float(0.0)
            return f"CASE WHEN {cell} THEN {one} WHEN NOT {cell} THEN {zero} END"
        if self._forms[name] is Form.INTEGER:
            return f"CAST({cell} AS {self._dialect.double})"
        return cell

    def _holds(self, condition: Condition) -> str:
        cell = f"c{self._places[condition.column]}"
        match condition:
            case Present():
                return f"{cell} IS NOT NULL"
            case Missing():
                return f"{cell} IS NULL"
            case Positive():
                return f"{self._number(condition.column)} > 0"
            case Negative():
                return f"{self._number(condition.column)} < 0"
            case In(values=values):
                kind = self._forms[condition.column].kind
                literals = [self._literal(value, kind) for value in values]
                there = ", ".join(literal for literal in literals if literal)
                return f"{cell} IN ({there})" if there else "1 = 0"

    def _literal(self, value: object, kind: Kind) -> str | None:
        """A value as SQL; nothing where the column cannot hold it."""
        value = value.item() if hasattr(value, "item") else value
        match kind:
            case Kind.TEXT:
                return literal(value, self._dialect) if isinstance(value, str) else None
            case Kind.BOOLEAN:
                return next((name for truth, name in _TRUTHS if value == truth), None)
            case Kind.NUMBER:
                return self._number_literal(value)
            case Kind.OTHER | Kind.MIXED:
                return _moment(value)

    def _number_literal(self, value: object) -> str | None:
        if isinstance(value, int):  # true is 1
            return str(int(value)) if abs(value) < 2**63 else self._float(float(value))
        if isinstance(value, float) and not math.isnan(value):
            return self._float(value)
        return None

    def _float(self, value: float) -> str:
        # As text: 0.1 alone is a decimal in one engine and a float in the next.
        text = repr(value).replace("inf", "Infinity")
        return f"CAST('{text}' AS {self._dialect.double})"


def _looked_at(wanted: GroupBy) -> list[str]:
    """The columns that an aggregation looks at, each once."""
    names = [*wanted.keys, *(each.column for each in wanted.where)]
    for one in wanted.sums:
        names += [each.column for each in (*one.columns, *one.conditions)]
    if wanted.weight:
        names.append(wanted.weight)
    return list(dict.fromkeys(names))


def literal(text: str, dialect: Dialect = DUCKDB) -> str:
    """A text as SQL has it."""
    for sign, written in dialect.escapes:
        text = text.replace(sign, written)
    return f"'{text}'"


def _moment(value: object) -> str | None:
    if isinstance(value, datetime.datetime):
        return f"TIMESTAMP '{value.isoformat(sep=' ')}'"
    if isinstance(value, datetime.date):
        return f"DATE '{value.isoformat()}'"
    return None
