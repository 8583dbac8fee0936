"""Each statistic in two sentences, and the page that says how it is computed.

Spanish is written here; the pages of methods are in docs/methods.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from app.language import N_


@dataclass(frozen=True, slots=True)
class Help:
    """What a figure or word means. ``method``: the page of docs/methods, without its ending."""

    term: str
    name: str
    text: str
    method: str


_HELP: Mapping[str, tuple[str, str, str]] = {
    "response_rate": (
        N_("Tasa de respuesta"),
        N_(
            "Cuántas respondieron, de todas las que había que preguntar. Mientras más baja, más "
            "pueden cambiar las cifras con quienes faltan."
        ),
        "response-rates",
    ),
    "strict": (
        N_("Cifra estricta"),
        N_(
            "La parte de toda la lista que dijo que sí; quien no respondió o no opinó cuenta como "
            "que no. No supone nada de quienes faltan, por eso no lleva intervalo."
        ),
        "list-figures",
    ),
    "bounds": (
        N_("Lo menos y lo más que puede ser"),
        N_(
            "La cifra si todas las que faltan hubieran dicho que no, y si todas hubieran dicho que "
            "sí. La verdadera está entre las dos, pase lo que pase."
        ),
        "list-figures",
    ),
    "satisfied": (
        N_("Porcentaje"),
        N_(
            "De quienes opinaron, cuántos de cada cien dieron esas respuestas. No sabe y no "
            "responde se cuentan aparte, porque no son una opinión."
        ),
        "selection",
    ),
    "net": (
        N_("Satisfacción neta"),
        N_(
            "El porcentaje satisfecho menos el insatisfecho, en puntos: de −100 a 100. Es positiva "
            "cuando hay más personas satisfechas que insatisfechas."
        ),
        "net",
    ),
    "mean": (
        N_("Promedio"),
        N_(
            "La suma de las notas, dividida por cuántas hay. Dos grupos muy distintos pueden tener "
            "el mismo promedio: mire también cuántas dieron cada nota."
        ),
        "mean",
    ),
    "interval": (
        N_("Intervalo"),
        N_(
            "Los valores compatibles con lo respondido: si se repitiera el estudio muchas veces, "
            "95 de cada 100 intervalos contendrían el verdadero. Mientras más ancho, menos se sabe."
        ),
        "coverage",
    ),
    "base": (
        N_("Opiniones y base"),
        N_(
            "Base son quienes vieron la pregunta y enviaron su respuesta. Opiniones son quienes "
            "además eligieron una de sus alternativas: sobre ellas se calculan los porcentajes."
        ),
        "selection",
    ),
    "reliability": (
        N_("Fiabilidad"),
        N_(
            "Si la muestra alcanza para publicar la cifra, según el estándar del INE de Chile. "
            "Poco fiable se usa con cuidado; no fiable no se usa."
        ),
        "reliability-ine",
    ),
    "suppressed": (
        N_("Protegido"),
        N_(
            "Una cuenta tan pequeña que dejaría ver qué respondió alguien, o que permitiría "
            "calcular otra así. No se muestra, ni aquí ni en las descargas."
        ),
        "suppression",
    ),
    "design": (
        N_("Diseño de la muestra"),
        N_(
            "Cómo se sorteó a quiénes preguntar: estratos, conglomerados, pesos. El margen de cada "
            "cifra lo toma en cuenta."
        ),
        "design",
    ),
    "deff": (
        N_("Efecto de diseño"),
        N_(
            "Cuántas veces más varía la cifra que si se hubiera sorteado persona por persona. Con "
            "2, mil respuestas valen como quinientas."
        ),
        "design-shares",
    ),
    "difference": (
        N_("Diferencia"),
        N_(
            "Una cifra menos la otra, con su propio intervalo. Si el intervalo incluye el cero, no "
            "se puede afirmar que haya diferencia."
        ),
        "difference",
    ),
    "p_value": (
        N_("Valor p"),
        N_(
            "Con qué frecuencia se vería una diferencia así o mayor, si en verdad no hubiera "
            "ninguna. No dice cuán grande ni cuán importante es: eso lo dice la diferencia."
        ),
        "difference",
    ),
    "adjusted": (
        N_("Valor p ajustado"),
        N_(
            "Quien compara muchas veces encuentra diferencias por azar. El ajuste (Holm, o "
            "Benjamini y Hochberg) lo toma en cuenta según cuántas comparaciones se hicieron."
        ),
        "adjust-p",
    ),
    "crosstab": (
        N_("Cruce de dos preguntas"),
        N_(
            "Cuántas dieron cada par de respuestas, y si las dos tienen que ver. La prueba toma en "
            "cuenta el diseño de la muestra."
        ),
        "crosstab",
    ),
    "change_rate": (
        N_("Variación"),
        N_(
            "Cuánto cambió respecto del año base, en porcentaje de lo que había. Si en el año base "
            "no había nada, no se puede calcular."
        ),
        "change-rate",
    ),
    "quantile": (
        N_("Mediana y cuantiles"),
        N_(
            "El valor que deja por debajo a una parte dada de las personas; la mediana, a la "
            "mitad. Unos pocos valores muy altos no la mueven."
        ),
        "quantile",
    ),
    "mean_position": (
        N_("Lugar promedio"),
        N_(
            "En qué lugar quedó cada alternativa, en promedio, entre quienes las ordenaron. El 1 "
            "es el primero: mientras más bajo, más arriba."
        ),
        "mean",
    ),
    "weights": (
        N_("Pesos"),
        N_(
            "A cuántas personas del universo representa cada respuesta. Corrigen que unas personas "
            "tuvieran más posibilidades de ser elegidas que otras."
        ),
        "poststratification",
    ),
    "census": (
        N_("Toda una lista conocida"),
        N_(
            "Se preguntó a todas, y no hay sorteo: la duda viene solo de quienes no respondieron. "
            "El intervalo vale si opinan como las que sí."
        ),
        "hypergeometric",
    ),
    "self_selected": (
        N_("Respondió quien quiso"),
        N_(
            "Nadie fue elegido al azar, así que la cifra habla solo de quienes respondieron. No se "
            "puede dar un margen para las demás personas."
        ),
        "selection",
    ),
    "small_area": (
        N_("Territorios con pocas respuestas"),
        N_(
            "La cifra de un territorio pequeño, apoyada en los que se le parecen. Gana precisión a "
            "cambio de suponer que el parecido vale."
        ),
        "small-area",
    ),
    "error": (
        N_("Error de la muestra"),
        N_(
            "Cuánto puede alejarse la cifra de la verdadera, hacia cada lado, en el peor caso. "
            "Baja con más respuestas, cada vez más despacio: para la mitad se necesitan cuatro "
            "veces más."
        ),
        "sample-size",
    ),
}
TERMS = frozenset(_HELP)
_NEAR: Mapping[str, tuple[str, ...]] = {
    "interval": (
        "wilson", "wilson-cc", "wilson-fpc", "clopper-pearson", "jeffreys", "mid-p", "wald",
        "agresti-coull", "optimal", "korn-graubard", "standard-error", "replicates",
    ),
    "net": ("net-finite", "design-net", "tango"),
    "difference": (
        "difference-finite", "difference-score", "agresti-caffo", "paired-difference", "ratio",
        "design-differences",
    ),
    "reliability": ("reliability-cepal", "reliability-nchs"),
    "weights": ("raking", "calibration", "weighting-classes"),
    "error": ("allocation", "drawing"),
    "design": ("design-file", "from-r-survey"),
}  # fmt: skip
"""Pages of methods that a term is about without leading to them."""
_SAME = {
    "category": "satisfied", "dissatisfied": "satisfied", "first_place": "satisfied",
    "reliable": "reliability", "weakly_reliable": "reliability", "not_reliable": "reliability",
    "simple_random_assumed": "design", "assumes_random_nonresponse": "census",
}  # fmt: skip
"""Statistics and flags that another term explains."""


def help_on(term: str) -> Help | None:
    """What is said of a statistic, a flag or a word; None where nothing is."""
    name = _SAME.get(str(term), str(term))
    if name not in _HELP:
        return None
    title, text, method = _HELP[name]
    return Help(name, _(title), _(text), method)


def helps(terms: Iterable[str]) -> list[Help]:
    """What is said of each, once, in their order."""
    found = {one.term: one for term in terms if (one := help_on(term))}
    return list(found.values())


def near(method: str) -> list[Help]:
    """The term that a page of methods is about, where none leads to it."""
    return [one for term, pages in _NEAR.items() if method in pages and (one := help_on(term))]


def of_method(method: str) -> list[Help]:
    """The terms that lead to a page of methods."""
    return [one for term in _HELP if (one := help_on(term)) and one.method == method]
