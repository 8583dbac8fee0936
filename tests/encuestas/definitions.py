"""The small surveys in tests/definitions, one per behaviour."""

from datetime import datetime
from pathlib import Path

from encuestas import Survey, read_survey

FOLDER = Path(__file__).parents[1] / "definitions"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
NOW = datetime(2026, 1, 15, 12)


def text(name: str) -> str:
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


def survey(name: str) -> Survey:
    return read_survey(text(name))
