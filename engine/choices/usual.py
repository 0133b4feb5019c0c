"""Defaults that choices and functions of the engine share, each defined only here."""

from recount.engine.choices.existence import Existence
from recount.engine.choices.ties import BothBadRule, TieRule

TIES_AS = TieRule.HALF
BOTH_BAD_AS: BothBadRule = "tie"
EXISTENCE: Existence = "error"
# Precision of the normal prior of each effect.
RIDGE = 0.0
CONFIDENCE_LEVEL = 0.95
SEED = 0
# Joint draws of strengths from a normal distribution.
N_DRAWS = 4000
# P(top) is the probability to be among this many best.
P_TOP = 10
# Rating of strength 0, the mean of all.
CENTRE = 1000.0
