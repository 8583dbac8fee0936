"""The words for what is wrong with a definition: each fault's code, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from app.language import N_
from encuestas import ErrorCode

DEFINITIONS: Mapping[ErrorCode, str] = {
    ErrorCode.SOURCE_TOO_LARGE: N_("El archivo es muy grande: el máximo es %(limit)s bytes."),
    ErrorCode.SOURCE_TOO_DEEP: N_(
        "Hay listas dentro de listas a más de %(limit)s niveles. Simplifique esa parte."
    ),
    ErrorCode.SOURCE_SYNTAX: N_("No se entiende como YAML ni como JSON (%(problem)s)."),
    ErrorCode.SOURCE_EMPTY: N_("El archivo está vacío. Escriba una definición de encuesta."),
    ErrorCode.SOURCE_SEVERAL_DOCUMENTS: N_(
        "`---` abre una segunda definición. Deje una sola por archivo."
    ),
    ErrorCode.DUPLICATE_KEY: N_("«%(key)s» está dos veces. Borre una."),
    ErrorCode.KEY_NOT_TEXT: N_("Una clave debe ser un texto, no una lista. Escriba un nombre."),
    ErrorCode.ALIAS_REFUSED: N_("`*%(name)s` no se admite. Escriba el contenido completo."),
    ErrorCode.ANCHOR_REFUSED: N_("`&%(name)s` no se admite. Bórrelo."),
    ErrorCode.TAG_REFUSED: N_("`%(tag)s` no se admite. Bórrelo."),
    ErrorCode.MERGE_REFUSED: N_("`<<:` no se admite. Escriba las claves una por una."),
    ErrorCode.WRONG_SHAPE: N_("Aquí va otra cosa: %(expected)s."),
    ErrorCode.UNKNOWN_KEY: N_("«%(key)s» no se conoce aquí. Se admiten: %(allowed)s."),
    ErrorCode.MISSING_KEY: N_("Falta «%(key)s». Agréguela."),
    ErrorCode.EMPTY: N_("Está vacío. Escriba algo o borre la clave."),
    ErrorCode.BAD_NAME: N_(
        "«%(value)s» no sirve como nombre. Comience con una letra sin tilde y siga con letras,"
        " números, guiones o puntos, hasta 64."
    ),
    ErrorCode.BAD_ID: N_(
        "«%(value)s» no sirve como id. Use minúsculas sin tilde, números y guiones, hasta 64."
    ),
    ErrorCode.BAD_VERSION: N_(
        "«%(value)s» no sirve como versión. Escríbala en una línea, con 1 a 64 signos."
    ),
    ErrorCode.BAD_LANGUAGE: N_("«%(value)s» no es un código de idioma, como es, en o arn."),
    ErrorCode.BAD_CHOICE_VALUE: N_(
        "«%(value)s» no sirve como valor. Escríbalo sin espacios, con 1 a 100 signos."
    ),
    ErrorCode.NOT_ONE_OF: N_("«%(value)s» no es una de las opciones: %(allowed)s."),
    ErrorCode.TOO_SMALL: N_("%(value)s es muy poco: escriba %(minimum)s o más."),
    ErrorCode.CONTROL_CHARACTER: N_("Hay un signo invisible en el lugar %(position)s. Bórrelo."),
    ErrorCode.UNKNOWN_TYPE: N_("No hay un tipo de pregunta «%(type)s». Los que hay: %(known)s."),
    ErrorCode.DUPLICATE_NAME: N_("«%(name)s» ya está usado. Elija otro nombre."),
    ErrorCode.DUPLICATE_CHOICE: N_("La alternativa «%(value)s» está dos veces. Borre una."),
    ErrorCode.UNKNOWN_CHOICES: N_(
        "No hay una lista «%(name)s» en `choices`. Las que hay: %(known)s."
    ),
    ErrorCode.MISSING_DEFAULT_LANGUAGE: N_(
        "Falta el texto en «%(language)s», el primer idioma de la encuesta. Agréguelo."
    ),
    ErrorCode.UNDECLARED_LANGUAGE: N_(
        "«%(language)s» no está en `languages` (%(declared)s). Agréguelo ahí o borre el texto."
    ),
    ErrorCode.BAD_RANGE: N_(
        "La escala de %(low)s a %(high)s no sirve. Escriba [menor, mayor], con hasta %(limit)s"
        " notas."
    ),
    ErrorCode.BAD_LIMITS: N_(
        "El mínimo (%(minimum)s) es mayor que el máximo (%(maximum)s). Corrija uno de los dos."
    ),
    ErrorCode.ANCHOR_OUTSIDE_RANGE: N_(
        "«%(anchor)s» está fuera de la escala de %(low)s a %(high)s. Use una nota que esté en ella."
    ),
    ErrorCode.UNKNOWN_SPECIAL: N_(
        "No hay una respuesta especial «%(value)s». Las que hay: %(known)s."
        " Agregue la suya en `special_answers`."
    ),
    ErrorCode.SPECIAL_NOT_ALLOWED: N_(
        "Una pregunta de tipo %(type)s no lleva respuestas especiales. Borre `special`."
    ),
    ErrorCode.SPECIAL_COLLISION: N_(
        "«%(value)s» es a la vez alternativa y respuesta especial. Cambie una de las dos."
    ),
    ErrorCode.MEASURE_UNKNOWN_QUESTION: N_(
        "La medición nombra la pregunta «%(question)s», que no existe. Corrija el nombre."
    ),
    ErrorCode.MEASURE_UNSUITABLE_QUESTION: N_(
        "No se mide satisfacción con «%(question)s», que es de tipo %(type)s."
        " Use una escala o una lista con una sola respuesta."
    ),
    ErrorCode.MEASURE_NEEDS_VALUES: N_(
        "Falta «%(key)s». Solo una escala de 1 a 7 tiene valores ya fijados."
    ),
    ErrorCode.MEASURE_UNKNOWN_VALUE: N_(
        "«%(value)s» no es una respuesta posible de «%(question)s». Corríjalo."
    ),
    ErrorCode.MEASURE_OVERLAP: N_(
        "«%(value)s» no puede contar a la vez como satisfacción e insatisfacción. Déjelo en una."
    ),
    ErrorCode.EXPRESSION_EMPTY: N_("La expresión está vacía. Escríbala o borre la clave."),
    ErrorCode.EXPRESSION_TOO_LONG: N_("La expresión es muy larga: caben %(limit)s signos."),
    ErrorCode.EXPRESSION_TOO_NESTED: N_(
        "Hay más de %(limit)s paréntesis uno dentro de otro. Divida la expresión."
    ),
    ErrorCode.EXPRESSION_CHARACTER: N_("El signo «%(character)s» no se entiende ahí. Bórrelo."),
    ErrorCode.EXPRESSION_OPEN_STRING: N_("Falta la comilla que cierra el texto."),
    ErrorCode.EXPRESSION_OPEN_BRACKET: N_("Falta el paréntesis que cierra."),
    ErrorCode.EXPRESSION_UNEXPECTED: N_("«%(found)s» no puede ir ahí. Revise lo que está antes."),
    ErrorCode.EXPRESSION_END: N_("La expresión termina antes de tiempo. Complétela."),
    ErrorCode.EXPRESSION_UNSUPPORTED: N_(
        "«%(found)s» no sirve aquí. Nombre la pregunta con ${nombre} o siga desde ella con /."
    ),
    ErrorCode.BARE_NAME: N_("«%(name)s» va sin marca. Escriba ${%(name)s}."),
    ErrorCode.REFERENCE_NEEDED: N_("%(name)s() lleva ahí una pregunta escrita como ${nombre}."),
    ErrorCode.REGEX_NOT_LITERAL: N_("El patrón de regex() debe ir escrito entre comillas."),
    ErrorCode.REGEX_WRONG: N_(
        "El patrón tiene algo mal en «%(found)s». Revise lo que abre y cierra."
    ),
    ErrorCode.REGEX_UNSUPPORTED: N_(
        "Los patrones no pueden llevar «%(found)s». Escríbalo de otro modo."
    ),
    ErrorCode.REGEX_TOO_LARGE: N_(
        "El patrón es muy largo: caben %(limit)s pasos. Acorte las repeticiones."
    ),
    ErrorCode.UNKNOWN_FUNCTION: N_("No hay una función «%(name)s». Las que hay: %(known)s."),
    ErrorCode.WRONG_ARITY: N_(
        "%(name)s() lleva de %(minimum)s a %(maximum)s datos y tiene %(given)s."
    ),
    ErrorCode.UNKNOWN_REFERENCE: N_("No hay una pregunta «%(name)s». Corrija el nombre."),
    ErrorCode.SOURCE_TOO_MANY: N_(
        "La definición tiene más de %(limit)s claves y valores. Divida la encuesta."
    ),
    ErrorCode.RESERVED_NAME: N_(
        "«%(name)s» es una columna de las exportaciones. Elija otro nombre."
    ),
    ErrorCode.KEYS_TOGETHER: N_("«%(key)s» y «%(other)s» no van juntas. Borre una."),
    ErrorCode.UNKNOWN_TABLE: N_(
        "No hay un archivo ni una lista «%(name)s». Los que hay: %(known)s."
    ),
    ErrorCode.FILTER_COLUMN: N_(
        "Ninguna alternativa tiene una columna «%(name)s». Las que hay: %(known)s."
        " Si es una pregunta, escriba ${%(name)s}."
    ),
    ErrorCode.TOO_BIG: N_("%(value)s es demasiado: escriba %(maximum)s o menos."),
    ErrorCode.BIDI_CONTROL: N_(
        "En el lugar %(position)s hay un signo invisible que da vuelta el texto. Bórrelo."
    ),
    ErrorCode.NEEDS_KEY: N_("«%(key)s» no sirve sin «%(needs)s». Agréguela o borre «%(key)s»."),
    ErrorCode.TOO_MANY_QUESTIONS: N_("Hay más de %(limit)s preguntas. Divida la encuesta."),
    ErrorCode.TOO_MANY_CHOICES: N_(
        "Hay más de %(limit)s alternativas en total. Acorte las listas."
    ),
    ErrorCode.UNKNOWN_TRIGGER: N_("No hay una pregunta «%(name)s». Corrija el nombre."),
    ErrorCode.BAD_DEFAULT: N_(
        "«%(value)s» no es una respuesta posible de esta pregunta (%(reason)s). Corrija `default`."
    ),
    ErrorCode.BAD_STEP: N_(
        "De %(low)s a %(high)s no se llega en pasos de %(step)s. Corrija `start`, `end` o `step`."
    ),
    ErrorCode.BAD_FILE_NAME: N_(
        "«%(value)s» no sirve como nombre de archivo. Use letras, números, puntos y guiones,"
        " sin carpetas."
    ),
    ErrorCode.UNKNOWN_FILE: N_(
        "No está el archivo «%(name)s». Los que hay: %(known)s. Póngalo junto a la definición."
    ),
    ErrorCode.UNKNOWN_COLUMN: N_("No hay una columna «%(column)s». Las que hay: %(known)s."),
    ErrorCode.FILES_TOO_LARGE: N_("Los archivos pesan demasiado: caben %(limit)s bytes en total."),
    ErrorCode.FILE_SYNTAX: N_("La fila %(row)s no se entiende como CSV. Revise sus comillas."),
    ErrorCode.FILE_ROW: N_(
        "La fila %(row)s tiene %(found)s celdas y el encabezado %(expected)s. Iguálelas."
    ),
    ErrorCode.CYCLE: N_("Se calculan en círculo: %(path)s. Quite una de las dependencias."),
    ErrorCode.CURRENT_NOT_ALLOWED: N_("El punto solo sirve en `constraint`. Use ${nombre}."),
}
