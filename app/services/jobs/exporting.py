"""The kind of job that writes a collection's responses to a file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import IO

from app.services.exports import export_plan, made, stream
from app.services.exports.bundle import package
from app.services.jobs.kinds import Made, Task


def check(task: Task) -> None:
    """Raises the Problem that stands in the way of the export, before it waits its turn."""
    made.require(task.slug, task.parameters, lang=task.language, scope=task.scope)


def run(task: Task, file: IO[bytes]) -> Made:
    """Raises Problem as `made.file` does."""
    told = {"lang": task.language, "scope": task.scope}
    total = export_plan.count(made.require(task.slug, task.parameters, **told))
    with export_plan.watched(lambda rows: task.progress(min(rows, total), total)):
        found = made.write(task.slug, task.parameters, file.write, **told)
    return Made(name=found.name, type=found.type)


def bundled(chosen_how: package.ChosenHow) -> Callable[[Task, IO[bytes]], Made]:
    """What writes a reproducible bundle; ``chosen_how`` says how people were chosen."""

    def run_bundle(task: Task, file: IO[bytes]) -> Made:
        """Raises Problem as `package.written` does."""
        with package.written(task.slug, chosen_how=chosen_how, scope=task.scope) as found:
            shutil.copyfileobj(found, file, 1 << 16)
        name = f"{task.slug}-paquete{stream.marks_of(task.slug, task.scope)}.zip"
        return Made(name=name, type="application/zip")

    return run_bundle
