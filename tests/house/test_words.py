"""Spanish in the code, English in the catalogue: all of it, and nothing of one in the other."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from html import unescape
from pathlib import Path

import click
import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask

from app import create_app
from app.cli import cabildo
from app.extensions import db
from app.language import LANGUAGES
from app.models import RoleName
from app.services import accounts, setup
from app.words import imports, messages, problems, verdicts
from tests.conftest import test_settings as settings_for
from tests.pages import Person

PROJECT = Path(__file__).parents[2]
PO = PROJECT / "app" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])")
TELLING = 12  # a shorter piece of a text may be in both languages, or be part of a code
READER = "reader@example.org"
PASSWORD = "una frase larga para entrar"

Id = str | tuple[str, ...]


# The catalogue ----------------------------------------------------------------------------------


@cache
def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def entries() -> list[Message]:
    return [message for message in catalogue() if message.id]


@cache
def in_the_code() -> frozenset[Id]:
    """The texts that `make words` would find, by the same rules."""
    rules = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    mappings = [(one["pattern"], one["method"]) for one in rules["tool"]["babel"]["mappings"]]
    found = extract_from_dir(PROJECT, method_map=mappings, keywords=DEFAULT_KEYWORDS)
    return frozenset(text for _file, _line, text, _comments, _context in found)


def forms(text: Id) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def singular(text: Id) -> str:
    return forms(text)[0]


def test_the_catalogue_has_every_text_of_the_code_and_no_other() -> None:
    kept = {message.id for message in entries()}
    assert in_the_code() - kept == set(), "not in the catalogue: run `make words` and translate"
    assert kept - in_the_code() == set(), "no longer in the code: run `make words`"
    assert not catalogue().obsolete


def test_every_translation_is_whole() -> None:
    assert [(singular(one.id), fault) for one in entries() for fault in faults(one)] == []


def test_a_faulty_translation_is_noticed() -> None:
    def noticed(spanish: Id, english: Id, **more: object) -> list[str]:
        return list(faults(Message(spanish, english, **more)))

    assert noticed("Faltan %(n)d", "%(n)d missing") == []
    assert noticed(("%(n)d fila", "%(n)d filas"), ("%(n)d row", "%(n)d rows")) == []
    assert noticed("Faltan %(n)d", "%(m)d missing") == ["other values are filled in: %(m)d missing"]
    assert noticed("Gracias", "") == ["empty"]
    assert noticed("Gracias", "Thanks", flags=["fuzzy"]) == ["fuzzy"]
    assert noticed("Gracias", "100% thanks") == ["a bare %: 100% thanks"]
    assert noticed(("%(n)d fila", "%(n)d filas"), ("%(n)d row",)) == ["1 forms"]


def faults(message: Message) -> Iterator[str]:
    spanish, english = forms(message.id), forms(message.string)
    if message.fuzzy:
        yield "fuzzy"
    if len(english) != len(spanish):
        yield f"{len(english)} forms"
    for text in (*spanish, *english):
        if not text.strip():
            yield "empty"
        elif fills(text) != fills(spanish[0]):
            yield f"other values are filled in: {text}"
        if "%" in PLACEHOLDER.sub("", text):  # it breaks where values are filled in
            yield f"a bare %: {text}"


def fills(text: str) -> set[tuple[str, str]]:
    return set(PLACEHOLDER.findall(text))


def test_what_runs_is_compiled_from_this_catalogue() -> None:
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = {forms(one.id): forms(one.string) for one in read_mo(file) if one.id}
    written = {forms(one.id): forms(one.string) for one in entries()}
    assert compiled == written, "compile the catalogue: make .venv/.words"


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from strings(tuple(value.values()))
    elif isinstance(value, tuple):
        for part in value:
            yield from strings(part)


@pytest.mark.parametrize(
    "table",
    [
        problems.PROBLEMS,
        messages.REQUIRED,
        messages.ANSWERS,
        messages.DEFINITIONS,
        messages.SHAPES,
        messages.DESIGN_SHAPES,
        imports.WORDS,
        imports.SHAPES,
        verdicts.VERDICTS,
        verdicts.REASONS,
        verdicts.FIELDS,
    ],
)
def test_every_text_of_a_table_is_marked_for_translation(table: dict[object, object]) -> None:
    assert set(strings(table)) - in_the_code() == set()


def test_every_help_text_of_the_command_is_marked_for_translation() -> None:
    known = in_the_code() | {message.string for message in entries()}
    assert set(helps(cabildo)) - known == set()


def helps(command: click.Command) -> Iterator[str]:
    yield command.help or f"{command.name} has no help"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield parameter.help or f"{command.name} {parameter.name} has no help"
    if isinstance(command, click.Group):
        for child in command.commands.values():
            yield from helps(child)


# Templates --------------------------------------------------------------------------------------

NAMES = {"Cabildo", "cabildo", "collection", "open", "responses", "import"}  # ours, and commands


@pytest.mark.parametrize(
    "path",
    sorted((PROJECT / "app" / "templates").rglob("*.html")),
    ids=lambda path: path.stem,
)
def test_a_template_says_nothing_past_the_catalogue(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    html = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
    heard = re.findall(r'\s(?:aria-label|alt|title|placeholder)="([^"]*)"', html)
    markup = r"<!?/?\w[^<>]*>|[\w-]+=\"[^\"]*\""  # attributes alone, where a macro writes them
    read = re.sub(markup, " ", html)
    assert set(re.findall(r"[^\W\d_]{2,}", " ".join([read, *heard]))) <= NAMES


# Pages ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(
    new_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The demonstration, as `make run` leaves it, with somebody who may see its figures."""
    folder = tmp_path_factory.mktemp("words")
    app = create_app(settings_for(new_database("sqlite"), folder))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        setup.set_up(folder)
        password = accounts.add_user(READER, RoleName.EVALUATOR)
        app.config["READER"] = {"email": READER, "password": password}
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def telling_pieces(own: str, other: str) -> set[str]:
    """What lies between the values filled into a text, if it shows the text's language."""
    pieces = (piece.strip() for piece in PLACEHOLDER.sub("\0", own).split("\0"))
    return {piece for piece in pieces if len(piece) > TELLING and piece not in other}


