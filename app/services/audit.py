"""Notes who did what. The caller commits."""

from __future__ import annotations

from app.extensions import db
from app.models import AuditEntry, User


def note(action: str, subject: str, *, actor: User | None = None, **details: object) -> None:
    """Add one line to the audit; ``actor`` is None on the command line."""
    db.session.add(entry(action, subject, actor=actor, **details))


def entry(action: str, subject: str, *, actor: User | None = None, **details: object) -> AuditEntry:
    """The line by itself, for who has a transaction to end before it is added."""
    return AuditEntry(
        user_id=actor.id if actor else None,
        actor=actor.email if actor else "cli",
        action=action,
        subject=subject,
        details={name: _storable(value) for name, value in details.items()},
    )


def _storable(value: object) -> object:
    """A file's name may hold bytes that are no text: the note of an import must not refuse it."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
