"""What scripts may have to say of files that are handed in with answers."""

from __future__ import annotations

from flask_babel import gettext as _

from app.errors import Problem, ProblemCode
from app.language import current_language
from app.services.attachments.uploading import Refused
from app.services.fieldwork.sealing import SealError
from app.words.faults import ANSWERS
from app.words.messages import answer_fault_text
from encuestas import ErrorCode


def file_words() -> dict[str, str]:
    """What may be said of files on a page."""
    return files_left() | {
        "drop": _("Quitar"),
        "file_too_large": _(ANSWERS[ErrorCode.FILE_TOO_LARGE], **blanks("limit")),
        "file_not_accepted": _(ANSWERS[ErrorCode.FILE_NOT_ACCEPTED], **blanks("accepted")),
        "file_empty": _(ANSWERS[ErrorCode.FILE_EMPTY]),
        "file_no_room": _(
            "Este teléfono no pudo guardar el archivo. Libere espacio y elija otra vez."
        ),
        "file_nowhere": _(
            "Aquí todavía no se guardan archivos. Siga con lo demás; el equipo verá que falta."
        ),
    }


def files_left() -> dict[str, str]:
    """What is still to be sent."""
    left = blanks("n", "size")
    return {
        "photo_left": _("Falta enviar %(n)s foto (%(size)s). Se envía cuando haya señal.", **left),
        "photos_left": _(
            "Falta enviar %(n)s fotos (%(size)s). Se envían cuando haya señal.", **left
        ),
        "file_left": _(
            "Falta enviar %(n)s archivo (%(size)s). Se envía cuando haya señal.", **left
        ),
        "files_left": _(
            "Falta enviar %(n)s archivos (%(size)s). Se envían cuando haya señal.", **left
        ),
    }


def refusal(error: Refused | SealError) -> Problem:
    """Why a file that has arrived cannot be kept."""
    if isinstance(error, Refused):
        words = answer_fault_text(error.fault, error.question, current_language())
    else:
        words = _("Está cerrado para otro servicio o para otra respuesta, o cambió en el camino.")
    return Problem(ProblemCode.UPLOAD_REFUSED, reason=words)


def blanks(*keys: str) -> dict[str, str]:
    """Keeps a sentence's blanks for the script to fill."""
    return {key: f"%({key})s" for key in keys}
