"""What phones ask for to work without signal."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.pages import check_page


@pytest.fixture
def client(app: Flask, field: Callable[..., str]) -> FlaskClient:
    field()
    return app.test_client()


def test_the_worker_has_the_whole_site(client: FlaskClient) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.mimetype == "text/javascript"
    addresses = answer.text.removeprefix('importScripts("').removesuffix('");\n').split('","')
    assert {client.get(address).status_code for address in addresses} == {200}
    again = client.get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_it_can_be_installed(client: FlaskClient) -> None:
    manifest = client.get("/manifest.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    assert manifest.json["start_url"] == "/"
    assert client.get(manifest.json["icons"][0]["src"]).mimetype == "image/svg+xml"


@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_page_of_what_a_phone_keeps(client: FlaskClient, lang: str) -> None:
    answer = client.get(f"/e/barrio/mine?lang={lang}")
    page = check_page(answer.text)
    assert page.lang == lang
    assert "no-store" not in answer.headers["Cache-Control"], "it is nobody's, and is kept"
