r"""Strengths given their estimates: what P(best), P(top k) and the metrics of countries are about.

Draws of estimates around the estimate are too sure of who leads: whoever leads is more often one whose error was lucky, and a maximum of draws is too
high twice. Given the data the strengths are random too. Here they are exchangeable draws from a law that is not known (`strength_laws.py`), and the
estimates have normal errors with covariance W (Lindley and Smith 1972; Morris 1983). A law is drawn first: one that is put at its likeliest values
leaves its own uncertainty out.

Errors are the sum of shared ones and of independent ones with variances D, as large as W allows: given the shared ones, the strengths are
independent, and given the strengths, the shared ones are normal with a covariance that stays. So a chain alternates between both, the parts of the
law to which the strengths belong, and the law of each part (`recount.engine.kernels.strength_chains`). Where shared errors are large, the share of
both along their directions is drawn with the sum given, or a chain would go there in very short steps. Many short chains begin in different states.
What a covariance says is differences only; the mean that it lacks is given back so that independent errors stay independent, or hardly anything would
be left as each error's own.

Where W is known only up to a factor s, :math:`f / s \sim \chi^2_f`, as with few clusters, s given n errors e is
:math:`(f + e^T W^{-1} e) / \chi^2_{f+n}`.
"""

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

from recount.engine.errors import OptionError
from recount.engine.kernels.strength_chains import follow
from recount.engine.linear_algebra import one_thread
from recount.engine.plurals import plural
from recount.engine.room import check_room
from recount.engine.uncertainty.bootstrapping import Progress
from recount.engine.uncertainty.interface import Uncertainty
from recount.engine.uncertainty.replicates import Replicates
from recount.engine.uncertainty.sandwich import JointNormal
from recount.engine.uncertainty.strength_laws import MIDDLE, LawOfParts, StrengthPrior, law_of_parts, tabulated_shapes
from recount.engine.votes import Bools, Floats, Ints

# Chains, steps of each before its draws, and tries to change the law of a part in a step.
N_CHAINS, N_STEPS_BEFORE, N_TRIES = 16, 250, 3
# Of the variance of an error, given all others if that can be: at least so much is taken as independent of them.
LEAST_INDEPENDENT = 0.1
# Of its own variance, what an error has at least given all others: chains in which it is less hardly move.
LEAST_GIVEN_OTHERS = 1e-4
# Shared errors are large along a direction if they have so many times the variance of independent ones; and at most so many directions.
LARGE, MOST_LARGE = 3.0, 8
# Of the largest variance; smaller is rounding.
ROUNDING = 1e-12
# Logarithm of the factor by which an error is larger or smaller than the median one: beyond, strengths are thought to change no more.
MOST_UNEQUAL = 2.0
# With fewer replicates a competitor their covariance is too far from its own.
REPLICATES_EACH = 2
# Of the replicates, in which a competitor may have no rating where none is rated in all.
MOST_UNRATED = 0.1
# Log-odds: the error of one win and one loss, which is about what keeps a competitor unrated in many replicates.
ONE_WIN_ONE_LOSS = math.sqrt(2.0)


@dataclass(frozen=True, slots=True)
class ErrorsInTwo:
    """Errors of estimates as a sum of independent ones and shared ones.

    Attributes
    ----------
    own : (n,) float64
        Variances of the independent ones.
    inverse, root : (n, n) float64
        The inverse covariance of all errors, with which the mean of the independent ones, given all, is own times inverse times the errors; and a
        root of the covariance of the shared ones given all. With no rows where nothing is shared.
    along, back : (m, n) float64
        Directions in which shared errors are large against independent ones; what gives a shared error's part in each.
    along_variance : (m,) float64
        Of these parts.
    """

    own: Floats
    inverse: Floats
    root: Floats
    along: Floats
    back: Floats
    along_variance: Floats

    @property
    def shared(self) -> tuple[Floats, ...]:
        """As a chain takes them."""
        return self.inverse, self.along, self.back, self.along_variance


