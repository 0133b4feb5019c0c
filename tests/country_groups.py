"""Groups of models by hand."""

import numpy as np

from recount.engine import ELO
from recount.engine.choices.ties import TieRule
from recount.engine.scale import Scale
from recount.engine.vote_law import VoteLaw
from recount.sims.countries.groups import Group, Members


def group_by_hand(draws, parts, organisation=None, released=None, size=None):
    """Models with these strengths (1 + n_draws, n_models), of which countries A, B, ... have these parts (n_countries, n_models)."""
    draws, parts = np.asarray(draws, float), np.asarray(parts, float)
    n = draws.shape[1]
    places = np.arange(n)
    names = tuple("ABCDEFGH"[: len(parts)])
    who = np.array([f"o{i}" for i in range(n)]) if organisation is None else np.asarray(organisation)
    months, sizes = (np.full(n, np.nan) if each is None else np.asarray(each, float) for each in (released, size))
    return Group(draws, True, Members(places, places, names, parts, who, months, sizes), Scale(ELO, 1000.0), VoteLaw(TieRule.HALF))
