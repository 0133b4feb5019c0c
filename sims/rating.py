"""Votes to ratings and their uncertainty, as a specification says."""

from typing import Literal

from recount.engine import (
    ClusteredVotes,
    Fit,
    PairCounts,
    Resampling,
    Uncertainty,
    Votes,
    WeightedCounts,
    Weights,
    bootstrap,
    clustered,
    covariance,
    fit,
    weigh,
)
from recount.engine.errors import InputError, OptionError
from recount.engine.uncertainty.bootstrapping import Progress
from recount.sims.specification import Specification


def rate(counts: PairCounts | WeightedCounts, specification: Specification, votes: Votes | None = None) -> Fit:
    """Fit Bradley-Terry as a specification says.

    Parameters
    ----------
    counts : PairCounts or WeightedCounts
        Weighted ones, if the specification has no weights.
    specification : Specification
    votes : Votes, optional
        The log that was counted; needed for weights by voter or age.

    Raises
    ------
    InputError
        If fewer than two competitors have enough votes.
    """
    keep = counts.votes_of_each() >= specification.minimum_votes
    if keep.sum() < 2:
        raise InputError(f"fewer than two competitors have {specification.minimum_votes} votes; lower minimum_votes")
    s = specification
    weighed = counts if isinstance(counts, WeightedCounts) else weigh(Weights.parse(s.weights), counts, votes)
    return fit(weighed if keep.all() else weighed.only(keep), ties=s.ties, both_bad=s.both_bad, existence=s.existence, prior=s.prior_of_strengths())


def uncertainty(
    fitted: Fit,
    specification: Specification,
    *,
    votes: Votes | None = None,
    n_replicates: int | Literal["auto"] = Resampling().n_replicates,
    seed: int = 0,
    progress: Progress | None = None,
) -> Uncertainty:
    """Uncertainty of a fit, by the intervals and the clusters of a specification.

    Parameters
    ----------
    fitted : Fit
    specification : Specification
    votes : Votes, optional
        The log that was fitted; needed for clusters.
    n_replicates : int or "auto"
    seed : int
    progress : callable, optional
        As for `recount.engine.uncertainty.bootstrapping.bootstrap`.

    Raises
    ------
    OptionError
        If clusters are asked for and there is no log of single votes.
    """
    s = specification
    clusters = _clusters(fitted, s, votes)
    if s.intervals != "bootstrap":
        return covariance(fitted, s.intervals, clusters=clusters)
    resampling = Resampling(s.scheme, n_replicates, s.interval_method, seed, s.confidence_level)
    return bootstrap(fitted, resampling, clusters=clusters, progress=progress)


def _clusters(fitted: Fit, specification: Specification, votes: Votes | None) -> ClusteredVotes | None:
    if not specification.clusters:
        return None
    if votes is None:
        raise OptionError(f"to cluster by {specification.clusters[0]!r} the single votes are needed, and there are counts only; give a vote log")
    return clustered(votes, fitted, specification.clusters)
