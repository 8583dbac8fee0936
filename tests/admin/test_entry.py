"""Paper forms typed in: by codes, once or twice, and what becomes of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Channel, PaperEntry, PaperForm, Quarantined, Response
from app.services import collections, surveys
from app.services.collections import Fielding
from tests.pages import check_page

NEIGHBOURHOOD = Path(__file__).parents[1] / "definitions" / "neighbourhood.yaml"
REPEATS = Path(__file__).parents[1] / "definitions" / "repeats.yaml"
PAGE = "/collections/barrio/entry"
# 1: is no member, 4: the overall mark
SHEET = {"member": "2", "overall": "6"}


@pytest.fixture(autouse=True)
def _without_tokens(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def barrio(app: Flask) -> str:
    return field(app, NEIGHBOURHOOD, "barrio")


def field(app: Flask, path: Path, slug: str, **fielding: object) -> str:
    with app.app_context():
        version = surveys.save_definition(path.read_text())
        surveys.publish(version.survey_id)
        collections.open_collection(version.survey_id, slug, Fielding(territories=[], **fielding))
    return slug


def sheet(folio: str, codes: dict[str, str], **more: str) -> dict[str, str]:
    typed = {f"a:{path}": code for path, code in codes.items()}
    return {"folio": folio, "key": str(uuid.uuid4()), "save": "1"} | typed | more


def kept(app: Flask, model: type) -> list:
    with app.app_context():
        return list(db.session.scalars(select(model)))


def test_codes_become_a_response(
    app: Flask, barrio: str, signed_in: Callable[[str], FlaskClient]
) -> None:
    client = signed_in("interviewer")
    check_page(client.get(PAGE).text)
    typed = sheet(" f-7 ", SHEET, date="04052026")
    for _twice in range(2):  # the second is the same press once more
        answer = client.post(PAGE, data=typed, follow_redirects=True)
        assert "guardado y contado" in answer.text
        assert "Hoy lleva 1 hoja" in answer.text
    (response,) = kept(app, Response)
    assert response.channel == Channel.PAPER
    assert response.answers["overall"] == 6
    assert response.submitted_on.isoformat() == "2026-05-04"
    (form,), (entry,) = kept(app, PaperForm), kept(app, PaperEntry)
    assert (form.folio, form.instance_id) == ("F-7", response.instance_id)
    assert entry.answers is None, "the response has them now"
    again = client.post(PAGE, data=sheet("F-7", SHEET))
    assert again.status_code == 422
    assert "Ese folio ya está digitado" in again.text


def test_a_typing_mistake_is_told_and_an_incomplete_sheet_is_kept_for_review(
    app: Flask, barrio: str, signed_in: Callable[[str], FlaskClient]
) -> None:
    client = signed_in("interviewer")
    wrong = client.post(PAGE, data=sheet("8", {"member": "5", "overall": "6"}))
    assert wrong.status_code == 422
    seen = check_page(wrong.text)
    assert 'value="5"' in wrong.text
    assert "Así está en el papel" in seen.text
    assert kept(app, PaperForm) == []
    answer = client.post(PAGE, data=sheet("8", {"member": "2"}, as_is="1"), follow_redirects=True)
    assert "Queda en revisión" in answer.text
    assert kept(app, Response) == []
    (held,) = kept(app, Quarantined)
    assert held.channel == Channel.PAPER
    assert '"member": ["no"]' in held.item


def test_two_typists_who_agree(
    app: Flask, barrio: str, signed_in: Callable[[str], FlaskClient]
) -> None:
    first, second = signed_in("manager"), signed_in("interviewer")
    first.post("/collections/barrio/entry-rule", data={"double": "1"})
    assert (
        "Falta que otra persona"
        in first.post(PAGE, data=sheet("1", SHEET), follow_redirects=True).text
    )
    assert kept(app, Response) == []
    assert "Usted ya digitó ese folio" in first.post(PAGE, data=sheet("1", SHEET)).text
    page = second.get(PAGE)
    assert 'value="6"' not in page.text, "the second types blind"
    done = second.post(PAGE, data=sheet("1", SHEET), follow_redirects=True)
    assert "guardado y contado" in done.text
    assert "(2 de 2 respuestas)" in done.text
    assert len(kept(app, Response)) == 1
    assert second.post("/collections/barrio/entry-rule", data={"double": "0"}).status_code == 403


def test_where_two_typists_differ_a_third_decides(
    app: Flask, barrio: str, signed_in: Callable[[str], FlaskClient]
) -> None:
    first, second, third = (signed_in(role) for role in ("manager", "interviewer", "administrator"))
    first.post("/collections/barrio/entry-rule", data={"double": "1"})
    first.post(PAGE, data=sheet("2", SHEET))
    differs = second.post(PAGE, data=sheet("2", SHEET | {"overall": "5"}), follow_redirects=True)
    assert "una tercera persona decide" in differs.text
    assert kept(app, Response) == []
    page = third.get(f"{PAGE}/2")
    check_page(page.text)
    assert page.text.count('scope="row"') == 1, "only where they differ"
    decided = third.post(f"{PAGE}/2", data={"a:overall": "5"}, follow_redirects=True)
    assert "guardado y contado" in decided.text
    assert "(1 de 2 respuestas)" in decided.text
    (response,) = kept(app, Response)
    assert response.answers["overall"] == 5
    assert response.answers["member"] == "no"
    refused = first.post(f"{PAGE}/2", data={"a:overall": "6"}, follow_redirects=True)
    assert "ya está digitado" in refused.text


def test_a_typist_does_not_decide_between_two(
    app: Flask, barrio: str, signed_in: Callable[[str], FlaskClient]
) -> None:
    first, second = signed_in("manager"), signed_in("interviewer")
    first.post("/collections/barrio/entry-rule", data={"double": "1"})
    first.post(PAGE, data=sheet("3", SHEET))
    second.post(PAGE, data=sheet("3", {"member": "2", "overall": "7"}))
    assert "La decide otra persona" in first.get(f"{PAGE}/3").text
    first.post(f"{PAGE}/3", data={"a:overall": "6"})
    assert kept(app, Response) == []


def test_nothing_leads_from_an_anonymous_sheet_to_its_response(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    field(app, NEIGHBOURHOOD, "barrio", mode="anonymous")
    signed_in("interviewer").post(PAGE, data=sheet("4", SHEET))
    (form,), (response,) = kept(app, PaperForm), kept(app, Response)
    assert form.instance_id is None
    assert response.instance_id not in {form.id, *(entry.id for entry in kept(app, PaperEntry))}


def test_repeats_have_the_blocks_of_the_paper_and_more(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    field(app, REPEATS, "hogar")
    client = signed_in("interviewer")
    address = "/collections/hogar/entry"
    page = client.get(address).text
    check_page(page)
    assert 'name="a:members[4]/name"' in page
    assert 'name="a:members[5]/name"' not in page
    codes = {"members[1]/name": "Ana", "members[1]/age": "40", "members[2]/name": "Luz"}
    more = client.post(address, data=sheet("1", codes, more="1"))
    assert 'name="a:members[5]/name"' in more.text
    assert 'value="Ana"' in more.text
    client.post(address, data=sheet("1", codes))
    (response,) = kept(app, Response)
    assert [row["name"] for row in response.answers["members"]] == ["Ana", "Luz"]


def test_after_an_anonymous_collection_closed_a_sheet_waits_for_review(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    field(app, NEIGHBOURHOOD, "barrio", mode="anonymous")
    with app.app_context():
        collections.close_collection("barrio")
    answer = signed_in("interviewer").post(PAGE, data=sheet("5", SHEET), follow_redirects=True)
    assert "Queda en revisión" in answer.text
    assert kept(app, Response) == []
    assert [held.reason for held in kept(app, Quarantined)] == ["late"]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_strange_folios_and_keys_upset_nothing(
    app: Flask, barrio: str, signed_in: Callable[[str], FlaskClient]
) -> None:
    client = signed_in("interviewer")
    for folio, shown in (("3/4", "3-4"), ("a\0b", "A-B"), ("x" * 90, "X" * 32)):
        typed = sheet(folio, SHEET | {"nada": "1", "member[9]/overall": "1"}, key="no" * 40)
        assert client.post(PAGE, data=typed).status_code == 303
        assert shown in {form.folio for form in kept(app, PaperForm)}
    assert client.post(PAGE, data=sheet("  ", SHEET)).status_code == 422
    assert client.post(PAGE, data=sheet("9", SHEET, date="31022026")).status_code == 422
    assert client.get(f"{PAGE}/nada").status_code == 404
