"""How long a page of 1,000 questions, 500 of them calculations, takes to follow one answer.

Run with ``python -m benchmarks.change``: it fields a generated survey in a temporary folder, serves
it with the real server, opens it in Chromium with the processor throttled six times, and types.
Time runs from the ``input`` event until the page holds all that follows; laying it out is told
apart, since it depends on what is on the screen. The last line works everything out anew, as a
script that does not know what depends on what would have to do each time. Ends with 1 when a
median is over the budget of one frame, 16 ms.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from flask_migrate import upgrade
from playwright.sync_api import Page

from app import create_app
from app.config import Settings
from app.extensions import db
from app.services import collections, surveys
from app.services.collections import Fielding
from benchmarks.servers import SERVERS, serving
from tests.chromium import KEEPS_NOTHING, chromium
from tests.install_chromium import find_chromium

FRAME = 16.0
PAIRS = 500
SLOWDOWN = 6
SLUG = "mil"
# Question `q1` begins the chain, `q500` is its last link; each calculation adds its own question.
CASES = {
    "the last link: 1 calculation": PAIRS,
    "the middle: 251 calculations": PAIRS // 2,
    "the first link: 500 calculations": 1,
}
CHANGE = """([name, rounds]) => {
  const field = document.getElementsByName(name)[0];
  const output = document.querySelector(`[data-value="c${PAIRS}"]`);
  const times = [];
  for (let round = 1; round <= rounds; round++) {
    const before = output.textContent;
    field.value = String(round);
    const start = performance.now();
    field.dispatchEvent(new Event('input', { bubbles: true }));
    const done = performance.now();
    document.body.getBoundingClientRect();
    const drawn = performance.now();
    if (output.textContent === before) throw new Error('nothing followed');
    times.push([done - start, drawn - start]);
  }
  return times;
}""".replace("${PAIRS}", str(PAIRS))
ALL = """(rounds) => {
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    const done = performance.now();
    times.push([done - start, done - start]);
  }
  return times;
}"""


def definition() -> str:
    """500 whole numbers, and 500 sums of which each needs the one before it."""
    lines = ["id: mil", "version: 1", "title: {es: Mil preguntas}", "pages:", "  - id: p"]
    lines.append("    questions:")
    for at in range(1, PAIRS + 1):
        before = f"${{c{at - 1}}} + " if at > 1 else ""
        lines.append(f"      - {{name: q{at}, type: integer, label: {{es: Pregunta {at}}}}}")
        lines.append(
            f"      - {{name: c{at}, type: calculate, label: {{es: Suma {at}}},"
            f' calculation: "{before}coalesce(${{q{at}}}, 0)"}}'
        )
    return "\n".join(lines)


@contextmanager
def fielded() -> Iterator[str]:
    """The address of a service with that survey."""
    with tempfile.TemporaryDirectory(prefix="cabildo-change-") as folder:
        own = {"CABILDO_DATA": folder, "CABILDO_URL": "", "DATABASE_URL": "", "PORT": ""}
        app = create_app(Settings.from_environment(os.environ | own))
        with app.app_context():
            upgrade()
            version = surveys.save_definition(definition())
            surveys.publish(version.survey_id)
            collections.open_collection(version.survey_id, SLUG, Fielding(territories=[]))
            db.session.remove()
            db.engine.dispose()
        with serving(SERVERS["granian"], os.environ | own) as address:
            yield address


def measure(page: Page, rounds: int) -> Mapping[str, Sequence[Sequence[float]]]:
    """Milliseconds of each round by case: until the page holds the result, and until laid out."""
    found = {
        case: page.evaluate(CHANGE, [f"q{question}", rounds]) for case, question in CASES.items()
    }
    return found | {"all 1,000 anew": page.evaluate(ALL, rounds)}


def print_table(found: Mapping[str, Sequence[Sequence[float]]]) -> bool:
    """Whether every change is within a frame."""
    print("| a change that reaches | median ms | worst ms | median with layout | of all anew |")
    print("|---|---|---|---|---|")
    *_, everything = (statistics.median(done for done, _ in each) for each in found.values())
    within = True
    for case, times in found.items():
        done = [first for first, _ in times]
        median, laid_out = statistics.median(done), statistics.median(last for _, last in times)
        figures = f"{median:.1f} | {max(done):.1f} | {laid_out:.1f} | {median / everything:.2f}"
        print(f"| {case} | {figures} |")
        within = within and (case not in CASES or median < FRAME)
    return within


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=100, help="changes of each kind")
    asked = parser.parse_args(arguments)
    if find_chromium() is None:
        parser.error("no Chromium here: install it, or set CHROMIUM to its path")
    with fielded() as address, chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740})
        page.add_init_script(KEEPS_NOTHING)
        page.goto(f"{address}/e/{SLUG}")
        page.click("main form button")
        page.wait_for_selector("[role=status]", state="attached")
        throttle = page.context.new_cdp_session(page)
        throttle.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        within = print_table(measure(page, asked.rounds))
    print(f"\nProcessor throttled {SLOWDOWN} times. Budget: {FRAME:.0f} ms, one frame.")
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
