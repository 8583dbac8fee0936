"""Figures as a table to read, JSON or CSV."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence

from analisis.estimate import Estimate, Statistic
from analisis.estimators.crosstabs import Crosstab
from analisis.io.declared import Answer

# With the apostrophes that may stand before it, so that taking one away gives back what was there;
# codes such as -1 are numbers.
_FORMULA = re.compile(r"'*(?![+-]?[0-9]+(\.[0-9]+)?$)[=+@\t\r\n＝＋－＠-]")
_SHARES = frozenset(
    {
        Statistic.CATEGORY,
        Statistic.SATISFIED,
        Statistic.DISSATISFIED,
        Statistic.NET,
        Statistic.CHANGE_RATE,
    }
)


def as_json(figures: Sequence[Answer]) -> str:
    """The records as a JSON list."""
    return (
        json.dumps([_record(each) for each in figures], ensure_ascii=False, indent=2, default=str)
        + "\n"
    )


def as_csv(figures: Sequence[Answer]) -> str:
    """The records as CSV, a row each; what makes the domain has columns ``domain.NAME``.

    The test of a table of two questions has columns ``test.NAME``, where there is such a table.

    Text that a spreadsheet would run as a formula has an apostrophe before it.
    """
    rows = []
    for record in map(_record, figures):
        domain = record.pop("domain")
        flags = record.pop("flags")
        test = record.pop("test", {})
        rows.append(
            _named("domain", domain)
            | record
            | {"flags": " ".join(flags) if isinstance(flags, list) else ""}
            | _named("test", test)
        )
    names = dict.fromkeys(name for row in rows for name in row if name.startswith("domain."))
    names |= dict.fromkeys(name for row in rows for name in row)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(harmless, names))
    writer.writerows([harmless(row.get(name, "")) for name in names] for row in rows)
    return text.getvalue()


def _named(what: str, values: object) -> dict[str, object]:
    given = values.items() if isinstance(values, Mapping) else ()
    return {
        f"{what}.{name}": " ".join(map(str, value)) if isinstance(value, list) else value
        for name, value in given
    }


def harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula: an apostrophe makes it plain text."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def as_table(figures: Sequence[Answer]) -> str:
    """A line a figure, with all that is needed to judge it; below, the tests of tables."""
    estimates = [each.estimate for each in figures]
    domains = list(dict.fromkeys(name for each in estimates for name in each.domain))
    head = ["figure", *domains, "value", "interval", "n", "base", "method", "flags"]
    lines = [
        [name(each), *domain_cells(each.estimate, domains), *_cells(each.estimate)]
        for each in figures
    ]
    sides = ["<", *"<" * len(domains), ">", "<", ">", ">", "<", "<"]
    tests = [
        f"independence of {one.row} and {one.column}: {one.test} = {one.statistic:.6g}, "
        f"df {' and '.join(f'{df:.6g}' for df in one.df)}, p = {one.p_value:.3g}"
        for one in tables(figures)
    ]
    return "\n".join([*columns(head, lines, sides), *tests]) + "\n"


def tables(figures: Sequence[Answer]) -> list[Crosstab]:
    """The tables of two questions that the figures are shares in, each once."""
    found = {id(each.table): each.table for each in figures if each.table is not None}
    return [*found.values()]


def columns(
    head: Sequence[str], lines: Sequence[Sequence[str]], sides: Sequence[str]
) -> Iterator[str]:
    """Columns as wide as their widest cell, each to the side that its arrow points to."""
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    for line in (head, *lines):
        cells = zip(line, sides, widths, strict=True)
        yield "  ".join(f"{cell:{side}{width}}" for cell, side, width in cells).rstrip()


def name(figure: Answer) -> str:
    """What a figure is: as it was named, or ``mean edad``, ``share sat = 6, 7``."""
    one, asked = figure.estimate, figure.asked
    if asked.name:
        return own_name(figure)
    where = f", where {asked.options['where']}" if "where" in asked.options else ""
    if one.statistic is Statistic.COEFFICIENT:
        return f"coefficient {one.category} of {one.variable}{where}"
    what = "share" if one.statistic is Statistic.CATEGORY else one.statistic.replace("_", " ")
    return f"{what} {one.variable}{answers(figure)}{where}"


def own_name(figure: Answer) -> str:
    """The name that the file gives it, with what tells several figures of the same name apart."""
    one, asked = figure.estimate, figure.asked
    column = f": {one.variable}" if len(asked.columns) > 1 else ""
    return asked.name + column + ("" if one.category is None else answers(figure))


def answers(figure: Answer) -> str:
    """The answers that a share counts, as `` = 6, 7``; empty for what counts none."""
    one = figure.estimate
    level = figure.asked.options.get("level")
    several = level if isinstance(level, tuple) else (one.category,)
    texts = [str(plain(value)) for value in several if value is not None]
    return f" = {', '.join(texts)}" if texts else ""


def is_share(figure: Estimate) -> bool:
    """Whether a figure is written in per cent."""
    return figure.statistic in _SHARES


def plain(value: object) -> object:
    """A whole number without its point: files of SPSS and Stata hold 6.0 where 6 is meant."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def domain_cells(figure: Estimate, domains: Sequence[str]) -> list[str]:
    """The values that make a figure's domain, empty where it has no such column."""
    return [str(plain(figure.domain[each])) if each in figure.domain else "" for each in domains]


def _cells(figure: Estimate) -> list[str]:
    share = is_share(figure)
    interval, method = "none", "none"
    if figure.low is not None and figure.high is not None:
        interval = f"{_number(figure.low, share)} to {_number(figure.high, share)}"
        method = f"{figure.method}, {100 * (figure.confidence or 0):g} %"
    value = "none" if figure.value is None else _number(figure.value, share)
    return [value, interval, str(figure.n), str(figure.base), method, ", ".join(figure.flags)]


def _number(value: float, share: bool) -> str:
    return f"{100 * value:.1f} %" if share else f"{value:.6g}"


def _record(figure: Answer) -> dict[str, object]:
    record = figure.estimate.to_dict()
    record["category"] = plain(record["category"])
    record["domain"] = {each: plain(value) for each, value in figure.estimate.domain.items()}
    found = {"figure": name(figure), **record}
    if (table := figure.table) is not None:
        found["test"] = {
            "method": table.test,
            "statistic": table.statistic,
            "df": [*table.df],
            "p_value": table.p_value,
        }
    return found
