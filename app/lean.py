"""Scripts and style sheets as phones get them: nothing in them that only a reader needs.

Whoever works on them reads and changes `app/static` as it is; this runs once per process.
"""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
TIMEOUT = 60

# The minifier is Go, whose threads and signal handlers would stay: it has a process of its own, and
# writes no newer JavaScript than browsers of 2020 read.
_MINIFY = """
import json, minify, sys
minify.config({"js-version": 2020})
scripts = json.load(sys.stdin)
json.dump({name: minify.string("text/javascript", scripts[name]) for name in scripts}, sys.stdout)
"""

_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_AROUND = re.compile(r" ?([{};,]) ?")
_CSS_VALUE = re.compile(r": (?=[^{}]*[;}])")

log = logging.getLogger(__name__)


def lean_script(name: str) -> str:
    """A script of `app/static`, its local names short."""
    return _scripts()[name]


def lean_style(css: str) -> str:
    """A style sheet without comments and spaces; our sheets have no text with such marks in it."""
    css = " ".join(_CSS_COMMENT.sub("", css).split())
    return _CSS_VALUE.sub(":", _CSS_AROUND.sub(r"\1", css)).replace(";}", "}")


@cache
def _scripts() -> Mapping[str, str]:
    """All of them at once; as they were written where the minifier does not run."""
    written = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.js")}
    try:
        done = subprocess.run(  # noqa: S603 no shell: the arguments are ours
            [sys.executable, "-P", "-c", _MINIFY],
            input=json.dumps(written).encode(),
            capture_output=True,
            check=True,
            timeout=TIMEOUT,
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or b""
        log.warning("Scripts are sent as they were written: %s %s", error, said.decode()[-500:])
        return written
    return json.loads(done.stdout)
