"""A design and the figures that are wanted, read from YAML.

.. code-block:: yaml

    weights: factor
    strata: estrato
    clusters: [manzana, hogar]
    population: [manzanas, hogares]   # a column or number per stage; or {stratum: number}
    nest: yes
    lonely_psu: adjust
    poststratify: {by: sexo, totals: {f: 900000, m: 1000000}}
    by: comuna                        # of all figures that do not say another
    figures:
      - {proportion: sat, level: [6, 7]}
      - {net: sat, satisfied: [6, 7], dissatisfied: [1, 2, 3, 4]}
      - {mean: edad, by: [comuna, sexo], where: adulto}
      - {crosstab: sat, with: sexo}       # tables and models are of one domain: without by
"""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from analisis.design import SurveyDesign
from analisis.design.sample import Gaps
from analisis.design.stages import LonelyPSU
from analisis.estimators.fitting import FAMILIES
from analisis.estimators.independence import TESTS
from analisis.io import design_values as values
from analisis.io.declared import OF_ONE, OF_ONE_DOMAIN, Answer, DesignFile, Figure
from analisis.io.faults import DesignFileError, Fault
from analisis.io.files import open_file
from analisis.io.yaml_text import Item, read_yaml
from analisis.sums import Source

Reader = Callable[[Item, Source], Any]

_DESIGN: Mapping[str, Reader] = {
    "weights": values.column,
    "strata": values.column,
    "clusters": values.columns,
    "nest": values.yes,
    "lonely_psu": lambda item, _source: values.choice(item, [*LonelyPSU]),
}
_COMMON: Mapping[str, Reader] = {
    "by": values.columns,
    "where": values.column,
    "confidence": values.number,
    "na": lambda item, _source: values.choice(item, [*Gaps]),
}
_ADJUSTING = ("poststratify", "rake")
_OF_ONE_DOMAIN: Mapping[str, Reader] = {
    **{name: read for name, read in _COMMON.items() if name != "by"},
    "df": values.number,
}
_OPTIONS: Mapping[str, Reader] = {**_COMMON, "df": values.number, "method": values.word}
_FIGURES: Mapping[str, Mapping[str, Reader]] = {
    **dict.fromkeys(("proportion", "mean", "total", "net", "variance"), _OPTIONS),
    "ratio": {**_OPTIONS, "to": values.columns},
    "quantile": {
        **_COMMON,
        "df": values.number,
        "probabilities": values.numbers,
        "rule": values.word,
        "interval": values.word,
    },
    "crosstab": {
        **_OF_ONE_DOMAIN,
        "method": values.word,
        "with": values.column,
        "test": lambda item, _source: values.choice(item, [*TESTS]),
    },
    "regression": {
        **_OF_ONE_DOMAIN,
        "on": values.columns,
        "family": lambda item, _source: values.choice(item, [*FAMILIES]),
        "intercept": values.yes,
    },
}
_LEVELS: Mapping[str, tuple[str, ...]] = {
    "proportion": ("level",),
    "net": ("satisfied", "dissatisfied"),
}
_NEEDED: Mapping[str, str] = {
    "ratio": "to",
    "quantile": "probabilities",
    "crosstab": "with",
    "regression": "on",
}


