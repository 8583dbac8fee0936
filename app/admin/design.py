"""How people were chosen, said on a page: in words, and with what it does to the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user
from werkzeug.datastructures import MultiDict

from analisis import LonelyPSU
from app.admin.blueprint import admin
from app.errors import Problem, ProblemCode
from app.forms.design import MARGINS, STAGES, DesignForm, read_form
from app.language import current_language, language_links
from app.models import TERRITORY_QUESTION, Collection, Selection
from app.permissions import Permission, requires, scope_of
from app.reports import design_words, kinds, summary
from app.reports.basics import of_domain
from app.reports.figure_words import interval_text, value_text
from app.services import collections, designing
from app.services.analytics.findings import Analysis
from app.services.analytics.sampling import NUMERIC, Sampling, read_sampling, suitable, values
from app.services.designing import Choosing, Looked
from app.words.messages import problem_words
from encuestas import Survey

LARGEST = 10**9


@dataclass(frozen=True, slots=True)
class Effect:
    """A measure's main figure as it is and as it would be: value and interval."""

    name: str
    now: tuple[str, str]
    then: tuple[str, str]


@admin.get("/<slug>/design")
@requires(Permission.MANAGE, everywhere=True)
def design(slug: str) -> str:
    """With a design in the address, also what it says and does. Nothing is saved."""
    collection = collections.find(slug)
    asked = "selection" in request.args
    return _html(collection, request.args if asked else _as_form(collection), look=asked)


@admin.post("/<slug>/design")
@requires(Permission.MANAGE, everywhere=True)
def save_design(slug: str) -> ResponseReturnValue:
    try:
        choosing = _choosing(read_form(request.form))
        designing.save(slug, choosing, actor=current_user, scope=scope_of(current_user))
    except Problem as problem:
        html = _html(collections.find(slug), request.form, problem=problem)
        return html, problem.status
    flash(_("Guardado. Las cifras se calculan desde ahora con este diseño."), "ok")
    return redirect(url_for("admin.design", slug=slug), HTTPStatus.SEE_OTHER)


def _choosing(form: DesignForm) -> Choosing:
    if form.selection not in set(Selection):
        raise Problem(
            ProblemCode.DESIGN_BAD_VALUE, key="selection", value=form.selection, expected="chosen"
        )
    selection = Selection(form.selection)
    if selection == Selection.PROBABILITY:
        sampling = read_sampling(form.data())
        people = sampling.people or _whole(form.population)
        return Choosing(selection=selection, population=people, design=sampling)
    return Choosing(selection=selection, population=_whole(form.population))


def _whole(text: str) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and 0 < int(text[:12]) <= LARGEST:
        return int(text)
    raise Problem(ProblemCode.DESIGN_BAD_VALUE, key="population", value=text, expected="number")


def _as_form(collection: Collection) -> MultiDict[str, str]:
    """What is declared now, as the form would have said it."""
    now = designing.present(collection)
    pairs = [("selection", str(now.selection)), ("people", str(now.population or ""))]
    return MultiDict([*pairs, *_pairs(now.design)] if now.design else pairs)


def _pairs(said: Sampling) -> list[tuple[str, str]]:
    pairs = [("strata", said.strata or ""), ("weights", said.weights or "")]
    pairs += [("cluster", name) for name in said.clusters]
    pairs += [("nest", "1")] if said.nest else []
    pairs += [("lonely_psu", str(said.lonely_psu))]
    size = said.population[0] if said.population else None
    if isinstance(size, Mapping):
        pairs += [(f"size:{value}", str(each)) for value, each in size.items()]
    elif isinstance(size, str):
        pairs += [("size_question", size)]
    elif size is not None:
        pairs += [("size" if said.strata or said.clusters else "people", str(size))]
    for name, totals in said.totals.items():
        pairs += [("margin", name)]
        pairs += [(f"total:{name}:{value}", str(each)) for value, each in totals.items()]
    return pairs


