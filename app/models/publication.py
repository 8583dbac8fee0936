"""Results given back to the community: what was published, when, and as it was then."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.columns import Json, Key, Moment, utc_now


class Publication(db.Model):
    """One release of a collection's results. The newest is the one at ``/r/<slug>``.

    ``content`` is all that the page needs: nothing is counted again when somebody looks.
    ``cells`` are the counts that it lets out, against which the next release is compared.
    """

    __tablename__ = "publications"
    __table_args__ = (
        UniqueConstraint("collection_id", "number"),
        CheckConstraint("number > 0", name="number_counts"),
    )

    id: Mapped[Key]
    collection_id: Mapped[str] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    number: Mapped[int]
    choice: Mapped[dict[str, Any]] = mapped_column(Json)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    cells: Mapped[dict[str, Any]] = mapped_column(Json)
    data_hash: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
