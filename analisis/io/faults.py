"""What can be wrong with a file that declares a design, each with its remedy."""

from collections.abc import Mapping
from enum import StrEnum

from analisis.errors import AnalysisError, ErrorCode


class Fault(StrEnum):
    """The kinds of fault. What each message fills in is in brackets in `WORDS`."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    NOT_YAML = "not_yaml"
    NOT_PLAIN = "not_plain"
    EMPTY = "empty"
    KEY_NOT_TEXT = "key_not_text"
    KEY_TWICE = "key_twice"
    UNKNOWN_KEY = "unknown_key"
    MISSING_KEY = "missing_key"
    NOT_KEYS = "not_keys"
    NOT_LIST = "not_list"
    NOT_TEXT = "not_text"
    NOTHING_WRITTEN = "nothing_written"
    NOT_NUMBER = "not_number"
    NOT_YES_OR_NO = "not_yes_or_no"
    UNKNOWN_CHOICE = "unknown_choice"
    UNKNOWN_COLUMN = "unknown_column"
    NOT_A_VALUE = "not_a_value"
    NO_FIGURE = "no_figure"
    SEVERAL_FIGURES = "several_figures"
    ONE_DOMAIN = "one_domain"
    NOTHING_ASKED = "nothing_asked"


WORDS: Mapping[Fault, str] = {
    Fault.UNREADABLE: "it cannot be read ({problem}); look at its name, and save it in UTF-8",
    Fault.TOO_LARGE: "it is larger than a design can be; is it another file?",
    Fault.TOO_DEEP: "it is nested too deeply; is it another file?",
    Fault.NOT_YAML: "it is not YAML: {problem}; look at indents, colons and quotes there",
    Fault.NOT_PLAIN: "anchors, aliases and tags (& * !) are not read; write the value out, in "
    "quotes if it begins with such a sign",
    Fault.EMPTY: "it says nothing; say how people were chosen, at least weights: COLUMN",
    Fault.KEY_NOT_TEXT: "a key is a list; write a name before the colon",
    Fault.KEY_TWICE: "this key is there twice; keep one of them",
    Fault.UNKNOWN_KEY: "there is no such key; choose one of: {known}",
    Fault.MISSING_KEY: "{key} is missing; add it",
    Fault.NOT_KEYS: "here go keys with values, as in {{a: 1, b: 2}}",
    Fault.NOT_LIST: "here goes a value or a list of them, not keys",
    Fault.NOT_TEXT: "here goes a single value, not a list or keys",
    Fault.NOTHING_WRITTEN: "nothing is written here; give a value, or leave the key out",
    Fault.NOT_NUMBER: "{value!r} is no number; give one, with a point for its decimals",
    Fault.NOT_YES_OR_NO: "{value!r} is neither yes nor no; write one of them",
    Fault.UNKNOWN_CHOICE: "{value!r} is none of: {known}; choose one",
    Fault.UNKNOWN_COLUMN: "the data have no column {value!r}; they have: {known}",
    Fault.NOT_A_VALUE: "column {column!r} holds {kind}, and {value!r} is none; write a value of it",
    Fault.NO_FIGURE: "no figure is named; begin with one of: {known}",
    Fault.SEVERAL_FIGURES: "{known} are different figures; give each an item of its own",
    Fault.ONE_DOMAIN: "a {kind} is of one domain and takes no by; choose its rows with where, and "
    "write by in each of the other figures",
    Fault.NOTHING_ASKED: "it names no figures; add some under figures, or say --column COLUMN",
}


class DesignFileError(AnalysisError):
    """A design file that cannot be used.

    Attributes
    ----------
    fault : Fault
        What is wrong.
    path : str
        Where in the file, as ``figures[0].level``; empty for the whole.
    line : int or None
        The line, from 1.
    context : mapping
        What the message fills in.
    """

    def __init__(
        self, fault: Fault, *, path: str = "", line: int | None = None, **context: object
    ) -> None:
        self.fault = fault
        self.path = path
        self.line = line
        self.context = context
        where = [f"line {line}"] if line else []
        where += [path] if path else []
        words = WORDS[fault].format(**context)
        super().__init__(
            ErrorCode.INVALID_DESIGN_FILE,
            f"design file: {', '.join(where)}{': ' if where else ''}{words}",
            value=path or None,
        )


class FigureError(AnalysisError):
    """A figure that a design file asks for and that has no honest answer.

    Attributes
    ----------
    path : str
        Which, as ``figures[0]``.
    line : int
        Its line, from 1.
    fault : AnalysisError
        Why; the code and the rest are its.
    """

    def __init__(self, fault: AnalysisError, *, path: str, line: int) -> None:
        self.path = path
        self.line = line
        self.fault = fault
        super().__init__(
            fault.code,
            f"design file: line {line}, {path}: {fault}",
            column=fault.column,
            stratum=fault.stratum,
            value=fault.value,
        )
