"""Static files, compressed once per process and cached by phones for a year.

The address carries the content's hash (`asset`), so a changed file has a new address.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache

import brotli
from flask import Blueprint, Response, abort, g, request, url_for
from markupsafe import Markup

from app.brand import PLAIN, Brand, current_brand
from app.lean import FOLDER, lean_script, lean_style
from app.permissions import public

A_DAY, A_YEAR = 86_400, 31_536_000

assets = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Packed:
    """Bytes in each coding that is offered, the smallest first."""

    kind: str
    fingerprint: str
    bodies: dict[str, bytes]

    def response(self) -> Response:
        """An answer in the best coding that the browser takes, with its ETag."""
        accepted = request.accept_encodings
        coding = next(c for c in self.bodies if c == "identity" or c in accepted)
        response = Response(self.bodies[coding], content_type=self.kind)
        if coding != "identity":
            response.content_encoding = coding
        response.vary.add("Accept-Encoding")
        response.set_etag(f"{self.fingerprint}-{coding}")
        return response


@assets.get("/static/<name>")
@public
def static_file(name: str) -> Response:
    if name not in _names():
        abort(404)
    return _kept(_file(name).response())


@assets.get("/brand/logo")
@public
def logo() -> Response:
    """The organisation's logo, under an address with its content's hash."""
    found = current_brand().logo
    if found is None:
        abort(404)
    return _kept(Response(found.content, mimetype=found.mimetype))


def _kept(response: Response) -> Response:
    response.cache_control.public = response.cache_control.immutable = True
    response.cache_control.max_age = A_YEAR
    return response.make_conditional(request)


def pack(content: bytes, kind: str) -> Packed:
    """Compress once what is sent often."""
    bodies = {
        "br": brotli.compress(content, quality=11),
        "gzip": gzip.compress(content, 9, mtime=0),
        "identity": content,
    }
    return Packed(kind, hashlib.sha256(content).hexdigest()[:8], bodies)


def asset(name: str) -> str:
    """The address of a static file with its content's hash."""
    return url_for("assets.static_file", name=name, v=_file(name).fingerprint)


def inline(name: str) -> Markup:
    """A script that stands in its page; the page's policy lets this one run, by its hash."""
    script = _file(name).bodies["identity"]
    g.inline = f" 'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
    return Markup(f"<script>{script.decode()}</script>")  # noqa: S704 it is a file of ours


@cache
def _names() -> frozenset[str]:
    """What there is to ask for. A name that was never looked up on the disk cannot upset it."""
    return frozenset(path.name for path in FOLDER.iterdir() if path.is_file())


def _file(name: str) -> Packed:
    brand = current_brand()
    return _read(name, brand if brand.colours and name.endswith(".css") else PLAIN)


@cache
def _read(name: str, brand: Brand) -> Packed:
    if name.endswith(".js"):
        content = lean_script(name).encode()
    elif name.endswith(".css"):
        content = lean_style(brand.paint((FOLDER / name).read_text(encoding="utf-8"))).encode()
    else:
        content = (FOLDER / name).read_bytes()
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return pack(content, f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
