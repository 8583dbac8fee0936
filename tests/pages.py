"""A client that reads every page it gets as a browser would, and refuses a careless one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urldefrag
from xml.etree import ElementTree

import html5lib
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

_TEMPLATE_TAGS = re.compile(r"(<template\b[^>]*>|</template>)")
_TYPED = {"input", "select", "textarea"}


class CarelessPageError(AssertionError):
    """What a page lacks."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form as the browser would post it if no control were touched."""

    action: str
    method: str
    enctype: str
    fields: MultiDict[str, str]
    buttons: tuple[tuple[str, str, str], ...]  # name, value, words


@dataclass(frozen=True, slots=True)
class Seen:
    """A page that passed `check_page`."""

    tree: ElementTree.Element
    lang: str
    title: str
    h1: str
    text: str
    forms: tuple[Form, ...] = field(default=())

    def links(self) -> dict[str, str]:
        return {_text(a): a.get("href", "") for a in self.tree.iter("a")}

    def element(self, key: str) -> ElementTree.Element:
        return next(e for e in self.tree.iter() if e.get("id") == key)


def check_page(html: str) -> Seen:
    """HTML5 without a parse error, one h1, title, lang, unique ids, a name for each control."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(without_templates(html))
    headings = [_text(h) for h in tree.iter("h1")]
    title = _text(tree.find("head/title"))
    if len(headings) != 1 or not headings[0]:
        raise CarelessPageError(f"one h1 with words is wanted, not {headings}")
    if not title or not tree.get("lang"):
        raise CarelessPageError("title or lang is missing")
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    if doubled := {key for key in ids if ids.count(key) > 1}:
        raise CarelessPageError(f"ids twice: {sorted(doubled)}")
    _check_links(tree, set(ids))
    _check_labels(tree)
    forms = tuple(_form(form) for form in tree.iter("form"))
    return Seen(tree, tree.get("lang", ""), title, headings[0], _text(tree.find("body")), forms)


def without_templates(html: str) -> str:
    """What a browser without scripts has of a page: what stands in a template is not there."""
    kept, depth = [], 0
    for piece in _TEMPLATE_TAGS.split(html):
        if piece == "</template>":
            depth -= 1
        elif piece.startswith("<template"):
            depth += 1
        elif depth == 0:
            kept.append(piece)
        if depth < 0:
            break
    if depth:
        raise CarelessPageError("templates are opened and closed unequally often")
    return "".join(kept)


def _check_links(tree: ElementTree.Element, ids: set[str]) -> None:
    wanted = [a.get("href", "") for a in tree.iter("a")]
    if broken := [href for href in wanted if href.startswith("#") and href[1:] not in ids]:
        raise CarelessPageError(f"links to nowhere: {broken}")
    for element in tree.iter():
        for name in ("aria-describedby", "aria-labelledby", "for"):
            if missing := set(element.get(name, "").split()) - ids:
                raise CarelessPageError(f"{name} names no element: {missing}")


def _check_labels(tree: ElementTree.Element) -> None:
    labelled = {label.get("for") for label in tree.iter("label") if _text(label)}
    for element in tree.iter():
        hidden = element.get("type") in {"hidden", "submit"}
        if element.tag in _TYPED and not hidden and element.get("id") not in labelled:
            raise CarelessPageError(f"no label for {element.get('name')}")
        if element.tag == "button" and not _text(element):
            raise CarelessPageError("a button without words")


def _form(form: ElementTree.Element) -> Form:
    fields: MultiDict[str, str] = MultiDict()
    buttons = []
    for element in form.iter():
        name = element.get("name", "")
        if element.tag == "button":
            buttons.append((name, element.get("value", ""), _text(element)))
        elif name and element.get("type") != "file" and (value := _value(element)) is not None:
            fields.add(name, value)
    return Form(
        form.get("action", ""),
        form.get("method", "get"),
        form.get("enctype", ""),
        fields,
        tuple(buttons),
    )


def _value(element: ElementTree.Element) -> str | None:
    if element.tag == "textarea":
        return "".join(element.itertext())
    if element.tag == "select":
        options = list(element.iter("option"))
        chosen = [o for o in options if o.get("selected") is not None] or options[:1]
        return chosen[0].get("value", "") if chosen else None
    if element.tag != "input":
        return None
    if element.get("type") in {"radio", "checkbox"} and element.get("checked") is None:
        return None
    return element.get("value", "")


def _text(element: ElementTree.Element | None) -> str:
    return "" if element is None else " ".join(unescape("".join(_words(element))).split())


def _words(element: ElementTree.Element) -> Iterator[str]:
    """What a reader sees: what a script is told is none of it."""
    if element.tag != "script":
        yield element.text or ""
        for inner in element:
            yield from _words(inner)
            yield inner.tail or ""


def _values(value: object) -> list[Any]:
    """What was typed or chosen; a file is given as (content, name)."""
    if isinstance(value, tuple):
        return [(BytesIO(value[0]), value[1])]
    return value if isinstance(value, list) else [str(value)]


class Person:
    """Somebody with a browser and no JavaScript: opens, fills in, presses, follows redirects."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.url = ""
        self.status = 0
        self.seen: Seen | None = None
        self.response: TestResponse | None = None

    @property
    def page(self) -> Seen:
        if self.seen is None:
            raise CarelessPageError("no page is open")
        return self.seen

    def open(self, url: str, **more: Any) -> Seen:
        return self._arrive(self.client.get(urldefrag(url).url, **more), url)

    def press(self, words: str, /, *, without: tuple[str, ...] = (), **typed: object) -> Seen:
        """Fill in the form that has this button and press it. A list chooses several."""
        form = self._form_with(words)
        data = MultiDict(form.fields)
        for name in without:
            data.poplist(name)
        for name, value in typed.items():
            data.setlist(name, _values(value))
        name, value = next((n, v) for n, v, text in form.buttons if text == words)
        if name:
            data.add(name, value)
        more = {"content_type": form.enctype} if form.enctype else {}
        return self.post(form.action or urldefrag(self.url).url, data, **more)

    def post(self, url: str, data: Any, **more: Any) -> Seen:
        response = self.client.post(url, data=data, **more)
        response.request.environ["wsgi.input"].close()  # a large body is a temporary file
        return self._arrive(response, url)

    def _form_with(self, words: str) -> Form:
        for form in self.page.forms:
            if any(text == words for _, _, text in form.buttons):
                return form
        shown = [text for form in self.page.forms for _, _, text in form.buttons]
        raise CarelessPageError(f"no button {words!r} among {shown} on {self.url} ({self.page.h1})")

    def _arrive(self, response: TestResponse, url: str) -> Seen:
        hops = 0
        while response.status_code in {302, 303} and hops < 5:
            url = response.headers["Location"]
            response = self.client.get(urldefrag(url).url)
            hops += 1
        self.url, self.status, self.response = url, response.status_code, response
        self.seen = check_page(response.get_data(as_text=True))
        return self.seen
