"""Results for the community: what to publish, how it would look, and taking it away again."""

from __future__ import annotations

import io
from http import HTTPStatus
from typing import Any

import segno
from flask import (
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_security import current_user
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app import work
from app.admin.blueprint import admin
from app.admin.exports import LOOK_AGAIN
from app.errors import Problem, ProblemCode
from app.language import current_language, language_links
from app.models import TERRITORY_QUESTION, Collection, Job, JobState
from app.models.columns import utc_now
from app.permissions import Permission, requires, scope_of
from app.reports.public_words import results_page
from app.reports.words import number
from app.services import collections
from app.services.jobs import proposing, queue
from app.services.publication import publishing, released
from app.services.publication.publishing import Choice, Possible, Proposal
from app.words.messages import problem_words


@admin.get("/<slug>/publication")
@requires(Permission.MANAGE)
def publication(slug: str) -> str:
    """With a small choice in the address, also how the page would look. Nothing is published."""
    collection = collections.find(slug)
    asked = "measure" in request.args or "look" in request.args
    if not asked:
        return _html(collection, _usual(collection, publishing.possible(collection)))
    choice, scope = _choice(request.args), scope_of(current_user)
    try:
        small = publishing.check(collection, choice, scope=scope) <= publishing.AT_ONCE
        proposal = publishing.propose(slug, choice, scope=scope) if small else None
    except Problem as problem:
        return _html(collection, choice, problem=problem)
    return _html(collection, choice, proposal=proposal)


@admin.post("/<slug>/publication/proposals")
@requires(Permission.MANAGE)
def ask_proposal(slug: str) -> ResponseReturnValue:
    """A small page is looked at at once; a larger one is prepared by a worker."""
    collection, choice = collections.find(slug), _choice(request.form)
    try:
        return redirect(_looked_at(collection, choice), HTTPStatus.SEE_OTHER)
    except Problem as problem:
        return _html(collection, choice, problem=problem), problem.status


@admin.get("/<slug>/publication/proposals/<key>")
@requires(Permission.MANAGE)
def proposal(slug: str, key: str) -> Response:
    """How far it is, and then how the page would look. It can be closed and come back to."""
    job = _job(slug, key)
    waits = job.state in {JobState.WAITING, JobState.RUNNING}
    made = proposing.read(job) if job.state == JobState.DONE else None
    page = _html(
        job.collection,
        Choice.from_data(job.parameters),
        proposal=made,
        problem=queue.problem_of(job),
        job=job,
    )
    response = make_response(page)
    if waits:
        response.headers["Refresh"] = str(LOOK_AGAIN)
    return response


@admin.post("/<slug>/publication")
@requires(Permission.MANAGE)
def publish(slug: str) -> ResponseReturnValue:
    """What was looked at: the proposal that a worker prepared, or a small choice."""
    collection, choice, job = collections.find(slug), _choice(request.form), None
    who = {"actor": current_user, "scope": scope_of(current_user)}
    try:
        if key := request.form.get("proposal"):
            job = _job(slug, key)
            choice = Choice.from_data(job.parameters)
            publishing.publish_proposal(slug, proposing.read(job), **who)
        elif publishing.check(collection, choice, scope=who["scope"]) <= publishing.AT_ONCE:
            publishing.publish(slug, choice, **who)
        else:
            return redirect(_looked_at(collection, choice), HTTPStatus.SEE_OTHER)
    except Problem as problem:
        return _html(collection, choice, problem=problem), problem.status
    flash(_("Publicado. Ya se puede ver y compartir."), "ok")
    return redirect(url_for("admin.publication", slug=slug), HTTPStatus.SEE_OTHER)


@admin.post("/<slug>/publication/withdraw")
@requires(Permission.MANAGE)
def withdraw(slug: str) -> ResponseReturnValue:
    publishing.withdraw(slug, actor=current_user, scope=scope_of(current_user))
    flash(_("La página se retiró. Puede volver a publicarla cuando quiera."), "ok")
    return redirect(url_for("admin.publication", slug=slug), HTTPStatus.SEE_OTHER)


@admin.get("/<slug>/publication/poster")
@requires(Permission.MANAGE)
def poster(slug: str) -> str:
    """A sheet to be put on a wall: what it is about, the QR code and the address."""
    found, lang = publishing.shown(slug), current_language()
    page = results_page(
        found.content, lang, data_hash=found.data_hash, published_at=found.published_at
    )
    address = _address(slug)
    return render_template(
        "admin/poster.html",
        lang=lang,
        languages=language_links(),
        simulated=page.simulated,
        slug=slug,
        page=page,
        address=address,
        code=_code(address),
    )


def _job(slug: str, key: str) -> Job:
    """One's own proposal. Raises Problem NOT_FOUND."""
    job = queue.find(key, user=current_user)
    if job.collection.slug != slug or job.kind != work.PROPOSAL:
        raise Problem(ProblemCode.NOT_FOUND)
    return job


def _looked_at(collection: Collection, choice: Choice) -> str:
    """Where the choice can be looked at. Raises Problem as `publishing.check`, TOO_MANY_JOBS."""
    slug, user = collection.slug, current_user
    if publishing.check(collection, choice, scope=scope_of(user)) <= publishing.AT_ONCE:
        said = {"measure": choice.measures, "by": choice.by, "look": 1}
        agreed = {"agreed": 1, "agreed_by": choice.agreed} if choice.unanimous else {}
        return url_for("admin.publication", slug=slug, **said, **agreed)
    job = proposing.under_way(work.PROPOSAL, collection, choice, user=user) or queue.ask(
        work.PROPOSAL, collection, choice.to_data(), user=user, language=current_language()
    )
    return url_for("admin.proposal", slug=slug, key=job.id)


def _choice(said: MultiDict[str, str]) -> Choice:
    return Choice(
        measures=tuple(dict.fromkeys(said.getlist("measure"))),
        by=tuple(dict.fromkeys(said.getlist("by"))),
        unanimous="agreed" in said,
        agreed=said.get("agreed_by", ""),
    )


def _usual(collection: Collection, can: Possible) -> Choice:
    """What was published last; else every measure, overall and by territory."""
    before = publishing.releases(collection)
    if before:
        return Choice.from_data(before[-1].choice)
    return Choice(
        measures=tuple(each.name for each in can.measures),
        by=tuple(name for name in can.by if name == TERRITORY_QUESTION),
    )


def _html(
    collection: Collection,
    choice: Choice,
    *,
    proposal: Proposal | None = None,
    problem: Problem | None = None,
    job: Job | None = None,
) -> str:
    lang, slug, can = current_language(), collection.slug, publishing.possible(collection)
    survey = can.survey
    before = publishing.releases(collection)
    shown = before[-1] if before and before[-1].withdrawn_at is None else None
    address = _address(slug)

    def called(name: str) -> str:
        if name == TERRITORY_QUESTION:
            return _("Territorio")
        return survey.text(survey.question(name).label, lang) or name

    return render_template(
        "admin/publication.html",
        lang=lang,
        languages=language_links(),
        job=job,
        job_far=_far(job, lang),
        simulated=collection.simulated,
        slug=slug,
        title=survey.text(collection.texts.get("title") or survey.title, lang),
        measures=[
            (each.name, survey.text(each.label, lang) or called(each.question))
            for each in can.measures
        ],
        questions=[(name, called(name)) for name in can.by],
        choice=choice,
        most=publishing.MOST_QUESTIONS,
        least=released.THRESHOLD,
        longest=publishing.LONGEST_NOTE,
        problem=problem_words(problem) if problem else None,
        proposal=proposal,
        page=_page(proposal, lang),
        hidden=_hidden(proposal),
        shown=shown,
        again=bool(before),
        when=format_datetime(shown.published_at, "short") if shown else "",
        address=address,
        code=_code(address),
    )


def _far(job: Job | None, lang: str) -> str:
    """In words, of a proposal that is not made yet."""
    if job is None or job.state == JobState.WAITING:
        return _("espera su turno")
    if not job.total:
        return _("se está haciendo")
    return _("%(done)s de %(total)s", done=number(job.done, lang), total=number(job.total, lang))


def _page(proposal: Proposal | None, lang: str) -> Any:
    if proposal is None:
        return None
    now = utc_now()
    return results_page(proposal.content, lang, data_hash=proposal.data_hash, published_at=now)


def _hidden(proposal: Proposal | None) -> list[tuple[str, int]]:
    """Why counts are hidden, for whoever publishes alone: to readers it would help an attack."""
    words = {
        "primary": _("menos de %(least)s personas u organizaciones", least=released.THRESHOLD),
        "unanimous": _("todas respondieron lo mismo"),
        "changed": _("cambió muy poco desde la publicación anterior"),
        "complementary": _("para que no se puedan calcular las otras"),
    }
    counts = proposal.hidden if proposal else {}
    return [(text, counts[reason]) for reason, text in words.items() if counts.get(reason)]


def _address(slug: str) -> str:
    return f"{current_app.config['CABILDO_URL']}{url_for('results.page', slug=slug)}"


def _code(address: str) -> Markup:
    picture = io.BytesIO()
    made = segno.make(address, error="m")
    made.save(
        picture, kind="svg", border=4, xmldecl=False, omitsize=True, light="white", title=address
    )
    # It holds nothing but squares and the escaped address.
    return Markup(picture.getvalue().decode())  # noqa: S704
