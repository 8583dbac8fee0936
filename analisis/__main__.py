"""``python -m analisis``: the figures of a file with a declared design."""

import argparse
import os
import sys
from collections.abc import Sequence

from analisis.errors import AnalysisError

_WHAT = """Figures of a sample, each with its interval, base and method. The design file says how
people were chosen and which figures are wanted; docs/methods/design-file.md describes it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0, or 2 where something is wrong with what it was given."""
    asked = _parser().parse_args(arguments)
    from analisis.io import design_file, report

    try:
        answers = design_file.answers(
            asked.data, asked.design, columns=asked.column, by=asked.by, where=asked.where
        )
    except AnalysisError as fault:
        sys.stderr.write(f"analisis: {fault}\n")
        return 2
    shown = {"json": report.as_json, "csv": report.as_csv}.get(asked.form, report.as_table)
    return _write(shown(answers))


def _write(text: str) -> int:
    """Write to standard output; 0, or 2 if that is not possible."""
    if sys.stdout is None:
        sys.stderr.write("analisis: standard output is closed; say where the figures go\n")
        return 2
    try:
        # In UTF-8 whatever the terminal's own encoding: the figures are read by other programs too.
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    except OSError as fault:
        # What is left in the buffer would fail again when the program ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(fault, BrokenPipeError):
            return 0  # whoever reads has read enough, as `head` does
        sys.stderr.write(f"analisis: the figures cannot be written: {fault.strerror}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m analisis", description=_WHAT)
    parser.add_argument("data", metavar="DATA", help="a .csv, .parquet, .sav or .dta file")
    parser.add_argument(
        "--design", required=True, metavar="DESIGN.yaml", help="how people were chosen"
    )
    parser.add_argument(
        "--by",
        action="append",
        default=[],
        metavar="COLUMN",
        help="a figure for each of its values",
    )
    parser.add_argument("--where", metavar="COLUMN", help="only rows where it is true")
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="COLUMN",
        help="only figures of this column; if the design names none, its mean or its shares",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", dest="form", action="store_const", const="json", help="as JSON")
    form.add_argument("--csv", dest="form", action="store_const", const="csv", help="as CSV")
    return parser


if __name__ == "__main__":
    sys.exit(main())
