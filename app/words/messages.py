"""The words for every code: what happened, what is missing, and how to mend it.

Spanish is written here and is the key of the catalogues. The domain knows codes and contexts only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from babel.numbers import get_decimal_symbol
from flask_babel import format_date, format_decimal, get_locale, gettext

from app.errors import Problem, ProblemCode
from app.language import N_
from app.words.asking import ASKING
from app.words.definitions import DEFINITIONS
from app.words.invitations import INVITATIONS
from app.words.programs import PROGRAMS, WEBHOOK_PROBLEMS
from app.words.publishing import PUBLISHING
from encuestas import AnswerFault, DefinitionFault, ErrorCode, ExpressionError, Question, localized

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

REQUIRED: Mapping[str, str] = {
    "text": N_("Escriba su respuesta."),
    "integer": N_("Escriba un número, por ejemplo 25."),
    "decimal": N_("Escriba un número, por ejemplo 2,5."),
    "date": N_("Indique la fecha, por ejemplo 25-03-2026."),
    "select_one": N_("Elija una respuesta."),
    "select_multiple": N_("Marque al menos una respuesta."),
    "scale": N_("Elija una nota del %(low)s al %(high)s."),
    "nps": N_("Elija una nota del 0 al 10."),
    "range": N_("Elija un número del %(low)s al %(high)s."),
    "rank": N_("Dé un lugar a cada alternativa, desde el 1."),
    "select_one_from_file": N_("Elija una respuesta."),
    "select_multiple_from_file": N_("Marque al menos una respuesta."),
    "acknowledge": N_("Marque la casilla para seguir."),
    "calculate": N_("Falta un dato para calcular este valor."),
    "hidden": N_("Falta un dato que la encuesta debía traer."),
    "time": N_("Indique la hora, por ejemplo 14:30."),
    "dateTime": N_("Indique la fecha y la hora, por ejemplo 25-03-2026 14:30."),
    "barcode": N_("Escriba el código."),
    "geopoint": N_("Indique la latitud y la longitud, por ejemplo -33,45 y -70,66."),
    "geotrace": N_("Indique dos puntos o más."),
    "geoshape": N_("Indique tres puntos o más."),
    "image": N_("Adjunte una foto o imagen."),
    "audio": N_("Adjunte un audio."),
    "video": N_("Adjunte un video."),
    "file": N_("Adjunte un archivo."),
    "start": N_("Falta el momento en que comenzó la respuesta."),
    "end": N_("Falta el momento en que terminó la respuesta."),
    "today": N_("Falta el día de la respuesta."),
    "deviceid": N_("Falta el código del aparato."),
    "username": N_("Falta el nombre de quien anota."),
}

ANSWERS: Mapping[ErrorCode, str] = {
    ErrorCode.REQUIRED: N_("Responda esta pregunta."),
    ErrorCode.CONSTRAINT: N_("Esta respuesta no cumple lo que pide la pregunta. Revísela."),
    ErrorCode.ANSWERS_NOT_A_MAPPING: N_(
        "Las respuestas deben venir por pregunta: {nombre: valor}."
    ),
    ErrorCode.WRONG_TYPE: N_("El valor debe ser de otro tipo: %(expected)s."),
    ErrorCode.SEVERAL_ANSWERS: N_("Deje una sola respuesta."),
    ErrorCode.SPECIAL_NOT_ALONE: N_(
        "Deje una respuesta, o «%(value)s», pero no las dos cosas a la vez."
    ),
    ErrorCode.NOT_AN_INTEGER: N_("Escriba un número sin decimales, por ejemplo 25."),
    ErrorCode.NOT_A_NUMBER: N_("Escriba un número con cifras, por ejemplo 25."),
    ErrorCode.AMBIGUOUS_NUMBER: N_(
        "«%(value)s» se puede leer de dos maneras. Escriba %(thousands)s si son miles."
        " Si son decimales, agregue un cero: %(decimal)s0."
    ),
    ErrorCode.NUMBER_TOO_LARGE: N_("El número es demasiado grande. Revise que no sobren cifras."),
    ErrorCode.BELOW_MINIMUM: N_("Escriba un número de %(minimum)s o más."),
    ErrorCode.ABOVE_MAXIMUM: N_("Escriba un número de %(maximum)s o menos."),
    ErrorCode.OUTSIDE_RANGE: N_("Elija una nota del %(low)s al %(high)s."),
    ErrorCode.NOT_A_DATE: N_("Escriba una fecha que exista, por ejemplo 25-03-2026."),
    ErrorCode.NOT_A_CHOICE: N_("Elija una respuesta de la lista: «%(value)s» no está en ella."),
    ErrorCode.NOT_OFFERED: N_(
        "Elija de nuevo: «%(value)s» ya no corresponde a lo que respondió antes."
    ),
    ErrorCode.TOO_MANY_INSTANCES: N_("Deje %(maximum)s como máximo: hay %(count)s."),
    ErrorCode.TOO_MANY_VALUES: N_("Son demasiadas respuestas: caben %(limit)s."),
    ErrorCode.TOO_LONG: N_("Acorte el texto: tiene %(length)s letras y caben %(maximum)s."),
    ErrorCode.CONTROL_CHARACTER: N_(
        "Hay un signo invisible que no se puede guardar, en el lugar %(position)s. Bórrelo."
    ),
    ErrorCode.NOT_A_STEP: N_(
        "«%(value)s» no es uno de los valores posibles. Los más cercanos son %(below)s y %(above)s."
    ),
    ErrorCode.NOT_A_TIME: N_("Escriba una hora que exista, de 00:00 a 23:59, por ejemplo 14:30."),
    ErrorCode.NOT_A_DATE_TIME: N_(
        "Escriba una fecha y una hora que existan, por ejemplo 25-03-2026 14:30."
    ),
    ErrorCode.NOT_A_POINT: N_(
        "«%(value)s» no se entiende como lugar. Escriba la latitud y la longitud,"
        " por ejemplo -33.45 -70.66."
    ),
    ErrorCode.POINT_INCOMPLETE: N_("Falta la latitud o la longitud. Escriba las dos."),
    ErrorCode.NOT_A_LATITUDE: N_(
        "La latitud va de -90 a 90 (en Chile, entre -17 y -56): «%(value)s» no sirve. Corríjala."
    ),
    ErrorCode.NOT_A_LONGITUDE: N_(
        "La longitud va de -180 a 180 (en Chile, entre -66 y -76): «%(value)s» no sirve. Corríjala."
    ),
    ErrorCode.TOO_FEW_POINTS: N_("Hay %(points)s puntos: agregue hasta tener %(minimum)s o más."),
    ErrorCode.TOO_MANY_POINTS: N_("Hay %(points)s puntos: deje %(maximum)s o menos."),
    ErrorCode.RANK_TIE: N_("Dos alternativas tienen el lugar %(position)s. Deje solo una ahí."),
    ErrorCode.RANK_GAP: N_("Ninguna alternativa tiene el lugar %(position)s. Elija una para él."),
    ErrorCode.RANK_INCOMPLETE: N_(
        "Falta dar un lugar a %(missing)s de las alternativas. Ordénelas todas."
    ),
    ErrorCode.NOT_A_FILE_NAME: N_(
        "«%(value)s» no sirve como nombre de archivo. Use un nombre sin carpetas, de hasta 255"
        " signos."
    ),
    ErrorCode.FILE_TOO_LARGE: N_(
        "El archivo es demasiado grande: puede tener hasta %(limit)s MB. Elija uno más pequeño."
    ),
    ErrorCode.FILE_NOT_ACCEPTED: N_(
        "Ese archivo no se puede recibir aquí. Elija uno de estos tipos: %(accepted)s."
    ),
    ErrorCode.FILE_EMPTY: N_("El archivo está vacío. Elija otro."),
}

SHAPES: Mapping[str, str] = {
    "mapping": N_("pares «clave: valor»"),
    "list": N_("una lista"),
    "text": N_("un texto"),
    "integer": N_("un número entero"),
    "number": N_("un número"),
    "boolean": N_("true o false"),
    "languages": N_("un texto por idioma, como {es: ..., en: ...}"),
    "range": N_("dos números, como [1, 7]"),
    "reference": N_("una pregunta, como ${nombre}"),
}

DESIGN_SHAPES: Mapping[str, str] = {
    "chosen": N_("una de las tres maneras de elegir"),
    "mapping": N_("pares «clave: valor»"),
    "question": N_("el nombre de una pregunta de la encuesta"),
    "stages": N_("una pregunta por etapa, cada una una vez, y a lo más una población por etapa"),
    "truth": N_("true o false, o yes o no"),
    "lonely_psu": N_("error, adjust, average, remove o certainty"),
    "size": N_("un número, una pregunta que lo tenga, o un número por estrato"),
    "number": N_("una cantidad entera sin puntos, como 1200, o una fracción, como 0.05"),
    "totals": N_("cuántas personas hay por respuesta: {pregunta: {respuesta: número}}"),
    "by_stratum": N_("un número por estrato, solo en la primera etapa y donde hay «strata»"),
}


def problem_words(problem: Problem) -> tuple[str, str]:
    """What happened, and what to do about it."""
    title, remedy = PROBLEMS[problem.code]
    context = {key: _shown(value) for key, value in problem.context.items()}
    if problem.code is ProblemCode.DESIGN_BAD_VALUE:
        shape = DESIGN_SHAPES[context["expected"]]
        context["expected"] = gettext(shape)
    return gettext(title) % context, gettext(remedy) % context


def answer_fault_text(fault: AnswerFault, question: Question | None, lang: str) -> str:
    """The author's own message, else ours: what is missing and how to mend it."""
    if fault.message and (words := localized(fault.message, lang, lang)):
        return words
    if fault.code is ErrorCode.REQUIRED and question and question.type in REQUIRED:
        return gettext(REQUIRED[question.type]) % _ends(question)
    words = _words_of(fault.context)
    if fault.code is ErrorCode.NOT_OFFERED and question:
        labels = {choice.value: choice.label for choice in question.choices}
        if label := localized(labels.get(words["value"], {}), lang, "es"):
            words["value"] = label
    return gettext(ANSWERS[fault.code]) % words


