"""What programs that use the API are told, and people who give them keys."""

from __future__ import annotations

from collections.abc import Mapping

from app.errors import ProblemCode
from app.language import N_
from app.models import DeliveryState, TokenScope, WebhookEvent

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
    ProblemCode.ODATA_UNSUPPORTED: (
        N_("Esta fuente no hace eso: %(names)s."),
        N_("Traiga las filas y hágalo en su programa."),
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

WEBHOOK_PROBLEMS: Mapping[ProblemCode, tuple[str, str]] = {
    ProblemCode.BAD_WEBHOOK: (
        N_("A esa dirección no se puede avisar."),
        N_("Escriba una dirección pública completa, como https://sistema.ejemplo.cl/avisos"),
    ),
    ProblemCode.WEBHOOK_ANONYMOUS: (
        N_("Una recolección anónima no avisa a otros sistemas."),
        N_("La hora de un aviso diría cuándo respondió cada persona. Pida un archivo al cierre."),
    ),
    ProblemCode.WEBHOOK_EVENTS: (
        N_("No dijo de qué hay que avisar."),
        N_("Elija por lo menos un caso."),
    ),
    ProblemCode.TOO_MANY_WEBHOOKS: (
        N_("Esta recolección ya avisa a %(limit)s direcciones."),
        N_("Quite una antes de agregar otra."),
    ),
}

EVENTS: Mapping[WebhookEvent, str] = {
    WebhookEvent.SUBMITTED: N_("llegó una respuesta"),
    WebhookEvent.EDITED: N_("una respuesta cambió"),
    WebhookEvent.REVIEWED: N_("una respuesta se aceptó o rechazó"),
    WebhookEvent.TEST: N_("prueba"),
}

DELIVERIES: Mapping[DeliveryState, str] = {
    DeliveryState.WAITING: N_("por enviar"),
    DeliveryState.DONE: N_("recibido"),
    DeliveryState.FAILED: N_("no se pudo"),
}

REASONS: Mapping[str, str] = {
    "refused_address": N_("la dirección no está permitida"),
    "unknown_name": N_("no existe ese nombre"),
    "private_address": N_("la dirección es de una red interna"),
    "bad_certificate": N_("su certificado no es válido"),
    "too_slow": N_("tardó demasiado en responder"),
    "no_answer": N_("no respondió"),
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
