"""Studies: many runs of an analysis under other votes, other choices, or in simulated arenas; every finished run is on disk at once."""
