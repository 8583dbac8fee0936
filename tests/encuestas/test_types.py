"""Each type against each spelling: what is read, and why it is not."""

import dataclasses
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encuestas import AnswerFault, ColumnKind, ErrorCode, Source, is_special, type_of
from encuestas.logic import expression
from encuestas.types import TYPES, Paper, PaperKind, registry
from encuestas.types.text import TextSettings, TextType
from encuestas.validation import parse_answer

from . import definitions

SURVEY = definitions.survey("every-type")
FORM, JSON, TEXT = Source.FORM, Source.JSON, Source.TEXT
E = ErrorCode

READ = [
    # text
    ("words", FORM, ["hola"], "hola"),
    ("words", FORM, ["a\r\nb\rc\n\n"], "a\nb\nc"),
    ("words", FORM, ["n\u0303"], "ñ"),
    ("words", FORM, ["  a "], "  a "),
    ("words", FORM, ["a\tb"], "a\tb"),
    ("words", FORM, [" \n "], None),
    ("words", FORM, [], None),
    ("words", FORM, "hola", "hola"),
    ("words", JSON, "hola", "hola"),
    ("words", JSON, "", None),
    ("words", JSON, None, None),
    ("words", TEXT, "5", "5"),
    ("words", FORM, ["😀" * 10], "😀" * 10),
    ("words", FORM, ["a" * 11], E.TOO_LONG),
    ("words", FORM, ["a\x00"], E.CONTROL_CHARACTER),
    ("words", JSON, "\ud800", E.CONTROL_CHARACTER),
    ("words", JSON, 5, E.WRONG_TYPE),
    ("words", JSON, ["a"], E.WRONG_TYPE),
    ("words", FORM, ["a", "b"], E.SEVERAL_ANSWERS),
    ("words", FORM, [1], E.WRONG_TYPE),
    ("words", FORM, {"a": 1}, E.WRONG_TYPE),
    ("words", TEXT, 5, E.WRONG_TYPE),
    # integer
    ("people", FORM, ["7"], 7),
    ("people", FORM, [" 7 "], 7),
    ("people", FORM, ["+7"], 7),
    ("people", FORM, ["007"], 7),
    ("people", FORM, ["1 234"], 1234),
    ("people", FORM, ["1\u00a0234"], 1234),
    ("people", FORM, ["1.234.567"], 1_234_567),
    ("people", FORM, ["", "no_sabe"], "no_sabe"),
    ("people", FORM, ["7", "no_sabe"], E.SPECIAL_NOT_ALONE),
    ("people", FORM, ["7", "7"], 7),
    ("people", FORM, ["7", "8"], E.SEVERAL_ANSWERS),
    ("people", FORM, ["1.234"], E.AMBIGUOUS_NUMBER),
    ("people", FORM, ["7.0"], E.NOT_AN_INTEGER),
    ("people", FORM, ["7,5"], E.NOT_AN_INTEGER),
    ("people", FORM, ["siete"], E.NOT_A_NUMBER),
    ("people", FORM, ["٧"], E.NOT_A_NUMBER),
    ("people", FORM, ["1e3"], E.NOT_A_NUMBER),
    ("people", FORM, ["-1"], E.BELOW_MINIMUM),
    ("people", FORM, ["5000001"], E.ABOVE_MAXIMUM),
    ("people", FORM, ["9007199254740993"], E.NUMBER_TOO_LARGE),
    ("people", FORM, ["9" * 9000], E.NUMBER_TOO_LARGE),
    ("people", TEXT, "7.0", 7),
    ("people", TEXT, "7.", 7),
    ("people", TEXT, "7.5", E.NOT_AN_INTEGER),
    ("people", TEXT, "1.234", E.AMBIGUOUS_NUMBER),
    ("people", TEXT, "15.000", E.AMBIGUOUS_NUMBER),
    ("people", TEXT, "1.000.000", 1_000_000),
    ("people", TEXT, "2005.000", 2005),
    ("people", TEXT, "no_sabe", "no_sabe"),
    ("people", TEXT, " ", None),
    ("people", JSON, 7, 7),
    ("people", JSON, 7.0, 7),
    ("people", JSON, "no_sabe", "no_sabe"),
    ("people", JSON, "7", E.WRONG_TYPE),
    ("people", JSON, True, E.WRONG_TYPE),
    ("people", JSON, 7.5, E.NOT_AN_INTEGER),
    ("people", JSON, float("nan"), E.NOT_AN_INTEGER),
    ("people", JSON, float("inf"), E.NOT_AN_INTEGER),
    ("people", JSON, 2**53 + 1, E.NUMBER_TOO_LARGE),
    ("people", JSON, 10**5000, E.NUMBER_TOO_LARGE),
    ("people", JSON, 1e300, E.NUMBER_TOO_LARGE),
    # decimal
    ("hectares", FORM, ["3,5"], 3.5),
    ("hectares", FORM, ["3.5"], 3.5),
    ("hectares", FORM, ["-3,5"], -3.5),
    ("hectares", FORM, ["−3,5"], -3.5),
    ("hectares", FORM, [",5"], 0.5),
    ("hectares", FORM, ["0,125"], 0.125),
    ("hectares", FORM, ["1.234,5"], 1234.5),
    ("hectares", FORM, ["1,234.5"], 1234.5),
    ("hectares", FORM, ["1 234,5"], 1234.5),
    ("hectares", FORM, ["1234,567"], 1234.567),
    ("hectares", FORM, ["1,2345"], 1.2345),
    ("hectares", FORM, ["0.1"], 0.1),
    ("hectares", FORM, ["7"], 7.0),
    ("hectares", FORM, ["1.234"], E.AMBIGUOUS_NUMBER),
    ("hectares", FORM, ["12,345"], E.AMBIGUOUS_NUMBER),
    ("hectares", FORM, ["1.23.456"], E.NOT_A_NUMBER),
    ("hectares", FORM, ["1,2,3"], E.NOT_A_NUMBER),
    ("hectares", FORM, ["nan"], E.NOT_A_NUMBER),
    ("hectares", FORM, ["inf"], E.NOT_A_NUMBER),
    ("hectares", FORM, ["1_000"], E.NOT_A_NUMBER),
    ("hectares", FORM, ["9" * 350], E.NUMBER_TOO_LARGE),
    ("hectares", TEXT, "1.234", 1.234),
    ("hectares", TEXT, "-2.3025850929940455", -2.3025850929940455),
    ("hectares", TEXT, "1e-05", 1e-05),
    ("hectares", TEXT, "1,234", E.AMBIGUOUS_NUMBER),
    ("hectares", TEXT, "1e999", E.NUMBER_TOO_LARGE),
    ("hectares", TEXT, "nan", E.NOT_A_NUMBER),
    ("hectares", JSON, 3, 3.0),
    ("hectares", JSON, 3.5, 3.5),
    ("hectares", JSON, float("nan"), E.NOT_A_NUMBER),
    ("hectares", JSON, float("-inf"), E.NUMBER_TOO_LARGE),
    ("hectares", JSON, 10**400, E.NUMBER_TOO_LARGE),
    ("hectares", JSON, False, E.WRONG_TYPE),
    ("hectares", JSON, "3.5", E.WRONG_TYPE),
    # date
    ("day", FORM, ["2026-01-05"], "2026-01-05"),
    ("day", FORM, ["05-01-2026"], "2026-01-05"),
    ("day", FORM, ["5/1/2026"], "2026-01-05"),
    ("day", TEXT, "31/12/2025", "2025-12-31"),
    ("day", FORM, ["no_sabe"], "no_sabe"),
    ("day", FORM, ["29-02-2025"], E.NOT_A_DATE),
    ("day", FORM, ["01/13/2025"], E.NOT_A_DATE),
    ("day", FORM, ["5/1-2026"], E.NOT_A_DATE),
    ("day", FORM, ["20260105"], E.NOT_A_DATE),
    ("day", FORM, ["0000-01-01"], E.NOT_A_DATE),
    ("day", JSON, "2026-01-05", "2026-01-05"),
    ("day", JSON, "05-01-2026", E.NOT_A_DATE),
    ("day", JSON, 20260105, E.WRONG_TYPE),
    # select_one
    ("colour", FORM, ["rojo"], "rojo"),
    ("colour", FORM, ["prefiero_no_decir"], "prefiero_no_decir"),
    ("colour", FORM, ["verde"], E.NOT_A_CHOICE),
    ("colour", FORM, ["Rojo"], E.NOT_A_CHOICE),
    ("colour", FORM, ["rojo", "azul"], E.SEVERAL_ANSWERS),
    ("colour", TEXT, "3.0", "3"),
    ("colour", FORM, ["3.0"], E.NOT_A_CHOICE),
    ("colour", TEXT, "4.0", E.NOT_A_CHOICE),
    ("colour", JSON, "azul", "azul"),
    ("colour", JSON, 3, E.WRONG_TYPE),
    ("colour", JSON, {}, E.WRONG_TYPE),
    # select_multiple
    ("palette", FORM, ["azul", "rojo", "azul"], ["rojo", "azul"]),
    ("palette", FORM, [""], None),
    ("palette", FORM, ["no_sabe"], ["no_sabe"]),
    ("palette", FORM, ["rojo", "no_sabe"], E.SPECIAL_NOT_ALONE),
    ("palette", FORM, ["verde"], E.NOT_A_CHOICE),
    ("palette", TEXT, "azul rojo", ["rojo", "azul"]),
    ("palette", TEXT, "azul; rojo", ["rojo", "azul"]),
    ("palette", TEXT, "3.0 azul", ["azul", "3"]),
    ("palette", TEXT, "", None),
    ("palette", TEXT, "verde rojo", E.NOT_A_CHOICE),
    ("palette", JSON, ["azul"], ["azul"]),
    ("palette", JSON, [], None),
    ("palette", JSON, "no_sabe", ["no_sabe"]),
    ("palette", JSON, "azul", E.WRONG_TYPE),
    ("palette", JSON, [1], E.WRONG_TYPE),
    ("palette", JSON, [["azul"]], E.WRONG_TYPE),
    # scale
    ("mark", FORM, ["7"], 7),
    ("mark", TEXT, "7.0", 7),
    ("mark", JSON, 7, 7),
    ("mark", FORM, ["no_responde"], "no_responde"),
    ("mark", FORM, ["8"], E.OUTSIDE_RANGE),
    ("mark", FORM, ["0"], E.OUTSIDE_RANGE),
    ("mark", TEXT, "6.5", E.NOT_AN_INTEGER),
    ("mark", JSON, "7", E.WRONG_TYPE),
    ("mark", JSON, 8, E.OUTSIDE_RANGE),
    # note
    ("thanks", FORM, ["x"], None),
    ("thanks", TEXT, "x", None),
    ("thanks", JSON, {"x": 1}, None),
    # nps
    ("advice", FORM, ["0"], 0),
    ("advice", TEXT, "10.0", 10),
    ("advice", JSON, 9, 9),
    ("advice", FORM, ["no_sabe"], "no_sabe"),
    ("advice", FORM, [""], None),
    ("advice", FORM, ["11"], E.OUTSIDE_RANGE),
    ("advice", JSON, -1, E.OUTSIDE_RANGE),
    ("advice", JSON, 9.5, E.NOT_AN_INTEGER),
    ("advice", FORM, ["5", "6"], E.SEVERAL_ANSWERS),
    # range
    ("share", FORM, ["0,3"], 0.3),
    ("share", TEXT, "0.30", 0.3),
    ("share", TEXT, "1", 1.0),
    ("share", JSON, 0, 0.0),
    ("share", JSON, 0.7, 0.7),
    ("share", FORM, ["no_sabe"], "no_sabe"),
    ("share", FORM, [" "], None),
    ("share", JSON, 0.1 + 0.2, E.NOT_A_STEP),
    ("share", FORM, ["0,35"], E.NOT_A_STEP),
    ("share", FORM, ["1,1"], E.OUTSIDE_RANGE),
    ("share", FORM, ["-0,1"], E.OUTSIDE_RANGE),
    ("share", FORM, ["mucho"], E.NOT_A_NUMBER),
    ("share", TEXT, "1e-999", E.NOT_A_STEP),
    ("share", TEXT, f"0.{'1' * 60}", E.NUMBER_TOO_LARGE),
    ("share", JSON, float("nan"), E.NUMBER_TOO_LARGE),
    ("share", JSON, 10**400, E.NUMBER_TOO_LARGE),
    ("share", JSON, True, E.WRONG_TYPE),
    ("percent", FORM, ["35"], 35),
    ("percent", TEXT, "35.0", 35),
    ("percent", JSON, 100.0, 100),
    ("percent", FORM, ["37"], E.NOT_A_STEP),
    ("percent", FORM, ["105"], E.OUTSIDE_RANGE),
    # rank
    ("order", FORM, ["azul", "3", "rojo"], ["azul", "3", "rojo"]),
    ("order", FORM, ["rojo=2", "azul=1", "3=3"], ["azul", "rojo", "3"]),
    ("order", FORM, ["rojo=", "azul=", "3="], None),
    ("order", FORM, [], None),
    ("order", FORM, ["rojo=", "azul=", "3=", "no_sabe"], ["no_sabe"]),
    ("order", FORM, ["rojo=1", "no_sabe"], E.SPECIAL_NOT_ALONE),
    ("order", FORM, ["rojo", "no_sabe"], E.SPECIAL_NOT_ALONE),
    ("order", FORM, ["rojo=2", "azul=2", "3=1"], E.RANK_TIE),
    ("order", FORM, ["rojo=1", "azul=2", "3=4"], E.RANK_GAP),
    ("order", FORM, ["rojo=1", "azul=2", "3="], E.RANK_INCOMPLETE),
    ("order", FORM, ["rojo=0", "azul=1", "3=2"], E.NOT_AN_INTEGER),
    ("order", FORM, ["rojo=x"], E.NOT_AN_INTEGER),
    ("order", FORM, ["rojo=²"], E.NOT_AN_INTEGER),
    ("order", FORM, ["verde=1"], E.NOT_A_CHOICE),
    ("order", FORM, ["rojo=1", "verde"], E.NOT_A_CHOICE),
    ("order", TEXT, "3 rojo azul", ["3", "rojo", "azul"]),
    ("order", TEXT, "3 rojo rojo", E.RANK_TIE),
    ("order", JSON, ["rojo", "azul", "3"], ["rojo", "azul", "3"]),
    ("order", JSON, ["rojo", "azul"], E.RANK_INCOMPLETE),
    ("order", JSON, "no_sabe", ["no_sabe"]),
    ("order", JSON, "", None),
    ("order", JSON, [], None),
    ("order", JSON, "rojo", E.WRONG_TYPE),
    ("order", JSON, [1, 2], E.WRONG_TYPE),
    # acknowledge
    ("read_it", FORM, ["OK"], "OK"),
    ("read_it", FORM, ["on"], "OK"),
    ("read_it", FORM, [], None),
    ("read_it", TEXT, "true", "OK"),
    ("read_it", TEXT, "Sí", "OK"),
    ("read_it", TEXT, "no", None),
    ("read_it", JSON, True, "OK"),
    ("read_it", JSON, False, None),
    ("read_it", JSON, "OK", "OK"),
    ("read_it", FORM, ["tal vez"], E.NOT_A_CHOICE),
    ("read_it", JSON, 1, E.WRONG_TYPE),
    # time
    ("hour", FORM, ["14:30"], "14:30:00"),
    ("hour", FORM, ["2.30 pm"], "14:30:00"),
    ("hour", FORM, ["12:05 a. m."], "00:05:00"),
    ("hour", FORM, ["9h15"], "09:15:00"),
    ("hour", FORM, ["14:30 hrs"], "14:30:00"),
    ("hour", FORM, ["no_sabe"], "no_sabe"),
    ("hour", FORM, [""], None),
    ("hour", TEXT, "14:30:05.120-03:00", "14:30:05.120-03:00"),
    ("hour", TEXT, "14:30:05Z", "14:30:05Z"),
    ("hour", TEXT, "14:30-0300", "14:30:00-03:00"),
    ("hour", JSON, "14:30", "14:30:00"),
    ("hour", FORM, ["24:00"], E.NOT_A_TIME),
    ("hour", FORM, ["13:00 pm"], E.NOT_A_TIME),
    ("hour", FORM, ["14:60"], E.NOT_A_TIME),
    ("hour", FORM, ["14:30+25:00"], E.NOT_A_TIME),
    ("hour", FORM, ["1430"], E.NOT_A_TIME),
    ("hour", FORM, ["1" * 5000], E.NOT_A_TIME),
    ("hour", JSON, "2:30 pm", E.NOT_A_TIME),
    ("hour", JSON, 1430, E.WRONG_TYPE),
    # dateTime
    ("moment", FORM, ["2026-01-05T14:30"], "2026-01-05T14:30:00"),
    ("moment", FORM, ["5/1/2026 2:30 pm"], "2026-01-05T14:30:00"),
    ("moment", FORM, ["2026-01-05", "14:30"], "2026-01-05T14:30:00"),
    ("moment", FORM, ["2026-01-05", ""], E.NOT_A_DATE_TIME),
    ("moment", FORM, ["", ""], None),
    ("moment", FORM, ["", "no_sabe"], "no_sabe"),
    ("moment", FORM, ["2026-01-05", "no_sabe"], E.SPECIAL_NOT_ALONE),
    ("moment", TEXT, "2026-01-05T14:30:05.000-03:00", "2026-01-05T14:30:05.000-03:00"),
    ("moment", TEXT, "2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"),
    ("moment", JSON, "2026-01-05T14:30:00", "2026-01-05T14:30:00"),
    ("moment", TEXT, "2026-02-29T00:00", E.NOT_A_DATE_TIME),
    ("moment", TEXT, "2026-01-05T24:00", E.NOT_A_DATE_TIME),
    ("moment", JSON, "5/1/2026 14:30", E.NOT_A_DATE_TIME),
    ("moment", JSON, 5, E.WRONG_TYPE),
    # geopoint
    ("point", FORM, ["-33,45", "-70.66", "", ""], "-33.45 -70.66 0 0"),
    ("point", FORM, ["-33.45", "-70.66", "540 m", "4,9"], "-33.45 -70.66 540 4.9"),
    ("point", FORM, ["33° 27' 36\" S", "70°39′36″ Oeste", "", ""], "-33.46 -70.66 0 0"),
    ("point", FORM, ["33° 30' Sur", "O 70,5", "", ""], "-33.5 -70.5 0 0"),
    ("point", FORM, ["−33.45, −70.66"], "-33.45 -70.66 0 0"),
    ("point", FORM, ["-33.45,-70.66"], "-33.45 -70.66 0 0"),
    ("point", FORM, ["-33,45 -70,66"], "-33.45 -70.66 0 0"),
    ("point", FORM, ["33°27'36\"S 70°39'36\"W"], "-33.46 -70.66 0 0"),
    ("point", FORM, ["0", "-0", "", ""], "0 0 0 0"),
    ("point", FORM, ["", "", "", ""], None),
    ("point", FORM, ["", "", "", "", "no_sabe"], "no_sabe"),
    ("point", FORM, ["1", "2", "", "", "no_sabe"], E.SPECIAL_NOT_ALONE),
    ("point", FORM, ["-33.45", "", "", ""], E.POINT_INCOMPLETE),
    ("point", FORM, ["", "-70", "", ""], E.POINT_INCOMPLETE),
    ("point", FORM, ["91", "0", "", ""], E.NOT_A_LATITUDE),
    ("point", FORM, ["0", "-180,1", "", ""], E.NOT_A_LONGITUDE),
    ("point", FORM, ["33 N", "70 S", "", ""], E.NOT_A_POINT),
    ("point", FORM, ["-33 S", "70", "", ""], E.NOT_A_POINT),
    ("point", FORM, ["33° 60'", "70", "", ""], E.NOT_A_POINT),
    ("point", FORM, ["1", "2", "3", "-4"], E.NOT_A_POINT),
    ("point", FORM, ["1", "2", "9" * 30, ""], E.NOT_A_POINT),
    ("point", FORM, ["-33,45,-70,66"], E.NOT_A_POINT),
    ("point", FORM, ["-33.45"], E.NOT_A_POINT),
    ("point", FORM, ["1", "2", "3", "4", "5"], E.SEVERAL_ANSWERS),
    ("point", TEXT, "-33.4569400000 -70.6482700000 543.2 4.5", "-33.45694 -70.64827 543.2 4.5"),
    ("point", TEXT, "la plaza", E.NOT_A_POINT),
    ("point", JSON, "-33.45 -70.66 0 0", "-33.45 -70.66 0 0"),
    ("point", JSON, [-33.45, -70.66], E.WRONG_TYPE),
    # geotrace
    ("way", FORM, ["-33 -70\r\n-33,5 -70,5\r\n"], "-33 -70 0 0; -33.5 -70.5 0 0"),
    ("way", TEXT, "-33 -70 0 0; -34 -70 0 0;", "-33 -70 0 0; -34 -70 0 0"),
    ("way", JSON, "0 0;1 1", "0 0 0 0; 1 1 0 0"),
    ("way", FORM, [""], None),
    ("way", FORM, ["", "no_sabe"], "no_sabe"),
    ("way", FORM, ["0 0;1 1", "no_sabe"], E.SPECIAL_NOT_ALONE),
    ("way", TEXT, "0 0", E.TOO_FEW_POINTS),
    ("way", TEXT, ";", E.TOO_FEW_POINTS),
    ("way", TEXT, "0 0;x", E.NOT_A_POINT),
    ("way", TEXT, "0 0;" * 10_001, E.TOO_MANY_POINTS),
    ("way", TEXT, "0" * 1_000_001, E.TOO_LONG),
    ("way", JSON, [], E.WRONG_TYPE),
    # geoshape
    ("area", TEXT, "0 0;0 1;1 1;0 0", "0 0 0 0; 0 1 0 0; 1 1 0 0; 0 0 0 0"),
    ("area", FORM, ["0 0\n0 1\n1 1"], "0 0 0 0; 0 1 0 0; 1 1 0 0; 0 0 0 0"),
    ("area", JSON, "0 0;0 1;1 1", "0 0 0 0; 0 1 0 0; 1 1 0 0; 0 0 0 0"),
    ("area", FORM, [" "], None),
    ("area", TEXT, "0 0;0 1", E.TOO_FEW_POINTS),
    ("area", TEXT, ";", E.TOO_FEW_POINTS),
    ("area", TEXT, "0 0;0 1;0 0", E.TOO_FEW_POINTS),
    # barcode
    ("code", FORM, [" 7801234567890 "], "7801234567890"),
    ("code", JSON, "A-1", "A-1"),
    ("code", TEXT, "", None),
    ("code", FORM, ["x" * 4001], E.TOO_LONG),
    ("code", TEXT, "a\x01", E.CONTROL_CHARACTER),
    ("code", JSON, 780, E.WRONG_TYPE),
    # image, audio, video, file
    ("photo", FORM, ["plaza ñandú.jpg"], "plaza ñandú.jpg"),
    ("photo", FORM, [""], None),
    ("photo", FORM, ["../secreto.jpg"], E.NOT_A_FILE_NAME),
    ("photo", TEXT, "a\\b.jpg", E.NOT_A_FILE_NAME),
    ("photo", TEXT, "..", E.NOT_A_FILE_NAME),
    ("photo", TEXT, "a\nb.jpg", E.NOT_A_FILE_NAME),
    ("photo", TEXT, "ñ" * 128, E.NOT_A_FILE_NAME),
    ("photo", JSON, {"name": "a.jpg"}, E.WRONG_TYPE),
    ("sound", TEXT, "1700000000000.m4a", "1700000000000.m4a"),
    ("film", JSON, "baile.mp4", "baile.mp4"),
    ("paper", TEXT, "acta.pdf", "acta.pdf"),
    # select_one_from_file, select_multiple_from_file
    ("home", FORM, ["05101"], "05101"),
    ("home", JSON, "13101", "13101"),
    ("home", FORM, ["no_sabe"], "no_sabe"),
    ("home", TEXT, "", None),
    ("home", TEXT, "5101", E.NOT_A_CHOICE),
    ("places", FORM, ["13101", "05101"], ["05101", "13101"]),
    ("places", TEXT, "13101 05109", ["05109", "13101"]),
    ("places", JSON, ["99999"], E.NOT_A_CHOICE),
    # calculate
    ("score", TEXT, "3.0", 3),
    ("score", TEXT, "-1.5", -1.5),
    ("score", TEXT, "05101", "05101"),
    ("score", TEXT, "rojo azul", "rojo azul"),
    ("score", TEXT, "9" * 300, float("9" * 300)),
    ("score", TEXT, " ", None),
    ("score", FORM, ["7"], 7),
    ("score", JSON, 3.0, 3),
    ("score", JSON, 2.5, 2.5),
    ("score", JSON, True, "true"),
    ("score", JSON, "abc", "abc"),
    ("score", JSON, float("nan"), E.NUMBER_TOO_LARGE),
    ("score", JSON, 10**400, E.NUMBER_TOO_LARGE),
    ("score", JSON, [], E.WRONG_TYPE),
    ("score", TEXT, "a" * 50_001, E.TOO_LONG),
    ("score", TEXT, "a\x00", E.CONTROL_CHARACTER),
    # hidden
    ("kit", FORM, ["A"], "A"),
    ("kit", JSON, "A", "A"),
    ("kit", JSON, 3, E.WRONG_TYPE),
    ("kit", TEXT, "x" * 50_001, E.TOO_LONG),
    # start, end, today, deviceid, username
    ("begun", TEXT, "2026-01-05T14:30:05.123-03:00", "2026-01-05T14:30:05.123-03:00"),
    ("begun", JSON, "ayer", E.NOT_A_DATE_TIME),
    ("done", JSON, "2026-01-05T14:40:00Z", "2026-01-05T14:40:00Z"),
    ("date_of_it", TEXT, "2026-01-05", "2026-01-05"),
    ("date_of_it", JSON, "hoy", E.NOT_A_DATE),
    ("device", TEXT, "collect:AbC123", "collect:AbC123"),
    ("device", TEXT, "x" * 256, E.TOO_LONG),
    ("who", JSON, "ana", "ana"),
    ("who", JSON, 7, E.WRONG_TYPE),
]

