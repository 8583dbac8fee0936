"""Who asks: a program with a personal token, or a person who signed in. A token never gives more
than its owner's roles and territories; it may give less."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app, g, request
from flask_security import current_user

from app.errors import Problem, ProblemCode
from app.models import TokenScope
from app.models.columns import today, utc_now
from app.permissions import Permission, View, may
from app.services import tokens


def identify() -> None:
    """Before each request: who carries a token is its owner, whatever cookies say."""
    secret = _secret()
    if secret is None:
        return
    token = tokens.holder(secret, now=utc_now(), day=today())
    g.token = token
    # What Flask-Login would fill in from the session's cookie, had there been no token.
    current_app.login_manager._update_request_context_with_user(token.user)


def _secret() -> str | None:
    """From ``Bearer``, or the password of ``Basic``, which is all that spreadsheets offer."""
    given = request.authorization
    if given is None:
        return None if "Authorization" not in request.headers else ""
    if given.type == "bearer":
        return given.token or ""
    return (given.password or "") if given.type == "basic" else ""


def allows(permission: Permission, scope: TokenScope) -> Callable[[View], View]:
    """Only people with the permission, and of their tokens only those for this."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            require(permission, scope)
            return view(*args, **kwargs)

        guarded.permission = permission
        return guarded

    return decorate


def require(permission: Permission, scope: TokenScope) -> None:
    """Raises Problem KEY_NEEDED, KEY_TOO_NARROW or NOT_ALLOWED."""
    if not current_user.is_authenticated:
        raise Problem(ProblemCode.KEY_NEEDED)
    if not has(scope):
        raise Problem(ProblemCode.KEY_TOO_NARROW, scope=scope)
    if not may(current_user, permission):
        raise Problem(ProblemCode.NOT_ALLOWED)


def has(scope: TokenScope) -> bool:
    """Whether the token, if one was given, is for this."""
    token = g.get("token")
    return token is None or scope in token.scopes
