"""How a collection goes: who has answered, when, where and how, and what deserves a second look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from analisis import Estimate, Flag, ResponseRates, Statistic
from app.models import CaseResult, ResponseState
from app.services.analytics import cells, quality
from app.services.analytics.cells import Combinations, Known
from app.services.analytics.counts import Counts
from app.services.analytics.explore import About, about
from app.services.analytics.layers import Layer, layers
from app.services.analytics.opened import Opened, opened
from app.services.analytics.populations import by_territory
from app.services.analytics.quality import Flagged
from app.services.analytics.sheet import Rows, Sheet
from app.services.analytics.tallies import Tallied
from app.services.analytics.variables import Variable
from app.services.columnar.keeping import again, used
from app.services.fieldwork import outcomes
from app.services.scope import EVERYWHERE, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The responses of some days, the last one included; ``until``: all of those up to then."""

    first: date
    last: date
    responses: int
    until: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The state of a collection. Rates are records like every figure: n of population."""

    about: About
    opened: Opened
    total: Estimate
    periods: tuple[Period, ...]
    groups: tuple[tuple[Variable, tuple[Estimate, ...]], ...]
    states: Mapping[str, int]
    cases: Mapping[CaseResult, int]
    rates: ResponseRates | None
    quality: tuple[Flagged, ...]

    def to_dict(self) -> dict[str, object]:
        rates = self.rates
        return self.about.to_dict() | {
            "total": self.total.to_dict(),
            "periods": [
                {
                    "first": each.first.isoformat(),
                    "last": each.last.isoformat(),
                    "responses": each.responses,
                    "until": each.until.to_dict(),
                }
                for each in self.periods
            ],
            "groups": {
                variable.name: [one.to_dict() for one in some] for variable, some in self.groups
            },
            "states": dict(self.states),
            "cases": {str(result): count for result, count in self.cases.items()},
            "aapor": None
            if rates is None
            else {
                name: getattr(rates, name)
                for name in ("rr1", "rr2", "rr3", "coop1", "ref1", "con1")
            },
            "quality": [each.to_dict() for each in self.quality],
        }


@again
def overview(slug: str, *, scope: Scope = EVERYWHERE) -> Overview:
    """Raises Problem UNKNOWN_COLLECTION or RESULTS_AT_CLOSING."""
    whole = opened(slug, scope=scope)
    known = whole.catalogue.known
    names = ("territory", "_comuna", "_organisation_kind", "_channel")
    by = [known[name] for name in names if name in known]
    rules = quality.rules(whole)
    beside = [name for each in (_Days(), *rules) for name in each.columns]
    sheet = Sheet(whole, by, beside=beside, designed=False)
    sheet.load([_Days(), *rules, *(Tallied((each,), {}) for each in by)])
    found = [layers_of(sheet, each) for each in by]
    told = about(sheet, None)
    fields = outcomes.outcomes(whole.collection, scope=scope)
    return Overview(
        about=told,
        opened=whole,
        total=_rate({}, told.responses, told.population, simulated=told.simulated),
        periods=tuple(_periods(sheet, told)),
        groups=tuple(
            (variable, tuple(_rates(whole, variable, layer, told)))
            for variable, layer in zip(by, found, strict=True)
        ),
        states=_states(whole),
        cases={result: count for result, count in fields.cases.items() if count},
        rates=fields.rates,
        quality=tuple(quality.flagged(sheet, rules)),
    )


class _Days:
    """How many were sent on each day."""

    key, columns = "days", ("_submitted_on",)

    def of(self, rows: Rows) -> Mapping[date, int]:
        found = rows.column("_submitted_on").value_counts().to_pylist()
        return {each["values"]: each["counts"] for each in found}

    def together(self, answers: Sequence[Mapping[date, int]]) -> Mapping[date, int]:
        found: Counter[date] = Counter()
        for each in answers:
            found.update(each)
        return found

    def size(self, answer: Mapping[date, int]) -> int:
        return 200 + 100 * len(answer)


def layers_of(sheet: Sheet, variable: Variable) -> Layer:
    """The groups of one thing, of everybody who answered."""
    _everybody, layer = layers(sheet, (variable,), {})
    return layer


def _rate(
    domain: Mapping[str, object], n: int, population: int | None, *, simulated: bool
) -> Estimate:
    """How many answered of how many; no share where nobody knows of how many."""
    size = population if population is not None and n <= population else None
    return Estimate(
        statistic=Statistic.RESPONSE_RATE,
        variable="response",
        domain=domain,
        value=n / size if size else None,
        n=n,
        base=n,
        population=size,
        flags=(Flag.SIMULATED,) if simulated else (),
    )


def _rates(whole: Opened, variable: Variable, layer: Layer, told: About) -> list[Estimate]:
    counts = layer.tallied().responses
    declared = by_territory(whole.sampling) if variable.name == "territory" else {}
    return [
        _rate(
            domain,
            int(counts[place]),
            layer.populations[place] or declared.get(str(variable.categories[place])),
            simulated=told.simulated,
        )
        for place, domain in enumerate(layer.domains)
        # A way of answering that nobody used says nothing; a territory does.
        if counts[place] or variable.name != "_channel"
    ]


def _periods(sheet: Sheet, told: About) -> list[Period]:
    """Days, or as many days at once as it takes for the list to be read."""
    days: Mapping[date, int] = sheet.asked(_Days())
    if not days:
        return []
    first, last = min(days), max(days)
    step = next(
        step
        for step in (1, 7, 28, 91, 365, 10_000)
        if ((last - first).days // step) + 1 <= _FEW[step]
    )
    counts = [0] * ((last - first).days // step + 1)
    for day, count in days.items():
        counts[(day - first).days // step] += count
    total, found = 0, []
    for place, count in enumerate(counts):
        total += count
        begins = first + timedelta(days=place * step)
        found.append(
            Period(
                first=begins,
                last=min(begins + timedelta(days=step - 1), last),
                responses=count,
                until=_rate({}, total, told.population, simulated=told.simulated),
            )
        )
    return found


_FEW = {1: 31, 7: 26, 28: 26, 91: 26, 365: 26, 10_000: 10_000}


def _states(whole: Opened) -> dict[str, int]:
    """How many responses there are in each state, previews left out."""
    asked = Combinations(cells.Rows(whole.scope.territories, every=True), (Known("state"),))
    found = used(whole.collection, lambda held: Counts(held).of(asked))
    order: Sequence[str] = [str(each) for each in ResponseState]
    return {state: found[state,] for state in order if (state,) in found}
