"""Surveys as values: round trips, words, hash, and lists from the register."""

import json

import pytest

from encuestas import (
    Choice,
    Group,
    LegalBasis,
    Respondent,
    Source,
    Survey,
    bind_choices,
    language_of,
    localized,
    read_survey,
    structure_hash,
    survey_from_data,
    survey_to_data,
    validate,
)
from encuestas.definition import GroupKind

from . import definitions
from .definitions import NOW
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


LIBRARY_HASHES = {
    "anes-1996": "4fcdd8f874caeb42504f2449044d3f7578d30f6350f197b9690cb6fe4d5ede0e",
    "pdt-quality": "5c85d4afe4b48e695bd5a8861718076bd8bba79c6d0e5f64bb886368c02db681",
    "satisfaction": "f94e3d39f7998ad2119fa43e95d042ea6ad43f4329214d2a18428fa9e3e4d1f8",
}
"""As they were published: what is added to the language must not make an old version another."""


@pytest.mark.parametrize("name", LIBRARY_HASHES)
def test_what_was_published_keeps_its_hash(name: str) -> None:
    assert structure_hash(read_survey(TEXTS[name])) == LIBRARY_HASHES[name]


KEPT = [
    ("matrix", "{es: El trato}", "{es: Cómo la tratan}"),
    ("repeats", "label: {es: Pieza}", "label: {es: Habitación}"),
    ("cascade", "randomize: true\n        seed: 7", "hint: {es: Aquí}"),
    ("cascade", "seed: 7", "seed: 8"),
    ("cascade", "05101,Valparaíso", "05101,Puerto de Valparaíso"),
    ("computed", "{es: Como usted quiera.}", "{es: Como le parezca.}"),
    ("computed", '{es: "Salude, por favor."}', "{es: Salude.}"),
    ("pictures", "es: frutas.jpg", "es: otra.jpg"),
    ("pictures", "appearance: multiline", "appearance: numbers"),
]
CHANGED = [
    ("matrix", "name: votes", "name: voted"),
    ("matrix", "required: true", "required: false"),
    ("repeats", "max: 20", "max: 21"),
    ("repeats", "min: 1", "min: 2"),
    ("repeats", "repeat_count: ${rooms}", "repeat_count: ${rooms} + 1"),
    ("repeats", "repeat_count: ${rooms}", "hint: {es: Todas}"),
    ("cascade", "choice_filter: region = ${region}", "hint: {es: Aquí}"),
    ("cascade", "05101,Valparaíso,05", "05101,Valparaíso,13"),
    ("cascade", "13101,Santiago,13", "13102,Santiago,13"),
    ("cascade", 'commune: "05101"', 'commune: "05109"'),
    ("computed", "default: 2", "default: 3"),
    ("computed", "read_only: true", "read_only: false"),
    ("computed", "${people} * ${price}", "${people} + ${price}"),
    ("computed", 'trigger: "${people}"', 'trigger: "${price}"'),
    ("other-answer", "or_other: true", "or_other: false"),
]


def hashes(name: str, old: str, new: str) -> tuple[str, str]:
    text = definitions.text(name)
    assert old in text
    return structure_hash(read_survey(text)), structure_hash(read_survey(text.replace(old, new, 1)))


@pytest.mark.parametrize(("name", "old", "new"), KEPT)
def test_words_and_looks_keep_the_hash(name: str, old: str, new: str) -> None:
    before, after = hashes(name, old, new)
    assert before == after


@pytest.mark.parametrize(("name", "old", "new"), CHANGED)
def test_what_decides_answers_changes_the_hash(name: str, old: str, new: str) -> None:
    before, after = hashes(name, old, new)
    assert before != after


def test_a_repeat_is_not_a_group() -> None:
    text = definitions.text("repeats").replace("\n        min: 1\n        max: 20", "", 1)
    as_group = read_survey(text.replace("type: repeat", "type: group", 1))
    assert structure_hash(read_survey(text)) != structure_hash(as_group)


def test_repeats_hold_questions_and_repeats() -> None:
    survey = definitions.survey("repeats")
    assert survey.repeats("child_age") == ("members", "children")
    assert survey.repeats("rooms") == ()
    members = survey.page("home").questions[0]
    assert (members.kind, members.minimum, members.maximum) == (GroupKind.REPEAT, 1, 20)
    room = survey.page("home").questions[3]
    assert room.repeat_count.text == "${rooms}"
    assert "min" not in survey_to_data(survey)["pages"][0]["questions"][3]


def test_the_rows_of_a_matrix_are_questions() -> None:
    survey = definitions.survey("matrix")
    aspects, habits = survey.page("marks").questions[1:]
    assert aspects.kind is GroupKind.MATRIX
    treatment, timing = aspects.questions
    assert (treatment.type, treatment.settings.range) == ("scale", (1, 7))
    assert treatment.settings.anchors[7] == {"es": "Excelente"}
    assert (timing.special, timing.required) == (("no_sabe",), True)
    assert timing.relevant.text == "${knows} != 'nunca'"
    assert [choice.value for choice in habits.questions[1].choices] == ["nunca", "veces", "siempre"]
    assert habits.questions[1].choice_list == "how_often"
    written = survey_to_data(survey)["pages"][0]["questions"][2]
    assert written["choices"] == "how_often"
    assert written["rows"] == [
        {"name": "meets", "label": {"es": "Se reúnen"}},
        {"name": "votes", "label": {"es": "Votan"}},
    ]


