"""What somebody asks of an analysis: the same words in addresses, in the API and in commands.

Read here once, whatever they come from: a mapping of names to lists of texts. What the words mean
in one collection (is there such a question?) is told by `app.services.analytics.variables`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from app.errors import Problem, ProblemCode

Given = Mapping[str, Sequence[str]]

PERCENTS: Final = ("row", "column", "total")
ADJUSTMENTS: Final = ("holm", "bh")
STANDARDS: Final = ("ine", "cepal", "nchs")
MOST_GROUPINGS = 2
MOST_CATEGORIES = 60
"""More groups than this are a list, not a comparison."""
MOST_CUTS = 20
MOST_FILTERS = 20
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Grouping:
    """What makes groups; ``cuts`` are where the classes of a number begin: ``age:18,30,45``."""

    name: str
    cuts: tuple[float, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}:{','.join(map(shown, self.cuts))}" if self.cuts else self.name

    @classmethod
    def of(cls, parameter: str, text: str) -> Grouping:
        """Raises Problem BAD_PARAMETER."""
        name, colon, rest = text.partition(":")
        if not colon:
            return cls(name)
        try:
            cuts = tuple(float(each) for each in rest.split(","))
        except ValueError:
            cuts = ()
        rising = all(one < other for one, other in pairwise(cuts))
        if not cuts or len(cuts) > MOST_CUTS or not rising or not all(map(math.isfinite, cuts)):
            raise _bad(parameter, text, f"{name}:18,30,45".removeprefix(":"))
        return cls(name, cuts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to an analysis.

    ``filters``: of each name, the values of which any will do. ``cuts``: of a number that makes
    groups and names none of its own (a form cannot put both into one word).
    """

    questions: tuple[str, ...] = ()
    by: tuple[Grouping, ...] = ()
    row: Grouping | None = None
    col: Grouping | None = None
    percent: str = "row"
    category: str | None = None
    cuts: tuple[float, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    confidence: float = 0.95
    adjust: str = "holm"
    base: str | None = None
    standard: str = "ine"

    @classmethod
    def of(cls, given: Given) -> Asked:
        """Read the parameters that are ours; an empty one asks for nothing, others are not ours.

        Raises
        ------
        Problem
            BAD_PARAMETER or TOO_MANY_PARAMETERS.
        """
        known = {
            name: [text for text in texts if text]
            for name, texts in given.items()
            if name in _NAMES or name.startswith("f.")
        }
        for name, texts in known.items():
            if not all(map(_readable, (name, *texts))):
                raise _bad(name if _readable(name) else "f.", "…", "f.territory")
        by = tuple(dict.fromkeys(Grouping.of("by", text) for text in known.get("by", ())))
        if len(by) > MOST_GROUPINGS:
            raise Problem(ProblemCode.TOO_MANY_PARAMETERS, name="by", limit=MOST_GROUPINGS)
        return cls(
            questions=tuple(dict.fromkeys((*known.get("question", ()), *known.get("measure", ())))),
            by=by,
            row=_grouping(known, "row"),
            col=_grouping(known, "col"),
            percent=_chosen(known, "percent", PERCENTS),
            category=_one(known, "category"),
            cuts=_cuts(known),
            filters=_filters(known),
            confidence=_confidence(known),
            adjust=_chosen(known, "adjust", ADJUSTMENTS),
            base=_one(known, "base"),
            standard=_chosen(known, "standard", STANDARDS),
        )

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The parameters again, those left out that say nothing new: the address of this view."""
        yield from (("question", name) for name in self.questions)
        yield from (("by", str(each)) for each in self.by)
        if self.cuts:
            yield "cuts", ",".join(map(shown, self.cuts))
        for name in ("row", "col", "category", "base"):
            if (value := getattr(self, name)) is not None:
                yield name, str(value)
        for name, usual in _USUAL.items():
            if (value := getattr(self, name)) != usual:
                yield name, shown(value) if isinstance(value, float) else value
        yield from ((f"f.{name}", value) for name, some in self.filters.items() for value in some)

    def query(self) -> dict[str, list[str]]:
        """`pairs` by name, as `url_for` takes them."""
        found: dict[str, list[str]] = {}
        for name, value in self.pairs():
            found.setdefault(name, []).append(value)
        return found


_NAMES = frozenset(
    {
        "question", "measure", "by", "row", "col", "percent", "category", "cuts", "confidence",
        "adjust", "base", "standard",
    }
)  # fmt: skip
_USUAL = {"percent": "row", "confidence": 0.95, "adjust": "holm", "standard": "ine"}


def _readable(text: str) -> bool:
    return len(text) <= LONGEST and text.isprintable()


def _bad(name: str, value: str, allowed: str) -> Problem:
    return Problem(ProblemCode.BAD_PARAMETER, name=name, value=value, allowed=allowed)


def _one(known: Given, name: str) -> str | None:
    """The last one: that is what a form's field says that overrides an address."""
    texts = known.get(name, ())
    return texts[-1] if texts else None


def _grouping(known: Given, name: str) -> Grouping | None:
    text = _one(known, name)
    return None if text is None else Grouping.of(name, text)


def _cuts(known: Given) -> tuple[float, ...]:
    text = _one(known, "cuts")
    return () if text is None else Grouping.of("cuts", f":{text}").cuts


def _chosen(known: Given, name: str, allowed: Sequence[str]) -> str:
    text = _one(known, name)
    if text is None:
        return allowed[0]
    if text not in allowed:
        raise _bad(name, text, ", ".join(allowed))
    return text


def _confidence(known: Given) -> float:
    text = _one(known, "confidence")
    if text is None:
        return 0.95
    try:
        level = float(text)
    except ValueError:
        level = math.nan
    if not 0.5 <= level <= 0.999:
        raise _bad("confidence", text, "0.5–0.999")
    return level


def _filters(known: Given) -> dict[str, tuple[str, ...]]:
    found = {
        name.removeprefix("f."): tuple(dict.fromkeys(texts))
        for name, texts in known.items()
        if name.startswith("f.") and texts
    }
    if "" in found:
        raise _bad("f.", found[""][0], "f.territory")
    if len(found) > MOST_FILTERS or any(len(each) > MOST_CATEGORIES for each in found.values()):
        raise Problem(ProblemCode.TOO_MANY_PARAMETERS, name="f.", limit=MOST_FILTERS)
    return found


def shown(number: float) -> str:
    """A number as an address has it, so that two of them never look alike."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
