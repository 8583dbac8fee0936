"""Notices to other systems: who wants which, and how they get there."""