def read_design_file(path: str | os.PathLike[str], data: Source) -> DesignFile:
    """Read a design file for some data.

    Parameters
    ----------
    path : path
        A YAML file; see the example of this module. Every value is read as text, and then as what
        the column holds that it belongs to: ``05402`` stays a code, ``no`` an answer.
    data : Source
        The rows.

    Returns
    -------
    DesignFile
        The design and the figures.

    Raises
    ------
    DesignFileError
        If something in the file is wrong; it says where, and what to do.
    AnalysisError
        If the design does not fit the data.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise DesignFileError(Fault.UNREADABLE, problem="it is not in UTF-8") from fault
    except OSError as fault:
        raise DesignFileError(Fault.UNREADABLE, problem=fault.strerror) from fault
    return _read(read_yaml(text), data)


def answers(
    data: str | os.PathLike[str],
    design_file: str | os.PathLike[str],
    *,
    columns: Sequence[str] = (),
    by: Sequence[str] = (),
    where: str | None = None,
) -> list[Answer]:
    """The figures of a file of data with a design file.

    Parameters
    ----------
    data, design_file : path
        The rows (see `open_file`) and the declaration (see `read_design_file`).
    columns : sequence of str
        Only figures of these; of one that the design file names no figure of, the mean of numbers
        or the share of each answer.
    by, where
        In place of what the file says of every figure.

    Returns
    -------
    list of Answer
        Every estimate, in the order of the figures.

    Raises
    ------
    AnalysisError
        If a file cannot be read or is wrong, or a figure has no honest answer.
    """
    declared = read_design_file(design_file, open_file(data))
    figures = declared.figures_of(columns)
    if not figures:
        raise DesignFileError(Fault.NOTHING_ASKED)
    if where is not None:
        figures = tuple(figure.with_options(where=where) for figure in figures)
    if by:
        figures = tuple(figure.with_domains(by) for figure in figures)
    return [answer for figure in figures for answer in figure.of(declared.design)]


def _read(root: Item, data: Source) -> DesignFile:
    said = root.mapping()
    _require_known(said, (*_DESIGN, "population", *_ADJUSTING, *_COMMON, "figures"))
    common = _read_keys(said, _COMMON, data)
    figures = tuple(
        _figure(item, data, common)
        for item in (said["figures"].items() if "figures" in said else ())
    )
    declared = _read_keys(said, _DESIGN, data)
    if "population" in said:
        declared["population"] = values.populations(
            said["population"], data, declared.get("strata")
        )
    adjustments = [(name, _margins(said[name], data)) for name in _ADJUSTING if name in said]
    design = SurveyDesign(data, **declared)
    for name, margins in adjustments:
        if name == "rake":
            design = design.rake(margins)
        else:
            for by, totals in margins:
                design = design.poststratify(by, totals)
    return DesignFile(design, figures, common)


def _margins(item: Item, data: Source) -> list[tuple[tuple[str, ...], Mapping[object, float]]]:
    """Columns with their totals: one, or a list of them."""
    each = (item,) if isinstance(item.value, Mapping) else item.items()
    found = []
    for one in each:
        said = one.mapping()
        _require_known(said, ("by", "totals"))
        by = values.columns(_needed(one, "by"), data)
        found.append((by, values.totals(_needed(one, "totals"), by, data)))
    return found


def _figure(item: Item, data: Source, common: Mapping[str, Any]) -> Figure:
    said = item.mapping()
    kinds = [name for name in said if name in _FIGURES]
    if not kinds:
        raise item.fail(Fault.NO_FIGURE, known=", ".join(_FIGURES))
    if len(kinds) > 1:
        raise item.fail(Fault.SEVERAL_FIGURES, known=", ".join(kinds))
    kind = kinds[0]
    if kind in OF_ONE_DOMAIN and ("by" in said or "by" in common):
        raise said.get("by", item).fail(Fault.ONE_DOMAIN, kind=kind)
    own = _FIGURES[kind]
    levels = _LEVELS.get(kind, ())
    _require_known(said, (kind, "name", *levels, *own))
    if kind in _NEEDED:
        _needed(item, _NEEDED[kind])
    columns = values.columns(said[kind], data)
    if kind in OF_ONE and len(columns) > 1:
        raise said[kind].fail(Fault.NOT_TEXT)
    options = {**common, **_read_keys(said, own, data)}
    for name in levels:
        if name in said:
            options[name] = values.of_column(said[name], columns[0], data)
    name = said["name"].text() if "name" in said else ""
    return Figure(kind, columns, options, name, item.path, item.line)


def _read_keys(
    said: Mapping[str, Item], readers: Mapping[str, Reader], data: Source
) -> dict[str, Any]:
    return {name: read(said[name], data) for name, read in readers.items() if name in said}


def _require_known(said: Mapping[str, Item], known: tuple[str, ...]) -> None:
    for name, item in said.items():
        if name not in known:
            raise item.fail(Fault.UNKNOWN_KEY, known=", ".join(known))


def _needed(item: Item, key: str) -> Item:
    found = item.mapping().get(key)
    if found is None:
        raise item.fail(Fault.MISSING_KEY, key=key)
    return found
