"""Publication standards: each side of each threshold, and the INE's own package on a grid."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from scipy.stats import binomtest

from analisis import (
    Action,
    AnalysisError,
    ErrorCode,
    Estimate,
    Flag,
    Reason,
    Statistic,
    measure_estimates,
    reliability,
)

# p = 0.5 has its limit at 0.5 ** (2 / 3) / 9 = 0.069996; p = 0.1 and 0.9 at 0.023938.
FIGURE = Estimate(
    statistic=Statistic.SATISFIED, variable="nota", value=0.5, se=0.0699, n=60, base=60, df=9
)


NO_SIZE = replace(FIGURE, se=None)
MEAN = {"statistic": Statistic.MEAN, "value": -4.0}


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
        ({**MEAN, "se": 0.6}, Flag.RELIABLE, ()),
        ({**MEAN, "se": 0.61}, Flag.WEAKLY_RELIABLE, (Reason.HIGH_VARIATION,)),
        ({**MEAN, "se": 1.2}, Flag.WEAKLY_RELIABLE, (Reason.HIGH_VARIATION,)),
        ({**MEAN, "se": 1.21}, Flag.NOT_RELIABLE, (Reason.HIGH_VARIATION,)),
        ({**MEAN, "value": 0.0}, Flag.NOT_RELIABLE, (Reason.HIGH_VARIATION,)),
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
        ({"statistic": Statistic.NET}, "ine", "this is a net"),
        ({"statistic": Statistic.MEAN}, "nchs", "judges proportions"),
        ({"value": None}, "ine", "no value"),
        ({}, "eurostat", "one of: ine, cepal, nchs"),
        ({"n": 100}, "nchs", "n_effective, or deff"),
    ],
)
def test_what_cannot_be_judged(changes: dict[str, object], standard: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        reliability(replace(NO_SIZE, **changes), standard)


@pytest.mark.parametrize("standard", ["ine", "cepal", "nchs"])
@pytest.mark.parametrize("flag", [Flag.SELF_SELECTED, Flag.ASSUMES_RANDOM_NONRESPONSE, Flag.CENSUS])
def test_only_probability_samples(standard: str, flag: Flag) -> None:
    with pytest.raises(AnalysisError) as caught:
        reliability(replace(FIGURE, flags=(Flag.SIMULATED, flag)), standard)
    assert caught.value.code is ErrorCode.NOT_A_PROBABILITY_SAMPLE


def test_the_package_of_the_ine() -> None:
    rows = json.loads((Path(__file__).parent / "r" / "reliability.json").read_text())
    compared = 0
    for kind, standard, value, se, n, df, deff, cases, label in rows:
        if standard == "cepal" and n < 100:
            continue  # the package asks for 100 only where deff < 1
        figure = Estimate(
            statistic=Statistic(kind), variable="q", value=value, se=se, n=n, base=n, df=df,
            deff=deff,
        )  # fmt: skip
        found = reliability(figure, standard, cases=cases)
        words = label.replace("non-", "not_").replace("-", "_").replace(" ", "_")
        assert str(found.verdict) == words, (kind, standard, value, se, n, df, deff, cases)
        compared += 1
    assert compared == 2386


CEPAL = replace(FIGURE, value=0.3, se=0.0632, n=100, n_effective=60)


@pytest.mark.parametrize(
    ("changes", "cases", "verdict", "reasons"),
    [
        # The limit at p = 0.3 and 0.7 is 0.175 * 0.3 * -ln 0.3 = 0.063209.
        ({}, None, Flag.RELIABLE, ()),
        ({"se": 0.0633}, None, Flag.NOT_RELIABLE, (Reason.HIGH_VARIATION,)),
        ({"value": 0.7}, None, Flag.RELIABLE, ()),
        ({"value": 0.7, "se": 0.0633}, None, Flag.WEAKLY_RELIABLE, (Reason.HIGH_VARIATION,)),
        ({"n": 99}, None, Flag.NOT_RELIABLE, (Reason.FEW_ANSWERS,)),
        ({"n_effective": 59.9}, None, Flag.NOT_RELIABLE, (Reason.FEW_EFFECTIVE_ANSWERS,)),
        ({"n_effective": None, "deff": 1.7}, None, Flag.NOT_RELIABLE,
         (Reason.FEW_EFFECTIVE_ANSWERS,)),
        ({"n_effective": None, "deff": 1.6}, None, Flag.RELIABLE, ()),
        ({"n_effective": None, "se": 0.0591}, None, Flag.RELIABLE, ()),
        ({"df": 8}, None, Flag.NOT_RELIABLE, (Reason.FEW_DEGREES_OF_FREEDOM,)),
        ({}, 49, Flag.WEAKLY_RELIABLE, (Reason.FEW_CASES,)),
        ({}, 29, Flag.NOT_RELIABLE, (Reason.FEW_CASES,)),
        ({"value": 1.0, "se": 0.0}, None, None, (Reason.NO_STANDARD_ERROR,)),
        ({"statistic": Statistic.MEAN, "value": 0.0}, None, Flag.NOT_RELIABLE,
         (Reason.HIGH_VARIATION,)),
    ],
)  # fmt: skip
def test_cepal(
    changes: dict[str, object], cases: int | None, verdict: Flag | None, reasons: tuple[Reason, ...]
) -> None:
    found = reliability(replace(CEPAL, **changes), "cepal", cases=cases)
    assert (found.verdict, found.reasons) == (verdict, reasons)


@pytest.mark.parametrize(
    ("value", "n", "size", "df", "action", "reasons"),
    [
        (0.5, 29, 29, 28, Action.SUPPRESS, (Reason.FEW_ANSWERS,)),
        (0.5, 500, 29, 28, Action.SUPPRESS, (Reason.FEW_EFFECTIVE_ANSWERS,)),
        (0.5, 40, 40, 39, Action.SUPPRESS, (Reason.WIDE_INTERVAL,)),
        (0.5, 60, 60, 59, Action.SHOW, ()),
        (0.5, 60, 60, 7, Action.SUPPRESS, (Reason.WIDE_INTERVAL,)),
        (0.5, 200, 200, 7, Action.REVIEW, (Reason.FEW_DEGREES_OF_FREEDOM,)),
        (0.05, 100, 100, 99, Action.SUPPRESS, (Reason.WIDE_FOR_ITS_SIZE,)),
        (0.95, 100, 100, 99, Action.FOOTNOTE, (Reason.UNRELIABLE_COMPLEMENT,)),
        (0.95, 100, 100, 7, Action.REVIEW,
         (Reason.FEW_DEGREES_OF_FREEDOM, Reason.UNRELIABLE_COMPLEMENT)),
        (0.01, 1000, 1000, 999, Action.SHOW, ()),
        (0.99, 1000, 1000, 999, Action.SHOW, ()),
        (0.0, 30, 30, 29, Action.REVIEW, (Reason.NONE_OR_ALL,)),
        (1.0, 30, 30, 29, Action.REVIEW, (Reason.NONE_OR_ALL,)),
        (0.0, 30, 30, 3, Action.REVIEW, (Reason.FEW_DEGREES_OF_FREEDOM, Reason.NONE_OR_ALL)),
        (0.5, 100, 100, 0, Action.SUPPRESS, (Reason.WIDE_INTERVAL,)),
    ],
)  # fmt: skip
def test_nchs(
    value: float, n: int, size: float, df: float, action: Action, reasons: tuple[Reason, ...]
) -> None:
    figure = replace(FIGURE, value=value, se=None, n=n, n_effective=size, df=df)
    found = reliability(figure, "nchs")
    assert (found.action, found.reasons) == (action, reasons)


@pytest.mark.parametrize("n", [30, 31, 45, 60, 100, 170, 1500])
def test_nchs_from_another_exact_interval(n: int) -> None:
    """The same steps on SciPy's interval, at every count of a simple random sample, or at the ends
    and at every ninth between them.
    """
    for x in sorted({*range(1, min(n, 90)), *range(n - min(n, 90) + 1, n), *range(1, n, 9)}):
        low, high = binomtest(x, n).proportion_ci()
        width, p = high - low, x / n
        shown = width <= 0.05 or (width < 0.30 and width / p <= 1.30)
        footnote = shown and width > 0.05 and width / (1 - p) > 1.30
        expected = (Action.FOOTNOTE if footnote else Action.SHOW) if shown else Action.SUPPRESS
        figure = replace(FIGURE, value=p, se=None, n=n, n_effective=n, df=n - 1)
        assert reliability(figure, "nchs").action is expected, (x, n)


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