def _html(
    collection: Collection,
    said: MultiDict[str, str],
    *,
    look: bool = False,
    problem: Problem | None = None,
) -> str:
    lang, survey, form = current_language(), collections.fielded(collection), read_form(said)
    found: Looked | None = None
    words = ""
    if problem is None:
        try:
            choosing = _choosing(form)
            if look:
                scope = scope_of(current_user)
                found = designing.look(collection.slug, choosing, scope=scope)
            words = _in_words(collection, survey, choosing, found, lang)
        except Problem as fault:
            problem = fault
    return render_template(
        "admin/design.html",
        lang=lang,
        languages=language_links(),
        simulated=collection.simulated,
        slug=collection.slug,
        title=survey.text(collection.texts.get("title") or survey.title, lang),
        form=form,
        organisations=collection.respondent == "organisation",
        roll=len(collection.roll) if collection.respondent == "organisation" else 0,
        selections=_selections(),
        coded=_options(collection, survey, suitable(collection, survey)),
        numeric=_options(collection, survey, suitable(collection, survey, NUMERIC)),
        stages=[*form.clusters, *[""] * STAGES][:STAGES],
        margins=[*form.margins, *[""] * MARGINS][:MARGINS],
        strata=_cells(collection, survey, form.strata, form.sizes),
        totals=[
            (name, _called(survey, name), _cells(collection, survey, name, form.totals[name]))
            for name in form.margins
        ],
        rules=_rules(),
        fields=[(name, value) for name, value in said.items(multi=True) if name != "csrf_token"],
        problem=problem_words(problem) if problem else None,
        found=found,
        words=words,
        saved=not look and problem is None,
        effects=_effects(found, lang) if found else [],
    )


def _selections() -> list[tuple[Selection, str, str]]:
    return [
        (
            Selection.PROBABILITY,
            _("Muestra al azar"),
            _("Se sorteó a quiénes preguntar. Permite hablar de todo el universo, con un margen."),
        ),
        (
            Selection.CENSUS,
            _("Toda una lista conocida"),
            _("Se preguntó a todas. Algunas no responden, y las cifras lo dicen."),
        ),
        (
            Selection.OPEN,
            _("Enlace abierto: responde quien quiere"),
            _("No se sabe quién faltó. No permite un margen: las cifras son de quienes opinaron."),
        ),
    ]


def _rules() -> list[tuple[str, str]]:
    return [
        (str(LonelyPSU.ERROR), _("No dar margen, y avisar")),
        (str(LonelyPSU.ADJUST), _("Compararlo con el promedio de todos (prudente)")),
        (str(LonelyPSU.AVERAGE), _("Darle la variación promedio de los demás")),
        (str(LonelyPSU.REMOVE), _("No contar su variación")),
        (str(LonelyPSU.CERTAINTY), _("Tratarlo como elegido con seguridad")),
    ]


def _called(survey: Survey, name: str) -> str:
    if name == TERRITORY_QUESTION:
        return _("Territorio")
    if not survey.has(name):
        return name
    return survey.text(survey.question(name).label, current_language()) or name


def _options(collection: Collection, survey: Survey, names: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, _called(survey, name)) for name in names]


def _cells(
    collection: Collection, survey: Survey, name: str, typed: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """(value, words, what was typed) for each value that a stratum or a margin may have."""
    if not name or (name != TERRITORY_QUESTION and not survey.has(name)):
        return []
    lang = current_language()
    if name == TERRITORY_QUESTION:
        words = {each.code: each.name for each in collection.territories}
    else:
        choices = survey.question(name).choices
        words = {choice.value: survey.text(choice.label, lang) for choice in choices}
    known = values(collection, survey, name)
    return [(value, words.get(value) or value, typed.get(value, "")) for value in known]


def _in_words(
    collection: Collection, survey: Survey, choosing: Choosing, found: Looked | None, lang: str
) -> str:
    then = found.then if found else None
    return design_words.sentence(
        survey,
        choosing.selection,
        choosing.design,
        responses=designing.responses(collection),
        people=choosing.people or (len(collection.roll) or None),
        deff=_deff(then),
        lang=lang,
    )


def _deff(analysis: Analysis | None) -> float | None:
    for figures in analysis.measures if analysis else ():
        one = kinds.main(figures, of_domain(figures, {}))
        if one is not None and one.deff is not None:
            return one.deff
    return None


def _effects(found: Looked, lang: str) -> list[Effect]:
    if found.now is None or found.then is None:
        return []
    return [
        Effect(
            summary.measure_name(found.now, before, lang),
            _figure(found.now, before, lang),
            _figure(found.then, after, lang),
        )
        for before, after in zip(found.now.measures, found.then.measures, strict=True)
    ]


def _figure(_analysis: Analysis, figures: Any, lang: str) -> tuple[str, str]:
    one = kinds.main(figures, of_domain(figures, {}))
    return (value_text(one, lang), interval_text(one, lang)) if one is not None else ("–", "–")
