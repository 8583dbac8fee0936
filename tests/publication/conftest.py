from tests.analytics.conftest import answer, field, make_territories

__all__ = ["answer", "field", "make_territories"]
