"""What addresses ask is read once and strictly, and says itself again."""

import pytest
from werkzeug.datastructures import MultiDict

from app.errors import Problem, ProblemCode
from app.services.analytics.asked import Asked, Grouping


def read(text: str) -> Asked:
    pairs = MultiDict(part.split("=", 1) for part in text.split("&") if part)
    return Asked.of(pairs.to_dict(flat=False))


def test_a_view_is_read_and_says_itself_again() -> None:
    text = "question=mark&by=sex&by=age:18,30.5&confidence=0.9&f.territory=T-1&f.territory=T-2"
    asked = read(text)
    assert asked.by == (Grouping("sex"), Grouping("age", (18, 30.5)))
    assert asked.filters == {"territory": ("T-1", "T-2")}
    assert asked.confidence == 0.9
    assert read("&".join("=".join(pair) for pair in asked.pairs())) == asked
    assert asked.query()["by"] == ["sex", "age:18,30.5"]


def test_what_is_empty_or_somebody_elses_asks_nothing() -> None:
    assert read("question=&by=&lang=en&page=3&f.sex=") == Asked()


@pytest.mark.parametrize(
    "text",
    [
        "confidence=1",
        "confidence=nan",
        "confidence=x",
        "percent=all",
        "adjust=none",
        "standard=me",
        "by=age:",
        "by=age:30,18",
        "by=age:1,nan",
        "by=age:x",
        "row=age:inf",
        "f.=3",
        f"question={'a' * 300}",
    ],
)
def test_what_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(Problem) as caught:
        read(text)
    assert caught.value.code is ProblemCode.BAD_PARAMETER
    assert caught.value.context["name"] == text.partition("=")[0]


def test_too_much_is_refused() -> None:
    for text in ("by=a&by=b&by=c", "&".join(f"f.q{n}=1" for n in range(30))):
        with pytest.raises(Problem) as caught:
            read(text)
        assert caught.value.code is ProblemCode.TOO_MANY_PARAMETERS
