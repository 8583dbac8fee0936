"""What `benchmarks.coverage` prints: a module per kind of figure, and what they share."""
