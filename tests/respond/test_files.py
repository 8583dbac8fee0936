"""Files handed in without JavaScript: chosen, shown, changed, refused without losing an answer."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.models import Attachment, Draft, Mode, Response
from tests.pages import Person
from tests.pictures import jpeg, png

FILES = (Path(__file__).parents[1] / "definitions" / "files.yaml").read_text()
NEXT = "Siguiente"
BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def visitor(app: Flask, field: Callable[..., str]) -> Person:
    """Somebody at the first page, which wants a photograph."""
    return begin(app, field)


def begin(app: Flask, field: Callable[..., str], **fielding: object) -> Person:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    person = Person(app.test_client())
    person.open(field(FILES, slug="archivos", **fielding))
    person.press("Comenzar")
    return person


def kept(app: Flask) -> list[Path]:
    """The files on the disk."""
    return [path for path in (app.config["CABILDO_DATA"] / "files").rglob("*") if path.is_file()]


@BOTH
def test_a_photograph_goes_with_the_answers(
    app: Flask, visitor: Person, rows: Callable[..., list]
) -> None:
    assert "De hasta 1 MB: JPEG, PNG, WEBP, GIF, HEIC." in visitor.page.text
    visitor.press(NEXT, street="Serrano", **{"photo@": (png(), "../../mi calle.png")})
    assert visitor.page.h1 == "Archivos"
    assert visitor.url.endswith("/p/papers")
    visitor.open("/e/archivos/p/photos")
    address = visitor.page.links()["mi calle.png (1 KB)"]
    shown = visitor.client.get(address)
    assert (shown.status_code, shown.data, shown.mimetype) == (200, png(), "image/png")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert "no-store" in shown.headers["Cache-Control"]
    part = visitor.client.get(address, headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.data) == (206, b"PNG")
    for _ in range(3):
        visitor.press(NEXT)
    assert "mi calle.png (1 KB)" in visitor.page.text
    visitor.press("Enviar mis respuestas")
    assert visitor.page.h1 == "Gracias"
    [response], [row] = rows(Response), rows(Attachment)
    assert response.answers == {"street": "Serrano", "photo": row.name}
    assert (row.instance_id, row.arrived, row.kind) == (response.instance_id, True, "image/png")
    assert [path.read_bytes() for path in kept(app)] == [png()]


def test_what_is_held_can_be_changed_and_taken_away(
    app: Flask, visitor: Person, rows: Callable[..., list]
) -> None:
    visitor.press(NEXT, street="Serrano", **{"photo@": (png(), "una.png")})
    visitor.open("/e/archivos/p/photos")
    visitor.press(NEXT, **{"photo@": (png(red=200), "otra.png")})
    assert [row.original for row in rows(Attachment)] == ["otra.png"]
    assert len(kept(app)) == 1
    visitor.open("/e/archivos/p/photos")
    visitor.press(NEXT)  # nothing new chosen: it stays
    assert [row.original for row in rows(Attachment)] == ["otra.png"]
    visitor.open("/e/archivos/p/photos")
    visitor.press("Quitar: otra.png (1 KB)")
    assert visitor.url.endswith("/p/photos#q-photo")
    assert rows(Attachment) == []
    assert kept(app) == []
    assert rows(Draft)[0].answers == {"street": ["Serrano"]}
    visitor.press(NEXT)
    assert visitor.status == 422
    assert "Adjunte una foto" in visitor.page.text


def office(name: str = "word/document.xml", *, bomb: int = 0) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, bytes(bomb))
    return out.getvalue()


OK = [
    ("photo", jpeg(), "image/jpeg"),
    ("photo", b"GIF89a" + bytes(20), "image/gif"),
    ("photo", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
    ("minutes", b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
    ("minutes", b"Asistieron 12 vecinas.\n", "text/plain"),
    ("minutes", office(bomb=50_000_000), None),  # 50 kB that would unpack to 50 MB
    ("minutes", office("xl/workbook.xml"), None),
    ("minutes", jpeg(), "image/jpeg"),
    ("sound", b"ID3\x04" + bytes(30), "audio/mpeg"),
    ("sound", b"\xff\xfb\x90\x64" + bytes(30), "audio/mpeg"),
    ("sound", b"#!AMR\n<", "audio/amr"),
    ("sound", b"\x1a\x45\xdf\xa3\x9fB\x82\x84webmB\x87A_OPUS", "audio/webm"),
    ("sound", b"\0\0\0\x1cftypM4A \0\0\0\0", "audio/mp4"),
    ("film", b"\0\0\0\x14ftyp3gp4\0\0\0\0", "video/3gpp"),
    ("film", b"\0\0\0\x14ftypqt  \0\0\0\0", "video/quicktime"),
]
REFUSED = [
    ("photo", b"<html><script>alert(1)</script>"),
    ("photo", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ("photo", b"%PDF-1.7"),
    ("photo", b"RIFF\0\0\0\0WAVEfmt "),
    ("minutes", b"  \n<!DOCTYPE html><p>acta"),
    ("minutes", b"acta\n<script>alert(1)</script>"),
    ("minutes", b"#!/bin/sh\nrm -rf /"),
    ("minutes", b"MZ\x90\0"),
    ("minutes", b"\x7fELF\2\1"),
    ("minutes", b"PK\x03\x04" + bytes(40)),
    ("minutes", office("xl/vbaProject.bin")),
    ("minutes", b"acta\0"),
    ("sound", png()),
    ("film", b"ID3\x04"),
]


def page_of(question: str) -> str:
    return "photos" if question == "photo" else "papers"


@pytest.mark.parametrize(("question", "content", "kind"), OK)
def test_the_content_says_what_it_is(
    visitor: Person, rows: Callable[..., list], question: str, content: bytes, kind: str | None
) -> None:
    if question != "photo":
        visitor.press(NEXT, **{"photo@": (png(), "a.png")})
    visitor.press(NEXT, **{f"{question}@": (content, "lo que sea.exe")})
    assert visitor.status == 200, visitor.page.text
    [row] = [row for row in rows(Attachment) if row.question == question]
    assert row.kind == kind or (kind is None and row.kind.startswith("application/vnd.openxml"))
    assert not row.name.endswith(".exe")


@pytest.mark.parametrize(("question", "content"), REFUSED)
def test_what_it_is_not_is_refused_and_no_answer_is_lost(
    app: Flask, visitor: Person, rows: Callable[..., list], question: str, content: bytes
) -> None:
    if question != "photo":
        visitor.press(NEXT, **{"photo@": (png(), "a.png")})
    before = len(kept(app))
    typed = {"street": "Serrano"} if question == "photo" else {}
    visitor.press(NEXT, **typed, **{f"{question}@": (content, "foto.jpg")})
    assert visitor.status == 422
    assert "Ese archivo no se puede recibir aquí" in visitor.page.text
    assert len(kept(app)) == before
    assert question not in rows(Draft)[0].answers
    if typed:
        assert rows(Draft)[0].answers == {"street": ["Serrano"]}


def test_too_large_empty_and_both_ways_out(visitor: Person, rows: Callable[..., list]) -> None:
    large = (png() + bytes(1024 * 1024), "grande.png")
    visitor.press(NEXT, street="Serrano", **{"photo@": large})
    assert visitor.status == 422
    assert "puede tener hasta 1 MB. Elija uno más pequeño." in visitor.page.text
    visitor.press(NEXT, **{"photo@": (b"", "vacia.png")})
    assert "El archivo está vacío" in visitor.page.text
    visitor.press("Volver", street="Prat", **{"photo@": large})  # told, whichever button it was
    assert visitor.status == 422
    assert rows(Draft)[0].answers == {"street": ["Prat"]}
    huge = (png() + bytes(3 * 1024 * 1024), "enorme.png")
    visitor.press(NEXT, street="Cochrane", **{"photo@": huge})
    assert rows(Draft)[0].answers == {"street": ["Cochrane"]}


def test_other_pages_and_other_questions_take_no_files(
    app: Flask, visitor: Person, field: Callable[..., str], rows: Callable[..., list]
) -> None:
    visitor.press(NEXT, **{"street@": (png(), "a.png"), "photo@": (png(), "b.png")})
    assert [row.question for row in rows(Attachment)] == ["photo"]
    other = Person(app.test_client())
    other.open(field())
    other.press("Comenzar")
    body = {"member": "no", "next": "1", "x@": (BytesIO(bytes(2_000_000)), "a.png")}
    answer = other.client.post(other.url.partition("#")[0], data=body)
    answer.request.environ["wsgi.input"].close()
    assert answer.status_code == 413


def test_the_name_of_a_file_cannot_be_typed(visitor: Person, rows: Callable[..., list]) -> None:
    visitor.press(NEXT, street="Serrano", photo="../../etc/passwd")
    assert visitor.status == 422
    assert rows(Draft)[0].answers == {"street": ["Serrano"]}


@pytest.mark.parametrize(
    "name", ["x" * 10_000 + ".png", "\\..\\C:\\a.png", "\0\u202egnp.exe", "ñandú ☃.png"]
)
def test_odd_names(visitor: Person, rows: Callable[..., list], name: str) -> None:
    visitor.press(NEXT, **{"photo@": (png(), name)})
    assert visitor.status == 200
    visitor.open("/e/archivos/p/photos")
    [address] = [url for url in visitor.page.links().values() if "/files/" in url]
    shown = visitor.client.get(address)
    assert shown.status_code == 200
    assert len(rows(Attachment)[0].original) <= 200
    assert "/" not in rows(Attachment)[0].original


def test_nobody_else_sees_it(app: Flask, visitor: Person, field: Callable[..., str]) -> None:
    visitor.press(NEXT, **{"photo@": (png(), "a.png")})
    visitor.open("/e/archivos/p/photos")
    [address] = [url for url in visitor.page.links().values() if "/files/" in url]
    stranger = Person(app.test_client())
    assert stranger.client.get(address).status_code == 404
    stranger.open("/e/archivos")
    stranger.press("Comenzar")
    assert stranger.client.get(address).status_code == 404
    for key in ("", "%00", "..%2f..%2fsecret_key", "a" * 999):
        assert visitor.client.get(f"/e/archivos/files/{key}").status_code == 404


def test_places_leave_a_photograph_and_its_turn_stays(app: Flask, visitor: Person) -> None:
    behind = b"\0\0\0\x18ftypmp42 S33W71"
    visitor.press(NEXT, **{"photo@": (jpeg(orientation=6, behind=behind), "a.jpg")})
    [path] = kept(app)
    content = path.read_bytes()
    assert b"S33W71" not in content
    assert b"hecha en" not in content
    assert content.endswith(b"\xff\xd9")
    assert struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0) in content


def test_an_anonymous_file_has_no_name_of_its_own_and_no_hour(
    app: Flask, field: Callable[..., str], rows: Callable[..., list]
) -> None:
    visitor = begin(app, field, mode=Mode.ANONYMOUS)
    visitor.press(NEXT, **{"photo@": (png(), "Ana Rojas en su casa.png")})
    [row], [path] = rows(Attachment), kept(app)
    assert row.original == ""
    assert path.stat().st_mtime % 60 == 0
    visitor.open("/e/archivos/p/photos")
    assert "Ana" not in visitor.page.text
    named = db.update(Attachment).values(original="Ana")
    with app.app_context(), pytest.raises(IntegrityError, match="anonymous_unnamed"):
        db.session.execute(named)


def test_files_follow_their_instance(visitor: Person, rows: Callable[..., list]) -> None:
    visitor.press(NEXT, **{"photo@": (png(), "a.png")})
    visitor.press(NEXT)
    for place, red in ((1, 20), (2, 30)):
        visitor.press("Agregar: Lugar")
        visitor.press(
            "Agregar: Lugar",
            **{f"place[{place}]/what": red, f"place[{place}]/view@": (png(red=red), f"{red}.png")},
        )
        visitor.press(f"Quitar: Lugar {place + 1}")
    visitor.press("Quitar: Lugar 1")
    assert "30.png" in visitor.page.text
    assert "20.png" not in visitor.page.text
    visitor.press("Deshacer")
    assert "20.png" in visitor.page.text
    visitor.press("Quitar: Lugar 2")
    visitor.press(NEXT)
    visitor.press("Enviar mis respuestas")
    [response] = rows(Response)
    names = {row.original: row.name for row in rows(Attachment)}
    assert response.answers["place"] == [{"what": "30", "view": names["30.png"]}]


@BOTH
def test_files_of_a_draft_leave_with_it(
    app: Flask, visitor: Person, rows: Callable[..., list]
) -> None:
    visitor.press(NEXT, **{"photo@": (png(), "a.png")})
    with app.app_context():
        db.session.execute(db.update(Draft).values(expires_on=date.today() - timedelta(days=2)))
        db.session.commit()
    visitor.open("/e/archivos")
    visitor.press("Comenzar")
    assert rows(Attachment) == []
    assert kept(app) == []


def test_a_body_that_breaks_off_changes_nothing(visitor: Person, rows: Callable[..., list]) -> None:
    before = rows(Draft)[0].answers
    secret = visitor.page.forms[0].fields["draft"]
    body = (
        f'--b\r\nContent-Disposition: form-data; name="draft"\r\n\r\n{secret}\r\n'
        '--b\r\nContent-Disposition: form-data; name="photo@"; filename="a.png"\r\n\r\n'
    ).encode() + png()[:20]
    answer = visitor.client.post(
        visitor.url.partition("#")[0], data=body, content_type="multipart/form-data; boundary=b"
    )
    assert answer.status_code == 400
    assert rows(Draft)[0].answers == before


def test_the_file_of_a_question_that_is_not_asked_any_more_leaves(
    app: Flask, field: Callable[..., str], rows: Callable[..., list]
) -> None:
    asked = FILES.replace(
        "max_mb: 1, max_pixels", "relevant: \"${street} != 'no'\", max_mb: 1, max_pixels"
    )
    visitor = Person(app.test_client())
    visitor.open(field(asked, slug="archivos"))
    visitor.press("Comenzar")
    visitor.press(NEXT, street="sí", **{"photo@": (png(), "a.png")})
    visitor.open("/e/archivos/p/photos")
    visitor.press(NEXT, street="no")
    assert len(rows(Attachment)) == 1, "who answers may come back to it"
    visitor.open("/e/archivos/review")
    visitor.press("Enviar mis respuestas")
    [response] = rows(Response)
    assert response.answers == {"street": "no"}
    assert rows(Attachment) == []
    assert kept(app) == []
