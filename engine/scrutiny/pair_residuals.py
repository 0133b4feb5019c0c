r"""Residuals of a fit, pair by pair.

A pair of n votes has s points (wins, and half the ties); the fit expects :math:`n e(d)` of its lead d. Fitting strengths makes the residuals
:math:`r = s - n e(d)` smaller: to first order :math:`r = M \varepsilon`, with :math:`\varepsilon` the residuals from the true leads and

.. math:: M = I - W X (X^T W X)^+ X^T,

X having a row +1, -1 for each pair and W the slopes :math:`n e'(d)` (for Bradley-Terry with all votes decided this is the hat matrix of logistic
regression, Pregibon 1981). A standardised residual is r over the root of its variance, the diagonal of :math:`M V M^T`. A prior is ignored: M
removes, to first order, what strengths without one would explain.

With covariates the effects are fitted too. The points of a pair and its residual are sums over its rows of the design: with a row of X for each, +1,
-1 and its covariates, and S the matrix that adds up rows, :math:`r = S M \varepsilon` and its variance is the diagonal of :math:`S M V M^T S^T`.

V needs the law of a single vote. It is the law of the fit, except for half-wins, which have none. For these the expected points are those of the fit,
and a tie has the probability that Davidson's law gives it at these points, with the parameter under which the expected number of ties is the observed
one. With ties the variance of a vote is that of a coin minus a quarter of the probability of a tie.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import pinvh
from scipy.sparse import csr_array

from recount.engine.choices.ties import TieRule
from recount.engine.contextual.design import Design
from recount.engine.errors import InputError, OptionError
from recount.engine.fitting import Fit
from recount.engine.linear_algebra import one_thread
from recount.engine.plurals import plural
from recount.engine.showing import Shown
from recount.engine.uncertainty.influence import gradient_of
from recount.engine.votes import Floats, Ints, freeze

# Bounds of the logarithm of Davidson's parameter.
LEAST, MOST = -40.0, 40.0
N_HALVINGS = 60
# Share of the largest below which an eigenvalue of the information is rounding, as that of all strengths together.
LEAST_INFORMATION = 1e-12


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Residuals(Shown):
    """Points of every pair that met, against what a fit expects.

    Attributes
    ----------
    fit : Fit
    lead : (n_pairs,) float64
        Of the pair's first, log-odds.
    probabilities : (3, n_pairs) float64
        Law of a vote: win, loss, tie of the pair's first.
    n_votes, points, expected : (n_pairs,) float64
    slope : (n_pairs,) float64
        Derivative of the expected points by the lead.
    variance : (n_pairs,) float64
        Of the points, under the law.
    incidence : (n_pairs, n + m) sparse
        +1 for the pair's first, -1 for its second; then the mean of each covariate over the pair's votes, weighted by the slopes.
    inverse : (n + m, n + m) float64
        Pseudo-inverse of the information of strengths and effects about expected points.
    rank : int
        Of that information: as many degrees of freedom strengths and effects take.
    gradient : (n + m,) float64
        Of the votes' distance from the expected points, by strengths and effects.
    residual_variance : (n_pairs,) float64
        Of the residuals.
    """

    fit: Fit
    lead: Floats
    probabilities: Floats
    n_votes: Floats
    points: Floats
    expected: Floats
    slope: Floats
    variance: Floats
    incidence: csr_array
    inverse: Floats
    rank: int
    gradient: Floats
    residual_variance: Floats

    def left_over(self, values: Floats) -> Floats:
        """Remainder of `values` (n_pairs,) or (n_pairs, k), in points, after strengths have been fitted to them; without covariates."""
        return self._left_over(values, self.incidence.T @ values)

    def refitted(self, points: Floats) -> tuple[Floats, Floats, Floats]:
        """Residuals, slopes and variances, (n_pairs,) each, of other `points` (n_pairs,), as a fit to them would have them; without covariates."""
        lead = self.lead + self.incidence @ (self.inverse @ (self.incidence.T @ (points - self.expected)))
        expected, slope = (self.n_votes * of_vote for of_vote in expected_points(self.fit, lead))
        # The variance keeps its ratio to the slope; the remainder of the Newton step is taken to first order.
        return self.left_over(points - expected), slope, self.variance * (slope / self.slope)

    def residuals(self) -> Floats:
        """Points of each pair beyond what the fit expects, (n_pairs,), to first order."""
        return self._left_over(self.points - self.expected, self.gradient)

    def deviations(self) -> Floats:
        """Lead that the votes of each pair show beyond the fitted one, (n_pairs,), log-odds, to first order."""
        return self.residuals() / self.slope

    def standardised(self) -> Floats:
        """Residuals over their standard errors, (n_pairs,); NaN for a pair that the fit reproduces whatever its votes."""
        free = self.residual_variance > 1e-9 * self.variance
        return np.where(free, self.residuals(), np.nan) / np.sqrt(np.where(free, self.residual_variance, 1.0))

    def _left_over(self, values: Floats, gradient: Floats) -> Floats:
        moved: Floats = self.incidence @ (self.inverse @ gradient)
        return values - (self.slope * moved.T).T

    def summary(self) -> str:
        """Say how large the residuals are."""
        found = self.standardised()
        known = np.flatnonzero(~np.isnan(found))
        votes = f"residuals of {plural(self.n_votes.size, 'pair')} with {plural(self.n_votes.sum(), 'vote')}"
        if not known.size:
            return f"{votes}; none can be standardised, because strengths follow every pair whatever its votes"
        worst, played = known[np.abs(found[known]).argmax()], self.fit.contests
        one, other = (self.fit.names[side[worst]] for side in (played.first, played.second))
        return (
            f"{votes}; {known.size:,} can be standardised, of which {np.mean(np.abs(found[known]) > 2):.1%} are beyond 2\n"
            f"the largest is {found[worst]:+.2f}: {one!r} scored {self.points[worst]:,.1f} points against {other!r}, "
            f"where {self.expected[worst]:,.1f} are expected"
        )


def residuals(fit: Fit, strengths: Floats | None = None) -> Residuals:
    """Residuals of a fit, or from what other `strengths` (n,) would expect.

    Raises
    ------
    OptionError
        If the votes are weighted.
    InputError
        If all votes are ties.
    """
    played = fit.contests
    if played.weights is not None:
        raise OptionError("residuals set points against the law of votes that count for one each, and these are weighted; fit them without weights")
    if not (played.wins.any() or played.losses.any()):
        raise InputError("all votes are ties, which have no residuals; give votes that were won or lost")
    i, j, n, m = played.first, played.second, len(played.names), played.first.size
    strengths = fit.strengths if strengths is None else strengths
    lead = strengths[i] - strengths[j]
    rows = np.arange(m)
    incidence = csr_array((np.repeat([1.0, -1.0], m), (np.tile(rows, 2), np.concatenate([i, j]))), shape=(m, n))
    if fit.design is not None:
        return _of_rows(fit, fit.design, lead, incidence)
    n_votes = played.wins + played.losses + played.ties
    expected, slope = (n_votes * of_vote for of_vote in expected_points(fit, lead))
    probabilities = _law_of_votes(fit, lead, n_votes)
    points, variance = played.wins + played.ties / 2, n_votes * _spread(probabilities)
    with one_thread():
        inverse, rank = pinvh((incidence.T @ incidence.multiply(slope[:, None])).toarray(), rtol=LEAST_INFORMATION, return_rank=True)
        products = (incidence.T @ incidence.multiply(variance[:, None])).toarray()
        once, twice = (_of_pairs(matrix, i, j) for matrix in (inverse, inverse @ products @ inverse))
    return Residuals(
        fit=fit,
        lead=freeze(lead),
        probabilities=freeze(probabilities),
        n_votes=freeze(n_votes),
        points=freeze(points),
        expected=freeze(expected),
        slope=freeze(slope),
        variance=freeze(variance),
        incidence=incidence,
        inverse=freeze(inverse),
        rank=int(rank),
        gradient=freeze(incidence.T @ (points - expected)),
        residual_variance=freeze(variance - 2 * slope * variance * once + slope**2 * twice),
    )


def _of_rows(fit: Fit, design: Design, lead: Floats, incidence: csr_array) -> Residuals:
    """Residuals of pairs whose votes have covariates; `lead` (n_pairs,) and `incidence` (n_pairs, n) are of strengths alone."""
    pair, x, n_pairs = design.pair_of_row(), design.x, lead.size
    cells = fit.likelihood.cells
    of_row = lead[pair] + fit.coefficients @ x
    expected, slope = (design.votes * of_vote for of_vote in expected_points(fit, of_row))
    law = _law_of_votes(fit, of_row, design.votes)
    points, variance = design.votes * np.array([1.0, 0.0, 0.5])[design.result], design.votes * _spread(law)

    def of_pairs(values: Floats) -> Floats:
        """Sum values of rows, (n_rows,), over each pair, (n_pairs,)."""
        return np.bincount(pair, values, n_pairs).astype(np.float64)

    def slopes_of_pairs(weights: Floats) -> Floats:
        """Sums S diag(weights) X of rows over each pair, (n_pairs, n + m)."""
        return np.column_stack([incidence.multiply(of_pairs(weights)[:, None]).toarray(), *(of_pairs(weights * values) for values in x)])

    def products(weights: Floats) -> Floats:
        """X^T diag(weights) X, (n + m, n + m)."""
        top = incidence.T @ slopes_of_pairs(weights)
        return np.vstack([top, np.hstack([top[:, -len(x) :].T, (x * weights) @ x.T])])

    by_slope, n = slopes_of_pairs(slope), len(fit.names)
    with one_thread():
        inverse, rank = pinvh(products(slope), rtol=LEAST_INFORMATION, return_rank=True)
        moved = by_slope @ inverse
        taken = 2 * np.sum(moved * slopes_of_pairs(variance), axis=1) - np.sum((moved @ products(variance)) * moved, axis=1)
    votes, slopes, variances = of_pairs(design.votes), of_pairs(slope), of_pairs(variance)
    return Residuals(
        fit=fit,
        lead=freeze(lead),
        probabilities=freeze(np.stack([of_pairs(design.votes * of_outcome) / votes for of_outcome in law])),
        n_votes=freeze(votes),
        points=freeze(of_pairs(points)),
        expected=freeze(of_pairs(expected)),
        slope=freeze(slopes),
        variance=freeze(variances),
        incidence=csr_array(by_slope / slopes[:, None]),
        inverse=freeze(inverse),
        rank=int(rank),
        gradient=freeze(gradient_of(cells, points - expected, np.zeros(pair.size), n, n + len(x))),
        residual_variance=freeze(variances - taken),
    )


def _law_of_votes(fit: Fit, lead: Floats, n_votes: Floats) -> Floats:
    """Probabilities of win, loss and tie, (3, k), at each lead (k,), that of a tie by Davidson's law where it is half a win for each side."""
    probabilities = fit.outcome_shares(lead)
    n_ties = float(fit.contests.ties.sum())
    return _law_of_half_wins(probabilities[0], probabilities[1], n_votes, n_ties) if fit.ties is TieRule.HALF and n_ties else probabilities


