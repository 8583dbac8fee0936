"""Letters go to a mail server that wants TLS and a log-in, as most do."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.services.invitations.postbox import Postbox, PostboxError, Server

HOST = "127.0.0.1"
USER, PASSWORD = "programa@example.cl", "una clave: difícil/ñ"
ESCAPED = "programa%40example.cl:una%20clave%3A%20dif%C3%ADcil%2F%C3%B1"


class Inbox:
    """What a server that takes letters from its own people alone has received."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self.tried: list[tuple[bytes, bytes]] = []
        self.secret: list[bool] = []

    def let_in(self, _server, session, _envelope, _mechanism, given) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.tried.append((given.login, given.password))
        self.secret.append(session.ssl is not None)
        known = self.tried[-1] == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=known, handled=known)  # the server itself tells a stranger no

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 aiosmtpd's name
        self.letters.append(envelope.content)
        return "250 OK"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Of a server at this machine's own address; whoever trusts the first file trusts it."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "correo")]), datetime.now(UTC)
    own = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(own, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "cert.pem", folder / "key.pem"
    public.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return public, private


@pytest.fixture
def inbox(certificate: tuple[Path, Path]) -> Iterator[tuple[Inbox, str]]:
    box, context = Inbox(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    controller = Controller(
        box, hostname=HOST, port=port, tls_context=context, require_starttls=True,
        authenticator=box.let_in, auth_required=True,
    )  # fmt: skip
    controller.start()
    yield box, f"{HOST}:{port}"
    controller.stop()


@pytest.fixture
def trusted(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


def letter() -> EmailMessage:
    made = EmailMessage()
    made["To"], made["Subject"] = "ana@example.org", "Su barrio"
    made.set_content("Hola, Ana.")
    return made


def hand_over(url: str) -> None:
    with Postbox(Server(url, f"Programa <{USER}>")) as box:
        box.hand_over(letter())


def test_a_letter_goes_in_secret_after_the_log_in(inbox: tuple[Inbox, str], trusted: None) -> None:
    box, place = inbox
    hand_over(f"smtp://{ESCAPED}@{place}?starttls=1")
    [content] = box.letters
    assert b"Hola, Ana." in content
    assert box.secret == [True]


def test_a_wrong_password_is_a_server_that_cannot_be_used(
    inbox: tuple[Inbox, str], trusted: None
) -> None:
    box, place = inbox
    with pytest.raises(PostboxError):
        hand_over(f"smtp://programa%40example.cl:otra@{place}?starttls=1")
    assert (box.letters, box.tried[0]) == ([], (USER.encode(), b"otra"))


def test_the_password_is_told_to_no_stranger_and_to_nobody_in_the_open(
    inbox: tuple[Inbox, str],
) -> None:
    box, place = inbox
    with pytest.raises(PostboxError, match="SSLCertVerificationError"):
        hand_over(f"smtp://{ESCAPED}@{place}?starttls=1")
    with pytest.raises(PostboxError):  # it has no log-in for who comes without TLS
        hand_over(f"smtp://{ESCAPED}@{place}")
    assert (box.letters, box.tried) == ([], [])
