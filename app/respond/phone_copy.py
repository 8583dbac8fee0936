"""Where a phone posts the copy of its draft, while there is signal."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from app.errors import Problem, ProblemCode
from app.forms.dynamic import field_name, paths_in
from app.models import Collection, Draft, Invitation, Mode
from app.models.columns import utc_now
from app.origin import refuse_cross_site
from app.permissions import public
from app.respond import phone
from app.respond import visit as at
from app.respond.offline import offline
from app.services import collections
from app.services.drafts import drafts, phone_drafts
from app.services.drafts.drafts import Raw
from app.services.drafts.phone_drafts import Copy
from app.services.invitations import links
from app.services.receiving.rule import ZONE
from encuestas import Survey
from encuestas.plan import plan_of

_MOST = 2**31 - 1
_SHORT = validate.Length(max=64)


class CopySchema(Schema):
    """A phone's draft, as static/keeping.js sends it."""

    class Meta:
        unknown = EXCLUDE

    instance = fields.UUID(required=True)
    secret = fields.String(load_default="", validate=_SHORT)
    token = fields.String(load_default="", validate=_SHORT)
    sent = fields.Boolean(load_default=False)
    base = fields.Integer(strict=True, load_default=0, validate=validate.Range(0, _MOST))
    counter = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, _MOST))
    version = fields.String(load_default="", validate=_SHORT)
    correction = fields.Integer(strict=True, load_default=0, validate=validate.Range(0, _MOST))
    language = fields.String(load_default="", validate=_SHORT)
    page = fields.String(load_default="", validate=_SHORT)
    raw = fields.Dict(fields.String(), fields.List(fields.String()), load_default=dict)


@offline.post("/e/<slug>/draft")
@public
def keep_draft(slug: str) -> ResponseReturnValue:
    refuse_cross_site()
    collection = collections.find(slug)
    given = _read()
    if given["sent"]:
        phone_drafts.drop(collection, given["secret"])
        return "", HTTPStatus.NO_CONTENT
    invitation = _invitation(collection, given["token"])
    invited = invitation is not None
    asked = phone.find(collection, given["version"], given["correction"], invited=invited)
    if asked is None:
        raise Problem(ProblemCode.MALFORMED)
    language = given["language"]
    offered = at.offered(collection, asked.survey)
    copy = Copy(
        instance_id=str(UUID(str(given["instance"]))),
        secret=given["secret"],
        base=given["base"],
        counter=given["counter"],
        version_id=asked.version_id,
        correction=asked.correction,
        language=language if language in offered else offered[0],
        page=given["page"].replace("\0", ""),
        answers=_answers(asked.survey, given["raw"]),
        invitation=invitation,
    )
    kept = phone_drafts.keep(collection, copy, now=utc_now().astimezone(ZONE))
    # A personal link leads back by itself
    code = None if invited else drafts.resume_code(kept.secret)
    body = {"secret": kept.secret, "counter": kept.counter, "code": code}
    if kept.receipt or not kept.secret:
        return jsonify(body | {"receipt": kept.receipt}), HTTPStatus.GONE
    if kept.other is not None:
        return jsonify(body | _told(kept.other)), HTTPStatus.CONFLICT
    return jsonify(body)


def _invitation(collection: Collection, token: str) -> Invitation | None:
    """Whose link it is. Raises Problem MALFORMED for one that is not this collection's, and where
    the answers are anonymous: nothing but what is sent may know their link."""
    if not token:
        return None
    found = links.of_collection(collection, token)
    if found is None or collection.mode == Mode.ANONYMOUS:
        raise Problem(ProblemCode.MALFORMED)
    return found


def _read() -> dict[str, Any]:
    """Raises Problem MALFORMED."""
    try:
        given: dict[str, Any] = CopySchema().load(request.get_json())
    except (ValidationError, RecursionError) as error:
        raise Problem(ProblemCode.MALFORMED) from error
    return given


def _answers(survey: Survey, raw: Raw) -> dict[str, list[str]]:
    """What the survey could ask, as a form would have brought it."""
    typed = {field_name(path): values for path, values in raw.items() if _is_plain(path)}
    paths = paths_in(typed, plan_of(survey).names)
    return {path: [_plain(value) for value in typed[field_name(path)]] for path in paths}


def _is_plain(path: str) -> bool:
    return path == _plain(path)


def _plain(text: str) -> str:
    """Without what no database keeps."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _told(draft: Draft) -> dict[str, object]:
    return {
        "raw": draft.answers,
        "page": draft.page,
        "language": draft.language,
    }
