"""The promises that the database keeps by itself, whatever the code in front of it does."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from app.extensions import Base, db
from app.models import (
    Collection,
    CollectionRoll,
    Comuna,
    Draft,
    Invitation,
    Mode,
    Organisation,
    Province,
    Receipt,
    Region,
    Response,
    Role,
    SurveyText,
    SurveyVersion,
    Territory,
)
from app.services import surveys

NOW = datetime(2026, 5, 4, 15, tzinfo=UTC)
TODAY = date(2026, 5, 4)
DEFINITION = Path(__file__).parents[1] / "definitions" / "special-answers.yaml"


@pytest.fixture
def version(in_app: Flask) -> str:
    found = surveys.save_definition(DEFINITION.read_text())
    surveys.publish(found.survey_id)
    return found.id


@pytest.fixture
def organisation(version: str) -> str:
    territory = Territory(code="T-1", name="Quebrada Honda", comunas=[])
    row = Organisation(code="O-1", name="Junta", kind="junta", territory=territory)
    db.session.add(row)
    db.session.commit()
    return row.id


@pytest.fixture
def collect(version: str) -> Callable[..., str]:
    def make(**values: object) -> str:
        usual = {
            "slug": f"c-{uuid.uuid4()}",
            "version_id": version,
            "respondent": "person",
            "mode": Mode.CONFIDENTIAL,
            "selection": "open",
            "languages": ["es"],
            "opens_at": NOW,
        }
        row = Collection(**usual | values)
        db.session.add(row)
        db.session.commit()
        return row.id

    return make


@pytest.fixture
def response(version: str) -> Callable[..., Response]:
    def make(collection: str, **values: object) -> Response:
        usual = {
            "collection_id": collection,
            "mode": Mode.CONFIDENTIAL,
            "version_id": version,
            "correction": 0,
            "instance_id": str(uuid.uuid4()),
            "channel": "web",
            "language": "es",
            "answers": {},
            "content_hash": "0" * 64,
            "submitted_on": TODAY,
        }
        return Response(**usual | values)

    return make


@pytest.fixture
def draft(version: str) -> Callable[..., Draft]:
    def make(collection: str, **values: object) -> Draft:
        usual = {
            "id": uuid.uuid4().hex,
            "collection_id": collection,
            "mode": Mode.ANONYMOUS,
            "version_id": version,
            "correction": 0,
            "instance_id": str(uuid.uuid4()),
            "language": "es",
            "expires_on": TODAY,
        }
        return Draft(**usual | values)

    return make


def kept(*rows: Base) -> None:
    db.session.add_all(rows)
    db.session.commit()


def refused(*rows: Base, by: str) -> None:
    """The database, not the code, refuses the rows, and for the reason named."""
    db.session.add_all(rows)
    # pg8000 has an IntegrityError for unique constraints alone, SQLite for all of them.
    with pytest.raises(DBAPIError) as refusal:
        db.session.flush()
    db.session.rollback()
    assert by in str(refusal.value.orig)


# SQLite names the columns where PostgreSQL names the index.
ONE_VOTE = {"sqlite": "responses.organisation_id", "postgresql": "uq_responses_one_vote"}
ONE_INSTANCE = {"sqlite": "responses.instance_id", "postgresql": "uq_responses_instance"}
ONE_CONFLICT = {"sqlite": "responses.content_hash", "postgresql": "uq_responses_conflict"}
ONE_ANSWER = {
    "sqlite": "responses.invitation_id", "postgresql": "uq_responses_one_per_invitation"
}  # fmt: skip
FOREIGN = {"sqlite": "FOREIGN KEY", "postgresql": "fk_"}


def named(names: dict[str, str]) -> str:
    return names[db.engine.dialect.name]


def test_an_anonymous_response_has_neither_organisation_nor_time_of_day(
    collect: Callable[..., str], response: Callable[..., Response], organisation: str
) -> None:
    secret = collect(mode=Mode.ANONYMOUS)
    for link in (
        {"organisation_id": organisation},
        {"started_at": NOW},
        {"submitted_at": NOW},
    ):
        refused(response(secret, mode=Mode.ANONYMOUS, **link), by="anonymous_unlinked")
    kept(response(secret, mode=Mode.ANONYMOUS))


def test_a_response_cannot_claim_another_mode_than_its_collection(
    collect: Callable[..., str], response: Callable[..., Response], draft: Callable[..., Draft]
) -> None:
    secret = collect(mode=Mode.ANONYMOUS)
    refused(response(secret, mode=Mode.CONFIDENTIAL, submitted_at=NOW), by=named(FOREIGN))
    refused(draft(secret, mode=Mode.CONFIDENTIAL, started_at=NOW), by=named(FOREIGN))


def test_a_mode_is_not_changed_once_somebody_answered(
    collect: Callable[..., str], response: Callable[..., Response]
) -> None:
    promised = collect(mode=Mode.ANONYMOUS)
    kept(response(promised, mode=Mode.ANONYMOUS))
    with pytest.raises(DBAPIError):
        db.session.execute(update(Collection).values(mode=Mode.CONFIDENTIAL))
    db.session.rollback()


def test_an_anonymous_draft_has_no_moment(
    collect: Callable[..., str], draft: Callable[..., Draft]
) -> None:
    secret = collect(mode=Mode.ANONYMOUS)
    refused(draft(secret, started_at=NOW), by="anonymous_untimed")
    kept(draft(secret))


def test_an_anonymous_receipt_names_no_response(
    collect: Callable[..., str], response: Callable[..., Response]
) -> None:
    secret = collect(mode=Mode.ANONYMOUS)
    sent = response(secret, mode=Mode.ANONYMOUS)
    kept(sent)
    values = {"collection_id": secret, "mode": Mode.ANONYMOUS, "received_on": TODAY}
    refused(
        Receipt(code="K7", draft_id="a", response_id=sent.id, **values), by="anonymous_unlinked"
    )
    kept(Receipt(code="K7", draft_id="a", **values))


def test_an_anonymous_answer_names_no_invitation(
    collect: Callable[..., str], response: Callable[..., Response], draft: Callable[..., Draft]
) -> None:
    secret = collect(mode=Mode.ANONYMOUS)
    invited = invitation(secret, mode=Mode.ANONYMOUS, used=True)
    kept(invited)
    earlier = response(secret, mode=Mode.ANONYMOUS)
    kept(earlier)
    anonymous = {"mode": Mode.ANONYMOUS}
    refused(response(secret, invitation_id=invited.id, **anonymous), by="not_invited")
    refused(response(secret, revises_id=earlier.id, **anonymous), by="not_revised")
    refused(draft(secret, invitation_id=invited.id), by="not_invited")
    refused(invitation(collect(), mode=Mode.ANONYMOUS), by=named(FOREIGN))


def test_an_invitation_has_one_answer_that_counts(
    collect: Callable[..., str], response: Callable[..., Response]
) -> None:
    open_to_all = collect()
    invited = invitation(open_to_all)
    kept(invited)
    tie = {"invitation_id": invited.id}
    first = response(open_to_all, state="replaced", **tie)
    kept(first)
    kept(response(open_to_all, revises_id=first.id, **tie))
    refused(response(open_to_all, **tie), by=named(ONE_ANSWER))
    refused(response(open_to_all, state="accepted", **tie), by=named(ONE_ANSWER))
    kept(response(open_to_all, state="conflict", **tie))
    refused(invitation(open_to_all, used=True), by="used_is_anonymous")


def invitation(collection: str, **values: object) -> Invitation:
    usual = {
        "mode": Mode.CONFIDENTIAL,
        "token_hash": uuid.uuid4().hex,
        "code_hash": uuid.uuid4().hex,
    }
    return Invitation(collection_id=collection, **usual | values)


def test_an_organisation_has_one_vote(
    collect: Callable[..., str], response: Callable[..., Response], organisation: str
) -> None:
    roll = collect(respondent="organisation", selection="census")
    vote = {"organisation_id": organisation}
    kept(response(roll, **vote))
    for state in ("submitted", "accepted"):
        refused(response(roll, state=state, **vote), by=named(ONE_VOTE))
    kept(
        response(roll, state="conflict", **vote),
        response(roll, state="rejected", **vote),
        response(roll, preview=True, **vote),
        response(collect(respondent="organisation"), **vote),
    )


def test_an_instance_is_kept_once_beside_its_conflicts(
    collect: Callable[..., str], response: Callable[..., Response]
) -> None:
    open_to_all, instance = collect(), str(uuid.uuid4())
    kept(response(open_to_all, instance_id=instance))
    for state in ("submitted", "accepted", "rejected"):
        refused(response(open_to_all, instance_id=instance, state=state), by=named(ONE_INSTANCE))
    kept(
        response(open_to_all, instance_id=instance, state="conflict"),
        response(open_to_all, instance_id=instance, state="conflict", content_hash="b" * 64),
        response(collect(), instance_id=instance),
    )
    again = response(open_to_all, instance_id=instance, state="conflict", content_hash="b" * 64)
    refused(again, by=named(ONE_CONFLICT))


def test_organisations_are_asked_confidentially(
    collect: Callable[..., str], organisation: str
) -> None:
    with pytest.raises(DBAPIError, match="organisations_confidential"):
        collect(respondent="organisation", mode=Mode.ANONYMOUS)
    db.session.rollback()


def test_a_list_of_names_belongs_to_a_confidential_collection(
    collect: Callable[..., str], organisation: str
) -> None:
    secret = collect(mode=Mode.ANONYMOUS)
    territory = db.session.get_one(Organisation, organisation).territory_id
    entry = {
        "collection_id": secret,
        "organisation_id": organisation,
        "territory_id": territory,
    }
    refused(CollectionRoll(mode=Mode.ANONYMOUS, **entry), by="confidential")
    refused(CollectionRoll(mode=Mode.CONFIDENTIAL, **entry), by=named(FOREIGN))


@pytest.mark.parametrize(
    ("values", "by"),
    [
        ({"mode": "secret"}, "mode_known"),
        ({"selection": "quota"}, "selection_known"),
        ({"design": {"strata": "zone"}}, "design_of_sample"),
        ({"selection": "census", "design": {}}, "design_of_sample"),
        ({"population": 0}, "population_positive"),
        ({"closes_at": NOW}, "closes_after_opening"),
        ({"closes_at": NOW - timedelta(days=1)}, "closes_after_opening"),
    ],
)
def test_a_collection_makes_sense(
    collect: Callable[..., str], values: dict[str, object], by: str
) -> None:
    with pytest.raises(DBAPIError, match=by):
        collect(**values)
    db.session.rollback()


@pytest.mark.parametrize(
    ("values", "by"), [({"state": "lost"}, "state_known"), ({"channel": "fax"}, "channel_known")]
)
def test_a_response_has_a_known_state_and_channel(
    collect: Callable[..., str],
    response: Callable[..., Response],
    values: dict[str, object],
    by: str,
) -> None:
    refused(response(collect(), **values), by=by)


def test_a_response_is_to_a_text_that_exists(
    collect: Callable[..., str], response: Callable[..., Response]
) -> None:
    refused(response(collect(), correction=1), by=named(FOREIGN))


def test_a_correction_has_the_structure_of_its_version(version: str) -> None:
    text = {"version_id": version, "definition": {}, "source": "-"}
    refused(SurveyText(correction=1, structure_hash="other", **text), by=named(FOREIGN))
    structure = db.session.get_one(SurveyVersion, version).structure_hash
    refused(SurveyText(correction=-1, structure_hash=structure, **text), by="correction_counts")


def test_only_a_published_version_has_a_moment_of_publishing(version: str) -> None:
    survey = db.session.get_one(SurveyVersion, version).survey_id
    values = {"survey_id": survey, "structure_hash": "x"}
    refused(SurveyVersion(name="2", published_at=NOW, **values), by="published_at")
    refused(SurveyVersion(name="2", state="published", **values), by="published_at")
    refused(SurveyVersion(name="2", state="lost", **values), by="state_known")


def test_a_survey_that_was_answered_cannot_be_taken_away(
    collect: Callable[..., str], response: Callable[..., Response], version: str
) -> None:
    kept(response(collect()))
    with pytest.raises(DBAPIError):
        db.session.execute(db.delete(SurveyVersion))
    db.session.rollback()


def test_codes_have_their_length_and_begin_with_their_parents(in_app: Flask) -> None:
    kept(Region(code="05", name="Valparaíso"))
    kept(Province(code="054", region_code="05", name="Petorca"))
    kept(Comuna(code="05402", province_code="054", name="Cabildo"))
    kept(Region(code="13", name="Metropolitana"))
    refused(Region(code="5", name="Valparaíso"), by="code_length")
    refused(Province(code="54", region_code="05", name="Petorca"), by="code_length")
    refused(Province(code="055", region_code="13", name="Quillota"), by="within_region")
    refused(Comuna(code="5402", province_code="054", name="Cabildo"), by="code_length")
    refused(Comuna(code="05501", province_code="054", name="Quillota"), by="within_province")
    refused(Comuna(code="05501", province_code="055", name="Quillota"), by=named(FOREIGN))


def test_there_are_four_roles(in_app: Flask) -> None:
    refused(Role(name="owner"), by="name_known")
