"""Somebody who was invited changes an answer that has files."""

from __future__ import annotations

from pathlib import Path

from app.models import Attachment, Response
from tests.pictures import png

FILES = (Path(__file__).parents[1] / "definitions" / "files.yaml").read_text()
SENT = "Enviar mis respuestas"


def test_files_stay_with_both_answers(app, field, invite, phone, rows) -> None:
    field("archivos", source=FILES)
    link = invite("archivos")
    ana = phone()
    ana.open(link)
    ana.press("Comenzar")
    ana.press("Siguiente", street="Prat", **{"photo@": (png(), "a.png")})
    ana.press("Siguiente")
    ana.press("Siguiente")
    ana.press(SENT)
    ana.open(link)
    ana.press("Ver y cambiar mis respuestas")
    ana.open("/e/archivos/p/photos")
    assert "a.png (1 KB)" in ana.page.links()
    ana.press("Siguiente", street="Montt", **{"photo@": (png(red=99), "b.png")})
    ana.open("/e/archivos/review")
    ana.press(SENT)
    by_street = {response.answers["street"]: response for response in rows(Response)}
    held = {row.instance_id: row for row in rows(Attachment)}
    assert {street: held[r.instance_id].original for street, r in by_street.items()} == {
        "Prat": "a.png",
        "Montt": "b.png",
    }
    assert all(row.arrived for row in held.values())
    assert len(held) == 2
