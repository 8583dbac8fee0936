"""Patterns match what they match in Python, in time bounded by their size and the text."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from encuestas.logic.regex import compiled, matches


def test_a_pattern_that_would_backtrack_takes_as_long_as_its_text() -> None:
    for pattern in ("(a*)*b", "(a|a)*b", "(a|aa)+b", "(.*)*(.*)*x", "(a?){50}a{50}b"):
        assert not matches(compiled(pattern, 1), "a" * 500)


_ATOMS = st.sampled_from(
    ["a", "b", "\\d", "\\w", "\\s", ".", "[ab]", "[^a]", "\\b", "^", "$", "1", " ", "-"]
)
_PATTERNS = st.recursive(
    _ATOMS,
    lambda inner: (
        st.tuples(inner, inner).map("".join)
        | st.tuples(inner, inner).map(lambda two: f"({two[0]}|{two[1]})")
        | st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{0,}", "*?"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        )
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(_PATTERNS, st.lists(st.text("ab1 -_é", max_size=6), min_size=1, max_size=6))
def test_patterns_match_what_python_matches(pattern: str, texts: list[str]) -> None:
    program = compiled(pattern, 1)
    for text in texts:
        assert matches(program, text) == bool(re.compile(pattern, re.ASCII).fullmatch(text))
