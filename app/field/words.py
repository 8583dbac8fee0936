"""What the interviewer's page may have to say, in the reader's language."""

from __future__ import annotations

from flask_babel import get_locale
from flask_babel import gettext as _

from app.language import N_
from app.models import CaseResult
from app.words.attached import blanks, files_left

RESULTS = {
    CaseResult.ABSENT: N_("No estaba"),
    CaseResult.REFUSAL: N_("No quiso responder"),
    CaseResult.PARTIAL: N_("Empezó y no quiso seguir"),
    CaseResult.UNABLE: N_("No puede responder (salud, idioma)"),
    CaseResult.NOT_ELIGIBLE: N_("No corresponde entrevistar"),
    CaseResult.UNKNOWN: N_("No se supo si correspondía"),
    CaseResult.UNREACHABLE: N_("No se pudo llegar"),
}


def shell_words() -> dict[str, object]:
    return files_left() | {
        "locale": str(get_locale()).replace("_", "-"),
        "results": {code.value: _(words) for code, words in RESULTS.items()},
        "full": _("El teléfono está lleno. Libere espacio y vuelva a tocar el botón."),
        "failed": _("No se pudo guardar. Vuelva a intentarlo sin cerrar esta página."),
        "weak_pin": _("Use de 6 a 12 números que no sean seguidos ni todos iguales."),
        "pins_differ": _("Los dos no son iguales. Escríbalos otra vez."),
        "wrong_pin": _("Ese no es el PIN. Intente otra vez."),
        "wrong_wait": _(
            "Ese no es el PIN, o falta esperar. Intente en %(seconds)s segundos.",
            **blanks("seconds"),
        ),
        "any_territory": _("Cualquiera"),
        "complete": _("(completa)"),
        "synced": _("según lo recibido hasta el %(when)s", **blanks("when")),
        "go_on": _("Continuar"),
        "erase": _("Borrar"),
        "sure": _("¿Borrar esta entrevista sin terminar? No se podrá recuperar."),
        "no_address": _("Sin dirección"),
        "try_again": _("Volver a visitar"),
        "file": _("entrevistas-por-entregar"),
        "sealed": _("Entrevista cerrada"),
        "refused": _("no se pudo recibir: avise a quien dirige el trabajo"),
        "kept": _("guardada en este teléfono, por enviar"),
        "received": _("recibida, comprobante %(receipt)s", **blanks("receipt")),
        "got": _("recibida"),
        "totals": _("%(waiting)s por enviar · %(sent)s enviadas.", **blanks("waiting", "sent")),
        "contacts": _("%(contacts)s visitas por enviar.", **blanks("contacts")),
        "revoked": _(
            "Este teléfono ya no tiene permiso para entregar. Hable con quien lo administra."
        ),
        "offline": _("No hay señal. Lo terminado queda guardado y se envía cuando haya."),
        "all_sent": _("Todo lo terminado fue recibido."),
        "updating": _("Actualizando…"),
        "updated": _("Encuestas y cuotas al día."),
        "locating": _("Buscando el lugar…"),
        "located": _("Lugar guardado."),
        "not_located": _("No se encontró el lugar. La entrevista sigue sin él."),
        "noted": _("Visita anotada."),
        "close": _("Cerrar (queda guardada)"),
        "to_list": _("Volver a la lista"),
        "surplus": _(
            "Ese grupo ya estaba completo. La entrevista se guarda igual y queda marcada."
        ),
        "forgot_sure": _(
            "Con un PIN nuevo se pierde lo que está sin terminar. Lo terminado se envía igual."
            " ¿Continuar?"
        ),
        "hand_sure": _("¿Entregar el teléfono? Habrá que prepararlo de nuevo para entrevistar."),
        "hand_drafts": _(
            "Hay %(count)s entrevistas sin terminar y se borrarán. ¿Entregar el teléfono?",
            **blanks("count"),
        ),
        "handed": _("Listo. En este teléfono no queda nada."),
        "handed_left": _(
            "Listo. Quedan %(count)s envíos cerrados, que nadie puede leer: se envían al abrir esta"
            " página con señal.",
            **blanks("count"),
        ),
    }


def setup_words() -> dict[str, str]:
    return {
        "working": _("Preparando…"),
        "ready": _("Listo."),
        "failed": _("No se pudo preparar. Revise la señal e intente otra vez."),
        "cannot": _(
            "Este navegador no puede guardar. Pruebe con Chrome, fuera de una ventana privada."
        ),
        "other": _(
            "Este teléfono está preparado para otra persona."
            " Entréguelo primero desde sus entrevistas."
        ),
    }
