"""Who may do what. Every view declares one of these, and a test fails for a view that doesn't."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from typing import Any

from flask import abort, redirect, request
from flask_security import current_user, url_for_security

from app.errors import Problem, ProblemCode
from app.models.response import Channel
from app.models.token import TokenScope
from app.models.user import RoleName
from app.services.audit import note_read
from app.services.scope import EVERYWHERE, Scope

View = Callable[..., Any]


class Permission(StrEnum):
    """What a view may ask of the person who opens it."""

    PUBLIC = "public"
    # What is one's own: everybody who signs in.
    ACCOUNT = "account"
    PREVIEW = "preview"
    ANALYSE = "analyse"
    EXPORT = "export"
    # Collections: who is invited, what arrived and waits for review, who still has to answer.
    MANAGE = "manage"
    # Territories, organisations with their contacts, plans.
    REGISTER = "register"
    # Interviews, and paper forms typed in.
    INTERVIEW = "interview"
    # Who may sign in and what everybody did.
    ADMINISTER = "administer"


_EVALUATES = frozenset(
    {Permission.ACCOUNT, Permission.PREVIEW, Permission.ANALYSE, Permission.EXPORT}
)
_MANAGES = _EVALUATES | {Permission.MANAGE, Permission.REGISTER, Permission.INTERVIEW}
GRANTS: Mapping[str, frozenset[Permission]] = {
    RoleName.ADMINISTRATOR: _MANAGES | {Permission.ADMINISTER},
    RoleName.MANAGER: _MANAGES,
    RoleName.EVALUATOR: _EVALUATES,
    RoleName.INTERVIEWER: frozenset({Permission.ACCOUNT, Permission.PREVIEW, Permission.INTERVIEW}),
}


def may(user: Any, permission: Permission) -> bool:
    """True when one of the user's roles grants the permission."""
    if permission is Permission.PUBLIC:
        return True
    return user.is_authenticated and any(
        permission in GRANTS.get(role.name, ()) for role in user.roles
    )


def scope_of(user: Any) -> Scope:
    """The responses that somebody may see: those of their territories, if they are limited."""
    territories = frozenset(each.id for each in user.territories) if user.is_authenticated else ()
    return Scope(frozenset(territories)) if territories else EVERYWHERE


SCOPES: Mapping[TokenScope, Permission] = {
    TokenScope.READ: Permission.ANALYSE,
    TokenScope.EXPORT: Permission.EXPORT,
    TokenScope.MANAGE: Permission.MANAGE,
    TokenScope.SUBMIT: Permission.INTERVIEW,
}
"""What somebody must be allowed to do to make a token for it."""

CHANNELS: Mapping[Channel, Permission] = {
    Channel.WEB: Permission.PUBLIC,
    Channel.INTERVIEW: Permission.INTERVIEW,
    Channel.PAPER: Permission.INTERVIEW,
    Channel.API: Permission.MANAGE,
}
"""What sending responses through a channel takes."""


def channel_problem(channel: Channel) -> Problem | None:
    """Why whoever sends may not send through the channel; None: they may."""
    permission = CHANNELS[channel]
    if permission is Permission.PUBLIC or may(current_user, permission):
        return None
    if not current_user.is_authenticated:
        return Problem(ProblemCode.NOT_SIGNED_IN)
    return Problem(ProblemCode.CHANNEL_NOT_ALLOWED, channel=channel.value)


def public(view: View) -> View:
    """Anybody may open the view."""
    view.permission = Permission.PUBLIC
    return view


def requires(
    permission: Permission, *, everywhere: bool = False, noted: str = ""
) -> Callable[[View], View]:
    """Only people with the permission; others log in first, or are told that they may not.

    ``everywhere``: what the view changes is the same for all territories, so nobody who is limited
    to some of them may. ``noted``: what the audit calls reading it, where people's data are shown.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return redirect(url_for_security("login", next=request.full_path))
            if not may(current_user, permission):
                abort(403)
            if everywhere and scope_of(current_user).limited:
                raise Problem(ProblemCode.NOT_FOR_SOME)
            answer = view(*args, **kwargs)
            if noted:
                note_read(noted, "/".join(map(str, kwargs.values())), actor=current_user)
            return answer

        guarded.permission = permission
        return guarded

    return decorate
