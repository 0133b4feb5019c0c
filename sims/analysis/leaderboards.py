"""Leaderboard, pairs, one pair: what ratings say of who is better."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from recount.engine import boards
from recount.engine.errors import OptionError
from recount.sims.presentation import Table
from recount.sims.presentation.headlines import of_leaderboard, of_pair, of_pairs

if TYPE_CHECKING:
    from recount.sims.analysis.analysis import Analysis


def leaderboard(analysis: "Analysis") -> Table:
    """One row a competitor, best first."""
    s, rated = analysis.specification, analysis.uncertainty
    n_votes = analysis.fit.contests.votes_of_each() if analysis.has_votes else np.full(len(rated.names), np.nan)
    frame = boards.leaderboard(
        rated, n_votes, scale=analysis.scale, confidence_level=s.confidence_level, top=s.p_top, n_draws=s.n_draws, seed=s.seed
    )
    return Table("leaderboard", frame, of_leaderboard(frame, s.confidence_level), tuple(analysis.notes()), "Leaderboard")


def pairs(analysis: "Analysis") -> Table:
    """One row for every two competitors, the better one first."""
    s = analysis.specification
    frame = boards.pair_table(
        analysis.uncertainty, scale=analysis.scale, confidence_level=s.confidence_level, n_draws=s.n_draws, seed=s.seed
    )
    return Table("pairs", frame, of_pairs(frame, s.confidence_level), tuple(analysis.notes()), "Pairs")


def pair(analysis: "Analysis", one: str, other: str) -> Table:
    """Two competitors: their difference with its interval, by itself and adjusted for looking at all pairs.

    Raises
    ------
    OptionError
        If one of them is not rated, or they are one.
    """
    s = analysis.specification
    frame = boards.one_pair(
        analysis.uncertainty, (one, other), scale=analysis.scale, confidence_level=s.confidence_level, n_draws=s.n_draws, seed=s.seed
    )
    return Table("pair", frame, of_pair(frame, s.confidence_level), tuple(analysis.notes()), f"{one} and {other}")
