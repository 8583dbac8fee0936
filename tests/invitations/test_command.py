"""`cabildo invitations` as somebody types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.cli import cabildo
from app.models import Invitation
from tests.invitations.conftest import SLUG


@pytest.fixture
def run(app: Flask, field):
    field()
    runner = app.test_cli_runner()

    def typed(*words: str):
        with app.app_context():
            return runner.invoke(cabildo, ["invitations", *words])

    return typed


def test_one_by_one(run, phone, rows) -> None:
    made = run("make", SLUG, "--name", "Ana", "--phone", "912345678")
    key, link, code = made.output.strip().split("\t")
    assert phone().client.get(link.removeprefix("http://localhost")).status_code == 200
    assert len(code) == 14
    texts = run("export", SLUG, "--format", "txt").output
    assert texts.startswith("+56912345678\tHola, Ana.")
    assert run("revoke", SLUG, key).exit_code == 0
    assert rows(Invitation)[0].revoked_at is not None
    assert run("make", SLUG).exit_code == 2


def test_from_a_file_and_to_files(run, rows, tmp_path: Path) -> None:
    file = tmp_path / "lista.csv"
    file.write_text("name,email\nAna,ana@example.org\nEva,eva@\n")
    looked = run("make", SLUG, "--csv", str(file))
    assert "fila 3: «eva@» no sirve como correo." in looked.output
    assert rows(Invitation) == []
    assert "Invitaciones hechas: 1." in run("make", SLUG, "--csv", str(file), "--yes").output
    cards = tmp_path / "cards.pdf"
    assert run("export", SLUG, "--format", "pdf", "-o", str(cards)).exit_code == 0
    assert cards.read_bytes().startswith(b"%PDF")
    assert "ana@example.org" in run("export", SLUG).output
