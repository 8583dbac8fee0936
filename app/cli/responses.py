"""`cabildo responses`: answers that were collected elsewhere, or on paper."""

from __future__ import annotations

import csv
import io
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from app.cli.attached import list_files, sweep
from app.cli.erase import erase
from app.cli.export import export
from app.cli.files import fault_lines, new_file, read_text, readable
from app.language import N_, current_language
from app.models import Channel
from app.services.imports import imports
from app.services.imports.faults import ImportFault, ImportRefused
from app.services.imports.mapping import ImportMap, read_map
from app.words.imports import import_fault_text
from app.words.messages import answer_fault_text, problem_words
from encuestas import AnswerFault, DefinitionErrors

SOME_ROWS_BAD = 2
_LINE_EVERY = 5.0
_SEPARATORS = {",": N_("coma"), ";": N_("punto y coma"), "\t": N_("tabulador"), "|": N_("barra")}
# In front of the row as it came; a mended file of bad rows can be imported as it is.
_BAD_COLUMNS = ("_row", "_question", "_reason")


@click.group(help=N_("Respuestas: importarlas y exportarlas."))
def responses() -> None:
    pass


responses.add_command(erase)
responses.add_command(export)
responses.add_command(list_files)
responses.add_command(sweep)


@responses.command("import", help=N_("Importar un CSV; cada fila pasa por la misma revisión."))
@click.argument("slug")
@click.argument("file")
@click.option("--map", "map_file", metavar="FILE", help=N_("Qué columna es qué pregunta (YAML)."))
@click.option(
    "--channel",
    type=click.Choice([word.value for word in Channel]),
    default=Channel.IMPORT.value,
    show_default=True,
    help=N_("Cómo se respondió: paper si fue en papel."),
)
@click.option("--id", "id_column", metavar="COLUMN", help=N_("La columna que identifica la fila."))
@click.option("--bad", metavar="FILE", help=N_("Dónde dejar las filas malas; si no, FILE.bad.csv."))
def import_(
    slug: str, file: str, map_file: str | None, channel: str, id_column: str | None, bad: str | None
) -> None:
    path = readable(file)
    bad_path = _bad_path(path, bad)
    try:
        plan = imports.prepare(
            slug,
            path,
            mapping=_mapping(map_file) if map_file else None,
            channel=Channel(channel),
            id_column=id_column,
        )
        _announce(plan)
        with new_file(bad_path) as out, _progress(path.stat().st_size) as show:
            summary = imports.run(plan, on_bad=_BadRows(plan, out).add, on_progress=show)
    except ImportRefused as refused:
        for fault in refused.faults:
            click.echo(f"{file}: [{fault.code}] {import_fault_text(fault)}", err=True)
        sys.exit(1)
    _report(summary, bad_path, by_content=id_column is None)
    sys.exit(SOME_ROWS_BAD if summary.bad else 0)


def _bad_path(source: Path, chosen: str | None) -> Path:
    """Never the file itself: the bad rows would take the place of all of them."""
    path = Path(chosen) if chosen else source.with_name(f"{source.stem}.bad.csv")
    if path.exists() and path.samefile(source):
        raise click.UsageError(_("--bad no puede ser el mismo archivo que se importa."))
    return path


def _mapping(name: str) -> ImportMap:
    try:
        return read_map(read_text(name))
    except DefinitionErrors as errors:
        for line in fault_lines(name, errors.faults):
            click.echo(line, err=True)
        sys.exit(1)


def _announce(plan: imports.ImportPlan) -> None:
    """What was guessed and what will be left out, before anything is stored."""
    click.echo(
        _(
            "%(file)s: codificación %(encoding)s, separador %(separator)s.",
            file=plan.file.path.name,
            encoding=plan.file.encoding,
            separator=_(_SEPARATORS[plan.file.separator]),
        ),
        err=True,
    )
    if plan.unused:
        click.echo(_("Columnas que no se usan: %(names)s.", names=", ".join(plan.unused)), err=True)
    if plan.unanswerable:
        title, _remedy = problem_words(plan.unanswerable)
        click.echo(_("%(state)s. Se importa igual, como tarea del equipo.", state=title), err=True)


class _BadRows:
    """Writes the rows that were not stored, as they came, after what is wrong with them."""

    def __init__(self, plan: imports.ImportPlan, out: IO[bytes]) -> None:
        self._plan, self._out = plan, out
        # The file may itself be one of bad rows, mended: what it said of them is out of date.
        again = plan.file.header[: len(_BAD_COLUMNS)] == _BAD_COLUMNS
        self._first = len(_BAD_COLUMNS) if again else 0

    def add(self, bad: imports.BadRow) -> None:
        if not self._out.tell():
            self._write([*_BAD_COLUMNS, *self._plan.file.header[self._first :]], mark="\ufeff")
        questions = [fault.question for fault in bad.faults if isinstance(fault, AnswerFault)]
        reasons = [self._words(fault) for fault in bad.faults]
        cells = bad.row.cells[self._first :]
        self._write([str(bad.row.number), " ".join(questions), " ".join(reasons), *cells])

    def _words(self, fault: AnswerFault | ImportFault) -> str:
        if isinstance(fault, ImportFault):
            return import_fault_text(fault)
        survey = self._plan.survey  # a repeat has faults too, and is no question
        question = survey.question(fault.name) if survey.has(fault.name) else None
        words = answer_fault_text(fault, question, current_language())
        return f"{fault.question}: {words}"

    def _write(self, cells: Sequence[str], *, mark: str = "") -> None:
        line = io.StringIO()
        csv.writer(line, delimiter=self._plan.file.separator).writerow(cells)
        self._out.write((mark + line.getvalue()).encode())


@contextmanager
def _progress(size: int) -> Iterator[Callable[[imports.Summary, int], None]]:
    """A bar on a terminal; in a log, a line now and then."""
    if not sys.stderr.isatty():
        yield _rate_lines()
        return
    with click.progressbar(length=size, file=sys.stderr, label=_("Importando")) as bar:
        yield lambda _summary, offset: bar.update(offset - bar.pos)


def _rate_lines() -> Callable[[imports.Summary, int], None]:
    started = told = time.monotonic()

    def show(summary: imports.Summary, _offset: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= _LINE_EVERY:
            told = now
            rate = format_decimal(round(summary.read / (now - started)))
            rows = format_decimal(summary.read)
            click.echo(_("%(rows)s filas, %(rate)s por segundo", rows=rows, rate=rate), err=True)

    return show


def _report(summary: imports.Summary, bad_path: Path, *, by_content: bool) -> None:
    lines = [
        ngettext("%(num)d fila leída", "%(num)d filas leídas", summary.read),
        ngettext("%(num)d agregada", "%(num)d agregadas", summary.added),
        ngettext("%(num)d ya estaba", "%(num)d ya estaban", summary.same),
        ngettext("%(num)d mala", "%(num)d malas", summary.bad),
        ngettext("%(num)d en conflicto", "%(num)d en conflicto", summary.conflicts),
    ]
    click.echo(", ".join(lines) + ".")
    if summary.same and by_content:
        click.echo(
            _(
                "Ya estaban: filas con las mismas respuestas ya se habían importado. Si alguna es"
                " de otra persona, déjela en un archivo aparte e impórtelo con --id."
            )
        )
    if summary.conflicts:
        click.echo(
            _(
                "En conflicto: ya había otra respuesta de la misma persona u organización. Se"
                " guardaron para revisión y no se cuentan."
            )
        )
    if summary.bad:
        click.echo(_("Las filas malas están en %(name)s.", name=bad_path))
