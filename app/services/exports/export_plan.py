"""What an export is to hold: which responses, in which columns, under which headings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import force_locale, gettext
from sqlalchemy import Connection, Engine, Row, Select, func, select

from app.errors import Problem, ProblemCode
from app.extensions import db, reading
from app.language import locale_of
from app.models import (
    Collection,
    Invitation,
    Mode,
    Organisation,
    Quota,
    Response,
    SurveyVersion,
    Territory,
)
from app.models.columns import utc_now
from app.services import collections
from app.services.analytics import joins
from app.services.scope import EVERYWHERE, Scope
from encuestas.export import Several, Table, repeats_of
from encuestas.joining import Joined
from encuestas.paths import is_repeat

ROWS_AT_ONCE = 1000
WIDEST = 16_384
"""Columns of a spreadsheet; a CSV that no spreadsheet can open is refused too."""
_watch: ContextVar[Callable[[int], object]] = ContextVar("watch", default=lambda _rows: None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """``labels``: words, in ``lang``, in place of codes. ``raw``: cells that a spreadsheet would
    take for formulas are left alone. ``all_states``: previews and what is under review too.
    ``repeat``: a row for each instance of that repeat. ``wide``: a column for each instance.
    ``scope``: the responses that whoever asks may see. ``places``: whoever asks for a map of them
    knows that a place tells who somebody is. ``several``: how several answers to one question
    stand. ``keep_special``: what is no opinion is a value like any other for SPSS and Stata.
    """

    labels: bool = False
    lang: str = "es"
    raw: bool = False
    all_states: bool = False
    repeat: str = ""
    wide: bool = False
    places: bool = False
    several: Several = Several.BOTH
    keep_special: bool = False
    scope: Scope = EVERYWHERE

    def noted(self) -> dict[str, object]:
        """The same as the audit keeps it."""
        limits = self.scope.territories
        scope = None if limits is None else sorted(limits)
        return asdict(self) | {"several": str(self.several), "scope": scope}


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """All that the rows need, looked up before the first of them is read."""

    # Plain values: the rows may be read when the request, and its session, are gone.
    collection: str
    simulated: bool
    confidential: bool
    followed: bool
    quotas: bool
    options: Options
    # The codes of the territories that it is limited to; None where it is of all.
    territories: tuple[str, ...] | None
    joined: Joined
    words: Mapping[str, str]
    query: Select[Any]

    @property
    def metadata(self) -> tuple[str, ...]:
        """An anonymous response has nothing its sender's phone knows, and no time of day."""
        hidden = () if self.confidential else ("instance_id", "organisation", "submitted_at")
        if not self.followed:
            hidden += ("person_id",)
        if not self.quotas:
            hidden += ("over_quota",)
        return tuple(name for name in METADATA if name not in hidden)

    def heading(self, name: str) -> str:
        """Of what is known about a response."""
        return self.words.get(name, f"_{name}")

    def repeats(self) -> tuple[str, ...]:
        """The repeats of any version."""
        every = (repeats_of(survey) for survey in self.joined.versions.values())
        return tuple(dict.fromkeys(name for names in every for name in names))

    def table(self, *, repeat: str = "", widths: Mapping[str, int] | None = None) -> Table:
        """Raises Problem EXPORT_TOO_WIDE."""
        options = self.options
        made = self._laid_out(options.labels, repeat=repeat, widths=widths)
        if len(made.columns) + len(METADATA) > WIDEST:
            raise Problem(ProblemCode.EXPORT_TOO_WIDE, columns=len(made.columns), limit=WIDEST)
        return made

    def worded(self, widths: Mapping[str, int] | None = None) -> Table:
        """The same columns under headings in words."""
        return self._laid_out(True, widths=widths)

    def _laid_out(self, labels: bool, **how: Any) -> Table:
        options = self.options
        several = Several(options.several)
        return Table(self.joined, labels=labels, lang=options.lang, several=several, **how)


METADATA = (
    "id",
    "instance_id",
    "version",
    "correction",
    "channel",
    "language",
    "territory",
    "organisation",
    "person_id",
    "submitted_on",
    "submitted_at",
    "simulated",
    "preview",
    "over_quota",
    "state",
)


def prepare(slug: str, options: Options) -> Export:
    """Raises Problem UNKNOWN_COLLECTION, RESULTS_AT_CLOSING or UNKNOWN_REPEAT."""
    collection = collections.find(slug)
    collections.require_results(collection, utc_now())
    with force_locale(locale_of(options.lang)):
        words = _words() if options.labels else {}
    export = Export(
        collection=slug,
        simulated=collection.simulated,
        confidential=collection.mode == Mode.CONFIDENTIAL,
        followed=_followed(collection),
        quotas=_has_quotas(collection),
        options=options,
        territories=territories_of(options.scope),
        joined=joins.joined(collection, all_states=options.all_states, scope=options.scope),
        words=words,
        query=responses_of(collection, all_states=options.all_states).where(options.scope.rows()),
    )
    if options.repeat and options.repeat not in export.repeats():
        known = ", ".join(export.repeats()) or "–"
        raise Problem(ProblemCode.UNKNOWN_REPEAT, repeat=options.repeat, known=known)
    return export


