"""The words for what to look at again in a definition, and for what changed between two."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext

from app.language import N_
from encuestas.changes import Change, ChangeCode, Effect
from encuestas.warnings import DefinitionWarning, WarningCode

WARNINGS: Mapping[WarningCode, str] = {
    WarningCode.NEVER_SHOWN: N_(
        "Nadie lo verá: «%(condition)s» no se cumple con ninguna respuesta posible."
        " Corrija la condición."
    ),
    WarningCode.NEVER_OFFERED: N_(
        "Con el filtro «%(condition)s» nunca se ofrecen estas alternativas: %(values)s."
        " Corrija el filtro, o bórrelas."
    ),
    WarningCode.UNUSED_LIST: N_("Ninguna pregunta usa la lista «%(name)s». Bórrela o úsela."),
    WarningCode.UNUSED_FILE: N_("Ninguna pregunta usa el archivo «%(name)s». Bórrelo o úselo."),
    WarningCode.MISSING_TRANSLATION: N_(
        "Falta el texto en: %(languages)s. Quien lea ese idioma lo verá en otro. Agréguelo."
    ),
    WarningCode.LONG_LABEL: N_(
        "La etiqueta en «%(language)s» tiene %(length)s signos; más de %(limit)s se leen mal en un"
        " teléfono. Acórtela o pase una parte a `hint`."
    ),
    WarningCode.DOUBLE_NEGATIVE: N_(
        "Hay una doble negación («%(words)s»): muchas personas entenderán lo contrario."
        " Escríbala sin negar."
    ),
    WarningCode.NEGATIVE_YES_NO: N_(
        "La pregunta niega y se responde «no»: no se sabrá qué quiso decir quien responde."
        " Pregunte sin negar."
    ),
    WarningCode.NO_CONSTRAINT_MESSAGE: N_(
        "Quien no cumpla `constraint` no sabrá qué corregir. Escríbalo en `constraint_message`."
    ),
    WarningCode.SCALE_WITHOUT_ANCHORS: N_(
        "No se dice qué significan estas notas: %(marks)s. Escríbalo en `anchors`."
    ),
    WarningCode.LONG_PAGE: N_(
        "La página tiene %(questions)s preguntas. Con más de %(limit)s cuesta terminarla en un"
        " teléfono. Divídala."
    ),
    WarningCode.NOTHING_TO_REQUIRE: N_(
        "`required` no hace nada aquí: en %(type)s nadie responde. Bórrelo."
    ),
    WarningCode.ASKED_LATER: N_(
        "«%(name)s» se pregunta después: hasta entonces cuenta como vacía. Cambie el orden."
    ),
    WarningCode.UNKNOWN_APPEARANCE: N_(
        "La apariencia «%(word)s» no cambia nada en %(type)s. Las que cambian algo: %(known)s."
    ),
}

EFFECTS: Mapping[Effect, str] = {
    Effect.NONE: N_("se comparan igual que antes"),
    Effect.WORDING: N_("se comparan con cautela: se leyó otra cosa"),
    Effect.LIMITS: N_("se comparan solo donde ambas permiten responder lo mismo"),
    Effect.BREAKS: N_("no se comparan"),
}

_OTHER = N_("%(key)s cambió de «%(old)s» a «%(new)s»")

CHANGES: Mapping[ChangeCode, str] = {
    ChangeCode.LANGUAGES_ADDED: N_("hay más idiomas: %(languages)s"),
    ChangeCode.LANGUAGES_REMOVED: N_("hay menos idiomas: ya no están %(languages)s"),
    ChangeCode.RESPONDENT_CHANGED: N_("responde otro: antes %(old)s, ahora %(new)s"),
    ChangeCode.FILE_CHANGED: N_("cambió el contenido del archivo"),
    ChangeCode.QUESTION_ADDED: N_("pregunta nueva, de tipo %(type)s"),
    ChangeCode.QUESTION_REMOVED: N_("la pregunta, de tipo %(type)s, ya no está"),
    ChangeCode.RENAMED: N_(
        "probablemente «%(old)s» con otro nombre: sus respuestas quedan en otra columna"
    ),
    ChangeCode.PAGE_CHANGED: N_("pasó de la página %(old)s a %(new)s"),
    ChangeCode.ORDER_CHANGED: N_("cambió el orden de: %(questions)s"),
    ChangeCode.REPEAT_CHANGED: N_("cambió de repetición: antes «%(old)s», ahora «%(new)s»"),
    ChangeCode.GROUP_KIND_CHANGED: N_("se presenta de otra manera: antes %(old)s, ahora %(new)s"),
    ChangeCode.TYPE_CHANGED: N_("cambió el tipo de %(old)s a %(new)s"),
    ChangeCode.WORDS_CHANGED: _OTHER,
    ChangeCode.WORDS_CORRECTED: N_("%(key)s: se corrigió la escritura (%(languages)s)"),
    ChangeCode.TRANSLATIONS_CHANGED: N_("%(key)s: cambiaron las traducciones (%(languages)s)"),
    ChangeCode.MEDIA_CHANGED: N_("%(key)s: hay otra imagen u otro sonido"),
    ChangeCode.CHOICES_ADDED: N_("hay más alternativas: %(values)s"),
    ChangeCode.CHOICES_REMOVED: N_("ya no están las alternativas: %(values)s"),
    ChangeCode.CHOICES_REORDERED: N_("las alternativas están en otro orden"),
    ChangeCode.MEANING_CHANGED: N_(
        "%(key)s ahora dice lo que antes decía otra: «%(old)s» pasó a «%(new)s»"
    ),
    ChangeCode.SPECIAL_ADDED: N_("hay más respuestas especiales: %(values)s"),
    ChangeCode.SPECIAL_REMOVED: N_("ya no están las respuestas especiales: %(values)s"),
    ChangeCode.SCALE_CHANGED: N_("la escala cambió de %(old)s a %(new)s"),
    ChangeCode.RULE_CHANGED: _OTHER,
    ChangeCode.MEASURE_ADDED: N_("medición nueva"),
    ChangeCode.MEASURE_REMOVED: N_("la medición ya no está"),
    ChangeCode.MEASURE_CHANGED: N_("en la medición, %(key)s cambió de «%(old)s» a «%(new)s»"),
}


def warning_text(warning: DefinitionWarning) -> str:
    """What to look at again, and what to do about it."""
    return gettext(WARNINGS[warning.code]) % _words(warning.context)


def change_text(change: Change) -> str:
    """What changed, without its effect."""
    words = _words(change.context)
    if "key" in words:
        words["key"] = f"`{words['key']}`"
    return gettext(CHANGES[change.code]) % words


def effect_text(effect: Effect) -> str:
    """What a change does to comparing the answers before and after it."""
    return gettext(EFFECTS[effect])


def _words(context: Mapping[str, object]) -> dict[str, str]:
    return {
        key: ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        for key, value in context.items()
    }
