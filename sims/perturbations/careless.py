"""Careless voters: some votes say nothing of the answers."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from recount.engine.choices import check, choice
from recount.engine.votes import PairCounts
from recount.sims.perturbations.changed_votes import Change
from recount.sims.perturbations.drawing_votes import drawn, share_of


@dataclass(frozen=True, slots=True)
class CarelessVoters:
    """A share of the votes, each as likely, has a random outcome in place of its own (Zhao, Rush and Goyal 2024, arXiv 2412.04363)."""

    share: float = choice(0.1, "Share of the votes whose outcome is random, whatever the answers.", least=0.0, most=1.0)
    outcomes: Literal["wins", "all", "as voted"] = choice(
        "wins",
        "Random outcomes: either side wins, equally likely (wins); every outcome that the log has, equally likely (all); or each outcome as "
        "often as in the log (as voted).",
    )

    def __post_init__(self) -> None:
        check(self)

    def changed(self, counts: PairCounts, rng: np.random.Generator) -> Change:
        """Give votes a random outcome."""
        recast = drawn(counts.counts.ravel(), share_of(counts.n_votes, self.share), rng).reshape(counts.counts.shape)
        return Change(counts.counts - recast, rng.multinomial(recast.sum(axis=1), self.probabilities(counts)))

    def probabilities(self, counts: PairCounts) -> np.ndarray:
        """Return the probabilities of the outcomes of a careless vote, (4,)."""
        there = counts.counts.sum(axis=0)
        weights = {"wins": np.array([1, 1, 0, 0]), "all": there > 0, "as voted": there}[self.outcomes]
        return np.asarray(weights / weights.sum())
