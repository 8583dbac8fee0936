"""The page on which other tests evaluate expressions in Chromium."""

from tests.logic.conftest import evaluator

__all__ = ["evaluator"]
