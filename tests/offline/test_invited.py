"""A personal link on a phone without signal: its answers are those of whoever was invited."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from app.extensions import db
from app.models import Access, Mode
from app.services import collections
from app.services.collections import Fielding
from app.services.invitations import inviting, links
from app.services.invitations.inviting import Invitee
from app.services.receiving import review
from tests.chromium import TIMEOUT, needs_chromium
from tests.offline.conftest import Service
from tests.offline.walk import KEPT, answer, finish, received, until

pytestmark = needs_chromium


def invite(service: Service, slug: str, mode: Mode) -> str:
    """A personal link of a new collection."""
    with service.within():
        fielding = Fielding(territories=[], access=Access.PERSONAL, mode=mode)
        collections.open_collection("neighbourhood", slug, fielding)
        token = links.token_of(inviting.invite(slug, Invitee(name="Ana")))
    return f"{service.address}/i/{token}"


@pytest.fixture(params=list(Mode))
def link(request: pytest.FixtureRequest, service: Service) -> Iterator[str]:
    yield invite(service, f"invitados-{request.param}", request.param)
    with service.within():
        db.session.rollback()


def test_who_loses_the_phone_goes_on_with_the_link_on_another_one(
    browser: Browser, phone: BrowserContext, service: Service
) -> None:
    link = invite(service, "perdido", Mode.CONFIDENTIAL)
    page = phone.new_page()
    page.goto(link)
    page.wait_for_selector("#phone[data-known]", state="attached")
    page.click("main form button")
    page.check("[name=member][value='no']")
    page.click(".buttons [name=next]")
    page.wait_for_selector("[name=overall]")
    token = link.rpartition("/")[2]
    until(page, f"async () => (await (await fetch('/i/{token}')).text()).includes('data-begun')")
    page.goto(link)  # here the phone's own leads
    page.wait_for_selector("#phone[data-known]", state="attached")
    page.click("text=Continuar donde quedé")
    page.wait_for_selector("[name=overall]")
    assert "/phone" in page.url
    page.close()  # its battery died for good
    other = browser.new_context(viewport={"width": 360, "height": 740})
    other.set_default_timeout(TIMEOUT)
    page = other.new_page()
    page.goto(link)
    page.wait_for_selector("#phone[data-known]", state="attached")
    page.click("main form button:has-text('Continuar donde quedé')")
    page.wait_for_url("**/e/perdido/p/marks")  # where it was left
    page.goto(f"{service.address}/e/perdido/p/member")
    assert page.is_checked("[name=member][value='no']")
    other.close()


def test_the_answers_of_a_link_are_kept_and_sent_with_it(
    phone: BrowserContext, service: Service, link: str
) -> None:
    page = phone.new_page()
    page.goto(link)
    page.wait_for_selector("#phone[data-known]", state="attached")
    page.click("main form button")
    page.wait_for_selector("[name=member]")
    until(page, KEPT)
    page.check("[name=member][value='no']")
    page.wait_for_timeout(600)
    phone.set_offline(True)
    page.goto(link)  # the link opens without signal, and goes on with what was begun
    page.click("text=Continuar donde quedé")
    answer(page)
    finish(page)
    phone.set_offline(False)
    assert received(page)
    anonymous = "anonymous" in page.url
    query = """SELECT r.state, r.invitation_id IS NOT NULL, i.used FROM responses r
        JOIN invitations i ON i.collection_id = r.collection_id
        JOIN collections c ON c.id = r.collection_id WHERE c.slug = ?"""
    with closing(sqlite3.connect(service.data / "cabildo.sqlite3")) as base:
        mode = Mode.ANONYMOUS if anonymous else Mode.CONFIDENTIAL
        rows = base.execute(query, [f"invitados-{mode}"]).fetchall()
    assert rows == [("submitted", int(not anonymous), int(anonymous))]
    page.goto(link)
    words = page.inner_text("main")
    assert ("Esta invitación ya se usó" in words) == anonymous
    assert ("Ver y cambiar mis respuestas" in words) != anonymous


def test_two_phones_answer_with_one_link(
    phone: BrowserContext, browser: Browser, service: Service
) -> None:
    """The first that arrives counts, the second is told, and who runs it sees both."""
    link = invite(service, "dos-telefonos", Mode.CONFIDENTIAL)
    other = browser.new_context(viewport={"width": 360, "height": 740})
    other.set_default_timeout(TIMEOUT)
    pages = [phone.new_page(), other.new_page()]
    for mark, page in enumerate(pages, start=6):
        page.goto(link)
        page.wait_for_selector("#phone[data-known]", state="attached")
        page.click("main form button")
        page.wait_for_selector("[name=member]")
        until(page, KEPT)
        page.context.set_offline(True)
        answer(page, mark)
        finish(page)
        page.reload()  # whoever comes back finds what became of the answers
        expect(page.locator("#sent")).to_contain_text("Guardado en este teléfono")
    told = "Ya había llegado otra respuesta en lugar de esta."
    for page, words in zip(pages, (None, told), strict=True):
        page.context.set_offline(False)
        assert received(page)
        note = page.locator("#received .note")
        expect(note).to_contain_text(words) if words else expect(note).to_be_hidden()
    pages[1].click("text=Ver lo guardado en este teléfono")
    expect(pages[1].locator("#mine")).to_contain_text(told)
    pages[1].go_back()
    assert received(pages[1])
    with service.within():
        collection = collections.find("dos-telefonos")
        [conflict] = review.waiting(collection).conflicts
        rivals = review.find_rivals(collection, conflict.id)
        assert [row.answers["overall"] for row in rivals] == [6, 7]
    other.close()
