"""What an arena's votes are on average, exactly: the target of an estimate that does not take them for what they are."""

import numpy as np

from recount.engine.votes import Floats, freeze
from recount.engine.weighting import WeightedCounts
from recount.sims.arenas.laws import mean_law, with_both_bad
from recount.sims.arenas.parameters import Parameters


def outcome_probabilities(truth: Parameters) -> Floats:
    """Chances of each ordered pair's outcomes, on average over tastes, (m, 4): first won, second won, tie, both bad."""
    return with_both_bad(mean_law(truth.law, truth.tie_parameter, truth.leads, truth.taste_variance), truth.arena.both_bad)


def expected_votes(truth: Parameters) -> Floats:
    """Expected votes of each ordered pair of ``truth.meetings`` by outcome, (m, 4)."""
    return outcome_probabilities(truth) * truth.meetings.expected[:, None]


def expected_counts(truth: Parameters) -> WeightedCounts:
    """The same as counts: ``fit(expected_counts(truth))`` is what the fit to the votes converges to."""
    votes = expected_votes(truth)
    pair, outcome = np.nonzero(votes)
    met = truth.meetings
    columns = (met.first[pair], met.second[pair], outcome.astype(np.int8), votes[pair, outcome], np.ones(pair.size, np.int64))
    return WeightedCounts(truth.names, *map(freeze, columns))
