"""What is wrong with an answer: what is missing, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping

from app.language import N_
from encuestas import ErrorCode

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
