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
    """What came from outside may hold what no column takes: a note of it must not be refused."""
    if isinstance(value, list):
        return [_storable(each) for each in value]
    if not isinstance(value, str):
        return value
    return value.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def note_read(action: str, subject: str, *, actor: User, **details: object) -> None:
    """Write down, at once, that somebody saw or took away what people answered.

    For who only read: what was read ends first, since SQLite refuses to write in a transaction
    that began by reading when somebody else wrote in between.
    """
    written = entry(action, subject, actor=actor, **details)
    db.session.rollback()
    db.session.add(written)
    db.session.commit()
