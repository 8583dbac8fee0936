"""A survey answered from the first page to the receipt."""

from __future__ import annotations

from collections.abc import Callable

from app.models import Draft, Receipt, Response
from app.models.columns import utc_now
from tests.pages import Person


def test_a_whole_walk(person: Person, rows: Callable[..., list]) -> None:
    assert person.page.h1 == "Su barrio"
    assert "Queremos mejorar el barrio." in person.page.text
    person.press("Comenzar")
    assert person.page.h1.startswith("¿Participa")
    person.press("Siguiente", member="no")
    assert person.page.h1 == "Su opinión"
    person.press("Siguiente", overall=6, age=40, uses=["sede", "plaza"])
    person.press("Siguiente", **{"lang:": "Más árboles", "day": "04-05-2026"})
    assert person.page.h1 == "Revise sus respuestas"
    for words in ("Más árboles", "4 de mayo de 2026", "La plaza, La sede", "40", "No"):
        assert words in person.page.text
    person.press("Enviar mis respuestas")
    assert person.page.h1 == "Gracias"
    [receipt] = rows(Receipt)
    assert f"Su código de comprobante es {receipt.code}" in person.page.text
    [response] = rows(Response)
    assert response.answers == {
        "member": "no",
        "overall": 6,
        "age": 40,
        "uses": ["plaza", "sede"],
        "lang": "Más árboles",
        "day": "2026-05-04",
    }
    assert rows(Draft) == []


def test_faults_are_listed_and_what_was_typed_comes_back(person: Person) -> None:
    person.press("Comenzar")
    person.press("Siguiente", member="no")
    person.press("Siguiente", age="doce", uses="sede")
    assert person.status == 422
    assert person.page.links()["Elija una nota del 1 al 7. (¿Qué nota le pone?)"] == "#q-overall"
    assert "Escriba un número" in person.page.text
    assert person.page.title.startswith("Revise esta página")
    fields = person.page.forms[0].fields
    assert (fields["age"], fields["uses"]) == ("doce", "sede")
    person.press("Siguiente", overall=7, age=13)
    assert person.status == 422
    assert "Esta encuesta es desde los 14 años." in person.page.text
    person.press("Siguiente", age=14)
    assert person.page.h1 == "Su barrio"


def test_questions_that_answers_open_are_shown_before_going_on(person: Person) -> None:
    person.press("Comenzar")
    person.press("Siguiente", member="si")
    assert person.url.endswith("#q-leader")
    assert person.status == 200
    assert "Hay algo más que preguntarle en esta página." in person.page.text
    assert "Elija una respuesta." not in person.page.text
    person.press("Siguiente", leader="si")
    assert person.url.endswith("#q-since")
    person.press("Siguiente")
    assert person.page.h1 == "Su opinión"


def test_pages_open_and_close_with_answers(person: Person, rows: Callable[..., list]) -> None:
    person.press("Comenzar")
    person.press("Siguiente", member="no")
    person.press("Siguiente", overall=2)
    assert person.page.h1 == "¿Qué salió mal?"
    person.press("Siguiente", **{"draft:": "El camino"})
    person.press("Volver")
    assert person.page.forms[0].fields["draft:"] == "El camino"
    person.press("Volver")
    person.press("Siguiente", overall="no_sabe")
    assert person.page.h1 == "Su barrio"
    assert rows(Draft)[0].answers["draft"] == ["El camino"]
    person.press("Siguiente")
    assert "El camino" not in person.page.text
    person.press("Enviar mis respuestas")
    assert rows(Response)[0].answers == {"member": "no", "overall": "no_sabe"}


def test_an_answer_that_closed_a_chain_is_not_sent(
    person: Person, rows: Callable[..., list]
) -> None:
    person.press("Comenzar")
    person.press("Siguiente", member="si")
    person.press("Siguiente", leader="si")
    person.press("Siguiente", since="2001")
    person.press("Volver")
    person.press("Siguiente", member="no")
    person.press("Siguiente", overall=7)
    person.press("Siguiente")
    person.press("Enviar mis respuestas")
    assert rows(Response)[0].answers == {"member": "no", "overall": 7}


def test_going_back_keeps_even_what_is_wrong(person: Person) -> None:
    person.press("Comenzar")
    person.press("Siguiente", member="no")
    person.press("Volver", age="mil")
    assert person.page.h1.startswith("¿Participa")
    assert person.page.forms[0].fields["member"] == "no"
    person.press("Siguiente")
    assert person.status == 200
    assert person.page.forms[0].fields["age"] == "mil"


def test_going_back_from_the_first_page_leads_to_the_start(person: Person) -> None:
    person.press("Comenzar")
    person.press("Volver", member="no")
    assert person.page.links()["Continuar donde quedé"] == "/e/barrio/p/marks"


def test_emptying_a_question_empties_it(person: Person, rows: Callable[..., list]) -> None:
    person.press("Comenzar")
    person.press("Siguiente", member="no")
    person.press("Siguiente", overall=7, uses=["plaza", "sede"])
    person.press("Volver")
    person.press("Siguiente", without=("uses",))
    assert "uses" not in rows(Draft)[0].answers


