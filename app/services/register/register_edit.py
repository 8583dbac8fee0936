"""The register, one row at a time: found, added, changed. Files and pages have the same rules."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Organisation, Plan, Territory, User
from app.services.audit import note
from app.services.register import rolls
from app.services.register.cells import Known, RegisterCode, RegisterFault, Say, known, read_cell
from app.services.register.places import (
    MODELS,
    OPTIONAL,
    Noun,
    Registered,
    cell,
    place_of,
    registered,
)
from app.services.register.register_files import columns, differences, store, without_contact
from app.services.scope import EVERYWHERE, Scope
from encuestas.errors import shown
from encuestas.export import harmless

PAGE = 50
_CODE_FIRST = re.compile(r"([0-9]{4,5})\b.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What somebody looks for. ``active`` None: those in force and the others."""

    text: str = ""
    territory: str = ""
    kind: str = ""
    active: bool | None = None
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of what was found, and how many there are in all."""

    rows: Sequence[Registered]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def counts(*, scope: Scope = EVERYWHERE) -> Mapping[Noun, int]:
    """How many there are of each noun."""
    numbers = [
        select(func.count()).select_from(model).where(place_of(model, scope)).scalar_subquery()
        for model in MODELS.values()
    ]
    return dict(zip(MODELS, db.session.execute(select(*numbers)).one(), strict=True))


def search(noun: Noun, wanted: Filter, *, scope: Scope = EVERYWHERE) -> Found:
    """Rows by code. Accents and capitals make no difference, which only Python knows for both
    databases; the register is read whole for it, in a constant number of queries."""
    rows = [row for row in registered(noun, scope=scope) if _fits(row, wanted)]
    last = max(1, -(-len(rows) // PAGE))
    page = min(max(1, wanted.page), last)
    return Found(rows=rows[PAGE * (page - 1) : PAGE * page], total=len(rows), page=page)


def find(noun: Noun, code: str, *, scope: Scope = EVERYWHERE) -> Registered:
    """Raises Problem NOT_FOUND."""
    model = MODELS[noun]
    told = selectinload(Territory.comunas) if model is Territory else joinedload(model.territory)
    # PostgreSQL fails on a NUL, and no code has one.
    query = select(model).where(model.code == code, place_of(model, scope)).options(told)
    row = None if "\0" in code else db.session.scalars(query).first()
    if row is None:
        raise Problem(ProblemCode.NOT_FOUND)
    return row


def kinds(*, scope: Scope = EVERYWHERE) -> list[str]:
    """The kinds of organisation in use, by name."""
    query = select(Organisation.kind).where(place_of(Organisation, scope)).distinct()
    return sorted(db.session.scalars(query), key=folded)


def territories(
    *, simulated: bool | None = None, scope: Scope = EVERYWHERE
) -> list[tuple[str, str]]:
    """(code, name) of each territory, by name; those of the demonstration alone, or the others."""
    query = select(Territory.code, Territory.name).where(place_of(Territory, scope))
    if simulated is not None:
        query = query.where(Territory.simulated == simulated)
    rows = db.session.execute(query).all()
    return sorted(((code, name) for code, name in rows), key=lambda pair: folded(pair[1]))


def told(noun: Noun, row: Registered) -> dict[str, str]:
    """A row as its page and a file of ours show it."""
    return {name: _text(cell(getattr(row, name))) for name in columns(noun)}


def save(
    noun: Noun,
    code: str | None,
    typed: Mapping[str, str],
    *,
    actor: User,
    scope: Scope = EVERYWHERE,
) -> Sequence[RegisterFault]:
    """Add a row (``code`` None) or change one: everything typed is stored, or its faults returned.

    A column typed empty is emptied, where it may be. Raises Problem NOT_FOR_SOME: who is limited
    to some territories makes no other, and NOT_FOUND for what is not of theirs.
    """
    if code is None:
        require_reach(noun, scope)
    else:
        find(noun, code, scope=scope)
    there = known(noun)
    places = {code: each for code, each in there.territories.items() if scope.holds(each.id)}
    there = replace(there, territories=places)
    row = there.rows[code] if code is not None else None
    if row is not None:
        there = replace(there, simulated=row.simulated)
    values, faults = _read(typed if code is None else {**typed, "code": code}, there)
    wanted = str(values.get("code") or "")
    if row is None and wanted in there.rows:
        faults = [_fault(RegisterCode.TAKEN_CODE, "code", value=wanted), *faults]
    if faults:
        return faults
    changed = differences(row, values) if row is not None else {}
    if row is not None and not changed:
        return ()
    store(noun, values, there)
    if row is None:
        note("register.add", f"{noun}/{wanted}", actor=actor)
    else:
        note("register.change", f"{noun}/{wanted}", actor=actor, changed=without_contact(changed))
    if noun is Noun.ORGANISATIONS:
        rolls.follow_register(actor=actor)
    db.session.commit()
    return ()


def exported(noun: Noun, *, actor: User, scope: Scope = EVERYWHERE) -> Iterator[str]:
    """The register as a file that can be brought in again. Who took it away is noted."""
    rows = registered(noun, scope=scope)
    lines = [[harmless(value) for value in told(noun, row).values()] for row in rows]
    note("register.export", noun, actor=actor, rows=len(lines))
    db.session.commit()
    return _csv(columns(noun), lines)


def require_reach(noun: Noun, scope: Scope) -> None:
    """Raises Problem NOT_FOR_SOME where somebody would make what they could not see."""
    if noun is Noun.TERRITORIES and scope.limited:
        raise Problem(ProblemCode.NOT_FOR_SOME)


def folded(text: str) -> str:
    """Without capitals and accents, as people type what they look for."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _csv(header: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "\ufeff"  # or a spreadsheet takes it for Windows-1252
    for line in (header, *lines):
        out = io.StringIO()
        csv.writer(out).writerow(line)
        yield out.getvalue()


