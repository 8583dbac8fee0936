"""Hands e-mails to a mail server, and says of each what became of it."""

from __future__ import annotations

import base64
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from types import TracebackType
from urllib.parse import parse_qs, unquote, urlsplit

PATIENCE = 20


class PostboxError(Exception):
    """The server could not be spoken to; what was to be handed over was not."""


_LET_IN = 235


class RefusedError(Exception):
    """The server will not take this letter, now or later."""


class UnsureError(Exception):
    """The line broke while the letter was being handed over: it may have arrived or not."""


@dataclass(frozen=True, slots=True)
class Server:
    """How a mail server is reached: ``smtp://user:password@host:587?starttls=1`` or smtps://."""

    url: str
    sender: str


class Postbox:
    """A connection to the server, opened on the first letter. Use it as a context."""

    def __init__(self, server: Server) -> None:
        self.sender = server.sender
        self._url = server.url
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Postbox:
        return self

    def __exit__(self, *_error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._hang_up()

    def hand_over(self, letter: EmailMessage) -> None:
        """Raises PostboxError, RefusedError or UnsureError."""
        line = self._open()
        address = parseaddr(self.sender)[1]
        try:
            _require(line.mail(address), line)
            _require(line.rcpt(str(letter["To"])), line)
        except UnicodeError as error:
            raise RefusedError("this server takes addresses in plain letters alone") from error
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            self._hang_up()
            raise PostboxError(type(error).__name__) from error
        try:
            answer = line.data(letter.as_bytes(policy=SMTP))
        except smtplib.SMTPDataError as error:
            _require((error.smtp_code, error.smtp_error), line)
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise UnsureError(type(error).__name__) from error
        else:
            _require(answer, line)

    def _open(self) -> smtplib.SMTP:
        if self._line is not None:
            return self._line
        try:
            self._line = self._dial()
            self._introduce(self._line)
        except (OSError, smtplib.SMTPException) as error:
            if self._line is not None:
                self._line.close()
                self._line = None
            raise PostboxError(type(error).__name__) from error
        return self._line

    def _dial(self) -> smtplib.SMTP:
        parts = urlsplit(self._url)
        host, port = parts.hostname or "", parts.port
        if parts.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port or 465, timeout=PATIENCE, context=context)
        return smtplib.SMTP(host, port or 25, timeout=PATIENCE)

    def _introduce(self, line: smtplib.SMTP) -> None:
        parts = urlsplit(self._url)
        if parse_qs(parts.query).get("starttls") == ["1"]:
            line.starttls(context=ssl.create_default_context())
        line.ehlo_or_helo_if_needed()
        if parts.username:
            _log_in(line, unquote(parts.username), unquote(parts.password or ""))

    def _hang_up(self) -> None:
        if self._line is not None:
            try:
                self._line.quit()
            except (OSError, smtplib.SMTPException):
                self._line.close()
            self._line = None


def _log_in(line: smtplib.SMTP, user: str, password: str) -> None:
    if (user + password).isascii():
        line.login(user, password)
        return
    # smtplib itself writes plain letters alone; RFC 4616 says UTF-8.
    whole = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
    code, words = line.docmd("AUTH", f"PLAIN {whole}")
    if code != _LET_IN:
        raise smtplib.SMTPAuthenticationError(code, words)


def _require(answer: tuple[int, bytes], line: smtplib.SMTP) -> None:
    """Nothing for a yes; a no for good is a refusal, a no for now is as if nobody had answered."""
    code, words = answer
    if 200 <= code < 400:
        return
    line.rset()
    if code >= 500:
        raise RefusedError(f"{code} {words.decode('utf-8', 'replace')}"[:500])
    raise PostboxError(str(code))
