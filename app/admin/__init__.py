"""Collections for those who run them, a module per theme; all of them share one blueprint."""
