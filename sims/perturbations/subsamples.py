"""Fewer votes: some drawn, or some dropped, each as likely as any other."""

from dataclasses import dataclass

import numpy as np

from recount.engine.choices import check, choice
from recount.engine.votes import PairCounts
from recount.sims.perturbations.changed_votes import Change
from recount.sims.perturbations.drawing_votes import drawn, share_of


@dataclass(frozen=True, slots=True)
class Subsample:
    """A share of the votes, drawn without replacement: what a shorter log of the same arena would have said (Politis, Romano and Wolf 1999)."""

    share: float = choice(0.5, "Share of the votes that are drawn, without replacement.", above=0.0, most=1.0)

    def __post_init__(self) -> None:
        check(self)

    def changed(self, counts: PairCounts, rng: np.random.Generator) -> Change:
        """Draw votes."""
        return Change(_without(counts, counts.n_votes - share_of(counts.n_votes, self.share), rng))


@dataclass(frozen=True, slots=True)
class RandomDrop:
    """A share of the votes dropped at random: what worst-case drops are compared with (Huang et al. 2025, arXiv 2508.11847)."""

    share: float = choice(0.01, "Share of the votes that are dropped, each as likely.", least=0.0, below=1.0)

    def __post_init__(self) -> None:
        check(self)

    def changed(self, counts: PairCounts, rng: np.random.Generator) -> Change:
        """Drop votes."""
        return Change(_without(counts, share_of(counts.n_votes, self.share), rng))


def _without(counts: PairCounts, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return the votes of each cell, (n_pairs, 4) int64, without `n` votes at random."""
    return counts.counts - drawn(counts.counts.ravel(), n, rng).reshape(counts.counts.shape)
