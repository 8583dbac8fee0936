"""Settings: read once from the environment, checked at boot, with what to do when one is wrong."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import make_url

PROJECT = Path(__file__).resolve().parent.parent
MAX_BODY_BYTES = 1024 * 1024
STANDARDS = ("ine", "cepal", "nchs")
TIME_ZONE = "America/Santiago"
"""Whose days are counted, on pages and in what is kept."""


class ConfigError(Exception):
    """A setting cannot be used. The text says which one and how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the service keeps its data and how it is reached."""

    data: Path
    database_url: str
    secret_key: str
    public_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_proxies: int = 0
    smtp_url: str = ""
    mail_from: str = ""
    grace_days: int = 7
    """How long after closing what was finished before it, without signal, may still arrive."""
    # Where attached files are kept: a folder, s3://BUCKET/PREFIX?endpoint=…, or `files` in `data`.
    files: str = ""
    max_file_mb: int = 50
    # The largest PDF of a plan.
    plan_mb: int = 20
    # Answers that fewer people gave are not shown group by group, not even to authorised people.
    smallest_cell: int = 5
    # Whose standard tells whether a figure of a sample is reliable: ine, cepal or nchs.
    standard: str = "ine"
    # A folder with an organisation's name, logo, colours and texts (`app.brand`).
    brand: str = ""
    webhooks_private: bool = False
    """Whether notices may go to this machine and its neighbours, and without TLS."""
    testing: bool = False
    page_seconds: float = 1.0
    """For how long a page that is the same for everybody is given again as it is (`app.shelf`),
    and what is known of a collection is used again (`app.services.receiving.known`)."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        data = Path(environ.get("CABILDO_DATA") or PROJECT / "var").resolve()
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        host = environ.get("HOST") or "127.0.0.1"
        port = _whole_number(environ, "PORT", default=8000, least=1, most=65535)
        return cls(
            data=data,
            database_url=database_url(environ.get("DATABASE_URL") or "", data=data),
            secret_key=environ.get("SECRET_KEY") or _kept_secret(data / "secret_key"),
            public_url=_public_url(environ.get("CABILDO_URL") or f"http://{_shown(host)}:{port}"),
            host=host,
            port=port,
            smtp_url=_smtp_url(environ),
            mail_from=environ.get("CABILDO_MAIL_FROM") or "",
            trusted_proxies=_whole_number(environ, "TRUSTED_PROXIES", default=0, least=0, most=9),
            grace_days=_whole_number(environ, "GRACE_DAYS", default=7, least=0, most=365),
            webhooks_private=environ.get("CABILDO_WEBHOOKS_PRIVATE") == "1",
            files=_files(environ.get("CABILDO_FILES") or ""),
            max_file_mb=_whole_number(
                environ, "CABILDO_MAX_FILE_MB", default=50, least=1, most=2000
            ),
            brand=environ.get("CABILDO_BRAND") or "",
            plan_mb=_whole_number(environ, "CABILDO_PLAN_MB", default=20, least=1, most=500),
            smallest_cell=_whole_number(
                environ, "CABILDO_SMALLEST_CELL", default=5, least=1, most=100
            ),
            standard=_standard(environ.get("CABILDO_STANDARD") or "ine"),
        )

    def flask(self) -> dict[str, object]:
        """The same settings under the names that Flask and its extensions read."""
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "MAX_CONTENT_LENGTH": MAX_BODY_BYTES,
            "MAX_FORM_MEMORY_SIZE": MAX_BODY_BYTES,
            "TESTING": self.testing,
            "CABILDO_DATA": self.data,
            "CABILDO_URL": self.public_url,
            "CABILDO_FILES": self.files,
            "CABILDO_MAX_FILE_MB": self.max_file_mb,
            "CABILDO_PLAN_MB": self.plan_mb,
            "CABILDO_SMALLEST_CELL": self.smallest_cell,
            "CABILDO_STANDARD": self.standard,
            "TRUSTED_PROXIES": self.trusted_proxies,
            "PAGE_SECONDS": self.page_seconds,
            "CABILDO_SMTP_URL": self.smtp_url,
            "CABILDO_MAIL_FROM": self.mail_from,
            "GRACE_DAYS": self.grace_days,
            "CABILDO_WEBHOOKS_PRIVATE": self.webhooks_private,
            "SESSION_COOKIE_SAMESITE": "Lax",
            # A token holds as long as its session: whoever types a long sheet must not lose it.
            "WTF_CSRF_TIME_LIMIT": None,
            "SESSION_COOKIE_SECURE": self.public_url.startswith("https:"),
            "BABEL_DEFAULT_LOCALE": "es_CL",
            "BABEL_DEFAULT_TIMEZONE": TIME_ZONE,
            "COMPRESS_ALGORITHM": ["br", "gzip"],
            "COMPRESS_BR_LEVEL": 5,
            "COMPRESS_MIMETYPES": [
                "text/html", "text/css", "application/json", "image/svg+xml", "text/csv",
            ],
        } | _SECURITY  # fmt: skip


