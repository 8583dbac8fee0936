"""Signing in: what Cabildo adds to Flask-Security."""
