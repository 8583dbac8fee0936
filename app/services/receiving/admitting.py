"""One response per invitation: what a personal link does to the answers that come with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from app.extensions import db
from app.models import (
    ORGANISATION_QUESTION,
    TERRITORY_QUESTION,
    CollectionRoll,
    Invitation,
    Mode,
    Organisation,
    Response,
    ResponseState,
)
from app.models.response import COUNTED
from app.services import surveys

if TYPE_CHECKING:
    from app.services.receiving.rule import Submission


def without_claims(submission: Submission) -> Mapping[str, object]:
    """The answers without what somebody said of who they are, where their invitation tells."""
    if _organisation_id(submission) is None:
        return submission.answers
    told = {ORGANISATION_QUESTION, TERRITORY_QUESTION}
    return {name: value for name, value in submission.answers.items() if name not in told}


def with_organisation(
    submission: Submission, answers: Mapping[str, object]
) -> Mapping[str, object]:
    """The answers with the organisation that was invited, where the survey asks for it."""
    organisation_id = _organisation_id(submission)
    survey = surveys.definition_of(submission.version_id, submission.correction)
    if organisation_id is None or not survey.has(ORGANISATION_QUESTION):
        return answers
    organisation = db.session.get_one(Organisation, organisation_id)
    return {ORGANISATION_QUESTION: organisation.code, **answers}


def voter(submission: Submission) -> tuple[str, str] | None:
    """The invited organisation, and the territory where the roll has it."""
    organisation_id = _organisation_id(submission)
    if organisation_id is None:
        return None
    query = (
        select(CollectionRoll.organisation_id, CollectionRoll.territory_id)
        .where(CollectionRoll.collection_id == submission.collection.id)
        .where(CollectionRoll.organisation_id == organisation_id)
        # As in `receiving`: whoever takes it off the roll waits for this vote.
        .with_for_update(read=True, key_share=True)
    )
    found = db.session.execute(query).first()
    return (found[0], found[1]) if found is not None else None


def tied_to(submission: Submission) -> str | None:
    """The invitation that the response names. An anonymous one names none."""
    invitation = submission.invitation
    if invitation is None or invitation.mode == Mode.ANONYMOUS:
        return None
    return invitation.id


def replaced_by(submission: Submission) -> str | None:
    """Count the response that this one changes no more; its id, if it still counted.

    Written before the new one is: the index that allows one response per invitation would refuse
    it, as it does where another change came first.
    """
    if submission.revises_id is None:
        return None
    earlier = update(Response).where(Response.id == submission.revises_id)
    if submission.reviewed:  # staff change it, who may also mend what was rejected
        earlier = earlier.where(Response.state.in_((*COUNTED, ResponseState.REJECTED)))
    elif submission.invitation is not None:
        mine = Response.invitation_id == submission.invitation.id
        earlier = earlier.where(mine, Response.state.in_(COUNTED))
    else:
        return None
    changed = db.session.execute(earlier.values(state=ResponseState.REPLACED)).rowcount
    return submission.revises_id if changed == 1 else None


def use_up(submission: Submission, response_id: str) -> bool:
    """Use the anonymous invitation up; where it was used before, the new response is set aside.

    Of two at the same moment the database lets one through. Nothing ties the two rows together.
    """
    invitation = submission.invitation
    if invitation is None or invitation.mode != Mode.ANONYMOUS or submission.preview:
        return True
    free = update(Invitation).where(Invitation.id == invitation.id, ~Invitation.used)
    if db.session.execute(free.values(used=True)).rowcount == 1:
        return True
    mine = update(Response).where(Response.id == response_id)
    db.session.execute(mine.values(state=ResponseState.CONFLICT))
    return False


def _organisation_id(submission: Submission) -> str | None:
    invitation = submission.invitation
    return invitation.organisation_id if invitation is not None else None
