"""Passes over joint draws of all strengths."""

from typing import Any

from engine.kernels.accelerate import kernel


@kernel
def largest_standardised_difference(deviations: Any, better: Any, worse: Any, inverse_errors: Any, out: Any) -> None:
    """Fill out[d] with the largest (deviation of better - deviation of worse) / standard error over the listed pairs in draw d.

    `deviations` (n_draws, n) are draws less their centre; `better`, `worse` (int32) and `inverse_errors` have one element a pair.
    """
    for draw in range(deviations.shape[0]):
        row = deviations[draw]
        largest = -1e308
        for pair in range(better.size):
            largest = max(largest, (row[better[pair]] - row[worse[pair]]) * inverse_errors[pair])
        out[draw] = largest
