"""Open answers: read, counted by their words, and coded."""