def posterior_draws(
    strengths: Floats,
    covariance: Floats,
    n_draws: int,
    seed: int,
    degrees_of_freedom: float = math.inf,
    prior: StrengthPrior | None = None,
    groups: Sequence[str] = (),
    stated: Floats | None = None,
    if_equal: Floats | None = None,
    progress: Progress | None = None,
) -> Floats:
    """Draw true strengths given their estimates, shrunk toward each other as much as their law and errors say.

    Parameters
    ----------
    strengths : (n,) float64
        Estimates, log-odds.
    covariance : (n, n) float64
        Of the errors of the estimates; each row sums to 0.
    n_draws, seed : int
    degrees_of_freedom : float
        Of the covariance, which is known up to a factor if they are finite.
    prior : StrengthPrior, optional
    groups : sequence of str, optional
        Of each competitor, such as its country, whose members may have something in common; "" of one without.
    stated : (n,) float64, optional
        Variances of independent errors on a scale that was fixed from outside, such as that of a published board, which draws then keep.
    if_equal : (n,) float64, optional
        Variances of the errors, up to a factor, if all were equally strong: with these strengths may go. Without it they go with nothing, because a
        variance that follows from the estimate says nothing of the strength.
    progress : callable, optional
        Called with draws so far and the share of all, from other threads.

    Returns
    -------
    (n_draws, n) float64
        Joint draws, log-odds, mean 0, or on the scale of the estimates where errors are `stated`; the same for the same seed, whatever the order of
        the competitors.

    Raises
    ------
    OptionError
        If the number of draws, the seed or the degrees of freedom are none.
    """
    if n_draws < 1:
        raise OptionError(f"n_draws is {n_draws}; give at least 1")
    if seed < 0:
        raise OptionError(f"seed is {seed}; give a whole number, 0 or more")
    if not degrees_of_freedom > 0:
        raise OptionError(f"degrees_of_freedom is {degrees_of_freedom}; give a positive number, or infinity")
    check_room(f"n_draws is {n_draws}: they", 3.0 * n_draws * strengths.nbytes, "give fewer")
    centred = strengths - strengths.mean()
    own = independent_variances(covariance) if stated is None else stated
    # Without variance there is nothing to shrink, and ties stay ties to the last bit.
    if own.max() == 0 or centred.size == 1:
        noise = np.random.default_rng(seed).standard_normal((n_draws, 1)) if stated is not None else np.zeros((n_draws, 1))
        return np.asarray(centred + np.sqrt(own) * noise)
    # No name, and no order of names, matters.
    order = np.lexsort((own, -centred))
    with one_thread():
        errors = errors_in_two(covariance[np.ix_(order, order)], own[order]) if stated is None else independent_errors(own[order])
        unequal = np.ones_like(own) if if_equal is None else if_equal[order]
        effects = effects_on_strengths(unequal, [groups[i] for i in order] if groups else [])
        drawn = _of_chains((centred[order], own[order]), errors, effects, n_draws, seed, degrees_of_freedom, prior or StrengthPrior(), progress)
    if stated is None:
        drawn -= drawn.mean(axis=1, keepdims=True)
    back = np.empty_like(drawn)
    back[:, order] = drawn
    return back


