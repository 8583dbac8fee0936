"""Jobs asked for, looked at, taken by a worker and given back: one conditional UPDATE each.

SQLite cannot skip rows that others hold, so a job is taken by changing it on the condition that
nobody has meanwhile; both databases decide that at the row itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, func, or_, select, update
from sqlalchemy.orm import joinedload

from app.errors import Problem, ProblemCode
from app.extensions import db, reading, writing
from app.models import Collection, Job, JobState, User
from app.services.audit import note
from app.services.scope import Scope
from app.storage import store

LEASE = timedelta(seconds=30)
KEPT = timedelta(days=7)
"""For how long a file waits to be taken, and a failure to be read."""
FOLDER = "jobs/"
MOST_ATTEMPTS = 3
MOST_WAITING = 20
_ENDED = (JobState.DONE, JobState.FAILED)


def ask(
    kind: str, collection: Collection, parameters: Mapping[str, Any], *, user: User, language: str
) -> Job:
    """A new job of somebody's. Raises Problem TOO_MANY_JOBS."""
    waiting = select(func.count()).where(Job.user_id == user.id, Job.state.not_in(_ENDED))
    if (db.session.scalar(waiting) or 0) >= MOST_WAITING:
        raise Problem(ProblemCode.TOO_MANY_JOBS, limit=MOST_WAITING)
    job = Job(
        kind=kind,
        parameters=dict(parameters),
        user_id=user.id,
        collection_id=collection.id,
        language=language,
    )
    db.session.add(job)
    note("job.ask", collection.slug, actor=user, kind=kind, **parameters)
    db.session.commit()
    return job


def find(key: str, *, user: User) -> Job:
    """A job of somebody's own. Raises Problem NOT_FOUND."""
    query = select(Job).where(Job.id == key, Job.user_id == user.id)
    job = db.session.scalars(query.options(joinedload(Job.collection))).first()
    if job is None:
        raise Problem(ProblemCode.NOT_FOUND)
    return job


def listed(user: User, collection: Collection | None = None) -> Sequence[Job]:
    """Somebody's jobs, the latest first."""
    query = select(Job).where(Job.user_id == user.id).options(joinedload(Job.collection))
    if collection is not None:
        query = query.where(Job.collection_id == collection.id)
    return db.session.scalars(query.order_by(Job.created_at.desc(), Job.id).limit(100)).all()


def require_file(job: Job, *, scope: Scope) -> None:
    """Raises Problem JOB_NOT_DONE, or NOT_FOUND where its owner's limits are others by now."""
    require_done(job)
    if job.territories != territories_of(scope):
        raise Problem(ProblemCode.NOT_FOUND)


def require_done(job: Job) -> None:
    """Raises Problem JOB_NOT_DONE."""
    if job.state != JobState.DONE:
        raise Problem(ProblemCode.JOB_NOT_DONE)


def territories_of(scope: Scope) -> list[str] | None:
    """A scope as a job keeps it."""
    return sorted(scope.territories) if scope.territories is not None else None


def key_of(job: Job) -> str:
    """Under which its file is kept."""
    return FOLDER + job.id


def take(worker: str, now: datetime) -> Job | None:
    """The job that waits longest, held by this worker from now on; None: there is none.

    One that was held by a worker that is no more is taken up again, and after so many times given
    up: what kills its worker each time must not do so for ever.
    """
    free = _free(now)
    query = select(Job.id, Job.attempts).where(free).order_by(Job.created_at).limit(20)
    with reading():  # whoever looks for work every second must not lock anybody out
        found = db.session.execute(query).all()
        db.session.rollback()
    for key, attempts in found:
        if attempts >= MOST_ATTEMPTS:
            _change(and_(Job.id == key, free), **_failed(ProblemCode.JOB_GAVE_UP, {}, now))
            continue
        held = {
            "state": JobState.RUNNING,
            "worker": worker,
            "lease_until": now + LEASE,
            "attempts": attempts + 1,
            "done": 0,
            "total": 0,
            "started_at": now,
        }
        if _change(and_(Job.id == key, free), **held):
            return _read(key)
    return None


