from tests.api.conftest import change, field, rows, send

__all__ = ["change", "field", "rows", "send"]
