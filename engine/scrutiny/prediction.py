r"""Scores of predictions: how well probabilities of win, loss and tie agree with the votes.

Predictions can be compared where they are about the same outcomes, and there are three kinds.

- *three*: win, loss and tie, for models that give a tie a probability.
- *points*: a vote is worth 1, 0 or, tied, 1/2; predicted is the expected score e. For every model.
- *decided*: votes that were no tie; predicted is the probability to win one of them, for models that say it: half-wins do not.

*Log-loss* is the mean of :math:`-\ln p` of what happened (of points, :math:`-s \ln e - (1 - s) \ln(1 - e)`), *Brier* (1950) the mean squared distance
from it; both are proper, that is, lowest on average for the true probabilities. *Accuracy* is the share of decided votes that the favourite won.

*Calibration*: votes are put into bins by what was expected of the favourite, from 1/2 to 1, and compared with what it scored. The favourite and not
the competitor named first, because one determines the other. Its interval is that of Agresti and Coull (1998) with ties: half of z squared wins and
as many losses are added, and the variance is that of the scores. The expected calibration error, the mean distance of what was scored from what was
expected, weighted by votes, includes noise and is not 0 even for a true model.
"""

from dataclasses import dataclass

import numpy as np
import scipy

from recount.engine.choices.resampling import check_level
from recount.engine.choices.usual import CONFIDENCE_LEVEL
from recount.engine.errors import InputError
from recount.engine.normal_quantiles import normal_quantile
from recount.engine.plurals import plural
from recount.engine.showing import Shown
from recount.engine.votes import Floats, Ints, freeze

N_BINS = 10


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Calibration(Shown):
    """What favourites were expected to score and what they scored, by bins with votes.

    Attributes
    ----------
    start, end : (n_bins,) float64
        Edges of each bin, in expected points.
    n_votes : (n_bins,) int64
    expected, observed : (n_bins,) float64
        Means of a vote.
    lower, upper : (n_bins,) float64
        Interval of what favourites score.
    """

    start: Floats
    end: Floats
    n_votes: Ints
    expected: Floats
    observed: Floats
    lower: Floats
    upper: Floats

    @property
    def error(self) -> float:
        """Expected calibration error, in points a vote."""
        return float(np.average(np.abs(self.observed - self.expected), weights=self.n_votes))

    def summary(self) -> str:
        """Say how far what favourites scored is from what was expected of them."""
        furthest = int(np.abs(self.observed - self.expected).argmax())
        return (
            f"{plural(self.n_votes.sum(), 'vote')} in {plural(self.start.size, 'bin')}; calibration error {self.error:.4f} points a vote\n"
            f"furthest off: favourites expected to score {self.expected[furthest]:.1%} scored {self.observed[furthest]:.1%} "
            f"in {plural(self.n_votes[furthest], 'vote')}"
        )


@dataclass(frozen=True, slots=True, repr=False)
class Scores(Shown):
    """Scores of predictions, means over votes.

    Attributes
    ----------
    n_votes, n_decided : int
        Votes, and those of them that are not ties; the sums of their weights, rounded, if they are weighted.
    log_loss_three, brier_three : float
        NaN for a model without a probability of a tie; infinite if a vote had an outcome of probability 0.
    log_loss_points, brier_points : float
    log_loss_decided, brier_decided : float
        NaN for a model without a probability of a tie, and where no vote was decided.
    accuracy : float
        Of decided votes; an even prediction is half right.
    calibration : Calibration
    """

    n_votes: int
    n_decided: int
    log_loss_three: float
    brier_three: float
    log_loss_points: float
    brier_points: float
    log_loss_decided: float
    brier_decided: float
    accuracy: float
    calibration: Calibration

    def summary(self) -> str:
        """Say how well predictions agree with the votes."""
        won = f", of which the favourite won {self.accuracy:.1%}" if self.n_decided else ""
        losses = {"points": self.log_loss_points, "decided votes": self.log_loss_decided, "win, loss and tie": self.log_loss_three}
        return (
            f"{plural(self.n_votes, 'vote')} predicted, {self.n_decided:,} of them decided{won}\n"
            f"log-loss: {', '.join(f'{loss:.6f} of {what}' for what, loss in losses.items() if not np.isnan(loss))}\n"
            f"calibration error: {self.calibration.error:.4f} points a vote"
        )


