"""Addresses are a contract: they are printed on paper, sent by message and kept in favourites.

A row is added for a new address. Changing or removing one breaks what people hold in their hands.
"""

import pytest
from flask import Flask

ADDRESSES = {
    "/": "GET",
    "/account/tokens": "GET POST",
    "/account/tokens/<key>/revoke": "POST",
    "/analysis": "GET",
    "/analysis/<slug>": "GET",
    "/analysis/<slug>.json": "GET",
    "/analysis/<slug>/<measure>.html": "GET",
    "/analysis/<slug>/<measure>.png": "GET",
    "/analysis/<slug>/<measure>.svg": "GET",
    "/analysis/<slug>/<measure>.vl.json": "GET",
    "/analysis/<slug>/export.<fmt>": "GET",
    "/analysis/<slug>/report": "GET",
    "/analysis/<slug>/report.pdf": "GET",
    "/api/v1/collections": "GET",
    "/api/v1/collections/<slug>": "GET",
    "/api/v1/collections/<slug>/responses": "GET",
    "/api/v1/collections/<slug>/responses/<key>": "GET",
    "/api/v1/docs": "GET",
    "/api/v1/openapi.json": "GET",
    "/api/v1/responses": "POST",
    "/api/v1/surveys": "GET",
    "/api/v1/surveys/<survey>/versions": "GET",
    "/api/v1/surveys/<survey>/versions/<version>": "GET",
    "/collections": "GET",
    "/collections/<slug>": "GET",
    "/collections/<slug>/files": "GET",
    "/collections/<slug>/files.zip": "GET",
    "/collections/<slug>/files/<key>": "GET",
    "/collections/<slug>/review": "GET",
    "/collections/<slug>/review/<key>": "GET POST",
    "/collections/<slug>/review/all": "POST",
    "/collections/<slug>/review/conflicts/<key>": "GET POST",
    "/collections/<slug>/review/file": "POST",
    "/collections/<slug>/entry": "GET POST",
    "/collections/<slug>/entry-rule": "POST",
    "/collections/<slug>/entry/<folio>": "GET POST",
    "/collections/<slug>/fieldwork": "GET",
    "/collections/<slug>/fieldwork/devices/<key>": "POST",
    "/collections/<slug>/invitations": "GET POST",
    "/collections/<slug>/invitations/<key>": "GET",
    "/collections/<slug>/invitations/<key>/<action>": "POST",
    "/collections/<slug>/invitations/access": "POST",
    "/collections/<slug>/invitations/export.<fmt>": "POST",
    "/collections/<slug>/invitations/import": "GET POST",
    "/collections/<slug>/invitations/import/confirm": "POST",
    "/collections/<slug>/invitations/messages": "GET",
    "/collections/<slug>/invitations/roll": "POST",
    "/collections/<slug>/invitations/send": "POST",
    "/collections/<slug>/invitations/wave": "POST",
    "/collections/<slug>/fieldwork/file": "POST",
    "/collections/<slug>/paper.pdf": "GET",
    "/collections/<slug>/progress": "GET",
    "/collections/<slug>/progress/<code>": "GET POST",
    "/collections/<slug>/progress/calls.csv": "POST",
    "/collections/<slug>/quotas": "GET POST",
    "/e/<slug>": "GET",
    "/e/<slug>/files": "POST",
    "/e/<slug>/files/<key>": "GET PATCH",
    "/e/<slug>/media/<name>": "GET",
    "/e/<slug>/draft": "POST",
    "/e/<slug>/mine": "GET",
    "/e/<slug>/p/<page_id>": "GET POST",
    "/e/<slug>/plan/<code>": "GET",
    "/e/<slug>/phone": "GET",
    "/e/<slug>/resume": "GET POST",
    "/e/<slug>/review": "GET",
    "/e/<slug>/send": "POST",
    "/e/<slug>/start": "POST",
    "/e/<slug>/thanks": "GET",
    "/e/_field": "GET",
    "/e/_field/manifest.webmanifest": "GET",
    "/field": "GET",
    "/field/data": "GET",
    "/field/device": "POST",
    "/field/sync": "POST",
    "/fs-static/<path:filename>": "GET",
    "/healthz": "GET",
    "/i": "GET POST",
    "/i/<token>": "GET POST",
    "/login": "GET POST",
    "/logout": "POST",
    "/manifest.webmanifest": "GET",
    "/preview/<slug>": "GET POST",
    "/readyz": "GET",
    "/register": "GET",
    "/register/plans/<code>/document": "GET POST",
    "/register/plans/<code>/document/remove": "POST",
    "/register/<word>": "GET",
    "/register/<word>/<code>/edit": "GET POST",
    "/register/<word>/export": "POST",
    "/register/<word>/import": "GET POST",
    "/register/<word>/import/confirm": "POST",
    "/register/<word>/new": "GET POST",
    "/static/<name>": "GET",
    "/sw.js": "GET",
}


def test_addresses(app: Flask) -> None:
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        found.setdefault(rule.rule, set()).update(rule.methods - {"HEAD", "OPTIONS"})
    assert {address: " ".join(sorted(methods)) for address, methods in found.items()} == ADDRESSES


@pytest.mark.parametrize("name", ["a" * 10_000, "..", "%00", "%ff", "nothing.css"])
def test_a_static_file_that_is_none(app: Flask, name: str) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert app.test_client().get(f"/static/{name}").status_code == 404
