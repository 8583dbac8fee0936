"""Jobs: files asked for, how far they are, and taken when they are done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify, url_for
from flask_security import current_user
from marshmallow import Schema, fields, validate

from app import work
from app.api.blueprint import v1
from app.api.guard import allows
from app.api.reading import SECURITY, described, reads
from app.errors import Problem, ProblemCode
from app.file_response import made_response
from app.language import LANGUAGES, current_language
from app.models import Job, JobState, TokenScope
from app.permissions import Permission, View, scope_of
from app.reports.asked import ReportSchema
from app.services import collections
from app.services.exports.asked import AskedSchema
from app.services.jobs import queue
from app.words.messages import problem_words

_KEY = "$response.body#/id"


class _Spoken(Schema):
    lang = fields.String(
        validate=validate.OneOf(list(LANGUAGES)),
        metadata={"description": "Language of the file; that of the request if missing."},
    )


class ExportSchema(AskedSchema, _Spoken):
    """What is asked of a file of responses, as on the page of downloads."""


class ReportQuestionSchema(ReportSchema, _Spoken):
    """What is asked of a report."""


class BundleSchema(_Spoken):
    """What is asked of a reproducible bundle."""


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


_LINKS = {
    name: {"operationRef": f"#/paths/~1api~1v1~1{path}/get", "parameters": {"key": _KEY}}
    for name, path in (("job", "jobs~1{key}"), ("file", "jobs~1{key}~1file"))
}
"""Where what was asked for is followed and taken."""


def _asks(schema: type[Schema], *, summary: str) -> Callable[[View], View]:
    """A view that has a worker make a file."""

    def decorate(view: View) -> View:
        made = v1.arguments(schema, location="json")(view)
        made = v1.response(202, JobSchema, description="asked for: see the address in Location")(
            made
        )
        made = described(400, 404, 409, 413, 422)(made)
        made = v1.doc(summary=summary, security=SECURITY, responses={202: {"links": _LINKS}})(made)
        return allows(Permission.EXPORT, TokenScope.EXPORT)(made)

    return decorate


@v1.post("/collections/<slug>/exports")
@_asks(ExportSchema, summary="Ask for a file of the responses")
def ask_export(wanted: dict[str, Any], slug: str) -> Response:
    return _ask(work.EXPORT, slug, wanted)


@v1.post("/collections/<slug>/reports")
@_asks(ReportQuestionSchema, summary="Ask for the report, as PDF or as a page in one file")
def ask_report(wanted: dict[str, Any], slug: str) -> Response:
    return _ask(work.REPORT, slug, wanted)


@v1.post("/collections/<slug>/bundles")
@_asks(BundleSchema, summary="Ask for the reproducible bundle: data, figures, two programs")
def ask_bundle(wanted: dict[str, Any], slug: str) -> Response:
    return _ask(work.BUNDLE, slug, wanted)


def _ask(kind: str, slug: str, wanted: dict[str, Any]) -> Response:
    collection = collections.find(slug)
    language = wanted.pop("lang", None) or current_language()
    work.check(kind, slug, wanted, user=current_user, language=language)
    job = queue.ask(kind, collection, wanted, user=current_user, language=language)
    response = jsonify(JobSchema().dump(_told(job)))
    response.status_code = HTTPStatus.ACCEPTED
    response.headers["Location"] = url_for("api.job", key=job.id)
    return response


@v1.get("/jobs")
@reads(Permission.EXPORT, TokenScope.EXPORT, JobsSchema, summary="One's own jobs", kept=False)
def jobs() -> Mapping[str, Any]:
    return {"items": [_told(job) for job in queue.listed(current_user) if job.kind in work.FILES]}


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
    return _told(_file(key))


@v1.get("/jobs/<key>/file")
@allows(Permission.EXPORT, TokenScope.EXPORT)
@v1.doc(summary="Take a job's file", security=SECURITY)
@described(404, 409)
@v1.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def job_file(key: str) -> Response:
    found = _file(key)
    queue.require_file(found, scope=scope_of(current_user))
    response = made_response(
        queue.key_of(found),
        size=found.file_bytes or 0,
        kind=found.file_type,
        name=found.file_name,
    )
    work.note_taken(found, actor=current_user)
    return response


def _file(key: str) -> Job:
    """One's own job that makes a file. Raises Problem NOT_FOUND."""
    job = queue.find(key, user=current_user)
    if job.kind not in work.FILES:
        raise Problem(ProblemCode.NOT_FOUND)
    return job


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
