"""Where whoever signs in begins: what waits for them, and finding the rest."""
