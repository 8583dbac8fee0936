"""A bare group-by of the same columns by DuckDB, as a floor. Arguments: file, items, domain."""

import json
import sys
import time

import duckdb

path, items, domain = sys.argv[1], sys.argv[2].split(","), sys.argv[3]
sums = ", ".join(f"sum(w * {item}), sum(w * {item} * {item}), count({item})" for item in items)
begin, processor = time.perf_counter(), time.process_time()
with duckdb.connect() as connection:
    rows = connection.execute(
        f"SELECT {domain}, h, psu, units, sum(w), {sums} FROM read_parquet(?) GROUP BY ALL",  # noqa: S608 - names of the benchmark's own columns
        [path],
    ).to_arrow_table()
done, processor = time.perf_counter(), time.process_time() - processor
told = {"declare": 0.0, "estimate": done - begin, "processor": processor}
print(json.dumps(told | {"version": duckdb.__version__}))
