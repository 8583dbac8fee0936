"""People who sign in: adding them, and giving them a new password."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from email_validator import EmailNotValidError, validate_email
from flask_security import hash_password
from sqlalchemy import select

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Role, RoleName, Territory, User
from app.models.columns import random_key
from app.services.audit import note

FIRST_LOGINS = "first-login.txt"
_LONGEST_KEY = 10


def ensure_roles() -> None:
    known = set(db.session.scalars(select(Role.name)))
    db.session.add_all(Role(name=name) for name in RoleName if name not in known)
    db.session.commit()


def any_user(role: RoleName) -> bool:
    query = select(User.id).join(User.roles).where(Role.name == role)
    return db.session.scalars(query.limit(1)).first() is not None


def list_users() -> list[User]:
    return list(db.session.scalars(select(User).order_by(User.email)))


def find_user(email: str) -> User:
    """Raises Problem BAD_EMAIL or UNKNOWN_USER."""
    user = db.session.scalars(select(User).where(User.email == _address(email))).first()
    if user is None:
        raise Problem(ProblemCode.UNKNOWN_USER, email=email)
    return user


def of_key(key: str) -> User:
    """Raises Problem NOT_FOUND."""
    number = int(key) if key.isascii() and key.isdigit() and len(key) < _LONGEST_KEY else None
    user = db.session.get(User, number) if number is not None else None
    if user is None:
        raise Problem(ProblemCode.NOT_FOUND)
    return user


def places(*, simulated: bool) -> list[tuple[str, str]]:
    """(code, name) of the territories that somebody can be limited to."""
    query = select(Territory.code, Territory.name).where(Territory.simulated == simulated)
    return [(code, name) for code, name in db.session.execute(query.order_by(Territory.name))]


def add_user(
    email: str,
    role: RoleName,
    *,
    name: str = "",
    simulated: bool = False,
    territories: Sequence[str] = (),
) -> str:
    """Add somebody and return the password that was made for them.

    ``territories``: codes of those that they are limited to; none: no limit.

    Raises Problem BAD_EMAIL, USER_EXISTS or UNKNOWN_TERRITORY.
    """
    address = _address(email)
    if db.session.scalars(select(User).where(User.email == address)).first():
        raise Problem(ProblemCode.USER_EXISTS, email=address)
    password = secrets.token_urlsafe(12)
    roles = list(db.session.scalars(select(Role).where(Role.name == role)))
    user = User(
        email=address,
        name=name,
        password=hash_password(password),
        roles=roles,
        simulated=simulated,
        territories=_territories(territories),
    )
    db.session.add(user)
    note("user.add", address, role=role, territories=list(territories))
    db.session.commit()
    return password


def limit_user(email: str, territories: Sequence[str], *, actor: User | None = None) -> User:
    """Limit somebody to these territories, by code, from now on; none: no limit.

    Raises Problem BAD_EMAIL, UNKNOWN_USER or UNKNOWN_TERRITORY.
    """
    user = find_user(email)
    before = [each.code for each in user.territories]
    user.territories = _territories(territories)
    after = [each.code for each in user.territories]
    if sorted(before) != sorted(after):
        note("user.territories", user.email, actor=actor, before=before, after=after)
        db.session.commit()
    return user


def _territories(codes: Sequence[str]) -> list[Territory]:
    wanted = {code.replace("\0", "") for code in codes}
    query = select(Territory).where(Territory.code.in_(wanted)).order_by(Territory.code)
    found = list(db.session.scalars(query)) if wanted else []
    if missing := wanted - {each.code for each in found}:
        raise Problem(ProblemCode.UNKNOWN_TERRITORY, territory=", ".join(sorted(missing)))
    return found


def renew_password(email: str, data: Path) -> str:
    """A new password; the old one and every open session end. Raises Problem UNKNOWN_USER."""
    user = find_user(email)
    password = secrets.token_urlsafe(12)
    user.password, user.fs_uniquifier = hash_password(password), random_key()
    note("user.password", user.email)
    db.session.commit()
    forget_first_login(data, user.email)
    return password


def remember_first_login(data: Path, email: str, role: RoleName, password: str) -> None:
    """Keep a generated password where only the service's owner reads it, until it is renewed."""
    path = data / FIRST_LOGINS
    path.touch(mode=0o600)
    with path.open("a") as file:
        file.write(f"{email} {password} {role}\n")


def first_logins(data: Path) -> list[tuple[str, str, str]]:
    """(email, password, role) of the log-ins made on the first run and not renewed since."""
    path = data / FIRST_LOGINS
    if not path.exists():
        return []
    rows = (line.split() for line in path.read_text().splitlines())
    return [(row[0], row[1], row[2]) for row in rows if len(row) == 3]


def forget_first_login(data: Path, email: str) -> None:
    path = data / FIRST_LOGINS
    if not path.exists():
        return
    kept = [row for row in first_logins(data) if row[0] != email]
    path.write_text("".join(f"{' '.join(row)}\n" for row in kept))


def _address(email: str) -> str:
    """As Flask-Security looks it up."""
    try:
        checked = validate_email(email, check_deliverability=False)
    except EmailNotValidError as fault:
        raise Problem(ProblemCode.BAD_EMAIL, email=email) from fault
    return checked.normalized
