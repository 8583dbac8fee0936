"""Do Python and the browser agree? Generated expressions and answers, for as long as asked.

python -m benchmarks.agreement --minutes 10
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.chromium import chromium
from tests.logic.compare import differences
from tests.logic.generated import collect
from tests.logic.in_chromium import logic_page

BATCH = 1_000
SHOWN = 10


def main() -> int:
    """1 if anything differed, so that a nightly job can watch it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--start", type=int, default=1, help="the first seed; every batch has one")
    given = parser.parse_args()
    end = time.monotonic() + given.minutes * 60
    compared, found, number = 0, [], given.start
    with chromium() as browser, logic_page(browser) as page:
        while time.monotonic() < end:
            count, differing = differences(page, collect(BATCH, number))
            compared += count
            found += [f"seed {number}: {line}" for line in differing]
            number += 1
    for line in sorted(found, key=len)[:SHOWN]:
        print(line)
    print(f"{compared} comparisons, {len(found)} differences, seeds {given.start} to {number - 1}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
