"""Passes over joint draws of all strengths."""

from typing import Any

from recount.engine.kernels.accelerate import kernel

# Draws that are worked on at once: the strengths of all competitors in them stay in the cache.
BLOCK = 512


@kernel
def largest_standardised_difference(deviations: Any, better: Any, worse: Any, inverse_errors: Any, out: Any) -> None:
    """Fill out[d] with the largest (deviation of better - deviation of worse) / standard error over the listed pairs in draw d.

    `deviations` (n, n_draws) are draws less their centre; `better`, `worse` (int32) and `inverse_errors` have one element a pair.
    """
    for start in range(0, out.size, BLOCK):
        block = slice(start, min(start + BLOCK, out.size))
        largest = out[block]
        largest[:] = -1e308
        for pair in range(better.size):
            ahead, behind, scale = deviations[better[pair], block], deviations[worse[pair], block], inverse_errors[pair]
            for draw in range(largest.size):
                lead = (ahead[draw] - behind[draw]) * scale
                # Not max(): with a branch on doubt about NaN no processor does several draws at a time.
                if lead > largest[draw]:
                    largest[draw] = lead
