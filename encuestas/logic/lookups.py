"""Functions that look things up: labels of choices, attached files and lists."""

from __future__ import annotations

import re
from collections.abc import Mapping

from encuestas.logic.context import Context
from encuestas.logic.convert import to_string
from encuestas.logic.nodeset import AnyValue, Leaf, NodeSet, Row, Sheet, plain
from encuestas.logic.site import Function, Site

_REFERENCE = re.compile(r"\$\{[ \t]*([^ \t{}]+)[ \t]*\}")
_TEXT_ID = re.compile(r"(.+)-(0|[1-9][0-9]{0,5})")


def cell(row: Row, name: str, language: str) -> Leaf | None:
    """One column of a row; one in the language (``label::es``) goes before the plain one."""
    for column in (f"{name}::{language}", name):
        if column in row.columns:
            return Leaf(row, name, row.columns[column])
    return None


def rows(sheet: Sheet) -> list[Row]:
    """The rows of a table."""
    columns = sheet.table.columns
    return [
        Row(sheet.name, index, dict(zip(columns, cells, strict=False)))
        for index, cells in enumerate(sheet.table.rows)
    ]


def _sheet(context: Context, name: AnyValue) -> Sheet | None:
    text = to_string(name).removesuffix(".csv")
    table = context.lists.table(text) if context.lists is not None else None
    return None if table is None else Sheet(text, table)


def _instance(arguments: tuple[AnyValue, ...], site: Site) -> NodeSet:
    sheet = _sheet(site.context, arguments[0])
    return NodeSet() if sheet is None else NodeSet((sheet,))


def _pulldata(arguments: tuple[AnyValue, ...], site: Site) -> str:
    name, wanted, key, value = arguments
    sheet = _sheet(site.context, name)
    if sheet is None:
        return ""
    columns, text = sheet.table.columns, to_string(value)
    if to_string(key) not in columns:
        return ""
    place = columns.index(to_string(key))
    for index, cells in enumerate(sheet.table.rows):
        if cells[place] == text:
            row = Row(sheet.name, index, dict(zip(columns, cells, strict=False)))
            found = cell(row, to_string(wanted), site.context.language)
            return "" if found is None else to_string(found.value)
    return ""


def _choice_name(arguments: tuple[AnyValue, ...], site: Site) -> str:
    value, question = (to_string(argument) for argument in arguments)
    if found := _REFERENCE.fullmatch(question):
        question = found[1]
    choices = site.context.lists.choices(question) if site.context.lists is not None else ()
    label = next((choice.label for choice in choices if choice.value == value), {})
    return label.get(site.context.language) or next(iter(label.values()), "")


def _itext(arguments: tuple[AnyValue, ...], site: Site) -> str:
    found = _TEXT_ID.fullmatch(to_string(arguments[0]))
    sheet = _sheet(site.context, found[1]) if found else None
    if found is None or sheet is None or int(found[2]) >= len(sheet.table.rows):
        return ""
    label = cell(rows(sheet)[int(found[2])], "label", site.context.language)
    return to_string(plain("" if label is None else label.value))


FUNCTIONS: Mapping[str, Function] = {
    "instance": Function(1, 1, _instance),
    "jr:choice-name": Function(2, 2, _choice_name),
    "jr:itext": Function(1, 1, _itext),
    "pulldata": Function(4, 4, _pulldata),
}
