"""The codebook as lines of a table: in a spreadsheet, or as a file of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from app.services.exports import workbook_words
from app.services.exports.export_plan import Export
from encuestas.export import Entry, codebook


def lines(export: Export) -> Iterator[list[object]]:
    """The heading; what is known of a response; each variable and then each of its codes."""
    languages = list(
        dict.fromkeys(code for s in export.joined.versions.values() for code in s.languages)
    )
    yield list(workbook_words.codebook_heading(languages))
    for name in export.metadata:
        about = workbook_words.of_metadata(name)
        yield [f"_{name}", "", *(about for _ in languages), "metadata"]
    for entry in codebook(export.joined):
        yield from _entry_lines(entry, languages)
    for name, meaning in workbook_words.conventions():
        yield [name, "", *(meaning for _ in languages)]


def _entry_lines(entry: Entry, languages: Sequence[str]) -> Iterable[list[object]]:
    """The variable, then each of its codes, the variable named on every line."""
    labels = [_label(entry, code) for code in languages]
    versions = " ".join(entry.versions)
    rules = [entry.limits, entry.required, entry.relevant]
    empty: list[object] = ["" for _ in languages]
    yield [entry.variable, entry.repeat, *labels, entry.type, "", *empty, "", *rules, versions]
    for code in entry.codes:
        words = [code.label.get(lang, "") for lang in languages]
        special = workbook_words.special() if code.special else ""
        offered = " ".join(code.versions)
        head = [entry.variable, entry.repeat, *empty, entry.type]
        yield [*head, code.value, *words, special, "", "", "", offered]


def _label(entry: Entry, lang: str) -> str:
    label, group = entry.label.get(lang, ""), entry.group.get(lang, "")
    return f"{group}: {label}" if group and label else label
