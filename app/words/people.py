"""What the roles of those who sign in are called."""

from __future__ import annotations

from collections.abc import Mapping

from app.language import N_
from app.models import RoleName

ROLES: Mapping[str, str] = {
    RoleName.ADMINISTRATOR: N_("Administra el servicio"),
    RoleName.MANAGER: N_("Gestiona encuestas"),
    RoleName.EVALUATOR: N_("Evalúa"),
    RoleName.INTERVIEWER: N_("Entrevista y digita"),
}
