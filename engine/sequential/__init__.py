"""Rating systems that process the votes one by one, in a single pass."""
