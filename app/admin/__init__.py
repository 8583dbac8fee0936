"""Collections for those who run them, a module per theme; all of them share one blueprint."""

from app.admin import (
    design,
    editing,
    entry,
    exports,
    fieldwork,
    files,
    hub,
    invitation_files,
    invitations,
    paper,
    phone_files,
    progress,
    publication,
    response,
    responses,
    review,
    webhooks,
)
from app.admin.blueprint import admin

__all__ = [
    "admin",
    "design",
    "editing",
    "entry",
    "exports",
    "fieldwork",
    "files",
    "hub",
    "invitation_files",
    "invitations",
    "paper",
    "phone_files",
    "progress",
    "publication",
    "response",
    "responses",
    "review",
    "webhooks",
]
