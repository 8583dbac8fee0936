"""Surveys and their versions: load, publish, list, and the parsed definition of each text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import select

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Survey as SurveyRow
from app.models import SurveyText, SurveyVersion, VersionState
from app.models.columns import utc_now
from app.services import media as media_files
from app.services.audit import note
from encuestas import Survey, read_survey, structure_hash, survey_from_data, survey_to_data


def save_definition(
    source: str,
    *,
    files: Mapping[str, str] | None = None,
    media: Mapping[str, bytes] | None = None,
) -> SurveyVersion:
    """Keep a text: a new version, a draft rewritten, or a correction of a published version.

    ``files`` are the CSV files that it names, by name, and become part of the definition;
    ``media`` are its images and sounds. Loading the same again changes nothing.

    Raises
    ------
    encuestas.DefinitionErrors
        The text is not a sound definition; every fault is listed.
    Problem
        VERSION_FROZEN: the version is published and the text changes its structure.
        BAD_MEDIA, MEDIA_TOO_LARGE, TOO_MUCH_MEDIA: an image or a sound can't be kept.
    """
    survey = read_survey(source, files=files) if files else read_survey(source)
    version = _find_version(survey.id, survey.version)
    if version is None:
        version = _add_version(survey, source)
    elif _is_newest(version, survey, source):
        if not media_files.save(version, media or {}):
            return version
    elif version.state == VersionState.DRAFT:
        _rewrite_draft(version, survey, source)
    else:
        _add_correction(version, survey, source)
    media_files.save(version, media or {})
    note("survey.load", survey.id, version=survey.version, correction=version.texts[-1].correction)
    db.session.commit()
    return version


def publish(survey_id: str, version_name: str | None = None) -> SurveyVersion:
    """Freeze a version (the newest unless named), so that it can be fielded. Twice does no harm."""
    version = find_version(survey_id, version_name)
    if version.state == VersionState.DRAFT:
        version.state = VersionState.PUBLISHED
        version.published_at = utc_now()
        note("survey.publish", survey_id, version=version.name)
    db.session.commit()
    return version


def find_version(survey_id: str, version_name: str | None = None) -> SurveyVersion:
    """The named version, or the newest. Raises Problem UNKNOWN_SURVEY."""
    version = _find_version(survey_id, version_name)
    if version is None:
        wanted = survey_id if version_name is None else f"{survey_id} {version_name}"
        raise Problem(ProblemCode.UNKNOWN_SURVEY, survey=wanted)
    return version


def find_named(survey_id: str, version_name: str) -> SurveyVersion | None:
    """The version of that name, if there is one. What no name can be is not asked."""
    return None if "\0" in version_name else _find_version(survey_id, version_name)


def newest_published(survey_id: str) -> SurveyVersion:
    """The version to field: a draft that is being written does not stand in the way.

    Raises Problem UNKNOWN_SURVEY or NOT_PUBLISHED.
    """
    find_version(survey_id)
    query = (
        select(SurveyVersion)
        .where(SurveyVersion.survey_id == survey_id, SurveyVersion.state == VersionState.PUBLISHED)
        .order_by(SurveyVersion.created_at.desc())
        .limit(1)
    )
    version = db.session.scalars(query).first()
    if version is None:
        raise Problem(ProblemCode.NOT_PUBLISHED, survey=survey_id, command=survey_id)
    return version


def list_versions() -> list[SurveyVersion]:
    """Every version of every survey, by survey and age."""
    query = select(SurveyVersion).order_by(SurveyVersion.survey_id, SurveyVersion.created_at)
    return list(db.session.scalars(query))


def newest_text(version_id: str) -> SurveyText:
    """The version's latest correction."""
    query = (
        select(SurveyText)
        .where(SurveyText.version_id == version_id)
        .order_by(SurveyText.correction.desc())
        .limit(1)
    )
    return db.session.scalars(query).one()


def definition_of(version_id: str, correction: int) -> Survey:
    """The parsed definition. A draft's text may still change, so only published ones are kept."""
    kept = _published_definition(version_id, correction)
    if kept is not None:
        return kept
    _published_definition.cache_clear()
    return survey_from_data(_text(version_id, correction).definition)


@lru_cache(maxsize=256)
def _published_definition(version_id: str, correction: int) -> Survey | None:
    text = _text(version_id, correction)
    if text.version.state != VersionState.PUBLISHED:
        return None
    return survey_from_data(text.definition)


def _text(version_id: str, correction: int) -> SurveyText:
    return db.session.get_one(SurveyText, (version_id, correction))


def _find_version(survey_id: str, name: str | None) -> SurveyVersion | None:
    query = select(SurveyVersion).where(SurveyVersion.survey_id == survey_id)
    if name is not None:
        query = query.where(SurveyVersion.name == name)
    return db.session.scalars(query.order_by(SurveyVersion.created_at.desc()).limit(1)).first()


def _is_newest(version: SurveyVersion, survey: Survey, source: str) -> bool:
    newest = version.texts[-1]
    same_files = newest.definition.get("files") == survey_to_data(survey).get("files")
    return newest.source == source and same_files


def _add_version(survey: Survey, source: str) -> SurveyVersion:
    row = db.session.get(SurveyRow, survey.id) or SurveyRow(id=survey.id)
    version = SurveyVersion(
        survey=row, name=survey.version, structure_hash=structure_hash(survey), texts=[]
    )
    db.session.add(version)
    db.session.flush()
    _append_text(version, survey, source, correction=0)
    return version


def _rewrite_draft(version: SurveyVersion, survey: Survey, source: str) -> None:
    text = version.texts[0]
    version.structure_hash = structure_hash(survey)
    db.session.flush()
    db.session.refresh(text)
    text.definition, text.source = survey_to_data(survey), source


def _add_correction(version: SurveyVersion, survey: Survey, source: str) -> None:
    if structure_hash(survey) != version.structure_hash:
        raise Problem(ProblemCode.VERSION_FROZEN, survey=survey.id, version=version.name)
    _append_text(version, survey, source, correction=version.texts[-1].correction + 1)


def _append_text(version: SurveyVersion, survey: Survey, source: str, *, correction: int) -> None:
    version.texts.append(
        SurveyText(
            correction=correction,
            structure_hash=version.structure_hash,
            definition=survey_to_data(survey),
            source=source,
        )
    )
    db.session.flush()
