"""analisis: domain means from Parquet, declaration included. Arguments: file, items, domain."""

import json
import sys
import time

import analisis.io.duckdb
import analisis.io.parquet  # noqa: F401 - the clock starts when all is imported, as with the peers
from analisis import SurveyDesign

path, items, domain = sys.argv[1], sys.argv[2].split(","), sys.argv[3]
covariance = sys.argv[4] == "covariance"
begin, processor = time.perf_counter(), time.process_time()
design = SurveyDesign(path, strata="h", clusters="psu", weights="w", population="units")
declared = time.perf_counter()
found = design.mean(items, by=domain)
if covariance:
    assert found.covariance.shape == (len(found), len(found))
done, processor = time.perf_counter(), time.process_time() - processor
# The peers give all domains of an item, then the next item.
order = [place for item in items for place, each in enumerate(found) if each.variable == item]
print(
    json.dumps(
        {
            "declare": declared - begin,
            "estimate": done - declared,
            "processor": processor,
            "version": "this tree",
            "value": [found[place].value for place in order],
            "se": [found[place].se for place in order],
        }
    )
)
