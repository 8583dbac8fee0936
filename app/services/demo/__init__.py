"""The demonstration programme: simulated, and marked so."""
