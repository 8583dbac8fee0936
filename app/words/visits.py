"""The words for how a visit ended."""

from __future__ import annotations

from collections.abc import Mapping

from app.language import N_
from app.models import CaseResult

RESULTS: Mapping[CaseResult, str] = {
    CaseResult.INTERVIEW: N_("Entrevista completa"),
    CaseResult.PARTIAL: N_("Entrevista parcial"),
    CaseResult.REFUSAL: N_("Rechazo"),
    CaseResult.NOT_ELIGIBLE: N_("No corresponde entrevistar"),
    CaseResult.UNABLE: N_("No puede responder (salud, idioma)"),
    CaseResult.ABSENT: N_("No estaba"),
    CaseResult.UNKNOWN: N_("No se supo si correspondía"),
    CaseResult.UNREACHABLE: N_("No se pudo llegar"),
}
