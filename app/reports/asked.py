"""The kind of job that makes a report, and what may be asked of one."""

from __future__ import annotations

from typing import IO

from marshmallow import Schema, fields, validate

from app.reports import report as reports
from app.services.analytics import analyse
from app.services.jobs.kinds import Made, Task


class ReportSchema(Schema):
    """What is asked of a report."""

    format = fields.String(required=True, validate=validate.OneOf(list(reports.FORMATS)))
    by = fields.String(
        validate=validate.Length(min=1, max=64),
        metadata={"description": "A closed question, or `territory`, to compare by."},
    )


def check(task: Task) -> None:
    """Raises the Problem that the report would end with, before it waits its turn."""
    analyse.analyse(task.slug, by=task.parameters.get("by"), scope=task.scope)


def run(task: Task, file: IO[bytes]) -> Made:
    """Raises Problem as `reports.report` does."""
    fmt, by = task.parameters["format"], task.parameters.get("by")
    made = reports.report(task.slug, task.language, by=by, scope=task.scope)
    file.write(made.content(fmt))
    return Made(name=made.file_name(fmt), type=reports.FORMATS[fmt])