NOT_OF_A_TYPE = {E.NOT_OFFERED, E.TOO_MANY_INSTANCES, E.TOO_MANY_VALUES}
"""What only the whole response tells."""


@pytest.mark.parametrize(
    ("name", "source", "value", "expected"),
    READ,
    ids=[f"{i}-{name}-{source}" for i, (name, source, *_) in enumerate(READ)],
)
def test_reading(name: str, source: Source, value: object, expected: object) -> None:
    outcome = parse_answer(SURVEY.question(name), value, source)
    if isinstance(expected, ErrorCode):
        assert isinstance(outcome, AnswerFault)
        assert (outcome.code, outcome.question) == (expected, name)
    else:
        assert type(outcome) is type(expected)
        assert outcome == expected


def test_an_ambiguous_number_shows_both_readings() -> None:
    outcome = parse_answer(SURVEY.question("hectares"), ["-1,234"], FORM)
    assert outcome.context == {"value": "-1,234", "thousands": "-1234", "decimal": "-1.234"}


def test_minus_zero_is_zero() -> None:
    assert str(parse_answer(SURVEY.question("hectares"), ["-0"], FORM)) == "0.0"


def test_every_code_of_an_answer_is_in_the_table() -> None:
    codes = list(ErrorCode)
    first = codes.index(ErrorCode.WRONG_TYPE)
    seen = {case[3] for case in READ if isinstance(case[3], ErrorCode)}
    assert set(codes[first:]) - seen == NOT_OF_A_TYPE


