"""What the data are, as DDI-Codebook 2.5: the metadata that archives and catalogues read.

Study, file and variables; no answer is in it. Elements stand in the order that the schema asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func

from app.extensions import db
from app.language import locale_of
from app.models import Collection, Selection
from app.models.columns import utc_now
from app.services import collections
from app.services.exports import export_plan, workbook_words
from app.services.exports.export_plan import Export
from encuestas import Survey
from encuestas.export import Code, Entry, codebook
from encuestas.types import Column, ColumnKind

NAMESPACE = "ddi:codebook:2_5"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NUMBERS = frozenset({ColumnKind.INTEGER, ColumnKind.DECIMAL, ColumnKind.INDICATOR})
_NOT_IN_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))
_KNOWN_NUMBERS = frozenset({"correction", "simulated", "preview", "over_quota"})


def text(export: Export) -> str:
    """The whole document."""
    with force_locale(locale_of(export.options.lang)):
        root = _document(export)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _document(export: Export) -> Element:
    collection, survey = collections.find(export.collection), export.joined.newest
    root = Element("codeBook", {"xmlns": NAMESPACE, "version": "2.5", _LANG: export.options.lang})
    _about_document(root, export)
    study = SubElement(root, "stdyDscr")
    _citation(study, export, collection, survey)
    _information(study, export, collection)
    _method(study, collection)
    _file(root, export)
    data = SubElement(root, "dataDscr")
    for element in _variables(export):
        data.append(element)
    return root


def _put(parent: Element, name: str, said: object = "", **attributes: str) -> Element:
    """A child with a text that XML can hold."""
    child = SubElement(parent, name, attributes)
    child.text = str(said).translate(_NOT_IN_XML) if said not in (None, "") else None
    return child


def _in_languages(parent: Element, name: str, words: Mapping[str, str]) -> None:
    for lang, said in words.items():
        if said:
            _put(parent, name, said, **{_LANG: lang})


def _about_document(root: Element, export: Export) -> None:
    citation = SubElement(SubElement(root, "docDscr"), "citation")
    title = SubElement(citation, "titlStmt")
    _put(title, "titl", _("Documentación de «%(slug)s»", slug=export.collection))
    made = SubElement(citation, "prodStmt")
    today = utc_now().date().isoformat()
    _put(made, "prodDate", today, date=today)
    _put(made, "software", "Cabildo", version=version("cabildo-encuestas"))


def _citation(study: Element, export: Export, collection: Collection, survey: Survey) -> None:
    citation = SubElement(study, "citation")
    title = SubElement(citation, "titlStmt")
    words = collection.texts.get("title") or survey.title
    first = survey.text(words, export.options.lang)
    _put(title, "titl", first)
    for lang, said in words.items():
        if said != first:
            _put(title, "parTitl", said, **{_LANG: lang})
    _put(title, "IDNo", collection.slug)
    _put(SubElement(citation, "distStmt"), "distrbtr", "Cabildo")
    version_of = SubElement(citation, "verStmt")
    _put(version_of, "version", ", ".join(export.joined.versions))
    changes = export.joined.differences()
    if changes:
        said = [f"{each.before} → {each.after}: {each.change.where}" for each in changes]
        _put(version_of, "notes", "; ".join(said))


def _information(study: Element, export: Export, collection: Collection) -> None:
    info = SubElement(study, "stdyInfo")
    if export.simulated:
        _put(info, "abstract", workbook_words.simulated())
    summary = SubElement(info, "sumDscr")
    for moment, event in ((collection.opens_at, "start"), (collection.closes_at, "end")):
        if moment is not None:
            day = moment.date().isoformat()
            _put(summary, "collDate", day, date=day, event=event)
    for territory in collection.territories:
        if export.territories is None or territory.code in export.territories:
            _put(summary, "geogCover", f"{territory.code} {territory.name}")
    organisations = collection.respondent == "organisation"
    _put(summary, "anlyUnit", _("Organización") if organisations else _("Persona"))
    size = collections.population(collection)
    if size is not None and export.territories is None:
        _put(summary, "universe", _("%(count)s en total", count=size))
    if limits := workbook_words.some_territories(export.territories):
        _put(info, "notes", limits)


def _method(study: Element, collection: Collection) -> None:
    method = SubElement(study, "method")
    gathered = SubElement(method, "dataColl")
    _put(gathered, "sampProc", workbook_words.selection(collection))
    if collection.selection == Selection.CENSUS:
        _put(gathered, "collMode", _("Invitación a toda la lista"))


def _file(root: Element, export: Export) -> None:
    file = SubElement(SubElement(root, "fileDscr", {"ID": "F1"}), "fileTxt")
    _put(file, "fileName", f"{export.collection}.csv")
    size = SubElement(file, "dimensns")
    with export_plan.connected(db.engine) as connection:
        rows = export.query.with_only_columns(func.count()).order_by(None)
        _put(size, "caseQnty", connection.execute(rows).scalar_one())
    _put(size, "varQnty", len(export.metadata) + len(export.table().columns))
    _put(file, "fileType", "CSV", charset="UTF-8")


def _variables(export: Export) -> Iterator[Element]:
    """One for each column of the CSV, in its order."""
    number = 0
    for name in export.metadata:
        number += 1
        kind = "numeric" if name in _KNOWN_NUMBERS else "character"
        variable = _variable(number, f"_{name}", interval="discrete")
        _put(variable, "labl", workbook_words.of_metadata(name))
        _put(variable, "varFormat", type=kind)
        yield variable
    entries = {entry.variable: entry for entry in codebook(export.joined)}
    table = export.table()
    worded = export.worded()
    for column, heading in zip(table.columns, worded.header, strict=True):
        number += 1
        entry = entries.get(column.name.rpartition("]/")[2].partition("/")[0])
        yield _asked(number, column, heading, entry)


def _variable(number: int, name: str, *, interval: str) -> Element:
    attributes = {"ID": f"V{number}", "name": name, "files": "F1", "intrvl": interval}
    return Element("var", attributes)


def _asked(number: int, column: Column, heading: str, entry: Entry | None) -> Element:
    continuous = column.kind is ColumnKind.DECIMAL
    variable = _variable(number, column.name, interval="contin" if continuous else "discrete")
    _put(variable, "labl", heading)
    if entry is not None:
        if any(entry.label.values()):
            _in_languages(SubElement(variable, "qstn"), "qstnLit", entry.label)
        if entry.relevant:
            _put(variable, "universe", entry.relevant)
        for code in entry.codes if column.kind is not ColumnKind.INDICATOR else ():
            _category(variable, code)
    _put(variable, "varFormat", type="numeric" if column.kind in _NUMBERS else "character")
    if entry is not None:
        _put(variable, "notes", ", ".join(entry.versions), subject="versions")
    return variable


def _category(variable: Element, code: Code) -> None:
    category = SubElement(variable, "catgry", {"missing": "Y"} if code.special else {})
    _put(category, "catValu", code.value)
    _in_languages(category, "labl", code.label)
