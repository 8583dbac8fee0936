"""What a respondent opens and posts. GET changes nothing; every POST answers with a redirect."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from app.assets import A_DAY, A_YEAR
from app.errors import Problem, ProblemCode, problem_response
from app.extensions import DATABASE_ERRORS, DatabaseError, db
from app.language import DEFAULT, current_language, keep_language, language_links
from app.models import Draft
from app.models.columns import utc_now
from app.origin import refuse_cross_site
from app.permissions import Permission, public, requires
from app.policy import policy
from app.respond import attached, elsewhere, invitation, pages, phone, turning
from app.respond import visit as at
from app.respond.visit import Visit, arrive, see
from app.services import collections, listing, media
from app.services.drafts import drafts, resuming, sending
from app.services.invitations import links
from app.services.publication import publishing
from app.shelf import share
from encuestas import language_of, localized

respond = Blueprint("respond", __name__)


@respond.before_request
def _guard() -> None:
    if request.method == "POST":
        refuse_cross_site()
    if request.method == "POST" and request.endpoint != "respond.new_file":
        at.require_form(files=_may_have_files())


def _may_have_files() -> bool:
    given = request.view_args or {}
    if request.endpoint != "respond.save_page":
        return False
    allowed = attached.allow(request, collections.find(given["slug"]), given["page_id"])
    db.session.rollback()  # nobody else must wait while a large body arrives
    return allowed


@respond.after_request
def _keep_private(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _busy(error: DatabaseError) -> Response:
    """The database failed: what was posted comes back in a form that posts it again."""
    db.session.rollback()
    # The error's own text has the statement's values, which are a person's answers.
    current_app.logger.error("database: %s", type(getattr(error, "orig", error)).__name__)
    if request.method == "POST":
        fields = list(request.form.items(multi=True))
        html = render_template("respond/busy.html", lang=current_language(), fields=fields)
        response = make_response(html, HTTPStatus.SERVICE_UNAVAILABLE)
    else:
        response = problem_response(Problem(ProblemCode.BUSY))
    response.headers["Retry-After"] = "5"
    return response


for kind in DATABASE_ERRORS:
    respond.register_error_handler(kind, _busy)


@respond.get("/")
@public
def home() -> ResponseReturnValue:
    language = current_language()
    surveys = [
        {
            "url": url_for("respond.start_page", slug=listed.slug),
            "title": localized(listed.title, language, listed.languages[0]),
            "lang": language_of(listed.title, language, listed.languages[0]),
            "simulated": listed.simulated,
        }
        for listed in listing.open_now(utc_now())
    ]
    published = [
        {
            "url": url_for("results.page", slug=slug),
            "title": localized(title, language, DEFAULT),
            "lang": language_of(title, language, DEFAULT),
            "simulated": simulated,
        }
        for slug, title, simulated in publishing.listed()
    ]
    share()
    return render_template(
        "respond/home.html",
        lang=language,
        languages=language_links(),
        surveys=surveys,
        published=published,
    )


@respond.get("/e/<slug>")
@public
def start_page(slug: str) -> ResponseReturnValue:
    visit = arrive(slug)
    collections.require_answerable(visit.collection, visit.now)
    draft = _draft(visit)
    if draft is None:
        collections.require_open_to_all(visit.collection)
    survey = collections.fielded(visit.collection)
    if not visit.secret:
        share()
    ways = elsewhere.ways(slug, visit.secret if draft else "", first=True)
    language = at.wanted_language(at.offered(visit.collection, survey))
    return pages.start_html(
        visit,
        survey,
        preview=False,
        slug=slug,
        # What a browser inside another app keeps is gone when that app closes.
        phone_url=None if ways["inside"] else phone.address(visit.collection, language),
        mine_url=url_for("offline.mine", slug=slug),
        start_url=url_for("respond.start", slug=slug),
        resume_url=_resume_url(visit, draft) if draft and not draft.preview else None,
        received=draft is None and _received(visit),
        lost="lost" in request.args,
        code_url=url_for("respond.resume_page", slug=slug),
        **ways,
    )


@respond.post("/e/<slug>/start")
@public
def start(slug: str) -> ResponseReturnValue:
    visit = arrive(slug)
    collections.require_answerable(visit.collection, visit.now)
    collections.require_open_to_all(visit.collection)
    return _start(visit, preview=False)


@respond.get("/e/<slug>/resume")
@public
def resume_page(slug: str) -> ResponseReturnValue:
    return elsewhere.form_html(arrive(slug))


@respond.post("/e/<slug>/resume")
@public
def resume(slug: str) -> ResponseReturnValue:
    visit = arrive(slug)
    typed = request.form.get("code", "").replace("\0", "")[:40]
    found = resuming.find(visit.collection, typed, now=visit.now)
    if not found.secret:
        return elsewhere.form_html(visit, found=found, typed=typed)
    visit = replace(visit, secret=found.secret)
    draft = _draft(visit)
    address = _resume_url(visit, draft) if draft else url_for("respond.thanks", slug=slug)
    return at.keep_secret(see(address), slug, found.secret)


@respond.get("/e/<slug>/phone")
@public
def phone_page(slug: str) -> ResponseReturnValue:
    """The whole survey for a phone that keeps it; or the door, if it can't be asked so."""
    collection = collections.find(slug)
    correction = request.args.get("c", type=int)
    may_see = collection.public or phone.has_key(collection, request.args.get("k", ""))
    version, invited = request.args.get("v"), request.args.get("i") == "1"
    asked = phone.find(collection, version, correction, invited=invited) if may_see else None
    if asked is None:
        return see(url_for("respond.start_page", slug=slug))
    language = at.wanted_language(at.offered(collection, asked.survey))
    response = phone.document(asked, language).response()
    # The interviewer's page shows it in a frame, and keeps what is answered in its own way.
    response.headers["Content-Security-Policy"] = policy(ancestors="'self'")
    response.cache_control.public = True
    if request.args.get("r") == phone.release() and correction is not None:
        response.cache_control.max_age = A_DAY
    else:
        response.cache_control.no_cache = True
    return response.make_conditional(request)


