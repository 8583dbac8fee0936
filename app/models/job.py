"""Work that takes longer than a request: who asked for what, how far it is, and what came of it.

A worker that takes a job holds it for a moment at a time; one that is killed lets go by itself.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.collection import Collection
from app.models.columns import Json, Key, Moment, Name, Word, one_of, utc_now
from app.models.user import User


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(db.Model):
    __tablename__ = "jobs"
    __table_args__ = (
        one_of("state", JobState),
        CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="held_if_running"),
        CheckConstraint("(state = 'done') = (file_bytes IS NOT NULL)", name="file_if_done"),
        Index("ix_jobs_state", "state", "created_at"),
        Index("ix_jobs_user_id", "user_id", "created_at"),
    )

    id: Mapped[Key]
    kind: Mapped[Word]
    parameters: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    collection_id: Mapped[str] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    # In which its file speaks.
    language: Mapped[str] = mapped_column(String(16))
    state: Mapped[Word] = mapped_column(default=JobState.WAITING)
    # How far it is, in steps of its own; ``total`` 0: nobody knows of how many.
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    # Who holds it, and until when; and how many times somebody has.
    worker: Mapped[str] = mapped_column(String(36), default="")
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    # Why it failed: a code of `app.errors` with its context.
    problem: Mapped[dict[str, Any] | None] = mapped_column(Json)
    file_name: Mapped[Name] = mapped_column(default="")
    file_type: Mapped[Name] = mapped_column(default="")
    file_bytes: Mapped[int | None] = mapped_column(BigInteger)
    # The territories that the file is limited to; null: it is not.
    territories: Mapped[list[str] | None] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)

    user: Mapped[User] = relationship()
    collection: Mapped[Collection] = relationship()
