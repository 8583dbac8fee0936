"""Surveys as values: round trips, words, hash, and lists from the register."""

import json

import pytest

from encuestas import (
    Choice,
    Group,
    LegalBasis,
    Respondent,
    Survey,
    bind_choices,
    language_of,
    localized,
    read_survey,
    structure_hash,
    survey_from_data,
    survey_to_data,
)

from . import definitions
from .test_reading import LIBRARY

TEXTS = {name: definitions.text(name) for name in definitions.NAMES}
TEXTS |= {path.stem: path.read_text(encoding="utf-8") for path in LIBRARY}


@pytest.mark.parametrize("name", TEXTS)
def test_a_survey_survives_data_json_and_text(name: str) -> None:
    survey = read_survey(TEXTS[name])
    data = survey_to_data(survey)
    assert survey_from_data(data) == survey
    assert survey_from_data(json.loads(json.dumps(data))) == survey
    assert read_survey(json.dumps(data, ensure_ascii=False)) == survey
    assert read_survey(json.dumps(data)) == survey
    assert structure_hash(survey_from_data(data)) == structure_hash(survey)


def test_settings_are_typed() -> None:
    survey = definitions.survey("every-type")
    assert survey.question("mark").settings.range == (1, 7)
    assert survey.question("mark").settings.marks == (1, 2, 3, 4, 5, 6, 7)
    assert survey.question("mark").settings.anchors[7] == {"es": "Excelente"}
    assert survey.question("people").settings.minimum == 0
    assert survey_to_data(survey)["pages"][0]["questions"][1]["min"] == 0
    assert [choice.value for choice in survey.question("colour").choices] == ["rojo", "azul", "3"]


def test_the_header() -> None:
    survey = definitions.survey("languages")
    assert survey.version == "2026.10"
    assert survey.minutes == 4
    assert survey.respondent is Respondent.ORGANISATION
    assert survey.legal.basis is LegalBasis.CONSENT
    assert definitions.survey("every-type").respondent is Respondent.PERSON
    assert definitions.survey("every-type").languages == ("es",)


def test_words_fall_back_to_the_default_language() -> None:
    survey = definitions.survey("languages")
    assert survey.text(survey.question("a").label, "en") == "One"
    assert survey.text(survey.question("b").label, "en") == "Dos"
    assert survey.text(survey.question("b").hint, "en") == ""
    assert language_of({"es": "Dos"}, "en", "es") == "es"
    assert localized({"arn": "Epu"}, "en", "es") == "Epu"


def test_special_answers_have_words() -> None:
    survey = definitions.survey("special-answers")
    labels = {
        c.value: survey.text(c.label, "en") for c in survey.special_choices(survey.question("mark"))
    }
    assert labels == {
        "no_sabe": "No tengo idea",
        "no_estuve": "I was not there",
        "no_responde": "I would rather not answer",
    }


def test_measures() -> None:
    chilean, agree, returns = definitions.survey("measures").measures
    assert (chilean.satisfied, chilean.dissatisfied) == ((6, 7), (1, 2, 3, 4))
    assert (chilean.indicator, agree.indicator) == (18, None)
    assert (agree.satisfied, agree.dissatisfied) == ((4, 5), (1, 2))
    assert (returns.satisfied, returns.dissatisfied) == (("1",), ("0",))


def test_document_order_and_groups() -> None:
    survey = definitions.survey("skip-logic")
    names = [question.name for question in survey.questions]
    assert names == ["knows", "read", "mark", "reason", "more", "bye", "comment"]
    assert [group.name for group in survey.groups("more")] == ["why", "deep"]
    assert isinstance(survey.page("second").questions[1], Group)
    with pytest.raises(KeyError):
        survey.page("nowhere")
    with pytest.raises(KeyError):
        survey.question("nobody")


TERRITORIES = [Choice("T-1", {"es": "Cerro Alto"}), Choice("T-2", {"es": "Estero Bajo"})]


def test_register_lists_are_bound() -> None:
    survey = definitions.survey("register")
    assert survey.question("territory").choices == ()
    bound = bind_choices(survey, {"territories": TERRITORIES, "unheard_of": TERRITORIES})
    assert bound.question("territory").choices == tuple(TERRITORIES)
    assert [page.id for page in bound.pages] == ["where", "mark"]
    assert not bound.has("organisation")
    assert survey_to_data(bound)["choices"]["territories"] == "register"


def test_a_measure_on_an_unbound_list() -> None:
    """Its values can't be checked, and it leaves with its question."""
    survey = read_survey(
        definitions.text("register")
        .replace(
            "name: mark, type: scale, range: [1, 7]",
            "name: mark, type: select_one, choices: organisations",
        )
        .replace("question: mark}", "question: mark, satisfied: [a], dissatisfied: [b]}")
    )
    assert bind_choices(survey, {}).pages == ()
    assert bind_choices(survey, {}).measures == ()


SAME = [
    ("es: Nota", "es: Calificación"),
    ("7: {es: Excelente}", "6: {es: Casi excelente}"),
    ("es: De 1 a 7", "es: Uno a siete"),
    ("es: Todos los tipos", "es: Otros"),
    ("appearance: likert", "appearance: minimal"),
    ("label: {es: Rojo}", "label: {es: Colorado}"),
    ("version: 1", "version: 2"),
]
DIFFERENT = [
    ("name: words", "name: word"),
    ("type: decimal", "type: date"),
    ("value: rojo", "value: roja"),
    ("range: [1, 7]", "range: [0, 7]"),
    ("max_length: 10", "max_length: 11"),
    ("min: 0", "min: 1"),
    ("special: [no_sabe, no_responde]", "special: [no_sabe]"),
    ("type: text,", "type: text, required: true,"),
    ("type: text,", "type: text, relevant: 1 = 1,"),
    ("type: text,", "type: text, constraint: '. != 1',"),
    ("- id: all", "- id: every"),
    ("- id: all", "- relevant: 1 = 1\n    id: all"),
    ("pages:", "measures: [{name: m, question: mark}]\npages:"),
]


def changed(old: str, new: str) -> Survey:
    text = definitions.text("every-type")
    assert old in text
    return read_survey(text.replace(old, new, 1))


@pytest.mark.parametrize(("old", "new"), SAME)
def test_a_correction_keeps_the_hash(old: str, new: str) -> None:
    assert structure_hash(changed(old, new)) == structure_hash(definitions.survey("every-type"))


@pytest.mark.parametrize(("old", "new"), DIFFERENT)
def test_a_change_of_structure_changes_the_hash(old: str, new: str) -> None:
    assert structure_hash(changed(old, new)) != structure_hash(definitions.survey("every-type"))


def test_a_named_list_and_the_same_choices_inline_are_the_same_structure() -> None:
    named = definitions.survey("every-type")
    data = survey_to_data(named)
    data["pages"][0]["questions"][4]["choices"] = data["choices"]["colours"]
    assert survey_from_data(data) != named
    assert structure_hash(survey_from_data(data)) == structure_hash(named)
