"""What belongs to whoever signed in, under ``/account``."""

from __future__ import annotations

from flask import Blueprint, Response

account = Blueprint("account", __name__, url_prefix="/account")


@account.after_request
def _keep_no_copy(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    return response
