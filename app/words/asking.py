"""What can be wrong with what somebody asks of an analysis, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from app.errors import ProblemCode
from app.language import N_

ASKING: Mapping[ProblemCode, tuple[str, str]] = {
    ProblemCode.BAD_PARAMETER: (
        N_("No se entiende «%(value)s» en %(name)s."),
        N_("Escriba algo como esto: %(allowed)s."),
    ),
    ProblemCode.TOO_MANY_PARAMETERS: (
        N_("Pide demasiado a la vez en %(name)s."),
        N_("Deje hasta %(limit)s."),
    ),
    ProblemCode.UNKNOWN_VALUE: (
        N_("«%(name)s» no tiene el valor «%(value)s»."),
        N_("Elija uno de estos: %(known)s."),
    ),
    ProblemCode.NOT_CLOSED: (
        N_("«%(question)s» no tiene respuestas que se puedan contar: es de tipo %(type)s."),
        N_("Elija una pregunta de alternativas, de escala o de números."),
    ),
    ProblemCode.CANNOT_MAKE_GROUPS: (
        N_("Con «%(question)s» no se forman grupos: es de tipo %(type)s."),
        N_("Elija una pregunta en que cada quien da una sola respuesta de unas pocas."),
    ),
    ProblemCode.CUTS_NEEDED: (
        N_("«%(question)s» es un número: para formar grupos hacen falta tramos."),
        N_("Diga desde dónde empieza cada tramo, por ejemplo %(question)s:18,30,45,60."),
    ),
    ProblemCode.CUTS_OF_NO_NUMBER: (
        N_("«%(question)s» no es un número, así que no se divide en tramos."),
        N_("Quite los dos puntos y lo que sigue."),
    ),
    ProblemCode.TOO_MANY_GROUPS: (
        N_("«%(question)s» forma %(count)s grupos, y se comparan hasta %(limit)s."),
        N_("Elija otra cosa para comparar, o filtre antes."),
    ),
    ProblemCode.SAME_TWICE: (
        N_("«%(question)s» no se puede cruzar consigo misma."),
        N_("Elija dos preguntas distintas."),
    ),
    ProblemCode.ROW_AND_COLUMN: (
        N_("Para cruzar hacen falta dos preguntas: una en las filas y otra en las columnas."),
        N_("Elija ambas."),
    ),
    ProblemCode.GROUPS_NEEDED: (
        N_("Para comparar hacen falta una pregunta y algo que forme grupos."),
        N_("Elija ambas cosas."),
    ),
    ProblemCode.NO_SUCH_WAVE: (
        N_("No hay una ola «%(wave)s» de esta encuesta."),
        N_("Elija una de estas: %(known)s."),
    ),
}
