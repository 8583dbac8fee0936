"""What interviewers' phones keep is sealed for this service: on the phone nobody can open it.

ECDH on P-256 with a key of one use, HKDF-SHA-256, AES-256-GCM, as browsers have them. The private
key is a file beside the database, which its owner alone can read.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FILE = "field_key.pem"
_INFO = b"cabildo field 1"


class SealError(ValueError):
    """It is not sealed for this service, or it was changed on its way."""


@lru_cache(maxsize=4)
def _private_key(data: Path) -> ec.EllipticCurvePrivateKey:
    """The service's own key, made on the first run; two processes at once agree on one."""
    path = data / FILE
    if not path.exists():
        made = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        part = path.with_name(f"{FILE}.{os.getpid()}")
        with open(part, "xb", opener=lambda p, flags: os.open(p, flags, 0o600)) as new:
            new.write(made)
        try:
            os.link(part, path)  # whole or not at all, and never over one that is there
        except FileExistsError:
            pass
        finally:
            part.unlink()
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path} holds no P-256 key")
    return key


def public_key(data: Path) -> str:
    """What phones seal with: the point, uncompressed, in base64."""
    return base64.b64encode(_point(_private_key(data).public_key())).decode()


def open_sealed(sealed: Mapping[str, Any], *, name: str, data: Path) -> dict[str, Any]:
    """What was sealed under that name. Raises SealError."""
    try:
        sender, nonce, content = (
            base64.b64decode(sealed[key], validate=True) for key in ("key", "iv", "data")
        )
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        ours = _private_key(data)
        shared = ours.exchange(ec.ECDH(), theirs)
        salt = hashlib.sha256(sender + _point(ours.public_key())).digest()
        secret = HKDF(hashes.SHA256(), 32, salt, _INFO).derive(shared)
        found = json.loads(AESGCM(secret).decrypt(nonce, content, name.encode()))
    except (KeyError, TypeError, ValueError, RecursionError, InvalidTag) as error:
        raise SealError from error
    if not isinstance(found, dict):
        raise SealError
    return found


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
