"""What was found, for those who answered: pages that anybody may open."""
