"""Private variants of which the best is published (Singh et al. 2025, "The Leaderboard Illusion").

A provider has N variants tested with m votes each and publishes the one with the highest rating. With equal variants that rating exceeds their
strength by e_N sigma on average, e_N being the mean of the largest of N standard normal variables and sigma the standard error after m votes; after F
fresh votes m / (m + F) of it is left.
"""

from dataclasses import replace

import numpy as np

from recount.engine.counting import count
from recount.engine.errors import ExistenceError
from recount.engine.fitting import Fit, fit
from recount.engine.scale import ELO
from recount.engine.votes import Bools, Floats, Ints, Votes, freeze
from recount.sims.arenas.arena import Arena
from recount.sims.arenas.parameters import Parameters


def own_numbers(arena: Arena) -> Ints:
    """Which competitor each one that votes are drawn for is, or is a variant of, (n_drawn,)."""
    n, private = arena.size + arena.newcomers.n, arena.private
    return np.concatenate([np.arange(n), n + np.repeat(np.arange(private.n_published), private.n_variants)])


def names_of_variants(arena: Arena, names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of all that votes are drawn for."""
    n = arena.size + arena.newcomers.n
    return (*names[:n], *(f"{name} variant {k}" for name in names[n:] for k in range(arena.private.n_variants)))


def strengths_of_variants(arena: Arena, strengths: Floats, rng: np.random.Generator) -> Floats:
    """Strengths of all that votes are drawn for, (n_drawn,): normal around those of the published ones, which end `strengths`."""
    if not arena.private.n_published:
        return strengths
    n, made = arena.size + arena.newcomers.n, strengths[own_numbers(arena)]
    made[n:] += rng.normal(0.0, arena.private.spread / ELO, made.size - n)
    return np.asarray(made - made.mean())


def publish_best(truth: Parameters, votes: Votes, names: tuple[str, ...]) -> tuple[Parameters, Votes]:
    """Publish of each competitor's variants the one with the highest rating after its test, with all its votes; the others were never there.

    Parameters
    ----------
    truth : Parameters
        Of all variants.
    votes : Votes
        Of all variants.
    names : tuple of str
        Of the competitors that are published.

    Raises
    ------
    ConvergenceError
        If the ratings after the test cannot be computed.
    """
    private, n = truth.arena.private, truth.strengths.size
    variants = np.arange(n - private.n_published * private.n_variants, n).reshape(private.n_published, private.n_variants)
    tested = rated_after(votes.only(of_the_test(votes, int(variants[0, 0]), private.test_votes)))
    rating = np.full(n, -np.inf)
    rating[[truth.names.index(name) for name in tested.names]] = tested.strengths
    best = variants[np.arange(private.n_published), rating[variants].argmax(axis=1)]
    keep = np.arange(n) < variants[0, 0]
    # What ratings with ties as halves shrink by is the same for all variants of one.
    error = ELO * (rating - truth.strengths)
    gains = tuple(float(error[k] - error[of_one].mean()) for k, of_one in zip(best, variants, strict=True))
    keep[best] = True
    all_names = (*truth.names[: variants[0, 0]], *names)
    return _only(truth, keep, all_names, gains), replace(votes.among(keep), names=all_names)


def of_the_test(votes: Votes, first_variant: int, test_votes: int) -> Bools:
    """Which votes are those of a test, (n_votes,): the first of each variant, and all votes without one."""
    variant = np.maximum(votes.first, votes.second)
    rows = np.flatnonzero(variant >= first_variant)
    order = np.argsort(variant[rows], kind="stable")
    of_variant = variant[rows][order]
    place = np.arange(rows.size) - np.searchsorted(of_variant, of_variant)
    tests = np.ones(votes.n_votes, np.bool_)
    tests[rows[order]] = place < test_votes
    return tests


def rated_after(votes: Votes) -> Fit:
    """Ratings by votes; where they do not exist, with a tied vote more for each."""
    counts = count(votes)
    try:
        return fit(counts)
    except ExistenceError:
        return fit(counts, existence="prior")


def _only(truth: Parameters, keep: Bools, names: tuple[str, ...], gains: tuple[float, ...]) -> Parameters:
    """The truth of those that are kept, with strengths of mean 0."""
    met = truth.meetings
    strengths = truth.strengths[keep]
    return replace(
        truth,
        names=names,
        strengths=freeze(strengths - strengths.mean()),
        meetings=met.among(keep),
        leads=freeze(truth.leads[keep[met.first] & keep[met.second]]),
        categories=truth.categories and truth.categories.of(keep),
        lengths=truth.lengths and truth.lengths.of(keep),
        intents=truth.intents and truth.intents.among(keep),
        test_gains=gains,
    )
