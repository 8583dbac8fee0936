"""The forms of the register. They carry what was typed; `services.register_cells` decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, TextAreaField

from app.services.register.cells import RegisterFault
from app.services.register.places import Noun
from app.words.register import register_fault_text


class _RowForm(FlaskForm):
    code = StringField()

    def typed(self, columns: Sequence[str]) -> dict[str, str]:
        """What was typed, as a file would have it."""
        return {name: _as_cell(self[name].data) for name in columns if name in self}

    def blame(self, faults: Sequence[RegisterFault]) -> None:
        """Put each fault beside what it is about."""
        for fault in faults:
            found = self[fault.column or "code"]
            found.errors = [*found.errors, register_fault_text(fault)]


class TerritoryForm(_RowForm):
    name = StringField()
    comunas = TextAreaField()


class OrganisationForm(_RowForm):
    name = StringField()
    kind = StringField(render_kw={"list": "kinds"})
    territory = SelectField(validate_choice=False)
    active = BooleanField()
    contact_name = StringField(render_kw={"autocomplete": "off"})
    phone = StringField(render_kw={"type": "tel", "autocomplete": "off"})
    email = StringField(render_kw={"type": "email", "autocomplete": "off"})
    notes = TextAreaField()


class PlanForm(_RowForm):
    title = StringField()
    territory = SelectField(validate_choice=False)
    active = BooleanField()
    summary_es = TextAreaField(render_kw={"rows": 6})
    summary_en = TextAreaField(render_kw={"rows": 6})


FORMS: Mapping[Noun, type[_RowForm]] = {
    Noun.TERRITORIES: TerritoryForm,
    Noun.ORGANISATIONS: OrganisationForm,
    Noun.PLANS: PlanForm,
}


def _as_cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value or "")
