r"""What changes of votes do to strengths, to first order.

At the fit of a changed log, one vote more of the pair (i, j), with score u, moves the contrast :math:`c^T \theta` by
:math:`c^T H^+ (e_i - e_j) u`, and one less by as much in the other direction; H is the information of the votes. One Newton step, from the whole log,
on the changed votes divides this by :math:`1 + w z^T H^+ z`: z is the slope of the lead, :math:`e_i - e_j` and the covariates, and w the information
that the change adds, less than 0 where a vote is dropped (Sherman and Morrison 1950). A vote that is flipped says as much as before.
"""

import numpy as np

from recount.engine.choices.vote_change import CHANGE, VoteChange
from recount.engine.fitting import Fit
from recount.engine.likelihood import Cells, check_one_law
from recount.engine.scale import ELO
from recount.engine.scrutiny.changeable import Changeable
from recount.engine.scrutiny.conclusion import Way, resolution, slopes, values
from recount.engine.uncertainty.clusters import ClusteredVotes
from recount.engine.uncertainty.influence import effects_at, gradient_of
from recount.engine.votes import Floats

# Share of the information between two parts of the log; if less remains after a change, the vote alone connected them.
LEAST_LEFT = 1e-9


class FirstOrder:
    """What changing units of the whole log does, to first order at the fit after a change of `taken` units (n_units,).

    Attributes
    ----------
    inverse : (p, p) float64
        Of the information.
    start : (n,) float64
        Strengths without any change, as they look from here.
    """

    def __init__(self, log: Changeable, fit: Fit, taken: Floats) -> None:
        self.log, self.fit, self.taken = log, fit, taken
        self.inverse = fit.likelihood.bread(fit.parameters)
        self.cells, self.scores = fit.likelihood.cells, fit.likelihood.scores(fit.parameters)
        self.start = self.forecast(-taken)

    def needed(self, way: Way) -> tuple[Floats, Floats]:
        """Return the contrasts of a way of changing, (m, n), and how far changes of the whole log have to bring them down, (m,)."""
        strengths = self.fit.strengths
        contrasts = slopes(way, strengths)
        return contrasts, values(way, strengths) + contrasts @ (self.start - strengths) + resolution(way, strengths)

    def still_needed(self, way: Way) -> tuple[Floats, Floats]:
        """Return the contrasts of a way of changing, (m, n), and how far further changes have to bring them down, (m,)."""
        strengths = self.fit.strengths
        return slopes(way, strengths), values(way, strengths) + resolution(way, strengths)

    def forecast(self, taken: Floats) -> Floats:
        """Return the strengths (n,) after a further change of `taken` units (n_units,)."""
        n, net = len(self.fit.names), self.log.net(taken)
        gradient = gradient_of(self.cells, net * self.scores[0], net * self.scores[1], n, len(self.inverse))
        return np.asarray(self.fit.strengths + self.inverse[:n] @ gradient)

    def falls(self, contrasts: Floats) -> Floats:
        """Return how far contrasts (m, n) come down if one unit of each kind is changed, (m, n_units)."""
        return -self.log.on_units(effects_at(contrasts, self.inverse, self.cells, self.scores))


def change_effects(fit: Fit, contrasts: Floats, *, change: VoteChange = CHANGE, clusters: ClusteredVotes | None = None) -> Floats:
    """Change of contrasts of the ratings when one vote of each kind is changed, or one cluster is dropped.

    Of clusters it is the first-order effect, of a vote one Newton step on the changed votes.

    Parameters
    ----------
    fit : Fit
    contrasts : (m, n) float64
        Weights of the strengths.
    change : {"drop", "flip", "add"}
    clusters : ClusteredVotes, optional
        What is dropped as a whole, by one column; single votes if none are given.

    Returns
    -------
    (m, n_units) float64
        Elo points, by the kinds of units of `recount.engine.scrutiny.changeable.Changeable`; a vote as if its weight were 1. NaN of a vote that is
        all that joins two parts of the log.

    Raises
    ------
    OptionError
        If the clusters are by two columns, or are not to be dropped.
    """
    check_one_law(fit.ties, "the effect of a change of votes")
    log = Changeable(fit, change, clusters)
    likelihood, n = log.fit.likelihood, len(fit.names)
    cells, inverse = likelihood.cells, likelihood.bread(fit.parameters)
    effects = log.on_units(effects_at(contrasts, inverse, cells, likelihood.scores(fit.parameters)))
    if clusters is not None:
        return ELO * effects
    information = likelihood.information_of_cells(fit.parameters)[0, log.cell]
    added = {"drop": -1.0, "flip": 0.0, "add": 1.0}[change] * information
    left = 1 + added * _variance_of_leads(cells, inverse, n)[log.cell]
    return np.where(left > LEAST_LEFT, ELO * effects / log.weight / np.where(left > LEAST_LEFT, left, 1.0), np.nan)


def _variance_of_leads(cells: Cells, inverse: Floats, n: int) -> Floats:
    """Variance z^T H^+ z of the lead of each cell, (n_cells,), z its slope by the parameters, n of them strengths."""
    first, second, x = cells
    diagonal, m = np.diagonal(inverse), x.shape[0]
    variance: Floats = diagonal[first] + diagonal[second] - 2 * inverse[first, second]
    if m:
        mixed, own = inverse[:n, n : n + m], inverse[n : n + m, n : n + m]
        variance = variance + np.einsum("kr,kr->r", x, 2 * (mixed[first] - mixed[second]).T + own @ x)
    return variance
