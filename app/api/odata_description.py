"""The description of a feed as OData wants it (CSDL XML): columns, types, and what it can do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

import pyarrow as pa

EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
EDM = "http://docs.oasis-open.org/odata/ns/edm"
CAPABILITIES = "Org.OData.Capabilities.V1"
VOCABULARY = "https://oasis-tcs.github.io/odata-vocabularies/vocabularies/"
KEY = "_id"


def described(sets: Mapping[str, Mapping[str, pa.DataType]], *, filtered: Collection[str]) -> bytes:
    """``sets``: columns of each entity set; ``filtered``: by which of them rows may be chosen."""
    root = Element("edmx:Edmx", {"xmlns:edmx": EDMX, "Version": "4.0"})
    reference = SubElement(root, "edmx:Reference", Uri=f"{VOCABULARY}{CAPABILITIES}.xml")
    SubElement(reference, "edmx:Include", Namespace=CAPABILITIES)
    services = SubElement(root, "edmx:DataServices")
    schema = SubElement(services, "Schema", xmlns=EDM, Namespace="Cabildo")
    for name, columns in sets.items():
        _entity(schema, name, columns)
    container = SubElement(schema, "EntityContainer", Name="Collection")
    for name, columns in sets.items():
        entities = SubElement(container, "EntitySet", Name=name, EntityType=f"Cabildo.{name}")
        _restrict(entities, [each for each in columns if each not in filtered])
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root)


def _entity(schema: Element, name: str, columns: Mapping[str, pa.DataType]) -> None:
    entity = SubElement(schema, "EntityType", Name=name)
    SubElement(SubElement(entity, "Key"), "PropertyRef", Name=KEY)
    for column, kind in columns.items():
        given = {"Name": column, "Type": _type(kind)}
        if column == KEY:
            given["Nullable"] = "false"
        if given["Type"] == "Edm.DateTimeOffset":
            given["Precision"] = "3"
        SubElement(entity, "Property", given)


def _restrict(entities: Element, unfiltered: Collection[str]) -> None:
    """What programs need not try: they do it themselves with the rows they got."""
    for term in ("SortRestrictions", "ExpandRestrictions", "SearchRestrictions"):
        word = {"SortRestrictions": "Sortable", "ExpandRestrictions": "Expandable"}
        _record(entities, term, word.get(term, "Searchable"))
    note = SubElement(entities, "Annotation", Term=f"{CAPABILITIES}.FilterRestrictions")
    value = SubElement(
        SubElement(note, "Record"), "PropertyValue", Property="NonFilterableProperties"
    )
    paths = SubElement(value, "Collection")
    for column in unfiltered:
        SubElement(paths, "PropertyPath").text = column


def _record(entities: Element, term: str, word: str) -> None:
    note = SubElement(entities, "Annotation", Term=f"{CAPABILITIES}.{term}")
    SubElement(SubElement(note, "Record"), "PropertyValue", Property=word, Bool="false")


def _type(kind: pa.DataType) -> str:
    types = {
        pa.int32(): "Edm.Int32",
        pa.int64(): "Edm.Int64",
        pa.float64(): "Edm.Double",
        pa.bool_(): "Edm.Boolean",
        pa.date32(): "Edm.Date",
    }
    if pa.types.is_timestamp(kind):
        return "Edm.DateTimeOffset"
    return "Edm.TimeOfDay" if pa.types.is_time(kind) else types.get(kind, "Edm.String")
