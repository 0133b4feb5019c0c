"""Rating systems that go through the votes one after the other and need no more than one pass."""

from engine.sequential.elo import EloPermutations, elo, elo_permutations
from engine.sequential.glicko2 import glicko2
from engine.sequential.state import SequentialRatings, in_order
from engine.sequential.trueskill import trueskill

__all__ = ["EloPermutations", "SequentialRatings", "elo", "elo_permutations", "glicko2", "in_order", "trueskill"]
