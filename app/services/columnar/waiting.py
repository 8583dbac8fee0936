"""Whether a collection's parts are there soon, and how far they are where they are not."""

from __future__ import annotations

from dataclasses import dataclass

from app.services.columnar import changes
from app.services.columnar.changes import Link
from app.services.columnar.parts import Manifest

SOON = 30_000
"""Responses that are read in some two seconds."""
_REWRITTEN = 12
"""So many are written again with their part while one is read from the database."""


@dataclass(slots=True)
class Preparing(Exception):  # noqa: N818 nothing went wrong
    """What is asked for takes longer than a request may; the worker is at it.

    ``done``: the responses that are read, ``of`` all of them.
    """

    done: int
    of: int


def require_soon(link: Link, key: str, manifest: Manifest | None) -> None:
    """Raises Preparing where it would take more than some two seconds to have all parts."""
    if work(link, key, manifest) <= SOON:
        return
    every = changes.count(link, key)
    unread = manifest is None or manifest.rest is not None
    left = every - (manifest.rows if manifest else 0) if unread else changes.notes(link, key)[0]
    raise Preparing(max(every - left, 0), every)


def work(link: Link, key: str, manifest: Manifest | None) -> int:
    """How many responses are to be read, or take as long as reading so many; where they are more
    than `SOON`, something above that.
    """
    most = SOON + 1
    if manifest is None or manifest.rest is not None:
        after = manifest.rest.after if manifest and manifest.rest else ""
        return changes.unread(link, key, after, most)
    noted, known = changes.notes(link, key, most)
    sizes = sorted((part.rows for part in manifest.parts), reverse=True)
    return noted + sum(sizes[:known]) // _REWRITTEN
