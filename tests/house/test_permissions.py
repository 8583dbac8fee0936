"""Every view says who may open it, and is closed to everybody else."""

import inspect

import pytest
from flask import Flask
from flask_security import hash_password

from app.errors import FOR_PROGRAMS
from app.extensions import db
from app.models import Role, RoleName, User
from app.permissions import GRANTS, Permission
from app.services import accounts

# Kept by others, with their own guard: Flask-Security's pages.
GUARDED_ELSEWHERE = {"security.login", "security.logout"}
PASSWORD = "una frase larga para entrar"


def views(app: Flask) -> dict[str, object]:
    return {
        rule.endpoint: app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in GUARDED_ELSEWHERE and not rule.endpoint.endswith(".static")
    }


def undeclared(app: Flask) -> list[str]:
    return [
        f"{inspect.getsourcefile(inspect.unwrap(view))}: {inspect.unwrap(view).__name__}"
        for view in views(app).values()
        if not isinstance(getattr(view, "permission", None), Permission)
    ]


def test_every_view_declares_who_may_open_it(app: Flask) -> None:
    assert undeclared(app) == []


def test_a_view_without_a_declaration_is_named(app: Flask) -> None:
    app.add_url_rule("/undeclared", "undeclared", lambda: "open to all")
    (named,) = undeclared(app)
    assert named.endswith("test_permissions.py: <lambda>")


def sign_in(app: Flask, role: RoleName | None) -> object:
    client = app.test_client()
    if role is None:
        return client
    email = f"{role}@example.org"
    with app.app_context():
        accounts.ensure_roles()
        roles = db.session.query(Role).filter_by(name=role).all()
        db.session.add(User(email=email, password=hash_password(PASSWORD), roles=roles))
        db.session.commit()
    app.config["WTF_CSRF_ENABLED"] = False
    answer = client.post("/login", data={"email": email, "password": PASSWORD})
    assert answer.status_code == 302, answer.text
    return client


@pytest.mark.parametrize("role", [None, *RoleName])
def test_guarded_pages_open_to_those_who_may(app: Flask, role: RoleName | None) -> None:
    client = sign_in(app, role)
    guarded = [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods
        and getattr(app.view_functions[rule.endpoint], "permission", Permission.PUBLIC)
        is not Permission.PUBLIC
    ]
    assert guarded
    for rule in guarded:
        permission = app.view_functions[rule.endpoint].permission
        url = rule.build(dict.fromkeys(rule.arguments, "ninguna"), append_unknown=False)[1]
        status = client.get(url).status_code
        if role is None:
            asked = 401 if url.startswith(FOR_PROGRAMS) else 302
            assert status == asked, f"{url} let a stranger in"
        elif permission in GRANTS[role]:
            assert status in {200, 404}, url
        else:
            assert status == 403, f"{url} let {role} in"


def test_no_cache_keeps_what_signing_in_shows(app: Flask) -> None:
    for answer in (
        app.test_client().get("/login"),
        sign_in(app, RoleName.EVALUATOR).post("/logout"),
    ):
        assert answer.headers["Cache-Control"] == "private, no-store"
