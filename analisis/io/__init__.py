"""Where rows come from: arrays, data frames, files, engines. The only part that touches them."""

from analisis.io.opening import open_source

__all__ = ["open_source"]
