"""Signing in, and what belongs to whoever did: a module per theme."""

from app.account import tokens
from app.account.blueprint import account
from app.account.office import office

__all__ = ["account", "office", "tokens"]
