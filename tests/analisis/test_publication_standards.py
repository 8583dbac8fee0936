"""The INE's rule for proportions, by the numbers of the rule."""

from dataclasses import replace

import pytest

from analisis import Estimate, Flag, Reason, Statistic, measure_estimates, reliability

# p = 0.5 has its limit at 0.5 ** (2 / 3) / 9 = 0.069996; p = 0.1 and 0.9 at 0.023938.
FIGURE = Estimate(
    statistic=Statistic.SATISFIED, variable="nota", value=0.5, se=0.0699, n=60, base=60, df=9
)


@pytest.mark.parametrize(
    ("changes", "verdict", "reasons"),
    [
        ({}, Flag.RELIABLE, ()),
        ({"se": 0.0701}, Flag.WEAKLY_RELIABLE, (Reason.HIGH_STANDARD_ERROR,)),
        ({"n": 59}, Flag.NOT_RELIABLE, (Reason.FEW_ANSWERS,)),
        ({"df": 8}, Flag.NOT_RELIABLE, (Reason.FEW_DEGREES_OF_FREEDOM,)),
        (
            {"n": 1, "df": 0, "se": None},
            Flag.NOT_RELIABLE,
            (Reason.FEW_ANSWERS, Reason.FEW_DEGREES_OF_FREEDOM),
        ),
        ({"value": 0.1, "se": 0.0239}, Flag.RELIABLE, ()),
        ({"value": 0.9, "se": 0.0239}, Flag.RELIABLE, ()),
        ({"value": 0.1, "se": 0.0240}, Flag.WEAKLY_RELIABLE, (Reason.HIGH_STANDARD_ERROR,)),
        ({"value": 0.9, "se": 0.0240}, Flag.WEAKLY_RELIABLE, (Reason.HIGH_STANDARD_ERROR,)),
        ({"value": 0.0, "se": 0.0}, None, (Reason.NO_STANDARD_ERROR,)),
        ({"value": 1.0, "se": 0.0}, None, (Reason.NO_STANDARD_ERROR,)),
    ],
)
def test_ine(changes: dict[str, float], verdict: Flag | None, reasons: tuple[Reason, ...]) -> None:
    found = reliability(replace(FIGURE, **changes))
    assert (found.verdict, found.reasons, found.standard) == (verdict, reasons, "ine")


@pytest.mark.parametrize(
    ("changes", "standard", "remedy"),
    [
        ({"flags": (Flag.SELF_SELECTED,)}, "ine", "probability samples only"),
        ({"flags": (Flag.ASSUMES_RANDOM_NONRESPONSE,)}, "ine", "probability samples only"),
        ({"flags": (Flag.CENSUS,)}, "ine", "probability samples only"),
        ({"statistic": Statistic.MEAN}, "ine", "not a proportion"),
        ({"value": None}, "ine", "no value"),
        ({}, "eurostat", "one of: ine"),
    ],
)
def test_what_cannot_be_judged(changes: dict[str, object], standard: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        reliability(replace(FIGURE, **changes), standard)


def verdicts(counts: dict[int, int]) -> list[tuple[str, ...]]:
    figures = measure_estimates(
        counts, variable="q", satisfied=[1], dissatisfied=[0], selection="probability"
    )
    return [figure.flags for figure in figures if figure.statistic == Statistic.SATISFIED]


def test_samples_carry_their_verdict() -> None:
    assert verdicts({1: 30, 0: 29}) == [("simple_random_assumed", "not_reliable")]
    assert verdicts({1: 60, 0: 60}) == [("simple_random_assumed", "reliable")]
    assert verdicts({1: 3, 0: 97}) == [("simple_random_assumed", "weakly_reliable")]
    assert verdicts({1: 100, 0: 0}) == [("simple_random_assumed",)]
