"""What somebody must know of a file of responses, in words: it goes beside the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from app.services import collections
from app.services.exports import workbook_words
from app.services.exports.export_plan import Export
from app.words.surveys import change_text, effect_text


def notes(export: Export, *, adjustments: Sequence[str] = (), digest: str, responses: int) -> str:
    """Markdown: where the data come from, what changed between versions, what did not fit."""
    return "\n\n".join(_parts(export, adjustments, digest, responses)) + "\n"


def _parts(
    export: Export, adjustments: Sequence[str], digest: str, responses: int
) -> Iterator[str]:
    collection = collections.find(export.collection)
    about = workbook_words.about(
        collection,
        export.joined,
        lang=export.options.lang,
        territories=export.territories,
        responses=responses,
        digest=digest,
    )
    yield "# " + _("Notas de estos datos")
    yield _listed([f"{name}: {value}" for name, value in about if value not in (None, "")])
    yield "## " + _("Diferencias entre versiones")
    versions = ", ".join(export.joined.versions)
    yield _("Versiones: %(versions)s. Cada una está en la columna «_version».", versions=versions)
    changes = [
        f"{each.before} → {each.after}, {each.change.where}: {change_text(each.change)} "
        f"({effect_text(each.change.effect)})"
        for each in export.joined.differences()
    ]
    yield _listed(changes) if changes else _("No hay diferencias.")
    yield "## " + _("Lo que se acortó o cambió de nombre para caber en este formato")
    yield _listed(adjustments) if adjustments else _("Nada.")


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"- {' '.join(line.split())}" for line in lines)