def _of_chains(
    rated: tuple[Floats, Floats],
    errors: ErrorsInTwo,
    effects: tuple[Floats, Ints],
    n_draws: int,
    seed: int,
    degrees_of_freedom: float,
    prior: StrengthPrior,
    progress: Progress | None,
) -> Floats:
    """Draws (n_draws, n) of the strengths, best estimate first, each chain a part of them, by a thread; `rated` are estimates and variances."""
    estimates, own = rated
    drawn = np.empty((n_draws, estimates.size))
    edges = np.linspace(0, n_draws, min(n_draws, N_CHAINS) + 1).astype(np.int64)
    law, shapes = law_of_parts(estimates, own, prior), tabulated_shapes()

    def fill(chain: int) -> None:
        rng = np.random.default_rng([seed, chain])
        rows = drawn[edges[chain] : edges[chain + 1]]
        n, n_steps, n_moves = estimates.size, N_STEPS_BEFORE + rows.shape[0], errors.along_variance.size + effects[1].size
        rows[0] = estimates + 0.5 * np.sqrt(own) * rng.standard_normal(n)
        parts = _first_parts(estimates, law, chain % prior.n_parts, prior, rng)
        chi_square = rng.chisquare(degrees_of_freedom + n, n_steps) if math.isfinite(degrees_of_freedom) else np.empty(0)
        uniform = rng.random((n_steps, n + n_moves + len(set(effects[1])) + prior.n_parts * (3 + 4 * N_TRIES)))
        normal = rng.standard_normal((n_steps, 2 * n + n_moves))
        if errors.root.size:
            normal[:, :n] = normal[:, :n] @ errors.root.T
        base = law.centre, law.width, prior.concentration, N_TRIES
        of_shapes = (*shapes, law.shape_probabilities)
        known, of_effects = (estimates, errors.own, errors.shared), (*effects, law.deviations, law.logarithms)
        follow(known, of_effects, of_shapes, (law.spreads, law.cumulated), base, (chi_square, degrees_of_freedom), (normal, uniform), parts, rows)

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        tell = progress or (lambda n, share: None)
        tell(0, 0.0)
        for chain, _ in enumerate(pool.map(fill, range(edges.size - 1)), 1):
            tell(int(edges[chain]), edges[chain] / n_draws)
    return drawn


def effects_on_strengths(if_equal: Floats, groups: Sequence[str]) -> tuple[Floats, Ints]:
    """Return how much of each effect each competitor has, (n_effects, n), and of which kind it is, (n_effects,); none with fewer than two groups.

    The first kind are those of groups, the group of the first competitor first; the second, how much stronger or weaker those are who are known less
    well, for errors larger by a factor e, and how much more so above the median error.
    """
    found = [name for name in dict.fromkeys(groups) if name]
    if len(found) < 2:
        return np.empty((0, if_equal.size)), np.empty(0, np.int64)
    of_groups = [[float(group == name) for group in groups] for name in found]
    known = np.log(if_equal.clip(min=ROUNDING * if_equal.max())) / 2
    less_known = (known - np.median(known)).clip(-MOST_UNEQUAL, MOST_UNEQUAL)
    with_errors = [less_known, less_known.clip(min=0.0)] if np.ptp(less_known) > math.sqrt(ROUNDING) else []
    return np.array([*of_groups, *with_errors]), np.repeat([0, 1], [len(of_groups), len(with_errors)])


def _first_parts(
    estimates: Floats, law: LawOfParts, n_cuts: int, prior: StrengthPrior, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints, Floats, Floats]:
    """Begin with the estimates (n,), best first, cut at their widest gaps, and with laws drawn from that of parts, but for their places."""
    widest = np.sort(np.argsort(np.diff(estimates), kind="stable")[:n_cuts])
    part = np.searchsorted(widest, np.arange(estimates.size), side="left").astype(np.int64)
    place = np.full(prior.n_parts, law.centre)
    for k in range(part[-1] + 1):
        place[k] = estimates[part == k].mean()
    shape = np.searchsorted(np.cumsum(law.shape_probabilities), rng.random(prior.n_parts), side="right").clip(max=law.shape_probabilities.size - 1)
    spread = np.searchsorted(law.cumulated, rng.random(prior.n_parts)).clip(max=law.spreads.size - 1)
    return part, shape.astype(np.int64), spread.astype(np.int64), place, np.zeros(prior.n_parts)


