"""Work outside the request: asked for here, done by `cabildo worker`, with the database between."""
