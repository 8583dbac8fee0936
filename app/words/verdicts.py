"""What became of a response that was sent, in words: what happened and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext

from app.errors import Problem
from app.language import N_
from app.models import Reason
from app.services.receiving.rule import Verdict
from app.words.messages import problem_words

VERDICTS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.CONFLICT: (
        N_("Ya había otra respuesta en su lugar."),
        N_("Las dos están guardadas y el equipo las revisará. No la envíe otra vez."),
    ),
}

REASONS: Mapping[Reason, tuple[str, str]] = {
    Reason.INVALID: (
        N_("Hay respuestas que no cumplen lo que pide la encuesta."),
        N_("Quedó guardada como llegó y el equipo la revisará. No la envíe otra vez."),
    ),
    Reason.LATE: (
        N_("Llegó después del cierre."),
        N_("Quedó guardada y el equipo decidirá si se cuenta. No la envíe otra vez."),
    ),
    Reason.NOT_YET_OPEN: (
        N_("Llegó antes de que la encuesta se abriera."),
        N_("Quedó guardada y el equipo decidirá si se cuenta. No la envíe otra vez."),
    ),
    Reason.NOT_PUBLIC: (
        N_("Esta encuesta no se responde por internet."),
        N_("Quedó guardada y el equipo decidirá si se cuenta. No la envíe otra vez."),
    ),
    Reason.UNKNOWN_VERSION: (
        N_("Respondió una versión que aquí no está publicada."),
        N_("Quedó guardada como llegó y el equipo la revisará. No la envíe otra vez."),
    ),
    Reason.UNKNOWN_CORRECTION: (
        N_("Respondió una corrección que aquí no se conoce."),
        N_("Quedó guardada como llegó y el equipo la revisará. No la envíe otra vez."),
    ),
    Reason.NOT_INVITED: (
        N_("Esta encuesta se responde con una invitación, y llegó sin ella."),
        N_("Quedó guardada y el equipo decidirá si se cuenta. No la envíe otra vez."),
    ),
    Reason.INVITATION_ENDED: (
        N_("La invitación con que se respondió venció o se retiró."),
        N_("Quedó guardada y el equipo decidirá si se cuenta. No la envíe otra vez."),
    ),
    Reason.UNKNOWN_TOKEN: (
        N_("No conocemos la invitación con que se respondió."),
        N_("Quedó guardada y el equipo decidirá si se cuenta. No la envíe otra vez."),
    ),
    Reason.UNEXPECTED: (
        N_("Algo falló de nuestro lado al leerla."),
        N_("Quedó guardada como llegó y el equipo la revisará. No la envíe otra vez."),
    ),
}

FIELDS: Mapping[str, str] = {
    "instance_id": N_("un UUID como 1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b"),
    "collection": N_("el nombre de la recolección, como está en su dirección"),
    "version": N_("el nombre de la versión respondida, hasta 64 letras"),
    "correction": N_("el número de la corrección, desde 0"),
    "started_at": N_("fecha y hora, como 2026-05-04T12:30:00-04:00, o nada"),
    "finished_at": N_("fecha y hora, como 2026-05-04T12:30:00-04:00"),
    "zone": N_("un huso horario, como America/Santiago"),
    "channel": N_("web, interview, paper o api"),
    "answers": N_("las respuestas por pregunta: {nombre: valor}"),
    "token": N_("el código de la invitación, hasta 200 letras"),
    "format": N_("json o form"),
    "language": N_("el código del idioma en que se respondió, como es"),
}
"""What each field of an item must be."""


def verdict_words(
    verdict: Verdict, reason: Reason | None, problem: Problem | None
) -> tuple[str, str] | None:
    """What happened and what to do; None where all is well."""
    if problem is not None:
        return problem_words(problem)
    found = REASONS.get(reason) if reason else VERDICTS.get(verdict)
    return None if found is None else (gettext(found[0]), gettext(found[1]))
