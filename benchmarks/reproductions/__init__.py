"""Published results, reproduced: each script prints its section of `docs/reproductions.md`, as ``python -m benchmarks.reproductions.NAME``."""
