"""Votes to ratings and their uncertainty, as a specification says."""

# TEMPORARY, until the engine has one fit:
import math
from itertools import compress

import numpy as np

from recount.engine import CategoryEffect, Position, Style, fit_contextual
from recount.engine import Prior as OldPrior
from recount.engine.bradley_terry.fitting import Fit, fit
from recount.engine.errors import InputError
from recount.engine.uncertainty.bootstrapping import Progress, bootstrap
from recount.engine.uncertainty.clusters import clustered
from recount.engine.uncertainty.interface import Uncertainty
from recount.engine.uncertainty.sandwich import covariance
from recount.engine.votes import PairCounts, Votes
from recount.engine.weighting import WeightedCounts, decay_weights, pair_weights, voter_weights, weights_of_votes


def weigh(weights, counts, votes=None):
    if weights.kind == "none":
        return counts
    if weights.kind == "pairs":
        return pair_weights(counts, weights.amount)
    return voter_weights(votes, weights.column) if weights.kind == "voters" else decay_weights(votes, weights.column, weights.amount)


def _prior(p):
    return OldPrior(p.kind, p.amount if p.kind in ("votes", "gaussian") else math.nan) if p.kind != "none" else None


_fit0 = fit


def fit(source, covariates=(), ridge=0.0, weights=None, prior=None, ties="half", **k):
    prior = _prior(prior)
    ties = str(ties)
    if covariates:
        old = [
            Position()
            if type(c).__name__ == "Position"
            else Style(c.first, c.second, c.form)
            if type(c).__name__ == "Style"
            else CategoryEffect(c.column)
            for c in covariates
        ]
        return fit_contextual(source, old, weights=weights, ties=ties, prior=prior, ridge=ridge, **k)
    return _fit0(source, ties=ties, prior=prior, **k)


_boot0 = bootstrap


def bootstrap(fitted, r, clusters=None, progress=None):
    return _boot0(
        fitted,
        r.scheme,
        clusters=clusters,
        n_replicates=r.n_replicates,
        seed=r.seed,
        interval_method=r.interval_method,
        confidence_level=r.confidence_level,
        progress=progress,
    )


from recount.sims.specification import Specification


def rate(counts: PairCounts, specification: Specification, votes: Votes | None = None) -> Fit:
    """Fit ratings.

    Parameters
    ----------
    counts : PairCounts
    specification : Specification
    votes : Votes, optional
        The log that was counted; needed for covariates, and for weights by voter or age.

    Raises
    ------
    InputError
        If fewer than two competitors have enough votes.
    OptionError
        If single votes are needed, and there are counts only.
    """
    s = specification
    keep = counts.votes_of_each() >= s.minimum_votes
    if keep.sum() < 2:
        raise InputError(f"fewer than two competitors have {s.minimum_votes} votes; lower minimum_votes")
    weighed = weigh(s.weights, counts, votes)
    if s.covariates and votes is not None:
        return _rate_rows(votes, set(compress(counts.names, keep)), weighed, s)
    source = weighed if keep.all() else weighed.only(keep)
    return fit(source, ties=s.ties, both_bad=s.both_bad, existence=s.existence, prior=s.prior)


def _rate_rows(votes: Votes, enough: set[str], weighed: PairCounts | WeightedCounts, s: Specification) -> Fit:
    """Fit the single votes between competitors that have `enough` of them, with covariates."""
    weights = weights_of_votes(weighed, votes) if isinstance(weighed, WeightedCounts) else None
    if len(enough) < len(votes.names):
        keep = np.array([name in enough for name in votes.names])
        weights = None if weights is None else weights[keep[votes.first] & keep[votes.second]]
        votes = votes.among(keep)
    return fit(
        votes,
        covariates=s.covariates,
        weights=weights,
        ties=s.ties,
        both_bad=s.both_bad,
        existence=s.existence,
        prior=s.prior,
        ridge=s.ridge,
    )


def uncertainty(fitted: Fit, specification: Specification, votes: Votes | None = None, progress: Progress | None = None) -> Uncertainty:
    """Find how sure a fit is.

    Parameters
    ----------
    fitted : Fit
    specification : Specification
    votes : Votes, optional
        The log that was fitted; needed for clusters.
    progress : callable, optional
        Of a bootstrap.
    """
    s = specification
    clusters = clustered(votes, fitted, s.clusters) if s.clusters and votes is not None else None
    if s.resampling is None:
        return covariance(fitted, s.intervals, clusters=clusters)
    return bootstrap(fitted, s.resampling, clusters=clusters, progress=progress)
