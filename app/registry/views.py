"""Every page of the register, for `create_app`."""

from app.registry import files, rows
from app.registry.blueprint import registry

__all__ = ["files", "registry", "rows"]
