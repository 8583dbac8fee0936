"""Pictures and sentences say what the figures allow, and nothing else."""

import re
from pathlib import Path
from xml.etree import ElementTree

import altair
import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from flask_babel import Babel

from app import data
from app.reports import sheet, words
from app.reports.charts import (
    Axis,
    Picture,
    Place,
    choices_chart,
    comparison_chart,
    diverging_chart,
    dots_chart,
    map_chart,
    measure_chart,
    rates_chart,
    trend_chart,
)
from app.reports.charts import colours as charts_colours
from app.reports.charts import measure as measure_module
from app.reports.charts import picture as picture_module
from app.reports.charts.tiles import class_of

from .drawings import COUNTS, DRAWINGS
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


def words_of(drawn: Picture) -> list[str]:
    """The words of a picture; refuses one that isn't well-formed or that needs anything else."""
    svg = drawn.svg
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


def drawing(figures: list[dict[str, object]]) -> sheet.Sheet:
    """Draws a measure and gives the sheet instead of its picture."""
    return sheet.Sheet.from_json(measure_chart(figures, **GIVEN).drawing)


@pytest.mark.parametrize(
    ("figures", "shape", "hollow"),
    [(of(ANES), "circle", False), (of(all_in(2, 12)), "circle", True), (census(), "square", False)],
)
def test_the_point_says_what_the_figure_is(
    figures: list[dict[str, object]],
    shape: str,
    hollow: bool,
) -> None:
    marks = drawing(figures).points
    found = {(mark["shape"], mark["fill"] == sheet.PAPER) for mark in marks}
    assert found == {(shape, hollow)}


def test_the_interval_lies_where_its_figure_says() -> None:
    drawn, figure = drawing(of(ANES)), only("satisfied", ANES)
    thick = next(line for line in drawn.lines if line["width"] == 5)
    assert (thick["x"], thick["x2"]) == (figure["low"], figure["high"])
    assert drawn.points[0]["x"] == figure["value"]
    assert drawn.boxes[0]["x"] == 0
    assert drawn.boxes[-1]["x2"] == pytest.approx(1)


def test_the_specification_is_vega_lites() -> None:
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
    drawn = measure_chart(of(ANES), **GIVEN | {"title": hostile, "source": hostile})
    assert words_of(drawn).count(hostile) == 2
    assert "<script" not in drawn.svg


def test_the_thresholds_are_worked_out_or_given() -> None:
    categories = [one for one in of(ANES) if one["statistic"] == "category"]
    low, top = {1, 2, 3, 4}, {6, 7}
    assert measure_module.reaching(categories[::-1], only("satisfied", ANES)) == [7, 6]
    assert measure_module.reaching(categories, only("dissatisfied", ANES)) == [1, 2, 3, 4]
    colours = charts_colours.spread([one["category"] for one in categories], low, top)
    assert (colours[0], colours[4], colours[-1]) == ("#8c510a", "#d9d9d9", "#01665e")
    assert len(set(colours)) == 7


def test_words_on_the_bar_are_readable() -> None:
    ends = (charts_colours.LOW_END, charts_colours.HIGH_END)
    for colour in {charts_colours.mix(end, step / 20) for end in ends for step in range(21)}:
        assert contrast(charts_colours.readable(colour), colour) >= 4.5


def test_words_beside_the_bar_are_readable_in_both_schemes() -> None:
    for colour in (sheet.INK, sheet.MUTED, sheet.ACCENT):
        assert contrast(colour, sheet.PAPER) >= 4.5
        assert contrast(sheet.DARK[colour], sheet.DARK[sheet.PAPER]) >= 4.5
    for colour in (charts_colours.AGAINST, charts_colours.IN_FAVOUR):
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
    picture_module.svg_of.cache_clear()
    first = measure_chart(of(ANES), **GIVEN).svg
    assert measure_chart(of(ANES), **GIVEN).svg == first
    assert picture_module.svg_of.cache_info().misses == 1
    assert picture_module.svg_of.cache_info().hits == 1


# Other kinds --------------------------------------------------------------------------------------

HIDDEN = {"flags": ["suppressed:small_cell"], "value": None, "low": None, "high": None}
THRESHOLDS = {"satisfied": [6, 7], "dissatisfied": [1, 2, 3, 4]}
LONG = "Población Los Aromos y campamento Quebrada Honda, comuna de San José de la Mariquina"


def hidden(figures: list[dict[str, object]]) -> list[dict[str, object]]:
    return [one | HIDDEN for one in figures]


