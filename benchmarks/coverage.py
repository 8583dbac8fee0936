"""Coverage and width of the default intervals beside their alternatives.

Run as ``python -m benchmarks.coverage [--quick]``: prints Markdown tables, those of
docs/methods/coverage.md, in their order. All but what is marked as simulated is exact enumeration:
every sample that could be drawn, with its probability. What is simulated states its seed. A table
more is a function in a module of `coverage_of`, and a line in both lists below.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from benchmarks.coverage_of import designs
from benchmarks.coverage_of.comparisons import change_rate, difference, difference_of_lists, ratio
from benchmarks.coverage_of.means import means
from benchmarks.coverage_of.nets import net, net_of_a_list, paired
from benchmarks.coverage_of.proportions import one_list, one_proportion
from benchmarks.coverage_of.scales import coders, scales
from benchmarks.coverage_of.silence import silence

ALL_BUT_FEW = tuple(range(8, 45))

FULL: tuple[Callable[[], None], ...] = (
    lambda: one_proportion((8, 20, 31, 45, 100, 400)),
    lambda: one_list(45, ALL_BUT_FEW),
    lambda: one_list(200, (30, 80, 150, 190)),
    lambda: difference(((10, 10), (30, 30), (20, 100))),
    lambda: difference_of_lists(45, ((8, 8), (20, 31), (31, 31), (44, 44))),
    lambda: paired((10, 30)),
    lambda: ratio(((30, 30), (20, 100))),
    lambda: change_rate(((30, 30), (20, 100), (100, 100))),
    lambda: net((8, 31, 100)),
    lambda: net_of_a_list(45, ALL_BUT_FEW, 1),
    lambda: net_of_a_list(200, (10, 30, 80, 150, 190), 10),
    lambda: means((8, 31, 100), 20_000),
    lambda: scales((31, 100), 1_000),
    lambda: coders((20, 50, 200), 1_000),
    lambda: designs.share(2_000),
    lambda: designs.net(2_000),
    lambda: designs.two_groups(1_000),
    silence,
)
QUICK: tuple[Callable[[], None], ...] = (
    lambda: one_proportion((8, 31, 45)),
    lambda: one_list(45, (8, 20, 31, 44)),
    lambda: difference(((30, 30),)),
    lambda: difference_of_lists(45, ((8, 8),)),
    lambda: paired((10,)),
    lambda: ratio(((20, 20),)),
    lambda: change_rate(((30, 30),)),
    lambda: net((31,)),
    lambda: net_of_a_list(45, (8, 31), 5),
    lambda: means((8, 31), 2_000),
    lambda: scales((31,), 100),
    lambda: coders((20,), 100),
    lambda: designs.net(200),
    silence,
)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="smaller grids, in seconds")
    for section in QUICK if parser.parse_args(arguments).quick else FULL:
        section()


if __name__ == "__main__":
    main()
