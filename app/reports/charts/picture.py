"""A drawing made into files: SVG, PNG, and its Vega-Lite specification."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from app.reports.sheet import DARK, MARGIN, Sheet
from app.reports.words import Figure

PNG_SCALE = 2.5  # sharp on a phone, and at 8 cm in print


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What was drawn, and the same in words (`described`) and as a table (names of columns first).

    ``drawing`` is the sheet as JSON: the same drawing is made into a file once.
    """

    drawing: str
    title: str
    described: str
    table: tuple[tuple[str, ...], ...]
    figures: tuple[Figure, ...]

    @property
    def svg(self) -> str:
        """An SVG that stands alone inside an <img>, in light and dark."""
        return _standalone(svg_of(self.drawing), self.title, self.described)

    @property
    def height(self) -> float:
        """In pixels, at the width that it was drawn for."""
        return Sheet.from_json(self.drawing).y + 2 * MARGIN

    @property
    def png(self) -> bytes:
        return png_of(self.drawing)

    @property
    def spec(self) -> Mapping[str, Any]:
        """The Vega-Lite specification, with the figures that it shows for who draws others."""
        return Sheet.from_json(self.drawing).spec() | {
            "title": {"text": self.title, "fontSize": 0.1, "color": "transparent"},
            "description": self.described,
            "usermeta": {"figures": list(self.figures), "table": [list(row) for row in self.table]},
        }


@lru_cache(maxsize=512)
def svg_of(drawing: str) -> str:
    """The same drawing is made once: this costs some 100 ms, and a page shows several."""
    import vl_convert  # starts a JavaScript engine: only for who draws

    spec = Sheet.from_json(drawing).spec()
    return vl_convert.vegalite_to_svg(json.dumps(spec), allowed_base_urls=[])


@lru_cache(maxsize=64)
def png_of(drawing: str) -> bytes:
    import vl_convert

    spec = Sheet.from_json(drawing).spec()
    return vl_convert.vegalite_to_png(json.dumps(spec), scale=PNG_SCALE, allowed_base_urls=[])


def _standalone(svg: str, title: str, described: str) -> str:
    """The picture with its name, and with other colours for a dark page."""
    swaps = "".join(
        f'.marks [{what}="{light}"]{{{what}:{dark}}}'
        for light, dark in DARK.items()
        for what in ("fill", "stroke")
    )
    said = f"<title>{escape(title)}</title><desc>{escape(described)}</desc>"
    style = f"<style>@media (prefers-color-scheme:dark){{{swaps}}}</style>"
    start = svg.index(">", svg.index("<svg")) + 1
    return f"{svg[:start]}{said}{style}{svg[start:]}"
