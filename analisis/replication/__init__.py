"""Replicate weights: how they are made, and what is read from them."""
