"""What browsers are told of every answer: what our pages may load, who may show them in a frame
(Content-Security-Policy), and that no address of ours is told to others."""

from __future__ import annotations

HARDENED = {"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}


def policy(*, script: str = "", frames: str = "'none'", ancestors: str = "'none'") -> str:
    """Everything from this service alone. ``script``: what may run beside our files, by its hash;
    ``frames``: what a page may show inside; ``ancestors``: what may show the page inside."""
    return (
        f"default-src 'none'; style-src 'self'; script-src 'self'{script}; img-src 'self' data:; "
        "media-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
        f"frame-src {frames}; base-uri 'none'; frame-ancestors {ancestors}"
    )
