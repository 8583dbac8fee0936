"""svy: domain means. Arguments: Parquet file, items, domain."""

import json
import sys
import time
import warnings

warnings.simplefilter("ignore")
import polars as pl  # noqa: E402 - after the warnings are silenced
import svy  # noqa: E402

path, items, domain = sys.argv[1], sys.argv[2].split(","), sys.argv[3]
rows = pl.read_parquet(path)
begin, processor = time.perf_counter(), time.process_time()
design = svy.Design(stratum="h", psu="psu", wgt="w", pop_size="units")
sample = svy.Sample(rows, design)
declared = time.perf_counter()
value, error = [], []
for item in items:
    found = sample.estimation.mean(item, by=domain)
    ordered = sorted(found.estimates, key=lambda each: float(each.by_level[0]))
    value += [each.est for each in ordered]
    error += [each.se for each in ordered]
done, processor = time.perf_counter(), time.process_time() - processor
told = {"declare": declared - begin, "estimate": done - declared, "processor": processor}
print(json.dumps(told | {"version": svy.__version__, "value": value, "se": error}))
