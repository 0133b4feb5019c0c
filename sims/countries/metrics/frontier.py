"""The best model of a country (the frontier; AI Index 2025, Epoch AI 2025), and its lead over the best model of all others.

The lead is in points, and as what a vote between both models says: the chance 1 / (1 + exp(-lead)), an expected score where ties are half-wins.
"""

import numpy as np
import scipy

from recount.engine.votes import Floats
from recount.sims.countries.groups import Group
from recount.sims.countries.metrics.metric import side_by_side
from recount.sims.specification import OfCountries


def best(group: Group, asked: OfCountries) -> Floats:
    """Strength of the best model."""
    return group.kept.once("best", None, lambda: side_by_side([group.draws.T[models].max(axis=0) for models in group.models]))


def lead_over_others(group: Group, asked: OfCountries) -> Floats:
    """Strength of the best model minus that of the best model in which the country has no part; NaN if there is none."""
    nobody = np.full(len(group.draws), np.nan)
    others = side_by_side([nobody if models.all() else group.draws.T[~models].max(axis=0) for models in group.models])
    # Of two models that are unbeaten in a replicate no lead is known.
    with np.errstate(invalid="ignore"):
        lead: Floats = best(group, asked) - others
    return lead


def chance_against_others(group: Group, asked: OfCountries) -> Floats:
    """Chance of the best model in a vote against the best model in which the country has no part."""
    chance: Floats = scipy.special.expit(lead_over_others(group, asked))
    return chance


def why_no_chance(group: Group) -> str:
    """Say why leads say nothing of a vote."""
    if group.law is None:
        return "the ratings say nothing of a vote"
    return "" if group.law.of_lead_alone else "by this model of ties the chance depends on more than the lead"
