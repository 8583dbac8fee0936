"""What every page promises in its markup, whatever it shows."""

from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

import brotli
import pytest
from flask import Flask, render_template

from .pages import AGE, APP, BASE, LONG, MANY, ONE, PAGES, PICK, SCALE, TEXT, Q, make_app

VOID = {"meta", "link", "input", "img"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    parents: tuple[str, ...]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """The elements of a page, in order."""

    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs]
        assert len(names) == len(set(names)), f"{tag} repeats an attribute"
        element = Element(tag, dict(attrs), tuple(one.tag for one in self.open))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs), ()))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1].tag == tag, f"</{tag}> closes {self.open[-1].tag}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def all(self, *tags: str) -> list[Element]:
        return [one for one in self.elements if one.tag in tags]

    def by_id(self, name: str) -> Element:
        return next(one for one in self.elements if one.attributes.get("id") == name)


def read(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    assert not page.open, "something was left open"
    return page


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app()


@pytest.fixture(params=PAGES)
def html(app: Flask, request: pytest.FixtureRequest) -> str:
    response = app.test_client().get(f"/look/{request.param}")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def ask(app: Flask, *questions: Q, **more: object) -> Page:
    values = BASE | PAGES["mixed"][1] | {"questions": questions} | more
    with app.test_request_context():
        return read(render_template("respond/page.html", **values))


def test_a_page_has_one_heading_a_title_and_a_language(html: str) -> None:
    page = read(html)
    assert [one.text.strip() != "" for one in page.all("h1")] == [True]
    assert page.all("title")[0].text.strip(" –")
    assert page.all("html")[0].attributes["lang"] == "es"


def test_ids_are_unique_and_what_refers_to_them_finds_them(html: str) -> None:
    page = read(html)
    ids = [one.attributes["id"] for one in page.elements if one.attributes.get("id")]
    assert len(ids) == len(set(ids))
    for element in page.elements:
        for name in ("aria-describedby", "aria-labelledby", "for"):
            for wanted in (element.attributes.get(name) or "").split():
                assert wanted in ids, f"{name}={wanted}"
        target = element.attributes.get("href") or ""
        if len(target) > 1 and target.startswith("#"):
            assert target[1:] in ids


def test_each_control_has_a_label(html: str) -> None:
    page = read(html)
    labelled = {one.attributes.get("for") for one in page.all("label")}
    for control in page.all("input", "select", "textarea"):
        if control.attributes.get("type") != "hidden":
            assert control.attributes["id"] in labelled


def test_nothing_needs_an_exception_from_a_strict_policy(html: str) -> None:
    page = read(html)
    assert not page.all("style", "iframe")
    for script in page.all("script"):
        own = script.attributes.get("src", "").startswith("/static/")
        assert own or script.attributes["type"] == "application/json"
    for element in page.elements:
        assert not [name for name in element.attributes if name == "style" or name[:2] == "on"]
    icon, style = page.all("link")
    assert icon.attributes["href"] == "data:,"
    assert style.attributes["href"].startswith("/static/")


def test_a_fault_leads_to_the_first_control_and_is_said_beside_it(app: Flask) -> None:
    page = ask(app, replace(SCALE, fault="Elija una nota del 1 al 7."), page_title=None)
    links = [one for one in page.all("a") if (one.attributes["href"] or "").startswith("#q-")]
    assert [one.attributes["href"] for one in links] == ["#q-overall"]
    assert page.by_id("q-overall").attributes["value"] == "1"
    group = page.all("fieldset")[0].attributes
    assert group["aria-invalid"] == "true"
    assert group["aria-describedby"] == "q-overall-fault q-overall-hint"
    assert page.by_id("q-overall-fault").text.endswith("Elija una nota del 1 al 7.")
    assert page.all("title")[0].text.startswith("Revise esta página: ")


def test_faults_inside_groups_are_listed_too(app: Flask) -> None:
    inner = Q(name="g", type="group", label="Sobre usted", questions=(replace(AGE, fault="Falta"),))
    page = ask(app, Q(name="o", type="group", label="Todo", questions=(inner,)))
    assert "#q-age" in [one.attributes["href"] for one in page.all("a")]
    assert [one.text for one in page.all("h2", "h3")][1:] == ["Todo", "Sobre usted"]


def test_enter_sends_the_page_onwards(app: Flask) -> None:
    buttons = ask(app, TEXT).all("button")
    assert [one.attributes["name"] for one in buttons] == ["next", "back", "lang"]
    assert not [one for one in buttons if one.attributes.get("type", "submit") != "submit"]
    buttons = ask(app, TEXT, offered=[]).all("button")
    assert [one.attributes["name"] for one in buttons] == ["next", "back"]


def test_a_page_posts_its_draft_and_what_it_showed(app: Flask) -> None:
    hidden = [
        (one.attributes["name"], one.attributes["value"])
        for one in ask(app, TEXT, AGE, shown=["who", "age"]).all("input")
        if one.attributes.get("type") == "hidden"
    ]
    assert hidden == [("draft", "secret"), ("shown", "who"), ("shown", "age")]


def test_a_single_question_is_the_heading(app: Flask) -> None:
    assert ask(app, ONE, page_title=None).all("h1")[0].text == ONE.label
    assert ask(app, ONE).all("h1")[0].text == "Su organización"
    assert ask(app, ONE, MANY, page_title=None).all("h1")[0].text == BASE["collection_title"]


def checked(page: Page) -> list[str | None]:
    return [one.attributes["value"] for one in page.all("input") if "checked" in one.attributes]


def test_answers_come_back_as_they_were_given(app: Flask) -> None:
    assert checked(ask(app, replace(SCALE, values=["6"]))) == ["6"]
    assert checked(ask(app, replace(SCALE, values=["no_sabe"]))) == ["no_sabe"]
    assert checked(ask(app, replace(MANY, values=["otra", "mesa"]))) == ["mesa", "otra"]
    typed = '<b>"Los Aromos" & cía</b>'
    assert ask(app, replace(TEXT, values=[typed])).by_id("q-who").attributes["value"] == typed
    assert ask(app, replace(LONG, values=["\nuno\ndos"])).by_id("q-wrong").text == "\n\nuno\ndos"
    page = ask(app, replace(AGE, values=["", "no_responde"]))
    assert page.by_id("q-age").attributes["value"] == ""
    assert checked(page) == ["no_responde"]


def test_a_date_that_is_none_is_not_lost_in_a_calendar(app: Flask) -> None:
    day = Q(name="day", type="date", label="¿Cuándo?")
    for values, kind in (([], "date"), (["2026-05-04"], "date"), (["4 de mayo"], None)):
        control = ask(app, replace(day, values=values)).by_id("q-day").attributes
        assert control.get("type") == kind
        assert control["value"] == (values or [""])[0]


def test_an_optional_choice_can_be_withdrawn(app: Flask) -> None:
    def ways_out(question: Q) -> int:
        return sum(one.attributes.get("value") == "" for one in ask(app, question).all("input"))

    assert ways_out(replace(ONE, required=False, values=["a"])) == 1
    assert ways_out(replace(ONE, required=False)) == 0
    assert ways_out(replace(ONE, values=["a"])) == 0


def test_optional_is_said_in_words_and_required_is_not(app: Flask) -> None:
    assert "(opcional)" in ask(app, LONG).all("label")[0].text
    assert "(opcional)" not in ask(app, TEXT).all("label")[0].text


def test_a_long_list_is_the_phones_own_picker(app: Flask) -> None:
    page = ask(app, replace(PICK, values=["o7"]))
    assert len(page.all("option")) == 42
    assert [o.attributes["value"] for o in page.all("option") if "selected" in o.attributes] == [
        "o7"
    ]
    assert ask(app, replace(ONE, appearance="minimal")).all("select")


def test_a_scale_says_its_ends_to_who_hears_it(app: Flask) -> None:
    labels = [one.text for one in ask(app, SCALE).all("label")]
    assert labels[0] == "1 Muy insatisfecha o insatisfecho"
    assert labels[1:7] == ["2", "3", "4", "5", "6", "7 Muy satisfecha o satisfecho"]
    assert labels[7:] == ["No sabe", "Prefiero no responder"]


def test_words_in_another_language_are_marked(app: Flask) -> None:
    page = ask(app, replace(TEXT, label="What is it called?", lang="en"))
    assert page.all("html")[0].attributes["lang"] == "es"
    assert [one.attributes["lang"] for one in page.all("div") if "lang" in one.attributes] == ["en"]


def test_words_of_the_definition_are_escaped(app: Flask) -> None:
    hostile = "<script>alert(1)</script>"
    with app.test_request_context():
        values = BASE | PAGES["scale"][1] | {"questions": [replace(SCALE, label=hostile)]}
        html = render_template("respond/page.html", **values | {"collection_title": hostile})
    assert hostile not in html


@pytest.mark.parametrize("name", ["start", "start-draft", "mixed", "faults"])
def test_a_first_page_fits_in_one_round_trip(app: Flask, name: str) -> None:
    """8 KB for the page and its style leave room in the 14 KB for longer questions."""
    html = app.test_client().get(f"/look/{name}").get_data()
    style = (APP / "static" / "respond.css").read_bytes()
    assert len(brotli.compress(style)) <= 4096
    assert len(brotli.compress(html)) + len(brotli.compress(style)) <= 8192


def test_banners_are_shown_where_they_belong(app: Flask) -> None:
    def banners(**flags: bool) -> list[str]:
        found = ask(app, TEXT, **flags).elements
        return [one.text.split()[0] for one in found if one.attributes.get("class") == "banner"]

    assert banners() == []
    assert banners(simulated=True) == ["Simulado."]
    assert banners(preview=True, simulated=True) == ["Simulado.", "Vista"]


def test_the_problem_page_needs_only_words(app: Flask) -> None:
    with app.test_request_context():
        page = read(render_template("respond/problem.html", title="No está", remedy="Vuelva atrás"))
    assert page.all("h1")[0].text == "No está"
    assert "Vuelva atrás" in page.all("main")[0].text