def territories_of(scope: Scope) -> tuple[str, ...] | None:
    """The codes of the territories that a scope is limited to."""
    if scope.territories is None:
        return None
    query = select(Territory.code).where(Territory.id.in_(sorted(scope.territories)))
    return tuple(db.session.scalars(query.order_by(Territory.code)))


def _followed(collection: Collection) -> bool:
    """Whether people were invited, so that their answers to several collections can be joined."""
    if collection.mode != Mode.CONFIDENTIAL:
        return False
    query = select(Invitation.id).where(Invitation.collection_id == collection.id)
    return db.session.scalars(query.limit(1)).first() is not None


def _has_quotas(collection: Collection) -> bool:
    query = select(Quota.id).where(Quota.collection_id == collection.id)
    return db.session.scalars(query.limit(1)).first() is not None


def responses_of(collection: Collection, *, all_states: bool) -> Select[Any]:
    """The responses with all that is told of them, in an order that tells nothing."""
    query = (
        select(
            Response.id,
            Response.instance_id,
            SurveyVersion.name.label("version"),
            Response.correction,
            Response.channel,
            Response.language,
            Territory.code.label("territory"),
            Territory.name.label("territory_name"),
            Organisation.code.label("organisation"),
            Organisation.name.label("organisation_name"),
            Invitation.person_id,
            Response.submitted_on,
            Response.submitted_at,
            Response.simulated,
            Response.preview,
            Response.over_quota,
            Response.state,
            Response.answers,
        )
        .join(SurveyVersion, SurveyVersion.id == Response.version_id)
        .outerjoin(Territory, Territory.id == Response.territory_id)
        .outerjoin(Organisation, Organisation.id == Response.organisation_id)
        .outerjoin(Invitation, Invitation.id == Response.invitation_id)
        # The order of the index: SQLite, which would sort in memory, reads it as it stands.
        .order_by(Response.state, Response.preview, Response.id)
        .where(Response.collection_id == collection.id)
    )
    return query if all_states else query.where(Response.counts())


@contextmanager
def connected(engine: Engine, *, unchanging: bool = False) -> Iterator[Connection]:
    """A connection of its own, which outlives the request that asked for the export.

    ``unchanging``: two statements see the same responses, as they always do on SQLite.
    """
    with engine.connect() as connection:
        if unchanging and engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with reading():  # the transaction begins here; nothing may be yielded inside a request's
            connection.begin()
        yield connection


def parts(connection: Connection, query: Select[Any]) -> Iterator[Sequence[Row[Any]]]:
    """The rows, some at a time: memory stays the same for ten and for a million."""
    watch, seen = _watch.get(), 0
    for part in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query).partitions():
        yield part
        seen += len(part)
        watch(seen)


def count(export: Export) -> int:
    """How many responses it is of."""
    query = export.query.with_only_columns(func.count()).order_by(None)
    return int(db.session.scalar(query) or 0)


@contextmanager
def watched(watch: Callable[[int], object]) -> Iterator[None]:
    """Whatever is exported inside tells how many rows it has read so far."""
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)


def widths(export: Export, connection: Connection) -> dict[str, int]:
    """The most instances that any response has of each repeat; nothing where none is asked for."""
    found: dict[str, int] = {}
    if export.options.wide and export.repeats():
        answers = export.query.with_only_columns(Response.answers).order_by(None)
        for part in parts(connection, answers):
            for row in part:
                _widen(found, row.answers)
    return found


def _widen(found: dict[str, int], answers: Mapping[str, object]) -> None:
    for name, answer in answers.items():
        if is_repeat(answer):
            found[name] = max(found.get(name, 0), len(answer))
            for instance in answer:
                _widen(found, instance)


def values(export: Export, row: Row[Any]) -> dict[str, object]:
    """What is known about a response: dates and moments as such."""
    known: dict[str, object] = {name: getattr(row, name) for name in export.metadata}
    if export.options.labels:
        known["territory"] = row.territory_name
        if export.confidential:
            known["organisation"] = row.organisation_name
    return known


def told(known: Mapping[str, object]) -> dict[str, object]:
    """The same as JSON can carry it."""
    plain = dict(known)
    plain["submitted_on"] = known["submitted_on"].isoformat()
    if known.get("submitted_at") is not None:
        plain["submitted_at"] = known["submitted_at"].isoformat(timespec="seconds")
    return plain


def positions(export: Export, table: Table) -> Iterable[str]:
    """The headings of a repeat's table before its own columns: the response and the positions."""
    yield export.heading("id")
    yield from (f"_{repeat}" for repeat in table.around)


def _words() -> dict[str, str]:
    return {
        "id": gettext("Clave"),
        "instance_id": gettext("Identificador del envío"),
        "version": gettext("Versión"),
        "correction": gettext("Corrección"),
        "channel": gettext("Canal"),
        "language": gettext("Idioma"),
        "territory": gettext("Territorio"),
        "organisation": gettext("Organización"),
        "person_id": gettext("Persona invitada"),
        "submitted_on": gettext("Fecha de envío"),
        "submitted_at": gettext("Momento de envío"),
        "simulated": gettext("Simulado"),
        "preview": gettext("Vista previa"),
        "over_quota": gettext("Sobre la cuota"),
        "state": gettext("Estado"),
    }
