"""Results given back to the community, with nobody's answer in them."""