def on_the_sheet(drawn: Picture) -> None:
    """Nothing is drawn beyond the sheet, and words end where it ends."""
    marks = sheet.Sheet.from_json(drawn.drawing)
    for mark in (*marks.boxes, *marks.lines, *marks.points, *marks.behind):
        across = [mark["x"], mark.get("x2", mark["x"])]
        assert min(across) >= -0.001
        assert max(across) <= 1.001
        assert min(mark["y"], mark.get("y2", mark["y"])) >= 0
    for text in marks.texts:
        width = sheet.Sheet.width_of(text["text"], text["style"]["fontSize"])
        start = {"left": 0, "center": width / 2, "right": width}[text["style"]["align"]]
        assert text["x"] - start >= -0.04, text
        assert text["x"] - start + width <= 1.04, text


@pytest.mark.parametrize("count", [2, 40])
def test_scales_stand_around_their_middle(count: int) -> None:
    rows = [(f"{LONG} {step}", of({**PLAN, 6: step % 29})) for step in range(count)]
    rows[0] = (rows[0][0], of(all_in(7, 90)))
    rows[1] = (rows[1][0], of(all_in(1, 90)))
    drawn = diverging_chart(rows, **THRESHOLDS, **GIVEN)
    on_the_sheet(drawn)
    bars = [b for b in sheet.Sheet.from_json(drawn.drawing).boxes if b["y2"] - b["y"] == 26]
    assert (bars[0]["x"], bars[0]["x2"], bars[0]["colour"]) == (0.5, 1, "#01665e")
    assert (bars[1]["x"], bars[1]["x2"], bars[1]["colour"]) == (0, 0.5, "#8c510a")
    assert len(drawn.table) == 1 + 7 * count
    assert "100,0 % (95,9 a 100,0)" in words_of(drawn)


def test_a_scale_with_a_protected_answer_is_not_drawn() -> None:
    """The others would tell it: together they are 100 %."""
    one_hidden = of(PLAN)
    one_hidden[0] = one_hidden[0] | HIDDEN
    assert one_hidden[0]["statistic"] == "category"
    rows = [("Todas", of(ANES)), ("Pocas", one_hidden), ("Nadie", of(all_in(7, 0)))]
    drawn = diverging_chart(rows, **THRESHOLDS, **GIVEN)
    said = words_of(drawn)
    assert {"protegido", "sin respuestas"} <= set(said)
    assert not [row for row in drawn.table if row[0].startswith("Pocas") and "%" in row[1]]


def test_a_scale_without_thresholds_has_two_halves() -> None:
    figures = [one for one in of(ANES) if one["statistic"] == "category"]
    drawn = diverging_chart([("Todas", figures)], **GIVEN)
    colours = [box["colour"] for box in sheet.Sheet.from_json(drawn.drawing).boxes][:7]
    assert (colours[0], colours[3], colours[6]) == ("#8c510a", "#d9d9d9", "#01665e")
    assert "944 opiniones" in words_of(drawn)


def test_a_trend_breaks_where_nothing_is_known() -> None:
    one, few = only("satisfied", ANES), only("satisfied", all_in(2, 12))
    waves = ["Primera ola 2021", "Segunda ola", "2023", "2024", "Segundo semestre de 2025"]
    figures = [one, None, few, one | HIDDEN, one]
    drawn = trend_chart([("En conjunto", figures)], waves=waves, **GIVEN)
    on_the_sheet(drawn)
    said = words_of(drawn)
    assert {"no fiable", "protegido"} <= set(said)
    assert "29 %" in said
    marks = sheet.Sheet.from_json(drawn.drawing)
    assert [point["fill"] == sheet.PAPER for point in marks.points] == [False, True, False]
    assert not [line for line in marks.behind if line["y"] != line["y2"]], "no line across a gap"
    assert {"Segundo", "semestre"} <= set(said)
    waves[1] = "Reencuestados"
    numbered = trend_chart([("", figures)], waves=waves, **GIVEN)
    assert "2  Reencuestados" in words_of(numbered)
    # Neighbours that would touch are numbered too, and so is a word that has no room.
    waves = [f"Ola {step}, primer semestre" for step in range(5)]
    beside = words_of(trend_chart([("", [one, None, None, few, one])], waves=waves, **GIVEN))
    assert "5  Ola 4, primer semestre" in beside
    assert beside.count("datos") == 2
    assert "respuestas" not in beside


def test_no_figure_stands_on_the_line_in_the_middle() -> None:
    rows = [
        ("Casi todas", of({**dict.fromkeys(range(1, 8), 0), 4: 10, 5: 80, 6: 10})),
        ("Algunas", of(ANES)),
    ]
    drawn = diverging_chart(rows, satisfied=[6, 7], dissatisfied=[1, 2, 3, 4], **GIVEN)
    marks = sheet.Sheet.from_json(drawn.drawing)
    (middle,) = {line["x"] for line in marks.lines if line["x"] == line["x2"]}
    centred = [text for text in marks.texts if text["style"]["align"] == "center"]
    shares = [text for text in centred if text["text"].endswith("%")]
    assert shares
    for text in shares:
        half = sheet.Sheet.width_of(text["text"], sheet.SMALL) / 2
        assert abs(text["x"] - middle) > half, text["text"]


