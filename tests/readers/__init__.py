"""What takes programs of its own, and minutes: run by ``make test-readers`` alone."""
