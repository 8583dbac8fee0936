"""What a spreadsheet of responses says about itself, in the language of whoever asked for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.config import TIME_ZONE
from app.models import Collection, Mode, Selection
from app.models.columns import utc_now
from app.services import collections
from encuestas.export.coded import Adjustment, Change
from encuestas.joining import Joined

_ZONE = ZoneInfo(TIME_ZONE)


def codebook_heading(languages: Sequence[str]) -> list[str]:
    return [
        _("variable"),
        _("hoja"),
        *(_("texto (%(lang)s)", lang=lang) for lang in languages),
        _("tipo"),
        _("código"),
        *(_("texto del código (%(lang)s)", lang=lang) for lang in languages),
        _("respuesta especial"),
        _("límites"),
        _("obligatoria"),
        _("se muestra si"),
        _("versiones"),
    ]


def special() -> str:
    return _("sí: no es una opinión y no cuenta en los porcentajes")


def conventions() -> Iterator[tuple[str, str]]:
    """How to read what is not a code."""
    yield _("(celda vacía)"), _("No se le mostró la pregunta, o la dejó en blanco.")
    yield (
        _("(variable/código)"),
        _("1: marcó esa respuesta; 0: no la marcó; vacía: no respondió, o su versión no la tenía."),
    )
    yield (
        _("(fecha y hora)"),
        _("La hora del reloj de quien respondió, sin su huso; el CSV trae también el huso."),
    )
    yield _("(grupo[])"), _("Cuántas veces se respondió el grupo que se repite.")
    yield _("(_grupo)"), _("Qué vez es, contando desde 1 dentro de su respuesta.")
    yield (
        _("(variable@versión)"),
        _("La misma pregunta en una versión donde significa otra cosa: no se puede comparar."),
    )


def of_metadata(name: str) -> str:
    return {
        "id": _("Clave de la respuesta en este archivo"),
        "instance_id": _("Identificador del envío, hecho por el teléfono"),
        "version": _("Versión de la encuesta que respondió"),
        "correction": _("Corrección del texto que leyó (0: sin correcciones)"),
        "channel": _("Por dónde llegó: web, paper, import, interview, api"),
        "language": _("Idioma en que respondió"),
        "territory": _("Código del territorio"),
        "organisation": _("Código de la organización"),
        "person_id": _("Clave de quien fue invitado, la misma en todas las olas"),
        "submitted_on": _("Día en que se envió"),
        "submitted_at": _("Momento en que se envió, hora de Chile continental"),
        "simulated": _("1: son datos de demostración y no describen a nadie"),
        "preview": _("1: prueba del equipo, que no se cuenta"),
        "over_quota": _("1: llegó cuando ya había suficientes de su cuota; se cuenta igual"),
        "state": _("Estado: submitted y accepted se cuentan; los demás no"),
    }[name]


def simulated() -> str:
    return _("SIMULADO: son datos de demostración y no describen a nadie.")


def some_territories(territories: Sequence[str] | None) -> str:
    """That a file has not everybody's answers; nothing where it has."""
    if territories is None:
        return ""
    return _("Solo estos territorios: %(codes)s.", codes=", ".join(territories))


def adjustment(each: Adjustment) -> str:
    """What a program's limits changed, in one line."""
    column, before, after = each.column, each.before, each.after
    return {
        Change.RENAMED: _("%(column)s se llama %(after)s", column=column, after=after),
        Change.LABEL_CUT: _("%(column)s: su texto se acortó", column=column),
        Change.VALUE_LABEL_CUT: _(
            "%(column)s: se acortó el texto de una respuesta: %(after)s", column=column, after=after
        ),
        Change.NUMBERED: _(
            "%(column)s: %(before)s es %(after)s", column=column, before=before, after=after
        ),
        Change.TEXT_CUT: _(
            "%(column)s: hay textos de hasta %(before)s bytes, cortados en %(after)s",
            column=column,
            before=before,
            after=after,
        ),
        Change.CELL_CUT: _(
            "%(column)s: hay textos de hasta %(before)s signos, cortados en %(after)s; el CSV los "
            "trae enteros",
            column=column,
            before=before,
            after=after,
        ),
        Change.DIGITS_KEPT: _(
            "%(column)s: números de más de %(after)s cifras quedan como texto (%(before)s celdas)",
            column=column,
            before=before,
            after=after,
        ),
        Change.DAY_KEPT: _(
            "%(column)s: fechas anteriores a %(after)s quedan como texto (%(before)s celdas)",
            column=column,
            before=before,
            after=after,
        ),
        Change.SHEET_RENAMED: _(
            "la hoja de %(column)s se llama %(after)s", column=column, after=after
        ),
    }[each.change]


def adjusted() -> str:
    return _("no cupo tal cual")


def versions_heading() -> list[str]:
    return [_("versión"), _("corrección"), _("huella de la estructura"), _("respuestas")]


def differences_heading() -> list[str]:
    return [
        _("desde la versión"),
        _("hasta la versión"),
        _("dónde"),
        _("cambio"),
        _("efecto al comparar"),
    ]


def about_heading() -> list[str]:
    return [_("dato"), _("valor")]


def about(
    collection: Collection,
    joined: Joined,
    *,
    lang: str,
    territories: Sequence[str] | None,
    responses: int,
    digest: str,
) -> Iterator[tuple[str, object]]:
    """Where the data come from, how they were gathered, and how to cite them."""
    survey = joined.newest
    title = survey.text(collection.texts.get("title") or survey.title, lang)
    now = utc_now()
    if collection.simulated:
        yield _("ATENCIÓN"), simulated()
    if limits := some_territories(territories):
        yield _("ATENCIÓN"), limits
    yield _("título"), title
    yield _("recolección"), collection.slug
    yield _("encuesta"), survey.id
    yield _("ola"), collection.wave
    yield _("plan"), collection.plan.code if collection.plan else ""
    yield _("modo"), _mode(collection)
    yield _("selección"), selection(collection)
    yield _("universo"), None if territories is not None else collections.population(collection)
    yield _("abre"), _local(collection.opens_at)
    yield _("cierra"), _local(collection.closes_at)
    yield _("exportado"), _local(now)
    yield _("respuestas"), responses
    yield _("huella de los datos (SHA-256)"), digest
    yield _("cómo citar"), _citation(collection, title, responses, now, digest)


def _citation(
    collection: Collection, title: str, responses: int, now: datetime, digest: str
) -> str:
    words = _(
        "%(title)s. Recolección «%(slug)s», %(count)s respuestas, datos al %(day)s, huella "
        "%(digest)s. Cabildo.",
        title=title,
        slug=collection.slug,
        count=responses,
        day=now.astimezone(_ZONE).date().isoformat(),
        digest=digest[:12],
    )
    return f"{words} {_('Datos simulados.')}" if collection.simulated else words


def _mode(collection: Collection) -> str:
    return {
        Mode.CONFIDENTIAL: _("confidencial"),
        Mode.ANONYMOUS: _("anónima"),
    }[Mode(collection.mode)]


def selection(collection: Collection) -> str:
    if collection.design is not None:
        return _("por sorteo, con un diseño declarado")
    return {
        Selection.PROBABILITY: _("por sorteo: el cálculo supone muestra aleatoria simple"),
        Selection.CENSUS: _("todos los de una lista; algunos no respondieron"),
        Selection.OPEN: _("abierta: respondió quien quiso; no representa a las demás personas"),
    }[Selection(collection.selection)]


def _local(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(_ZONE).replace(tzinfo=None)
