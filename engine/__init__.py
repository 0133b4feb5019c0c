"""The rating core: arrays and frozen dataclasses in, the same out; no file is read, nothing is printed."""

from engine.bradley_terry.fit import Fit, fit
from engine.bradley_terry.pair_ties import pair_tie_parameters
from engine.bradley_terry.priors import Prior
from engine.bradley_terry.shrinkage import Shrunk, shrink
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
from engine.errors import ConvergenceError, ExistenceError, InputError, OptionError, RecountError
from engine.leaderboard import leaderboard, pair_table
from engine.ranks import marginal_rank_bounds, rank_sets, shown_better, simultaneous_rank_sets, superiority, tiers, top_probabilities
from engine.scale import ELO, Scale, anchored
from engine.scrutiny.conclusion import Conclusion, pair_order, top_order, top_set
from engine.scrutiny.cycles import Cycles, cycles
from engine.scrutiny.fit_quality import FitQuality, fit_quality, ties_at_random
from engine.scrutiny.held_out import HeldOut, held_out, held_out_votes
from engine.scrutiny.intransitivity import Intransitivity, intransitivity
from engine.scrutiny.prediction import Calibration, Scores, calibration, score
from engine.scrutiny.removal import Removal, fewest_votes, removal_effects
from engine.scrutiny.residuals import Residuals, residuals
from engine.scrutiny.splits import Split, label_folds, row_folds, time_split, vote_folds
from engine.sequential import EloPermutations, SequentialRatings, elo, elo_permutations, glicko2, in_order, trueskill
from engine.uncertainty.bootstrap import bootstrap
from engine.uncertainty.clusters import ClusteredVotes, clustered
from engine.uncertainty.covariance import JointNormal, covariance
from engine.uncertainty.influence import acceleration
from engine.uncertainty.interface import Uncertainty
from engine.uncertainty.intervals import interval, monte_carlo_error
from engine.uncertainty.quasi_variance import QuasiVariances, quasi_variances
from engine.uncertainty.replicates import Replicates
from engine.votes import Factor, PairCounts, Votes
from engine.weighting import WeightedCounts, decay_weights, pair_weights, voter_weights, weighted, weights_of_votes

__all__ = [
    "ELO",
    "Calibration",
    "CategoryEffect",
    "ClusteredVotes",
    "Conclusion",
    "Contests",
    "ContextualFit",
    "ConvergenceError",
    "Cycles",
    "Effects",
    "EloPermutations",
    "ExistenceError",
    "Factor",
    "Fit",
    "FitQuality",
    "HeldOut",
    "InputError",
    "Intransitivity",
    "JointNormal",
    "OptionError",
    "PairCounts",
    "Position",
    "Prior",
    "QuasiVariances",
    "RecountError",
    "Removal",
    "Replicates",
    "Residuals",
    "Scale",
    "Scores",
    "SequentialRatings",
    "Shrunk",
    "Split",
    "Style",
    "Uncertainty",
    "Votes",
    "WeightedCounts",
    "acceleration",
    "anchored",
    "bootstrap",
    "calibration",
    "clustered",
    "contests",
    "contextual_bootstrap",
    "contextual_covariance",
    "count",
    "covariance",
    "cycles",
    "decay_weights",
    "elo",
    "elo_permutations",
    "fewest_votes",
    "fit",
    "fit_contextual",
    "fit_quality",
    "glicko2",
    "held_out",
    "held_out_votes",
    "in_order",
    "interval",
    "intransitivity",
    "label_folds",
    "leaderboard",
    "marginal_rank_bounds",
    "monte_carlo_error",
    "pair_order",
    "pair_table",
    "pair_tie_parameters",
    "pair_weights",
    "quasi_variances",
    "rank_sets",
    "removal_effects",
    "residuals",
    "row_folds",
    "score",
    "shown_better",
    "shrink",
    "simultaneous_rank_sets",
    "superiority",
    "tiers",
    "ties_at_random",
    "time_split",
    "top_order",
    "top_probabilities",
    "top_set",
    "trueskill",
    "vote_folds",
    "voter_weights",
    "weighted",
    "weights_of_votes",
]