def test_every_type_is_in_the_table() -> None:
    assert {question.type for question in SURVEY.questions} == set(TYPES)
    asked = {name for name, *_ in READ}
    assert {SURVEY.question(name).type for name in asked} == set(TYPES)


def test_columns() -> None:
    columns = [
        column for question in SURVEY.questions for column in type_of(question).columns(question)
    ]
    assert [(column.name, column.kind) for column in columns] == [
        ("words", ColumnKind.TEXT),
        ("people", ColumnKind.INTEGER),
        ("hectares", ColumnKind.DECIMAL),
        ("day", ColumnKind.DATE),
        ("colour", ColumnKind.CODE),
        ("palette", ColumnKind.CODES),
        ("palette/rojo", ColumnKind.INDICATOR),
        ("palette/azul", ColumnKind.INDICATOR),
        ("palette/3", ColumnKind.INDICATOR),
        ("mark", ColumnKind.INTEGER),
        ("advice", ColumnKind.INTEGER),
        ("share", ColumnKind.DECIMAL),
        ("percent", ColumnKind.INTEGER),
        ("order", ColumnKind.CODES),
        ("order/rojo", ColumnKind.INTEGER),
        ("order/azul", ColumnKind.INTEGER),
        ("order/3", ColumnKind.INTEGER),
        ("read_it", ColumnKind.CODE),
        ("hour", ColumnKind.TIME),
        ("moment", ColumnKind.DATE_TIME),
        ("point", ColumnKind.PLACE),
        ("point/latitude", ColumnKind.DECIMAL),
        ("point/longitude", ColumnKind.DECIMAL),
        ("point/altitude", ColumnKind.DECIMAL),
        ("point/accuracy", ColumnKind.DECIMAL),
        ("way", ColumnKind.PLACE),
        ("area", ColumnKind.PLACE),
        ("code", ColumnKind.TEXT),
        ("photo", ColumnKind.TEXT),
        ("sound", ColumnKind.TEXT),
        ("film", ColumnKind.TEXT),
        ("paper", ColumnKind.TEXT),
        ("home", ColumnKind.CODE),
        ("places", ColumnKind.CODES),
        ("places/05101", ColumnKind.INDICATOR),
        ("places/05109", ColumnKind.INDICATOR),
        ("places/13101", ColumnKind.INDICATOR),
        ("score", ColumnKind.TEXT),
        ("kit", ColumnKind.TEXT),
        ("begun", ColumnKind.DATE_TIME),
        ("done", ColumnKind.DATE_TIME),
        ("date_of_it", ColumnKind.DATE),
        ("device", ColumnKind.TEXT),
        ("who", ColumnKind.TEXT),
    ]