@cache
def only_in(language: str) -> frozenset[str]:
    found: set[str] = set()
    for message in entries():
        spanish, english = forms(message.id), forms(message.string)
        own, other = (spanish, english) if language == "es" else (english, spanish)
        for text in own:
            found |= telling_pieces(text, " ".join(other))
    return frozenset(found)


def said(language: str, spanish: str) -> str:
    return spanish if language == "es" else str(catalogue().get(spanish).string)


def assert_speaks(language: str, text: str) -> None:
    """Nothing of another language, and something of its own."""
    words = " ".join(unescape(text).split())
    for other in set(LANGUAGES) - {language}:
        assert sorted(piece for piece in only_in(other) if piece in words) == []
    assert any(piece in words for piece in only_in(language))


@pytest.fixture(params=sorted(LANGUAGES))
def language(request: pytest.FixtureRequest) -> str:
    return request.param


def person(app: Flask, *, signed_in: bool = False) -> Person:
    client = app.test_client()
    if signed_in:
        assert client.post("/login", data=app.config["READER"]).status_code == 302
    return Person(client)


def check(who: Person, language: str) -> None:
    assert who.page.lang == language
    assert_speaks(language, who.response.get_data(as_text=True))


@pytest.mark.parametrize(
    ("address", "signed_in"),
    [
        ("/?", False),
        ("/e/satisfaccion?", False),
        ("/e/calidad-pdt?", False),
        ("/e/ninguna?", False),
        ("/nothing/here?", False),
        ("/login?", False),
        ("/analysis?", True),
        ("/analysis/satisfaccion?", True),
        ("/analysis/satisfaccion?by=territory&", True),
        ("/analysis/calidad-pdt?", True),
        ("/analysis/anes-1996?", True),
    ],
)
def test_a_page_speaks_one_language(
    demo: Flask, language: str, address: str, signed_in: bool
) -> None:
    who = person(demo, signed_in=signed_in)
    who.open(f"{address}lang={language}")
    check(who, language)


ANSWERS = {
    "territory": "T-CAB-1",
    "took_part": "yes",
    "activities": ["board"],
    "overall": "7",
    "treatment": "7",
    "information": "7",
    "timeliness": "6",
    "participation": "5",
    "usefulness": "6",
    "comment": "",
    "gender": "prefiero_no_decir",
    "age_band": "prefiero_no_decir",
}


def test_a_language_that_was_chosen_stays(demo: Flask) -> None:
    who = person(demo, signed_in=True)
    who.open("/analysis?lang=en")
    who.open("/analysis/calidad-pdt")
    check(who, "en")
    who.open(who.page.links()["Español"])
    who.open("/e/satisfaccion")
    check(who, "es")


def test_a_walk_speaks_one_language_to_its_end(demo: Flask, language: str) -> None:
    who = person(demo)
    who.open(f"/e/satisfaccion?lang={language}")
    who.press(said(language, "Comenzar"))
    check(who, language)
    who.press(said(language, "Siguiente"))
    assert who.status == 422
    check(who, language)
    send, pages = said(language, "Enviar mis respuestas"), 0
    while pages < 12 and all(text != send for form in who.page.forms for *_, text in form.buttons):
        who.press(said(language, "Siguiente"), **ANSWERS)
        check(who, language)
        pages += 1
    who.press(send)
    assert who.page.h1 == said(language, "Gracias")
    check(who, language)


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"email": "no es correo", "password": "x"},
        {"email": "nadie@example.org", "password": "equivocada y larga"},
        {"email": READER, "password": "equivocada y larga"},
        {"email": READER},
    ],
)
def test_a_failed_log_in_says_so_in_the_readers_language(
    demo: Flask, language: str, typed: dict[str, str]
) -> None:
    who = person(demo)
    who.post(f"/login?lang={language}", typed)
    words = "El correo y la contraseña no coinciden. Revíselos e intente otra vez."
    assert said(language, words) in who.page.text
    check(who, language)
    assert {"invalid", "failed", "required"}.isdisjoint(who.page.text.casefold().split())


def test_a_picture_speaks_one_language(demo: Flask, language: str) -> None:
    client = person(demo, signed_in=True).client
    picture = client.get(f"/analysis/calidad-pdt/satisfied.svg?lang={language}")
    assert picture.status_code == 200
    words = re.sub(r"<[^>]+>", " ", picture.text)
    assert_speaks(language, words)
    assert ("0\N{NO-BREAK SPACE}%" in picture.text) == (language == "es")


@pytest.mark.parametrize(
    ("language", "share", "closing"),
    [
        ("es", r"\d,\d\N{NO-BREAK SPACE}%", r"\d de \w+ de \d{4}"),
        ("en", r"\d\.\d%", r"\d \w+ \d{4}"),
    ],
    ids=["es", "en"],
)
def test_numbers_and_dates_are_written_as_the_reader_does(
    demo: Flask, language: str, share: str, closing: str
) -> None:
    page = person(demo, signed_in=True).client.get(f"/analysis/calidad-pdt?lang={language}").text
    assert re.search(share, page)
    assert re.search(closing, page)
    other = r"\d\.\d\s?%" if language == "es" else r"\d,\d\s?%|\d\s%"
    assert not re.search(other, page)
