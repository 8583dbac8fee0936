"""Interviews in the field: what a signed-in interviewer's phone takes along and hands over."""

from app.field.shell import shell
from app.field.views import field

__all__ = ["field", "shell"]
