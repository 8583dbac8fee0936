"""The words for what is wrong with a file of responses, its map or one of its rows."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext

from app.language import N_
from app.services.imports.faults import ImportCode, ImportFault

WORDS: Mapping[ImportCode, str] = {
    ImportCode.NOT_TEXT: N_(
        "El archivo no es texto. Si es una planilla, guárdela como «CSV (delimitado por comas)»."
    ),
    ImportCode.EMPTY_FILE: N_(
        "El archivo está vacío o su primera fila no tiene nombres de columnas."
    ),
    ImportCode.WRONG_ENCODING: N_(
        "El archivo no está escrito en %(encoding)s. Corrija o borre «encoding» en el mapa."
    ),
    ImportCode.BROKEN_CSV: N_(
        "Desde la fila %(row)s las comillas no calzan y no se puede seguir leyendo. Corrija esa"
        " fila e importe de nuevo: lo que ya se guardó no se agrega dos veces."
    ),
    ImportCode.DUPLICATE_COLUMN: N_(
        "La columna «%(column)s» está más de una vez. Cambie un nombre, o póngala en «ignore»."
    ),
    ImportCode.NO_KNOWN_COLUMN: N_(
        "Ninguna columna (%(columns)s) es de esta encuesta (%(questions)s). Dé un mapa con --map,"
        " o revise el separador."
    ),
    ImportCode.TWO_COLUMNS: N_(
        "Las columnas %(columns)s responden la misma pregunta, «%(question)s». Ponga una en"
        " «ignore»."
    ),
    ImportCode.REQUIRED_WITHOUT_COLUMN: N_(
        "Falta una columna para la pregunta obligatoria «%(question)s». Si tiene otro nombre, dé"
        " un mapa con --map."
    ),
    ImportCode.UNKNOWN_ID_COLUMN: N_(
        "No hay una columna «%(column)s» para --id. Las que hay: %(columns)s."
    ),
    ImportCode.ID_IN_ANONYMOUS: N_(
        "Esta recolección es anónima: no se puede usar --id, porque diría quién respondió qué."
    ),
    ImportCode.MAP_SHAPE: N_("Mapa, línea %(line)s: en «%(key)s» va %(expected)s."),
    ImportCode.MAP_UNKNOWN_KEY: N_(
        "Mapa, línea %(line)s: «%(key)s» no se conoce. Se admiten: %(known)s."
    ),
    ImportCode.MAP_UNKNOWN_QUESTION: N_(
        "Mapa, línea %(line)s: no hay una pregunta «%(question)s». Las que hay: %(questions)s."
    ),
    ImportCode.MAP_UNKNOWN_COLUMN: N_(
        "Mapa, línea %(line)s: no hay una columna «%(column)s». Las que hay: %(columns)s."
    ),
    ImportCode.MAP_BAD_SEPARATOR: N_(
        "Mapa, línea %(line)s: «%(value)s» no sirve como separador. Use «,», «;», «|» o tab."
    ),
    ImportCode.MAP_BAD_ENCODING: N_(
        "Mapa, línea %(line)s: «%(value)s» no es una codificación de texto, como utf-8 o latin-1."
    ),
    ImportCode.ROW_LENGTH: N_("La fila tiene %(cells)s celdas y el encabezado %(columns)s."),
    ImportCode.ROW_WITHOUT_ID: N_("Falta el identificador en la columna «%(column)s»."),
    ImportCode.ROW_MOMENT: N_(
        "«%(value)s» no es un momento. Escríbalo así: 2026-03-25T14:30, o 25-03-2026 14:30."
    ),
    ImportCode.ROW_FUTURE: N_("«%(value)s» está en el futuro. Revise la fecha y la hora."),
}

SHAPES: Mapping[str, str] = {
    "mapping": N_("pares «nombre: valor»"),
    "list": N_("una lista de nombres"),
    "text": N_("un texto"),
}


def import_fault_text(fault: ImportFault) -> str:
    """What is wrong, and what to do about it."""
    context = {key: _shown(value) for key, value in fault.context.items()}
    if expected := context.get("expected"):
        context["expected"] = gettext(SHAPES[expected])
    return gettext(WORDS[fault.code]) % context


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "?" if value is None else str(value)
