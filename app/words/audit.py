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
}
"""The beginnings of actions that a list can be limited to."""

ACTIONS: Mapping[str, str] = {
    "collection.access": N_("Cambió quiénes entran"),
    "collection.calls": N_("Descargó contactos por llamar"),
    "collection.close": N_("Cerró la recolección"),
    "collection.design": N_("Cambió el diseño de la muestra"),
    "collection.export": N_("Descargó respuestas"),
    "collection.open": N_("Abrió la recolección"),
    "collection.quotas": N_("Cambió las cuotas"),
    "collection.use-version": N_("Cambió la versión"),
    "contacts.read": N_("Vio contactos"),
    "file.list": N_("Vio la lista de archivos"),
    "file.read": N_("Abrió un archivo"),
    "invitation.export": N_("Descargó invitaciones"),
    "invitation.mail": N_("Envió correos"),
    "invitation.make": N_("Invitó"),
    "invitation.make-many": N_("Invitó a varias"),
    "invitation.renew": N_("Hizo otro enlace"),
    "invitation.revoke": N_("Retiró una invitación"),
    "publication.publish": N_("Publicó resultados"),
    "publication.withdraw": N_("Retiró los resultados"),
    "register.change": N_("Cambió el registro"),
    "register.export": N_("Descargó el registro"),
    "report.read": N_("Vio o descargó el informe"),
    "response.accept": N_("Aceptó la respuesta"),
    "response.comment": N_("Comentó la respuesta"),
    "response.edit": N_("Cambió la respuesta"),
    "response.erase": N_("Borró la respuesta"),
    "response.list": N_("Vio la lista de respuestas"),
    "response.read": N_("Vio la respuesta"),
    "response.reject": N_("Rechazó la respuesta"),
    "review.accept": N_("Aceptó una que estaba por revisar"),
    "review.accept-all": N_("Aceptó varias que estaban por revisar"),
    "review.decide": N_("Decidió cuál se cuenta"),
    "review.read": N_("Vio una que estaba por revisar"),
    "review.reject": N_("Rechazó una que estaba por revisar"),
    "texts.code": N_("Codificó textos"),
    "texts.read": N_("Leyó textos"),
    "token.add": N_("Hizo una clave"),
    "token.revoke": N_("Retiró una clave"),
    "user.add": N_("Agregó a una persona"),
    "user.password": N_("Dio una contraseña nueva"),
    "user.territories": N_("Cambió sus territorios"),
}


def action_words(action: str) -> str:
    """An action in words; one that has none, as it is written."""
    return gettext(ACTIONS[action]) if action in ACTIONS else action
