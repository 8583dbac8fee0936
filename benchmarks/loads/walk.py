"""The way through a survey without JavaScript, once, noted down so that wrk can repeat it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urldefrag, urlencode

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.pages import Person

BUTTONS = ("Comenzar", "Siguiente", "Enviar mis respuestas")
MOST_PAGES = 60
PLACE = "SECRET"


class _Recorder:
    """A client that notes what it is asked for and what came back."""

    def __init__(self, client: FlaskClient, cookie: str, path: str) -> None:
        self._client, self._cookie, self._path = client, cookie, path
        self.steps: list[dict[str, object]] = []

    def get(self, url: str, **more: Any) -> TestResponse:
        return self._note("GET", url, None, self._client.get(url, **more))

    def post(self, url: str, *, data: Any, **more: Any) -> TestResponse:
        held = self._client.get_cookie(self._cookie, path=self._path)
        body = urlencode(list(data.items(multi=True)))
        if held is not None:
            body = body.replace(held.value, PLACE)
        return self._note("POST", url, body, self._client.post(url, data=data, **more))

    def _note(self, method: str, url: str, body: str | None, answer: TestResponse) -> TestResponse:
        step = {"method": method, "path": urldefrag(url).url, "status": answer.status_code}
        self.steps.append(step if body is None else step | {"body": body})
        return answer


def recorded(app: Flask, slug: str, answers: Mapping[str, object]) -> list[dict[str, object]]:
    """Every request from the start page to the receipt."""
    recorder = _Recorder(app.test_client(), f"cabildo_{slug}", f"/e/{slug}")
    person = Person(recorder)  # type: ignore[arg-type]
    person.open(f"/e/{slug}")
    for _ in range(MOST_PAGES):
        if "Gracias" in person.page.h1:
            recorder.steps[0]["fresh"] = True
            return recorder.steps
        here = {e.get("name") for e in person.page.tree.iter() if e.get("name")}
        button = next(words for words in BUTTONS if words in _buttons(person))
        person.press(button, **{name: answers[name] for name in answers if name in here})
    raise RuntimeError(f"no end after {MOST_PAGES} pages: the walk is stuck at {person.url}")


def _buttons(person: Person) -> set[str]:
    return {words for form in person.page.forms for _, _, words in form.buttons}
