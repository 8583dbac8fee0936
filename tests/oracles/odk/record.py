"""Asks ODK's evaluators all vectors and keeps what they say: `make oracles`.

They are npm packages: fetched into ``build/oracles``, run by node, never a part of this repository
and not needed by its tests, which read ``results.json``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import date
from pathlib import Path

from tests.oracles.cases import odk_case

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
VECTORS = HERE.parents[1] / "vectors" / "expressions.json"
RESULTS = HERE / "results.json"


def main() -> None:
    """Vectors -> cases -> answers -> results.json."""
    folder = ROOT / "build" / "oracles"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "evaluate.mjs"):
        shutil.copyfile(HERE / name, folder / name)
    install = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]
    subprocess.run(install, cwd=folder, check=True)
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    cases = [(text, context, odk_case(text, context), _type(e)) for text, context, e in vectors]
    asked = [case for case in cases if case[2] is not None]
    questions = [{**case, "type": kind} for _, _, case, kind in asked if case is not None]
    (folder / "cases.json").write_text(json.dumps(questions), "utf-8")
    subprocess.run(["node", "evaluate.mjs"], cwd=folder, check=True)
    answers = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    lines = ",\n".join(
        "  " + json.dumps([text, context, answer])
        for (text, context, _, _), answer in zip(asked, answers["answers"], strict=True)
    )
    head = json.dumps({"made": date.today().isoformat(), **answers["versions"]})
    RESULTS.write_text(f'{{"of": {head},\n"answers": [\n{lines}\n]}}\n', "utf-8")
    print(f"{len(asked)} of {len(vectors)} vectors asked; see {RESULTS.relative_to(ROOT)}")


def _type(expected: object) -> str:
    if isinstance(expected, bool):
        return "boolean"
    return "string" if isinstance(expected, str) else "number"


if __name__ == "__main__":
    main()
