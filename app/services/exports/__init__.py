"""Responses on their way out, as files of every format."""