def shrunken_draws(rated: Uncertainty, n_draws: int, seed: int, groups: Sequence[str] = (), progress: Progress | None = None) -> Floats | None:
    """Posterior draws of strengths (n_draws, n), log-odds; None where an uncertainty has no covariance to rely on (`why_unshrunken`)."""
    if isinstance(rated, JointNormal) and rated.is_posterior:
        return rated.draws(n_draws, seed)
    if isinstance(rated, JointNormal):
        if rated.degrees_of_differences is None:
            stated = None if rated.stated_errors is None else rated.stated_errors**2
            if_equal = None if rated.n_votes is None else 1 / rated.n_votes
            return posterior_draws(
                rated.strengths, rated.covariance, n_draws, seed, groups=groups, stated=stated, if_equal=if_equal, progress=progress
            )
        # One factor for all, as wide as for the competitor in the middle.
        degrees = float(np.median(rated.degrees_of_differences))
        covariance, if_equal = toward_independent(rated.covariance, degrees), None if rated.n_votes is None else 1 / rated.n_votes
        return posterior_draws(rated.strengths, covariance, n_draws, seed, degrees, groups=groups, if_equal=if_equal, progress=progress)
    if not isinstance(rated, Replicates) or why_unshrunken(rated):
        return None
    known_from = math.inf if rated.degrees_of_covariance is None else rated.degrees_of_covariance
    return posterior_draws(rated.strengths, covariance_of_replicates(rated.values, known_from), n_draws, seed, groups=groups, progress=progress)


def why_unshrunken(replicates: Replicates) -> str:
    """Say why replicates have no covariance to rely on; "" if they have one."""
    n, least = len(replicates.names), REPLICATES_EACH * len(replicates.names)
    rated = np.isfinite(replicates.values)
    if (rated.mean(axis=0) < 1 - MOST_UNRATED).any() and not rated.all(axis=0).any():
        return f"a competitor could not be rated in more than a {round(1 / MOST_UNRATED)}th of them, and none in all"
    if rated.all(axis=1).sum() < least:
        all_rated = "" if rated.all() else " in which all are rated"
        return f"{rated.all(axis=1).sum()}{all_rated} are too few for {plural(n, 'competitor')}; take {least} or more"
    return ""


def covariance_of_replicates(values: Floats, degrees_of_freedom: float = math.inf) -> Floats:
    """Covariance (n, n) of strengths by replicates (n_replicates, n), of clusters worth so many degrees of freedom; each row has sum 0.

    Correlations are those of replicates that rate all competitors. A competitor that some cannot rate has the standard deviation of a normal law with
    the same middle two thirds, if that is larger: there it is beyond all others, on one side, or on either where nothing links it to them. Where
    these are beyond an end of the middle two thirds, its error is independent, and at least that of one win and one loss.

    It is mixed with that of independent errors (`toward_independent`).
    """
    rated = np.isfinite(values)
    complete = values[rated.all(axis=1)]
    sample = np.atleast_2d(np.cov(complete - complete.mean(axis=1, keepdims=True), rowvar=False))
    n = sample.shape[0]
    centre = np.eye(n) - 1 / n
    if complete.shape[0] < values.shape[0]:
        scales, own = _scales_of_unrated(values, rated)
        sample = centre @ (sample * np.outer(scales, scales) + np.diag(own)) @ centre
    return toward_independent(sample, 1 / (1 / (complete.shape[0] - 1) + 1 / degrees_of_freedom))


def toward_independent(sample: Floats, degrees_of_freedom: float) -> Floats:
    """Mix a covariance (n, n), known from so many degrees of freedom, with that of independent errors of the same sizes.

    Its smallest eigenvalues are too small and its largest too large, the more the fewer degrees of freedom there are for n errors, and a posterior
    divides by them. The share that makes the expected squared error least (Schafer and Strimmer 2005).
    """
    n, variances = sample.shape[0], np.diagonal(sample)
    if n < 3:
        return sample
    centre = np.eye(n) - 1 / n
    independent = (centre * independent_variances(sample)) @ centre
    noise = (np.outer(variances, variances) + sample**2).sum() / degrees_of_freedom
    distance = ((sample - independent) ** 2).sum()
    share = noise / max(noise, distance) if noise else 0.0
    return np.asarray((1 - share) * sample + share * independent)


