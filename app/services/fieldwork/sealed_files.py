"""Files of sealed interviews: nobody can open them on the phone, and they arrive as all files do.

A head with the file's own key, sealed for this service under the names of interview and file, and
behind it the content in blocks of AES-256-GCM. A block's nonce is its number and whether it is the
last one, so that none can be left out, moved or added. static/field-files.js writes them.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.services.fieldwork.sealing import SealError, open_sealed

MARK = b"\x93cabildo file 1\n"
BLOCK = 1 << 20
_TAG = 16
_LONGEST_HEAD = 4096


def most_added(size: int) -> int:
    """How many bytes sealing can add to a file that is so large when it is sealed."""
    return len(MARK) + 4 + _LONGEST_HEAD + _TAG * (size // BLOCK + 1)


def is_sealed(file: IO[bytes]) -> bool:
    """Whether the file says so; it is left at its beginning."""
    file.seek(0)
    found = file.read(len(MARK))
    file.seek(0)
    return found == MARK


def unseal(source: IO[bytes], target: IO[bytes], *, name: str, data: Path) -> str:
    """Write the content of a file that was sealed under that name; gives what it was called.

    Raises SealError: it is not for this service, of another answer, or not what was sealed.
    """
    source.seek(len(MARK))
    size = int.from_bytes(source.read(4), "big")
    if size > _LONGEST_HEAD:
        raise SealError
    try:
        head = open_sealed(json.loads(source.read(size)), name=name, data=data)
        cipher = AESGCM(base64.b64decode(head["key"], validate=True))
        _open_blocks(cipher, source, target)
    except (KeyError, TypeError, ValueError, RecursionError, InvalidTag) as error:
        raise SealError from error
    return str(head.get("called", ""))


def _open_blocks(cipher: AESGCM, source: IO[bytes], target: IO[bytes]) -> None:
    block, number = source.read(BLOCK + _TAG), 0
    while True:
        after = source.read(BLOCK + _TAG)
        nonce = number.to_bytes(11, "big") + bytes([not after])
        target.write(cipher.decrypt(nonce, block, None))
        if not after:
            return
        block, number = after, number + 1
