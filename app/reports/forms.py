"""The printed form of a collection, or of a survey that nobody has fielded yet."""

from __future__ import annotations

from app.models import Collection, Mode
from app.reports.paper import Form
from app.services import collections, surveys
from encuestas import Survey, Text


def collection_form(collection: Collection, *, language: str, size: str, site: str) -> Form:
    """The newest text, with the collection's own words. The QR code leads to its address."""
    text = surveys.newest_text(collection.version_id)
    survey = collections.fielded(collection)
    edition = f"{survey.version}.{text.correction}"

    def words(key: str) -> str:
        own: Text = collection.texts.get(key) or getattr(survey, key)
        return survey.text(own, language)

    return Form(
        survey=survey,
        language=language,
        title=words("title"),
        asked_by=words("asked_by"),
        purpose=words("purpose"),
        notice=survey.text(collection.legal_notice or _notice(survey), language),
        anonymous=collection.mode == Mode.ANONYMOUS,
        simulated=collection.simulated,
        edition=f"{collection.slug} · {edition}",
        address=f"{site}/e/{collection.slug}?form={edition}",
        size=size,
    )


def survey_form(survey: Survey, *, language: str, size: str) -> Form:
    """The survey as its author wrote it. What a register fills is written by hand."""
    return Form(
        survey=survey,
        language=language,
        title=survey.text(survey.title, language),
        asked_by=survey.text(survey.asked_by, language),
        purpose=survey.text(survey.purpose, language),
        notice=survey.text(_notice(survey), language),
        edition=f"{survey.id} · {survey.version}",
        address=f"cabildo:{survey.id}/{survey.version}",
        size=size,
    )


def _notice(survey: Survey) -> Text:
    return survey.legal.notice if survey.legal else {}
