"""Small random surveys in which much depends on much: of a seed always the same."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from encuestas import DefinitionErrors, Survey, survey_from_data

CODES = ("a", "b", "c")
COLUMNS = ("norte", "sur")
TYPES = (
    *("text", "integer", "decimal", "range", "scale", "nps", "note", "acknowledge", "date"),
    *("select_one", "select_one", "select_one", "select_multiple", "select_multiple", "rank"),
    *("calculate", "calculate", "hidden"),
)
NUMBERS = frozenset({"integer", "decimal", "range", "scale", "nps"})
FILLED = (*sorted(NUMBERS), "text", "select_one", "select_multiple")
CHOSEN = frozenset({"select_one", "select_multiple", "scale", "nps"})
"""Types of which every answer can be read: a trigger runs when an answer changes, not a text."""
SPECIAL = ("no_sabe", "no_responde")


@dataclass(slots=True)
class _Writer:
    """``known``: (name, type, repeat around it) of what expressions can mention.

    ``turns``: when each is evaluated, mostly as they stand; what is being written may mention what
    comes before ``limit``, so nothing waits for itself.
    """

    chance: random.Random
    known: list[tuple[str, str, str]] = field(default_factory=list)
    turns: dict[str, float] = field(default_factory=dict)
    limit: float = math.inf
    count: int = 0

    def name(self, beginning: str = "q") -> str:
        self.count += 1
        return f"{beginning}{self.count}"

    def survey(self) -> dict[str, Any]:
        pages = [self._page(at) for at in range(self.chance.choice((1, 1, 2, 3)))]
        self._take_turns(pages)
        for item, repeat in _items(pages):  # conditions last: they may mention what comes later
            self._depend(item, repeat)
        for page in pages[1:]:
            if self.chance.random() < 0.25:
                self.limit = self._first(page)
                page["relevant"] = self._condition("")
        return {
            "id": "pages",
            "version": "1",
            "title": _words("Prueba"),
            "languages": ["es", "en"],
            "pages": pages,
        }

    def _take_turns(self, pages: list[dict[str, Any]]) -> None:
        for at, (name, _, _) in enumerate(self.known):
            self.turns[name] = at + (
                self.chance.uniform(-6, 6) if self.chance.random() < 0.3 else 0
            )
        for item, _ in reversed(list(_items(pages))):
            if item.get("type") == "repeat":  # inner ones first
                self.turns[item["name"]] = self._first(item) - 0.01

    def _first(self, item: Mapping[str, Any]) -> float:
        """Before everything inside."""
        inside = (each["name"] for each, _ in _items([item]) if each["name"] in self.turns)
        return min(self.turns[name] for name in inside)

    def _page(self, at: int) -> dict[str, Any]:
        items = [self._item("", 2) for _ in range(self.chance.randint(2, 6))]
        return {"id": f"p{at}", "questions": items}

    def _item(self, repeat: str, depth: int) -> dict[str, Any]:
        kind = self.chance.random()
        if depth and kind < 0.12:
            return self._group(repeat, depth)
        if depth and kind < 0.24:
            return self._repeat(repeat, depth)
        if kind < 0.3:
            return self._matrix(repeat)
        return self._question(repeat)

    def _group(self, repeat: str, depth: int) -> dict[str, Any]:
        items = [self._item(repeat, depth - 1) for _ in range(self.chance.randint(1, 3))]
        name = self.name("g")
        return {"name": name, "type": "group", "label": _words(name), "questions": items}

    def _repeat(self, repeat: str, depth: int) -> dict[str, Any]:
        name = self.name("r")
        items = [self._item(name, depth - 1) for _ in range(self.chance.randint(1, 3))]
        self.known.append((name, "repeat", repeat))
        return {"name": name, "type": "repeat", "label": _words(name), "questions": items}

    def _matrix(self, repeat: str) -> dict[str, Any]:
        name, rows = self.name("m"), []
        type_name = self.chance.choice(("scale", "select_one"))
        for _ in range(self.chance.randint(1, 3)):
            row = self.name()
            self.known.append((row, type_name, repeat))
            rows.append({"name": row, "label": _words(row)})
        own = {"range": ["1", "4"]} if type_name == "scale" else {"choices": self._choices()}
        data = {"name": name, "type": "matrix", "label": _words(name), "rows": rows, **own}
        if self.chance.random() < 0.3:
            data["required"] = "true"
        return data

    def _question(self, repeat: str) -> dict[str, Any]:
        type_name, name = self.chance.choice(TYPES), self.name()
        data: dict[str, Any] = {"name": name, "type": type_name, "label": _words(name)}
        if type_name == "hidden":
            del data["label"]
        if type_name in {"select_one", "select_multiple", "rank"}:
            data["choices"] = self._choices()
        data |= self._settings(type_name)
        self.known.append((name, type_name, repeat))
        return data

    def _choices(self) -> list[dict[str, Any]]:
        return [
            {"value": code, "label": _words(code.upper()), "zona": self.chance.choice(COLUMNS)}
            for code in CODES
        ]

    def _settings(self, type_name: str) -> dict[str, Any]:
        chance, data = self.chance, dict[str, Any]()
        if type_name == "scale":
            data["range"] = ["1", "5"]
        if type_name == "range":
            data |= {"start": "0", "end": "10", "step": chance.choice(("1", "0.5"))}
            data |= {"appearance": "likert"} if chance.random() < 0.3 else {}
        if type_name == "integer" and chance.random() < 0.3:
            data |= {"min": "0", "max": "20"}
        if type_name == "select_one":
            data |= {"appearance": "minimal"} if chance.random() < 0.3 else {}
        if type_name in {"select_one", "select_multiple"}:
            data |= {"or_other": "true"} if chance.random() < 0.2 else {}
            data |= {"randomize": "true"} if chance.random() < 0.15 else {}
        if type_name in NUMBERS | {"select_one", "select_multiple"} and chance.random() < 0.2:
            data["special"] = list(SPECIAL[: chance.randint(1, 2)])
        return data

    def _depend(self, item: dict[str, Any], repeat: str) -> None:
        chance, type_name = self.chance, item.get("type", "row")
        self.limit = self._first(item)
        if chance.random() < 0.35:
            item["relevant"] = self._condition(repeat)
        if type_name == "repeat":
            self._count(item, repeat)
        elif type_name in {"calculate", "hidden"}:
            item["calculation" if type_name == "calculate" else "default"] = self._value(repeat)
        elif type_name not in {"group", "matrix", "row"}:
            self._ask(item, repeat)

    def _count(self, item: dict[str, Any], repeat: str) -> None:
        if self.chance.random() < 0.4:
            item["repeat_count"] = self._figure(repeat)
        elif self.chance.random() < 0.7:
            item["min"] = str(self.chance.randint(1, 2))
            item["max"] = str(self.chance.randint(2, 3))

    def _ask(self, item: dict[str, Any], repeat: str) -> None:
        chance, type_name = self.chance, item["type"]
        if type_name in FILLED and chance.random() < 0.35:
            self._fill(item, repeat)
        choosing = type_name in {"select_one", "select_multiple"} and "or_other" not in item
        if choosing and chance.random() < 0.4:
            item["choice_filter"] = self._filter(repeat)
        self.limit = math.inf  # what follows is looked at once everything is known
        others = self._near(repeat)
        if others and (type_name == "note" or chance.random() < 0.2):
            item["label"] = _words(f"{item['name']}: ${{{chance.choice(others)[0]}}}")
        if type_name != "note":
            self._rule(item, repeat)

    def _fill(self, item: dict[str, Any], repeat: str) -> None:
        """A default, static or not, or a calculation: of what can be typed over, or cannot."""
        chance, way = self.chance, self.chance.random()
        if way < 0.25:
            item["default"] = _literal(item["type"])
        elif way < 0.55:
            item["default"] = self._fitting(item["type"], repeat)
        else:
            item["calculation"] = self._fitting(item["type"], repeat)
            others = [name for name, kind, _ in self._near(repeat) if kind in CHOSEN]
            if others and chance.random() < 0.4:
                item["trigger"] = f"${{{chance.choice(others)}}}"
        plain = "trigger" not in item and item["type"] in {"decimal", "text"}
        if plain and chance.random() < 0.25:
            item["read_only"] = "true"

    def _rule(self, item: dict[str, Any], repeat: str) -> None:
        chance = self.chance
        if chance.random() < 0.25:
            item["required"] = "true"
        elif chance.random() < 0.15:
            item["required"] = self._condition(repeat)
        if chance.random() < 0.3:
            item["constraint"] = self._constraint(item["type"], repeat)

    # Expressions

    def _near(self, repeat: str) -> list[tuple[str, str, str]]:
        """What can be mentioned as one answer from there."""
        return [k for k in self._before() if k[2] in {"", repeat} and k[1] != "repeat"]

    def _far(self, repeat: str) -> list[tuple[str, str, str]]:
        return [k for k in self._before() if k[2] not in {"", repeat} or k[1] == "repeat"]

    def _before(self) -> list[tuple[str, str, str]]:
        known = (k for k in self.known if k[1] != "note")
        return [k for k in known if self.turns[k[0]] < self.limit]

    def _condition(self, repeat: str, depth: int = 1) -> str:
        way = self.chance.random()
        if depth and way < 0.2:
            word = self.chance.choice(("and", "or"))
            left, right = (self._condition(repeat, depth - 1) for _ in range(2))
            return f"({left}) {word} ({right})"
        if depth and way < 0.3:
            return f"not({self._condition(repeat, depth - 1)})"
        if way < 0.4:
            return f"{self._figure(repeat)} > {self.chance.randint(0, 6)}"
        return self._about(repeat)

    def _about(self, repeat: str) -> str:
        """A condition on one answer."""
        near = self._near(repeat)
        if not near:
            return "true()"
        name, type_name, _ = self.chance.choice(near)
        code, number = self.chance.choice((*CODES, "no_sabe")), self.chance.randint(0, 6)
        ways: tuple[str, ...] = ("${%s} != ''", "string-length(${%s}) > 1", "${%s} = ''")
        if type_name in {"select_multiple", "rank"}:
            found = f"'{code}'"
            ways = (f"selected(${{%s}}, {found})", "count-selected(${%s}) > 1", "${%s} = ''")
        elif type_name == "select_one":
            ways = (f"${{%s}} = '{code}'", f"${{%s}} != '{code}'", f"selected(${{%s}}, '{code}')")
        elif type_name in NUMBERS or type_name == "calculate":
            ways = (f"${{%s}} > {number}", f"${{%s}} < {number}", f"${{%s}} = {number}")
        return self.chance.choice(ways) % name

    def _figure(self, repeat: str) -> str:
        """Something that is a number, or may be none."""
        chance = self.chance
        near = [name for name, kind, _ in self._near(repeat) if kind in NUMBERS]
        far = self._far(repeat)
        ways = [str(chance.randint(0, 3))]
        if near:
            name, other = chance.choice(near), chance.choice(near)
            ways += [f"${{{name}}}"] * 2
            ways += [f"${{{name}}} + ${{{other}}}", f"coalesce(${{{name}}}, 1) * 2"]
            ways += [f"round(${{{name}}} div 3, 2)", f"if(${{{name}}} > 2, 1, ${{{other}}})"]
        if far:
            name, type_name, _ = chance.choice(far)
            word = "count" if type_name not in NUMBERS else chance.choice(("sum", "max", "count"))
            ways += [f"{word}(${{{name}}})"] * 2
        if repeat:
            ways.append("position(..)")
        return chance.choice(ways)

    def _value(self, repeat: str) -> str:
        near = self._near(repeat)
        if not near or self.chance.random() < 0.5:
            return self._figure(repeat)
        one, other = self.chance.choice(near)[0], self.chance.choice(near)[0]
        ways = (f"concat(${{{one}}}, '-', ${{{other}}})", f"if({self._about(repeat)}, 'a', 'b')")
        return self.chance.choice((*ways, f"${{{one}}}", f"once(${{{one}}})"))

    def _fitting(self, type_name: str, repeat: str) -> str:
        if type_name in NUMBERS:
            return f"number({self._figure(repeat)})"
        if type_name == "text":
            return f"string({self._value(repeat)})"
        return f"if({self._about(repeat)}, '{self.chance.choice(CODES)}', 'b')"

    def _constraint(self, type_name: str, repeat: str) -> str:
        ways = [
            f". != '{self.chance.choice(CODES)}'",
            f"string-length(.) < {self.chance.randint(2, 9)}",
        ]
        if type_name in NUMBERS:
            ways = [f". > {self.chance.randint(0, 4)}", f". <= {self._figure(repeat)}"]
        elif type_name in {"select_multiple", "rank"}:
            ways = ["count-selected(.) < 3", f"not(selected(., '{self.chance.choice(CODES)}'))"]
        return self.chance.choice(ways)

    def _filter(self, repeat: str) -> str:
        choosing = [name for name, kind, _ in self._near(repeat) if kind == "select_one"]
        ways = [f"name != '{self.chance.choice(CODES)}' or {self._about(repeat)}"]
        if choosing:
            name = self.chance.choice(choosing)
            ways += [f"zona = if(${{{name}}} = 'a', 'norte', 'sur')", f"name != ${{{name}}}"]
        return self.chance.choice(ways)


def _words(text: str) -> dict[str, str]:
    return {"es": text}


def _literal(type_name: str) -> str:
    return {"text": "hola", "select_one": "b", "select_multiple": "a b"}.get(type_name, "3")


def _items(
    items: Iterable[dict[str, Any]], repeat: str = ""
) -> Iterator[tuple[dict[str, Any], str]]:
    """Everything on pages that may have a condition, with the repeat around it."""
    for item in items:
        if "id" not in item:
            yield item, repeat
        inner = item["name"] if item.get("type") == "repeat" else repeat
        yield from _items(item.get("questions", ()), inner)
        yield from _items(item.get("rows", ()), repeat)


def surveys(seed: int) -> Iterator[tuple[int, Survey]]:
    """Surveys without end, each with the number that makes it again (`survey_of`)."""
    number = seed * 1_000_000
    while True:
        number += 1
        if (found := survey_of(number)) is not None:
            yield number, found


def survey_of(number: int) -> Survey | None:
    """None where what was generated is none: it depends on itself, say."""
    try:
        return survey_from_data(definition(number))
    except DefinitionErrors:
        return None


def definition(number: int) -> Mapping[str, Any]:
    return _Writer(random.Random(number)).survey()  # noqa: S311 a seed gives the same again
