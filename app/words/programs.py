"""What programs that use the API are told, and people who give them keys."""

from __future__ import annotations

from collections.abc import Mapping

from app.errors import ProblemCode
from app.language import N_
from app.models import TokenScope

PROGRAMS: Mapping[ProblemCode, tuple[str, str]] = {
    ProblemCode.BAD_PARAMETERS: (
        N_("Hay parámetros que no se entienden."),
        N_("Corrija y pida otra vez: %(names)s."),
    ),
    ProblemCode.KEY_NEEDED: (
        N_("Aquí se entra con una clave para programas."),
        N_("Haga una en /account/tokens y envíela así: Authorization: Bearer CLAVE"),
    ),
    ProblemCode.KEY_REFUSED: (
        N_("Esta clave no abre."),
        N_("Puede haber vencido o estar retirada. Haga otra en /account/tokens."),
    ),
    ProblemCode.KEY_TRIES: (
        N_("Hubo demasiados intentos con claves que no abren."),
        N_("Espere %(minutes)s minutos, o use una clave vigente: esas siguen abriendo."),
    ),
    ProblemCode.KEY_TOO_NARROW: (
        N_("Esta clave no es para esto."),
        N_("Haga en /account/tokens una que incluya «%(scope)s»."),
    ),
    ProblemCode.KEY_EMPTY: (
        N_("No dijo para qué es la clave."),
        N_("Elija por lo menos un uso."),
    ),
    ProblemCode.KEY_DAYS: (
        N_("La clave debe vencer."),
        N_("Elija entre 1 y %(most)s días."),
    ),
    ProblemCode.TOO_MANY_JOBS: (
        N_("Ya hay %(limit)s trabajos suyos sin terminar."),
        N_("Espere a que termine alguno y pida otra vez."),
    ),
    ProblemCode.JOB_NOT_DONE: (
        N_("El archivo todavía no está listo."),
        N_("Vea en la dirección del trabajo cuánto falta."),
    ),
    ProblemCode.JOB_GAVE_UP: (
        N_("El trabajo se interrumpió varias veces y no se intenta más."),
        N_("Pídalo otra vez con menos datos, o avise a quien administra Cabildo."),
    ),
}

SCOPES: Mapping[TokenScope, tuple[str, str]] = {
    TokenScope.READ: (
        N_("Leer cifras"),
        N_("Encuestas, recolecciones, cifras, indicadores y registro sin contactos."),
    ),
    TokenScope.EXPORT: (
        N_("Leer respuestas"),
        N_("Respuesta por respuesta, archivos descargables, Excel y Power BI."),
    ),
    TokenScope.MANAGE: (
        N_("Administrar"),
        N_("Contactos del registro y avisos a otros sistemas."),
    ),
    TokenScope.SUBMIT: (
        N_("Enviar respuestas"),
        N_("Por los canales que piden una cuenta: entrevista, papel y API."),
    ),
}
