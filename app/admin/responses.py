"""The responses of a collection: found by filters in the address, decided many at once."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, gettext, ngettext
from flask_babel import gettext as _
from flask_security import current_user

from app.admin.blueprint import admin
from app.admin.frame import frame, plain, typed_text
from app.errors import Problem, ProblemCode
from app.language import current_language
from app.models import Collection, ReviewAction
from app.permissions import Permission, requires, scope_of
from app.reports.words import number
from app.services import audit, collections
from app.services.review import deciding, finding
from app.services.review.finding import Asked, Line
from app.words.responses import CHANNELS, KINDS, RULES, STATES

FILTERS = ("state", "territory", "channel", "version", "since", "until", "q", "ids", "flag")
MOST_FLAG = 200
MOST_KEPT = 40 * finding.MOST_KEYS
"""Of a filter's text: longer is none that a page of ours wrote."""


@admin.get("/<slug>/responses")
@requires(Permission.MANAGE)
def responses(slug: str) -> str:
    """``after``: where the page before ended; ``ids``: keys with commas between them; ``flag``: a
    rule of quality, as the overview counts it."""
    collection, asked = collections.find(slug), _asked()
    found = finding.listed(collection, asked, scope=scope_of(current_user))
    given = {name: plain(request.args.get(name, ""))[:MOST_KEPT] for name in FILTERS}
    kept = {name: text for name, text in given.items() if text}
    count = number(found.found, current_language())
    more = url_for("admin.responses", slug=slug, **kept, after=found.after)
    html = render_template(
        "admin/responses.html",
        **frame(collection, **kept),
        lines=[_line(slug, line) for line in found.lines],
        found=ngettext("%(count)s respuesta", "%(count)s respuestas", found.found, count=count),
        organisations=collection.respondent == "organisation",
        decidable=any(line.state in deciding.DECIDABLE for line in found.lines),
        asked=kept,
        choices=_choices(collection, asked.flag),
        next_url=more if found.after else None,
        first_url=url_for("admin.responses", slug=slug, **kept) if asked.after else None,
    )
    audit.note_read("response.list", slug, actor=current_user, found=found.found, **kept)
    return html


@admin.post("/<slug>/responses/decide")
@requires(Permission.MANAGE)
def decide_responses(slug: str) -> ResponseReturnValue:
    """Those that were ticked. The first press asks, the second does it."""
    collection = collections.find(slug)
    keys = request.form.getlist("key")[: deciding.MOST_AT_ONCE]
    action, asked = request.form.get("action", ""), request.form.get("confirm") == "1"
    if action not in deciding.STATES:
        raise Problem(ProblemCode.MALFORMED)
    reason = typed_text("reason", deciding.LONGEST_TEXT)
    lacking = action == ReviewAction.REJECT and not reason
    if not keys:
        flash(_("Marque primero las respuestas."), "error")
        return redirect(url_for("admin.responses", slug=slug), HTTPStatus.SEE_OTHER)
    if not asked or lacking:
        html = render_template(
            "admin/responses_confirm.html",
            **frame(collection),
            keys=keys,
            action=action,
            lacking=lacking and asked,
            longest=deciding.LONGEST_TEXT,
        )
        return html, HTTPStatus.UNPROCESSABLE_ENTITY if asked else HTTPStatus.OK
    chosen, scope = ReviewAction(action), scope_of(current_user)
    changed = deciding.decide(collection, keys, chosen, reason, actor=current_user, scope=scope)
    flash(_changed_words(changed, len(keys)), "ok" if changed else "warn")
    return redirect(url_for("admin.responses", slug=slug), HTTPStatus.SEE_OTHER)


def _line(slug: str, line: Line) -> dict[str, Any]:
    return {
        "key": line.key,
        "url": url_for("admin.response", slug=slug, key=line.key),
        "day": format_date(line.day, "medium"),
        "state": gettext(STATES[line.state]),
        "kind": KINDS[line.state],
        "territory": line.territory,
        "organisation": line.organisation,
        "channel": gettext(CHANNELS[line.channel]),
        "version": line.version,
        "revises": line.revises,
    }


def _changed_words(changed: int, asked: int) -> str:
    words = ngettext("Cambió %(num)s respuesta.", "Cambiaron %(num)s respuestas.", changed)
    if changed < asked:
        words += " " + _("Las demás ya estaban así, u otra ocupa su lugar.")
    return str(words)


def _asked() -> Asked:
    given = request.args
    return Asked(
        state=given.get("state", ""),
        territory=given.get("territory", ""),
        channel=given.get("channel", ""),
        version=given.get("version", ""),
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
        text=given.get("q", "")[:100],
        keys=tuple(key for key in given.get("ids", "").replace("\0", "").split(",") if key),
        flag=given.get("flag", "")[:MOST_FLAG],
        after=given.get("after", ""),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _choices(collection: Collection, flag: str) -> dict[str, list[tuple[Any, str]]]:
    scope = scope_of(current_user)
    counts = finding.states(collection, scope=scope)
    return {
        "state": [
            (state, f"{gettext(STATES[state])} ({number(counts[state], current_language())})")
            for state in finding.SHOWN_STATES
            if counts.get(state)
        ],
        "territory": [(each.code, each.name) for each in scope.of(collection.territories)],
        "channel": [(channel, gettext(words)) for channel, words in CHANNELS.items()],
        "flag": [
            (flag if flag.partition(".")[0] == rule else str(rule), gettext(words))
            for rule, words in RULES.items()
        ],
        "version": [(name, name) for name in finding.versions(collection, scope=scope)],
    }
