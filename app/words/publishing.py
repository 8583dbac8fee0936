"""The words of what stands in the way of giving results back, and of coding open answers."""

from __future__ import annotations

from collections.abc import Mapping

from app.errors import ProblemCode
from app.language import N_

PUBLISHING: Mapping[ProblemCode, tuple[str, str]] = {
    ProblemCode.CODES_OF_NOBODY: (
        N_("Ninguna respuesta a esta pregunta tiene el id «%(id)s»."),
        N_("No cambie la columna id del archivo que descargó, o descárguelo de nuevo."),
    ),
    ProblemCode.CODES_TWICE: (
        N_("La respuesta %(id)s está dos veces."),
        N_("Deje una sola fila. Si lleva varios códigos, sepárelos con punto y coma."),
    ),
    ProblemCode.CODES_TOO_MANY: (
        N_("Son demasiados códigos para una respuesta."),
        N_("Caben hasta %(most)s."),
    ),
    ProblemCode.CODES_TOO_MANY_KINDS: (
        N_("Son demasiados códigos distintos."),
        N_("Caben hasta %(most)s por pregunta. Una los que digan lo mismo."),
    ),
    ProblemCode.CODE_TOO_LONG: (
        N_("El código «%(name)s…» es muy largo."),
        N_("Puede tener hasta %(most)s letras."),
    ),
    ProblemCode.RESULTS_NOT_PUBLISHED: (
        N_("Los resultados de esta encuesta no se han publicado"),
        N_("Cuando se publiquen, estarán en esta misma dirección."),
    ),
    ProblemCode.RESULTS_WITHDRAWN: (
        N_("Estos resultados ya no están publicados"),
        N_("El equipo los retiró. Si los necesita, pregúntele a quien hizo la encuesta."),
    ),
    ProblemCode.PUBLISH_AT_CLOSING: (
        N_("Los resultados se publican después del cierre"),
        N_("Cierre primero la recolección: antes, cada respuesta nueva se notaría en las cifras."),
    ),
    ProblemCode.PUBLISH_TOO_FEW: (
        N_("Hay muy pocas respuestas para publicar"),
        N_("Se necesitan al menos %(least)s, para que no se sepa qué respondió cada cual."),
    ),
    ProblemCode.PUBLISH_ALL_HIDDEN: (
        N_("Ninguna cifra se puede mostrar sin dejar ver qué respondió cada cual"),
        N_(
            "Elija menos separaciones, u otras mediciones. Si son pocas organizaciones, cuénteles "
            "los resultados en una reunión, con su acuerdo."
        ),
    ),
    ProblemCode.PUBLISH_CHANGED: (
        N_("La propuesta ya no es la de estas respuestas"),
        N_(
            "Desde que se preparó cambiaron las respuestas, o se publicó otra. Prepárela de nuevo "
            "y mírela antes de publicar."
        ),
    ),
    ProblemCode.PUBLISH_TOO_SOON: (
        N_("Todavía no se puede publicar de nuevo"),
        N_(
            "Desde la última publicación hay %(new)s respuestas nuevas y se necesitan al menos "
            "%(least)s: con menos, comparar las dos mostraría lo que respondieron esas personas."
        ),
    ),
    ProblemCode.PUBLISH_NOTHING: (
        N_("No hay nada que publicar"),
        N_("Elija al menos una medición."),
    ),
    ProblemCode.PUBLISH_WHO_AGREED: (
        N_("Diga quién estuvo de acuerdo"),
        N_("Escriba qué organizaciones aceptaron que se muestre, y cuándo. O quite la marca."),
    ),
    ProblemCode.PUBLISH_TOO_MUCH: (
        N_("Son demasiadas cifras para protegerlas todas juntas"),
        N_("Caben hasta %(most)s. Elija menos mediciones o menos preguntas."),
    ),
    ProblemCode.PUBLISH_OUTSIDE_DESIGN: (
        N_("Hay respuestas que no entran en el diseño de la muestra: %(count)s"),
        N_("Complételas o corrija el diseño antes de publicar."),
    ),
    ProblemCode.DESIGN_LIMITED: (
        N_("Su cuenta ve solo algunos territorios"),
        N_("El diseño es de toda la recolección: pídalo a quien ve todos los territorios."),
    ),
    ProblemCode.PUBLISH_LIMITED: (
        N_("Su cuenta ve solo algunos territorios"),
        N_("Los resultados se publican enteros: pídalo a quien ve todos los territorios."),
    ),
}
