"""How many people there are, as far as whoever asks may know: of all, or of their territories."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from app.models import TERRITORY_QUESTION, Collection
from app.services import collections
from app.services.analytics.sampling import Sampling, Size, declared
from app.services.scope import EVERYWHERE, Scope


def people(collection: Collection, *, scope: Scope = EVERYWHERE) -> int | None:
    """How many could answer; None where nobody declared it of these territories."""
    known = collections.population(collection, scope=scope)
    sampling = declared(collection)
    if known is not None or sampling is None:
        return known
    if scope.covers(collection):
        return sampling.people
    sizes = by_territory(sampling)
    inside = [sizes[each.code] for each in scope.of(collection.territories) if each.code in sizes]
    return sum(inside) or None


def by_territory(sampling: Sampling | None) -> Mapping[str, int]:
    """How many people each territory has, where the design of the sample says so."""
    if sampling is None or sampling.strata != TERRITORY_QUESTION or sampling.people is None:
        return {}
    if TERRITORY_QUESTION in sampling.totals:
        return {code: round(size) for code, size in sampling.totals[TERRITORY_QUESTION].items()}
    sizes = sampling.population[0] if sampling.population and not sampling.clusters else None
    if not isinstance(sizes, Mapping):
        return {}
    return {code: round(size) for code, size in sizes.items()}


def told(collection: Collection, sampling: Sampling, scope: Scope) -> Sampling:
    """The design as it may be shown: without the sizes of other territories."""
    if scope.covers(collection):
        return sampling
    codes = {each.code for each in scope.of(collection.territories)}

    def within(size: Size) -> Size:
        if isinstance(size, Mapping) and sampling.strata == TERRITORY_QUESTION:
            return {code: each for code, each in size.items() if code in codes}
        return size

    totals = {
        name: {code: size for code, size in sizes.items() if code in codes}
        if name == TERRITORY_QUESTION
        else sizes
        for name, sizes in sampling.totals.items()
    }
    return replace(sampling, population=tuple(map(within, sampling.population)), totals=totals)


def nameable(collection: Collection, sampling: Sampling, scope: Scope) -> Callable[[str], bool]:
    """Which strata may be named: those of other territories, and texts that somebody there
    may have written, may not."""
    if not scope.limited:
        return lambda _stratum: True
    strata = sampling.strata or ""
    if strata == TERRITORY_QUESTION:
        codes = {each.code for each in scope.of(collection.territories)}
        return codes.__contains__
    survey = collections.fielded(collection)
    choices = survey.question(strata).choices if survey.has(strata) else ()
    return {choice.value for choice in choices}.__contains__
