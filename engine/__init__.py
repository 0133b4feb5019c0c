"""The rating core: arrays and frozen dataclasses in, the same out; no file is read, nothing is printed."""

from engine.bradley_terry import Fit, fit
from engine.contests import Contests, contests
from engine.counting import count
from engine.errors import ConvergenceError, ExistenceError, InputError, OptionError, RecountError
from engine.leaderboard import leaderboard
from engine.ranks import marginal_rank_bounds, simultaneous_rank_sets, top_probabilities
from engine.scale import ELO, Scale, anchored
from engine.uncertainty import Uncertainty, covariance
from engine.votes import Factor, PairCounts, Votes

__all__ = [
    "ELO",
    "Contests",
    "ConvergenceError",
    "ExistenceError",
    "Factor",
    "Fit",
    "InputError",
    "OptionError",
    "PairCounts",
    "RecountError",
    "Scale",
    "Uncertainty",
    "Votes",
    "anchored",
    "contests",
    "count",
    "covariance",
    "fit",
    "leaderboard",
    "marginal_rank_bounds",
    "simultaneous_rank_sets",
    "top_probabilities",
]
