"""`cabildo user`: whom a manager limits to some territories, and how the limit is lifted."""

from __future__ import annotations

from click.testing import CliRunner, Result
from flask import Flask

from app.cli import cabildo
from app.extensions import db
from app.models import AuditEntry, Territory, User
from app.permissions import scope_of
from app.services import accounts


def run(app: Flask, *words: str) -> Result:
    with app.app_context():
        return CliRunner().invoke(cabildo, ["user", *words])


def test_somebody_is_limited_to_territories_and_let_go_again(app: Flask) -> None:
    with app.app_context():
        accounts.ensure_roles()
        db.session.add_all(Territory(code=f"T-{n}", name=f"Zona {n}") for n in (1, 2))
        db.session.commit()
    added = run(app, "add", "ana@example.cl", "--role", "evaluator", "--territory", "T-1")
    assert added.exit_code == 0, added.output
    assert "T-1\tZona 1" in run(app, "territories", "ana@example.cl").output
    assert "T-2\tZona 2" in run(app, "territories", "ana@example.cl", "T-2").output
    assert run(app, "territories", "ana@example.cl", "T-9").exit_code != 0
    with app.app_context():
        ana = db.session.scalars(db.select(User)).one()
        assert scope_of(ana).limited
    assert "ana@example.cl\tevaluator\tT-2" in run(app, "list").output
    assert "Sin límite" in run(app, "territories", "ana@example.cl", "--all").output
    with app.app_context():
        assert not scope_of(db.session.scalars(db.select(User)).one()).limited
        noted = db.session.scalars(db.select(AuditEntry.details).where(
            AuditEntry.action == "user.territories").order_by(AuditEntry.id)).all()  # fmt: skip
        assert noted == [
            {"before": ["T-1"], "after": ["T-2"]},
            {"before": ["T-2"], "after": []},
        ]
