"""Files that people hand in with their answers. The answer is the file's name; this is the file.

A row stands for all responses and the draft with that instance id: what is kept twice for review
is one file. It is there before its file: a response tells at once which of its files are missing.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.columns import Key, Name, Word


class Attachment(db.Model):
    __tablename__ = "attachments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["collection_id", "mode"], ["collections.id", "collections.mode"], ondelete="CASCADE"
        ),
        Index("uq_attachments_name", "collection_id", "instance_id", "name", unique=True),
        # What a file was called on somebody's phone can say whose it was.
        CheckConstraint("mode = 'confidential' OR original = ''", name="anonymous_unnamed"),
        CheckConstraint(
            "NOT arrived OR (size IS NOT NULL AND sha256 IS NOT NULL AND kind IS NOT NULL)",
            name="arrived_whole",
        ),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[Key]
    collection_id: Mapped[str] = mapped_column(String(36))
    mode: Mapped[Word]
    instance_id: Mapped[str] = mapped_column(String(36), index=True)
    # What the answer says: made by us, or by the phone that sends the file later.
    name: Mapped[Name]
    question: Mapped[Name]
    original: Mapped[Name] = mapped_column(default="")
    # The media type that its content tells.
    kind: Mapped[str | None] = mapped_column(String(100))
    # Of what is kept: what a photograph told besides itself was taken out.
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    # What a phone says of a file that it sends after its answers.
    sent_size: Mapped[int | None] = mapped_column(BigInteger)
    sent_sha256: Mapped[str | None] = mapped_column(String(64))
    arrived: Mapped[bool] = mapped_column(default=False)
    expected_on: Mapped[date]

    @property
    def key(self) -> str:
        """Where its content is kept (`app.storage`)."""
        return f"responses/{self.id[:2]}/{self.id}"
