"""The blueprint of the pages under ``/collections``. Their modules add themselves to it."""

from __future__ import annotations

from flask import Blueprint, Response

admin = Blueprint("admin", __name__, url_prefix="/collections")


@admin.after_request
def _keep_no_copy(response: Response) -> Response:
    """What staff see stays out of every cache."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response
