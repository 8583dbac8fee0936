"""The functions of expressions by name.

Adding one is one entry in the module of its theme, its line in SEMANTICS.md, its lines in
``tests/vectors/expressions.json`` and its twin in ``app/static/logic.js`` or ``logic-more.js``.
"""

from __future__ import annotations

from collections.abc import Mapping

from encuestas.logic import chance, dates, geo, lookups, numbers, repeats, selections, text, truth
from encuestas.logic.site import Function

_THEMES = (truth, text, numbers, dates, selections, repeats, geo, lookups, chance)

FUNCTIONS: Mapping[str, Function] = {
    name: function for theme in _THEMES for name, function in theme.FUNCTIONS.items()
}
