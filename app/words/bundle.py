"""What a reproducible bundle says of itself, in the language that is set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from encuestas import localized


def readme(about: Mapping[str, Any], *, responses: int) -> str:
    """The bundle's first page, as Markdown."""
    language = str(get_locale())[:2]
    title = localized(about["title"], language, "es")
    heading = _("Paquete reproducible: %(title)s", title=title)
    parts = [f"# {heading}", *_warnings(about)]
    parts += [
        _(
            "%(count)s respuestas de la recolección «%(slug)s». Con lo que hay aquí, cualquiera "
            "puede volver a calcular todas las cifras publicadas y comprobar que son las mismas.",
            count=responses,
            slug=about["collection"],
        ),
        "## " + _("Cómo se eligió a quienes respondieron"),
        str(about["chosen_how"].get(language) or about["chosen_how"]["es"]),
        "## " + _("Qué hay en cada archivo"),
        "\n".join(f"- `{name}`: {said}" for name, said in _files().items()),
        "## " + _("Cómo comprobar las cifras"),
        _checking(about),
        "## " + _("Qué programa lo hizo"),
        _(
            "%(name)s %(version)s, el %(made_at)s. Huella de los datos (SHA-256): %(digest)s.",
            **about["software"],
            made_at=about["made_at"],
            digest=about["data_sha256"],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _warnings(about: Mapping[str, Any]) -> list[str]:
    found = []
    if about["simulated"]:
        found.append(_("SIMULADO: son datos de demostración y no describen a nadie."))
    if about["of_some_territories"] is not None:
        codes = ", ".join(about["of_some_territories"])
        found.append(_("Solo estos territorios: %(codes)s.", codes=codes))
    return [f"**{text}**" for text in found]


def _files() -> dict[str, str]:
    return {
        "data/responses.csv": _(
            "las respuestas que cuentan, una por fila, con códigos. Lo que se sabe de cada una "
            "está en columnas que empiezan con «_»."
        ),
        "data/responses.parquet": _("las mismas respuestas, con tipos, para programas."),
        "data/shown.csv": _(
            "si a cada quien se le mostró cada pregunta que se mide (1) o no (0): una celda vacía "
            "puede ser una pregunta que no le tocaba o una que dejó en blanco."
        ),
        "codebook.csv, codebook.json": _("qué significa cada columna y cada código."),
        "design.json, design.R": _(
            "el diseño de la muestra tal como se declaró, y qué se mide en cada pregunta."
        ),
        "figures.json, figures.csv": _(
            "todas las cifras, con su intervalo, su base y sus avisos. Aquí no se oculta ninguna: "
            "con las respuestas se calculan todas. Las páginas no muestran las de grupos de pocas "
            "respuestas."
        ),
        "recompute.R": _("vuelve a calcularlas en R con el paquete survey, y compara."),
        "recompute.py": _("vuelve a calcularlas en Python con la biblioteca analisis, y compara."),
        "SHA256SUMS": _("la huella de cada archivo."),
    }


def _checking(about: Mapping[str, Any]) -> str:
    steps = [
        ("sha256sum -c SHA256SUMS", _("ningún archivo cambió")),
        ("Rscript recompute.R", _("necesita R 4.0 o posterior, y survey 4.1 o posterior")),
        (
            "PYTHONPATH=.../cabildo python recompute.py",
            _(
                "necesita Python 3.11, numpy y scipy, y una copia de Cabildo %(version)s",
                version=about["software"]["version"],
            ),
        ),
    ]
    lines = "\n".join(f"    {command}    # {said}" for command, said in steps)
    told = _(
        "Cada programa dice cuántas cifras comparó, nombra las que difieren y termina con un "
        "código distinto de 0 si hay alguna. Las tolerancias, con su razón, están escritas al "
        "comienzo de cada programa."
    )
    return f"{lines}\n\n{told}"
