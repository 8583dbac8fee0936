"""Pictures to look at, of every kind, with what is hard: python -m tests.look.drawings FOLDER.

Two and forty groups, long names, nobody and everybody satisfied, too few answers, none, protected.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from app import data
from app.reports import charts
from app.reports.charts import Axis, Heading, Picture, Place

from .figures import ANES, PLAN, all_in, of

HEADING: Heading = {
    "title": "Entre 44 y 76 de cada 100 organizaciones responden 6 o 7, opinen lo que opinen las "
    "que faltan",
    "subtitle": "¿Qué nota le pone al plan de su territorio?\u00a0· 31 de 45 organizaciones "
    "respondieron (68,9\u00a0%)\u00a0· Del 1 de enero al 4 de mayo de 2026",
    "source": "Fuente: recolección plan, versión 2026-1 (ab12cd34)",
    "lang": "es",
    "simulated": True,
}
SCALE: dict[str, Any] = {"satisfied": [6, 7], "dissatisfied": [1, 2, 3, 4]}
HIDDEN = {"flags": ["suppressed:small_cell"], "value": None, "low": None, "high": None}
NAMES = (
    "Población Los Aromos y campamento Quebrada Honda, sector alto",
    "Villa Esperanza",
    "Caleta El Membrillo",
    "Valle Chacabuco interior",
    "San José de la Mariquina",
)
ANCHORS = {"1": "Muy insatisfecha o insatisfecho", "7": "Muy satisfecha o satisfecho"}
Record = dict[str, Any]


def groups(count: int) -> list[tuple[str, list[Record]]]:
    """Groups by name: the first are everybody, nobody, none, protected, few; then all sorts."""
    hard = [of(all_in(7, 90)), of(all_in(1, 90)), of(all_in(7, 0))]
    hard += [[one | HIDDEN for one in of(PLAN)], of(all_in(5, 12))]
    rest = [of({**ANES, 6: (37 * step) % 900}) for step in range(max(0, count - len(hard)))]
    names = (f"{name} {step}" for step, name in enumerate(cycle(NAMES)))
    return list(zip(names, islice([*hard, *rest], count), strict=False))


def only(statistic: str, rows: list[tuple[str, list[Record]]]) -> list[tuple[str, Record]]:
    return [(name, next(one for one in figures if one["statistic"] == statistic))
            for name, figures in rows]  # fmt: skip


def _rates(count: int) -> Picture:
    found = [
        of(all_in(7, (7 * step) % 46), selection="census", population=45) for step in range(count)
    ]
    return charts.rates_chart(
        only("response_rate", list(zip(cycle(NAMES), found, strict=False))), **HEADING
    )


def _trend(count: int) -> Picture:
    figures: list[Record | None] = [one for _name, one in only("satisfied", groups(count))]
    if count > 2:
        figures[1] = None
    waves = [f"Ola {step}, primer semestre" for step in range(count)]
    return charts.trend_chart([(NAMES[0], figures), (NAMES[1], figures)], waves=waves, **HEADING)


def _map(count: int) -> Picture:
    comunas = islice(cycle(data.comunas()[::9]), count)
    found = [
        Place(name, comuna.code, one)
        for (name, one), comuna in zip(only("satisfied", groups(count)), comunas, strict=False)
    ]
    return charts.map_chart(found, **HEADING)


DRAWINGS: dict[str, Callable[[int], Picture]] = {
    "dots": lambda count: charts.dots_chart(only("satisfied", groups(count)), **HEADING),
    "net": lambda count: charts.dots_chart(
        only("net", groups(count)), axis=Axis.of_net(), **HEADING
    ),
    "mean": lambda count: charts.dots_chart(
        only("mean", groups(count)), axis=Axis.of_mean(1, 7), **HEADING
    ),
    "scales": lambda count: charts.diverging_chart(groups(count), **SCALE, **HEADING),
    "anchored": lambda count: charts.diverging_chart(
        groups(count), words=ANCHORS, **SCALE, **HEADING
    ),
    "rates": _rates,
    "trend": _trend,
    "map": _map,
}
COUNTS = (2, 40)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in DRAWINGS.items():
        for count in COUNTS:
            drawn = draw(count)
            (folder / f"{name}-{count}.svg").write_text(drawn.svg, encoding="utf-8")
            (folder / f"{name}-{count}.png").write_bytes(drawn.png)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/drawings"))
