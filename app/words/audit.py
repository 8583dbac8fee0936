"""What the audit's actions are called."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext

from app.language import N_

GROUPS: Mapping[str, str] = {
    "response.": N_("Respuestas: vistas, decididas, cambiadas y borradas"),
    "review.": N_("Respuestas por revisar: decisiones"),
    "collection.export": N_("Descargas de respuestas"),
    "report.": N_("Informes"),
    "texts.": N_("Textos de respuestas abiertas"),
    "file.": N_("Archivos de respuestas"),
    "contacts.": N_("Contactos vistos"),
    "collection.": N_("Recolecciones"),
    "invitation.": N_("Invitaciones"),
    "register.": N_("Registro"),
    "publication.": N_("Resultados publicados"),
    "user.": N_("Personas"),
    "token.": N_("Claves para programas"),
    "job.": N_("Archivos pedidos"),
    "responses.": N_("Respuestas importadas"),
    "survey.": N_("Cuestionarios"),
    "webhook.": N_("Avisos a otros sistemas"),
    "device.": N_("Teléfonos de quienes entrevistan"),
}
"""The beginnings of actions that a list can be limited to."""

ACTIONS: Mapping[str, str] = {
    "collection.access": N_("Cambió quiénes entran"),
    "collection.calls": N_("Descargó contactos por llamar"),
    "collection.close": N_("Cerró la recolección"),
    "collection.design": N_("Cambió el diseño de la muestra"),
    "collection.double-entry": N_("Cambió cuántas veces se digita el papel"),
    "collection.export": N_("Descargó respuestas"),
    "collection.open": N_("Abrió la recolección"),
    "collection.quotas": N_("Cambió las cuotas"),
    "collection.use-version": N_("Cambió la versión"),
    "contacts.read": N_("Vio contactos"),
    "demo.add": N_("Cargó la demostración"),
    "demo.remove": N_("Quitó la demostración"),
    "device.enrol": N_("Agregó un teléfono"),
    "device.revoke": N_("Retiró un teléfono"),
    "fieldwork.file": N_("Cargó el archivo de un teléfono"),
    "file.list": N_("Vio la lista de archivos"),
    "file.read": N_("Abrió un archivo"),
    "invitation.export": N_("Descargó invitaciones"),
    "invitation.extend": N_("Alargó una invitación"),
    "invitation.mail": N_("Envió correos"),
    "invitation.make": N_("Invitó"),
    "invitation.make-many": N_("Invitó a varias"),
    "invitation.renew": N_("Hizo otro enlace"),
    "invitation.revoke": N_("Retiró una invitación"),
    "job.ask": N_("Pidió un archivo"),
    "paper.resolve": N_("Resolvió un formulario digitado dos veces"),
    "plan.document": N_("Cambió el documento de un plan"),
    "publication.publish": N_("Publicó resultados"),
    "publication.restore": N_("Volvió a publicar los resultados de antes"),
    "publication.withdraw": N_("Retiró los resultados"),
    "register.add": N_("Agregó al registro"),
    "register.change": N_("Cambió el registro"),
    "register.load": N_("Cargó un archivo del registro"),
    "register.export": N_("Descargó el registro"),
    "report.read": N_("Vio o descargó el informe"),
    "response.accept": N_("Aceptó la respuesta"),
    "response.comment": N_("Comentó la respuesta"),
    "response.edit": N_("Cambió la respuesta"),
    "response.erase": N_("Borró la respuesta"),
    "response.list": N_("Vio la lista de respuestas"),
    "response.read": N_("Vio la respuesta"),
    "response.reject": N_("Rechazó la respuesta"),
    "responses.import": N_("Importó respuestas"),
    "responses.import.end": N_("Terminó de importar respuestas"),
    "review.accept": N_("Aceptó una que estaba por revisar"),
    "review.accept-all": N_("Aceptó varias que estaban por revisar"),
    "review.decide": N_("Decidió cuál se cuenta"),
    "review.read": N_("Vio una que estaba por revisar"),
    "review.reject": N_("Rechazó una que estaba por revisar"),
    "roll.follow": N_("La lista siguió al registro"),
    "survey.load": N_("Cargó un cuestionario"),
    "survey.publish": N_("Publicó un cuestionario"),
    "texts.code": N_("Codificó textos"),
    "texts.read": N_("Leyó textos"),
    "token.add": N_("Hizo una clave"),
    "token.revoke": N_("Retiró una clave"),
    "user.add": N_("Agregó a una persona"),
    "user.password": N_("Dio una contraseña nueva"),
    "user.territories": N_("Cambió sus territorios"),
    "webhook.add": N_("Agregó un aviso a otro sistema"),
    "webhook.remove": N_("Quitó un aviso a otro sistema"),
    "webhook.test": N_("Probó un aviso a otro sistema"),
}

DETAILS: Mapping[str, str] = {
    "changed": N_("cambiadas"),
    "channel": N_("vía"),
    "choice": N_("lo elegido"),
    "correction": N_("corrección"),
    "count": N_("cantidad"),
    "data_hash": N_("huella de los datos"),
    "email": N_("correo"),
    "events": N_("avisos"),
    "file": N_("archivo"),
    "flag": N_("regla"),
    "folio": N_("folio"),
    "format": N_("formato"),
    "found": N_("encontradas"),
    "kind": N_("tipo"),
    "name": N_("nombre"),
    "number": N_("número"),
    "q": N_("búsqueda"),
    "question": N_("pregunta"),
    "reason": N_("motivo"),
    "roles": N_("papeles"),
    "rows": N_("filas"),
    "scopes": N_("para"),
    "since": N_("desde"),
    "state": N_("estado"),
    "territory": N_("territorio"),
    "until": N_("hasta"),
    "url": N_("dirección"),
    "version": N_("versión"),
}
"""What is noted beside an action; what has no words here is told as it is written."""


def action_words(action: str) -> str:
    """An action in words; one that has none, as it is written."""
    return gettext(ACTIONS[action]) if action in ACTIONS else action


def detail_words(name: str) -> str:
    return gettext(DETAILS[name]) if name in DETAILS else name
