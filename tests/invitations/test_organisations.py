"""An organisation with an invitation has one vote, is not asked who it is, and may change it."""

from __future__ import annotations

import pytest
from flask import Flask

from app.extensions import db
from app.models import Access, Collection, Organisation, Response, Territory
from tests.invitations.conftest import BOTH

SENT = "Enviar mis respuestas"


@pytest.fixture
def codes(app: Flask):
    """Codes of the organisation and territory of each response, by its state."""

    def read() -> dict[str, tuple[str, str, int]]:
        with app.app_context():
            query = (
                db.select(Response, Organisation.code, Territory.code)
                .join(Organisation, Organisation.id == Response.organisation_id)
                .join(Territory, Territory.id == Response.territory_id)
            )
            return {
                response.state: (organisation, territory, response.answers["mark"])
                for response, organisation, territory in db.session.execute(query)
            }

    return read


@BOTH
def test_its_vote_is_its_own(field_votes, invite, phone, rows, codes) -> None:
    field_votes()
    link = invite(organisation="O-1")
    someone = phone()
    someone.open(link)
    assert "Invitación para la organización Junta 1." in someone.page.text
    someone.press("Comenzar")
    assert "¿Cuál es?" not in someone.page.text
    # What somebody says of being another one is not listened to.
    someone.press("Siguiente", mark=4, organisation="O-2", territory="T-2")
    someone.press(SENT)
    assert codes() == {"submitted": ("O-1", "T-1", 4)}
    assert rows(Response)[0].answers == {"organisation": "O-1", "mark": 4}
    someone.open(link)
    someone.press("Ver y cambiar mis respuestas")
    assert "¿Qué nota le pone?" in someone.page.text
    someone.open("/e/barrio/p/marks")
    someone.press("Siguiente", mark=7)
    someone.press(SENT)
    assert codes() == {"replaced": ("O-1", "T-1", 4), "submitted": ("O-1", "T-1", 7)}


@BOTH
def test_a_vote_cast_without_the_link_waits_for_review(
    field_votes, invite, phone, codes, change
) -> None:
    field_votes()
    change(Collection, access=Access.BOTH)
    pretender = phone()
    pretender.open("/e/barrio")
    pretender.press("Comenzar")
    pretender.press("Siguiente", organisation="O-1", territory="T-2")
    pretender.press("Siguiente", mark=1)
    pretender.press(SENT)
    link = invite(organisation="O-1")
    real = phone()
    real.open(link)
    real.press("Comenzar")
    real.press("Siguiente", mark=7)
    real.press(SENT)
    assert "Guardamos las dos y el equipo las revisará" in real.page.text
    assert codes() == {"submitted": ("O-1", "T-1", 1), "conflict": ("O-1", "T-1", 7)}
    real.open(link)
    assert "el equipo las está revisando" in real.page.text
    assert real.page.forms == ()
    real.post(link, {"lang": "es"})
    assert "el equipo las está revisando" in real.page.text
