"""From responses to figures: here `encuestas` and `analisis` meet."""
