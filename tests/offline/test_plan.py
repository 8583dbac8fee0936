"""The plan that is rated: read with signal, it opens again without."""

from __future__ import annotations

import hashlib
import io

import typst
from playwright.sync_api import Page

from app.extensions import db
from app.models import Plan, Territory
from app.services import collections, surveys
from app.services.collections import Fielding
from app.services.register import plan_documents
from tests.chromium import needs_chromium
from tests.offline.conftest import DEFINITION, Service
from tests.offline.walk import KEPT, until

pytestmark = needs_chromium


def rated(service: Service) -> str:
    """A collection about a plan with a document; gives the document's hash."""
    content = typst.compile(b"= Plan")
    assert isinstance(content, bytes)
    with service.within():
        place = Territory(code="T-P", name="Ribera")
        plan = Plan(code="PDT", title="Plan de la ribera", territory=place, summary_es="Agua.")
        db.session.add(plan)
        db.session.commit()
        version = surveys.save_definition(DEFINITION.read_text())
        collections.open_collection(version.survey_id, "plan", Fielding(plan="PDT"))
        fault = plan_documents.attach(
            "PDT", io.BytesIO(content), cut=False, limit=1 << 20, actor=None
        )
        assert fault is None
    return hashlib.sha256(content).hexdigest()


def read(page: Page) -> str:
    """Open the plan as somebody does who taps its link; gives the hash of what came."""
    with page.expect_download() as download:
        page.click(".plan a")
    return hashlib.sha256(download.value.path().read_bytes()).hexdigest()


def test_a_plan_that_was_opened_opens_without_signal(phone: object, service: Service) -> None:
    wanted = rated(service)
    page = phone.new_page()
    page.goto(f"{service.address}/e/plan")
    page.wait_for_selector("#phone[data-known]", state="attached")
    page.click("main form button")
    until(page, KEPT)  # from now on the worker is asked
    page.goto(f"{service.address}/e/plan")
    assert read(page) == wanted
    phone.set_offline(True)
    page.goto(f"{service.address}/e/plan")
    assert "Plan de la ribera" in page.inner_text("main")
    assert read(page) == wanted
