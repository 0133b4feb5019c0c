"""The rating core: arrays and frozen dataclasses in, the same out; no file is read, nothing is printed."""

from engine.bootstrap import bootstrap
from engine.bradley_terry import Fit, fit
from engine.clusters import ClusteredVotes, clustered
from engine.contests import Contests, contests
from engine.contextual import (
    CategoryEffect,
    ContextualFit,
    Effects,
    Position,
    Style,
    contextual_bootstrap,
    contextual_covariance,
    fit_contextual,
)
from engine.counting import count
from engine.covariance import JointNormal, covariance
from engine.errors import ConvergenceError, ExistenceError, InputError, OptionError, RecountError
from engine.influence import acceleration
from engine.intervals import interval, monte_carlo_error
from engine.leaderboard import leaderboard, pair_table
from engine.priors import Prior
from engine.quasi_variance import QuasiVariances, quasi_variances
from engine.ranks import marginal_rank_bounds, rank_sets, shown_better, simultaneous_rank_sets, superiority, tiers, top_probabilities
from engine.replicates import Replicates
from engine.scale import ELO, Scale, anchored
from engine.sequential import EloPermutations, SequentialRatings, elo, elo_permutations, glicko2, in_order, trueskill
from engine.uncertainty import Uncertainty
from engine.votes import Factor, PairCounts, Votes
from engine.weighting import WeightedCounts, decay_weights, pair_weights, voter_weights, weighted

__all__ = [
    "ELO",
    "CategoryEffect",
    "ClusteredVotes",
    "Contests",
    "ContextualFit",
    "ConvergenceError",
    "Effects",
    "EloPermutations",
    "ExistenceError",
    "Factor",
    "Fit",
    "InputError",
    "JointNormal",
    "OptionError",
    "PairCounts",
    "Position",
    "Prior",
    "QuasiVariances",
    "RecountError",
    "Replicates",
    "Scale",
    "SequentialRatings",
    "Style",
    "Uncertainty",
    "Votes",
    "WeightedCounts",
    "acceleration",
    "anchored",
    "bootstrap",
    "clustered",
    "contests",
    "contextual_bootstrap",
    "contextual_covariance",
    "count",
    "covariance",
    "decay_weights",
    "elo",
    "elo_permutations",
    "fit",
    "fit_contextual",
    "glicko2",
    "in_order",
    "interval",
    "leaderboard",
    "marginal_rank_bounds",
    "monte_carlo_error",
    "pair_table",
    "pair_weights",
    "quasi_variances",
    "rank_sets",
    "shown_better",
    "simultaneous_rank_sets",
    "superiority",
    "tiers",
    "top_probabilities",
    "trueskill",
    "voter_weights",
    "weighted",
]
