"""What votes are on average where all say what they think: over tastes, categories of prompts and lengths of answers."""

import numpy as np
from scipy.special import expit

from recount.engine.votes import Floats
from recount.sims.arenas.laws import mean_law, normal_nodes, with_both_bad
from recount.sims.arenas.parameters import Parameters


def expected_by_category(truth: Parameters) -> Floats:
    """Expected votes of each pair in each category, (k, m); one category where there are none."""
    met, mix = truth.meetings, truth.categories
    if mix is None:
        return met.expected[None, :]
    periods = enumerate(met.timeline.middles)
    return np.asarray(sum(np.multiply.outer(mix.shares_at(middle), met.expected_in(period)) for period, middle in periods))


def leads_by_category(truth: Parameters) -> Floats:
    """Lead of the first of each pair in each category, (k, m), without what lengths add."""
    met, mix = truth.meetings, truth.categories
    return truth.leads[None, :] if mix is None else truth.leads + mix.deviations[:, met.first] - mix.deviations[:, met.second]


def leads_and_votes(truth: Parameters) -> tuple[Floats, Floats]:
    """Leads of all pairs in all categories, and their expected votes, for the share of ties, which is solved for without lengths."""
    return leads_by_category(truth).ravel(), expected_by_category(truth).ravel()


def honest_probabilities(truth: Parameters) -> Floats:
    """Chances of each pair's outcomes in honest votes, (m, 4): first won, second won, tie, both bad."""
    votes = expected_by_category(truth)
    # A pair without votes has the mean mix.
    shares = np.divide(votes, votes.sum(axis=0), out=np.full(votes.shape, 1 / len(votes)), where=votes.sum(axis=0) > 0)
    chances = sum(share[:, None] * _over_lengths(truth, leads) for share, leads in zip(shares, leads_by_category(truth), strict=True))
    return with_both_bad(np.asarray(chances), truth.arena.both_bad)


def _over_lengths(truth: Parameters, leads: Floats) -> Floats:
    """Chances at leads, (m, 3), on average over tastes and lengths."""
    answers, met = truth.lengths, truth.meetings
    if answers is None or not answers.effect:
        return mean_law(truth.law, truth.tie_parameter, leads, truth.taste_variance)
    moved = ((leads + answers.leads(met.first, met.second, x), w) for x, w in normal_nodes(1.0))
    return np.asarray(sum(w * mean_law(truth.law, truth.tie_parameter, lead, truth.taste_variance) for lead, w in moved))


def shares_of_outcomes(truth: Parameters) -> Floats:
    """Share of each outcome in honest votes, (4,)."""
    expected = truth.meetings.expected
    return np.asarray(expected @ honest_probabilities(truth) / expected.sum())


def information_of(truth: Parameters) -> Floats:
    """Expected information of honest votes on strengths, (n, n), ties as halves: the sum of p (1 - p) (e_i - e_j)(e_i - e_j)^T over votes."""
    met, n = truth.meetings, len(truth.names)
    p = expit(truth.leads)
    place = met.first.astype(np.int64) * n + met.second
    between = np.bincount(place, met.expected * p * (1 - p), n * n).reshape(n, n)
    between += between.T
    return np.asarray(np.diag(between.sum(axis=1)) - between)
