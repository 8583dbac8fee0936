"""The words of a figure's record: value, interval, method and flags, and what each flag means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _

from analisis import Estimate, Flag
from app.reports.words import DIGITS, POINTS, number, percent, written

FLAG_KINDS = {
    "census": "ok",
    "reliable": "ok",
    "weakly_reliable": "warn",
    "not_reliable": "error",
    "self_selected": "warn",
    "assumes_random_nonresponse": "warn",
    "simulated": "warn",
}


def value_text(one: Estimate, lang: str) -> str:
    if one.value is None:
        return "–"
    return written(one.statistic, one.value, lang)


def interval_text(one: Estimate, lang: str) -> str:
    if one.low is None or one.high is None:
        return "–"
    if one.low == one.high:
        return _("sin margen")
    ends = (one.low, one.high)
    if one.statistic in POINTS:
        low, high = (number(100 * end, lang, digits=1) for end in ends)
        return _("entre %(low)s y %(high)s puntos", low=low, high=high)
    if one.statistic in DIGITS:
        low, high = (number(end, lang, digits=DIGITS[one.statistic]) for end in ends)
    else:
        low, high = (percent(end, lang) for end in ends)
    return _("entre %(low)s y %(high)s", low=low, high=high)


def method_words(method: str | None) -> str:
    """How an interval was made."""
    words = {
        "wilson": _("Wilson"),
        "clopper_pearson": _("Clopper–Pearson"),
        "jeffreys": _("Jeffreys"),
        "hypergeometric": _("exacto, lista finita (hipergeométrico)"),
        "bonett_price": _("Bonett–Price"),
        "mover_exact": _("a partir de los exactos (MOVER)"),
        "mover_wilson": _("a partir de los de Wilson (MOVER)"),
        "korn_graubard": _("Korn–Graubard"),
        "t": _("t de Student"),
    }
    return words.get(method, method) if method else "–"


def flag_words(flag: str) -> str:
    words = {
        "self_selected": _("respondió quien quiso"),
        "assumes_random_nonresponse": _("supone silencio al azar"),
        "simple_random_assumed": _("supone muestra aleatoria simple"),
        "census": _("respondió toda la lista"),
        "reliable": _("fiable"),
        "weakly_reliable": _("poco fiable"),
        "not_reliable": _("no fiable"),
        "simulated": _("simulado"),
    }
    words |= {
        "suppressed:small": _("protegido: son muy pocas respuestas"),
        "suppressed:complementary": _("protegido: dejaría ver otra cifra"),
    }
    if flag not in words and flag.startswith("suppressed"):
        return _("protegido")
    return words.get(flag, flag)


def flag_marks(flags: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(kind, words) of each flag, kinds as in the style sheet."""
    return tuple((FLAG_KINDS.get(flag, ""), flag_words(flag)) for flag in flags)


def flags_beside(one: Estimate) -> tuple[tuple[str, str], ...]:
    """`flag_marks` for a figure that stands alone: that all is simulated, its page says already."""
    return flag_marks(flag for flag in one.flags if flag != Flag.SIMULATED)


def flag_notes(estimates: Sequence[Estimate]) -> list[tuple[str, str]]:
    """What each flag among the figures means: (words, explanation)."""
    notes = {
        "self_selected": _(
            "No se eligió al azar a quienes respondieron: la cifra no vale para las demás personas."
        ),
        "assumes_random_nonresponse": _(
            "El intervalo vale solo si quienes no respondieron opinan como quienes sí."
        ),
        "simple_random_assumed": _(
            "El intervalo se calcula como si cada persona hubiera tenido la misma probabilidad de "
            "ser elegida, cada una por separado."
        ),
        "census": _("Opinó cada integrante de la lista: la cifra no tiene error de muestreo."),
        "reliable": _("Cumple el estándar del INE de Chile para proporciones."),
        "weakly_reliable": _("Según el estándar del INE de Chile, úsela con cuidado."),
        "not_reliable": _(
            "Según el estándar del INE de Chile hay muy pocas respuestas para confiar en la cifra."
        ),
        "simulated": _("Los datos son de una demostración: no describen a nadie."),
    }
    present = {flag for one in estimates for flag in one.flags}
    return [(flag_words(flag), text) for flag, text in notes.items() if flag in present]
