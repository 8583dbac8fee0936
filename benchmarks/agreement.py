"""Do Python and the browser agree? Generated things, for as long as asked.

python -m benchmarks.agreement --minutes 10            expressions and answers
python -m benchmarks.agreement pages --minutes 10      whole pages, answered as a person would
python -m benchmarks.agreement phone --minutes 10      whole surveys, as a phone asks them alone
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from playwright.sync_api import Browser

from app import create_app
from tests.chromium import chromium
from tests.conftest import test_settings
from tests.logic.compare import differences
from tests.logic.generated import collect
from tests.logic.in_chromium import logic_page
from tests.logic.pages.compare import Tally, compare_some
from tests.logic.pages.phone import compare_documents

BATCH = 1_000
SHOWN = 10


def expressions(browser: Browser, seed: int, end: float) -> tuple[str, list[str]]:
    """What was compared, and what differed."""
    compared, found, number = 0, [], seed
    with logic_page(browser) as page:
        while time.monotonic() < end:
            count, differing = differences(page, collect(BATCH, number))
            compared += count
            found += [f"seed {number}: {line}" for line in differing]
            number += 1
    return f"{compared} comparisons, {len(found)} differences, seeds {seed} to {number - 1}", found


def pages(browser: Browser, seed: int, end: float) -> tuple[str, list[str]]:
    """What was compared, and what differed."""
    return _surveys(compare_some, browser, seed, end)


def phone(browser: Browser, seed: int, end: float) -> tuple[str, list[str]]:
    """What was compared, and what differed."""
    return _surveys(compare_documents, browser, seed, end)


def _surveys(
    compare: Callable[..., Iterator[Tally]], browser: Browser, seed: int, end: float
) -> tuple[str, list[str]]:
    with tempfile.TemporaryDirectory(prefix="cabildo-pages-") as folder:
        app = create_app(test_settings(f"sqlite:///{folder}/none.sqlite3", Path(folder)))
        for tally in compare(app, browser, seed=seed):
            if time.monotonic() > end:
                return str(tally), tally.found
    raise RuntimeError("surveys are generated without end")


MODES: Mapping[str, Callable[[Browser, int, float], tuple[str, list[str]]]] = {
    "expressions": expressions,
    "pages": pages,
    "phone": phone,
}


def main() -> int:
    """1 if anything differed, so that a nightly job can watch it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("mode", nargs="?", choices=MODES, default="expressions")
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", "--start", type=int, default=1, help="where generating begins")
    given = parser.parse_args()
    with chromium() as browser:
        told, found = MODES[given.mode](browser, given.seed, time.monotonic() + given.minutes * 60)
    for line in sorted(found, key=len)[:SHOWN]:
        print(line)
    print(told)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
