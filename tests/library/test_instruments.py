"""Our instruments load without faults, and keep what their users were promised."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import encuestas
from app.services.demo.demo_data import programme
from encuestas import Choice, Source, bind_choices, read_survey, validate
from encuestas.definition import walk
from encuestas.logic import references
from encuestas.warnings import read_with_warnings

LIBRARY = Path(encuestas.__file__).parent / "library"
INSTRUMENTS = sorted(path.stem for path in LIBRARY.glob("*.yaml"))
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
CANNOT_SAY = ("no_sabe", "no_responde")


def survey(name: str) -> encuestas.Survey:
    return read_survey((LIBRARY / f"{name}.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def demo():
    return programme(1996)


@pytest.fixture(scope="module")
def satisfaction(demo):
    choices = [Choice(item.code, {"es": item.name}) for item in demo.territories]
    return bind_choices(survey("satisfaction"), {"territories": choices})


@pytest.fixture(scope="module")
def pdt_quality(demo):
    choices = [Choice(item.code, {"es": item.name}) for item in demo.roll]
    return bind_choices(survey("pdt-quality"), {"organisations": choices})


def faults(survey, answers):
    return validate(survey, answers, source=Source.JSON, now=NOW).faults


def test_the_library_holds_every_instrument_of_the_programme():
    assert INSTRUMENTS == [
        "actor-map",
        "anes-1996",
        "board-minutes",
        "knowledge-and-needs",
        "leadership",
        "leadership-observer",
        "participatory-evaluation",
        "pdt-quality",
        "satisfaction",
        "self-diagnosis",
        "social-control-visit",
    ]


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_nothing_in_it_is_worth_a_warning(name):
    _, warnings = read_with_warnings((LIBRARY / f"{name}.yaml").read_text(encoding="utf-8"))
    assert warnings == ()


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_the_file_is_named_after_the_survey_and_speaks_spanish_first(name):
    definition = survey(name)
    assert definition.id == name
    assert definition.languages == ("es", "en")


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_text_is_in_both_languages(name):
    """English is complete: nothing falls back to Spanish in front of an English reader."""
    definition = survey(name)
    texts = [definition.title, definition.purpose, definition.asked_by]
    if definition.legal:
        legal = definition.legal
        texts += [legal.controller, legal.retention, legal.contact, legal.notice]
    texts += [page.title for page in definition.pages]
    texts += [measure.label for measure in definition.measures]
    texts += [choice.label for entry in definition.choices.values() for choice in entry.choices]
    for question in definition.questions:
        texts += [question.label, question.hint]
        texts += getattr(question.settings, "anchors", {}).values()
    for text in texts:
        assert not text or (text.get("es", "").strip() and text.get("en", "").strip())


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_a_condition_never_looks_at_its_own_page(name):
    """Without JavaScript a page cannot change while it is being filled in."""
    definition = survey(name)
    for page in definition.pages:
        here = {question.name for question, _ in walk(page.questions)}
        for question, ancestors in walk(page.questions):
            if question.origin:
                continue  # "which other one?" stands beside its list, and the page comes back
            for holder in (question, page, *ancestors):
                if holder.relevant is not None:
                    seen = {reference.name for reference in references(holder.relevant.tree)}
                    assert not seen & here


def test_an_indicator_has_one_measure():
    found = [
        (name, measure.name, measure.indicator)
        for name in INSTRUMENTS
        for measure in survey(name).measures
        if measure.indicator is not None
    ]
    assert found == [
        ("participatory-evaluation", "signed", 25),
        ("pdt-quality", "satisfied", 18),
        ("satisfaction", "satisfied", 7),
        ("social-control-visit", "on_time", 24),
    ]


@pytest.mark.parametrize(("name", "marks"), [("satisfaction", 6), ("pdt-quality", 9)])
def test_every_mark_is_measured_with_the_same_thresholds(name, marks):
    definition = survey(name)
    scales = [question.name for question in definition.questions if question.type == "scale"]
    assert len(scales) == marks
    assert sorted(measure.question for measure in definition.measures) == sorted(scales)
    for measure in definition.measures:
        assert measure.satisfied == (6, 7)
        assert measure.dissatisfied == (1, 2, 3, 4)
    for scale in scales:
        assert definition.question(scale).special == CANNOT_SAY


def test_every_simulated_person_passes_the_validator(satisfaction, demo):
    for response in demo.people:
        result = validate(satisfaction, response.answers, source=Source.JSON, now=NOW)
        assert not result.faults
        assert not result.dropped
        assert not result.unknown
        assert result.answers == response.answers


def test_every_simulated_organisation_passes_the_validator(pdt_quality, demo):
    for response in demo.organisation_answers:
        result = validate(pdt_quality, response.answers, source=Source.JSON, now=NOW)
        assert not result.faults
        assert not result.dropped
        assert not result.unknown
        assert result.answers == response.answers


def someone(**changes):
    return {
        "territory": "T-CAB-1",
        "took_part": "no",
        "overall": 6,
        "treatment": 6,
        "information": 6,
        "timeliness": "no_sabe",
        "usefulness": 6,
        "gender": "prefiero_no_decir",
        "age_band": "45_59",
    } | changes


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"overall": 5}, []),
        ({"overall": "no_sabe"}, []),
        ({"overall": 4}, ["what_went_wrong"]),
        ({"overall": 1, "what_went_wrong": ["unheard", "other"]}, []),
        ({"took_part": "yes"}, ["activities", "participation"]),
        ({"took_part": "no_sabe"}, []),
        ({"took_part": "yes", "activities": ["board"], "participation": 3}, []),
        ({"overall": 8}, ["overall"]),
        ({"territory": "T-CHO-9"}, ["territory"]),
        ({"gender": "no_sabe"}, ["gender"]),
        ({"comment": "á" * 500}, []),
        ({"comment": "á" * 501}, ["comment"]),
    ],
)
def test_who_is_asked_what_about_the_support(satisfaction, changes, expected):
    assert [fault.question for fault in faults(satisfaction, someone(**changes))] == expected


def test_the_marks_of_an_organisation_that_does_not_know_the_plan_are_not_counted(
    pdt_quality, demo
):
    organisation = demo.roll[0].code
    answers = {"organisation": organisation, "knows_plan": "no", "overall": 7}
    result = validate(pdt_quality, answers, source=Source.JSON, now=NOW)
    assert not result.faults
    assert result.answers == {"organisation": organisation, "knows_plan": "no"}
    assert set(result.dropped) == {"overall"}


def test_an_organisation_that_knows_the_plan_gives_the_nine_marks(pdt_quality, demo):
    answers = {"organisation": demo.roll[0].code, "knows_plan": "partly"}
    asked = [fault.question for fault in faults(pdt_quality, answers)]
    assert asked == [
        "overall",
        "relevance",
        "participation",
        "inclusion_gender",
        "coherence",
        "clarity",
        "feasibility",
        "funding",
        "follow_up",
    ]
