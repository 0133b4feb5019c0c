"""Elo in random orders of the votes, in place of a fit: what order and K do to ratings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from recount.engine.choices import check, choice, choices_of
from recount.engine.choices.resampling import LARGEST_COUNT
from recount.engine.choices.sequential import BothBadScore, Elo, TieScore
from recount.engine.choices.ties import BothBadRule, TieRule
from recount.engine.errors import OptionError
from recount.engine.scale import ELO
from recount.engine.sequential.elo_system import elo_mean
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.rating import have_enough_votes
from recount.sims.arenas.random_streams import Purpose, start_of
from recount.sims.specification import Specification, WhichVotes
from recount.sims.studies.seen import Ratings

OF_ELO = choices_of(Elo)
# What Elo takes of a specification.
USED = ("ties", "both_bad", *choices_of(WhichVotes))
TIES: Mapping[TieRule, TieScore] = {TieRule.HALF: "half", TieRule.DROP: "drop"}
BOTH_BAD: Mapping[BothBadRule, BothBadScore] = {"tie": "tie", "drop": "drop"}


@dataclass(frozen=True, kw_only=True)
class EloOrders:
    """Elo, and the mean of how many random orders it is.

    Raises
    ------
    OptionError
        If a number is out of its bounds.
    """

    k_factor: float = choice(OF_ELO["k_factor"].default, "The most points that one vote can move a rating.", above=0.0, most=1e9)
    k_halved_after: float = choice(
        OF_ELO["k_halved_after"].default, "Votes of a competitor after which its K has fallen to a half, later as 1/n.", above=0.0, unset="never"
    )
    n_permutations: int = choice(1, "Random orders of the votes, of whose ratings the mean is taken.", least=1, most=LARGEST_COUNT)

    def __post_init__(self) -> None:
        check(self)


def scores_of(s: Specification) -> tuple[TieScore, BothBadScore]:
    """Return what Elo makes of ties and of "both bad"; raise `OptionError` if it cannot do as the specification says."""
    rules: tuple[tuple[str, object, Mapping[Any, str]], ...] = (("ties", s.ties, TIES), ("both_bad", s.both_bad, BOTH_BAD))
    for name, value, known in rules:
        if value not in known:
            words = " or ".join(map(repr, known))
            raise OptionError(f"{name} is {value!r}, which Elo does not know; give {words} in the specification of its [[vary]]")
    return TIES[s.ties], BOTH_BAD[s.both_bad]


def rated_in_turn(analysis: Analysis, choices: EloOrders, seed: int) -> Ratings:
    """Rate the votes of an analysis in random orders; who has no vote that counts is not rated.

    Strengths are log-odds, as those of a fit.
    """
    s = analysis.specification
    counts = analysis.log.counts
    if s.minimum_votes:
        counts = counts.only(have_enough_votes(counts, s))
    ties, both_bad = scores_of(s)
    settings = Elo(k_factor=choices.k_factor, k_halved_after=choices.k_halved_after)
    # Not the orders of another purpose, if votes are simulated with the same seed; 63 bits, as a seed has.
    own = int(start_of(seed, Purpose.ORDERS) >> np.uint64(1))
    after = elo_mean(counts, settings, n_permutations=choices.n_permutations, seed=own, ties=ties, both_bad=both_bad)
    voted = np.flatnonzero(after.n_votes)
    return Ratings(tuple(after.names[i] for i in voted), after.ratings[voted] / ELO)
