"""The method pages as HTML: the few marks that they use, and nothing that could run.

Whatever is not one of these marks is text: no HTML of a page passes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from markupsafe import Markup, escape

Address = Callable[[str], str | None]
"""Where a link of the page leads; None: it is shown as plain text."""

_LIST = re.compile(r"(?:[-*]|[0-9]+\.) +")
_INLINE = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|\[(?P<words>[^\]]+)\]\((?P<target>[^()\s]+(?:\([^()\s]*\))?)\)"
    r"|\*\*(?P<strong>[^*]+)\*\*"
    r"|\*(?P<em>[^*\s][^*]*)\*"
)


def html(text: str, address: Address) -> Markup:
    """The page without its first heading, which whoever shows it sets."""
    return Markup("\n").join(_blocks(text.splitlines(), address))


def heading(text: str) -> str:
    """The page's name: its first heading."""
    return next(line.lstrip("# ") for line in text.splitlines() if line.startswith("# "))


def _blocks(lines: Sequence[str], address: Address) -> Iterator[Markup]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif line.startswith("```"):
            end = _until(lines, at + 1, lambda each: each.startswith("```"))
            yield _code(lines[at + 1 : end])
            at = end + 1
        elif line.startswith("    "):
            end = _until(lines, at, lambda each: bool(each.strip()) and each[:4] != "    ")
            yield _code([each[4:] for each in lines[at:end]])
            at = end
        else:
            end = _until(lines, at + 1, _ends_block if line[0] != "#" else lambda _each: True)
            yield from _block(lines[at:end], address)
            at = end


def _until(lines: Sequence[str], start: int, stops: Callable[[str], bool]) -> int:
    return next((at for at in range(start, len(lines)) if stops(lines[at])), len(lines))


def _ends_block(line: str) -> bool:
    return not line.strip() or line.startswith(("#", "```"))


def _block(lines: Sequence[str], address: Address) -> Iterator[Markup]:
    first = lines[0]
    if first.startswith("# "):
        return
    if first.startswith("#"):
        level = min(len(first) - len(first.lstrip("#")), 3)
        said = _inline(first.lstrip("# "), address)
        yield Markup(f"<h{level}>{{}}</h{level}>").format(said)  # noqa: S704 a number of ours
    elif first.startswith("|"):
        yield _table(lines, address)
    elif _LIST.match(first):
        yield _list(lines, address)
    else:
        # A list may follow its sentence without an empty line.
        cut = _until(lines, 1, lambda line: _LIST.match(line) is not None and line[0] == "-")
        yield Markup("<p>{}</p>").format(_inline(" ".join(lines[:cut]), address))
        if cut < len(lines):
            yield _list(lines[cut:], address)


def _code(lines: Sequence[str]) -> Markup:
    body = "\n".join(lines).rstrip()
    return Markup('<pre tabindex="0"><code>{}</code></pre>').format(body)


def _list(lines: Sequence[str], address: Address) -> Markup:
    items: list[list[str]] = []
    for line in lines:
        if mark := _LIST.match(line):
            items.append([line[mark.end() :]])
        else:
            items[-1].append(line.strip())
    kind = "ol" if lines[0][0].isdigit() else "ul"
    inner = Markup("").join(
        Markup("<li>{}</li>").format(_inline(" ".join(item), address)) for item in items
    )
    return Markup(f"<{kind}>{{}}</{kind}>").format(inner)  # noqa: S704 one of two names of ours


def _table(lines: Sequence[str], address: Address) -> Markup:
    rows = [_cells(line) for line in lines if not re.fullmatch(r"[|:\- ]+", line)]

    def row(cells: Sequence[str], tag: str) -> Markup:
        made = [
            Markup(f"<{tag}>{{}}</{tag}>").format(_inline(cell, address))  # noqa: S704 th or td
            for cell in cells
        ]
        return Markup("<tr>{}</tr>").format(Markup("").join(made))

    head = Markup("<thead>{}</thead>").format(row(rows[0], "th"))
    body = Markup("").join(row(cells, "td") for cells in rows[1:])
    table = Markup("<table>{}<tbody>{}</tbody></table>").format(head, body)
    return Markup('<div class="table" tabindex="0">{}</div>').format(table)


def _cells(line: str) -> list[str]:
    parts = re.split(r"(?<!\\)\|", line.strip().strip("|"))
    return [part.strip().replace("\\|", "|") for part in parts]


def _inline(text: str, address: Address) -> Markup:
    made, at = Markup(""), 0
    for found in _INLINE.finditer(text):
        made += escape(text[at : found.start()]) + _mark(found, address)
        at = found.end()
    return made + escape(text[at:])


def _mark(found: re.Match[str], address: Address) -> Markup:
    kind, said = found.lastgroup, found.group(found.lastgroup or 0)
    if kind == "code":
        return Markup("<code>{}</code>").format(said)
    if kind == "target":
        words, where = _inline(found["words"], address), address(said)
        return Markup('<a href="{}">{}</a>').format(where, words) if where else words
    return Markup(f"<{kind}>{{}}</{kind}>").format(_inline(said, address))  # noqa: S704 strong, em
