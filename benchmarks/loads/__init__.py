"""What `benchmarks.load` compares the service with, and what it has wrk do."""
