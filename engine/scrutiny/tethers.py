r"""How few changed units could reverse a pair: a lower bound, from votes that tie the two together.

Tie a to b by many even votes, K, and fit again: what the tether carries, :math:`\lambda = K (p_{ab} - 1/2)`, is the score by which the votes hold a
above b. Adding a vote with score u of the pair (i, j) changes it at the rate :math:`u (\psi_i - \psi_j)`, where :math:`\psi` is the potential
between a and b in the network whose conductances are the information of the pairs, and dropping it at the opposite rate. That lies between its values
at the ends of the tether, less than 1 apart, also where a prior is a further node; and scores are less than 1. Of a vote that is flipped one score is
taken and the other put: p and 1 - p, which are 1 together. So a vote that is dropped, flipped or added takes less than its weight off
:math:`\lambda`, whatever else is changed, and a and b change places only if all of it is taken.

This needs strengths alone (Bradley-Terry, half-wins), and that nobody leaves with further votes.

A bound of :math:`\lambda` that needs no further fit is enough for most pairs. With H the information at the fit, a force :math:`\lambda` between a
and b moves strengths by :math:`\delta`. Information falls no faster than by :math:`e^{-D}` where leads change by at most D (a logistic law is
self-concordant in this sense; Bach 2010), so that on the way it is at least :math:`H (1 - e^{-D}) / D`, and
:math:`|\delta|_H \le \lambda r D / (1 - e^{-D})` with :math:`r^2 = (e_a - e_b)^T H^+ (e_a - e_b)`. No lead changes by more than R times that, R the
largest r of all pairs, which bounds D: :math:`1 - e^{-D} \le x = \lambda r R`. So the lead of a falls by no more than
:math:`-\lambda r^2 \log(1 - x) / x`, and where it is larger than that the pull is more than :math:`\lambda`.
"""

from functools import cached_property

import numpy as np

from recount.engine.bradley_terry.pair_likelihood import PairLikelihood, PairRefits
from recount.engine.choices.ties import TieRule
from recount.engine.errors import ConvergenceError, ExistenceError
from recount.engine.fitting import Fit, certified
from recount.engine.scale import ELO
from recount.engine.scrutiny.changeable import Changeable
from recount.engine.scrutiny.conclusion import Way, is_contrasts
from recount.engine.votes import Floats, Ints

# Votes of a tether for each vote of the log: what it carries is then nearly that of a rigid one.
STIFFNESS = 100.0
# Elo, of a fit with a tether.
TOLERANCE = 1e-7
# Votes.
ROUNDING = 1e-6


class Tether:
    """Two competitors and what holds the first above the second.

    Attributes
    ----------
    ends : (int, int)
        The two competitors, the one that is above first.
    pull : float
        The least score, in votes, that changes have to take away before they change places.

    Raises
    ------
    ConvergenceError
        If the tethered votes cannot be fitted.
    """

    def __init__(self, log: Changeable, above: int, below: int) -> None:
        likelihood = log.fit.likelihood
        n_pairs, cells = likelihood.shape[1], likelihood.cells
        pair = np.flatnonzero((cells.first == min(above, below)) & (cells.second == max(above, below)))[0] % n_pairs
        votes = likelihood.sums_of_weights(1)
        self.ends, self._cells = (above, below), [pair, pair + n_pairs]
        self._stiffness = STIFFNESS * float(votes.sum())
        fitted = certified(likelihood.with_votes(self._tied(votes)), tolerance=TOLERANCE)
        # Covariates have no tethers.
        assert isinstance(fitted.likelihood, PairLikelihood)
        self._likelihood, self._parameters = fitted.likelihood, fitted.parameters
        self.pull = self._carried(fitted.strengths)

    @cached_property
    def _refits(self) -> PairRefits:
        return PairRefits(self._likelihood, self._parameters, TOLERANCE / ELO)

    def pull_of(self, votes: Floats) -> float:
        """Return the pull of other `votes` (n_cells,); 0 if it is not known."""
        found = self._refits.maximum(self._tied(votes))
        return self._carried(found[0]) if found else 0.0

    def _tied(self, votes: Floats) -> Floats:
        tied = votes.copy()
        tied[self._cells] += self._stiffness / 2
        return tied

    def _carried(self, strengths: Floats) -> float:
        """Return what the tether carries at `strengths` (n,), less what may be rounding."""
        lead = float(strengths[self.ends[0]] - strengths[self.ends[1]])
        return self._stiffness * (float(np.tanh(lead / 2)) - TOLERANCE / ELO) / 2 - ROUNDING


class Hold:
    """Which pairs are certainly held by more than a score, without a fit of tethered votes.

    Parameters
    ----------
    fit : Fit
    inverse : (p, p) float64
        Of its information.
    """

    def __init__(self, fit: Fit, inverse: Floats) -> None:
        n, self._strengths, self._holds_pairs = len(fit.names), fit.strengths, holds_pairs(fit)
        variance, own = np.diagonal(inverse)[:n], inverse[:n, :n]
        self._variance = variance[:, None] + variance - own - own.T
        self._largest = float(np.sqrt(self._variance.max(initial=0.0)))

    def is_above(self, way: Way, score: float) -> bool:
        """Whether changes that take away no more than a score leave a pair of this way as it is."""
        if not is_contrasts(way) or not self._holds_pairs:
            return False
        ends = [np.flatnonzero(contrast) for contrast in way]
        return any(self._holds(contrast, pair, score) for contrast, pair in zip(way, ends, strict=True) if pair.size == 2)

    def _holds(self, contrast: Floats, pair: Ints, score: float) -> bool:
        if sorted(contrast[pair]) != [-1.0, 1.0]:
            return False
        variance = float(self._variance[pair[0], pair[1]])
        x = score * float(np.sqrt(variance)) * self._largest
        if x >= 1:
            return False
        fall = score * variance * (-float(np.log1p(-x)) / x if x > 0 else 1.0)
        return float(contrast @ self._strengths) > fall + TOLERANCE / ELO


def holds_pairs(fit: Fit) -> bool:
    """Whether tethers bound changes of this fit's votes."""
    by_strengths = fit.ties in (TieRule.HALF, TieRule.DROP) and not fit.effects and fit.prior.kind != "firth"
    return by_strengths and fit.existence in ("error", "prior")


def tethers_of(log: Changeable, way: Way) -> list[Tether]:
    """Return a tether for each contrast of two competitors in a way of changing; all of their pulls have to be taken away."""
    if not is_contrasts(way) or not holds_pairs(log.fit):
        return []
    found = []
    for contrast in way:
        ends = np.flatnonzero(contrast)
        if sorted(contrast[ends]) == [-1.0, 1.0]:
            above, below = (int(end) for end in ends[np.argsort(-contrast[ends])])
            try:
                found.append(Tether(log, above, below))
            except (ConvergenceError, ExistenceError):
                continue
    return found