@pytest.mark.parametrize(
    ("name", "answer", "cells"),
    [
        ("mark", 7, (7,)),
        ("mark", "no_sabe", ("no_sabe",)),
        ("mark", None, (None,)),
        ("palette", ["rojo", "3"], ("rojo 3", True, False, True)),
        ("palette", ["no_sabe"], ("no_sabe", None, None, None)),
        ("palette", None, (None, None, None, None)),
        ("thanks", None, ()),
        ("order", ["azul", "3", "rojo"], ("azul 3 rojo", 3, 1, 2)),
        ("order", ["no_sabe"], ("no_sabe", None, None, None)),
        ("order", None, (None, None, None, None)),
        ("point", "-33.45 -70.66 540 4.9", ("-33.45 -70.66 540 4.9", -33.45, -70.66, 540.0, 4.9)),
        ("point", "no_sabe", ("no_sabe", None, None, None, None)),
        ("point", None, (None,) * 5),
        ("way", "0 0 0 0; 1 1 0 0", ("0 0 0 0; 1 1 0 0",)),
        ("score", 2.5, (2.5,)),
        ("read_it", "OK", ("OK",)),
    ],
)
def test_cells(name: str, answer: object, cells: tuple[object, ...]) -> None:
    question = SURVEY.question(name)
    assert type_of(question).cells(question, answer) == cells
    assert len(cells) == len(type_of(question).columns(question))


