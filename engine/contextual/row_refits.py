"""Fits of other votes in the rows of a design."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recount.engine.bradley_terry.existence import connected_by_wins
from recount.engine.bradley_terry.pair_likelihood import MAX_STEPS
from recount.engine.kernels.models import RAO_KUPPER
from recount.engine.likelihood import inverse_information
from recount.engine.votes import Floats

if TYPE_CHECKING:
    from recount.engine.contextual.row_likelihood import RowLikelihood

# Log-odds; a longer step does not lead to a nearby maximum.
LONGEST_STEP = 20.0


class RowRefits:
    """Fits of other votes in the rows of a design, from parameters that are nearly right.

    Steps use the inverse information of the log, scaled on both sides to the replicate's own diagonal, and need gradients only; their certificate is
    that of `recount.engine.kernels.refitting`.
    """

    def __init__(self, likelihood: "RowLikelihood", parameters: Floats, tolerance: float) -> None:
        self.likelihood = likelihood.on_one_thread()
        self.parameters = parameters
        self.tolerance = tolerance
        information = likelihood.slopes(parameters)[1]
        self._inverse = inverse_information(information, len(likelihood.contests.names), likelihood.prior.pins)
        self._curvature = np.diagonal(information)

    def joined(self, votes: NDArray[Any]) -> bool:
        """Whether chains of wins join all competitors, in `votes` (n_rows,)."""
        return connected_by_wins(self.likelihood.design.with_votes(votes.astype(np.float64)).contests)

    def maximum(self, votes: NDArray[Any]) -> tuple[Floats, float] | None:
        """Parameters (p,) at the maximum for `votes` (n_rows,) and their largest error, log-odds; None if steps do not converge quickly."""
        likelihood, n = self.likelihood.with_votes(votes.astype(np.float64)), len(self.likelihood.contests.names)
        found = self.parameters.copy()
        if likelihood.model != self.likelihood.model:
            return None
        size_before, decrement_before = 0.0, 0.0
        for _ in range(MAX_STEPS):
            gradient, curvature = likelihood.gradient_and_curvature(found)
            if not curvature.min() > 0:
                return None
            scale = np.sqrt(self._curvature / curvature)
            gradient *= scale
            step = self._inverse @ gradient
            decrement = float(gradient @ step)
            step *= scale
            if not likelihood.prior.pins:
                step[:n] -= step[:n].mean()
            size = float(np.abs(step).max())
            if not size < LONGEST_STEP or (likelihood.model == RAO_KUPPER and found[-1] + step[-1] <= 0):
                return None
            found += step
            if size <= self.tolerance and decrement < decrement_before:
                rate = math.sqrt(decrement / decrement_before)
                error = max(size, rate * size_before) * max(1.0, rate / (1.0 - rate))
                if error <= self.tolerance:
                    return found, error
            size_before, decrement_before = size, decrement
        return None
