"""Open answers: read, searched, counted by words, coded in a file, and analysed as a variable."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import AuditEntry, Collection, Response, TextCode
from app.services.analytics import columns
from app.services.review import erasing
from app.services.texts import reading
from tests.analytics.conftest import OPINION, answer, field, make_territories
from tests.house.test_home import limit
from tests.pages import check_page

Client = Callable[[str], FlaskClient]
OPEN = OPINION.replace(
    "measures:\n",
    "  - id: said\n    questions:\n"
    "      - {name: why, type: text, label: {es: ¿Por qué?, en: Why?}}\n"
    "      - {name: better, type: text, label: {es: Qué mejorar}}\n"
    "measures:\n",
    1,
)
WRITTEN = [
    "Más reuniones y mejor comunicación",
    "La comunicación con los vecinos",
    "mas COMUNICACION, por favor\ny más reuniones",
    "=SUMA(A1)",
    "Nada",
]


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    """Codes are kept on both databases in test_codes_are_a_variable."""
    return new_database(request.param)


def opened(slug: str = "opinion", **how: object) -> Collection:
    make_territories()
    collection = field(OPEN, slug, selection="open", **how)
    rows = [
        {"territory": f"T-{1 + n % 2}", "mark": 5, "took_part": "no", "why": text}
        for n, text in enumerate(WRITTEN)
    ]
    answer(collection, [*rows, {"territory": "T-1", "mark": 3, "took_part": "no"}])
    return collection


def test_reading_searching_and_counting_words(app: Flask, signed_in: Client) -> None:
    with app.app_context():
        opened()
    client = signed_in("evaluator")
    seen = check_page(client.get("/analysis/opinion/texts").text)
    assert seen.h1 == "¿Por qué?"
    assert "5 respuestas escritas" in seen.text
    assert "comunicación" in seen.links()  # three spellings are one word
    found = check_page(client.get("/analysis/opinion/texts?question=why&q=comunicacion").text)
    assert "3 de 5 respuestas escritas" in found.text
    assert "=SUMA" not in found.text
    assert "Nadie ha escrito" in client.get("/analysis/opinion/texts?question=better").text
    assert client.get("/analysis/opinion/texts?question=mark").status_code == 400
    check_page(client.get("/analysis/opinion/texts?q=%00%27%22&from=-1&code=x").text)


def test_words_of_grammar_are_left_out() -> None:
    words = reading.frequent(["La niña y el niño", "Con la NIÑA", "para el niño también"])
    assert [(word.text, word.answers) for word in words] == [("niña", 2), ("niño", 2)]


def sheet(client: FlaskClient) -> list[dict[str, str]]:
    taken = client.post("/analysis/opinion/texts.csv", data={"question": "why"})
    assert taken.status_code == 200
    return list(csv.DictReader(io.StringIO(taken.get_data().decode("utf-8-sig"))))


def as_file(rows: list[dict[str, str]], separator: str = ";") -> tuple[io.BytesIO, str]:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ["id", "text", "codes"], delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(text.getvalue().encode("cp1252")), "codes.csv"  # as Excel saves it here


def test_codes_go_out_and_come_back(app: Flask, signed_in: Client) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        opened()
    client = signed_in("evaluator")
    rows = sheet(client)
    assert sorted(row["text"] for row in rows)[0].startswith("'=")  # no spreadsheet runs it
    book = client.post("/analysis/opinion/texts.xlsx", data={"question": "why"}).get_data()
    assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(io.BytesIO(book)).namelist()
    for row in rows:
        said = "comunic" in row["text"].lower()
        row["codes"] = "comunicación; reuniones" if "reuniones" in row["text"] else ""
        row["codes"] = row["codes"] or ("comunicación" if said else "ninguno")
    wrong = {"id": "not-there", "text": "", "codes": "x"}
    double = dict(rows[0])
    data = {"question": "why", "file": as_file([*rows, wrong, double])}
    looked = client.post("/analysis/opinion/texts/codes", data=data)
    seen = check_page(looked.text)
    assert looked.status_code == 422
    assert "Se guardarían los códigos de 5 respuestas." in seen.text
    assert "2 filas tienen algo que corregir" in seen.text
    assert "not-there" in seen.text
    with app.app_context():
        assert db.session.query(TextCode).count() == 0  # looking keeps nothing
    form = next(form for form in seen.forms if form.action.endswith("confirm"))
    done = client.post(form.action, data=form.fields, follow_redirects=True)
    assert "Se guardaron los códigos de 5 respuestas." in check_page(done.text).text
    coded = check_page(client.get("/analysis/opinion/texts?code=reuniones").text)
    assert "2 de 5 respuestas escritas" in coded.text
    explored = check_page(client.get("/analysis/opinion/explore?question=code.why").text)
    assert "Códigos de «¿Por qué?»" in explored.text
    assert "60,0 %" in explored.text  # three of the five that were read
    again = sheet(client)
    assert [row["codes"] for row in again].count("ninguno") == 2
    with app.app_context():
        actions = [row.action for row in db.session.query(AuditEntry)]
        assert actions.count("collection.export") == 3
        assert actions.count("texts.code") == 1


def test_a_file_that_is_none(app: Flask, signed_in: Client) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        opened()
    client = signed_in("evaluator")
    for content in (b"", b"name,other\n1,2\n", b"\xff\xfe\x00", b'id,codes\n"never closed'):
        data = {"question": "why", "file": (io.BytesIO(content), "codes.csv")}
        answered = client.post("/analysis/opinion/texts/codes", data=data)
        assert answered.status_code == 422
        assert "No se guardó nada." in check_page(answered.text).text
    assert client.post("/analysis/opinion/texts.exe", data={"question": "why"}).status_code == 404


def test_who_is_limited_reads_and_codes_what_is_theirs(app: Flask, signed_in: Client) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        opened()
    client = signed_in("evaluator")
    everything = sheet(client)
    with app.app_context():
        limit("evaluator@example.cl", "T-2")
    rows = sheet(client)
    assert len(rows) == 2
    assert "2 respuestas escritas" in client.get("/analysis/opinion/texts").text
    other = next(row for row in everything if row["id"] not in {each["id"] for each in rows})
    data = {"question": "why", "file": as_file([other | {"codes": "x"}])}
    assert "Ninguna respuesta" in client.post("/analysis/opinion/texts/codes", data=data).text


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_codes_are_a_variable_until_they_are_erased(in_app: Flask) -> None:
    collection = opened()
    written = reading.answers(collection, reading.opened("opinion", "why")[2])
    for one, codes in zip(written, (["a", "b"], ["a"], []), strict=False):
        db.session.add(
            TextCode(response_id=one.key, question="why", collection_id=collection.id, codes=codes)
        )
    db.session.commit()
    read = columns.read(collection, ["_id", "code.why"]).to_pylist()
    known = {row["_id"]: row["code.why"] for row in read}
    assert sorted(known.values(), key=str) == [None, None, None, ["a", "b"], ["a"], []]
    erasing.erase(collection, written[0].key)
    assert db.session.query(TextCode).count() == 2
    assert db.session.get(Response, written[0].key) is not None  # a stone is left of it
