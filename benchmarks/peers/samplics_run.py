"""samplics: domain means. Arguments: Parquet file, items, domain."""

import json
import sys
import time
import warnings

warnings.simplefilter("ignore")
import pandas as pd  # noqa: E402 - after the warnings are silenced
import samplics  # noqa: E402
from samplics.estimation import TaylorEstimator  # noqa: E402
from samplics.utils.types import PopParam  # noqa: E402

path, items, domain = sys.argv[1], sys.argv[2].split(","), sys.argv[3]
rows = pd.read_parquet(path)
begin, processor = time.perf_counter(), time.process_time()
strata = sorted(set(zip(rows["h"].tolist(), rows["units"].tolist(), strict=True)))
shares = {h: 1 - 25 / units for h, units in strata}
declared = time.perf_counter()
value, error = [], []
for item in items:
    estimator = TaylorEstimator(PopParam.mean)
    estimator.estimate(
        y=rows[item],
        samp_weight=rows["w"],
        stratum=rows["h"],
        psu=rows["psu"],
        domain=rows[domain],
        fpc=shares,
    )
    keys = sorted(estimator.point_est)
    value += [float(estimator.point_est[key]) for key in keys]
    error += [float(estimator.stderror[key]) for key in keys]
done, processor = time.perf_counter(), time.process_time() - processor
told = {"declare": declared - begin, "estimate": done - declared, "processor": processor}
print(json.dumps(told | {"version": samplics.__version__, "value": value, "se": error}))
