"""The demonstration programme: simulated, marked so on every row, and removable as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from sqlalchemy import delete, func, select

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import (
    TERRITORY_QUESTION,
    Attachment,
    AuditEntry,
    Channel,
    Collection,
    Draft,
    Organisation,
    Plan,
    Response,
    Selection,
    Territory,
    User,
)
from app.services import collections, surveys
from app.services.analytics.sampling import read_sampling
from app.services.attachments import attachments
from app.services.audit import note
from app.services.collections import Fielding
from app.services.columnar import keeping
from app.services.demo import demo_data
from app.services.receiving import rule
from app.services.register import places, plan_documents
from encuestas import Source, validate

SEED = 2026
PEOPLE, ORGANISATIONS = "satisfaccion", "calidad-pdt"


def exists() -> bool:
    query = select(func.count()).select_from(Collection).where(Collection.simulated)
    return bool(db.session.scalar(query))


def was_removed() -> bool:
    """Somebody took the demonstration away: setting up again must not bring it back."""
    query = (
        select(AuditEntry.action)
        .where(AuditEntry.action.in_(["demo.add", "demo.remove"]))
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return db.session.scalar(query) == "demo.remove"


def add() -> None:
    """Build the whole programme in one transaction. Does nothing when it is already there."""
    if exists():
        return
    programme = demo_data.programme(SEED)
    _add_register(programme)
    people = _open_people(programme)
    organisations = _open_organisations(programme)
    _answer(people, programme.people)
    _answer(organisations, programme.organisation_answers)
    note("demo.add", "demo", seed=SEED)
    db.session.commit()


def remove() -> None:
    """Take away everything simulated: collections with their responses, the register, log-ins.

    Raises Problem DEMO_IN_USE when a collection that is not simulated is about its territories.
    """
    in_use = select(Collection.id).where(
        ~Collection.simulated, Collection.territories.any(Territory.simulated)
    )
    if db.session.scalars(in_use.limit(1)).first():
        raise Problem(ProblemCode.DEMO_IN_USE)
    simulated = select(Collection.id).where(Collection.simulated)
    unused = attachments.keys_of(Attachment.collection_id.in_(simulated))
    unused += plan_documents.keys_of(Plan.simulated)
    # Drafts first: one may be about to change a response.
    db.session.execute(delete(Draft).where(Draft.collection_id.in_(simulated)))
    db.session.execute(delete(Response).where(Response.simulated))
    for noun in (Collection, Plan, Organisation, Territory, User):
        db.session.execute(delete(noun).where(noun.simulated))
    note("demo.remove", "demo")
    db.session.commit()
    attachments.forget(unused)
    keeping.forget_gone()


def _add_register(programme: demo_data.DemoProgramme) -> None:
    territories = {
        item.code: places.new_territory(item.code, item.name, item.comunas, simulated=True)
        for item in programme.territories
    }
    db.session.add_all(
        Organisation(
            code=item.code,
            name=item.name,
            kind=item.kind,
            territory=territories[item.territory],
            active=item.active,
            simulated=True,
        )
        for item in programme.organisations
    )
    db.session.add_all(
        Plan(
            code=item.code,
            title=item.title,
            territory=territories[item.territory],
            summary_es=item.summary_es,
            summary_en=item.summary_en,
            simulated=True,
        )
        for item in programme.plans
    )
    db.session.flush()


def _open_people(programme: demo_data.DemoProgramme) -> Collection:
    return collections.add_collection(
        "satisfaction",
        PEOPLE,
        Fielding(
            selection=Selection.PROBABILITY,
            territories=[item.code for item in programme.territories],
            # As the answers were simulated: so many adults drawn one by one in each territory.
            design=read_sampling(
                {
                    "strata": TERRITORY_QUESTION,
                    "population": {item.code: item.adults for item in programme.territories},
                }
            ),
            simulated=True,
            opens_at=_morning(demo_data.PEOPLE_OPEN),
        ),
    )


def _open_organisations(programme: demo_data.DemoProgramme) -> Collection:
    return collections.add_collection(
        "pdt-quality",
        ORGANISATIONS,
        Fielding(
            selection=Selection.CENSUS,
            territories=[plan.territory for plan in programme.plans],
            simulated=True,
            opens_at=_morning(demo_data.ORGANISATIONS_OPEN),
        ),
    )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _answer(collection: Collection, responses: Iterable[demo_data.DemoResponse]) -> None:
    """Every simulated answer goes through the same validator and the same door as a real one."""
    survey = collections.fielded(collection)
    text = surveys.newest_text(collection.version_id)
    batch = []
    for item in responses:
        checked = validate(survey, item.answers, source=Source.JSON, now=item.submitted_at)
        if checked.faults:
            raise ValueError(f"a simulated answer is not valid: {checked.faults[0]}")
        submission = rule.Submission(
            collection=collection,
            survey=survey,
            version_id=text.version_id,
            correction=text.correction,
            instance_id=item.instance_id,
            answers=item.answers,
            source=Source.JSON,
            channel=Channel(item.channel),
            language="es",
            finished_at=item.submitted_at,
            started_at=item.started_at,
        )
        batch.append(rule.Checked(submission, checked.answers))
    rule.receive_checked(batch)
