"""What each format is for, on the page where responses are downloaded."""

from __future__ import annotations

from collections.abc import Mapping

from app.language import N_

FORMATS: Mapping[str, tuple[str, str]] = {
    "csv": ("CSV", N_("Para cualquier programa.")),
    "xlsx": (
        "Excel (XLSX)",
        N_("Planilla con libro de códigos, versiones y una hoja por grupo que se repite."),
    ),
    "json": ("JSON", N_("Las respuestas tal como se guardan.")),
    "parquet": ("Parquet", N_("Para programas, con tipos.")),
    "sav": ("SPSS", N_("Con textos; «no sabe» y parecidos son valores perdidos.")),
    "dta": ("Stata", N_("Con textos; «no sabe» y parecidos son .a, .b, .c…")),
    "r": ("R", N_("Un CSV y un programa que lo carga con textos, sin instalar nada.")),
    "ddi": ("DDI-Codebook 2.5", N_("Describe el estudio y las variables, sin ninguna respuesta.")),
}
