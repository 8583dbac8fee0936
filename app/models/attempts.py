"""Failed tries at something secret, counted in the database: workers share no memory."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.columns import Moment, Word


class Attempts(db.Model):
    __tablename__ = "attempts"

    kind: Mapped[Word] = mapped_column(primary_key=True)
    # A hash of the account or code that was tried; "" counts every failure of the kind.
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    since: Mapped[datetime] = mapped_column(Moment)
