"""Rows on an Apache Spark cluster: Spark does the sums, and only they come here."""

from typing import Any

from analisis.errors import AnalysisError, ErrorCode
from analisis.io.engine import Engine
from analisis.io.sql import SPARK, Form

_FORMS = {
    "boolean": Form.BOOLEAN,
    "float": Form.FLOAT,
    "double": Form.FLOAT,
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), Form.INTEGER),
    "string": Form.TEXT,
}
_ROWS = "analisis_rows"


class SparkSource(Engine):
    """A Spark data frame.

    Parameters
    ----------
    data : pyspark.sql.DataFrame
        The rows. Cache it, or keep it in Parquet, where several figures are asked of it: each
        estimator is one aggregation over it.

    Raises
    ------
    AnalysisError
        If pyspark is not installed, or is older than 4.0.

    Notes
    -----
    A data frame has no row order of its own: ``design.weights`` and other columns come in the order
    of its partitions, which stays the same for one read from files and not shuffled.
    """

    def __init__(self, data: Any) -> None:
        if not hasattr(data, "toArrow"):
            raise AnalysisError(
                ErrorCode.MISSING_DEPENDENCY,
                "this Spark cannot hand over Arrow tables; install pyspark 4.0 or newer",
            )
        fields = data.dtypes
        # By place: Spark takes n and N for one column.
        self._rows = data.toDF(*(f"r{place}" for place in range(len(fields))))
        super().__init__({name: _form(kind) for name, kind in fields}, SPARK, _ROWS)

    def run(self, query: str) -> Any:
        """The answer to a query, as an Arrow table."""
        # The name of the rows is filled in between braces; those of a text stay.
        query = query.replace("{", "{{").replace("}", "}}").replace(_ROWS, f"{{{_ROWS}}}")
        try:
            return self._rows.sparkSession.sql(query, **{_ROWS: self._rows}).toArrow()
        except _faults() as fault:
            raise AnalysisError(
                ErrorCode.UNREADABLE_DATA,
                f"Spark cannot read the data: {str(fault).splitlines()[0]}",
            ) from fault


def _form(kind: str) -> Form:
    if kind.startswith("decimal"):
        return Form.EXACT
    if kind.startswith(("char", "varchar")):
        return Form.LABEL
    return _FORMS.get(kind, Form.OTHER)


def _faults() -> tuple[type[Exception], ...]:
    """What Spark raises: its own, and those of Java where it runs in this process."""
    from pyspark.errors import PySparkException

    try:
        from py4j.protocol import Py4JError
    except ImportError:  # a client of a remote Spark has no Java
        return (PySparkException,)
    return (PySparkException, Py4JError)
