"""Studies and speed: what takes minutes, what is timed, and what needs the peers' packages."""
