"""For recompute.py: the figures of a sample whose design was declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from recompute_answers import NUMBER, Data, Group, Row, cell

from analisis import (
    AnalysisError,
    ErrorCode,
    Estimate,
    Flag,
    LonelyPSU,
    Statistic,
    SurveyDesign,
    reliability,
)

Found = Iterator[tuple[Statistic, Any, dict[Any, Estimate]]]
VERDICTS = (Statistic.CATEGORY, Statistic.SATISFIED, Statistic.DISSATISFIED, Statistic.FIRST_PLACE)
WITHOUT_ERROR = dict.fromkeys(
    ("se", "low", "high", "confidence", "method", "df", "deff", "n_effective")
)


class Designed:
    """The sample as it was declared, with a column for each measure and each grouping."""

    def __init__(self, data: Data) -> None:
        self._data, self.about = data, data.about
        self._columns: dict[str, list[Any]] = {}
        for name in data.codes:
            self._columns[f"code/{name}"] = [data.coded(name, row) for row in data.placed]
        for name in data.sizes:
            self._columns[f"size/{name}"] = [data.sized(name, row) for row in data.placed]
        for measure in self.about["measures"]:
            self._columns |= _answers(measure, data.placed)
        for each in self.about["groupings"]:
            values = {str(value): str(value) for value in each["values"]}
            self._columns[f"by/{each['by']}"] = [
                values.get(row[each["column"]]) for row in data.placed
            ]

    @cached_property
    def _declared(self) -> SurveyDesign:
        return self._declare(self._data.design["lonely_psu"])

    def _declare(self, lonely: str) -> SurveyDesign:
        said = self._data.design
        sizes = [f"size/{size}" if isinstance(size, str) else size for size in said["population"]]
        design = SurveyDesign(
            self._columns,
            strata=f"code/{said['strata']}" if said["strata"] else None,
            clusters=[f"code/{name}" for name in said["clusters"]] or None,
            weights=f"size/{said['weights']}" if said["weights"] else None,
            population=[self._of_strata_met(size) for size in sizes] or None,
            nest=said["nest"],
            lonely_psu=lonely,
        )
        margins = [(f"code/{name}", totals) for name, totals in said["totals"].items()]
        if len(margins) > 1:
            return design.rake(margins)
        return design.poststratify(*margins[0]) if margins else design

    def _of_strata_met(self, size: Any) -> Any:
        """A stratum where nobody answered has no rows, and so no place in the design."""
        if not isinstance(size, dict):
            return size
        met = set(self._columns[f"code/{self._data.design['strata']}"])
        return {stratum: number for stratum, number in size.items() if stratum in met}

    def figures(
        self, measure: Mapping[str, Any], by: str | None, groups: Sequence[Group]
    ) -> Iterator[Estimate]:
        """Every figure of each group; everybody comes first."""
        rows = [*self._rows(measure, by)]
        for group in groups:
            key = str(group.domain[by]) if by and group.domain else None
            base = cell(measure, group.rows).base
            for statistic, category, found in rows:
                yield self._record(found.get(key), statistic, category, measure, group, base)

    def _rows(self, measure: Mapping[str, Any], by: str | None) -> Found:
        question, kind = measure["question"], measure["kind"]
        categories = measure["categories"]
        if kind == "ranks":
            for category in categories:
                asked = self._ask(by, "proportion", f"first/{question}", category)
                yield Statistic.FIRST_PLACE, category, asked
            for category in categories:
                asked = self._ask(by, "mean", f"place/{question}/{category}")
                yield Statistic.MEAN_POSITION, category, asked
            return
        column = f"answer/{question}"
        if kind == "mean":
            yield Statistic.MEAN, None, self._ask(by, "mean", column)
            return
        for category in categories:
            yield Statistic.CATEGORY, category, self._ask(by, "proportion", column, category)
        top, bottom = measure["satisfied"], measure["dissatisfied"]
        yield Statistic.SATISFIED, None, self._ask(by, "proportion", column, top)
        if bottom:
            yield Statistic.DISSATISFIED, None, self._ask(by, "proportion", column, bottom)
            yield Statistic.NET, None, self._ask(by, "net", column, top, bottom)
        if not any(isinstance(category, str) for category in categories):
            yield Statistic.MEAN, None, self._ask(by, "mean", column)

    def _ask(self, by: str | None, name: str, column: str, *words: Any) -> dict[Any, Estimate]:
        """A figure of everybody (None), and of each group."""
        if all(value is None for value in self._columns[column]):
            return {}
        found: dict[Any, Estimate] = {}
        for groups in (None, by) if by else (None,):
            how = {"by": f"by/{groups}"} if groups else {}
            for one in self._estimates(name, column, *words, **how):
                found[one.domain[how["by"]] if groups else None] = one
        return found

    def _estimates(self, name: str, *words: Any, **how: Any) -> list[Estimate]:
        how |= {"confidence": self.about["confidence"]}
        try:
            return list(getattr(self._declared, name)(*words, **how))
        except AnalysisError as error:
            if error.code is ErrorCode.EMPTY_DOMAIN:
                return []
            if error.code is not ErrorCode.LONELY_PSU:
                raise
        # One unit in a stratum: the figure stands, and its error cannot be told.
        found = getattr(self._declare(LonelyPSU.REMOVE), name)(*words, **how)
        return [replace(one, **WITHOUT_ERROR) for one in found]

    def _record(
        self,
        one: Estimate | None,
        statistic: Statistic,
        category: Any,
        measure: Mapping[str, Any],
        group: Group,
        base: int,
    ) -> Estimate:
        said: dict[str, Any] = {"statistic": statistic, "variable": measure["question"]}
        said |= {"category": category, "domain": group.domain, "base": base}
        flags = (Flag.SIMULATED,) if self.about["simulated"] else ()
        if one is None or not one.n or one.value is None:
            return Estimate(n=0, population=group.population, flags=flags, **said)
        population = one.population if group.population is None else group.population
        made = replace(one, population=population, flags=(*one.flags, *flags), **said)
        if statistic in VERDICTS and made.se is not None and Flag.CENSUS not in made.flags:
            verdict = reliability(made).verdict
            return replace(made, flags=(*made.flags, *([verdict] if verdict else [])))
        return made


def _answers(measure: Mapping[str, Any], rows: Sequence[Row]) -> dict[str, list[Any]]:
    question, categories = measure["question"], measure["categories"]
    if measure["kind"] == "ranks":
        rankings = [row[question].split(" ") for row in rows]
        found = {
            f"place/{question}/{code}": [
                float(each.index(code) + 1) if code in each else None for each in rankings
            ]
            for code in categories
        }
        first = [each[0] if each[0] in categories else None for each in rankings]
        return found | {f"first/{question}": first}
    if not categories:
        numbers = [row[question] for row in rows]
        found_numbers = [
            float(t) if NUMBER.fullmatch(t) and t not in measure["special"] else None
            for t in numbers
        ]
        return {f"answer/{question}": found_numbers}
    values = {str(value): value for value in categories}
    return {f"answer/{question}": [values.get(row[question]) for row in rows]}
