"""Benchmark scores of models compared by country: best and mean scores with their errors, parity, agreement with ratings."""