def _scales_of_unrated(values: Floats, rated: Bools) -> tuple[Floats, Floats]:
    """By what factor the deviation of each competitor, (n,), is larger than among replicates that rate all, measured from those always rated.

    A competitor without a middle two thirds has 0, and a variance of its own, (n,).
    """
    always, complete = rated.all(axis=0), rated.all(axis=1)
    scales, own = np.ones(always.size), np.zeros(always.size)
    from_others = values - values[:, always].mean(axis=1, keepdims=True) if always.any() else values
    for i in np.flatnonzero(~always):
        ordered = from_others[:, i].copy()
        unlinked = np.flatnonzero(np.isnan(ordered))
        ordered[unlinked] = np.where(np.arange(unlinked.size) % 2, np.inf, -np.inf)
        low, high = np.quantile(ordered, MIDDLE, method="inverted_cdf")
        error = ordered[complete].std()
        if not np.isfinite([low, high]).all():
            scales[i], own[i] = 0.0, max(error, ONE_WIN_ONE_LOSS) ** 2
        elif error:
            scales[i] = max(1.0, (high - low) / 2 / error)
    return scales, own


def errors_in_two(covariance: Floats, own: Floats) -> ErrorsInTwo:
    """Split errors, whose covariance is completed to one of errors that are as independent as they can be."""
    # Of a competitor that is known: rounding.
    marginal = np.sqrt(np.maximum(own, ROUNDING * own.max()))
    complete = completed(covariance, marginal)
    if np.abs(complete - np.diag(own)).max() <= math.sqrt(ROUNDING) * own.max():
        return independent_errors(own)
    values, basis = eigh(complete / marginal / marginal[:, None], check_finite=False)
    # Each error given all others: two who met often have small ones, however little joins them to the rest.
    given_others = marginal / np.sqrt((basis**2 / np.maximum(values, LEAST_GIVEN_OTHERS)).sum(axis=1))
    # Where many directions are large against these, chains would hardly move.
    for error in (given_others, marginal):
        values, basis = eigh(completed(covariance, error) / error / error[:, None], check_finite=False)
        share = max(LEAST_INDEPENDENT, (1 - LEAST_INDEPENDENT) * values[0])
        rest = np.maximum(values - share, 0.0)
        large = np.flatnonzero(rest > LARGE * share)
        if large.size <= MOST_LARGE:
            break
    # Either sign is right; the same one is taken whatever the rounding.
    basis *= np.sign(basis[np.abs(basis).argmax(axis=0), np.arange(own.size)])
    large = large[-MOST_LARGE:]
    total = rest + share
    root = (error[:, None] * basis * np.sqrt(rest * share / total)) @ basis.T
    inverse = (basis / error[:, None] / total) @ (basis.T / error)
    along, back = (error[:, None] * basis[:, large]).T, (basis[:, large] / error[:, None]).T
    inverse, along, back = (np.ascontiguousarray(each) for each in (inverse, along, back))
    return ErrorsInTwo(share * error**2, inverse, root, along, back, rest[large])


def completed(covariance: Floats, error: Floats) -> Floats:
    """Give errors whose mean was taken away, with this covariance (n, n), a mean weighted by precision as if they were independent and of this size.

    Differences, which are all that the covariance says, stay; of errors that are independent and of this size all of it comes back.
    """
    precision = 1 / error**2
    with_mean = covariance @ (precision / precision.sum())
    return np.asarray(covariance - with_mean - with_mean[:, None] + (precision @ with_mean + 1) / precision.sum())


def independent_errors(own: Floats) -> ErrorsInTwo:
    """Errors with these variances (n,) of which nothing is shared."""
    nothing = np.empty((0, own.size))
    return ErrorsInTwo(own, nothing, nothing, nothing, nothing, np.empty(0))


def independent_variances(covariance: Floats) -> Floats:
    """Variances (n,) of independent errors that, less their mean, have these variances; none is below 0."""
    n, variances = covariance.shape[0], np.diagonal(covariance)
    if n < 3:
        return np.asarray(2 * variances)
    mean = variances.mean() / (1 - 1 / n)
    return np.asarray(np.maximum((variances - mean / n) / (1 - 2 / n), 0.0))
