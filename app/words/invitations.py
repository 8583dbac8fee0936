"""What can go wrong with an invitation, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from app.errors import ProblemCode
from app.language import N_

INVITATIONS: Mapping[ProblemCode, tuple[str, str]] = {
    ProblemCode.INVITATION_NEEDED: (
        N_("Esta encuesta se responde con una invitación"),
        N_(
            "Abra el enlace de su invitación o lea su código QR con la cámara. Si tiene un código"
            " para escribir, hágalo en la dirección que está junto a él."
        ),
    ),
    ProblemCode.UNKNOWN_INVITATION: (
        N_("No encontramos esta invitación"),
        N_(
            "Revise que el enlace esté completo. Si después recibió otro, use el más nuevo; si no"
            " resulta, pida uno a quien le invitó."
        ),
    ),
    ProblemCode.INVITATION_REVOKED: (
        N_("Esta invitación ya no vale"),
        N_("El equipo de la encuesta la retiró. Si cree que es un error, pídale una nueva."),
    ),
    ProblemCode.INVITATION_EXPIRED: (
        N_("Esta invitación venció"),
        N_("Se podía usar hasta el %(expired)s. Pida otra a quien le invitó."),
    ),
    ProblemCode.INVITATION_USED: (
        N_("Esta invitación ya se usó"),
        N_(
            "Con ella se recibió una respuesta. La encuesta es anónima, así que no se puede ver"
            " ni cambiar."
        ),
    ),
    ProblemCode.TOO_MANY_TRIES: (
        N_("Hubo demasiados intentos con enlaces que no existen"),
        N_("Espere %(minutes)s minutos y pruebe otra vez. Los enlaces que existen sí se abren."),
    ),
    ProblemCode.INVITEE_NEEDED: (
        N_("Falta decir a quién se invita."),
        N_(
            "Escriba un nombre, un correo o un teléfono. Por organización se invita solo donde"
            " responden organizaciones."
        ),
    ),
    ProblemCode.NOT_ON_ROLL: (
        N_("La organización «%(organisation)s» no está en la lista de esta encuesta."),
        N_("Revise el código. La lista se hizo al abrir la encuesta, con las que estaban activas."),
    ),
    ProblemCode.ALREADY_INVITED: (
        N_("«%(name)s» ya tiene una invitación a esta encuesta."),
        N_("Búsquela en la lista: ahí puede renovarla o extenderla."),
    ),
    ProblemCode.BAD_PHONE: (
        N_("«%(phone)s» no sirve como teléfono."),
        N_("Escríbalo como +56 9 1234 5678."),
    ),
    ProblemCode.BAD_EXPIRY: (
        N_("El vencimiento debe ser después de este momento y de la apertura."),
        N_("Elija una fecha posterior, o deje la invitación sin vencimiento."),
    ),
    ProblemCode.KEY_CHANGED: (
        N_("La clave del servicio cambió y este enlace no se puede imprimir otra vez."),
        N_("El que ya se entregó se sigue abriendo. Para entregar otro, haga un enlace nuevo."),
    ),
    ProblemCode.NO_ROLL: (
        N_("Esta encuesta no tiene una lista de organizaciones."),
        N_("Invite a personas una por una, o con un archivo CSV."),
    ),
    ProblemCode.OTHER_SURVEY: (
        N_("«%(slug)s» no es otra recolección de la misma encuesta."),
        N_("Elija una recolección anterior de esta encuesta."),
    ),
    ProblemCode.WAVES_CONFIDENTIAL: (
        N_("Solo entre recolecciones confidenciales se puede seguir a las mismas personas."),
        N_("En una anónima, invite de nuevo con un archivo: nadie quedará unido a lo anterior."),
    ),
    ProblemCode.MISSING_COLUMNS: (
        N_("Al archivo le faltan columnas."),
        N_("La primera fila debe nombrar por lo menos una de estas: %(columns)s."),
    ),
    ProblemCode.BAD_ROW: (
        N_("La fila tiene %(cells)s celdas y el encabezado %(columns)s."),
        N_("Revise los separadores de esa fila."),
    ),
    ProblemCode.INVITED_MEANWHILE: (
        N_("Otra persona hizo invitaciones en este momento. No se guardó nada."),
        N_("Intente otra vez: no se repetirá ninguna."),
    ),
    ProblemCode.NO_MAIL_SERVER: (
        N_("No hay un servidor de correo configurado."),
        N_("Quien administra el servicio lo indica con CABILDO_SMTP_URL y CABILDO_MAIL_FROM."),
    ),
    ProblemCode.MAIL_UNREACHABLE: (
        N_("El servidor de correo no respondió (%(reason)s)."),
        N_("Lo que no salió se envía la próxima vez. Intente más tarde."),
    ),
    ProblemCode.NOT_OFFERED: (
        N_("Esta encuesta no se ofrece en el idioma «%(language)s»."),
        N_("Se ofrece en: %(known)s."),
    ),
}
