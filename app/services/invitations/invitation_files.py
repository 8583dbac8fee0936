"""Invitations as a file for a mail merge, and the note that somebody took the links away."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from app.extensions import db
from app.models import Collection, User
from app.services import collections
from app.services.audit import note
from app.services.invitations import listing
from app.services.invitations.letters import Writer
from app.services.invitations.listing import Line, Which
from app.services.scope import EVERYWHERE, Scope
from encuestas.export import harmless

COLUMNS = (
    "id", "organisation", "name", "email", "phone", "language", "link", "code", "address",
    "answered", "message",
)  # fmt: skip


def lines_to_take(
    slug: str,
    fmt: str,
    *,
    which: Which = Which.SILENT,
    actor: User | None = None,
    scope: Scope = EVERYWHERE,
) -> tuple[Collection, Sequence[Line]]:
    """The invitations of a file that is taken away; by default those that can still be used."""
    collection = collections.find(slug)
    lines = listing.every(collection, which=which, scope=scope)
    note("invitation.export", slug, actor=actor, format=fmt, count=len(lines))
    db.session.commit()
    return collection, lines


def as_csv(collection: Collection, lines: Sequence[Line], *, url: str) -> str:
    """A row for each; with a byte order mark, by which spreadsheets know the accents."""
    writer, file = Writer(collection, url), io.StringIO()
    rows = csv.writer(file, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for line in lines:
        said = writer.said(line)
        cells = (
            line.invitation.id, line.code, line.name, line.email, line.phone, said.language,
            said.link, said.code, said.door, "1" if line.answered else "0", said.text,
        )  # fmt: skip
        rows.writerow([harmless(cell) for cell in cells])
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + file.getvalue()


def as_text(collection: Collection, lines: Sequence[Line], *, url: str) -> str:
    """A message for each, to be copied: the telephone or address, and what to say."""
    writer = Writer(collection, url)
    return "\n".join(
        f"{line.phone or line.email or line.name}\t{writer.said(line).text}" for line in lines
    )
