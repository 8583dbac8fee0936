"""Other systems are told of responses: signed, tried again, and never at an address inside."""

from __future__ import annotations

import hmac
import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from flask import Flask

from app import work
from app.errors import Problem
from app.extensions import db
from app.models import Delivery, Mode, Response, ResponseState, RoleName, Webhook
from app.models.columns import utc_now
from app.services.webhooks import outgoing, sending
from tests.api.conftest import item
from tests.pages import check_page

ADDRESS = "/api/v1/collections/barrio/webhooks"
sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Other:
    """Another system: what it got, and what it answers."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        other = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                other.got.append((dict(self.headers), body))
                self.send_response(other.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/avisos?a=1"


@pytest.fixture
def other() -> Iterator[Other]:
    system = Other()
    thread = threading.Thread(target=system.server.serve_forever)
    thread.start()
    yield system
    system.server.shutdown()
    thread.join()
    system.server.server_close()


@pytest.fixture
def hook(app: Flask, field, key, other: Other) -> Callable[..., str]:
    """A webhook of a manager; gives its secret."""

    def make(*events: str) -> str:
        app.config["CABILDO_WEBHOOKS_PRIVATE"] = True
        field()
        body = {"url": other.url, "events": events or ["submitted", "edited", "reviewed"]}
        headers = key(role=RoleName.MANAGER)
        answer = app.test_client().post(ADDRESS, json=body, headers=headers)
        assert answer.status_code == 201, answer.json
        return answer.json["secret"]

    return make


def send_all(app: Flask, *, later: timedelta = timedelta(), private: bool = True) -> int:
    with app.app_context():
        count = 0
        while sending.send_once(utc_now() + later, work.authorise, private=private):
            count += 1
        return count


def test_it_is_told_of_what_happens_signed(app: Flask, hook, send, other: Other) -> None:
    secret = hook()
    send(item())
    with app.app_context():
        row = db.session.scalars(db.select(Response)).one()
        row.state = ResponseState.ACCEPTED  # as reviewing does
        db.session.commit()
        key = row.id
    assert send_all(app) == 2
    events = sorted(json.loads(body)["event"] for _headers, body in other.got)
    assert events == ["reviewed", "submitted"]
    headers, body = other.got[0]
    told = json.loads(body)
    assert (told["collection"], told["response"]["id"]) == ("barrio", key)
    assert "mark" not in body.decode()
    seconds, code = (part.split("=")[1] for part in headers["Cabildo-Signature"].split(","))
    expected = hmac.new(bytes.fromhex(secret), f"{seconds}.".encode() + body, "sha256")
    assert code == expected.hexdigest()
    assert send_all(app, later=timedelta(days=1)) == 0


def test_only_what_it_wants(app: Flask, hook, send, other: Other) -> None:
    hook("reviewed")
    send([item(), item(answers={"mark": 9})])
    assert send_all(app) == 0
    with app.app_context():
        db.session.scalars(db.select(Response)).one().state = ResponseState.REJECTED
        db.session.commit()
    assert send_all(app) == 1


@sqlite
def test_it_is_tried_again_with_pauses_and_given_up(app: Flask, hook, send, other: Other) -> None:
    hook()
    other.status = 503
    send(item())
    assert send_all(app) == 1
    assert send_all(app) == 0, "at once"
    later = timedelta()
    for pause in sending.PAUSES:
        later += pause + timedelta(seconds=5)
        assert send_all(app, later=later) == 1
    assert send_all(app, later=later + timedelta(days=9)) == 0
    with app.app_context():
        row = db.session.scalars(db.select(Delivery)).one()
        assert (row.state, row.attempts, row.status) == ("failed", 6, 503)


@sqlite
def test_a_redirect_is_not_followed(app: Flask, hook, send, other: Other) -> None:
    hook()
    other.status = 302
    send(item())
    send_all(app)
    assert len(other.got) == 1
    with app.app_context():
        assert db.session.scalars(db.select(Delivery)).one().state == "waiting"


@sqlite
def test_never_to_this_machine_or_its_neighbours(app: Flask, hook, send, other: Other) -> None:
    hook()
    send(item())
    assert send_all(app, private=False) == 1
    assert other.got == []
    with app.app_context():
        assert db.session.scalars(db.select(Delivery)).one().reason == "refused_address"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1",
     "0.0.0.0",  # noqa: S104 compared, not bound
     "224.0.0.1", "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1",
     "2002:7f00:1::1"],
)  # fmt: skip
def test_a_name_that_leads_inside_is_not_followed(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    found = [(family, socket.SOCK_STREAM, 6, "", (address, 443))]
    public = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("9.9.9.9", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: public + found)
    with pytest.raises(outgoing.Unreachable, match="private_address"):
        outgoing.post("https://example.org/", b"", {}, private=False)


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "https://", "ftp://example.org", "https://a:b@example.org/",
     "example.org", "https://example.org:0/", "https://example.org:99999/", "https://ejemplo ñ/",
     "https://[::1", ""],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Problem, match="bad_webhook"):
        outgoing.check_url(url, private=False)


@sqlite
def test_an_anonymous_collection_tells_nobody_when_somebody_answers(app: Flask, field, key) -> None:
    field(mode=Mode.ANONYMOUS)
    body = {"url": "https://example.org/", "events": ["submitted"]}
    headers = key(role=RoleName.MANAGER)
    answer = app.test_client().post(ADDRESS, json=body, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (409, "webhook_anonymous")


@sqlite
def test_who_may_not_manage_any_more_is_told_nothing(app: Flask, hook, send, other: Other) -> None:
    hook()
    send(item())
    with app.app_context():
        db.session.scalars(db.select(Webhook)).one().user.active = False
        db.session.commit()
    send_all(app)
    assert other.got == []


@sqlite
def test_listed_and_removed(app: Flask, hook, key, send) -> None:
    hook()
    client, headers = app.test_client(), key(role=RoleName.MANAGER)
    [line] = client.get(ADDRESS, headers=headers).json["items"]
    assert "secret" not in line
    assert client.get(ADDRESS, headers=key()).status_code == 403
    assert client.delete(f"{ADDRESS}/{line['id']}", headers=headers).status_code == 204
    assert client.delete(f"{ADDRESS}/{line['id']}", headers=headers).status_code == 404
    send(item())
    assert send_all(app) == 0


@sqlite
def test_the_page_adds_tries_and_shows_what_came_of_it(
    app: Flask, field, signed_in, other: Other
) -> None:
    app.config |= {"WTF_CSRF_ENABLED": False, "CABILDO_WEBHOOKS_PRIVATE": True}
    field()
    client, address = signed_in("manager"), "/collections/barrio/webhooks"
    check_page(client.get(address).text)
    assert client.post(address, data={"url": "x", "event": "submitted"}).status_code == 422
    made = client.post(address, data={"url": other.url, "event": ["submitted", "edited"]})
    check_page(made.text)
    assert 'class="secret"' in made.text
    with app.app_context():
        key = db.session.scalars(db.select(Webhook)).one().id
    assert client.post(f"{address}/{key}/test").status_code == 303
    send_all(app)
    assert json.loads(other.got[0][1])["event"] == "test"
    page = client.get(address).text
    check_page(page)
    assert "recibido" in page
    client.post(f"{address}/{key}/remove")
    assert other.url not in client.get(address).text
