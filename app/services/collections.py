"""Collections: opening, closing, and the survey as a collection fields it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import (
    Access,
    Collection,
    CollectionRoll,
    Mode,
    Organisation,
    Plan,
    Selection,
    SurveyVersion,
    Territory,
    User,
    VersionState,
)
from app.models.columns import utc_now
from app.services import surveys
from app.services.analytics.sampling import Sampling, read_sampling, require_fits
from app.services.audit import note
from app.services.register import rolls
from app.services.scope import EVERYWHERE, Scope
from encuestas import Choice, Survey, bind_choices

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 64

_Lists = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fielding:
    """How a survey is to be fielded: what `open_collection` needs beside survey and slug.

    What is None is not decided by whoever opens: a new collection is then open and confidential,
    about every territory of the register, and one that is already there is left as it is.
    """

    selection: Selection | None = None
    mode: Mode | None = None
    territories: Sequence[str] | None = None
    plan: str | None = None
    population: int | None = None
    design: Sampling | None = None
    languages: Sequence[str] = ()
    legal_notice: dict[str, str] | None = None
    texts: dict[str, object] | None = None
    wave: str = ""
    access: Access | None = None
    public: bool = True
    simulated: bool = False
    opens_at: datetime | None = None
    closes_at: datetime | None = None


def find(slug: str) -> Collection:
    """The collection at ``/e/<slug>``. Raises Problem UNKNOWN_COLLECTION."""
    # What is no slug is not asked of the database: PostgreSQL fails on a NUL.
    query = select(Collection).where(Collection.slug == slug)
    collection = db.session.scalars(query).first() if SLUG.fullmatch(slug) else None
    if collection is None:
        raise Problem(ProblemCode.UNKNOWN_COLLECTION, slug=slug)
    return collection


def every() -> list[Collection]:
    return list(db.session.scalars(select(Collection).order_by(Collection.slug)))


def open_collection(survey_id: str, slug: str, fielding: Fielding) -> Collection:
    """Field the newest published version under ``/e/<slug>``.

    Opening what is already there in the same way changes nothing; in another way is refused.
    """
    collection = add_collection(survey_id, slug, fielding)
    db.session.commit()
    return collection


def add_collection(survey_id: str, slug: str, fielding: Fielding) -> Collection:
    """`open_collection` inside a larger use case: the caller commits."""
    version = surveys.newest_published(survey_id)
    if not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        raise Problem(ProblemCode.BAD_SLUG, slug=slug)
    known = db.session.scalars(select(Collection).where(Collection.slug == slug)).first()
    if known is not None:
        _require_same(known, survey_id, fielding)
        return known
    collection = _new_collection(version, slug, fielding)
    db.session.add(collection)
    db.session.flush()
    rolls.call(collection)
    if fielding.design is not None:
        _declare(collection, fielding.design)
    note("collection.open", slug, survey=survey_id, version=version.name)
    return collection


def close_collection(slug: str) -> Collection:
    """Take no more answers from now on. Closing a closed one changes nothing.

    The roll is from now on what the register says at this moment.
    """
    collection, now = find(slug), utc_now()
    if collection.closes_at is None or collection.closes_at > now:
        rolls.follow_before_closing(collection)
        now = utc_now()  # it may have waited for whoever is changing the register
        if collection.opens_at >= now:  # it never opened; closing must come after opening
            collection.opens_at = min(collection.created_at, now - timedelta(seconds=1))
        collection.closes_at = now
        note("collection.close", slug)
        db.session.commit()
    return collection


def declare_design(slug: str, design: Sampling | None) -> Collection:
    """Say how the sample was drawn, or that nothing is known of it (None).

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION, or what `require_fits` refuses.
    """
    collection = find(slug)
    before = collection.design
    if design is None:
        collection.design = None
    else:
        _declare(collection, design)
    if collection.design != before:
        note("collection.design", slug, before=before, design=collection.design)
        db.session.commit()
    return collection


def _declare(collection: Collection, design: Sampling) -> None:
    require_fits(design, collection, fielded(collection))
    collection.design = design.to_data()


def use_version(slug: str, version_name: str) -> Collection:
    """Field another published version of the same survey from now on.

    Drafts finish on the version they began. Using the version in use changes nothing.

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION, UNKNOWN_SURVEY, NOT_PUBLISHED, OTHER_RESPONDENTS: who answers is fixed
        when a collection opens, with its roll; or what `require_fits` refuses: the new version
        lacks a question that the design needs.
    """
    collection = find(slug)
    before, version = collection.version, _published(collection.version.survey_id, version_name)
    if version.id == before.id:
        return collection
    old, new = (
        fielded(collection),
        surveys.definition_of(version.id, surveys.newest_text(version.id).correction),
    )
    if new.respondent != collection.respondent:
        raise Problem(ProblemCode.OTHER_RESPONDENTS, version=version_name)
    if collection.design is not None:
        require_fits(read_sampling(collection.design), collection, new)
    if tuple(collection.languages) == old.languages:
        collection.languages = list(new.languages)
    else:  # a choice of languages stays, as far as the version speaks them
        kept = [code for code in collection.languages if code in new.languages]
        collection.languages = kept or list(new.languages)
    collection.version = version
    note("collection.use-version", slug, before=before.name, version=version.name)
    db.session.commit()
    return collection


def _published(survey_id: str, version_name: str) -> SurveyVersion:
    version = surveys.find_version(survey_id, version_name)
    if version.state != VersionState.PUBLISHED:
        command = f"{survey_id} --version {version_name}"
        survey = f"{survey_id} {version_name}"
        raise Problem(ProblemCode.NOT_PUBLISHED, survey=survey, command=command)
    return version


def _definition(version: SurveyVersion) -> Survey:
    return surveys.definition_of(version.id, surveys.newest_text(version.id).correction)


def require_answerable(collection: Collection, now: datetime) -> None:
    """Raises the Problem that says why nobody can answer at this moment."""
    if not collection.public:
        raise Problem(ProblemCode.NOT_PUBLIC)
    if now < collection.opens_at:
        raise Problem(ProblemCode.NOT_YET_OPEN, opens=collection.opens_at)
    if collection.closes_at is not None and now >= collection.closes_at:
        raise Problem(ProblemCode.CLOSED, closed=collection.closes_at, slug=collection.slug)


def require_open_to_all(collection: Collection) -> None:
    """Raises Problem INVITATION_NEEDED where only a personal link leads in."""
    if collection.access == Access.PERSONAL:
        raise Problem(ProblemCode.INVITATION_NEEDED)


def change_access(slug: str, access: Access, *, actor: User | None = None) -> Collection:
    """Say which ways lead in from now on, also for what was begun and not sent yet."""
    collection = find(slug)
    if collection.access != access:
        note("collection.access", slug, actor=actor, before=collection.access, access=access)
        collection.access = access
        db.session.commit()
    return collection


def require_results(collection: Collection, now: datetime) -> None:
    """Raises Problem RESULTS_AT_CLOSING: figures that grow would show each anonymous answer."""
    closed = collection.closes_at is not None and collection.closes_at <= now
    if collection.mode == Mode.ANONYMOUS and not closed:
        raise Problem(ProblemCode.RESULTS_AT_CLOSING)


def population(collection: Collection, *, scope: Scope = EVERYWHERE) -> int | None:
    """How many could answer: the roll's length for a census of organisations, else as declared.

    What was declared is the size of all its territories: of some of them nobody knows it.
    """
    if collection.respondent == "organisation" and collection.selection == Selection.CENSUS:
        query = select(func.count()).where(
            CollectionRoll.collection_id == collection.id,
            scope.among(CollectionRoll.territory_id),
        )
        return db.session.scalar(query) or None
    return collection.population if scope.covers(collection) else None


def fielded(
    collection: Collection,
    version_id: str | None = None,
    correction: int | None = None,
    *,
    invited: bool = False,
    scope: Scope = EVERYWHERE,
) -> Survey:
    """The definition with the lists that the register supplies, as this collection asks it.

    A collection about one territory does not ask which: `only_territory` tells. An organisation
    that was ``invited`` is not asked who it is, nor where: its invitation tells.
    ``scope``: for staff who type in answers about some territories alone.
    """
    if version_id is None or correction is None:
        text = surveys.newest_text(collection.version_id)
        version_id, correction = text.version_id, text.correction
    known = invited and collection.respondent == "organisation"
    lists = {} if known else register_lists(collection, scope)
    key = tuple(
        (name, tuple((choice.value, choice.label["es"]) for choice in choices))
        for name, choices in lists.items()
    )
    return _bound(version_id, correction, key)


@lru_cache(maxsize=256)
def _bound(version_id: str, correction: int, lists: _Lists) -> Survey:
    """What is asked is looked at once, not for each page: only published versions are fielded."""
    survey = surveys.definition_of(version_id, correction)
    return bind_choices(
        survey,
        {name: [Choice(code, {"es": words}) for code, words in rows] for name, rows in lists},
    )


def register_lists(collection: Collection, scope: Scope = EVERYWHERE) -> dict[str, list[Choice]]:
    """The choice lists marked ``register`` in a definition, from this collection's own register."""
    territories = collection.territories
    seats = (entry for entry in _roll(collection) if scope.holds(entry.territory_id))
    organisations = sorted((entry.organisation for entry in seats), key=_by_name)
    return {
        "territories": _choices(scope.of(territories)) if len(territories) > 1 else [],
        "organisations": _choices(organisations),
    }


