r"""How well a benchmark, or an arena, tells its best apart, and how many items or votes that takes.

Errors shrink as one over the root of the number n of items or votes. So a pair is :math:`\lambda \sqrt{n}` standard errors apart, where its *lead*
:math:`\lambda` is the expected difference over the error that one item or vote leaves. A test by the normal law shows at level :math:`\alpha` who of
them is better with chance :math:`\Phi(\lambda \sqrt{n} - z_{1 - \alpha / 2})`; its mean over the pairs is the share that is told apart. Of two that
are equal nobody is better, and they are never told apart. Where nothing is known, chance says who is better, and is right, of
:math:`\alpha / 2` of the pairs: a share of that, or less, tells nothing, and no number of items or votes is said to reach it.
"""

import math

import numpy as np
from scipy.optimize import brentq

from recount.engine import covariance, fit
from recount.engine.normal_quantiles import normal_quantile
from recount.engine.votes import Floats, PairCounts
from recount.sims.arenas.expectation import expected_votes
from recount.sims.arenas.parameters import Parameters
from recount.sims.simulated_benchmarks.benchmark_parameters import BenchmarkParameters
from recount.sims.simulated_benchmarks.score_errors import errors_of_differences, expected_score_covariance

N_BEST = 10
MANY_VOTES = 1e12
# Of items or votes; what takes more is taken to be never reached.
MOST = 1e12
N_GRID = 400


def leads_of_items(truth: BenchmarkParameters, paired: bool = True, n_best: int = N_BEST) -> Floats:
    """Leads of the pairs of the ablest models, by their mean scores.

    Parameters
    ----------
    truth : BenchmarkParameters
    paired : bool
        Whether the errors of two models on the same items are taken together; otherwise as independent.
    n_best : int

    Returns
    -------
    (n_pairs,) float64
        Negative where the abler one is expected to have the lower score, as wrong keys and seen items may have it; infinite where no error is left.
    """
    best = np.argsort(-truth.abilities, kind="stable")[:n_best]
    chances = np.vstack([truth.law(model).right for model in best])
    covariances = expected_score_covariance(chances) * truth.items.n
    return _of_pairs(chances.mean(axis=1), errors_of_differences(covariances, paired))


def leads_of_votes(truth: Parameters, n_best: int = N_BEST) -> Floats:
    """Leads of the pairs of the strongest competitors of an arena, by their ratings, ties as half-wins, (n_pairs,).

    Raises
    ------
    ExistenceError
        If the arena's votes connect too few competitors to rate them.
    """
    met = truth.meetings
    # Counts are whole: of so many votes that rounding leaves nothing.
    counts = np.rint(expected_votes(truth) * (MANY_VOTES / truth.arena.log_size)).astype(np.int64)
    fitted = fit(PairCounts(truth.names, met.first, met.second, counts))
    best = np.argsort(-fitted.strengths, kind="stable")[:n_best]
    errors = covariance(fitted).difference_errors()[np.ix_(best, best)]
    return _of_pairs(fitted.strengths[best], errors * math.sqrt(counts.sum()))


def _of_pairs(values: Floats, errors: Floats) -> Floats:
    """Differences over errors of all pairs of which the first is the better one, (n_pairs,); 0 where both have neither."""
    i, j = np.triu_indices(values.size, 1)
    differences = values[i] - values[j]
    with np.errstate(divide="ignore", invalid="ignore"):
        leads = differences / errors[i, j]
    return np.where(differences == 0, 0.0, leads)


def share_in_order(leads: Floats, n: float) -> float:
    """Share of pairs that n items or votes are expected to order as they are."""
    from scipy.special import ndtr

    return float(ndtr(leads * math.sqrt(n)).mean())


def share_told_apart(leads: Floats, n: float, confidence_level: float) -> float:
    """Share of pairs of which n items or votes are expected to show who is better, each pair tested by itself."""
    from scipy.special import ndtr

    shown = ndtr(leads * math.sqrt(n) - normal_quantile(0.5 + confidence_level / 2.0))
    return float(np.where(leads == 0, 0.0, shown).mean())


def told_by_chance(confidence_level: float) -> float:
    """Share of unequal pairs of which chance shows who is better where nothing is known of them."""
    return (1.0 - confidence_level) / 2.0


def needed_to_tell_apart(leads: Floats, share: float, confidence_level: float) -> float:
    """Smallest number of items or votes that is expected to tell this share of pairs apart; infinite if no number does, or chance would do."""
    if share <= told_by_chance(confidence_level):
        return math.inf

    def missing(log_n: float) -> float:
        return share_told_apart(leads, math.exp(log_n), confidence_level) - share

    # Where some leads are negative the share falls again when there are very many.
    grid = np.linspace(0.0, math.log(MOST), N_GRID)
    reached = np.flatnonzero([missing(log_n) >= 0.0 for log_n in grid])
    if not reached.size:
        return math.inf
    first = int(reached[0])
    return 1.0 if first == 0 else math.exp(brentq(missing, grid[first - 1], grid[first], xtol=1e-14))
