"""Passes over joint draws of all strengths, in search of the largest lead of each draw.

`deviations` (n_draws, n) are draws minus their centre. The lead of i over j is (deviation of i - deviation of j) x inverse_errors[i, j], where an
inverse error of 0 says that the pair is not looked at. A lead that is not a number is passed over.
"""

from typing import Any

from recount.engine.kernels.accelerate import kernel


@kernel
def leads_of_farthest(deviations: Any, inverse_spread: Any, inverse_errors: Any, out: Any) -> None:
    """Fill out[d] with the largest lead, at least 0, of the competitor that stands highest in draw d in units of its spread, 1 / `inverse_spread`."""
    for draw in range(out.size):
        row = deviations[draw]
        farthest, highest = 0, 0.0
        for i in range(row.size):
            height = row[i] * inverse_spread[i]
            if height > highest:
                farthest, highest = i, height
        out[draw] = _largest_lead(1.0, row, farthest, inverse_errors, 0.0)


@kernel
def leads_beyond_reach(deviations: Any, reach_up: Any, reach_down: Any, inverse_errors: Any, inverse_errors_behind: Any, out: Any) -> None:
    """Raise out[d] to the largest lead in draw d of a competitor above its `reach_up` (n,), or over one below minus its `reach_down` (n,).

    `inverse_errors_behind` is the transpose of `inverse_errors`.
    """
    for draw in range(out.size):
        row, largest = deviations[draw], out[draw]
        for i in range(row.size):
            if row[i] > reach_up[i]:
                largest = _largest_lead(1.0, row, i, inverse_errors, largest)
            if -row[i] > reach_down[i]:
                largest = _largest_lead(-1.0, row, i, inverse_errors_behind, largest)
        out[draw] = largest


@kernel
def _largest_lead(sign: float, deviations: Any, i: int, inverse_errors: Any, largest: float) -> float:
    """Largest lead of i over another (sign 1), or of another over i (sign -1), or `largest`."""
    for j in range(deviations.size):
        lead = sign * (deviations[i] - deviations[j]) * inverse_errors[i, j]
        # Not max(): what is not a number is passed over.
        if lead > largest:
            largest = lead
    return largest
