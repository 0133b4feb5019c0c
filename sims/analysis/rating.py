"""Votes to ratings and their uncertainty, as a specification says."""

from concurrent.futures import Executor
from itertools import compress

import numpy as np

from recount.engine.errors import InputError, OptionError
from recount.engine.fitting import Fit, fit
from recount.engine.plurals import plural
from recount.engine.uncertainty.bootstrapping import Progress, bootstrap
from recount.engine.uncertainty.clusters import clustered
from recount.engine.uncertainty.interface import Uncertainty
from recount.engine.uncertainty.sandwich import covariance
from recount.engine.votes import Bools, PairCounts, Votes
from recount.engine.weighting import WeightedCounts, weigh, weights_of_votes
from recount.sims.specification import Specification, WhichVotes


def rate(counts: PairCounts | WeightedCounts, specification: Specification, votes: Votes | None = None) -> Fit:
    """Fit ratings.

    Parameters
    ----------
    counts : PairCounts or WeightedCounts
        Weighted ones keep their weights.
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
    keep = have_enough_votes(counts, s)
    weighed = counts if isinstance(counts, WeightedCounts) else weigh(s.weights, counts, votes)
    if s.covariates and votes is not None:
        return _rate_rows(votes, set(compress(counts.names, keep)), weighed, s)
    source = weighed if keep.all() else weighed.only(keep)
    return fit(source, ties=s.ties, both_bad=s.both_bad, existence=s.existence, prior=s.prior)


def have_enough_votes(counts: PairCounts | WeightedCounts, which: WhichVotes) -> Bools:
    """Say which competitors have as many votes as are asked for, (n_competitors,).

    Raises
    ------
    InputError
        If fewer than two have.
    """
    enough = np.asarray(counts.votes_of_each() >= which.minimum_votes)
    if not counts.votes_of_each().any():
        raise InputError("no row is a vote that counts; `recount check` shows what was left out, and why")
    if enough.sum() < 2:
        raise InputError(f"fewer than two competitors have {plural(which.minimum_votes, 'vote')}; lower minimum_votes")
    return enough


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


def votes_of_fit(fitted: Fit, votes: Votes) -> Votes:
    """Return the votes of a log that a fit took: with covariates, those between competitors that had enough of them, who alone are named."""
    if fitted.design is None or fitted.design.log.names == votes.names:
        return votes
    return votes.among(np.isin(np.array(votes.names, object), np.array(fitted.design.log.names, object)))


def uncertainty_of(
    fitted: Fit,
    specification: Specification,
    votes: Votes | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Uncertainty:
    """Find how sure a fit is.

    Parameters
    ----------
    fitted : Fit
    specification : Specification
    votes : Votes, optional
        The log that was fitted; needed for clusters.
    progress, executor : optional
        Of a bootstrap.
    """
    s = specification
    if s.intervals == "fisher" and votes is not None and votes.weight is not None:
        raise OptionError("intervals='fisher' takes no weights into account, and `outcomes` gives labels some; take intervals='sandwich'")
    clusters = clustered(votes_of_fit(fitted, votes), fitted, s.clusters) if s.clusters and votes is not None else None
    if s.resampling is not None:
        return bootstrap(fitted, s.resampling, clusters=clusters, progress=progress, executor=executor)
    return covariance(fitted, "fisher" if s.intervals == "fisher" else "sandwich", clusters=clusters)
