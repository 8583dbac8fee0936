"""Work in the field, for who manages it: outcomes, quotas, interviewers' phones."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from flask_security import current_user
from werkzeug.wrappers import Response

from app.admin.blueprint import admin
from app.language import N_, current_language, language_links
from app.models import Collection
from app.models.columns import utc_now
from app.permissions import Permission, requires, scope_of
from app.reports.words import number, percent
from app.services import collections
from app.services.fieldwork import devices, outcomes, pack, quotas
from app.services.receiving.rule import ZONE
from app.words.visits import RESULTS
from encuestas import Survey

RATES = (
    ("rr1", N_("RR1: completas, de todos los casos")),
    ("rr2", N_("RR2: completas y parciales, de todos los casos")),
    (
        "rr3",
        N_("RR3: completas; los casos desconocidos cuentan en la parte que se estima elegible"),
    ),
    ("rr4", N_("RR4: completas y parciales; desconocidos en la parte estimada")),
    ("rr5", N_("RR5: completas; sin contar los casos desconocidos")),
    ("rr6", N_("RR6: completas y parciales; sin contar los desconocidos")),
    ("ref1", N_("Rechazo (REF1)")),
    ("con1", N_("Contacto (CON1)")),
)
LARGEST = 100_000


@admin.get("/<slug>/fieldwork")
@requires(Permission.MANAGE)
def field_work(slug: str) -> str:
    collection, lang = collections.find(slug), current_language()
    scope = scope_of(current_user)
    survey = collections.fielded(collection)
    found = outcomes.outcomes(collection, scope=scope)
    rates = found.rates
    return render_template(
        "admin/fieldwork.html",
        **_frame(collection, survey),
        cases=[(_(RESULTS[result]), number(count, lang), outcomes.AAPOR[result])
               for result, count in found.cases.items()],
        total=sum(found.cases.values()),
        rates=[
            (_(words), "–" if value is None else percent(value, lang))
            for name, words in RATES
            for value in [getattr(rates, name)]
        ] if rates else [],
        contacts=found.contacts,
        quotas=pack.quota_lines(collection, survey, lang, scope=scope),
        surplus=quotas.surplus(collection, scope=scope),
        devices=devices.every(),
        day=format_date,
    )  # fmt: skip


@admin.get("/<slug>/quotas")
@requires(Permission.MANAGE, everywhere=True)
def quota_page(slug: str) -> str:
    """``by``: the questions whose answers make the cells, up to three."""
    collection, lang = collections.find(slug), current_language()
    survey = collections.fielded(collection)
    lines = quotas.progress(collection)
    asked = [name for name in request.args.getlist("by") if name]
    names = asked or [name for name, _value in (lines[0].cell if lines else ())]
    known = quotas.dimensions(survey)
    targets = {line.cell: line.target for line in lines}
    labels = {q.name: {c.value: survey.text(c.label, lang) for c in q.choices} for q in known}
    cells = quotas.cells(survey, names)
    return render_template(
        "admin/quotas.html",
        **_frame(collection, survey),
        dimensions=[(q.name, survey.text(q.label, lang)) for q in known],
        chosen=[*names, "", "", ""][: quotas.MOST_DIMENSIONS],
        too_many=bool(names) and not cells,
        most=quotas.MOST_CELLS,
        cells=[
            {
                "key": "|".join(f"{name}={value}" for name, value in cell),
                "words": " · ".join(labels[name][value] for name, value in cell),
                "target": targets.get(cell, ""),
            }
            for cell in cells
        ],
    )


@admin.post("/<slug>/quotas")
@requires(Permission.MANAGE, everywhere=True)
def set_quotas(slug: str) -> Response:
    survey = collections.fielded(collections.find(slug))
    names = request.form.getlist("by")
    cells = {"|".join(f"{n}={v}" for n, v in cell): cell for cell in quotas.cells(survey, names)}
    targets, wrong = {}, []
    for key, cell in cells.items():
        text = request.form.get(f"t:{key}", "").strip()
        if text in {"", "0"}:
            continue
        if text.isascii() and text.isdigit() and 0 < int(text[:9]) <= LARGEST:
            targets[cell] = int(text)
        else:
            wrong.append(text)
    if wrong:
        flash(_("«%(text)s» no es una meta: escriba un número entero.", text=wrong[0]), "error")
        return redirect(url_for("admin.quota_page", slug=slug, by=names), 303)
    quotas.set_targets(slug, targets, user=current_user)
    flash(_("Cuotas guardadas. Los teléfonos las verán cuando se conecten."), "ok")
    return redirect(url_for("admin.field_work", slug=slug), 303)


@admin.post("/<slug>/fieldwork/devices/<key>")
@requires(Permission.MANAGE)
def revoke_device(slug: str, key: str) -> Response:
    devices.revoke(key, user=current_user, day=utc_now().astimezone(ZONE).date())
    flash(_("Ese teléfono ya no puede entregar entrevistas."), "ok")
    return redirect(url_for("admin.field_work", slug=slug), 303)


def _frame(collection: Collection, survey: Survey) -> dict[str, Any]:
    lang = current_language()
    return {
        "lang": lang,
        "languages": language_links(by=request.args.getlist("by") or None),
        "simulated": collection.simulated,
        "slug": collection.slug,
        "title": survey.text(collection.texts.get("title") or survey.title, lang),
    }
