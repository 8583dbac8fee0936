"""The kind of job that writes a collection's responses to a file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import IO, Any

from sqlalchemy import func

from app.extensions import db
from app.services.exports import export_plan, stream
from app.services.exports.bundle import package
from app.services.exports.export_plan import Options
from app.services.jobs.kinds import Made, Task


def check(task: Task) -> None:
    """Raises the Problem that stands in the way of the export, before it waits its turn."""
    export_plan.prepare(task.slug, Options(**_how(task)))


def run(task: Task, file: IO[bytes]) -> Made:
    """Raises Problem as `stream.export_bytes` does."""
    fmt, how = stream.ExportFormat(task.parameters["format"]), _how(task)
    query = export_plan.prepare(task.slug, Options(**how)).query
    total = db.session.scalar(query.with_only_columns(func.count()).order_by(None)) or 0
    with export_plan.watched(lambda rows: task.progress(min(rows, total), total)):
        for piece in stream.export_bytes(task.slug, fmt=fmt, **how):
            file.write(piece)
    name = stream.export_name(task.slug, fmt, how["repeat"], scope=task.scope)
    return Made(name=name, type=stream.TYPES[fmt])


def bundled(chosen_how: package.ChosenHow) -> Callable[[Task, IO[bytes]], Made]:
    """What writes a reproducible bundle; ``chosen_how`` says how people were chosen."""

    def run_bundle(task: Task, file: IO[bytes]) -> Made:
        """Raises Problem as `package.written` does."""
        with package.written(task.slug, chosen_how=chosen_how, scope=task.scope) as found:
            shutil.copyfileobj(found, file, 1 << 16)
        name = f"{task.slug}-paquete{stream.marks_of(task.slug, task.scope)}.zip"
        return Made(name=name, type="application/zip")

    return run_bundle


def _how(task: Task) -> dict[str, Any]:
    """As `Options` takes it."""
    asked = task.parameters
    flags = {name: bool(asked.get(name)) for name in ("labels", "raw", "wide", "places")}
    repeat = str(asked.get("repeat") or "")
    return flags | {"repeat": repeat, "lang": task.language, "scope": task.scope}
