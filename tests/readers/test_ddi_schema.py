"""The schema of DDI-Codebook 2.5 itself, where it is on the machine, finds our document valid.

It is the DDI Alliance's, under the LGPL: download it from ddialliance.org and name its codebook.xsd
in DDI_SCHEMA.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from flask import Flask

from app.services.exports import stream
from tests.analytics.conftest import OPINION, answer, field, make_territories, people

SCHEMA = os.environ.get("DDI_SCHEMA")


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    return new_database(request.param)


@pytest.mark.skipif(SCHEMA is None, reason="DDI_SCHEMA does not name the schema's codebook.xsd")
@pytest.mark.parametrize("slug", ["opinion", "satisfaction", "social-control-visit"])
def test_the_document_is_valid(in_app: Flask, slug: str) -> None:
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed")
    make_territories()
    if slug == "opinion":
        answer(field(OPINION, slug, selection="probability"), people(12))
    else:
        field(slug, slug, selection="open")
    text = "".join(stream.export_stream(slug, fmt="ddi"))
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    schema.assertValid(etree.fromstring(text.encode()))