def score(
    probabilities: Floats,
    votes: Floats,
    squares: Floats | None = None,
    *,
    tie_has_probability: bool,
    n_bins: int = N_BINS,
    confidence_level: float = CONFIDENCE_LEVEL,
) -> Scores:
    """Score predictions.

    Parameters
    ----------
    probabilities : (3, m) float64
        Win, loss and tie of the first of a pair. Where a tie has no probability of its own, the first is the expected points.
    votes : (3, m) float64
        Votes that the first of the pair won, lost, tied; sums of their weights, if they are weighted.
    squares : (3, m) float64, optional
        Sums of the squares of those weights; the votes, if every one counts for one.
    tie_has_probability : bool
    n_bins : int
        Of the calibration, equally wide.
    confidence_level : float
        Of the calibration's intervals.

    Raises
    ------
    InputError
        If there is no vote.
    """
    n_votes, n_decided = float(votes.sum()), float(votes[:2].sum())
    if n_votes == 0:
        raise InputError("there is no vote to score predictions by")
    win, loss, tie = probabilities
    points = win + tie / 2, loss + tie / 2
    decided = win / (win + loss), loss / (win + loss)
    won, lost, tied = votes
    favourite = float(won @ _right(decided[0] - decided[1]) + lost @ _right(decided[1] - decided[0]))
    distances = (1 - win) ** 2 + loss**2 + tie**2, win**2 + (1 - loss) ** 2 + tie**2, win**2 + loss**2 + (1 - tie) ** 2
    return Scores(
        n_votes=round(n_votes),
        n_decided=round(n_decided),
        log_loss_three=_log_loss(votes, probabilities) if tie_has_probability else np.nan,
        brier_three=float(sum(n @ square for n, square in zip(votes, distances, strict=True)) / n_votes) if tie_has_probability else np.nan,
        log_loss_points=_log_loss(np.stack([won + tied / 2, lost + tied / 2]), np.stack(points)),
        brier_points=float(won @ points[1] ** 2 + lost @ points[0] ** 2 + tied @ (0.5 - points[0]) ** 2) / n_votes,
        log_loss_decided=_log_loss(votes[:2], np.stack(decided)) if tie_has_probability else np.nan,
        brier_decided=float(won @ decided[1] ** 2 + lost @ decided[0] ** 2) / n_decided if n_decided and tie_has_probability else np.nan,
        accuracy=favourite / n_decided if n_decided else np.nan,
        calibration=calibration(points[0], votes, squares, n_bins=n_bins, confidence_level=confidence_level),
    )


def points_gap(probabilities: Floats, others: Floats, votes: Floats, squares: Floats | None = None) -> tuple[float, float]:
    """By how much the log-loss of points is greater than with `others`' predictions, a vote, and the standard error for independent votes.

    Parameters
    ----------
    probabilities, others : (3, m) float64
        As for `score`.
    votes, squares : (3, m) float64
        As for `score`.

    Returns
    -------
    gap, standard_error : float
        The error is of the votes that test; that other votes might have trained is not in it.
    """
    scores = np.array([[1.0], [0.0], [0.5]])
    ours, theirs = (p[0] + p[2] / 2 for p in (probabilities, others))
    gaps = scores * np.log(theirs / ours) + (1 - scores) * np.log((1 - theirs) / (1 - ours))
    n = float(votes.sum())
    mean = float((votes * gaps).sum()) / n
    return mean, float(np.sqrt(((votes if squares is None else squares) * (gaps - mean) ** 2).sum())) / n


def calibration(
    expected: Floats, votes: Floats, squares: Floats | None = None, *, n_bins: int = N_BINS, confidence_level: float = CONFIDENCE_LEVEL
) -> Calibration:
    """Compare the points that were `expected` (m,) of the first of a pair with its `votes` (3, m), won, lost, tied, as for `score`.

    An interval of weighted votes is that of their effective number.
    """
    check_level(confidence_level)
    of_favourite = np.maximum(expected, 1 - expected)
    won = np.where(expected >= 0.5, votes[0], votes[1])
    bins = np.minimum(((of_favourite - 0.5) * 2 * n_bins).astype(np.int64), n_bins - 1)
    n, sum_expected, sum_scores, sum_squares, of_weights = (
        np.bincount(bins, values, n_bins)
        for values in (
            votes.sum(axis=0),
            votes.sum(axis=0) * of_favourite,
            won + votes[2] / 2,
            won + votes[2] / 4,
            (votes if squares is None else squares).sum(axis=0),
        )
    )
    used = n > 0
    n, sum_expected, sum_scores, sum_squares, of_weights = n[used], sum_expected[used], sum_scores[used], sum_squares[used], of_weights[used]
    z = normal_quantile(0.5 + confidence_level / 2)
    # Effective votes for each vote's weight: 1 without weights.
    share = n / of_weights
    n_more = share * n + z**2
    centre = (share * sum_scores + z**2 / 2) / n_more
    half = z * np.sqrt(((share * sum_squares + z**2 / 2) / n_more - centre**2) / n_more)
    edges = 0.5 + np.arange(n_bins + 1) / (2 * n_bins)
    arrays = sum_expected / n, sum_scores / n, np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
    return Calibration(freeze(edges[:-1][used]), freeze(edges[1:][used]), freeze(np.rint(n).astype(np.int64)), *map(freeze, arrays))


def _log_loss(votes: Floats, probabilities: Floats) -> float:
    n = votes.sum()
    return float(-scipy.special.xlogy(votes, probabilities).sum() / n) if n else np.nan


def _right(lead: Floats) -> Floats:
    """1 where the lead is positive, 0 where it is negative, 1/2 where there is none."""
    return (np.sign(lead) + 1) / 2
