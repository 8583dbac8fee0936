"""The questionnaire as it was asked, and what each column of the data means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _

from app.reports import paper
from encuestas import Survey
from encuestas.export.codebook import Entry, codebook
from encuestas.joining import Joined
from encuestas.paper import numbers

Data = dict[str, Any]
MOST_CODES = 60
"""A longer list, of all comunas say, is a file of its own."""


def questions(survey: Survey, lang: str) -> list[Data]:
    """Headings, notes and questions in order, with the words and codes of the printed form."""
    items, annex = paper.items(survey, lang)
    listed = {each["number"]: each["codes"] for each in annex}
    return list(_flat(items, listed))


def _flat(items: Sequence[Data], listed: dict[str, list[Data]]) -> Iterator[Data]:
    for item in items:
        kind = item["kind"]
        if kind in ("heading", "note"):
            yield {"kind": kind, "text": item["text"], "only": item["only"]}
        elif kind == "question":
            codes = item["codes"] or listed.get(item["number"], [])
            yield _asked(item, [*codes[:MOST_CODES], *item["special"]])
        else:
            if item["label"] or item["only"]:
                yield {"kind": "heading", "text": item["label"], "only": item["only"]}
            if kind == "grid":
                yield from (_asked(row, item["columns"]) for row in item["rows"])
            else:
                yield from _flat(item["items"], listed)


def _asked(item: Data, codes: Sequence[Data]) -> Data:
    return {
        "kind": "question",
        "number": item["number"],
        "label": item["label"],
        "hint": item["hint"],
        "only": item["only"],
        "codes": [
            " ".join(part for part in (code["code"], code["label"]) if part) for code in codes
        ],
        "after": list(item.get("after", ())),
    }


def dictionary(joined: Joined, survey: Survey, lang: str) -> list[Sequence[str]]:
    """A line for each variable of the data, in the order of the columns of every export."""
    places = numbers(survey)
    several = len(joined.versions) > 1
    return [_line(entry, survey, places.get(entry.variable, ""), lang, several=several)
            for entry in codebook(joined)]  # fmt: skip


def _line(entry: Entry, survey: Survey, number: str, lang: str, *, several: bool) -> Sequence[str]:
    labels = (survey.text(text, lang) for text in (entry.group, entry.label))
    codes = [
        f"{code.value} = {survey.text(code.label, lang)}" if code.label else code.value
        for code in entry.codes[:MOST_CODES]
    ]
    left = len(entry.codes) - len(codes)
    if left:
        codes.append(_("y %(count)s más", count=left))
    rules = [
        _("solo si: %(rule)s", rule=entry.relevant) if entry.relevant else "",
        entry.limits,
        _("versiones: %(names)s", names=", ".join(entry.versions)) if several else "",
    ]
    return (
        entry.variable,
        number,
        entry.type,
        " · ".join(label for label in labels if label),
        "; ".join(codes),
        "; ".join(rule for rule in rules if rule),
    )