def definition_fault_text(fault: DefinitionFault | ExpressionError) -> str:
    """What is wrong with a definition; within an expression, where in it."""
    table = DEFINITIONS if fault.code in DEFINITIONS else ANSWERS
    words = gettext(table[fault.code]) % _words_of(fault.context)
    if not fault.context.get("expression"):
        return words
    return gettext(
        "En «%(expression)s», posición %(position)s: %(words)s",
        expression=fault.context["expression"],
        position=fault.context["position"],
        words=words,
    )


def _ends(question: Question) -> dict[str, object]:
    low, high = getattr(question.settings, "range", (None, None))
    return {"low": low, "high": high}


def _words_of(context: Mapping[str, object]) -> dict[str, str]:
    words = {key: _shown(value) for key, value in context.items()}
    if isinstance(expected := context.get("expected"), str):  # a shape, or how many cells
        words["expected"] = gettext(SHAPES[expected])
    if "decimal" in words:
        words["decimal"] = words["decimal"].replace(".", get_decimal_symbol(get_locale()))
    return words


def _shown(value: object) -> str:
    """A value as the reader writes it. Numbers ungrouped: a typed 1.234 would be refused."""
    if isinstance(value, datetime | date):
        return format_date(value, "long")
    if isinstance(value, float) and abs(value) < 1e15:  # beyond what Babel can round
        return format_decimal(value, "0.######")
    if isinstance(value, Sequence | frozenset | set) and not isinstance(value, str):
        return ", ".join(str(item) for item in value) or "–"
    return str(value)
