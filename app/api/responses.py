"""Finished responses come in: one, or a list of which each has its own verdict."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any, NoReturn

from flask import Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import current_user
from marshmallow import ValidationError

from app.api.blueprint import v1
from app.api.schemas import ItemSchema, ProblemSchema, VerdictSchema
from app.config import MAX_BODY_BYTES
from app.errors import Problem, ProblemCode
from app.language import current_language
from app.messages import answer_fault_text
from app.models import Channel
from app.models.columns import utc_now
from app.permissions import Permission, may, public
from app.services import inbox
from app.services.inbox import Outcome
from app.services.quarantine import Item
from app.services.receiving import Verdict
from app.verdict_words import FIELDS, verdict_words

MOST_ITEMS = 500
MOST_BYTES = 16 * MAX_BODY_BYTES
"""Of a list. One item alone may have `MAX_BODY_BYTES`."""
DEEPEST = 32

STATUS: Mapping[Verdict, HTTPStatus] = {
    Verdict.STORED: HTTPStatus.CREATED,
    Verdict.SAME: HTTPStatus.OK,
    Verdict.CONFLICT: HTTPStatus.CONFLICT,
    Verdict.QUARANTINED: HTTPStatus.ACCEPTED,
}
PERMISSIONS: Mapping[Channel, Permission] = {
    Channel.WEB: Permission.PUBLIC,
    Channel.INTERVIEW: Permission.INTERVIEW,
    Channel.PAPER: Permission.INTERVIEW,
    Channel.API: Permission.MANAGE,
}

_ITEM = ItemSchema()
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
_PROBLEM = {"schema": ProblemSchema, "content_type": "application/problem+json"}


@v1.post("/responses")
@v1.doc(summary="Send one finished response, or a list", requestBody=_BODY)
@v1.response(201, VerdictSchema, description="stored")
@v1.alt_response(200, schema=VerdictSchema, description="same; or of a list, one verdict each")
@v1.alt_response(202, schema=VerdictSchema, description="quarantined: kept for review")
@v1.alt_response(207, schema=VerdictSchema(many=True), description="verdicts of a list differ")
@v1.alt_response(409, schema=VerdictSchema, description="conflict: both are kept for review")
@v1.alt_response(422, schema=VerdictSchema, description="refused: malformed, nothing is kept")
@v1.alt_response(400, description="no JSON", **_PROBLEM)
@v1.alt_response(413, description="too large", **_PROBLEM)
@v1.alt_response(415, description="not called JSON", **_PROBLEM)
@v1.alt_response(503, description="busy: send again", **_PROBLEM)
@public
def receive() -> ResponseReturnValue:
    raw = _read_body()
    several = isinstance(raw, list)
    verdicts = _verdicts(raw if several else [raw])
    if not several:
        body, status = verdicts[0]
        return _answer(body, status)
    statuses = {status for _body, status in verdicts}
    status = HTTPStatus.OK if len(statuses) < 2 else HTTPStatus.MULTI_STATUS
    return _answer([body for body, _status in verdicts], status)


def _answer(body: object, status: int) -> Response:
    response = jsonify(body)
    response.status_code = status
    return response


def _read_body() -> Any:
    """The body as data. Raises Problem for what is no JSON, or was cut short on its way."""
    request.max_content_length = MOST_BYTES
    if request.mimetype != "application/json":
        raise Problem(ProblemCode.WRONG_MEDIA_TYPE)
    body = request.get_data(cache=False)
    if request.content_length not in {None, len(body)}:
        raise Problem(ProblemCode.NOT_JSON)
    try:
        raw = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Problem(ProblemCode.NOT_JSON) from error
    if isinstance(raw, list) and len(raw) > MOST_ITEMS:
        raise Problem(ProblemCode.TOO_MANY_ITEMS, count=len(raw), limit=MOST_ITEMS)
    if not isinstance(raw, list) and len(body) > MAX_BODY_BYTES:
        raise Problem(ProblemCode.ITEM_TOO_LARGE, limit_kb=MAX_BODY_BYTES // 1024)
    return raw


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number in JSON")


def _verdicts(raw: Sequence[object]) -> list[tuple[dict[str, Any], int]]:
    """A verdict and its status for each, in order."""
    read = [_read_item(each) for each in raw]
    outcomes = iter(
        inbox.take(
            [each for each in read if isinstance(each, Item)],
            now=utc_now(),
            grace=timedelta(days=current_app.config["GRACE_DAYS"]),
            may_use=_may_use,
            fresh=timedelta(seconds=current_app.config["PAGE_SECONDS"]),
        )
    )
    return [
        _told(next(outcomes) if isinstance(each, Item) else _refusal(source, each))
        for source, each in zip(raw, read, strict=True)
    ]


def _read_item(raw: object) -> Item | Problem:
    if _is_too_deep(raw):
        return Problem(ProblemCode.MALFORMED_ITEM, fields=f"answers: {gettext(FIELDS['answers'])}")
    try:
        item: Item = _ITEM.load(raw)
    except ValidationError as error:
        names = [name for name in FIELDS if name in error.normalized_messages()] or [*FIELDS]
        shapes = "; ".join(f"{name}: {gettext(FIELDS[name])}" for name in names)
        return Problem(ProblemCode.MALFORMED_ITEM, fields=shapes)
    if (request.content_length or 0) > MAX_BODY_BYTES and len(json.dumps(raw)) > MAX_BODY_BYTES:
        return Problem(ProblemCode.ITEM_TOO_LARGE, limit_kb=MAX_BODY_BYTES // 1024)
    return item


def _is_too_deep(raw: object) -> bool:
    """Whether lists and mappings are nested deeper than any answer is."""
    level = [raw]
    for _depth in range(DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _may_use(channel: Channel) -> Problem | None:
    permission = PERMISSIONS[channel]
    if permission is Permission.PUBLIC or may(current_user, permission):
        return None
    if not current_user.is_authenticated:
        return Problem(ProblemCode.NOT_SIGNED_IN)
    return Problem(ProblemCode.CHANNEL_NOT_ALLOWED, channel=channel.value)


def _refusal(raw: object, problem: Problem) -> Outcome:
    """The verdict on what cannot be an item, with its id if it says one."""
    said = raw.get("instance_id") if isinstance(raw, dict) else None
    instance_id = said[:64] if isinstance(said, str) else ""
    return Outcome(instance_id=instance_id, verdict=Verdict.REFUSED, problem=problem)


def _told(outcome: Outcome) -> tuple[dict[str, Any], int]:
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
