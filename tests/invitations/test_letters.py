"""E-mails through a real mail server on this machine: to the silent, once, with a log."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from app.config import ConfigError, Settings
from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Letter, LetterKind, LetterState
from app.services.invitations import mailing
from app.services.invitations.postbox import Postbox, Server, UnsureError
from tests.invitations.conftest import SLUG, answer

URL = "https://encuestas.example.cl"


class Inbox:
    """What the server received. ``answer`` is what it says to the next letters."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answer = "250 OK"
        self.cut = False

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 aiosmtpd's name
        if address.startswith("nadie@"):
            return "550 no such mailbox"
        if address.startswith("luego@"):
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 aiosmtpd's name
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.letters.append(message)
        if self.cut:
            server.transport.close()
        return self.answer


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, Server]]:
    box = Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, Server(f"smtp://127.0.0.1:{port}", "Programa <programa@example.cl>")
    controller.stop()


@pytest.fixture
def send(app: Flask, inbox: tuple[Inbox, Server]) -> Callable[..., mailing.Sent]:
    def run(kind: LetterKind = LetterKind.INVITATION, **more: object) -> mailing.Sent:
        with app.app_context():
            return mailing.send(SLUG, kind, server=inbox[1], url=URL, **more)

    return run


@contextmanager
def days_later(app: Flask, days: int) -> Iterator[None]:
    """Every letter was sent so many days earlier."""
    with app.app_context():
        for letter in db.session.scalars(db.select(Letter)):
            letter.at -= timedelta(days=days)
        db.session.commit()
    yield


def test_a_letter_says_who_asks_and_leads_to_the_survey(field, invite, inbox, send, phone) -> None:
    field()
    link = invite(name="Ana Ñancupil", email="ana@example.org")
    assert send().sent == 1
    [letter] = inbox[0].letters
    assert (letter["To"], letter["Subject"]) == ("ana@example.org", "Su barrio")
    assert letter["From"] == "Programa <programa@example.cl>"
    text = letter.get_body(("plain",)).get_content()
    page = letter.get_body(("html",)).get_content()
    assert text.startswith("Hola, Ana Ñancupil. Le invitamos a responder «Su barrio».")
    assert URL + link in text
    assert f'href="{URL}{link}"' in page
    assert "no lo reenvíe" in text
    assert phone().client.get(link).status_code == 200


def test_nobody_gets_the_same_letter_twice(app, field, invite, inbox, send, phone, rows) -> None:
    field()
    links = {name: invite(name=name, email=f"{name}@example.org") for name in ("ana", "eva")}
    invite(name="sin correo")
    assert (send(most=1).sent, send(most=1).sent, send().sent) == (1, 1, 0)
    assert send(LetterKind.REMINDER).sent == 0  # too soon
    ana = phone()
    ana.open(links["ana"])
    answer(ana)
    ana.press("Enviar mis respuestas")
    with days_later(app, 4):
        assert send(LetterKind.REMINDER).sent == 1
    assert send(LetterKind.REMINDER).sent == 0
    assert [letter["To"] for letter in inbox[0].letters][2:] == ["eva@example.org"]
    assert inbox[0].letters[-1]["Subject"] == "Recordatorio: Su barrio"
    assert len({letter["Message-ID"] for letter in inbox[0].letters}) == 3
    assert {row.state for row in rows(Letter)} == {LetterState.SENT}


def test_what_a_server_refuses_is_noted_and_not_tried_again(field, invite, send, rows) -> None:
    field()
    invite(name="Nadie", email="nadie@example.org")
    invite(name="Zoe", email="zoe@example.org")
    done = send()
    assert (done.refused, done.sent) == (1, 1)
    assert (send().refused, send().sent) == (0, 0)
    refused = next(row for row in rows(Letter) if row.state == LetterState.REFUSED)
    assert "no such mailbox" in refused.reason


def test_what_a_server_cannot_take_now_is_sent_later(field, invite, send, rows) -> None:
    field()
    invite(name="Luego", email="luego@example.org")
    with pytest.raises(Problem) as problem:
        send()
    assert problem.value.code is ProblemCode.MAIL_UNREACHABLE
    assert rows(Letter) == []


def test_a_line_that_breaks_leaves_it_open_and_nobody_is_written_to_twice(
    field, invite, inbox, send, rows, signed_in
) -> None:
    field()
    invite(name="Ana", email="ana@example.org")
    inbox[0].cut = True
    assert send().unsure == 1
    inbox[0].cut = False
    assert send().sent == 0
    assert [row.state for row in rows(Letter)] == [LetterState.SENDING]
    page = signed_in("manager").get(f"/collections/{SLUG}/invitations").text
    assert "uno sin confirmar" in page


def test_whoever_is_killed_while_sending_repeats_nothing(
    field, invite, inbox, send, rows, monkeypatch
) -> None:
    field()
    for name in ("ana", "eva", "ida"):
        invite(name=name, email=f"{name}@example.org")
    hand_over = Postbox.hand_over

    def killed(self: Postbox, letter: EmailMessage) -> None:
        hand_over(self, letter)
        if letter["To"] == "eva@example.org":
            raise KeyboardInterrupt  # after the server has it, before that is written down

    monkeypatch.setattr(Postbox, "hand_over", killed)
    with pytest.raises(KeyboardInterrupt):
        send()
    monkeypatch.setattr(Postbox, "hand_over", hand_over)
    assert send().sent == 1
    sent = [letter["To"] for letter in inbox[0].letters]
    assert sent == ["ana@example.org", "eva@example.org", "ida@example.org"]
    assert sorted(row.state for row in rows(Letter)) == ["sending", "sent", "sent"]


def test_without_a_server_nothing_is_sent(app, field, invite, rows) -> None:
    field()
    invite(name="Ana", email="ana@example.org")
    for server in (None, Server("smtp://127.0.0.1:9", "a@example.cl")):
        with app.app_context(), pytest.raises(Problem):
            mailing.send(SLUG, LetterKind.INVITATION, server=server, url=URL)
    assert rows(Letter) == []


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://mail", "a@b.cl"),
        ("smtp://", "a@b.cl"),
        ("smtp://u:secreta@h:x", "a@b.cl"),
        ("smtp://u:secreta@h", "nadie"),
        ("smtp://u:secreta@h", ""),
    ],
)
def test_settings_that_cannot_send_are_told_at_boot(tmp_path, url: str, sender: str) -> None:
    environ = {"CABILDO_DATA": str(tmp_path), "CABILDO_SMTP_URL": url, "CABILDO_MAIL_FROM": sender}
    with pytest.raises(ConfigError) as fault:
        Settings.from_environment(environ)
    assert "secreta" not in str(fault.value)


def test_a_broken_line_is_an_unsure_letter(inbox) -> None:
    box, server = inbox
    box.cut = True
    letter = EmailMessage()
    letter["To"] = "ana@example.org"
    with Postbox(server) as postbox, pytest.raises(UnsureError):
        postbox.hand_over(letter)
