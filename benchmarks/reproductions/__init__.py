"""Published results, reproduced: each module prints its section of `docs/reproductions.md`."""