@respond.get("/e/<slug>/media/<name>")
@public
def media_file(slug: str, name: str) -> ResponseReturnValue:
    found = media.find(collections.find(slug), name, request.args.get("v", ""))
    if found is None:
        abort(404)
    response = Response(found.content, mimetype=found.media_type)
    response.cache_control.public = response.cache_control.immutable = True
    response.cache_control.max_age = A_YEAR
    response.set_etag(found.sha256)
    return response.make_conditional(
        request, accept_ranges=True, complete_length=len(found.content)
    )


@respond.get("/preview/<slug>")
@requires(Permission.PREVIEW)
def preview_page(slug: str) -> ResponseReturnValue:
    visit = arrive(slug)
    survey = collections.fielded(visit.collection)
    here = url_for("respond.preview", slug=slug)
    return pages.start_html(visit, survey, preview=True, start_url=here)


@respond.post("/preview/<slug>")
@requires(Permission.PREVIEW)
def preview(slug: str) -> ResponseReturnValue:
    return _start(arrive(slug), preview=True)


@respond.get("/e/<slug>/p/<page_id>")
@public
def page(slug: str, page_id: str) -> ResponseReturnValue:
    visit = arrive(slug)
    draft = _draft(visit)
    if draft is None:
        return _nothing_begun(visit)
    _require_answerable(visit, draft)
    survey = drafts.survey_of(visit.collection, draft)
    path = drafts.walk(survey, draft.answers, now=visit.now, draft=draft)
    if page_id not in path.page_ids():
        return see(pages.page_url(slug, path.resume_at(draft.page)))
    at.speak(draft.language)
    return pages.page_html(
        at.frame(visit.collection, survey, draft.language, preview=draft.preview)
        | elsewhere.ways(slug, visit.secret, first=path.page_ids()[0] == page_id),
        path,
        survey.page(page_id),
        draft.answers,
        secret=visit.secret,
        language=draft.language,
        media=pages.media_urls(slug, draft.version_id, survey.page(page_id)),
        files=attached.held(visit, draft, attached.questions_of(survey.page(page_id))),
    )


@respond.post("/e/<slug>/p/<page_id>")
@public
def save_page(slug: str, page_id: str) -> ResponseReturnValue:
    visit = arrive(slug)
    draft = _draft(visit, for_update=True)
    if draft is None:
        return _no_draft(visit, page_id)
    survey = drafts.survey_of(visit.collection, draft)
    asked = turning.page_of(survey, page_id)
    at.speak(draft.language)
    if asked is None:
        response = see(_resume_url(visit, draft))
    else:
        response = turning.turn(visit, draft, survey, asked, closed=_closed(visit, draft))
    return at.keep_secret(response, slug, visit.secret)


@respond.get("/e/<slug>/review")
@public
def review(slug: str) -> ResponseReturnValue:
    visit = arrive(slug)
    draft = _draft(visit)
    if draft is None:
        return _nothing_begun(visit)
    _require_answerable(visit, draft)
    return pages.review_html(visit, draft, drafts.survey_of(visit.collection, draft))


@respond.post("/e/<slug>/send")
@public
def send(slug: str) -> ResponseReturnValue:
    visit = arrive(slug)
    if "lang" in request.form:
        return _switch_on_review(visit)
    if "code" in request.form:
        found = links.find_code(invitation.typed_code(), now=visit.now)
        if not found.token:
            return invitation.ask_to_send(visit, found=found)
        visit = replace(visit, secret=links.with_link(visit.secret, found.token))
    try:
        faults = sending.send(visit.collection, visit.secret, now=visit.now)
    except Problem as problem:
        if problem.code is ProblemCode.DRAFT_EXPIRED:
            return _expired(visit, None)
        if problem.code is ProblemCode.INVITATION_NEEDED:
            return invitation.ask_to_send(visit)
        raise
    draft = _draft(visit) if faults else None
    if draft is not None:
        html = pages.review_html(visit, draft, drafts.survey_of(visit.collection, draft))
        response = make_response(html, HTTPStatus.UNPROCESSABLE_ENTITY)
    else:
        response = see(url_for("respond.thanks", slug=slug))
    return at.keep_secret(response, slug, visit.secret)


