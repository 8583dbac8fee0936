"""Responses on their way in, as rows of a file that other programs wrote."""
