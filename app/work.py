"""All kinds of jobs: what a worker does. A new kind adds its line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.models import Job, User
from app.permissions import Permission, may, scope_of
from app.reports import asked, summary
from app.services.audit import note_read
from app.services.exports.stream import note_export
from app.services.jobs import exporting, proposing
from app.services.jobs.kinds import Kind, Task, table
from app.services.scope import Scope

EXPORT, BUNDLE, REPORT, PROPOSAL = "export", "bundle", "report", "proposal"
FILES = frozenset({EXPORT, BUNDLE, REPORT})
"""What is asked for to be taken away."""

KINDS = table(
    [
        Kind(name=EXPORT, run=exporting.run, check=exporting.check, permission=Permission.EXPORT),
        Kind(name=BUNDLE, run=exporting.bundled(summary.chosen_how), permission=Permission.EXPORT),
        Kind(name=REPORT, run=asked.run, check=asked.check, permission=Permission.ANALYSE),
        Kind(
            name=PROPOSAL,
            run=proposing.run,
            check=proposing.check,
            permission=Permission.MANAGE,
        ),
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


def note_taken(job: Job, *, actor: User) -> None:
    """Write down who takes the file that a job made."""
    slug = job.collection.slug
    if job.kind == REPORT:
        note_read("report.read", slug, actor=actor, file=job.file_name)
    else:
        note_export(slug, actor=actor, format=job.kind, file=job.file_name)