def test_changing_language_keeps_what_was_typed(person: Person, rows: Callable[..., list]) -> None:
    person.press("Comenzar")
    person.press("Siguiente", member="no")
    person.press("English", overall=3, age=50)
    assert person.page.h1 == "Your opinion"
    assert person.page.lang == "en"
    assert person.page.forms[0].fields["age"] == "50"
    assert person.page.element("q-age").get("value") == "50"
    # Words that only Spanish has say so.
    assert [e.get("lang") for e in person.page.tree.iter("span") if e.text == "Sobre usted"] == [
        "es"
    ]
    assert rows(Draft)[0].language == "en"
    person.open("/e/barrio/review")
    person.press("Español")
    assert (person.page.lang, rows(Draft)[0].language) == ("es", "es")


def test_english_from_the_start(person: Person) -> None:
    person.open("/e/barrio?lang=en")
    assert person.page.h1 == "Your neighbourhood"
    button = next(b for form in person.page.forms for _, _, b in form.buttons)
    person.press(button)
    assert person.page.h1.startswith("Do you take part")


def test_review_lists_what_is_missing_and_sending_it_says_so(
    person: Person, rows: Callable[..., list]
) -> None:
    person.press("Comenzar")
    person.press("Siguiente", member="no")
    person.open("/e/barrio/review")
    address = person.page.links()["Elija una nota del 1 al 7. (¿Qué nota le pone?)"]
    assert address == "/e/barrio/p/marks#q-overall"
    person.press("Enviar mis respuestas")
    assert person.status == 422
    assert rows(Response) == []
    person.open(address)
    assert person.page.h1 == "Su opinión"


def test_a_page_that_is_not_shown_leads_to_the_one_that_is_next(person: Person) -> None:
    person.press("Comenzar")
    person.press("Siguiente", member="no")
    for page in ("worse", "nowhere"):
        person.open(f"/e/barrio/p/{page}")
        assert person.url == "/e/barrio/p/marks"


def test_a_draft_is_found_again_after_a_restart(
    person: Person, make_app: Callable, rows: Callable[..., list]
) -> None:
    person.press("Comenzar")
    person.press("Siguiente", member="no")
    cookie = person.client.get_cookie("cabildo_barrio", path="/e/barrio")
    again = Person(make_app().test_client())
    again.client.set_cookie("cabildo_barrio", cookie.value, path="/e/barrio")
    again.open("/e/barrio")
    again.open(again.page.links()["Continuar donde quedé"])
    again.press("Siguiente", overall=5)
    again.press("Siguiente")
    again.press("Enviar mis respuestas")
    assert rows(Response)[0].answers == {"member": "no", "overall": 5}


def test_starting_over_begins_with_nothing(person: Person) -> None:
    person.press("Comenzar")
    person.press("Siguiente", member="no")
    person.open("/e/barrio")
    person.press("Empezar de nuevo")
    assert "member" not in person.page.forms[0].fields


def test_two_tabs_go_on_with_what_each_began(person: Person, rows: Callable[..., list]) -> None:
    person.press("Comenzar")
    other = Person(person.client)
    other.open("/e/barrio")
    other.press("Empezar de nuevo")
    other.press("Siguiente", member="si")
    person.press("Siguiente", member="no")
    assert person.page.h1 == "Su opinión"
    other.press("Siguiente", leader="no")
    assert other.page.h1 == "Su opinión"
    answers = sorted(draft.answers["member"] for draft in rows(Draft))
    assert answers == [["no"], ["si"]]


def test_opening_pages_changes_nothing(person: Person, rows: Callable[..., list]) -> None:
    for page in ("", "/p/member", "/review", "/thanks"):
        person.open(f"/e/barrio{page}")
    assert rows(Draft) == []
    person.press("Comenzar")
    person.press("Siguiente", member="no")
    before = [(draft.counter, draft.page, draft.answers) for draft in rows(Draft)]
    for page in ("", "/p/marks", "/review", "/thanks", "/p/member?lang=en"):
        person.open(f"/e/barrio{page}")
    assert [(draft.counter, draft.page, draft.answers) for draft in rows(Draft)] == before


def test_pages_with_answers_are_not_kept_by_the_browser(person: Person) -> None:
    person.press("Comenzar")
    assert person.response.headers["Cache-Control"] == "no-store"
    cookie = person.client.get_cookie("cabildo_barrio", path="/e/barrio")
    assert (cookie.http_only, cookie.same_site, cookie.secure) == (True, "Lax", False)
    assert cookie.value not in person.url
    assert cookie.value == person.page.forms[0].fields["draft"]


def test_the_cookie_is_secure_where_the_address_is(
    make_app: Callable, field: Callable[..., str]
) -> None:
    person = Person(make_app(public_url="https://cabildo.example").test_client())
    person.open(field())
    response = person.client.post("/e/barrio/start")
    assert "Secure" in next(c for c in response.headers.getlist("Set-Cookie") if "barrio" in c)


def test_the_front_page_lists_what_is_open(
    person: Person, field: Callable[..., str], change: Callable[..., None]
) -> None:
    field(slug="segunda", simulated=True)
    field(slug="interna", public=False)
    person.open("/")
    addresses = {a.get("href") for a in person.page.tree.iter("a")}
    assert {"/e/barrio", "/e/segunda"} < addresses
    assert "/e/interna" not in addresses
    assert "Su barrio (simulada)" in person.page.text
    change(closes_at=utc_now())
    assert "/e/barrio" not in person.open("/").links().values()
