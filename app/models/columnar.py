"""What is to be read again of responses: noted by the database itself, whoever writes there.

Triggers in the migrations note every response that is added, changed or erased (``fresh``: it was
added, so it can be in no part yet). Neither table has a running number: in an anonymous collection
nothing may tell who answered after whom.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db


class ResponseChange(db.Model):
    __tablename__ = "response_changes"
    __table_args__ = ({"sqlite_with_rowid": False},)

    # No foreign keys: a response that is gone is what some of these tell, and each would be looked
    # up for every response that is received.
    collection_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    response_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    # Random: it tells this change from a later one of the same response.
    token: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    fresh: Mapped[bool]


class ColumnarState(db.Model):
    """Which manifest of a collection's parts holds all that is no longer noted as changed."""

    __tablename__ = "columnar_states"
    __table_args__ = ({"sqlite_with_rowid": False},)

    collection_id: Mapped[str] = mapped_column(
        ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True
    )
    generation: Mapped[str] = mapped_column(String(36))
