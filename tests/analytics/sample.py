"""A sample in blocks and territories, with weights; tests/analytics/r/design.R makes it too."""

from __future__ import annotations

from app.models import Collection
from tests.analytics.conftest import OPINION, field

SAMPLE = (
    OPINION.replace(
        "      - name: mark\n",
        "      - {name: block, type: text, label: {es: Manzana, en: Block}}\n"
        "      - {name: weight, type: hidden}\n"
        "      - {name: households, type: integer, label: {es: Hogares, en: Households}}\n"
        "      - name: mark\n",
    )
    .replace(
        "measures:\n",
        "  - id: three\n"
        "    questions:\n"
        "      - {name: order, type: rank, choices: works, label: {es: Orden}}\n"
        "      - {name: age, type: integer, label: {es: Edad}}\n"
        "measures:\n",
    )
    .replace(
        "choices:\n",
        "choices:\n  works: [{value: a, label: {es: A}}, {value: b, label: {es: B}}]\n",
        1,
    )
    + "  - {name: order, question: order}\n  - {name: age, question: age}\n"
)

CLUSTERS = {"strata": "territory", "clusters": "block", "weights": "weight", "nest": "true"}
STRATA = {"strata": "territory", "population": {"T-1": "400", "T-2": "900", "T-3": "300"}}


def sampled(count: int = 240) -> list[dict[str, object]]:
    """Answers whose design is given in every row, some of them without an opinion."""
    rows: list[dict[str, object]] = []
    for n in range(count):
        row: dict[str, object] = {
            "territory": f"T-{1 + n % 3}",
            "block": f"b{(n // 3) % 8}",
            "weight": str(1 + (n * 7) % 5 / 2 + n % 3),
            "households": (400, 900, 300)[n % 3],
            "sex": "fm"[n % 2],
            "mark": "no_sabe" if n % 11 == 0 else 1 + (n * n + n // 7) % 7,
        }
        if n % 4:
            row["took_part"] = "no" if n % 3 == 0 else "si"
        if row.get("took_part") == "si":
            row["again"] = "si" if n % 5 else "no"
            if n % 7:
                row["influence"] = 1 + n % 5
        if n % 6:
            row["order"] = ["a", "b"] if n % 5 > 1 else ["b", "a"]
        if n % 9:
            row["age"] = 18 + (n * 5) % 60
        rows.append(row)
    return rows


def drawn(slug: str = "sample", **how: object) -> Collection:
    """The collection that those rows answer."""
    return field(SAMPLE, slug, selection="probability", **how)