@pytest.mark.parametrize(
    ("name", "paper"),
    [
        ("words", Paper(PaperKind.LINES)),
        ("people", Paper(PaperKind.DIGITS, 7)),
        ("hectares", Paper(PaperKind.DIGITS, 10)),
        ("mark", Paper(PaperKind.MARKS)),
        ("share", Paper(PaperKind.MARKS)),
        ("percent", Paper(PaperKind.DIGITS, 3)),
        ("order", Paper(PaperKind.PLACES)),
        ("palette", Paper(PaperKind.BOXES)),
        ("read_it", Paper(PaperKind.ONE_BOX)),
        ("way", Paper(PaperKind.COORDINATES, 6)),
        ("score", Paper(PaperKind.NOTHING)),
    ],
)
def test_the_room_on_paper(name: str, paper: Paper) -> None:
    question = SURVEY.question(name)
    assert type_of(question).paper(question) == paper


def test_a_rank_with_a_filter_may_be_of_fewer_choices() -> None:
    """Which ones were offered, only the whole response tells."""
    filtered = dataclasses.replace(SURVEY.question("order"), choice_filter=expression("1 = 1"))
    assert parse_answer(filtered, ["3", "rojo"], JSON) == ["3", "rojo"]
    assert parse_answer(filtered, ["3=2", "rojo=1"], FORM) == ["rojo", "3"]


