"""Perturbations of a log, its counts or a board: what the votes, or the models, could have been instead."""

from recount.sims.perturbations.every_perturbation import PERTURBATIONS
from recount.sims.perturbations.perturbing import perturb, perturbed

__all__ = ["PERTURBATIONS", "perturb", "perturbed"]
