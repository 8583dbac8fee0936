"""Images and sounds of a version: what is kept, and how pages show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import SurveyMedia, SurveyText
from app.services import collections, media, surveys
from app.services.collections import Fielding
from tests.pages import Person

KITCHEN = Path(__file__).with_name("definitions") / "kitchen.yaml"
PNG = b"\x89PNG\r\n\x1a\n" + b"water"
OTHER = b"\x89PNG\r\n\x1a\n" + b"more water"


def load(app: Flask, files: Mapping[str, bytes]) -> str:
    with app.app_context():
        version = surveys.save_definition(KITCHEN.read_text(), media=files)
        surveys.publish(version.survey_id)
        collections.open_collection(version.survey_id, "cocina", Fielding())
        return version.id


def sources(person: Person) -> list[str]:
    return [image.get("src") for image in person.page.tree.iter("img")]


@pytest.fixture
def kitchen(app: Flask) -> Person:
    load(app, {"agua.png": PNG})
    person = Person(app.test_client())
    person.open("/e/cocina")
    person.press("Comenzar")
    return person


def test_pages_show_a_versions_images(kitchen: Person) -> None:
    addresses = sources(kitchen)
    assert len(addresses) == 4  # of a question, and of a choice in three questions
    [address] = set(addresses)
    assert {image.get("alt") for image in kitchen.page.tree.iter("img")} == {""}
    answer = kitchen.client.get(address)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PNG, "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer.headers["Cache-Control"]
    again = kitchen.client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    part = kitchen.client.get(address, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, PNG[:4])


def test_a_page_does_not_read_the_files_that_it_names(app: Flask, kitchen: Person) -> None:
    asked: list[str] = []

    def keep(connection: object, cursor: object, statement: str, *more: object) -> None:
        asked.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", keep)
    kitchen.open("/e/cocina/p/chosen")
    event.remove(engine, "before_cursor_execute", keep)
    about_media = [statement for statement in asked if "survey_media" in statement]
    assert about_media
    assert not any("content" in statement for statement in about_media)


def test_a_page_without_the_files_names_none(
    app: Flask, field: Callable[..., str], person: Person
) -> None:
    person.open(field(KITCHEN.read_text(), slug="cocina"))
    person.press("Comenzar")
    assert sources(person) == []


@pytest.mark.parametrize("name", ["agua.png", "otra.png", "%00", "..", "a" * 999])
@pytest.mark.parametrize("mark", ["", "0" * 12, "%00"])
@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_a_file_that_is_none(kitchen: Person, name: str, mark: str) -> None:
    kitchen.client.application.config["PROPAGATE_EXCEPTIONS"] = False
    assert kitchen.client.get(f"/e/cocina/media/{name}?v={mark}").status_code == 404


def test_a_better_image_is_a_new_address_at_once(app: Flask, kitchen: Person) -> None:
    before = set(sources(kitchen))
    load(app, {"agua.png": OTHER})
    kitchen.open("/e/cocina/p/chosen")
    [after] = set(sources(kitchen))
    assert {after} != before
    assert kitchen.client.get(after).data == OTHER


def test_loading_the_same_again_changes_nothing(app: Flask, rows: Callable[..., list]) -> None:
    for files in ({"agua.png": PNG}, {"agua.png": PNG}, {}):
        load(app, files)
    assert [row.correction for row in rows(SurveyText)] == [0]
    assert [row.name for row in rows(SurveyMedia)] == ["agua.png"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"OggS\0", "audio/ogg"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"ID3\x03", "audio/mpeg"),
        (b"\xff\xfb\x90", "audio/mpeg"),
        (b"\0\0\0 ftypM4A ", "audio/mp4"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<html>", None),
        (b"MZ", None),
        (b"", None),
    ],
)
def test_the_kind_is_told_by_the_content(content: bytes, kind: str | None) -> None:
    assert media.kind_of(content) == kind


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"a.png": b"<svg/>"}, ProblemCode.BAD_MEDIA),
        ({"a" * 256: PNG}, ProblemCode.BAD_MEDIA),
        ({"a.png": PNG + bytes(media.MOST_BYTES)}, ProblemCode.MEDIA_TOO_LARGE),
        (
            {f"{n}.png": PNG + bytes(media.MOST_BYTES - 20) for n in range(11)},
            ProblemCode.TOO_MUCH_MEDIA,
        ),
    ],
)
def test_what_cannot_be_kept_is_refused_whole(
    app: Flask, rows: Callable[..., list], files: dict[str, bytes], code: ProblemCode
) -> None:
    with pytest.raises(Problem) as caught:
        load(app, files)
    assert caught.value.code is code
    assert rows(SurveyMedia) == []
    assert rows(SurveyText) == []