@pytest.mark.parametrize("name", [q.name for q in SURVEY.questions if type_of(q).has_answer])
@settings(max_examples=60, deadline=None, derandomize=True)
@given(value=st.one_of(st.text(), st.lists(st.text(), max_size=6), st.floats(), st.integers()))
def test_whatever_is_read_reads_back_as_itself(name: str, value: object) -> None:
    """No spelling raises, and a canonical answer is one spelling of itself."""
    question = SURVEY.question(name)
    for source in Source:
        outcome = parse_answer(question, value, source)
        if outcome is not None and not isinstance(outcome, AnswerFault):
            assert parse_answer(question, outcome, JSON) == outcome
            assert len(type_of(question).cells(question, outcome)) == len(
                type_of(question).columns(question)
            )


EVERY_PLANE = "".join(chr(plane * 0x10000 + 0x1F4A) for plane in range(17) if plane not in (15, 16))


@pytest.mark.parametrize(
    "text", ["👩\u200d👩\u200d👧", "عربى\u202e", EVERY_PLANE, "\U0010fffd", "e\u0301"]
)
def test_text_of_every_plane_stays(text: str) -> None:
    question = dataclasses.replace(SURVEY.question("words"), settings=TextSettings())
    for source, value in ((FORM, [text]), (JSON, text), (TEXT, text)):
        assert parse_answer(question, value, source) == unicodedata.normalize("NFC", text)


def test_special_answers_are_known() -> None:
    assert is_special(SURVEY.question("mark"), "no_sabe")
    assert is_special(SURVEY.question("palette"), ["no_sabe"])
    assert not is_special(SURVEY.question("mark"), 7)
    assert not is_special(SURVEY.question("palette"), ["rojo"])


def test_two_types_of_one_name_stop_the_program() -> None:
    with pytest.raises(ValueError, match="text"):
        registry([TextType(), TextType()])


def test_no_type_may_be_called_group() -> None:
    class Group(TextType):
        name = "group"

    with pytest.raises(ValueError, match="group"):
        registry([Group()])
