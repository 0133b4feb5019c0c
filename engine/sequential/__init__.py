"""Rating systems that go through the votes one after the other and need no more than one pass."""