@pytest.mark.parametrize("count", [2, 14, 40])
def test_many_waves_stay_on_the_sheet(count: int) -> None:
    years = [str(1990 + step) for step in range(count)]
    figures = [only("satisfied", {**ANES, 6: 40 * step}) for step in range(count)]
    drawn = trend_chart([("", figures)], waves=years, **GIVEN)
    on_the_sheet(drawn)
    assert years[-1] in words_of(drawn)
    assert [row[0] for row in drawn.table[1:]] == years


def test_rates_begin_where_there_is_most_to_do() -> None:
    def rate(answered: int) -> dict[str, object]:
        counts = all_in(7, answered)
        return only("response_rate", counts, selection="census", population=45)

    rows = [(f"{LONG} {step}", rate(step)) for step in (45, 0, 31)]
    rows.append(("Sin lista", rate(9) | {"population": None, "value": None}))
    drawn = rates_chart(rows, whole=[("En conjunto", rate(40))], **GIVEN)
    on_the_sheet(drawn)
    said = [one for one in words_of(drawn) if " de 45" in one or "respuestas" in one]
    assert said == [
        "40 de 45 (88,9 %)", "0 de 45 (0,0 %)", "31 de 45 (68,9 %)", "45 de 45 (100,0 %)",
        "9 respuestas",
    ]  # fmt: skip


@pytest.mark.parametrize("count", [2, 40, 200])
def test_a_map_goes_from_north_to_south_with_the_islands_apart(count: int) -> None:
    sure, few = only("satisfied", ANES), only("satisfied", all_in(7, 12))
    comunas = [comuna.code for comuna in data.comunas()][::-1][:count]
    found = [
        Place(f"{LONG} {code}", code, (sure, few, sure | HIDDEN)[at % 3])
        for at, code in enumerate(comunas)
    ]
    drawn = map_chart([*found, Place("Rapa Nui", "05201", sure), Place("?", "", few)], **GIVEN)
    on_the_sheet(drawn)
    regions = list(dict.fromkeys(row[0].partition(" · ")[0] for row in drawn.table[1:]))
    assert regions[-2:] == ["Islas y Antártica", "Sin comuna conocida"]
    if count == 200:
        assert regions[:2] == ["Arica y Parinacota", "Metropolitana de Santiago"]
    assert len(drawn.table) == count + 3
    said = words_of(drawn)
    assert {"no fiable", "0 a 20 %", "80 a 100"} <= set(said)
    hatched = sheet.Sheet.from_json(drawn.drawing).lines
    assert {line["colour"] for line in hatched} <= {sheet.LINE, "#000000", "#fffffe"}


def test_classes_of_a_map_take_in_both_ends() -> None:
    assert [class_of(value) for value in (0, 0.199, 0.2, 0.6, 0.999, 1)] == [0, 0, 1, 3, 4, 4]


def test_answers_to_several_and_other_units() -> None:
    figures = [one for one in of(ANES) if one["statistic"] == "category"]
    drawn = choices_chart(figures, words={"6": LONG}, **GIVEN)
    on_the_sheet(drawn)
    assert LONG in drawn.described
    assert drawn.table[1][:4] == ("4", "26,9 %".replace(" ", "\u00a0"), *drawn.table[1][2:4])
    net = dots_chart([("Todas", only("net", ANES))], axis=Axis.of_net(), **GIVEN)
    assert {"-100", "0", "100"} <= set(words_of(net))
    mean = dots_chart([("Todas", only("mean", ANES))], axis=Axis.of_mean(1, 7), **GIVEN)
    assert {"1", "4", "7"} <= set(words_of(mean))
    assert not [one for one in words_of(mean) if "%" in one]


def test_a_specification_carries_its_figures_and_a_png_is_one() -> None:
    drawn = comparison_chart([only("satisfied", ANES)], **GIVEN)
    spec = drawn.spec
    assert spec["usermeta"]["figures"][0]["n"] == 944
    assert "Casi un tercio" in spec["description"]
    altair.LayerChart.from_dict({**spec})
    assert drawn.png.startswith(b"\x89PNG\r\n")


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("name", DRAWINGS)
def test_hard_figures_of_every_kind_stay_on_the_sheet(name: str, count: int) -> None:
    drawn = DRAWINGS[name](count)
    on_the_sheet(drawn)
    assert all(len(row) == len(drawn.table[0]) for row in drawn.table)
    assert drawn.title in drawn.described
    if count == 40 and name != "rates":
        assert any("protegido" in row[-1] for row in drawn.table)
