"""The tests; `tests.reference` holds the slow and obvious twins of the engine."""