def _read(key: str) -> Job:
    query = select(Job).where(Job.id == key).options(joinedload(Job.user))
    with reading():
        return db.session.scalars(query.options(joinedload(Job.collection))).one()


def hold(
    engine: Engine, key: str, worker: str, now: datetime, far: tuple[int, int] | None = None
) -> bool:
    """Say that the worker is still at it, and how far; False: it is not the worker's any more.

    In a transaction apart: the job's own goes on undisturbed.
    """
    values: dict[str, Any] = {"lease_until": now + LEASE}
    if far is not None:
        values |= {"done": far[0], "total": far[1]}
    with writing(), engine.begin() as connection:
        found = connection.execute(update(Job).where(_held(key, worker)).values(**values))
    return bool(found.rowcount)


def give_back(key: str, worker: str) -> None:
    """The worker ends before the job does: another takes it up at once, and loses nothing by it."""
    _change(
        _held(key, worker),
        state=JobState.WAITING,
        worker="",
        lease_until=None,
        attempts=Job.attempts - 1,
    )


def finish(key: str, worker: str, now: datetime, **file: Any) -> bool:
    """``file``: name, type and size of the file, and the territories that it is limited to."""
    ended = {"state": JobState.DONE, "lease_until": None, "finished_at": now, "done": Job.total}
    return _change(_held(key, worker), **ended, **file)


def fail(key: str, worker: str, problem: Problem, now: datetime) -> bool:
    context = {name: str(value) for name, value in problem.context.items()}
    return _change(_held(key, worker), **_failed(problem.code, context, now))


def problem_of(job: Job) -> Problem | None:
    """Why it failed."""
    if job.problem is None:
        return None
    return Problem(ProblemCode(job.problem["code"]), **job.problem["context"])


def expires_at(job: Job) -> datetime | None:
    return job.finished_at + KEPT if job.finished_at else None


def drop_files_of(collection: Collection) -> list[str]:
    """Let go of what was made, or is being made, of a collection's responses; gives the keys of
    the files to delete once the caller has committed."""
    made = select(Job).where(
        Job.collection_id == collection.id, Job.state.in_([JobState.DONE, JobState.RUNNING])
    )
    rows = list(db.session.scalars(made))
    for job in rows:
        db.session.delete(job)
    return [key_of(job) for job in rows]


def forget_old(now: datetime) -> int:
    """Delete what ended long ago, files first, and files whose job is gone; gives how many."""
    old = db.session.scalars(
        select(Job).where(Job.state.in_(_ENDED), Job.finished_at < now - KEPT).limit(100)
    ).all()
    for job in old:
        store().delete(key_of(job))
        db.session.delete(job)
    db.session.commit()
    for key in list(store().keys((now - KEPT).date())):
        if key.startswith(FOLDER):
            store().delete(key)
    return len(old)


def _free(now: datetime) -> ColumnElement[bool]:
    left = and_(Job.state == JobState.RUNNING, Job.lease_until < now)
    return or_(Job.state == JobState.WAITING, left)


def _held(key: str, worker: str) -> ColumnElement[bool]:
    return and_(Job.id == key, Job.state == JobState.RUNNING, Job.worker == worker)


def _failed(code: ProblemCode, context: Mapping[str, str], now: datetime) -> dict[str, Any]:
    return {
        "state": JobState.FAILED,
        "lease_until": None,
        "finished_at": now,
        "problem": {"code": code.value, "context": dict(context)},
    }


def _change(which: ColumnElement[bool], **values: Any) -> bool:
    """Whether the one row was still as ``which`` says. Commits."""
    statement = update(Job).where(which).values(**values)
    found = db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.commit()
    return bool(found.rowcount)
