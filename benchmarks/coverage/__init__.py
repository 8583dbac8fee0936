"""Coverage and width of the default intervals beside their alternatives.

Run as ``python -m benchmarks.coverage [--quick]``: prints Markdown tables, those of
docs/methods/coverage.md. A module per kind of figure; ``__main__`` lists what is printed. All but
what is marked as simulated is exact enumeration: every sample that could be drawn, with its
probability. What is simulated states its seed.
"""
