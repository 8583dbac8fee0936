"""Jobs: files asked for, how far they are, and taken when they are done."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify, url_for
from flask_security import current_user
from marshmallow import Schema, ValidationError, fields, validate

from app import work
from app.api.blueprint import v1
from app.api.guard import allows
from app.api.reading import SECURITY, described, reads
from app.file_response import made_response
from app.language import LANGUAGES, current_language
from app.models import Job, JobState, TokenScope
from app.permissions import Permission, scope_of
from app.services import collections
from app.services.exports.stream import ExportFormat, note_export
from app.services.jobs import queue
from app.words.messages import problem_words


class Flag(fields.Boolean):
    """true or false, and nothing that Python takes for one of them."""

    def _deserialize(self, value: object, *_args: Any, **_kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("true or false")
        return value


class ExportSchema(Schema):
    """What is asked of an export; the rest is as on the page of downloads."""

    format = fields.String(
        required=True, validate=validate.OneOf([str(each) for each in ExportFormat])
    )
    labels = Flag(metadata={"description": "Words in place of codes."})
    lang = fields.String(validate=validate.OneOf(list(LANGUAGES)))
    raw = Flag(metadata={"description": "Cells that look like formulas as they are."})
    wide = Flag(metadata={"description": "A column for each instance of a repeat."})
    repeat = fields.String(
        validate=validate.Length(max=64),
        metadata={"description": "A row for each instance of that repeat."},
    )


class FailureSchema(Schema):
    code = fields.String(required=True)
    title = fields.String(required=True)
    detail = fields.String(required=True)


class JobSchema(Schema):
    """A job of one's own. Its file can be taken until ``expires_at``."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    collection = fields.String(required=True)
    parameters = fields.Dict(required=True)
    state = fields.String(required=True, validate=validate.OneOf([str(each) for each in JobState]))
    done = fields.Integer(required=True)
    total = fields.Integer(
        required=True, metadata={"description": "Of how many; 0: nobody knows yet."}
    )
    created_at = fields.AwareDateTime(required=True)
    started_at = fields.AwareDateTime(required=True, allow_none=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)
    problem = fields.Nested(FailureSchema, required=True, allow_none=True)
    file = fields.String(required=True, allow_none=True, metadata={"description": "An address."})
    file_name = fields.String(required=True)
    file_bytes = fields.Integer(required=True, allow_none=True)


class JobsSchema(Schema):
    items = fields.List(fields.Nested(JobSchema), required=True)


@v1.post("/collections/<slug>/exports")
@allows(Permission.EXPORT, TokenScope.EXPORT)
@v1.doc(summary="Ask for a file of the responses", security=SECURITY)
@described(400, 404, 409, 413, 422)
@v1.response(202, JobSchema, description="asked for: see the address in Location")
@v1.arguments(ExportSchema, location="json")
def ask_export(asked: dict[str, Any], slug: str) -> Response:
    collection = collections.find(slug)
    language = asked.pop("lang", None) or current_language()
    work.check(work.EXPORT, slug, asked, user=current_user, language=language)
    job = queue.ask(work.EXPORT, collection, asked, user=current_user, language=language)
    response = jsonify(JobSchema().dump(_told(job)))
    response.status_code = HTTPStatus.ACCEPTED
    response.headers["Location"] = url_for("api.job", key=job.id)
    return response


@v1.get("/jobs")
@reads(Permission.EXPORT, TokenScope.EXPORT, JobsSchema, summary="One's own jobs", kept=False)
def jobs() -> Mapping[str, Any]:
    return {"items": [_told(job) for job in queue.listed(current_user)]}


@v1.get("/jobs/<key>")
@reads(
    Permission.EXPORT,
    TokenScope.EXPORT,
    JobSchema,
    summary="How far a job is",
    problems=(404,),
    kept=False,
)
def job(key: str) -> Mapping[str, Any]:
    return _told(queue.find(key, user=current_user))


@v1.get("/jobs/<key>/file")
@allows(Permission.EXPORT, TokenScope.EXPORT)
@v1.doc(summary="Take a job's file", security=SECURITY)
@described(404, 409)
@v1.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def job_file(key: str) -> Response:
    found = queue.find(key, user=current_user)
    queue.require_file(found, scope=scope_of(current_user))
    response = made_response(
        queue.key_of(found),
        size=found.file_bytes or 0,
        kind=found.file_type,
        name=found.file_name,
    )
    note_export(found.collection.slug, actor=current_user, format=found.kind, file=found.file_name)
    return response


def _told(job: Job) -> dict[str, Any]:
    same = ("id", "kind", "parameters", "state", "done", "total", "created_at", "started_at",
            "finished_at", "file_name", "file_bytes")  # fmt: skip
    done = job.state == JobState.DONE
    return {name: getattr(job, name) for name in same} | {
        "collection": job.collection.slug,
        "expires_at": queue.expires_at(job),
        "problem": _failure(job),
        "file": url_for("api.job_file", key=job.id, _external=True) if done else None,
    }


def _failure(job: Job) -> dict[str, str] | None:
    problem = queue.problem_of(job)
    if problem is None:
        return None
    title, detail = problem_words(problem)
    return {"code": problem.code, "title": title, "detail": detail}
