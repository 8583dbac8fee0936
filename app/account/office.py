"""For who administers the service: who did what, and whom it lets in to which territories."""

from __future__ import annotations

import json
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime, gettext
from flask_babel import gettext as _
from flask_security import current_user

from app.language import current_language, language_links
from app.models import AuditEntry
from app.permissions import Permission, requires
from app.services import accounts, watching
from app.words.audit import GROUPS, action_words, detail_words
from app.words.people import ROLES

office = Blueprint("office", __name__)
FILTERS = ("actor", "action", "subject", "since", "until")
LONGEST = 400


@office.after_request
def _keep_no_copy(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@office.get("/audit")
@requires(Permission.ADMINISTER, everywhere=True)
def audit() -> str:
    """``before``: where the page before ended."""
    kept = {name: text for name in FILTERS if (text := _given(name))}
    found = watching.listed(
        watching.Asked(
            actor=_given("actor"),
            action=_given("action"),
            subject=_given("subject"),
            since=_day("since"),
            until=_day("until"),
            before=_number("before"),
        )
    )
    return render_template(
        "account/audit.html",
        lang=current_language(),
        languages=language_links(**kept),
        lines=[_line(each) for each in found.entries],
        groups=[(name, gettext(words)) for name, words in GROUPS.items()],
        asked=kept,
        next_url=url_for("office.audit", **kept, before=found.before) if found.before else None,
        first_url=url_for("office.audit", **kept) if "before" in request.args else None,
    )


@office.get("/people")
@requires(Permission.ADMINISTER, everywhere=True)
def people() -> str:
    return render_template(
        "account/people.html",
        lang=current_language(),
        languages=language_links(),
        lines=[
            {
                "email": each.email,
                "name": each.name,
                "roles": ", ".join(gettext(ROLES[role.name]) for role in each.roles),
                "territories": [place.name for place in each.territories],
                "simulated": each.simulated,
                "url": url_for("office.person", key=each.id),
            }
            for each in accounts.list_users()
        ],
    )


@office.get("/people/<key>")
@requires(Permission.ADMINISTER, everywhere=True)
def person(key: str) -> str:
    user = accounts.of_key(key)
    return render_template(
        "account/person.html",
        lang=current_language(),
        languages=language_links(),
        user=user,
        roles=", ".join(gettext(ROLES[role.name]) for role in user.roles),
        simulated=user.simulated,
        chosen={place.code for place in user.territories},
        territories=accounts.places(simulated=user.simulated),
    )


@office.post("/people/<key>")
@requires(Permission.ADMINISTER, everywhere=True)
def limit(key: str) -> ResponseReturnValue:
    """Without any territory ticked: no limit."""
    user = accounts.of_key(key)
    codes = request.form.getlist("territory")
    if user.id == current_user.id and codes:
        flash(_("Nadie limita su propia cuenta: no podría volver a entrar aquí."), "error")
    else:
        accounts.limit_user(user.email, codes, actor=current_user)
        flash(_("Guardado. Vale desde ahora, también si está en la página."), "ok")
    return redirect(url_for("office.person", key=key), HTTPStatus.SEE_OTHER)


def _line(each: AuditEntry) -> dict[str, Any]:
    details = "; ".join(
        f"{detail_words(name)}: {_told(value)}"
        for name, value in (each.details or {}).items()
        if value not in (None, "", [], {})
    )
    return {
        "at": format_datetime(each.at, "medium"),
        "actor": each.actor,
        "action": action_words(each.action),
        "subject": _plain(each.subject),
        "details": _plain(details),
    }


def _told(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _plain(text: str) -> str:
    shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return shown if len(shown) <= LONGEST else shown[:LONGEST] + "…"


def _given(name: str) -> str:
    return _plain(request.args.get(name, "").strip())[:255]


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