def _spread(law: Floats) -> Floats:
    """Variance of the points of a vote, (k,), by its law (3, k)."""
    win, loss, tie = law
    spread: Floats = win * loss + tie * (win + loss) / 4
    return spread


def _of_pairs(matrix: Floats, i: Ints, j: Ints) -> Floats:
    """Value of a symmetric matrix for the difference of each pair, (n_pairs,)."""
    diagonal = np.diagonal(matrix)
    pairs: Floats = diagonal[i] + diagonal[j] - 2 * matrix[i, j]
    return pairs


def expected_points(fit: Fit, lead: Floats) -> tuple[Floats, Floats]:
    """Points that a fit expects of a vote at each lead (m,), and their derivative by it, (m,) each."""
    win, loss, tie = fit.outcome_shares(lead)
    if fit.ties is TieRule.RAO_KUPPER:
        return win + tie / 2, (win * (1 - win) + loss * (1 - loss)) / 2
    # The points are sufficient for the lead, so that the derivative is their variance.
    return win + tie / 2, win * loss + tie * (win + loss) / 4


def _law_of_half_wins(win: Floats, loss: Floats, n_votes: Floats, n_ties: float) -> Floats:
    """Win, loss and tie (3, n_pairs) with `win` and `loss` as expected points of a vote, ties by Davidson's law, `n_ties` of them expected in all."""
    fewer = np.minimum(win, loss)
    # Bisection; ties grow with nu, at most to what the points allow.
    least, most = LEAST, MOST
    for _ in range(N_HALVINGS):
        middle = (least + most) / 2
        tie = _davidson_tie(fewer, np.exp(middle))
        least, most = (middle, most) if n_votes @ tie < n_ties else (least, middle)
    return np.stack([np.maximum(win - tie / 2, 0.0), np.maximum(loss - tie / 2, 0.0), tie])


def _davidson_tie(points: Floats, nu: float) -> Floats:
    """Davidson's probability of a tie where the worse of two gets these `points`, at most 1/2: a quadratic equation for the root of the odds."""
    half = nu * (0.5 - points)
    root = (half + np.sqrt(half**2 + 4 * points * (1 - points))) / (2 * points)
    tie: Floats = nu * root / (root**2 + nu * root + 1)
    return tie
