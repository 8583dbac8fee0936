"""Words for the channels, states and decisions of responses."""

from __future__ import annotations

from collections.abc import Mapping

from app.language import N_
from app.models import Channel, ResponseState, ReviewAction
from app.services.analytics.quality import Rule

CHANNELS: Mapping[str, str] = {
    Channel.WEB: N_("Por internet"),
    Channel.INTERVIEW: N_("Entrevista"),
    Channel.PAPER: N_("Papel"),
    Channel.IMPORT: N_("Archivo importado"),
    Channel.API: N_("Otro programa"),
}
STATES: Mapping[str, str] = {
    ResponseState.SUBMITTED: N_("Recibida"),
    ResponseState.ACCEPTED: N_("Aceptada"),
    ResponseState.REJECTED: N_("Rechazada"),
    ResponseState.CONFLICT: N_("En conflicto"),
    ResponseState.REPLACED: N_("Reemplazada"),
    ResponseState.ERASED: N_("Borrada"),
}
STATE_HELP: Mapping[str, str] = {
    ResponseState.SUBMITTED: N_("Se cuenta."),
    ResponseState.ACCEPTED: N_("Alguien la revisó. Se cuenta."),
    ResponseState.REJECTED: N_("No se cuenta."),
    ResponseState.CONFLICT: N_("Ya había otra en su lugar. No se cuenta hasta que alguien decida."),
    ResponseState.REPLACED: N_("Se cambió: se cuenta otra versión."),
    ResponseState.ERASED: N_("Se borró su contenido. No se cuenta."),
}
KINDS: Mapping[str, str] = {
    ResponseState.SUBMITTED: "",
    ResponseState.ACCEPTED: "ok",
    ResponseState.REJECTED: "warn",
    ResponseState.CONFLICT: "warn",
    ResponseState.REPLACED: "",
    ResponseState.ERASED: "error",
}
"""How a state is marked: as `staff/macros.html` has it."""
ACTIONS: Mapping[str, str] = {
    ReviewAction.COMMENT: N_("Comentó"),
    ReviewAction.ACCEPT: N_("Aceptó"),
    ReviewAction.REJECT: N_("Rechazó"),
    ReviewAction.EDIT: N_("Cambió las respuestas"),
}
RULES: Mapping[str, str] = {
    Rule.FAST: N_("Muy rápidas"),
    Rule.STRAIGHT: N_("Misma respuesta en toda la cuadrícula"),
    Rule.SAME: N_("Iguales a otra"),
}
"""What a rule of quality finds."""
