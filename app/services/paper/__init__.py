"""Paper forms typed in."""
