"""Benchmark scores: read from the forms in which they are published into one, and what is doubtful in them."""
