"""Personal links: ``/i/<token>`` for whoever was invited, and ``/i`` where a code is typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue

from app.language import keep_language
from app.models import Invitation, Mode
from app.models.columns import utc_now
from app.permissions import public
from app.respond import elsewhere, pages, phone
from app.respond import visit as at
from app.respond.invitation import code_html, typed_code, until
from app.respond.views import respond
from app.respond.visit import Visit, see
from app.respond.words import form_values
from app.services import collections
from app.services.drafts import drafts
from app.services.drafts.drafts import LIFETIME
from app.services.invitations import links
from app.services.invitations.links import Standing
from app.services.receiving.rule import ZONE
from encuestas import Survey
from encuestas.paths import flatten, name_of

_COOKIE = "cabildo_link"
_SETTLED = (Standing.USED, Standing.UNDER_REVIEW)


@respond.get("/i")
@public
def code_page() -> ResponseReturnValue:
    return code_html()


@respond.post("/i")
@public
def open_code() -> ResponseReturnValue:
    typed = typed_code()
    found = links.find_code(typed, now=utc_now())
    if not found.token:
        return code_html(found=found, typed=typed)
    return see(url_for("respond.invited_page", token=found.token))


@respond.get("/i/<token>")
@public
def invited_page(token: str) -> ResponseReturnValue:
    invitation, visit = _arrive(token)
    stands = links.standing(invitation, now=visit.now)
    if stands is Standing.NEW and _holds_draft(visit):
        stands = Standing.BEGUN
    survey = collections.fielded(visit.collection, invited=True)
    ways = elsewhere.ways(visit.slug, "", first=True, path=request.path)
    language = _language(invitation, at.offered(visit.collection, survey))
    # What was begun may be on this phone, which leads then; any other has the server's copy.
    led = stands is Standing.BEGUN and invitation.mode == Mode.CONFIDENTIAL
    alone = (stands is Standing.NEW or led) and not ways["inside"]
    return pages.start_html(
        visit,
        survey,
        preview=False,
        language=language,
        slug=visit.slug,
        token=token,
        phone_url=phone.address(visit.collection, language, invited=True) if alone else None,
        mine_url=url_for("offline.mine", slug=visit.slug),
        start_url=url_for("respond.begin_invited", token=token),
        organisation_id=invitation.organisation_id,
        invited=_invited(invitation, stands),
        **ways,
    )


@respond.post("/i/<token>")
@public
def begin_invited(token: str) -> ResponseReturnValue:
    invitation, visit = _arrive(token)
    if links.standing(invitation, now=visit.now) is Standing.UNDER_REVIEW:
        return see(url_for("respond.invited_page", token=token))
    collection = visit.collection
    survey = collections.fielded(collection, invited=True)
    language = _language(invitation, at.offered(collection, survey))
    at.speak(language)
    secret = links.begin(
        invitation,
        language=language,
        now=visit.now,
        token=token,
        held=request.cookies.get(_COOKIE, ""),
        answers=_earlier_answers(invitation, survey),
    )
    response = keep_language(see(_where(replace(visit, secret=secret))), language)
    at.keep_secret(response, visit.slug, secret)
    if invitation.mode == Mode.ANONYMOUS:
        _keep_link(response, secret)
    return response


def _arrive(token: str) -> tuple[Invitation, Visit]:
    """Raises the Problem that stands in the way: of the link, or of the collection."""
    now = utc_now()
    invitation = links.find(token, now=now)
    collection = invitation.collection
    links.require_valid(invitation, now)
    collections.require_answerable(collection, now)
    return invitation, Visit(collection, collection.slug, "", now.astimezone(ZONE))


def _holds_draft(visit: Visit) -> bool:
    """Whether an anonymous link gave this browser a draft that was not sent yet."""
    held = request.cookies.get(_COOKIE, "")
    return bool(held) and drafts.find(visit.collection, held, now=visit.now) is not None


def _language(invitation: Invitation, offered: Any) -> str:
    """What was asked for here; else that of the invitation, and else what this browser kept."""
    asked = at.wanted_language(offered)
    chosen = request.form.get("lang") or request.args.get("lang")
    return asked if chosen or invitation.language not in offered else invitation.language


def _invited(invitation: Invitation, stands: Standing) -> Mapping[str, Any]:
    """What `respond/start.html` says to whoever was invited."""
    organisation = invitation.organisation
    return {
        "name": organisation.name if organisation else invitation.name,
        "organisation": organisation is not None,
        "standing": stands.value,
        "open": stands not in _SETTLED,
        "until": until(invitation.collection, invitation),
    }


def _earlier_answers(invitation: Invitation, survey: Survey) -> dict[str, list[str]] | None:
    """The answers that may be changed, as the fields of a form hold them."""
    if invitation.mode == Mode.ANONYMOUS:
        return None
    earlier = links.counted_response(invitation)
    if earlier is None:
        return None
    return {
        path: form_values(survey.question(name_of(path)), answer)
        for path, answer in flatten(earlier.answers)
        if survey.has(name_of(path))
    }


def _where(visit: Visit) -> str:
    """The page to go on with; the review for answers that were sent before."""
    draft = drafts.find(visit.collection, visit.secret, now=visit.now)
    if draft is None:
        return url_for("respond.thanks", slug=visit.slug)
    if draft.revises_id is not None and not draft.page:
        return pages.page_url(visit.slug, None)
    survey = drafts.survey_of(visit.collection, draft)
    path = drafts.walk(survey, draft.answers, now=visit.now, draft=draft)
    return pages.page_url(visit.slug, path.resume_at(draft.page))


def _keep_link(response: Response, secret: str) -> None:
    """The browser alone remembers which draft an anonymous link began, under the link's address."""
    response.set_cookie(
        _COOKIE,
        secret,
        max_age=LIFETIME,
        path=request.path,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
