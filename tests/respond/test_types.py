"""Every type of question, drawn and answered without JavaScript."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.models import Draft, Response
from tests.pages import Person
from tests.pictures import png

KITCHEN = Path(__file__).with_name("definitions") / "kitchen.yaml"
NEXT = "Siguiente"
CHOSEN = {
    "org": "cm",
    "why": "other",
    "why_other": "Un jardín",
    "many": ["luz", "agua"],
    "order": ["agua=2", "luz=1", "sede=3"],
    "picked": "2",
    "ok": "OK",
}
MARKS = {
    "would": 9, "share": "2,5", "steps": "0.75", "listens": "3", "informs": "1", "clarity": 6,
    "reach": "no_sabe",
}  # fmt: skip
TYPED = {
    "who": "221 234", "code": "780-1", "money": "1 234 567", "hour": "18:30",
    "moment": "2026-05-04T18:30",
}  # fmt: skip
PLACES = {
    "region": "05",
    "comuna": "05403",
    "point": ["−33,0458", "-71.6197", "", "12"],
    "way": "-33.1 -71.6\n-33.2 -71.7",
    "area": "-33.1 -71.6\n-33.2 -71.7\n-33.3 -71.6",
}


@pytest.fixture
def kitchen(app: Flask, field: Callable[..., str]) -> Person:
    """Somebody at the first page."""
    person = Person(app.test_client())
    person.open(field(KITCHEN.read_text(), slug="cocina"))
    person.press("Comenzar")
    return person


def go(person: Person, page: str) -> Person:
    person.open(f"/e/cocina/p/{page}")
    assert person.url == f"/e/cocina/p/{page}"
    return person


def test_a_list_that_appears_by_its_filter_is_announced(kitchen: Person) -> None:
    """The script has the words for it, though no question of the page has a condition."""
    html = kitchen.client.get("/e/cocina/p/places").text
    model = json.loads(html.partition('id="model">')[2].partition("</script>")[0])
    assert [item["n"] for item in model["items"] if "filter" in item] == ["comuna"]
    assert {"one", "more"} <= model["words"].keys()


def typed(person: Person, name: str) -> list[str]:
    return person.page.forms[0].fields.getlist(name)


def test_everything_is_answered_and_kept_as_the_domain_says(
    kitchen: Person, rows: Callable[..., list]
) -> None:
    kitchen.press(NEXT, **{name: CHOSEN[name] for name in CHOSEN if name != "why_other"})
    assert kitchen.url.endswith("#q-why_other")
    kitchen.press(NEXT, why_other="Un jardín")
    kitchen.press(NEXT, **MARKS)
    kitchen.press(NEXT, **TYPED, **{"photo@": (png(), "mi plaza.png")})
    kitchen.press(NEXT, region="05")
    assert kitchen.url.endswith("#q-comuna")
    kitchen.press(NEXT, **PLACES)
    kitchen.press("Agregar: Persona", head="Ana")
    kitchen.press("Agregar: Mascota", **{"person[1]/name": "Berta", "person[1]/age": 8})
    kitchen.press(NEXT, **{"person[1]/pet[1]/species": "gato"})
    assert kitchen.page.h1 == "¿En qué comuna de Valparaíso nació? (opcional)"
    kitchen.press(NEXT, town="05402")
    for words in (
        "Club de madres", "Un jardín", "Agua potable, Alumbrado", "1. Alumbrado, 2. Agua potable",
        "9", "2,5", "Siempre", "1234567", "4 de mayo de 2026", "Papudo", "Persona 1, Mascota 1",
        "gato", "mi plaza.png (1 KB)",
    ):  # fmt: skip
        assert words in kitchen.page.text
    kitchen.press("Enviar mis respuestas")
    assert kitchen.page.h1 == "Gracias", kitchen.page.text
    [response] = rows(Response)
    assert response.sent_values is None
    assert response.answers == {
        "org": "cm",
        "why": "other",
        "why_other": "Un jardín",
        "many": ["agua", "luz"],
        "order": ["luz", "agua", "sede"],
        "picked": "2",
        "ok": "OK",
        "would": 9,
        "share": 2.5,
        "steps": 0.75,
        "listens": "3",
        "informs": "1",
        "clarity": 6,
        "reach": "no_sabe",
        "who": "221 234",
        "code": "780-1",
        "money": 1234567,
        "hour": "18:30:00",
        "moment": response.answers["moment"],
        "day": "2026-05-04",
        "fixed": "Cabildo",
        "photo": response.answers["photo"],
        "region": "05",
        "comuna": "05403",
        "point": "-33.0458 -71.6197 0 12",
        "way": response.answers["way"],
        "area": response.answers["area"],
        "head": "Ana",
        "person": [{"name": "Berta", "age": 8, "pet": [{"species": "gato"}]}],
        "people": 2,
        "town": "05402",
    }
    assert response.answers["moment"].startswith("2026-05-04T18:30")
    assert response.answers["way"].count(";") == 1
    assert response.answers["area"].count(";") == 3


BAD = [
    ("chosen", {"order": ["agua=1", "luz=1", "sede=3"], "ok": "OK"}, "order"),
    ("chosen", {"order": ["agua=1", "luz=2", ""], "ok": "OK"}, "order"),
    ("chosen", {"order": ["agua=1", "luz=2", "sede=3"]}, "ok"),
    ("chosen", {"order": CHOSEN["order"], "ok": "OK", "many": ["luz", "no_sabe"]}, "many"),
    ("marks", {**MARKS, "would": 11}, "would"),
    ("marks", {**MARKS, "share": "2,3"}, "share"),
    ("marks", {**MARKS, "listens": "9"}, "listens"),
    ("typed", {"hour": "las seis"}, "hour"),
    ("typed", {"moment": "ayer"}, "moment"),
    ("typed", {"money": "1.234"}, "money"),
    ("typed", {"code": "x" * 5000}, "code"),
    ("places", {"point": ["-33", "", "", ""]}, "point"),
    ("places", {"point": ["-133", "-71", "", ""]}, "point"),
    ("places", {"way": "-33 -71"}, "way"),
    ("places", {"area": "norte\nsur\neste"}, "area"),
]


@pytest.mark.parametrize(("page", "answers", "wrong"), BAD)
def test_what_is_no_answer_is_told_beside_it_and_comes_back(
    kitchen: Person, page: str, answers: dict[str, object], wrong: str
) -> None:
    go(kitchen, page).press(NEXT, **answers)
    assert kitchen.status == 422
    assert f"#q-{wrong}" in kitchen.page.links().values()
    given = answers.get(wrong, [])
    given = [str(value) for value in (given if isinstance(given, list) else [given])]
    back = typed(kitchen, wrong)
    if wrong in {"would", "listens"}:  # no such button, so none is pressed
        given = []
    assert [value.replace("\r\n", "\n") for value in back if value] == [v for v in given if v]


@pytest.mark.parametrize(
    ("page", "answers"),
    [("chosen", CHOSEN), ("marks", MARKS), ("typed", TYPED), ("places", PLACES)],
)
def test_going_away_and_coming_back_shows_what_was_answered(
    kitchen: Person, page: str, answers: dict[str, object]
) -> None:
    for _ in range(2):  # some questions appear only when others are answered
        go(kitchen, page).press(NEXT, **answers)
    go(kitchen, page)
    for name, given in answers.items():
        want = [str(v) for v in (given if isinstance(given, list) else [given])]
        if name == "money":
            want = ["1\u202f234\u202f567"] if typed(kitchen, name) != want else want
        if name == "many":
            assert set(typed(kitchen, name)) == set(want)
        elif name == "steps":
            assert typed(kitchen, name) == ["0.75"]
        else:
            assert typed(kitchen, name) == want, name


def test_a_default_fills_only_what_nobody_touched(
    kitchen: Person, rows: Callable[..., list]
) -> None:
    assert typed(go(kitchen, "typed"), "day") == ["2026-05-04"]
    kitchen.press(NEXT, day="")
    assert typed(go(kitchen, "typed"), "day") == [""]
    assert rows(Draft)[0].answers["day"] == [""]
    kitchen.press(NEXT, day="2026-06-01")
    assert typed(go(kitchen, "typed"), "day") == ["2026-06-01"]


def test_what_can_only_be_read_is_told_and_not_taken(
    kitchen: Person, rows: Callable[..., list]
) -> None:
    go(kitchen, "typed")
    assert "Su comuna Cabildo" in kitchen.page.text
    kitchen.press(NEXT, fixed="Otra")
    assert "fixed" not in rows(Draft)[0].answers


def test_words_hold_answers_and_escape_them(kitchen: Person) -> None:
    assert "Usted dijo …." in go(kitchen, "typed").page.text
    kitchen.press(NEXT, who="<b>Ana</b> & ${code}", code="X1")
    page = kitchen.client.get("/e/cocina/p/typed").text
    assert "Usted dijo" in page
    assert "&lt;b&gt;Ana&lt;/b&gt; &amp; ${code}" in page
    assert "<b>Ana" not in page


def test_the_order_of_a_random_list_stays(kitchen: Person, app: Flask) -> None:
    def order(person: Person) -> list[str]:
        boxes = [e for e in person.page.tree.iter("input") if e.get("name") == "many"]
        return [box.get("value") for box in boxes]

    first = order(kitchen)
    assert sorted(first[:-1]) == ["agua", "luz", "sede"]
    assert first[-1] == "no_sabe"
    for _ in range(3):
        kitchen.open("/e/cocina/p/chosen")
        assert order(kitchen) == first
    seen = {tuple(first)}
    for _ in range(30):
        other = Person(app.test_client())
        other.open("/e/cocina")
        other.press("Comenzar")
        seen.add(tuple(order(other)))
        if len(seen) > 1:
            break
    assert len(seen) > 1


def test_choices_follow_from_a_page_before(kitchen: Person) -> None:
    kitchen.open("/e/cocina/p/towns")
    assert not kitchen.url.endswith("towns")  # nothing to choose from yet
    go(kitchen, "places").press(NEXT, region="16", comuna="16101")
    go(kitchen, "towns")
    values = [e.get("value") for e in kitchen.page.tree.iter("input") if e.get("name") == "town"]
    assert values == ["16101"]


def test_a_choice_that_is_not_offered_any_more_is_told(kitchen: Person) -> None:
    go(kitchen, "places").press(NEXT, region="05")
    kitchen.press(NEXT, comuna="05402")
    go(kitchen, "places").press(NEXT, region="16")
    assert kitchen.status == 422
    assert "#q-comuna" in kitchen.page.links().values()
    assert "«Cabildo» ya no corresponde" in kitchen.page.text
    values = [e.get("value") for e in kitchen.page.tree.iter("input") if e.get("name") == "comuna"]
    assert values == ["16101"]


def test_english_is_complete(kitchen: Person) -> None:
    for page in ("chosen", "marks", "typed", "places", "family"):
        go(kitchen, page)
        if page == "chosen":
            kitchen.press("English")
        assert kitchen.page.lang == "en"
        foreign = [
            e.get("lang") for e in kitchen.page.tree.find("body/main").iter() if e.get("lang")
        ]
        assert set(foreign) <= {"es"}
        assert len(foreign) == 1  # the button that goes back to Spanish


# Instances of repeats ---------------------------------------------------------------------------


def names(person: Person) -> list[str]:
    fields = person.page.forms[0].fields
    return [fields[key] for key in fields if key.startswith("person[") and key.endswith("]/name")]


@pytest.fixture
def three(kitchen: Person) -> Person:
    go(kitchen, "family")
    for number, name in enumerate(("Ana", "Berta", "Carla"), start=1):
        kitchen.press("Agregar: Persona")
        assert kitchen.url.endswith(f"#q-person%5B{number}%5D")
        kitchen.press(
            "Agregar: Mascota" if number == 2 else "English", **{f"person[{number}]/name": name}
        )
        if number != 2:
            kitchen.press("Español")
    return kitchen


def test_instances_are_added_up_to_the_most(three: Person) -> None:
    assert names(three) == ["Ana", "Berta", "Carla"]
    assert "Persona 2 de 3" in three.page.text
    assert "Agregar: Persona" not in three.page.text
    assert "¿Qué edad tiene Berta?" in three.page.text
    assert "Personas en total 4" in three.page.text
    before = three.page.forms[0].fields.to_dict() | {"add": "person"}
    three.post("/e/cocina/p/family", before)
    assert len(names(three)) == 3


def test_one_is_taken_away_and_brought_back(three: Person) -> None:
    three.press("Quitar: Persona 1", **{"person[1]/pet[1]/species": "gato"})
    assert names(three) == ["Berta", "Carla"]
    assert "Lo quitamos de la lista." in three.page.text
    three.press("Deshacer")
    assert names(three) == ["Berta", "Carla", "Ana"]
    assert typed(three, "person[3]/pet[1]/species") == ["gato"]


def test_what_was_taken_away_is_gone_when_the_page_is_left(
    three: Person, rows: Callable[..., list]
) -> None:
    three.press("Quitar: Persona 1")
    three.press(NEXT)
    assert sorted(key for key in rows(Draft)[0].answers if key.endswith("/name")) == [
        "person[1]/name",
        "person[2]/name",
    ]
    go(three, "family").press("Agregar: Persona")
    assert names(three) == ["Berta", "Carla", ""]


def test_a_fault_in_an_instance_leads_to_it(kitchen: Person) -> None:
    go(kitchen, "family").press("Agregar: Persona")
    kitchen.press(NEXT)
    assert kitchen.status == 422
    assert "#q-person[1]/name" in kitchen.page.links().values()
    kitchen.open("/e/cocina/review")
    addresses = {a for a in kitchen.page.links().values() if a.endswith("1%5D/name")}
    assert addresses == {"/e/cocina/p/family#q-person%5B1%5D/name"}


@pytest.mark.parametrize(
    "button",
    [
        {"add": "nobody"}, {"add": "head"}, {"add": "person[9]/pet"}, {"add": ""},
        {"remove": "person[9]"}, {"remove": "person[0]"}, {"remove": "person"}, {"remove": "[1]"},
        {"remove": "person[²]"}, {"restore": "x[1]/y"}, {"remove": "person[" + "9" * 5000 + "]"},
    ],
)  # fmt: skip
def test_buttons_that_are_none(
    three: Person, rows: Callable[..., list], button: dict[str, str]
) -> None:
    before = rows(Draft)[0].answers
    three.post("/e/cocina/p/family", {"draft": typed(three, "draft")[0], **button})
    assert three.status in {200, 422}
    assert rows(Draft)[0].answers == before


def test_enter_does_not_press_a_button_of_a_list(three: Person) -> None:
    first = three.page.forms[0].buttons[0]
    assert first == ("next", "1", NEXT)