def _fits(row: Registered, wanted: Filter) -> bool:
    name = row.title if isinstance(row, Plan) else row.name
    place = row if isinstance(row, Territory) else row.territory
    if wanted.territory and place.code != wanted.territory:
        return False
    if wanted.kind and getattr(row, "kind", wanted.kind) != wanted.kind:
        return False
    if wanted.active is not None and getattr(row, "active", wanted.active) != wanted.active:
        return False
    return folded(wanted.text.strip()) in folded(f"{row.code} {name}")


def _read(typed: Mapping[str, str], there: Known) -> tuple[dict[str, Any], list[RegisterFault]]:
    values: dict[str, Any] = {}
    faults: list[RegisterFault] = []
    for column, text in typed.items():

        def say(code: RegisterCode, *, column: str = column, **context: object) -> None:
            faults.append(_fault(code, column, **context))

        before = len(faults)
        if column == "comunas":
            text = _comuna_codes(text, there, say)
        value = read_cell(column, text, there, say)
        if value is not None:
            values[column] = value
        elif len(faults) == before and column not in OPTIONAL:
            say(RegisterCode.EMPTY)
        elif len(faults) == before and column != "active":
            values[column] = ""
    return values, faults


def _comuna_codes(text: str, there: Known, say: Say) -> str:
    """A page takes a comuna a line, by its code or its name, or both as it shows them itself."""
    names = {folded(comuna.name): code for code, comuna in there.comunas.items()}
    codes = []
    for line in filter(None, (line.strip() for line in re.split(r"[\n;,]", text))):
        code = names.get(folded(line)) or _CODE_FIRST.sub(r"\1", line)
        if not code.isdecimal():
            say(RegisterCode.BAD_COMUNA, value=shown(line))
        else:
            codes.append(code)
    return ";".join(codes)


def _fault(code: RegisterCode, column: str, **context: object) -> RegisterFault:
    return RegisterFault(code, 0, column, context)


def _text(value: str | bool) -> str:
    if isinstance(value, bool):
        return "sí" if value else "no"
    return value
