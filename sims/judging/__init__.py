"""How well a fit describes and predicts votes, and which model of ties does it best: a table each."""

from recount.sims.judging.calibrating import calibration
from recount.sims.judging.circles_of_three import cycles
from recount.sims.judging.measures import quality
from recount.sims.judging.models_of_ties import comparison
from recount.sims.judging.pairs_against_fit import residuals

__all__ = ["calibration", "comparison", "cycles", "quality", "residuals"]