def only_territory(collection: Collection) -> str | None:
    """The id of the one territory that the collection is about, if it is about one."""
    return collection.territories[0].id if len(collection.territories) == 1 else None


def _choices(rows: Sequence[Territory] | Sequence[Organisation]) -> list[Choice]:
    return [Choice(value=row.code, label={"es": row.name}) for row in rows]


def _by_name(organisation: Organisation) -> tuple[str, str]:
    return organisation.name.casefold(), organisation.code


def _roll(collection: Collection) -> Sequence[CollectionRoll]:
    if collection.respondent != "organisation":
        return ()
    query = (
        select(CollectionRoll)
        .where(CollectionRoll.collection_id == collection.id)
        .join(CollectionRoll.organisation)
        .options(contains_eager(CollectionRoll.organisation))
    )
    return db.session.scalars(query).all()


def _new_collection(version: SurveyVersion, slug: str, fielding: Fielding) -> Collection:
    survey = _definition(version)
    if survey.respondent == "organisation" and fielding.mode == Mode.ANONYMOUS:
        raise Problem(ProblemCode.ORGANISATIONS_CONFIDENTIAL)
    plan = _plan(fielding.plan)
    return Collection(
        slug=slug,
        version=version,
        respondent=survey.respondent,
        mode=fielding.mode or Mode.CONFIDENTIAL,
        selection=fielding.selection or Selection.OPEN,
        population=fielding.population,
        languages=list(fielding.languages or survey.languages),
        legal_notice=fielding.legal_notice,
        texts=fielding.texts or {},
        wave=fielding.wave,
        access=fielding.access or Access.OPEN,
        plan=plan,
        public=fielding.public,
        simulated=fielding.simulated,
        opens_at=fielding.opens_at or utc_now(),
        closes_at=fielding.closes_at,
        territories=_territories(fielding, plan),
    )


