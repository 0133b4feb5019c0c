"""Public data sets: where they are, whose they are, and a copy on this machine that is what was published."""
