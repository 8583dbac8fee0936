"""What programs read: surveys, collections, and responses page by page."""