def _plan(code: str | None) -> Plan | None:
    if code is None:
        return None
    plan = db.session.scalars(select(Plan).where(Plan.code == code)).first()
    if plan is None:
        raise Problem(ProblemCode.UNKNOWN_PLAN, plan=code)
    return plan


def _territories(fielding: Fielding, plan: Plan | None) -> list[Territory]:
    """Those that were named; else the plan's, whose organisations rate it; else all of them."""
    query = select(Territory).order_by(Territory.code)
    if fielding.territories is None and plan is not None:
        return [plan.territory]
    if fielding.territories is None:
        return list(db.session.scalars(query.where(Territory.simulated == fielding.simulated)))
    found = list(db.session.scalars(query.where(Territory.code.in_(fielding.territories))))
    missing = set(fielding.territories) - {territory.code for territory in found}
    if missing:
        raise Problem(ProblemCode.UNKNOWN_TERRITORY, territory=", ".join(sorted(missing)))
    return found


def _require_same(known: Collection, survey_id: str, fielding: Fielding) -> None:
    wanted = {
        "survey": survey_id,
        "selection": fielding.selection,
        "mode": fielding.mode,
        "population": fielding.population,
        "design": fielding.design.to_data() if fielding.design is not None else None,
        "wave": fielding.wave or None,
        "access": fielding.access,
        "plan": fielding.plan,
    }
    found = {
        "survey": known.version.survey_id,
        "selection": known.selection,
        "mode": known.mode,
        "population": known.population,
        "design": known.design,
        "wave": known.wave,
        "access": known.access,
        "plan": known.plan.code if known.plan else None,
    }
    differences = sorted(
        name for name, value in wanted.items() if value is not None and value != found[name]
    )
    if differences:
        raise Problem(ProblemCode.SLUG_TAKEN, slug=known.slug, differences=", ".join(differences))
