"""Responses arriving, each under one rule, and what waits for a person to decide."""
