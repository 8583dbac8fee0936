"""Expressions and answers out of nothing, to compare evaluators with: every operator and function,
and answers that nobody would think of. Weird on purpose, but seldom so large that all is NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from encuestas.errors import ExpressionError
from encuestas.logic import parse
from encuestas.logic.functions import FUNCTIONS

Case = tuple[str, dict[str, object]]

_TEXTS = (
    "", " ", "0", "7", "07", "-3", " 2.50 ", "1e3", "+4", "NaN", "Infinity", "true", "false", "a",
    "a b c", "b", " a  b ", "no_sabe", "ñandú", "N\u0303", "😀x😀", "\U0001f1e8\U0001f1f1", "\u202eabc", "a\u200bb",
    "\ttab\n", "abcabc", "ABC", "2026-01-15", "2024-02-29", "2023-02-29", "0001-01-01", "9999-12-31",
    "2026-01-15T12:30:45.678-03:00", "2026-01-15T00:00:00", "2026-12-31T23:59:59Z", "10:30", "23:59:59.999",
    "24:00", "10:30:00.000-03:00", "-33.45 -70.66 0 0", "-33.45 -70.66 520.5 4.5;-33.46 -70.65 0 0;-33.47 -70.67 0 0",
    "0 0 0 0;0 1 0 0;1 1 0 0;1 0 0 0;0 0 0 0", "91 0 0 0", "%Y-%m-%d", "%e/%n/%y %H:%M:%S.%3 %a %b %h %%", "%q",
    "hex", "base64", "SHA-256", "MD5", "name", "label", "x", "si", "norte",
)  # fmt: skip
_NUMBERS = (
    "0", "1", "2", "3", "10", "0.5", "2.5", "1.005", "100", "365", "20468", "20468.5", "0.1", "0.30000000000000004",
    "1000000007", "9007199254740993", "123456789012345678901234567890", "0.0000001", "1e-7", "-0.5",
)  # fmt: skip
_ANSWERS = st.one_of(
    st.none(),
    st.sampled_from(_TEXTS),
    st.sampled_from([0, 1, 2, 3, -1, 7, 10, 100, 2**53 + 1, -(10**21)]),
    st.sampled_from([0.0, -0.0, 0.1, 1.5, -2.5, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, 33.333333333333336]),
    st.lists(st.sampled_from(["a", "b", "c", "si", "ñ", "😀"]), max_size=3, unique=True),
    st.booleans(),
    st.text(max_size=6).filter(lambda text: text.isprintable() or "\n" in text),
)  # fmt: skip
NAMES = {"r": (), "x": ("r",), "y": ("r",), "s": ("r",), "z": ("r", "s"), "t": (), "w": ("t",)}
_FILES = {"lista": [["name", "label", "n"], ["a", "Á", "1"], ["b", "B 😀", "2"], ["a", "otra", "x"], ["", "", ""]]}
_CHOICES = {"a": [["a", "Letra a"], ["b", "Letra b"], ["si", "Sí"]], "x": [["1", "Uno"], ["a", "Otra a"]]}


def _kept(strategy: st.SearchStrategy[dict[str, object]]) -> st.SearchStrategy[dict[str, object]]:
    return strategy.map(lambda answers: {k: v for k, v in answers.items() if v is not None and v != []})


_inner = st.fixed_dictionaries({"z": _ANSWERS})
_instance = st.fixed_dictionaries(
    {"x": _ANSWERS, "y": _ANSWERS, "s": st.lists(_kept(_inner), max_size=2)}
)
_answers = st.fixed_dictionaries(
    {
        "a": _ANSWERS,
        "b": _ANSWERS,
        "c": _ANSWERS,
        "r": st.lists(_kept(_instance), max_size=3),
        "t": st.lists(_kept(st.fixed_dictionaries({"w": _ANSWERS})), max_size=2),
    }
)
_NOW = st.sampled_from(
    [
        "2026-01-15T12:00:00", "2026-01-15T23:30:00.250-03:00", "2024-02-29T00:00:00+14:00", "1999-12-31T23:59:59.999999+05:45",
        "0001-01-01T00:00:00", "9999-12-31T23:59:59Z",
    ]
)  # fmt: skip


def _places(answers: dict[str, object]) -> list[str]:
    found = [""]
    for i, one in enumerate(answers.get("r", []), start=1):
        found.append(f"r[{i}]")
        found += [f"r[{i}]/s[{j}]" for j, _ in enumerate(one.get("s", []), start=1)]
    return found


@st.composite
def contexts(draw: st.DrawFn, *, item: bool = False) -> dict[str, object]:
    """What the vectors call a context, with every name declared."""
    answers = draw(_kept(_answers))
    made: dict[str, object] = {
        "answers": answers,
        "at": draw(st.sampled_from(_places(answers))),
        "now": draw(_NOW),
        "current": draw(_ANSWERS),
        "seed": draw(st.sampled_from(["", "7", "f47ac10b-58cc-4372-a567-0e02b2c3d479", "😀"])),
        "owner": draw(st.sampled_from(["", "a", "r[1]/x"])),
        "language": draw(st.sampled_from(["es", "en"])),
        "names": NAMES,
        "files": _FILES,
        "choices": _CHOICES,
    }
    if item:
        made["item"] = {"name": draw(st.sampled_from(_TEXTS)), "label": "Etiqueta", "n": draw(st.sampled_from(_NUMBERS))}
    return made


def _quoted(text: str) -> str:
    return f"'{text}'" if "'" not in text else f'"{text}"'


_SETS = (
    "${r}", "${s}", "${t}", "${x}", "${y}", "${z}", "${w}", "${r}/x", "${r}/s/z", "../x", "..", "../../x", "${r}[1]/x",
    "${r}[position() = 2]/y", "${x}[. = 'a']", "${r}[x = 'a']/s", "${r}[last()]/x", "current()/../x", "./x", "${x} | ${y}", "${a}",
    "${r} | ${t}", "instance('lista')/root/item/label", "instance('lista')/root/item[name = 'a']/n",
    "instance('lista')/root/item[name = ${a}]/label", "instance('lista')/root/item[2]", "instance('nada')/root/item/x",
    "randomize(${x}, 42)", "randomize(${r}/x)", "${r}/*", "*", "${r}[count(s) > 0]/x", "../../r/x", "${s}/../x", "${nada}",
)  # fmt: skip
_WANTS_SETS = (
    "sum", "count", "count-non-empty", "min", "max", "join", "concat", "position", "randomize", "checklist", "weighted-checklist",
    "boolean", "string", "number", "area", "distance", "indexed-repeat",
)  # fmt: skip
_SAID = {
    "digest": ("'MD5'", "'SHA-1'", "'SHA-256'", "'SHA-384'", "'SHA-512'", "'hex'", "'base64'"),
    "pulldata": ("'lista'", "'label'", "'name'", "'n'", "'a'", "${a}"),
    "jr:choice-name": ("${a}", "'a'", "'${a}'", "'${x}'"),
    "instance": ("'lista'",),
    "indexed-repeat": ("${x}", "${z}", "${r}", "${s}", "1", "2", "${a}"),
    "format-date": ("'%Y-%m-%d'", "'%e/%n/%y %H:%M:%S.%3 %a %b %h %%'", "today()", "now()", "${a}", "20468.25"),
    "format-date-time": ("'%Y-%m-%d %H:%M'", "'%3%a%b%h'", "today()", "now()", "${b}", "20468.25"),
}
_PATTERNS = (
    "'[a-z]+'", "'a|b'", r"'\d{2,4}'", r"'\w+\s?\w*'", "'.*'", "''", "'(ab)+c?'", "'[^0-9]'", "'a.c'", r"'[ñ-ü😀]+x*'", r"'\D\W\S?'",
    "'x{3}'", r"'\.'", "'(a*)*b'",
)  # fmt: skip
_OPERATORS = ("or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod")


def _leaves() -> st.SearchStrategy[str]:
    return st.one_of(
        st.sampled_from(["${a}", "${b}", "${c}", "${x}", "${y}", "${z}", "${w}", ".", "${nada}"]),
        st.sampled_from(_NUMBERS),
        st.sampled_from(_TEXTS).map(_quoted),
        st.sampled_from(_SETS),
        st.text(max_size=4).filter(lambda text: "'" not in text).map(_quoted),
    )


def _calls(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(FUNCTIONS)).flatmap(lambda name: _call(name, inner))


def _call(name: str, inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    function = FUNCTIONS[name]
    maximum = min(function.maximum or 5, function.minimum + 3) if function.maximum != 0 else 0
    if name == "regex":
        arguments = st.tuples(inner, st.sampled_from(_PATTERNS)).map(list)
    else:
        if name in _SAID:
            inner = st.one_of(st.sampled_from(_SAID[name]), inner)
        elif name in _WANTS_SETS:
            inner = st.one_of(st.sampled_from(_SETS), inner)
        arguments = st.lists(inner, min_size=function.minimum, max_size=max(maximum, function.minimum))
    return arguments.map(lambda given: f"{name}({', '.join(given)})")


def _deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    wrapped = st.one_of(inner, inner.map(lambda text: f"({text})"))
    chains = st.lists(st.tuples(st.sampled_from(_OPERATORS), wrapped), min_size=1, max_size=3)
    return st.one_of(
        _calls(inner),
        _calls(inner),
        st.tuples(wrapped, chains).map(
            lambda found: found[0] + "".join(f" {operator} {text}" for operator, text in found[1])
        ),
        inner.map(lambda text: f"-({text})"),
        st.sampled_from(_SETS).flatmap(lambda base: inner.map(lambda text: f"({base})[{text}]")),
    )


expressions = st.one_of(_calls(_leaves()), st.recursive(_leaves(), _deeper, max_leaves=6))


def collect(
    count: int, number: int, *, keep: Callable[[str], bool] = lambda text: True
) -> Iterable[Case]:
    """``count`` cases that parse, always the same for a ``number``."""
    found: list[Case] = []

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(expressions, contexts())
    def gather(text: str, context: dict[str, object]) -> None:
        if keep(text) and parses(text):
            found.append((text, context))

    gather()
    return found


def parses(text: str) -> bool:
    """Whether it is an expression at all: what is generated need not be one."""
    try:
        parse(text)
    except ExpressionError:
        return False
    return True
