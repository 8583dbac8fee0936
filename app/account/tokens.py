"""Keys for programs: made, shown once, taken back."""

from __future__ import annotations

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from flask_security import current_user

from app.account.blueprint import account
from app.errors import Problem, ProblemCode
from app.language import current_language, language_links
from app.models import ApiToken, TokenScope
from app.models.columns import today
from app.permissions import SCOPES, Permission, may, requires
from app.services import tokens as service
from app.words.messages import problem_words
from app.words.programs import SCOPES as WORDS

REFUSALS = {ProblemCode.KEY_EMPTY, ProblemCode.KEY_DAYS}
DAYS = (30, 90, 180, 365)


@account.get("/tokens")
@requires(Permission.ACCOUNT)
def tokens() -> str:
    return _page()


@account.post("/tokens")
@requires(Permission.ACCOUNT)
def add_token() -> ResponseReturnValue:
    days = request.form.get("days", "")
    try:
        row, secret = service.add(
            current_user,
            name=request.form.get("name", ""),
            scopes=[str(scope) for scope in _offered() if scope in request.form.getlist("scope")],
            days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
            day=today(),
            actor=current_user,
        )
    except Problem as problem:
        if problem.code not in REFUSALS:
            raise
        return _page(fault=" ".join(problem_words(problem))), HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(made=row, secret=secret)


@account.post("/tokens/<key>/revoke")
@requires(Permission.ACCOUNT)
def revoke_token(key: str) -> ResponseReturnValue:
    service.revoke(key, day=today(), owner=current_user, actor=current_user)
    flash(_("La clave ya no abre nada."), "ok")
    return redirect(url_for("account.tokens"), HTTPStatus.SEE_OTHER)


def _page(*, made: ApiToken | None = None, secret: str = "", fault: str = "") -> str:
    return render_template(
        "account/tokens.html",
        lang=current_language(),
        languages=language_links(),
        lines=[_line(row) for row in service.listed(current_user)],
        offered=[(scope, *map(_, WORDS[scope])) for scope in _offered()],
        asked=request.form,
        days=DAYS,
        usual=service.USUAL_DAYS,
        made=made,
        secret=secret,
        fault=fault,
        day=format_date,
    )


def _offered() -> list[TokenScope]:
    """What the person may do, a program of theirs may be let do."""
    return [scope for scope in TokenScope if may(current_user, SCOPES[scope])]


def _line(row: ApiToken) -> dict[str, object]:
    if row.revoked_on:
        state = _("retirada")
    elif row.expires_on <= today():
        state = _("vencida")
    else:
        state = ""
    uses = [_(WORDS[TokenScope(scope)][0]) for scope in row.scopes]
    return {"row": row, "uses": uses, "state": state}
