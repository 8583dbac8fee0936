"""How to reach somebody: addresses and telephone numbers as they are kept."""

from __future__ import annotations

import re

from email_validator import EmailNotValidError, validate_email

from app.errors import Problem, ProblemCode

COUNTRY = "56"
_PHONE = re.compile(r"\+[1-9][0-9]{7,14}")
_SEPARATORS = re.compile(r"[\s().\-\u2010-\u2013]+")
_MOBILE = re.compile(r"\+56(9)([0-9]{4})([0-9]{4})")


def email_of(text: str) -> str:
    """The address as mail servers want it; empty where there is none. Raises Problem BAD_EMAIL."""
    if not text.strip():
        return ""
    try:
        return str(validate_email(text.strip(), check_deliverability=False).normalized)
    except EmailNotValidError as error:
        raise Problem(ProblemCode.BAD_EMAIL, email=text.strip()[:80]) from error


def phone_of(text: str) -> str:
    """The number in international form, +56912345678; a bare one is Chile's.

    Raises Problem BAD_PHONE.
    """
    digits = _SEPARATORS.sub("", text)
    if not digits:
        return ""
    if digits.isascii() and digits.isdigit():
        digits = "+" + (digits[2:] if digits.startswith("00") else _chilean(digits))
    if not _PHONE.fullmatch(digits):
        raise Problem(ProblemCode.BAD_PHONE, phone=text.strip()[:40])
    return digits


def shown(phone: str) -> str:
    """A kept number as people read it: +56 9 1234 5678."""
    return _MOBILE.sub(rf"+{COUNTRY} \1 \2 \3", phone)


def _chilean(digits: str) -> str:
    """Nine digits, with or without the country's 56; the old leading 0 is dropped. Fewer or more
    are no number: nobody can say which country's they would be."""
    national = digits.removeprefix("0")
    if len(national) == 9:
        return COUNTRY + national
    return national if len(national) == 11 and national.startswith(COUNTRY) else ""
