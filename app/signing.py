"""What only this service can make: bytes keyed by its own secret."""

from __future__ import annotations

import hmac

from flask import current_app


def keyed(message: str) -> bytes:
    """A code of the message that nobody without the service's secret can compute."""
    return hmac.digest(current_app.config["SECRET_KEY"].encode(), message.encode(), "sha256")
