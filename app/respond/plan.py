"""The plan that organisations rate: what it says, before they say what they think of it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from app.models import Plan
from app.permissions import Permission, may, public
from app.plan_response import plan_response
from app.respond import visit as at
from app.respond.visit import Visit, arrive
from app.respond.words import size_words
from app.services import collections
from app.services.register import plan_documents
from encuestas import Survey

rated = Blueprint("rated", __name__)


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan as the start page shows it. ``url``: its document's, if there is one."""

    title: str
    territory: str
    summary: str
    url: str
    size: str


@rated.get("/e/<slug>/plan/<code>")
@public
def document(slug: str, code: str) -> ResponseReturnValue:
    """For those who may rate it now, and for staff who look at what they will see."""
    visit = arrive(slug)
    plan = plan_documents.of_collection(visit.collection, code)
    if not may(current_user, Permission.PREVIEW):
        collections.require_answerable(visit.collection, visit.now)
        if plan and request.args.get("v") != plan_documents.mark(visit.collection, plan):
            plan = None
    return plan_response(plan)


def views(
    visit: Visit, survey: Survey, language: str, *, organisation_id: str | None = None
) -> list[PlanView]:
    """The plans that the collection asks about, in the language or marked as being in another."""

    def told(plan: Plan) -> PlanView:
        summary = {"es": plan.summary_es, "en": plan.summary_en}
        mark = plan_documents.mark(visit.collection, plan)
        address = url_for("rated.document", slug=visit.slug, code=plan.code, v=mark)
        return PlanView(
            title=at.said(survey, {"es": plan.title}, language),
            territory=plan.territory.name,
            summary=at.said(survey, {k: v for k, v in summary.items() if v}, language),
            url=address if plan.document_hash else "",
            size=size_words(plan.document_bytes or 0),
        )

    found = plan_documents.rated_in(visit.collection, organisation_id=organisation_id)
    return [told(plan) for plan in found]
