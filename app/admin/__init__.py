"""Collections for those who run them, a module per theme; all of them share one blueprint."""

from app.admin import hub, paper, progress
from app.admin.blueprint import admin

__all__ = ["admin", "hub", "paper", "progress"]
