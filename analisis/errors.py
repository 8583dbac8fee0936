"""What goes wrong, as a code with the offending thing and the remedy."""

from enum import StrEnum


class ErrorCode(StrEnum):
    """The kinds of fault; each message says what to do about its own."""

    INVALID_ARGUMENT = "invalid_argument"
    INVALID_CONFIDENCE = "invalid_confidence"
    INVALID_COUNT = "invalid_count"
    UNKNOWN_METHOD = "unknown_method"
    UNKNOWN_COLUMN = "unknown_column"
    NOT_NUMERIC = "not_numeric"
    NOT_BOOLEAN = "not_boolean"
    UNEQUAL_LENGTHS = "unequal_lengths"
    MISSING_VALUES = "missing_values"
    MISSING_WEIGHT = "missing_weight"
    NEGATIVE_WEIGHT = "negative_weight"
    MISSING_DESIGN_VALUE = "missing_design_value"
    CLUSTERS_NOT_NESTED = "clusters_not_nested"
    POPULATION_TOO_SMALL = "population_too_small"
    POPULATION_VARIES = "population_varies"
    LONELY_PSU = "lonely_psu"
    EMPTY_DOMAIN = "empty_domain"
    EMPTY_CELL = "empty_cell"
    BASE_NEAR_ZERO = "base_near_zero"
    TOTALS_MISMATCH = "totals_mismatch"
    NOT_CONVERGED = "not_converged"
    SINGULAR = "singular"
    NO_VARIATION = "no_variation"
    HEYWOOD_CASE = "heywood_case"
    NOT_A_PROBABILITY_SAMPLE = "not_a_probability_sample"
    NOT_SUPPORTED = "not_supported"
    MISSING_DEPENDENCY = "missing_dependency"
    UNREADABLE_DATA = "unreadable_data"
    INVALID_DESIGN_FILE = "invalid_design_file"


class AnalysisError(ValueError):
    """A request that has no honest answer.

    Attributes
    ----------
    code : ErrorCode
        The kind of fault.
    column, stratum, value : object
        What it concerns; None where it concerns no such thing.

    The message says what is wrong and what to do.
    """

    def __init__(
        self,
        code: ErrorCode,
        message: str,
        *,
        column: str | None = None,
        stratum: object = None,
        value: object = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.column = column
        self.stratum = stratum
        self.value = value
