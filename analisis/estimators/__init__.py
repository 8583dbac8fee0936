"""A module per kind of figure: what sums it needs, what it is of them, and how it may be read."""