# Argon2 alone: no second HMAC over the password, so a lost SECRET_KEY never locks everybody out.
_SECURITY: Mapping[str, object] = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": True,
    "SECURITY_PASSWORD_LENGTH_MIN": 12,
    "SECURITY_SEND_REGISTER_EMAIL": False,
    "SECURITY_POST_LOGIN_VIEW": "/home",
    "SECURITY_POST_LOGOUT_VIEW": "/",
    "SECURITY_UNAUTHORIZED_VIEW": None,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_FLASH_MESSAGES": False,
    # Its Spanish catalogue is Spain's alone (es_ES) and would not be found for es_CL.
    "SECURITY_MSG_GENERIC_AUTHN_FAILED": (
        _("El correo y la contraseña no coinciden. Revíselos e intente otra vez."),
        "error",
    ),
    # None: the bare word. Its own default, True, is sent as "no-store=True", which means nothing.
    "SECURITY_CACHE_CONTROL": {"private": None, "no-store": None},
    "SECURITY_FRESHNESS": timedelta(minutes=-1),  # off: nothing asks for the password a second time
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
}


def _standard(value: str) -> str:
    if value not in STANDARDS:
        raise ConfigError(f"CABILDO_STANDARD is {value!r}; set it to one of {', '.join(STANDARDS)}")
    return value


def database_url(value: str, *, data: Path) -> str:
    """``DATABASE_URL`` with the driver that is installed; without it a SQLite file in ``data``."""
    if not value:
        return f"sqlite:///{data / 'cabildo.sqlite3'}"
    scheme, separator, rest = value.partition("://")
    if separator and scheme in {"postgres", "postgresql", "postgresql+pg8000"}:
        return _for_pg8000(f"postgresql+pg8000://{rest}")
    if separator and scheme == "sqlite":
        return value
    raise ConfigError(
        f"DATABASE_URL begins with {scheme!r}: give sqlite:///FILE or postgresql://USER@HOST/NAME."
    )


def _for_pg8000(value: str) -> str:
    """libpq writes a socket's folder as ``?host=/folder``; pg8000 wants the socket itself."""
    url = make_url(value)
    folder = url.query.get("host")
    if not isinstance(folder, str) or not folder.startswith("/"):
        return value
    socket = f"{folder}/.s.PGSQL.{url.query.get('port', url.port or 5432)}"
    url = url.set(query={"unix_sock": socket})
    return url.render_as_string(hide_password=False)


def _kept_secret(path: Path) -> str:
    """The secret of this installation: made on the first run, readable by its owner only."""
    try:
        with open(path, "x", opener=lambda p, flags: os.open(p, flags, 0o600)) as new:
            new.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    kept = path.read_text().strip()
    if len(kept) < 32:
        raise ConfigError(f"{path} holds no usable secret: delete it to have a new one made.")
    return kept


def _whole_number(
    environ: Mapping[str, str], name: str, *, default: int, least: int, most: int
) -> int:
    text = environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ConfigError(f"{name} is {text!r}: give a whole number from {least} to {most}.")
    return int(text)


def _files(value: str) -> str:
    scheme, separator, rest = value.partition("://")
    if separator and (scheme != "s3" or not rest):
        raise ConfigError(f"CABILDO_FILES is {value!r}: give a folder, or s3://BUCKET/PREFIX.")
    return value if separator or not value else str(Path(value).resolve())


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError(f"CABILDO_URL is {value!r}: give an address such as https://example.cl.")
    return value.rstrip("/")


def _smtp_url(environ: Mapping[str, str]) -> str:
    """Never shown in a message whole: it may have a password in it."""
    value = environ.get("CABILDO_SMTP_URL") or ""
    if not value:
        return ""
    parts = urlsplit(value)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ConfigError(
            "CABILDO_SMTP_URL cannot be used: give smtp://USER:PASSWORD@HOST:587?starttls=1"
            " or smtps://USER:PASSWORD@HOST."
        )
    try:
        parts.port  # noqa: B018 reading it is the check
    except ValueError as error:
        raise ConfigError("CABILDO_SMTP_URL has no usable port: give a number to 65535.") from error
    sender = parseaddr(environ.get("CABILDO_MAIL_FROM") or "")[1]
    if "@" not in sender:
        raise ConfigError(
            "CABILDO_SMTP_URL is set, so CABILDO_MAIL_FROM must say who writes:"
            " Programa <encuestas@example.cl>."
        )
    return value


def _shown(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 compared, not bound


def smallest_cell() -> int:
    """The least count that is shown group by group, as this service is set."""
    return int(current_app.config["CABILDO_SMALLEST_CELL"])
