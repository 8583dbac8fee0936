"""Files that answer questions."""
