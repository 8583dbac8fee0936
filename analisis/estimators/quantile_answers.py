"""The answers to a question in ascending order, and the share of their weight up to values."""

from dataclasses import dataclass

import numpy as np

from analisis.columns import numbers
from analisis.design.assessed import Smooth
from analisis.design.table import Table
from analisis.errors import AnalysisError, ErrorCode
from analisis.estimators.quantile_rules import SAME, Rule
from analisis.sums import Codes, Floats

VALID, BASE, WEIGHT = range(3)
"""Places of the counts of valid answers and of eligible rows, and of the weight."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of each domain to one question, in ascending order, with their weights."""

    x: tuple[Floats, ...]
    w: tuple[Floats, ...]
    groups: tuple[Codes, ...]
    table: Table
    values: Floats

    @classmethod
    def of(cls, table: Table, column: str, *, rows: bool, in_order: bool) -> "Answers":
        """Sort the answers of a table.

        `rows` keeps each row by itself; `in_order` leaves rows with the same answer in their order,
        else the lighter come first.
        """
        values = numbers(table.kept[column])
        there = ~np.isnan(values)
        _require_finite(values, column)
        sums = np.where(there[:, np.newaxis], table.sums, 0.0)
        sums[:, BASE] = table.sums[:, BASE]
        table = table.with_sums(sums)
        many = sums[:, VALID] if table.many is None else table.many * sums[:, VALID]
        weight = sums[:, WEIGHT] if table.many is None else table.many * sums[:, WEIGHT]
        each = np.divide(weight, many, out=np.zeros_like(weight), where=many > 0)
        order = np.argsort(values, kind="stable") if in_order else np.lexsort((each, values))
        order = order[(weight[order] > 0) & (many[order] > 0)]
        found_x, found_w, groups = [], [], []
        for domain in range(len(table.domains)):
            mine = order[table.domain[order] == domain]
            x, w = values[mine], weight[mine]
            if rows:
                copies = many[mine].astype(np.int64)
                x, w, mine = (np.repeat(part, copies) for part in (x, each[mine], mine))
            found_x.append(x)
            found_w.append(w)
            groups.append(mine)
        return cls(tuple(found_x), tuple(found_w), tuple(groups), table, values)

    def quantile(self, rule: Rule, domain: int, p: Floats, *, same: float = SAME) -> Floats:
        """The quantiles of a domain; none where it has no answers or p is none."""
        found = np.full(len(p), np.nan)
        known = np.isfinite(p)
        if len(self.x[domain]) and known.any():
            found[known] = rule(self.x[domain], self.w[domain], p[known], same)
        return found

    def replicated(self, rule: Rule, domain: int, p: Floats, factors: Floats) -> Floats:
        """The quantiles of a domain by replicate, shape (replicates, p)."""
        x, w, groups = self.x[domain], self.w[domain], self.groups[domain]
        found = np.full((factors.shape[1], len(p)), np.nan)
        for place in range(len(found)):
            weight = w * factors[groups, place]
            there = weight > 0
            if there.any():
                found[place] = rule(x[there], weight[there], p, SAME)
        return found

    def below(self, limits: Floats) -> Table:
        """The table with the weight of the answers up to limits, shape (domains, limits)."""
        domain = self.table.domain
        with np.errstate(invalid="ignore"):
            reached = self.values[:, np.newaxis] <= limits[np.maximum(domain, 0)]
        weight = self.table.sums[:, WEIGHT, np.newaxis]
        return self.table.with_sums(np.hstack([self.table.sums, weight * reached]))


def shares_below(count: int) -> Smooth:
    """The shares of the weight that the sums of `Answers.below` are."""
    places = np.arange(3, 3 + count)

    def value(sums: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(sums[..., places] / sums[..., WEIGHT, np.newaxis])

    def jacobian(sums: Floats) -> Floats:
        found = np.zeros((len(sums), count, 3 + count))
        with np.errstate(divide="ignore", invalid="ignore"):
            found[:, np.arange(count), places] = 1 / sums[:, WEIGHT, np.newaxis]
            found[:, :, WEIGHT] = -value(sums) / sums[:, WEIGHT, np.newaxis]
        return found

    return Smooth((), value, jacobian, (VALID,) * count)


def _require_finite(values: Floats, column: str) -> None:
    if np.isinf(values).any():
        raise AnalysisError(
            ErrorCode.NOT_NUMERIC,
            f"column {column!r} has infinite values; recode them, with None where there is no "
            "answer",
            column=column,
        )
