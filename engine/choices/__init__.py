"""What an analyst chooses, as values that are checked when they are made.

Each field of these dataclasses states once its type, default, help, bounds and the other reasonable values. Nothing is computed here and no array is
needed, so that help is quick.
"""

from recount.engine.choices.anchor import Anchor
from recount.engine.choices.arguments import checked
from recount.engine.choices.covariates import CategoryEffect, Covariate, Position, Style
from recount.engine.choices.declaring import Choice, check, check_choice, choice, choices_of, of_kind
from recount.engine.choices.existence import Existence
from recount.engine.choices.filters import DailyCap, Where, Window
from recount.engine.choices.holding_out import Folds
from recount.engine.choices.prior import Prior
from recount.engine.choices.random_orders import RandomOrders
from recount.engine.choices.resampling import Resampling
from recount.engine.choices.sequential import Elo, Glicko2, TrueSkill
from recount.engine.choices.ties import BothBadRule, TieRule
from recount.engine.choices.usual import CONFIDENCE_LEVEL
from recount.engine.choices.weights import Weights

__all__ = [
    "CONFIDENCE_LEVEL",
    "Anchor",
    "BothBadRule",
    "CategoryEffect",
    "Choice",
    "Covariate",
    "DailyCap",
    "Elo",
    "Existence",
    "Folds",
    "Glicko2",
    "Position",
    "Prior",
    "RandomOrders",
    "Resampling",
    "Style",
    "TieRule",
    "TrueSkill",
    "Weights",
    "Where",
    "Window",
    "check",
    "check_choice",
    "checked",
    "choice",
    "choices_of",
    "of_kind",
]
