"""Responses looked at one by one: found, decided, changed as a new version, erased."""
