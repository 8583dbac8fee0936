"""Responses as columns in files, kept current with the database."""
