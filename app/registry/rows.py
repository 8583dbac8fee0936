"""The register on pages: found, added, changed, put out of force."""

from __future__ import annotations

from http import HTTPStatus

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_decimal
from flask_babel import gettext as _
from flask_security import current_user

from app.forms.register import FORMS
from app.language import current_language, language_links
from app.models import Plan, Territory
from app.permissions import Permission, requires, scope_of
from app.registry.blueprint import column_name, noun_of, registry, title_of
from app.services.register import register_edit
from app.services.register.places import COLUMNS, Noun, Registered
from app.services.register.register_edit import Filter
from app.services.register.register_files import columns
from app.services.scope import Scope


@registry.get("")
@requires(Permission.REGISTER)
def index() -> str:
    counts = register_edit.counts(scope=_scope())
    return render_template(
        "registry/index.html",
        lang=current_language(),
        languages=language_links(),
        lines=[(noun, title_of(noun), number) for noun, number in counts.items()],
    )


@registry.get("/<word>")
@requires(Permission.REGISTER)
def rows(word: str) -> str:
    noun, asked, scope = noun_of(word), _asked(), _scope()
    found = register_edit.search(noun, asked, scope=scope)
    columns_shown = COLUMNS[noun] + (("active",) if noun is Noun.PLANS else ())
    return render_template(
        "registry/rows.html",
        lang=current_language(),
        languages=language_links(**_kept(asked)),
        noun=noun,
        title=title_of(noun),
        asked=asked,
        kept=_kept(asked),
        found=found,
        columns=[(name, column_name(name)) for name in columns_shown],
        lines=[(row, register_edit.told(noun, row)) for row in found.rows],
        territories=register_edit.territories(scope=_scope())
        if noun is not Noun.TERRITORIES
        else [],
        kinds=register_edit.kinds(scope=scope) if noun is Noun.ORGANISATIONS else [],
        limited=scope.limited,
    )


@registry.get("/<word>/new")
@requires(Permission.REGISTER)
def new_page(word: str) -> str:
    noun = noun_of(word)
    register_edit.require_reach(noun, _scope())
    form = FORMS[noun](formdata=None, data={"active": True})
    return _form_html(noun, form, None)


@registry.post("/<word>/new")
@requires(Permission.REGISTER)
def new(word: str) -> ResponseReturnValue:
    noun = noun_of(word)
    return _save(noun, None)


@registry.get("/<word>/<code>/edit")
@requires(Permission.REGISTER, noted="contacts.read")
def edit_page(word: str, code: str) -> str:
    noun = noun_of(word)
    row = register_edit.find(noun, code, scope=_scope())
    form = FORMS[noun](formdata=None, data=_data(noun, row))
    return _form_html(noun, form, row)


@registry.post("/<word>/<code>/edit")
@requires(Permission.REGISTER)
def edit(word: str, code: str) -> ResponseReturnValue:
    noun = noun_of(word)
    return _save(noun, register_edit.find(noun, code, scope=_scope()))


def _save(noun: Noun, row: Registered | None) -> ResponseReturnValue:
    form = FORMS[noun]()
    form.validate()
    typed = form.typed(columns(noun))
    if row is not None:
        typed.pop("code", None)
    code = row.code if row is not None else None
    faults = register_edit.save(noun, code, typed, actor=current_user, scope=_scope())
    if faults:
        form.blame(faults)
        return _form_html(noun, form, row), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Guardado."), "ok")
    return redirect(url_for("registry.rows", word=noun), HTTPStatus.SEE_OTHER)


def plan_html(code: str, fault: str) -> str:
    """The page of a plan whose document was not kept, with the reason."""
    row = register_edit.find(Noun.PLANS, code, scope=_scope())
    form = FORMS[Noun.PLANS](formdata=None, data=_data(Noun.PLANS, row))
    return _form_html(Noun.PLANS, form, row, document_fault=fault)


def _form_html(noun: Noun, form: object, row: Registered | None, **more: object) -> str:
    if noun is not Noun.TERRITORIES:
        form.territory.choices = _territory_choices(row)
    return render_template(
        "registry/row.html",
        lang=current_language(),
        languages=language_links(),
        noun=noun,
        title=title_of(noun),
        form=form,
        row=row,
        simulated=row is not None and row.simulated,
        fields=[name for name in columns(noun) if name != "code" or row is None],
        column_name=column_name,
        kinds=register_edit.kinds(scope=_scope()) if noun is Noun.ORGANISATIONS else [],
        limit=current_app.config["CABILDO_PLAN_MB"],
        size=_size(row.document_bytes) if isinstance(row, Plan) and row.document_bytes else "",
        since=format_date(row.document_at) if isinstance(row, Plan) and row.document_at else "",
        **more,
    )


def _scope() -> Scope:
    return scope_of(current_user)


def _size(count: int) -> str:
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} KB"
    return f"{format_decimal(round(count / 1_000_000, 1))} MB"


def _territory_choices(row: Registered | None) -> list[tuple[str, str]]:
    simulated = row is not None and row.simulated
    found = register_edit.territories(simulated=simulated, scope=_scope())
    return [("", _("Elija un territorio")), *((code, f"{name} ({code})") for code, name in found)]


def _data(noun: Noun, row: Registered) -> dict[str, object]:
    data: dict[str, object] = dict(register_edit.told(noun, row))
    if isinstance(row, Territory):
        data["comunas"] = "\n".join(f"{one.code} {one.name}" for one in row.comunas)
    else:
        data["active"] = row.active
    return data


def _asked() -> Filter:
    page = request.args.get("page", "1")
    return Filter(
        text=request.args.get("q", "")[:100],
        territory=request.args.get("territory", ""),
        kind=request.args.get("kind", ""),
        active={"yes": True, "no": False}.get(request.args.get("active", "")),
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
    )


def _kept(asked: Filter) -> dict[str, str]:
    """What the page's own links carry on."""
    given = {
        "q": asked.text,
        "territory": asked.territory,
        "kind": asked.kind,
        "active": {True: "yes", False: "no", None: ""}[asked.active],
    }
    return {name: value for name, value in given.items() if value}
