"""The rating core: arrays and frozen dataclasses in, the same out; no file is read, nothing is printed."""

from engine.bootstrap import bootstrap
from engine.bradley_terry import Fit, fit
from engine.clusters import ClusteredVotes, clustered
from engine.contests import Contests, contests
from engine.counting import count
from engine.covariance import JointNormal, covariance
from engine.errors import ConvergenceError, ExistenceError, InputError, OptionError, RecountError
from engine.influence import acceleration
from engine.intervals import interval, monte_carlo_error
from engine.leaderboard import leaderboard
from engine.ranks import marginal_rank_bounds, simultaneous_rank_sets, top_probabilities
from engine.replicates import Replicates
from engine.scale import ELO, Scale, anchored
from engine.uncertainty import Uncertainty
from engine.votes import Factor, PairCounts, Votes

__all__ = [
    "ELO",
    "ClusteredVotes",
    "Contests",
    "ConvergenceError",
    "ExistenceError",
    "Factor",
    "Fit",
    "InputError",
    "JointNormal",
    "OptionError",
    "PairCounts",
    "RecountError",
    "Replicates",
    "Scale",
    "Uncertainty",
    "Votes",
    "acceleration",
    "anchored",
    "bootstrap",
    "clustered",
    "contests",
    "count",
    "covariance",
    "fit",
    "interval",
    "leaderboard",
    "marginal_rank_bounds",
    "monte_carlo_error",
    "simultaneous_rank_sets",
    "top_probabilities",
]
