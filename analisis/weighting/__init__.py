"""Weights made to agree with what is known of the population: a module per method."""
