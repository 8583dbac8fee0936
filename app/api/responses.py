"""Finished responses come in: one, or a list of which each has its own verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from app.api.blueprint import v1
from app.api.guard import has
from app.api.schemas import ProblemSchema, VerdictSchema
from app.config import MAX_BODY_BYTES
from app.errors import Problem, ProblemCode
from app.forms.items import take_in
from app.language import current_language
from app.models import TokenScope
from app.permissions import public
from app.services.receiving.inbox import Outcome
from app.services.receiving.rule import Verdict
from app.services.receiving.shape import MOST_ITEMS, ItemSchema, read_json
from app.words.messages import answer_fault_text
from app.words.verdicts import verdict_words

MOST_BYTES = 16 * MAX_BODY_BYTES
"""Of a list. One item alone may have `MAX_BODY_BYTES`."""

STATUS: Mapping[Verdict, HTTPStatus] = {
    Verdict.STORED: HTTPStatus.CREATED,
    Verdict.SAME: HTTPStatus.OK,
    Verdict.CONFLICT: HTTPStatus.CONFLICT,
    Verdict.QUARANTINED: HTTPStatus.ACCEPTED,
}
_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "oneOf": [
                    ItemSchema,
                    {"type": "array", "items": ItemSchema, "maxItems": MOST_ITEMS},
                ]
            }
        }
    },
}
_SAME = {"oneOf": [VerdictSchema, {"type": "array", "items": VerdictSchema}]}
_PROBLEM = {"schema": ProblemSchema, "content_type": "application/problem+json"}


@v1.post("/responses")
@v1.doc(summary="Send one finished response, or a list", requestBody=_BODY)
@v1.response(201, VerdictSchema, description="stored")
@v1.alt_response(200, schema=_SAME, description="same; or of a list, one verdict each")
@v1.alt_response(202, schema=VerdictSchema, description="quarantined: kept for review")
@v1.alt_response(207, schema=VerdictSchema(many=True), description="verdicts of a list differ")
@v1.alt_response(409, schema=VerdictSchema, description="conflict: both are kept for review")
@v1.alt_response(422, schema=VerdictSchema, description="refused: malformed, nothing is kept")
@v1.alt_response(401, schema=VerdictSchema, description="refused: that channel takes an account")
@v1.alt_response(403, schema=VerdictSchema, description="refused: not by that account")
@v1.alt_response(404, schema=VerdictSchema, description="refused: there is no such collection")
@v1.alt_response(401, description="a token that does not open", **_PROBLEM)
@v1.alt_response(403, description="a token that is not for sending, or another site", **_PROBLEM)
@v1.alt_response(429, description="too many tokens that do not open", **_PROBLEM)
@v1.alt_response(400, description="no JSON", **_PROBLEM)
@v1.alt_response(413, description="too large", **_PROBLEM)
@v1.alt_response(415, description="not called JSON", **_PROBLEM)
@v1.alt_response(503, description="busy: send again", **_PROBLEM)
@public
def receive() -> ResponseReturnValue:
    if not has(TokenScope.SUBMIT):
        raise Problem(ProblemCode.KEY_TOO_NARROW, scope=TokenScope.SUBMIT)
    raw, size = _read_body()
    several = isinstance(raw, list)
    outcomes = take_in(raw if several else [raw], small=size <= MAX_BODY_BYTES)
    body, status = answered(outcomes, several=several)
    response = jsonify(body)
    response.status_code = status
    return response


def _read_body() -> tuple[Any, int]:
    """The body as data, and its size. Raises Problem for what is no JSON, or was cut short."""
    request.max_content_length = MOST_BYTES
    if request.mimetype != "application/json":
        raise Problem(ProblemCode.WRONG_MEDIA_TYPE)
    body = request.get_data(cache=False)
    if request.content_length not in {None, len(body)}:
        raise Problem(ProblemCode.NOT_JSON)
    raw = read_json(body)
    if isinstance(raw, list) and len(raw) > MOST_ITEMS:
        raise Problem(ProblemCode.TOO_MANY_ITEMS, count=len(raw), limit=MOST_ITEMS)
    if not isinstance(raw, list) and len(body) > MAX_BODY_BYTES:
        raise Problem(ProblemCode.ITEM_TOO_LARGE, limit_kb=MAX_BODY_BYTES // 1024)
    return raw, len(body)


def answered(outcomes: Sequence[Outcome], *, several: bool) -> tuple[object, int]:
    """What a request is answered: the verdict, or of a list its verdicts; and the status."""
    verdicts = [told(outcome) for outcome in outcomes]
    if not several:
        return verdicts[0]
    statuses = {status for _body, status in verdicts}
    status = HTTPStatus.OK if len(statuses) < 2 else HTTPStatus.MULTI_STATUS
    return [body for body, _status in verdicts], int(status)


def told(outcome: Outcome) -> tuple[dict[str, Any], int]:
    """The verdict as the client reads it, and the answer's status."""
    body: dict[str, Any] = {
        "instance_id": outcome.instance_id or None,
        "status": outcome.verdict.value,
    }
    if outcome.receipt:
        body["receipt"] = outcome.receipt
    words = verdict_words(outcome.verdict, outcome.reason, outcome.problem)
    if words is not None:
        reason = outcome.problem.code if outcome.problem else outcome.reason or outcome.verdict
        body |= {"code": reason.value, "message": words[0], "remedy": words[1]}
    if outcome.faults and outcome.survey:
        body["faults"] = [_fault(outcome, fault) for fault in outcome.faults]
    status = outcome.problem.status if outcome.problem else STATUS[outcome.verdict]
    return body, int(status)


def _fault(outcome: Outcome, fault: Any) -> dict[str, str]:
    survey = outcome.survey
    question = survey.question(fault.name) if survey and survey.has(fault.name) else None
    text = answer_fault_text(fault, question, current_language())
    return {"question": fault.question, "code": fault.code.value, "message": text}
