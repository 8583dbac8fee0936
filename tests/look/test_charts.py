"""Pictures and sentences say what the figures allow, and nothing else."""

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import altair
import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from flask_babel import Babel

from app.reports import charts, sheet, words
from app.reports.charts import comparison_chart, measure_chart

from .figures import ANES, PLAN, all_in, of
from .test_tokens import contrast

GIVEN = {
    "title": "Casi un tercio",
    "subtitle": "¿Dónde se ubica usted?",
    "source": "Fuente: anes-1996",
    "lang": "es",
    "simulated": False,
}
SVG = "{http://www.w3.org/2000/svg}"


def words_of(svg: str) -> list[str]:
    """The words of a picture; refuses one that isn't well-formed or that needs anything else."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own picture, made a line before
    addresses = re.findall(r"https?://[^\"'\s)]+", svg)
    assert set(addresses) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    return [(one.text or "").replace("\u00a0", " ") for one in root.iter(f"{SVG}text")]


def census(**more: object) -> list[dict[str, object]]:
    return of(PLAN, selection="census", population=45, **more)


def only(statistic: str, counts: dict[int, int], **more: object) -> dict[str, object]:
    return next(one for one in of(counts, **more) if one["statistic"] == statistic)


# Words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "value", "said"),
    [
        ("es", 0.853, "85,3\u00a0%"),
        ("es", 0.0, "0,0\u00a0%"),
        ("en", 0.853, "85.3%"),
        ("ay", 0.853, "85,3\u00a0%"),
        ("not a language", 0.5, "50,0\u00a0%"),
    ],
)
def test_percentages(lang: str, value: float, said: str) -> None:
    assert words.percent(value, lang) == said


def test_numbers() -> None:
    assert words.number(1234, "es") == "1.234"
    assert words.number(1234567.25, "es", digits=1) == "1.234.567,2"
    assert words.number(1234, "en") == "1,234"


def test_a_protected_figure_isnt_said() -> None:
    hidden = only("satisfied", all_in(7, 3)) | {"flags": ["suppressed:small_cell"]}
    assert "100" not in words.value_text(hidden, "es")


def test_the_words_come_from_the_readers_catalogue(tmp_path: Path) -> None:
    catalogue = Catalog(locale="en")
    catalogue.add("Insatisfechas", "Dissatisfied")
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    app = Flask("words")
    Babel(app, default_translation_directories=str(tmp_path), default_locale="es")
    with app.app_context():
        drawn = words_of(measure_chart(of(ANES), **GIVEN | {"lang": "en"}))
        assert "Dissatisfied" in drawn
        assert "54.4% (51.3 a 57.6)" in drawn
        assert "Insatisfechas" in words_of(measure_chart(of(ANES), **GIVEN))


# Pictures -----------------------------------------------------------------------------------------


def test_a_measure_shows_distribution_and_figures() -> None:
    drawn = words_of(measure_chart(of(ANES), **GIVEN))
    assert {"Casi un tercio", "1", "2", "3", "4", "5", "6", "7"} <= set(drawn)
    assert {"Satisfechas", "29,3 % (26,5 a 32,3)", "54,4 % (51,3 a 57,6)"} <= set(drawn)
    assert {"0 %", "50 %", "100 %", "24 %", "Fuente: anes-1996"} <= set(drawn)


def test_a_census_shows_first_what_assumes_nothing() -> None:
    drawn = words_of(measure_chart(census(), **GIVEN))
    figures = [one for one in drawn if re.match(r"\d+,\d %", one)]
    assert figures == ["44,4 %", "44,4 % a 75,6 %", "64,5 % (53,3 a 73,3)", "22,6 % (15,6 a 33,3)"]


def test_an_open_link_shows_no_interval() -> None:
    drawn = words_of(measure_chart(of(ANES, selection="open"), **GIVEN))
    assert "29,3 %, sin intervalo" in drawn


@pytest.fixture
def drawing(monkeypatch: pytest.MonkeyPatch) -> Callable[..., sheet.Sheet]:
    """Draws a measure and gives the sheet instead of its picture."""

    def draw(figures: list[dict[str, object]]) -> sheet.Sheet:
        seen: list[str] = []
        monkeypatch.setattr(charts, "_svg", lambda drawn: seen.append(drawn) or "<svg></svg>")
        measure_chart(figures, **GIVEN)
        return sheet.Sheet.from_json(seen[0])

    return draw


@pytest.mark.parametrize(
    ("figures", "shape", "hollow"),
    [(of(ANES), "circle", False), (of(all_in(2, 12)), "circle", True), (census(), "square", False)],
)
def test_the_point_says_what_the_figure_is(
    figures: list[dict[str, object]],
    shape: str,
    hollow: bool,
    drawing: Callable[..., sheet.Sheet],
) -> None:
    marks = drawing(figures).points
    found = {(mark["shape"], mark["fill"] == sheet.PAPER) for mark in marks}
    assert found == {(shape, hollow)}


def test_the_interval_lies_where_its_figure_says(drawing: Callable[..., sheet.Sheet]) -> None:
    drawn, figure = drawing(of(ANES)), only("satisfied", ANES)
    thick = next(line for line in drawn.lines if line["width"] == 5)
    assert (thick["x"], thick["x2"]) == (figure["low"], figure["high"])
    assert drawn.points[0]["x"] == figure["value"]
    assert drawn.boxes[0]["x"] == 0
    assert drawn.boxes[-1]["x2"] == pytest.approx(1)


def test_the_specification_is_vega_lites(drawing: Callable[..., sheet.Sheet]) -> None:
    """`Sheet.spec` leaves the check out, for speed."""
    altair.LayerChart.from_dict(drawing(census()).spec())


def test_nobody_answered() -> None:
    drawn = words_of(measure_chart(of(all_in(7, 0)), **GIVEN))
    assert "Todavía no hay respuestas." in drawn
    assert not [one for one in drawn if "%" in one]


def test_simulated_is_written_on_the_picture() -> None:
    def marked(simulated: bool) -> bool:
        drawn = words_of(measure_chart(of(ANES), **GIVEN | {"simulated": simulated}))
        return any(one.startswith("SIMULADO") for one in drawn)

    assert marked(True)
    assert not marked(False)


def test_hostile_words_stay_words() -> None:
    hostile = '</title><script>"&'
    svg = measure_chart(of(ANES), **GIVEN | {"title": hostile, "source": hostile})
    assert words_of(svg).count(hostile) == 2
    assert "<script" not in svg


def test_the_thresholds_are_worked_out_or_given() -> None:
    categories = [one for one in of(ANES) if one["statistic"] == "category"]
    low, top = {1, 2, 3, 4}, {6, 7}
    assert charts._reaching(categories[::-1], only("satisfied", ANES)) == [7, 6]
    assert charts._reaching(categories, only("dissatisfied", ANES)) == [1, 2, 3, 4]
    colours = charts._colours([one["category"] for one in categories], low, top)
    assert (colours[0], colours[4], colours[-1]) == ("#8c510a", "#d9d9d9", "#01665e")
    assert len(set(colours)) == 7


def test_words_on_the_bar_are_readable() -> None:
    ends = (charts.LOW_END, charts.HIGH_END)
    for colour in {charts._mix(end, step / 20) for end in ends for step in range(21)}:
        assert contrast(charts._readable(colour), colour) >= 4.5


def test_words_beside_the_bar_are_readable_in_both_schemes() -> None:
    for colour in (sheet.INK, sheet.MUTED, sheet.ACCENT):
        assert contrast(colour, sheet.PAPER) >= 4.5
        assert contrast(sheet.DARK[colour], sheet.DARK[sheet.PAPER]) >= 4.5
    for colour in (charts.AGAINST, charts.IN_FAVOUR):
        assert contrast(colour, sheet.PAPER) >= 3
        assert contrast(sheet.DARK[colour], sheet.DARK[sheet.PAPER]) >= 3


def test_a_choice_with_long_names_gets_a_key() -> None:
    counts = {"si": 20, "a_veces": 15, "no": 9}
    figures = of(counts, satisfied=("si",), dissatisfied=("no",))
    long = "Sí, siempre que lo necesitamos y con buen trato de todo el equipo"
    svg = measure_chart(figures, satisfied=["si"], dissatisfied=["no"], words={"si": long}, **GIVEN)
    drawn = words_of(svg)
    assert {"no", "a_veces", "45,5 %", "34,1 %"} <= set(drawn)
    assert long in " ".join(drawn)


def territories(count: int) -> list[dict[str, object]]:
    return [
        only("satisfied", {**PLAN, 6: step % 29}, domain={"territory": f"t{step}"})
        for step in range(count)
    ]


def test_domains_are_sorted_and_the_whole_comes_first() -> None:
    rows = [*territories(12), only("satisfied", ANES)]
    rows[5] = rows[5] | {"flags": ["suppressed:small_cell"], "value": None, "low": None}
    drawn = words_of(comparison_chart(rows, names={"t11": "Caleta El Membrillo"}, **GIVEN))
    shown = [one for one in drawn if re.match(r"t\d+$|Caleta|En conjunto", one)]
    assert shown[:3] == ["En conjunto", "Caleta El Membrillo", "t10"]
    assert shown[-1] == "t5"
    assert "protegido" in drawn
    kept = words_of(comparison_chart(rows, keep_order=True, **GIVEN))
    assert [one for one in kept if re.match(r"t\d+$", one)][:3] == ["t0", "t1", "t2"]


def test_forty_long_names_stay_on_the_sheet() -> None:
    rows = territories(40)
    name = "Población Los Aromos y campamento Quebrada Honda, comuna de San José de la Mariquina"
    drawn = words_of(comparison_chart(rows, names={f"t{i}": name for i in range(40)}, **GIVEN))
    assert " ".join(drawn).count("Población Los Aromos") == 40
    assert max(map(len, drawn)) * sheet.BODY * sheet.LETTER <= sheet.WIDTH


def test_the_same_picture_is_drawn_once() -> None:
    charts._svg.cache_clear()
    first = measure_chart(of(ANES), **GIVEN)
    assert measure_chart(of(ANES), **GIVEN) == first
    assert charts._svg.cache_info().misses == 1
    assert charts._svg.cache_info().hits == 1
