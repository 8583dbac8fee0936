"""Where rows come from: arrays, data frames, files, engines. The only part that touches them."""

from typing import TYPE_CHECKING

from analisis.io.opening import open_source

if TYPE_CHECKING:
    from analisis.io.duckdb import DuckDBSource
    from analisis.io.postgresql import PostgreSQLSource
    from analisis.io.spark import SparkSource

__all__ = ["DuckDBSource", "PostgreSQLSource", "SparkSource", "open_source"]


def __getattr__(name: str) -> object:
    # Engines are imported when they are asked for: none of them need be installed.
    if name == "DuckDBSource":
        from analisis.io.duckdb import DuckDBSource

        return DuckDBSource
    if name == "PostgreSQLSource":
        from analisis.io.postgresql import PostgreSQLSource

        return PostgreSQLSource
    if name == "SparkSource":
        from analisis.io.spark import SparkSource

        return SparkSource
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
