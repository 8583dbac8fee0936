"""The checker that every page passes refuses careless ones."""

import pytest
from html5lib.html5parser import ParseError

from tests.pages import CarelessPageError, check_page

PAGE = '<!doctype html><html lang="es"><head><title>T</title></head><body>{}</body></html>'
GOOD = '<h1>H</h1><form><label for="a">A</label><input id="a" name="a"><button>B</button></form>'


def test_a_careful_page_passes() -> None:
    seen = check_page(PAGE.format(GOOD))
    assert (seen.lang, seen.title, seen.h1) == ("es", "T", "H")
    assert seen.forms[0].fields.to_dict() == {"a": ""}


@pytest.mark.parametrize(
    "html",
    [
        PAGE.format("<p>no heading</p>"),
        PAGE.format("<h1>One</h1><h1>Two</h1>"),
        PAGE.format("<h1> </h1>"),
        PAGE.format(GOOD).replace('lang="es"', ""),
        PAGE.format(GOOD).replace("<title>T</title>", "<title></title>"),
        PAGE.format(GOOD + '<p id="a"></p>'),
        PAGE.format(GOOD.replace('for="a"', 'for="b"')),
        PAGE.format(GOOD.replace('<label for="a">A</label>', "")),
        PAGE.format(GOOD + '<a href="#gone">x</a>'),
        PAGE.format(GOOD + '<p aria-describedby="gone">x</p>'),
        PAGE.format(GOOD.replace("<button>B</button>", "<button></button>")),
    ],
)
def test_a_careless_page_does_not(html: str) -> None:
    with pytest.raises(CarelessPageError):
        check_page(html)


def test_broken_html_does_not() -> None:
    with pytest.raises(ParseError):
        check_page(PAGE.format("<h1>H</h1><p><b>x</p>"))