def test_another_answer_asks_for_its_words() -> None:
    survey = definitions.survey("other-answer")
    assert [q.name for q in survey.questions] == ["reason", "reason_other", "means", "means_other"]
    assert [choice.value for choice in survey.question("reason").choices] == [
        "lejos",
        "hora",
        "other",
    ]
    words = survey.question("reason_other")
    assert (words.type, words.required, words.origin) == ("text", True, "reason")
    assert words.relevant.text == "selected(${reason}, 'other')"
    written = survey_to_data(survey)["pages"][0]["questions"]
    assert [item["name"] for item in written] == ["reason", "means"]
    assert [choice["value"] for choice in written[0]["choices"]] == ["lejos", "hora"]


def test_another_answer_of_a_list_of_the_register() -> None:
    text = definitions.text("register").replace(
        "choices: territories", "choices: territories, or_other: true"
    )
    survey = read_survey(text)
    bound = bind_choices(survey, {"territories": TERRITORIES})
    assert [c.value for c in bound.question("territory").choices] == ["T-1", "T-2", "other"]
    assert bound.has("territory_other")
    assert not bind_choices(survey, {}).has("territory_other")


def test_choices_come_from_a_file() -> None:
    survey = definitions.survey("cascade")
    commune = survey.question("commune")
    assert [choice.value for choice in commune.choices] == ["05101", "05109", "13101"]
    assert commune.choices[1].label == {"es": "Viña del Mar"}
    assert commune.choices[1].columns == {"code": "05109", "label": "Viña del Mar", "region": "05"}
    assert survey.question("office").choices[0].columns == {"commune": "05101"}
    assert "choices" not in survey_to_data(survey)["pages"][0]["questions"][1]


BESIDE = """\
id: s
version: 1
title: {es: T, en: T}
languages: [es, en]
pages:
  - id: p
    questions: [{name: q, type: select_one_from_file, file: a.csv, label: {es: Q, en: Q}}]
"""


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("name,label\nx,Uno\n", {"es": "Uno"}),
        ("\ufeffname;label;label::en\r\nx;Uno;One\r\n\r\n", {"es": "Uno", "en": "One"}),
        ("name,label,label::English (en)\nx,,One\n", {"es": "x", "en": "One"}),
        ('name,label::es\nx,"Uno, y\nmás"\n', {"es": "Uno, y\nmás"}),
    ],
)
def test_a_file_beside_the_definition(text: str, labels: dict[str, str]) -> None:
    survey = read_survey(BESIDE, files={"a.csv": text})
    assert survey.question("q").choices[0].label == labels
    assert read_survey(json.dumps(survey_to_data(survey))) == survey


def test_a_file_in_the_definition_goes_before_one_beside_it() -> None:
    inside = f'{BESIDE}files: {{a.csv: "name,label\\ny,Dos\\n"}}\n'
    survey = read_survey(inside, files={"a.csv": "name,label\nx,Uno\n", "b.csv": "name\nz\n"})
    assert survey.question("q").choices[0].value == "y"
    assert set(survey.files) == {"a.csv", "b.csv"}


def test_defaults_are_texts_or_expressions() -> None:
    survey = definitions.survey("computed")
    assert survey.question("people").default == "2"
    assert survey.question("price").default == "1.5"
    assert survey.question("day").default.text == "today()"
    assert survey.question("greeting").default.text == "concat('Hola ', ${people})"
    assert survey.question("noted").trigger == ("people",)
    assert survey.question("noted_too").trigger == ("people", "price")
    written = survey_to_data(survey)["pages"][0]["questions"]
    assert written[5]["trigger"] == "${people}"
    assert written[6]["trigger"] == ["${people}", "${price}"]


def test_pictures_and_appearances() -> None:
    survey = definitions.survey("pictures")
    fruit = survey.question("fruit")
    assert fruit.image == {"es": "frutas.jpg", "en": "fruit.jpg"}
    assert fruit.choices[0].image == {"es": "manzana.png"}
    assert fruit.choices[1].audio == {"es": "pera.ogg"}
    assert fruit.appearances == {"columns-2", "likert"}


def test_names_of_the_language_s_own_are_names() -> None:
    survey = definitions.survey("built-in-names")
    sent = {
        "__proto__": "__proto__",
        "constructor": ["__init__"],
        "toString": "__proto__",
        "valueOf": "valueOf",
        "__class__": 1,
        "self": 2,
        "settings": 7,
        "hasOwnProperty": [{"length": 3}],
        "prototype": "__init__",
    }
    found = validate(survey, sent, source=Source.JSON, now=NOW)
    assert found.faults == ()
    assert found.answers == {**sent, "None": 3}
    assert survey.measures[0].name == "__proto__"
