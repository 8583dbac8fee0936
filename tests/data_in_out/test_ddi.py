"""The data described in DDI-Codebook 2.5, whose schema the document keeps to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

import pytest
from flask import Flask

from app.models import Collection
from app.services.exports import stream
from tests.analytics.conftest import OPINION, answer, field, make_territories, people

XML = "{http://www.w3.org/XML/1998/namespace}"

# What the schema says of the elements that we write: their children in this order, those that must
# be there with an exclamation mark, and the attributes that they may have. The schema itself is not
# ours to carry; tests/readers/test_ddi_schema.py asks it, where it is on the machine.
CHILDREN: Mapping[str, Sequence[str]] = {
    "codeBook": ["docDscr", "stdyDscr!", "fileDscr", "dataDscr"],
    "docDscr": ["citation"],
    "stdyDscr": ["citation!", "stdyInfo", "method"],
    "citation": ["titlStmt!", "prodStmt", "distStmt", "verStmt"],
    "titlStmt": ["titl!", "parTitl", "IDNo"],
    "prodStmt": ["prodDate", "software"],
    "distStmt": ["distrbtr"],
    "verStmt": ["version", "notes"],
    "stdyInfo": ["abstract", "sumDscr", "notes"],
    "sumDscr": ["collDate", "geogCover", "anlyUnit", "universe"],
    "method": ["dataColl"],
    "dataColl": ["sampProc", "collMode"],
    "fileDscr": ["fileTxt"],
    "fileTxt": ["fileName", "dimensns", "fileType"],
    "dimensns": ["caseQnty", "varQnty"],
    "dataDscr": ["var"],
    "var": ["labl", "qstn", "universe", "catgry", "varFormat", "notes"],
    "qstn": ["qstnLit"],
    "catgry": ["catValu", "labl"],
}
ATTRIBUTES: Mapping[str, set[str]] = {
    "codeBook": {"version"},
    "prodDate": {"date"},
    "software": {"version"},
    "collDate": {"date", "event"},
    "fileDscr": {"ID"},
    "fileType": {"charset"},
    "var": {"ID", "name", "files", "intrvl"},
    "varFormat": {"type"},
    "catgry": {"missing"},
    "notes": {"subject"},
}


def _name(element: ElementTree.Element) -> str:
    return element.tag.removeprefix("{ddi:codebook:2_5}")


def faults(element: ElementTree.Element) -> list[str]:
    name = _name(element)
    allowed = CHILDREN.get(name, [])
    order = [each.rstrip("!") for each in allowed]
    found = [_name(child) for child in element]
    wrong = [f"{name}: {child}" for child in found if child not in order]
    places = [order.index(child) for child in found if child in order]
    if places != sorted(places):
        wrong.append(f"{name}: {found} out of order")
    wrong += [
        f"{name}: no {each[:-1]}" for each in allowed if each[-1] == "!" and each[:-1] not in found
    ]
    known = ATTRIBUTES.get(name, set()) | {f"{XML}lang"}
    wrong += [f"{name}: attribute {each}" for each in element.attrib if each not in known]
    return wrong + [fault for child in element for fault in faults(child)]


@pytest.fixture
def opinion(in_app: Flask) -> Collection:
    make_territories()
    collection = field(OPINION, "opinion", selection="probability", population=900)
    answer(collection, people(12))
    return collection


def document(**how: object) -> ElementTree.Element:
    return ElementTree.fromstring("".join(stream.export_stream("opinion", fmt="ddi", **how)))  # noqa: S314 we wrote it ourselves


def test_the_document_keeps_to_the_schema(opinion: Collection) -> None:
    root = document()
    assert root.tag == "{ddi:codebook:2_5}codeBook"
    assert faults(root) == []
    keys = [each.attrib["ID"] for each in root.iter() if "ID" in each.attrib]
    assert len(keys) == len(set(keys))


def test_it_describes_every_column_of_the_csv(opinion: Collection) -> None:
    heading = next(stream.export_stream("opinion", fmt="csv")).removeprefix("\ufeff").strip()
    space = {"d": "ddi:codebook:2_5"}
    root = document(lang="en")
    variables = root.findall("d:dataDscr/d:var", space)
    assert [each.attrib["name"] for each in variables] == heading.split(",")
    mark = next(each for each in variables if each.attrib["name"] == "mark")
    missing = mark.find("d:catgry[@missing='Y']/d:catValu", space)
    assert missing is not None
    assert missing.text == "no_sabe"
    sex = next(each for each in variables if each.attrib["name"] == "sex")
    label = f"d:labl[@{XML}lang='en']"
    words = [
        (each.findtext("d:catValu", "", space), each.findtext(label, "", space))
        for each in sex.findall("d:catgry", space)
    ]
    assert words[:2] == [("f", "Woman"), ("m", "Man")]
    assert root.findtext("d:fileDscr/d:fileTxt/d:dimensns/d:caseQnty", "", space) == "12"
