"""The words for what is wrong with a file of data, or with the file that declares its design."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext

from analisis import AnalysisError, ErrorCode
from analisis.io.faults import DesignFileError, Fault, FigureError
from app.language import N_

DESIGN_FAULTS: Mapping[Fault, str] = {
    Fault.UNREADABLE: N_("no se puede leer; revise su nombre, y guárdelo en UTF-8."),
    Fault.TOO_LARGE: N_("es más grande de lo que un diseño puede ser; ¿es otro archivo?"),
    Fault.TOO_DEEP: N_("está anidado demasiado hondo; ¿es otro archivo?"),
    Fault.NOT_YAML: N_("no es YAML; revise ahí sangrías, dos puntos y comillas."),
    Fault.NOT_PLAIN: N_(
        "no se leen anclas, alias ni etiquetas (& * !); escriba el valor, entre comillas si "
        "comienza con uno de esos signos."
    ),
    Fault.EMPTY: N_("no dice nada; diga cómo se eligió a las personas, al menos weights: COLUMNA"),
    Fault.KEY_NOT_TEXT: N_("una clave es una lista; escriba un nombre antes de los dos puntos."),
    Fault.KEY_TWICE: N_("esta clave está dos veces; deje una."),
    Fault.UNKNOWN_KEY: N_("no hay tal clave; elija una de: %(known)s"),
    Fault.MISSING_KEY: N_("falta %(key)s; agréguela."),
    Fault.NOT_KEYS: N_("aquí van claves con valores, como en {a: 1, b: 2}"),
    Fault.NOT_LIST: N_("aquí va un valor o una lista de ellos, no claves."),
    Fault.NOT_TEXT: N_("aquí va un solo valor, no una lista ni claves."),
    Fault.NOTHING_WRITTEN: N_("aquí no hay nada escrito; dé un valor, o quite la clave."),
    Fault.NOT_NUMBER: N_("«%(value)s» no es un número; escriba uno, con punto decimal."),
    Fault.NOT_YES_OR_NO: N_("«%(value)s» no es ni yes ni no; escriba uno de los dos."),
    Fault.UNKNOWN_CHOICE: N_("«%(value)s» no es ninguno de: %(known)s; elija uno."),
    Fault.UNKNOWN_COLUMN: N_("los datos no tienen la columna «%(value)s»; tienen: %(known)s"),
    Fault.NOT_A_VALUE: N_(
        "«%(value)s» no puede ser un valor de la columna «%(column)s»; escriba uno de los suyos."
    ),
    Fault.NO_FIGURE: N_("no nombra ninguna cifra; comience con una de: %(known)s"),
    Fault.SEVERAL_FIGURES: N_("%(known)s son cifras distintas; dé a cada una su propio ítem."),
    Fault.ONE_DOMAIN: N_(
        "%(kind)s es de un solo grupo y no lleva by; elija sus filas con where, y escriba by en "
        "cada una de las demás cifras."
    ),
    Fault.NOTHING_ASKED: N_("no pide ninguna cifra; agregue figures, o diga --column COLUMNA."),
}

ANALYSIS_FAULTS: Mapping[ErrorCode, str] = {
    ErrorCode.UNREADABLE_DATA: N_(
        "No se pueden leer los datos. Revise que el archivo exista y sea CSV (en UTF-8, con los "
        "nombres en la primera línea), Parquet, .sav o .dta."
    ),
    ErrorCode.UNKNOWN_COLUMN: N_("Los datos no tienen la columna «%(column)s»."),
    ErrorCode.NOT_NUMERIC: N_(
        "La columna «%(column)s» no tiene números. Dé una que los tenga, o pida la proporción de "
        "sus respuestas."
    ),
    ErrorCode.NOT_BOOLEAN: N_("La columna «%(column)s» no es de verdadero y falso."),
    ErrorCode.MISSING_WEIGHT: N_(
        "Hay filas sin ponderador en «%(column)s». Dé uno a cada una; 0 si no cuenta."
    ),
    ErrorCode.NEGATIVE_WEIGHT: N_(
        "Hay ponderadores negativos en «%(column)s»: un ponderador dice a cuántas personas "
        "representa la fila."
    ),
    ErrorCode.MISSING_DESIGN_VALUE: N_(
        "Hay filas sin valor en «%(column)s», que el diseño necesita: cada fila está en un estrato "
        "y en una unidad."
    ),
    ErrorCode.CLUSTERS_NOT_NESTED: N_(
        "La unidad «%(value)s» de «%(column)s» está en más de un estrato. Si los números se "
        "repiten en cada estrato, escriba nest: yes; si no, corrija los estratos."
    ),
    ErrorCode.POPULATION_TOO_SMALL: N_(
        "La población del estrato o unidad «%(stratum)s» no puede ser la de su muestra. Corríjala, "
        "o busque unidades contadas dos veces."
    ),
    ErrorCode.POPULATION_VARIES: N_(
        "La población en «%(column)s» varía dentro de «%(stratum)s»: cada estrato o unidad tiene "
        "una sola."
    ),
    ErrorCode.LONELY_PSU: N_(
        "El estrato «%(stratum)s» tiene una sola unidad. Únalo a otro, o diga qué hacer con "
        "lonely_psu: adjust, average, remove o certainty."
    ),
    ErrorCode.EMPTY_DOMAIN: N_("Ninguna fila entra en la cifra. Revise where y by."),
    ErrorCode.UNKNOWN_METHOD: N_("No hay un método «%(value)s» para esta cifra."),
}

_OTHER = N_("No hay una cifra honesta que dar. El detalle, en inglés: %(reason)s")


def analysis_error_text(error: AnalysisError) -> str:
    """What happened, where, and how to mend it."""
    if isinstance(error, DesignFileError):
        return _in_the_file(error, gettext(DESIGN_FAULTS[error.fault], **error.context))
    if isinstance(error, FigureError):
        return _in_the_file(error, _fault_text(error.fault))
    return _fault_text(error)


def _in_the_file(error: DesignFileError | FigureError, fault: str) -> str:
    where = [gettext("línea %(line)s", line=error.line)] if error.line else []
    where += [error.path] if error.path else []
    return gettext(
        "El archivo del diseño%(where)s: %(fault)s",
        where=f" ({', '.join(where)})" if where else "",
        fault=fault,
    )


def _fault_text(error: AnalysisError) -> str:
    words = ANALYSIS_FAULTS.get(error.code)
    if words is None:
        return gettext(_OTHER, reason=str(error))
    return gettext(words, column=error.column, stratum=error.stratum, value=error.value)
