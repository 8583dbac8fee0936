"""Other systems that are told of responses: which, what went to them, and what came of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_datetime
from flask_babel import gettext as _
from flask_security import current_user

from app.admin.blueprint import admin
from app.errors import Problem, ProblemCode
from app.language import current_language, language_links
from app.models import Collection, Delivery, DeliveryState, Mode, Webhook, WebhookEvent
from app.models.columns import today
from app.permissions import Permission, requires, scope_of
from app.services import collections
from app.services.webhooks import hooks
from app.words.messages import problem_words
from app.words.programs import DELIVERIES, EVENTS, REASONS, WEBHOOK_PROBLEMS

REFUSALS = frozenset(WEBHOOK_PROBLEMS)
KINDS = {
    DeliveryState.WAITING: "",
    DeliveryState.DONE: "ok",
    DeliveryState.FAILED: "error",
}


@admin.get("/<slug>/webhooks")
@requires(Permission.MANAGE)
def webhooks(slug: str) -> str:
    return _page(collections.find(slug))


@admin.post("/<slug>/webhooks")
@requires(Permission.MANAGE)
def add_webhook(slug: str) -> ResponseReturnValue:
    collection = collections.find(slug)
    try:
        made = hooks.add(
            collection,
            request.form.get("url", "").strip(),
            request.form.getlist("event"),
            user=current_user,
            day=today(),
            private=current_app.config["CABILDO_WEBHOOKS_PRIVATE"],
        )
    except Problem as problem:
        if problem.code not in REFUSALS:
            raise
        fault = " ".join(problem_words(problem))
        return _page(collection, fault=fault), HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(collection, made=made)


@admin.post("/<slug>/webhooks/<key>/<action>")
@requires(Permission.MANAGE)
def change_webhook(slug: str, key: str, action: str) -> ResponseReturnValue:
    collection = collections.find(slug)
    if action == "remove":
        hooks.remove(collection, key, **_who())
        flash(_("Ya no se avisa a esa dirección."), "ok")
    elif action == "test":
        hooks.ask_test(collection, key, **_who())
        flash(_("El aviso de prueba está por salir. Vea abajo qué respondió."), "ok")
    else:
        abort(HTTPStatus.NOT_FOUND)
    return redirect(url_for("admin.webhooks", slug=slug), HTTPStatus.SEE_OTHER)


def _page(collection: Collection, *, made: Webhook | None = None, fault: str = "") -> str:
    lang = current_language()
    survey = collections.fielded(collection)
    return render_template(
        "admin/webhooks.html",
        lang=lang,
        languages=language_links(),
        simulated=collection.simulated,
        slug=collection.slug,
        title=survey.text(collection.texts.get("title") or survey.title, lang),
        possible=collection.mode == Mode.CONFIDENTIAL,
        refusal=" ".join(problem_words(Problem(ProblemCode.WEBHOOK_ANONYMOUS))),
        hooks=[_hook(each) for each in hooks.listed(collection, **_who())],
        events=[(str(event), _(EVENTS[event])) for event in hooks.WANTED],
        deliveries=[_delivery(each) for each in hooks.log(collection, **_who())],
        asked=request.form,
        secret=hooks.secret_of(made) if made else "",
        fault=fault,
    )


def _who() -> dict[str, Any]:
    return {"scope": scope_of(current_user), "user": current_user}


def _hook(hook: Webhook) -> dict[str, Any]:
    return {
        "key": hook.id,
        "url": hook.url,
        "events": [_(EVENTS[WebhookEvent(each)]) for each in hook.events],
        "by": hook.user.name or hook.user.email,
        "since": format_date(hook.created_on),
    }


def _delivery(row: Delivery) -> dict[str, Any]:
    answered = _("respondió %(status)s", status=row.status) if row.status else ""
    reason = _(REASONS[row.reason]) if row.reason in REASONS else answered
    again = row.state == DeliveryState.WAITING and row.attempts
    return {
        "at": format_datetime(row.created_at, "short"),
        "event": _(EVENTS[WebhookEvent(row.event)]),
        "url": row.webhook.url,
        "state": _(DELIVERIES[DeliveryState(row.state)]),
        "kind": KINDS[DeliveryState(row.state)],
        "reason": reason,
        "attempts": row.attempts,
        "again": format_datetime(row.due_at, "short") if again else "",
    }
