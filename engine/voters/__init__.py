"""Voters under suspicion, and whether who is shown first is chance: tests with stated error rates."""
