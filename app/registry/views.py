"""Every page of the register, for `create_app`."""

from app.registry import documents, files, rows
from app.registry.blueprint import registry

__all__ = ["documents", "files", "registry", "rows"]