@respond.get("/e/<slug>/thanks")
@public
def thanks(slug: str) -> ResponseReturnValue:
    visit = arrive(slug)
    receipt = sending.find_receipt(visit.collection, visit.secret) if visit.secret else None
    if receipt is None:
        if _draft(visit):
            return see(pages.page_url(slug, None))
        return see(url_for("respond.start_page", slug=slug))
    survey = collections.fielded(visit.collection)
    language = at.wanted_language(at.offered(visit.collection, survey))
    at.speak(language)
    return render_template(
        "respond/thanks.html",
        **at.frame(visit.collection, survey, language, preview=receipt.preview),
        receipt=receipt.code,
        conflict=receipt.conflict,
        organisation=visit.collection.respondent == "organisation",
        changeable=invitation.changeable(visit.collection, receipt),
        again="again" in request.args,
    )


def _start(visit: Visit, *, preview: bool) -> Response:
    survey = collections.fielded(visit.collection)
    language = at.wanted_language(at.offered(visit.collection, survey))
    first = drafts.walk(survey, {}, now=visit.now).resume_at("")
    secret = drafts.start(visit.collection, language=language, now=visit.now, preview=preview)
    response = keep_language(see(pages.page_url(visit.slug, first)), language)
    return at.keep_secret(response, visit.slug, secret)


def _draft(visit: Visit, *, for_update: bool = False) -> Draft | None:
    if not visit.secret:
        return None
    return drafts.find(visit.collection, visit.secret, now=visit.now, for_update=for_update)


def _resume_url(visit: Visit, draft: Draft) -> str:
    survey = drafts.survey_of(visit.collection, draft)
    path = drafts.walk(survey, draft.answers, now=visit.now, draft=draft)
    return pages.page_url(visit.slug, path.resume_at(draft.page))


def _closed(visit: Visit, draft: Draft) -> Problem | None:
    """Why nobody can answer now; a preview always can."""
    if draft.preview:
        return None
    try:
        collections.require_answerable(visit.collection, visit.now)
    except Problem as problem:
        return problem
    return None


def _require_answerable(visit: Visit, draft: Draft) -> None:
    if problem := _closed(visit, draft):
        raise problem


def _received(visit: Visit) -> bool:
    """Whether this person sent answers that count."""
    receipt = sending.find_receipt(visit.collection, visit.secret) if visit.secret else None
    return receipt is not None and not receipt.preview


def _nothing_begun(visit: Visit) -> Response:
    """A page was opened by somebody without a draft: they sent it, or never began here."""
    if visit.secret and sending.find_receipt(visit.collection, visit.secret):
        return see(url_for("respond.thanks", slug=visit.slug))
    return see(url_for("respond.start_page", slug=visit.slug, lost=1))


def _no_draft(visit: Visit, page_id: str) -> Response:
    """A page was posted without a draft: it was sent already, or the draft expired."""
    if visit.secret and sending.find_receipt(visit.collection, visit.secret):
        response = see(url_for("respond.thanks", slug=visit.slug, again=1))
        return at.keep_secret(response, visit.slug, visit.secret)
    return _expired(visit, page_id)


def _expired(visit: Visit, page_id: str | None) -> Response:
    """Nothing typed is lost: it goes into a new draft, and the page shows it."""
    collection, slug = visit.collection, visit.slug
    collections.require_answerable(collection, visit.now)
    survey = collections.fielded(collection)
    language = at.wanted_language(at.offered(collection, survey))
    at.speak(language)
    frame = at.frame(collection, survey, language)
    asked = turning.page_of(survey, page_id) if page_id else None
    raw = turning.posted(survey, asked) if asked else {}
    typed = pages.typed_words(survey, asked, raw, language) if asked else []
    secret = ""
    go_on = url_for("respond.start_page", slug=slug)
    if typed:
        go_on = pages.page_url(slug, drafts.walk(survey, raw, now=visit.now).unfinished())
        secret = drafts.start(collection, language=language, now=visit.now, answers=raw)
    html = render_template("respond/expired.html", **frame, typed=typed, go_on_url=go_on)
    response = make_response(html, HTTPStatus.GONE)
    return at.keep_secret(response, slug, secret) if secret else response


def _switch_on_review(visit: Visit) -> Response:
    draft = _draft(visit, for_update=True)
    if draft is None:
        return _nothing_begun(visit)
    survey = drafts.survey_of(visit.collection, draft)
    response = see(pages.page_url(visit.slug, None))
    if wanted := turning.other_language(visit.collection, survey):
        drafts.switch_language(draft, wanted)
        response = keep_language(response, wanted)
    return at.keep_secret(response, visit.slug, visit.secret)
