"""All kinds of jobs: what a worker does. A new kind adds its line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.models import User
from app.permissions import Permission, may, scope_of
from app.reports import summary
from app.services.jobs import exporting
from app.services.jobs.kinds import Kind, Task, table
from app.services.scope import Scope

EXPORT, BUNDLE = "export", "bundle"

KINDS = table(
    [
        Kind(name=EXPORT, run=exporting.run, check=exporting.check, permission=Permission.EXPORT),
        Kind(name=BUNDLE, run=exporting.bundled(summary.chosen_how), permission=Permission.EXPORT),
    ]
)


def authorise(user: User, permission: str) -> Scope | None:
    """Within which territories somebody's job may be done now; None: it may not be any more."""
    allowed = user.active and may(user, Permission(permission))
    return scope_of(user) if allowed else None


def check(
    kind: str, slug: str, parameters: Mapping[str, Any], *, user: User, language: str
) -> None:
    """Raises at once the Problem that somebody's job would end with."""
    found = KINDS[kind]
    if found.check is not None:
        found.check(
            Task(
                slug=slug,
                parameters=parameters,
                scope=scope_of(user),
                language=language,
                progress=lambda _done, _total: None,
            )
        )
