"""Codes that people write down, read aloud and type in: receipts and the way back to a draft."""

from __future__ import annotations

import secrets

# Written by hand and read aloud in Spanish: none of 0 O, 1 I L, 2 Z, 5 S, 6 G, nor B and V,
# which sound alike. There are 23, a prime, so one check character tells a wrong or a swapped one.
ALPHABET = "ACDEFHJKMNPQRTUWXY34789"
_RESUME = 8
_GROUP = 3
SPOKEN = 11
_SPOKEN_GROUP = 4


def body_of(secret: bytes, length: int) -> str:
    """So many characters made from bytes that nobody can guess."""
    number, body = int.from_bytes(secret, "big"), ""
    for _ in range(length):
        number, at = divmod(number, len(ALPHABET))
        body += ALPHABET[at]
    return body


def random_body(length: int) -> str:
    """So many random characters, without a check character."""
    number = secrets.randbelow(len(ALPHABET) ** length)
    return body_of(number.to_bytes(length, "big"), length)


def check_character(body: str) -> str:
    """Differs when one character is wrong or two neighbours are swapped."""
    total = sum(place * ALPHABET.index(char) for place, char in enumerate(body, start=1))
    return ALPHABET[total % len(ALPHABET)]


def receipt_code(length: int) -> str:
    """A random code such as K7-MPQ-4: two, three, (three more,) and a check character."""
    body = random_body(length)
    return _receipt(body, check_character(body))


def read_receipt_code(typed: str) -> str:
    """A receipt's code as it is kept, however somebody typed it."""
    text = "".join(char for char in typed.upper() if char.isalnum())
    return _receipt(text[:-1], text[-1:])


def resume_body() -> str:
    """The random part of a draft's secret."""
    return random_body(_RESUME)


def resume_code(body: str) -> str:
    """How a draft's code is shown: K7M-PQ4-RTX, the last being the check character."""
    return _grouped(body, _GROUP)


def read_resume_code(typed: str) -> str | None:
    """The random part of a code as somebody typed it; None where it cannot be one."""
    return _read(typed, _RESUME)


def spoken_code(body: str) -> str:
    """How an invitation's code is shown: K7MP-Q4RT-XACD, the last being the check character."""
    return _grouped(body, _SPOKEN_GROUP)


def read_spoken_code(typed: str) -> str | None:
    """The body of an invitation's code as somebody typed it; None where it cannot be one."""
    return _read(typed, SPOKEN)


def _receipt(body: str, check: str) -> str:
    groups = [body[:2], *(body[at : at + 3] for at in range(2, len(body), 3)), check]
    return "-".join(groups)


def _grouped(body: str, size: int) -> str:
    text = body + check_character(body)
    return "-".join(text[at : at + size] for at in range(0, len(text), size))


def _read(typed: str, length: int) -> str | None:
    text = "".join(char for char in typed.upper() if char.isalnum())
    if len(text) != length + 1 or not set(ALPHABET).issuperset(text):
        return None
    return text[:-1] if check_character(text[:-1]) == text[-1] else None
