"""Personal links: whom they go to, how they reach them, and what they lead to."""
