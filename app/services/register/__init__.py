"""Territories, organisations, plans and people: looked up, edited, read from files."""
