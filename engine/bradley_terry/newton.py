r"""Newton's method for a log-likelihood that is concave, or with Firth's prior concave near its maximum, and its certificate.

Steps solve :math:`H \delta = g`, H the information, made regular where the constant vector of strengths is its null space. The result is certified by
the step that would come next: near the maximum it is the error.
"""

import math

import numpy as np

from recount.engine.errors import ConvergenceError
from recount.engine.likelihood import Concave
from recount.engine.linear_algebra import one_thread, solve_in_place
from recount.engine.plurals import plural
from recount.engine.scale import ELO
from recount.engine.votes import Floats

SMALLEST_STEP = 2.0**-40
# Elo; so close to the maximum, rounding decides about slopes.
FULL_STEP_BELOW = 1.0


def maximise(likelihood: Concave, tolerance: float, max_iterations: int) -> tuple[Floats, float, float, int]:
    """Return the parameters at the maximum, the gradient's norm, the rating error in Elo and the number of steps.

    Raises
    ------
    ConvergenceError
        If the next step is not below `tolerance`, in Elo, after `max_iterations`.
    """
    with one_thread():
        return _maximise(likelihood, tolerance, max_iterations)


def _maximise(likelihood: Concave, tolerance: float, max_iterations: int) -> tuple[Floats, float, float, int]:
    theta = likelihood.start()
    # One for all steps: the pages of a new one are slower to get than to fill.
    information = np.empty((theta.size, theta.size))
    gradient = likelihood.regular_slopes(theta, information)
    for iteration in range(max_iterations):
        step = solve_in_place(information, gradient)
        error = ELO * float(np.abs(step).max())
        if not math.isfinite(error):
            raise ConvergenceError(f"the Newton step is not finite after {plural(iteration, 'iteration')}; look for competitors with extreme records")
        if error <= tolerance:
            # The step is known and costs nothing: it is taken, and what it was bounds what is left.
            return theta + step, float(np.abs(gradient).max()), error, iteration
        # Where the likelihood is concave along the step, one that ends far beyond its maximum, where the slope is steeper than before, is halved.
        slope, size = float(gradient @ step), likelihood.longest_step(theta, step)
        while True:
            trial = theta + size * step
            gradient = likelihood.regular_slopes(trial, information)
            if float(gradient @ step) >= -slope / 2 or error < FULL_STEP_BELOW or size < SMALLEST_STEP:
                break
            size /= 2
        theta = trial
    raise ConvergenceError(
        f"ratings are still {error:.3g} Elo from the maximum after {plural(max_iterations, 'iteration')}; raise max_iterations or the tolerance"
    )
