"""What an arena's votes are on average, exactly: the target of an estimate that does not take them for what they are."""

import numpy as np

from recount.engine.errors import OptionError
from recount.engine.votes import Floats, freeze
from recount.engine.weighting import WeightedCounts
from recount.sims.arenas.honest_votes import honest_probabilities
from recount.sims.arenas.intents import Said
from recount.sims.arenas.parameters import Parameters


def outcome_probabilities(truth: Parameters) -> Floats:
    """Chances of each ordered pair's outcomes, on average over all voters and prompts, (m, 4): first won, second won, tie, both bad.

    Lengths of answers are taken as they are before they are rounded to whole ones.
    """
    honest, intents, met = honest_probabilities(truth), truth.intents, truth.meetings
    if intents is None:
        return honest
    shares = intents.shares(truth.crowds[0].weights)
    chances = (1 - shares.sum()) * honest
    for share, kind in zip(shares, intents.kinds, strict=True):
        said = kind.chances(met.first, met.second)
        chances += share * (said[:, : Said.NOTHING] + said[:, [Said.NOTHING]] * honest + said[:, [Said.OPPOSITE]] * honest[:, [1, 0, 2, 3]])
    return np.asarray(chances)


def expected_votes(truth: Parameters) -> Floats:
    """Expected votes of each ordered pair of ``truth.meetings`` by outcome, (m, 4).

    Raises
    ------
    OptionError
        If who meets depends on the votes before.
    """
    rule = truth.arena.sampling.rule
    if rule != "random":
        raise OptionError(f"sampling is {rule!r}, so that pairs depend on votes, and nobody knows beforehand how often they meet; count drawn votes")
    return outcome_probabilities(truth) * truth.meetings.expected[:, None]


def expected_counts(truth: Parameters) -> WeightedCounts:
    """The same as counts: ``fit(expected_counts(truth))`` is what the fit to the votes converges to."""
    votes = expected_votes(truth)
    pair, outcome = np.nonzero(votes)
    met = truth.meetings
    columns = (met.first[pair], met.second[pair], outcome.astype(np.int8), votes[pair, outcome], np.ones(pair.size, np.int64))
    return WeightedCounts(truth.names, *map(freeze, columns))
