"""Values of a design file: text, read as what is meant."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from analisis.design.declaration import Population
from analisis.io.faults import Fault
from analisis.io.yaml_text import Item
from analisis.sums import Kind, Source

_TRUTHS = {
    **dict.fromkeys(("yes", "true", "sí", "si", "1"), True),
    **dict.fromkeys(("no", "false", "0"), False),
}
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")


def column(item: Item, data: Source) -> str:
    """The name of a column that is there."""
    name = item.text()
    if name not in data.kinds:
        raise item.fail(Fault.UNKNOWN_COLUMN, value=name, known=", ".join(data.kinds))
    return name


def columns(item: Item, data: Source) -> tuple[str, ...]:
    """The name of a column, or a list of names."""
    found = tuple(column(each, data) for each in item.items())
    if not found:
        raise item.fail(Fault.NOTHING_WRITTEN)
    return found


def choice(item: Item, known: Sequence[str]) -> str:
    """One of some words."""
    word = item.text()
    if word not in known:
        raise item.fail(Fault.UNKNOWN_CHOICE, value=word, known=", ".join(known))
    return word


def word(item: Item, _data: Source) -> str:
    """Some text."""
    return item.text()


def yes(item: Item, _data: Source) -> bool:
    """Yes or no."""
    found = _TRUTHS.get(item.text().lower())
    if found is None:
        raise item.fail(Fault.NOT_YES_OR_NO, value=item.text())
    return found


def number(item: Item, _data: Source) -> int | float:
    """A number."""
    found = _number(item.text())
    if found is None:
        raise item.fail(Fault.NOT_NUMBER, value=item.text())
    return found


def numbers(item: Item, data: Source) -> tuple[int | float, ...]:
    """A number, or a list of them."""
    return tuple(number(each, data) for each in item.items())


def _number(text: str) -> int | float | None:
    if _WHOLE.fullmatch(text):
        return int(text)
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def of_column(item: Item, name: str, data: Source) -> Any:
    """A value that a column may have, or a tuple of them where there is a list."""
    if isinstance(item.value, str):
        return _of_column(item, item.text(), name, data)
    found = tuple(_of_column(each, each.text(), name, data) for each in item.items())
    if not found:
        raise item.fail(Fault.NOTHING_WRITTEN)
    return found


def _of_column(item: Item, text: str, name: str, data: Source) -> object:
    kind = data.kinds[name]
    found: object = text
    if kind is Kind.NUMBER:
        found = _number(text)
    elif kind is Kind.BOOLEAN:
        found = _TRUTHS.get(text.lower())
    if found is None:
        raise item.fail(Fault.NOT_A_VALUE, column=name, kind=f"{kind}s", value=text)
    return found


def populations(item: Item, data: Source, strata: str | None) -> tuple[Population, ...]:
    """Per stage: a column, a number, or a number for each stratum."""
    stages = (item,) if isinstance(item.value, Mapping) else item.items()
    return tuple(_population(stage, data, strata) for stage in stages)


def _population(item: Item, data: Source, strata: str | None) -> Population:
    if isinstance(item.value, Mapping):
        if strata is None:
            raise item.fail(Fault.MISSING_KEY, key="strata")
        return totals(item, (strata,), data)
    text = item.text()
    if text in data.kinds:
        return text
    found = _number(text)
    if found is None:
        raise item.fail(Fault.UNKNOWN_COLUMN, value=text, known=", ".join(data.kinds))
    return found


def totals(item: Item, by: Sequence[str], data: Source) -> Mapping[object, float]:
    """A number for each value of a column; of several columns nested, a key for each."""
    found: dict[object, float] = {}
    for cell, size in _cells(item, by, data):
        found[cell if len(by) > 1 else cell[0]] = float(number(size, data))
    return found


def _cells(item: Item, by: Sequence[str], data: Source) -> list[tuple[tuple[object, ...], Item]]:
    if not by:
        return [((), item)]
    found = []
    seen = set()
    for text, below in item.mapping().items():
        value = _of_column(below, text, by[0], data)
        if value in seen:  # 6 and 6.0, yes and true
            raise below.fail(Fault.KEY_TWICE)
        seen.add(value)
        found += [((value, *cell), size) for cell, size in _cells(below, by[1:], data)]
    return found
