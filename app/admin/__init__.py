"""Collections for those who run them, a module per theme; all of them share one blueprint."""

from app.admin import (
    entry,
    fieldwork,
    files,
    hub,
    invitation_files,
    invitations,
    paper,
    progress,
    publication,
    review,
)
from app.admin.blueprint import admin

__all__ = [
    "admin",
    "entry",
    "fieldwork",
    "files",
    "hub",
    "invitation_files",
    "invitations",
    "paper",
    "progress",
    "publication",
    "review",
]
