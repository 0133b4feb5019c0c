r"""Which circles: rock, paper and scissors by name.

The deviations y of pairs from what strengths allow (`recount.engine.scrutiny.transitivity`) are a flow on the graph of pairs. Its curl around three
competitors, :math:`y_{ij} + y_{jk} + y_{ki}` (HodgeRank: Jiang, Lim, Yao and Ye 2011), is the sum of the leads of i over j, of j over k and of k over
i. It is 0 if one number per competitor is enough, whatever the numbers. Strengths cancel, so its variance is that of three independent pairs. The
largest of all circles is large by chance: a p-value is the probability that the largest standardised curl of a simulated log, in which one number is
enough, is as large (Westfall and Young 1993), so all statements hold jointly.
"""

from dataclasses import dataclass

import numpy as np

from recount.engine.choices.resampling import LARGEST_COUNT, LARGEST_SEED, whole
from recount.engine.choices.usual import SEED
from recount.engine.errors import InputError
from recount.engine.fitting import Fit
from recount.engine.kernels.circles import largest_circle
from recount.engine.linear_algebra import one_thread
from recount.engine.plurals import plural
from recount.engine.scale import ELO
from recount.engine.scrutiny.pair_residuals import residuals
from recount.engine.scrutiny.transitivity import N_REPLICATES, Transitive, check_alike, true_strengths
from recount.engine.showing import Shown
from recount.engine.uncertainty.bootstrapping import Progress
from recount.engine.votes import Floats, Ints, freeze


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Cycles(Shown):
    """The circles of three that deviate most, the most certain first.

    Attributes
    ----------
    names : tuple of str
        The rated competitors.
    members : (m, 3) int64
        Each is stronger against the next, and the last against the first, than strengths allow.
    curl, standard_errors : (m,) float64
        Sum of the three deviations, log-odds, and its standard error.
    points : (m, 3) float64
        Share of the points that each had against the next; above 1/2 all around, the votes themselves go in a circle.
    p_values : (m,) float64
        Of all circles jointly.
    n_circles : int
        Circles that were looked at.
    """

    names: tuple[str, ...]
    members: Ints
    curl: Floats
    standard_errors: Floats
    points: Floats
    p_values: Floats
    n_circles: int

    def summary(self) -> str:
        """Say which circle is the most certain."""
        i, j, k = (self.names[member] for member in self.members[0])
        return (
            f"{plural(self.n_circles, 'circle')} of three; the most certain: {i!r} over {j!r} over {k!r} over {i!r}\n"
            f"{ELO * self.curl[0]:.1f} points around it beyond what ratings allow, with a standard error of {ELO * self.standard_errors[0]:.1f}\n"
            f"p = {self.p_values[0]:.4g} of all circles jointly; {int((self.p_values < 0.05).sum())} of the {self.curl.size} shown are below 0.05"
        )


def cycles(
    fit: Fit, *, n_shown: int = 30, free_link: bool = True, n_replicates: int = N_REPLICATES, seed: int = SEED, progress: Progress | None = None
) -> Cycles:
    """Find the circles of three that deviate most from one number per competitor.

    Parameters
    ----------
    fit, free_link, n_replicates, seed, progress
        As in `intransitivity`.
    n_shown : int
        How many to return, if there are as many.

    Raises
    ------
    InputError
        If no three competitors all met each other, or all votes are ties.
    OptionError
        If the votes are weighted, there are covariates, or an option is invalid.
    """
    n_shown = whole("n_shown", n_shown, 1, LARGEST_COUNT)
    n_replicates = whole("n_replicates", n_replicates, 19, LARGEST_COUNT)
    seed = whole("seed", seed, 0, LARGEST_SEED)
    check_alike(fit)
    of_fit = residuals(fit)
    law = Transitive(residuals(fit, true_strengths(of_fit)), free_link)
    n, i, j = len(fit.names), fit.contests.first, fit.contests.second

    def flow(left: Floats, slope: Floats, variance: Floats) -> tuple[Floats, Floats]:
        """Deviations of pairs, (n, n), and their variances, infinite where two did not meet."""
        out, spread = np.zeros((n, n)), np.full((n, n), np.inf)
        out[i, j] = left / slope
        spread[i, j] = spread[j, i] = variance / slope**2
        return out - out.T, spread

    def largest(replicate: int) -> float:
        if progress:
            progress(replicate, replicate / n_replicates)
        return float(largest_circle(*flow(*law.simulated(seed, replicate)[:3])))

    observed, variance = flow(Transitive(of_fit, free_link).observed, of_fit.slope, of_fit.variance)
    members, square, n_circles = _largest_circles(observed, variance, n_shown)
    if not n_circles:
        raise InputError("no three competitors all met each other, so there is no circle of three; give votes of more pairs")
    with one_thread():
        by_chance = np.array([largest(replicate) for replicate in range(n_replicates)])
    curl = observed[members, np.roll(members, -1, axis=1)].sum(axis=1)
    # In the direction in which each is stronger against the next.
    members = np.where((curl < 0)[:, None], members[:, [0, 2, 1]], members)
    around = members, np.roll(members, -1, axis=1)
    share = np.zeros((n, n))
    share[i, j] = of_fit.points / of_fit.n_votes
    share[j, i] = 1 - share[i, j]
    return Cycles(
        names=fit.names,
        members=freeze(members),
        curl=freeze(np.abs(curl)),
        standard_errors=freeze(np.sqrt(variance[around].sum(axis=1))),
        points=freeze(share[around]),
        p_values=freeze((1 + (by_chance >= square[:, None]).sum(axis=1)) / (n_replicates + 1)),
        n_circles=n_circles,
    )


def _largest_circles(flow: Floats, variance: Floats, n_wanted: int) -> tuple[Ints, Floats, int]:
    """Circles (m, 3) with the largest squared curl over its variance, those quotients (m,), and how many circles there are."""
    members, squares, n_circles = np.zeros((0, 3), np.int64), np.zeros(0), 0
    for i in range(flow.shape[0] - 2):
        later = np.arange(i + 1, flow.shape[0])
        j, k = (later[side] for side in np.triu_indices(later.size, 1))
        spread = variance[i, j] + variance[j, k] + variance[i, k]
        in_use = np.isfinite(spread)
        n_circles += int(in_use.sum())
        j, k = j[in_use], k[in_use]
        square = (flow[i, j] + flow[j, k] - flow[i, k]) ** 2 / spread[in_use]
        members = np.concatenate([members, np.column_stack([np.full(j.size, i), j, k])])
        squares = np.concatenate([squares, square])
        order = np.argsort(-squares, kind="stable")[:n_wanted]
        members, squares = members[order], squares[order]
    return members, squares, n_circles
