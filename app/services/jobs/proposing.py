"""The kind of job that prepares a page of results, to be looked at before it is published."""

from __future__ import annotations

import json
from typing import IO

from app.errors import Problem, ProblemCode
from app.models import Collection, Job, JobState, User
from app.services import collections
from app.services.jobs import queue
from app.services.jobs.kinds import Made, Task
from app.services.publication import publishing
from app.services.publication.publishing import Choice, Proposal
from app.storage import Missing, store


def check(task: Task) -> None:
    """Raises the Problem that stands in the way, before it waits its turn."""
    choice = Choice.from_data(task.parameters)
    publishing.check(collections.find(task.slug), choice, scope=task.scope)


def run(task: Task, file: IO[bytes]) -> Made:
    """Raises Problem as `publishing.propose` does."""
    choice = Choice.from_data(task.parameters)
    made = publishing.propose(task.slug, choice, scope=task.scope, progress=task.progress)
    file.write(json.dumps(made.to_data(), ensure_ascii=False).encode())
    return Made(name=f"{task.slug}-propuesta.json", type="application/json")


def under_way(kind: str, collection: Collection, choice: Choice, *, user: User) -> Job | None:
    """The same, asked for already and not made yet."""
    waiting = {JobState.WAITING, JobState.RUNNING}
    return next(
        (
            job
            for job in queue.listed(user, collection)
            if job.kind == kind and job.state in waiting and job.parameters == choice.to_data()
        ),
        None,
    )


def read(job: Job) -> Proposal:
    """What was made. Raises Problem JOB_NOT_DONE, or NOT_FOUND where it is not kept any more."""
    queue.require_done(job)
    try:
        content = b"".join(store().read(queue.key_of(job), 0, job.file_bytes or 0))
    except Missing as fault:
        raise Problem(ProblemCode.NOT_FOUND) from fault
    return Proposal.from_data(json.loads(content))
