"""The sheet of cards: a phone's camera reads the link on it, and people the code."""

from __future__ import annotations

import contextlib
import io

import pypdf
import pypdfium2
import zxingcpp
from flask import Flask

from app.models import Mode
from app.reports.cards import cards_pdf
from app.services import collections
from app.services.invitations import links as invitations
from app.services.invitations import listing
from app.services.invitations.letters import Writer
from tests.invitations.conftest import SLUG


def test_each_card_leads_to_its_own_invitation(app: Flask, field, invite) -> None:
    field(mode=Mode.ANONYMOUS)
    links = {name: invite(name=name) for name in map("Persona {}".format, range(10))}
    links["María Ñancupil"] = invite(name="María Ñancupil", language="en")
    with app.test_request_context():
        collection = collections.find(SLUG)
        lines = listing.every(collection)
        codes = {line.name: invitations.code_of(line.invitation) for line in lines}
        pdf = cards_pdf(Writer(collection, "https://encuestas.example.cl"), lines, lang="es")
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 2
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    text = " ".join(page.extract_text() for page in reader.pages)
    assert all(code in text for code in codes.values())
    assert "encuestas.example.cl/i" in text
    seen: set[str] = set()
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        for page in document:
            picture = page.render(scale=3, grayscale=True)
            seen |= {code.text for code in zxingcpp.read_barcodes(picture.to_numpy())}
            picture.close()
            page.close()
    assert seen == {f"https://encuestas.example.cl{link}" for link in links.values()}
