"""Use cases. Each owns its commit; none knows of requests, sessions or templates."""
