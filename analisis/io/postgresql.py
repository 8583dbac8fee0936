"""Rows in PostgreSQL: the database does the sums, and only they come here."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from analisis.errors import AnalysisError, ErrorCode
from analisis.io.engine import Engine
from analisis.io.sql import POSTGRESQL, Form

_FORMS = {
    16: Form.BOOLEAN,
    **dict.fromkeys((20, 21, 23), Form.INTEGER),
    **dict.fromkeys((700, 701), Form.FLOAT),
    1700: Form.EXACT,
    25: Form.TEXT,
    **dict.fromkeys((19, 1042, 1043), Form.LABEL),  # name, char(n), varchar(n)
}
"""Types by the numbers that PostgreSQL gives them, which every driver passes on."""


class PostgreSQLSource(Engine):
    """What a query gives, asked over any DB-API connection.

    Parameters
    ----------
    connection : DB-API 2 connection
        Of psycopg, pg8000 or another driver. It is not closed, and nothing is committed.
    query : str
        The rows: ``"SELECT region, unit, w, sat FROM answers WHERE wave = 3"``. It becomes part of
        the aggregation as it stands, so it must be the program's own, never typed by a reader.

    Raises
    ------
    AnalysisError
        If the database refuses the query.

    Notes
    -----
    Rows have no order there unless the query says ORDER BY; without it ``design.weights`` comes in
    no order that means anything.
    """

    def __init__(self, connection: Any, query: str) -> None:
        self._connection = connection
        description, _rows = self._asked(f"SELECT * FROM ({query}) AS t LIMIT 0")
        forms: Mapping[str, Form] = {
            each[0]: _FORMS.get(each[1], Form.OTHER) for each in description
        }
        places = ", ".join(f"r{place}" for place in range(len(description)))
        super().__init__(forms, POSTGRESQL, f"({query}) AS t({places})")

    def run(self, query: str) -> Any:
        """The answer to a query, as an Arrow table."""
        description, rows = self._asked(query)
        columns = list(zip(*rows, strict=True)) or [()] * len(description)
        return pa.table({f"o{place}": pa.array(column) for place, column in enumerate(columns)})

    def _asked(self, query: str) -> tuple[Any, Any]:
        cursor = self._connection.cursor()
        try:
            cursor.execute(query)
            return cursor.description, cursor.fetchall()
        except Exception as fault:
            if not any(each.__name__ == "Error" for each in type(fault).__mro__):
                raise
            raise AnalysisError(
                ErrorCode.UNREADABLE_DATA,
                f"the database does not answer: {str(fault).splitlines()[0]}",
            ) from fault
        finally:
            cursor.close()
