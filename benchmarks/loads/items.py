"""The submission that is sent again and again, under another instance id each time."""

from __future__ import annotations

from collections.abc import Mapping

SLUG = "fallas"


def submission(version: str, answers: Mapping[str, object]) -> dict[str, object]:
    return {
        "collection": SLUG,
        "version": version,
        "correction": 0,
        "started_at": "2026-05-05T08:00:00-04:00",
        "finished_at": "2026-05-05T08:04:00-04:00",
        "zone": "America/Santiago",
        "channel": "web",
        "language": "es",
        "answers": dict(answers),
    }
