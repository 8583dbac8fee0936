"""What may be chosen on the pages on which evaluators ask for themselves."""

from __future__ import annotations

from app.reports import groups
from app.reports.words import percent
from app.services.analytics.asked import Asked, shown
from app.services.analytics.opened import Opened
from app.services.analytics.variables import Kind

Option = tuple[str, str, bool, bool]
"""Value, words, whether it is chosen, and whether it is a number, which takes classes."""


def form(opened: Opened, asked: Asked, lang: str) -> dict[str, object]:
    """The options of each control, by its name."""
    catalogue, survey = opened.catalogue, opened.catalogue.survey
    by = [str(each) for each in asked.by]
    filters = []
    for each in catalogue.groupings:
        if each.kind is Kind.NUMBER or not each.categories:
            continue
        given = asked.filters.get(each.name, ())
        values = [
            (str(value), groups.category_name(each, value, survey, lang), str(value) in given)
            for value in each.categories
        ]
        filters.append((each.name, groups.variable_name(each, survey, lang), values, bool(given)))
    return {
        "questions": [
            (name, groups.variable_name(each, survey, lang), name in asked.questions)
            for name, each in catalogue.questions.items()
        ],
        "by": [_options(opened, by[place] if place < len(by) else "", lang) for place in range(2)],
        "row": _options(opened, str(asked.row or ""), lang),
        "col": _options(opened, str(asked.col or ""), lang),
        "cuts": ",".join(map(shown, asked.cuts)),
        "levels": [
            (str(level), percent(level, lang, digits=0), level == asked.confidence)
            for level in (0.9, 0.95, 0.99)
        ],
        "filters": filters,
    }


def _options(opened: Opened, chosen: str, lang: str) -> list[Option]:
    survey = opened.catalogue.survey
    lines = []
    for each in opened.catalogue.groupings:
        mine = chosen.partition(":")[0] == each.name
        words = groups.variable_name(each, survey, lang)
        lines.append((chosen if mine else each.name, words, mine, each.kind is Kind.NUMBER))
    return lines
