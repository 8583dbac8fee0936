"""A target of `benchmarks.fuzz` under atheris, which ends its process: NAME CORPUS SECONDS SEED."""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["encuestas"]):
    from benchmarks.fuzz_targets import TARGETS, words

CONTEXT = {"answers": {"a": 1, "b": "si", "c": ["x", "y"], "r": [{"x": "b"}, {"x": 3}]}}
LONGEST = {"source": 20_000, "expression": 2_000}


def main() -> None:
    """Fuzz until the time is over; atheris writes what breaks beside the corpus."""
    name, corpus, seconds, seed = sys.argv[1:]

    def one(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        TARGETS[name].run(text if name == "source" else [text, CONTEXT])

    options = [f"-max_total_time={seconds}", f"-seed={seed}", f"-max_len={LONGEST[name]}"]
    options += ["-print_final_stats=1", "-timeout=60", f"-artifact_prefix={Path(corpus).parent}/"]
    atheris.Setup([sys.argv[0], corpus, *options], one)
    with words():
        atheris.Fuzz()


if __name__ == "__main__":
    main()
