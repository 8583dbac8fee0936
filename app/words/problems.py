"""What stands in the way of whoever uses the service: what happened, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from app.errors import ProblemCode
from app.language import N_
from app.words.asking import ASKING
from app.words.invitations import INVITATIONS
from app.words.programs import PROGRAMS, WEBHOOK_PROBLEMS
from app.words.publishing import PUBLISHING

PROBLEMS: Mapping[ProblemCode, tuple[str, str]] = {
    **INVITATIONS,
    **ASKING,
    **PROGRAMS,
    **WEBHOOK_PROBLEMS,
    **PUBLISHING,
    ProblemCode.UNKNOWN_COLLECTION: (
        N_("No encontramos esta encuesta"),
        N_("Revise que la dirección esté completa y bien escrita."),
    ),
    ProblemCode.NOT_YET_OPEN: (
        N_("Esta encuesta todavía no se abre"),
        N_("Se podrá responder desde el %(opens)s."),
    ),
    ProblemCode.CLOSED: (
        N_("Esta encuesta ya se cerró"),
        N_("Se cerró el %(closed)s y ya no recibe respuestas. Gracias por su interés."),
    ),
    ProblemCode.NOT_PUBLIC: (
        N_("Esta encuesta no se responde por internet"),
        N_("La completa el equipo del programa. Si quiere participar, pregúntele a ese equipo."),
    ),
    ProblemCode.DRAFT_EXPIRED: (
        N_("No encontramos la encuesta que estaba respondiendo"),
        N_("Puede comenzar otra vez. Las respuestas sin enviar se guardan 90 días."),
    ),
    ProblemCode.CROSS_SITE: (
        N_("No recibimos este envío porque viene de otro sitio"),
        N_("Abra la encuesta con su propio enlace y responda desde ahí."),
    ),
    ProblemCode.TOO_LARGE: (
        N_("Lo que envió es demasiado grande"),
        N_("Vuelva atrás y acorte lo que escribió: caben hasta %(limit_kb)s kB por página."),
    ),
    ProblemCode.MALFORMED: (
        N_("No pudimos leer lo que llegó"),
        N_("Vuelva a la página anterior e intente otra vez. Lo guardado antes sigue guardado."),
    ),
    ProblemCode.NOT_FOUND: (
        N_("No encontramos esta página"),
        N_("Revise que la dirección esté completa y bien escrita."),
    ),
    ProblemCode.NOT_ALLOWED: (
        N_("No tiene permiso para ver esta página"),
        N_("Si la necesita, pida el permiso a quien administra Cabildo."),
    ),
    ProblemCode.METHOD_NOT_ALLOWED: (
        N_("Esta dirección no se usa así"),
        N_("Vuelva al inicio de la encuesta y siga desde ahí."),
    ),
    ProblemCode.BUSY: (
        N_("No pudimos guardar lo último que escribió"),
        N_("Lo anterior sigue guardado. Espere unos segundos e intente otra vez."),
    ),
    ProblemCode.UNEXPECTED: (
        N_("Algo falló de nuestro lado"),
        N_("Lo que ya estaba guardado sigue guardado. Espere un momento e intente otra vez."),
    ),
    ProblemCode.NOT_JSON: (
        N_("Lo que llegó no es JSON completo."),
        N_("Envíe una respuesta o una lista de ellas; si se cortó la conexión, envíe de nuevo."),
    ),
    ProblemCode.WRONG_MEDIA_TYPE: (
        N_("Lo que llegó no dice ser JSON."),
        N_("Envíelo con Content-Type: application/json"),
    ),
    ProblemCode.TOO_MANY_ITEMS: (
        N_("Son %(count)s respuestas en una sola lista."),
        N_("Envíe hasta %(limit)s por vez."),
    ),
    ProblemCode.LIST_TOO_LARGE: (
        N_("Lo que llegó es demasiado grande."),
        N_("Caben hasta %(limit_kb)s kB: envíe menos respuestas por vez."),
    ),
    ProblemCode.ITEM_TOO_LARGE: (
        N_("Esta respuesta es demasiado grande."),
        N_("Caben hasta %(limit_kb)s kB por respuesta. Siga guardándola y avise al equipo."),
    ),
    ProblemCode.MALFORMED_ITEM: (
        N_("Esta respuesta no tiene la forma que se espera."),
        N_("Corrija y envíe otra vez: %(fields)s."),
    ),
    ProblemCode.NOT_SIGNED_IN: (
        N_("Para enviar estas respuestas hay que entrar con una cuenta."),
        N_("Siga guardándola, entre con su cuenta y envíe otra vez."),
    ),
    ProblemCode.CHANNEL_NOT_ALLOWED: (
        N_("Su cuenta no puede enviar respuestas por este canal: %(channel)s."),
        N_("Siga guardándola y pida el permiso a quien administra Cabildo."),
    ),
    ProblemCode.UNKNOWN_SURVEY: (
        N_("No hay una encuesta «%(survey)s»."),
        N_("Vea las que hay con: cabildo survey list"),
    ),
    ProblemCode.NOT_PUBLISHED: (
        N_("La encuesta «%(survey)s» no está publicada."),
        N_("Publíquela antes de abrirla: cabildo survey publish %(command)s"),
    ),
    ProblemCode.VERSION_FROZEN: (
        N_("La versión %(version)s de «%(survey)s» ya está publicada y no cambia de estructura."),
        N_("Para cambiar preguntas, alternativas o saltos, escriba otra versión en `version:`."),
    ),
    ProblemCode.BAD_MEDIA: (
        N_("«%(name)s» no es una imagen ni un sonido que se pueda mostrar."),
        N_("Use PNG, JPEG o WebP para imágenes, y MP3, M4A, OGG o WAV para sonidos."),
    ),
    ProblemCode.MEDIA_TOO_LARGE: (
        N_("«%(name)s» es demasiado grande."),
        N_("Cada imagen o sonido puede tener hasta %(limit_mb)s MB."),
    ),
    ProblemCode.TOO_MUCH_MEDIA: (
        N_("Las imágenes y los sonidos de esta versión son demasiado grandes."),
        N_("Pueden sumar hasta %(limit_mb)s MB por versión."),
    ),
    ProblemCode.UPLOAD_UNKNOWN: (
        N_("Ninguna respuesta recibida nombra ese archivo."),
        N_("Envíe primero la respuesta; el archivo se envía después."),
    ),
    ProblemCode.UPLOAD_TOO_LARGE: (
        N_("El archivo es demasiado grande."),
        N_("Puede tener hasta %(limit_mb)s MB."),
    ),
    ProblemCode.UPLOAD_OTHER: (
        N_("Ya llegó otro archivo con ese nombre."),
        N_("No hace falta enviarlo otra vez."),
    ),
    ProblemCode.UPLOAD_BUSY: (
        N_("Ese archivo se está recibiendo por otro lado."),
        N_("Espere unos segundos e intente otra vez."),
    ),
    ProblemCode.UPLOAD_OFFSET: (
        N_("Esa parte del archivo no es la que sigue."),
        N_("Siga desde el byte %(offset)s."),
    ),
    ProblemCode.UPLOAD_BROKEN: (
        N_("El archivo llegó dañado."),
        N_("Envíelo otra vez desde el principio."),
    ),
    ProblemCode.UPLOAD_REFUSED: (
        N_("El archivo no se puede recibir."),
        N_("%(reason)s"),
    ),
    ProblemCode.SLUG_TAKEN: (
        N_("Ya hay una recolección «%(slug)s» abierta de otra manera."),
        N_("Es distinto: %(differences)s. Use otro nombre con --slug."),
    ),
    ProblemCode.BAD_SLUG: (
        N_("«%(slug)s» no sirve como dirección."),
        N_("Use minúsculas sin tilde, números y guiones, hasta 64: por ejemplo calidad-pdt."),
    ),
    ProblemCode.UNKNOWN_TERRITORY: (
        N_("No está en el registro el territorio %(territory)s."),
        N_("Revise el código."),
    ),
    ProblemCode.UNKNOWN_PLAN: (
        N_("No está en el registro el plan %(plan)s."),
        N_("Revise el código."),
    ),
    ProblemCode.CENSUS_NEEDS_ROLL: (
        N_("Falta la lista de quienes pueden responder."),
        N_(
            "Registre las organizaciones activas de los territorios, o diga cuántas personas son"
            " con --population."
        ),
    ),
    ProblemCode.ORGANISATIONS_CONFIDENTIAL: (
        N_("Una encuesta a organizaciones no puede ser anónima."),
        N_("Cada organización tiene un voto. Use --mode confidential."),
    ),
    ProblemCode.UNKNOWN_QUESTION: (
        N_("No hay una pregunta «%(question)s»."),
        N_("Las que hay: %(known)s."),
    ),
    ProblemCode.UNKNOWN_MEASURE: (
        N_("No hay una medición «%(measure)s»."),
        N_("Las que hay: %(known)s."),
    ),
    ProblemCode.CANNOT_GROUP_BY: (
        N_("No se puede agrupar por «%(question)s», que es de tipo %(type)s."),
        N_("Elija una pregunta con una sola respuesta de una lista o una escala, o territory."),
    ),
    ProblemCode.BAD_EMAIL: (
        N_("«%(email)s» no sirve como correo."),
        N_("Escríbalo como nombre@ejemplo.cl."),
    ),
    ProblemCode.USER_EXISTS: (
        N_("Ya hay una persona con el correo %(email)s."),
        N_("Use otro correo, o cambie la contraseña de esa cuenta."),
    ),
    ProblemCode.UNKNOWN_USER: (
        N_("Nadie tiene el correo %(email)s."),
        N_("Revise que esté bien escrito."),
    ),
    ProblemCode.PORT_TAKEN: (
        N_("Otro programa usa el puerto %(port)s en %(host)s."),
        N_("Ciérrelo, o elija otro puerto con PORT."),
    ),
    ProblemCode.RESULTS_AT_CLOSING: (
        N_("Todavía no se pueden ver los resultados."),
        N_(
            "Esta encuesta es anónima: sus resultados se ven cuando se cierra, para que nadie pueda"
            " reconocer una respuesta por el momento en que llegó."
        ),
    ),
    ProblemCode.NOT_FOR_SOME: (
        N_("Esto lo hace quien ve todos los territorios."),
        N_("Su cuenta está limitada a algunos. Pida a quien administra el servicio que lo haga."),
    ),
    ProblemCode.RESPONSE_FIXED: (
        N_("Esta respuesta no se puede cambiar."),
        N_(
            "En una recolección anónima nada cambia después de enviarse. Tampoco cambia lo que ya"
            " se reemplazó o se borró: cambie la versión que se cuenta hoy."
        ),
    ),
    ProblemCode.UNKNOWN_REPEAT: (
        N_("No hay un grupo que se repita con el nombre «%(repeat)s»."),
        N_("Los que hay: %(known)s."),
    ),
    ProblemCode.EXPORT_TOO_WIDE: (
        N_("Serían %(columns)s columnas y una planilla admite %(limit)s."),
        N_("Pida CSV sin --wide, y cada grupo que se repite en su propio archivo con --repeat."),
    ),
    ProblemCode.EXPORT_TOO_LONG: (
        N_(
            "La hoja «%(sheet)s» tendría más de %(limit)s filas, que es lo que admite una planilla."
        ),
        N_("Pida el archivo en CSV."),
    ),
    ProblemCode.STILL_ARRIVING: (
        N_("Llegaron respuestas mientras se armaba el archivo."),
        N_("Vuelva a pedirlo en unos minutos, o cuando haya menos gente respondiendo."),
    ),
    ProblemCode.PREPARING: (
        N_("Las cifras se están preparando."),
        N_("Van %(done)s de %(of)s respuestas leídas. Vuelva a pedirlas en unos segundos."),
    ),
    ProblemCode.SAMPLE_OF_ALL: (
        N_(
            "La muestra se sacó de todos los territorios juntos: con las respuestas de algunos no"
            " se pueden volver a calcular las cifras."
        ),
        N_("Pida el paquete a quien puede ver todos los territorios."),
    ),
    ProblemCode.NO_PLACES: (
        N_("Esta encuesta no pregunta ningún lugar, y no hay nada que poner en un mapa."),
        N_("Elija otro formato."),
    ),
    ProblemCode.PLACES_IDENTIFY: (
        N_("Un lugar puede decir quién respondió."),
        N_("Marque que lo sabe y que lo guardará con cuidado (--places en la línea de órdenes)."),
    ),
    ProblemCode.OTHER_RESPONDENTS: (
        N_("La versión %(version)s la responde otro tipo de participante."),
        N_("Abra otra recolección para esa versión."),
    ),
    ProblemCode.DESIGN_NOT_A_SAMPLE: (
        N_("La recolección «%(slug)s» no es una muestra al azar: no tiene diseño muestral."),
        N_("El diseño se declara donde la selección es probability."),
    ),
    ProblemCode.DESIGN_UNKNOWN_KEY: (
        N_("«%(key)s» no es parte de un diseño muestral."),
        N_("Se admiten: %(allowed)s."),
    ),
    ProblemCode.DESIGN_BAD_VALUE: (
        N_("En «%(key)s» del diseño no sirve «%(value)s»."),
        N_("Ahí va %(expected)s."),
    ),
    ProblemCode.DESIGN_UNSUITABLE_QUESTION: (
        N_("La pregunta «%(question)s», de tipo %(type)s, no sirve en «%(key)s» del diseño."),
        N_("Use una pregunta fuera de los grupos que se repiten, de tipo: %(types)s."),
    ),
    ProblemCode.DESIGN_OTHER_VALUES: (
        N_("Los valores de «%(question)s» a los que el diseño da población no son los que hay."),
        N_("Le faltan: %(missing)s. Le sobran: %(extra)s. Corrija el diseño."),
    ),
    ProblemCode.DESIGN_OTHER_POPULATION: (
        N_("El universo no es uno: el diseño suma %(people)s personas, y también %(population)s."),
        N_("Corrija el diseño, o el universo declarado al abrir."),
    ),
    ProblemCode.DESIGN_NOT_NESTED: (
        N_("El conglomerado «%(value)s» (%(question)s) está en más de un estrato."),
        N_(
            "Corrija las respuestas o, si en cada estrato se numeró de nuevo, agregue «nest: true»"
            " al diseño: cabildo collection design."
        ),
    ),
    ProblemCode.DESIGN_EMPTY_CELL: (
        N_("Nadie respondió «%(value)s» en «%(question)s», y el diseño le da población."),
        N_("Espere más respuestas, o una ese valor a otro en «totals» del diseño."),
    ),
    ProblemCode.DESIGN_SMALL_POPULATION: (
        N_("La población que el diseño da a «%(value)s» (%(question)s) es menor que su muestra."),
        N_(
            "Corríjala con cabildo collection design, o busque respuestas repetidas. Escriba"
            " cantidades en todos los estratos, o fracciones en todos."
        ),
    ),
    ProblemCode.DESIGN_SMALL_WHOLE: (
        N_("La población que dice el diseño es menor que su muestra."),
        N_("Corríjala con cabildo collection design, o busque respuestas repetidas."),
    ),
    ProblemCode.DESIGN_WHOLE_VARIES: (
        N_("La población no es la misma en todas las respuestas, y el diseño no tiene estratos."),
        N_("Corrija las respuestas, o escriba la población en el diseño."),
    ),
    ProblemCode.DESIGN_POPULATION_VARIES: (
        N_("La población de «%(value)s» (%(question)s) no es la misma en todas sus respuestas."),
        N_("Corrija las respuestas, o escriba la población en el diseño."),
    ),
    ProblemCode.DESIGN_DOES_NOT_FIT: (
        N_("Las respuestas no calzan con el diseño muestral declarado (%(reason)s)."),
        N_("Revíselo con: cabildo collection design"),
    ),
    ProblemCode.DEMO_IN_USE: (
        N_("Hay datos reales unidos a la demostración."),
        N_("Sepárelos antes de borrarla."),
    ),
}
