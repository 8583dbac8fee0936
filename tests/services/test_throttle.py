"""Guessing a password stops; the person who knows it gets in after the pause."""

from datetime import timedelta

from flask import Flask

from app.models.columns import utc_now
from app.services import throttle


def test_too_many_failures_block_that_key_for_a_while(in_app: Flask) -> None:
    now = utc_now()
    for _ in range(throttle.PER_KEY):
        assert not throttle.blocked("login", "ana", now)
        throttle.failed("login", "ana", now)
    assert throttle.blocked("login", "ana", now)
    assert not throttle.blocked("login", "berta", now)
    assert not throttle.blocked("other", "ana", now)
    assert not throttle.blocked("login", "ana", now + throttle.WINDOW)


def test_a_new_window_starts_from_one(in_app: Flask) -> None:
    now = utc_now()
    for _ in range(throttle.PER_KEY):
        throttle.failed("login", "ana", now)
    later = now + throttle.WINDOW + timedelta(seconds=1)
    throttle.failed("login", "ana", later)
    assert not throttle.blocked("login", "ana", later)


def test_success_forgets_the_failures(in_app: Flask) -> None:
    now = utc_now()
    for _ in range(throttle.PER_KEY - 1):
        throttle.failed("login", "ana", now)
    throttle.succeeded("login", "ana")
    throttle.failed("login", "ana", now)
    assert not throttle.blocked("login", "ana", now)


def test_many_accounts_together_are_counted_too(in_app: Flask) -> None:
    now = utc_now()
    for number in range(throttle.IN_ALL):
        throttle.failed("login", f"person {number}", now)
    assert throttle.blocked("login", "somebody else", now)


def test_the_log_in_page_stops_looking_at_passwords(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    wrong = {"email": "ana@example.org", "password": "no es esta"}
    answers = [client.post("/login", data=wrong) for _ in range(throttle.PER_KEY + 1)]
    assert "demasiados intentos" not in answers[-2].text
    assert "demasiados intentos" in answers[-1].text
