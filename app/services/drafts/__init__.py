"""Unfinished answers: kept, found again, and sent."""
