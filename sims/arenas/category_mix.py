"""Categories of prompts: how often each is asked as time goes by, and what it adds to strengths.

The mix of categories drifts: at a share t of the log it is (1 - t) times the one at the first vote plus t times the one at the last.
"""

from dataclasses import dataclass, replace

import numpy as np

from recount.engine.scale import ELO
from recount.engine.votes import Bools, Floats, Ints
from recount.sims.arenas.content_choices import Categories


@dataclass(frozen=True, slots=True, eq=False)
class CategoryMix:
    """Categories with their shares and strengths.

    Attributes
    ----------
    at_first, at_last : (k,) float64
        Share of each category at the first and the last vote.
    deviations : (k, n) float64
        What a category adds to the strength of each competitor, log-odds; 0 on average over categories at the first vote, and over competitors.
    """

    at_first: Floats
    at_last: Floats
    deviations: Floats

    @property
    def names(self) -> tuple[str, ...]:
        """Name of each."""
        return tuple(f"category-{k}" for k in range(self.at_first.size))

    @property
    def drifts(self) -> bool:
        """Whether the mix changes."""
        return not np.array_equal(self.at_first, self.at_last)

    def shares_at(self, time: float) -> Floats:
        """Share of each category at a share of the log, (k,)."""
        return np.asarray((1 - time) * self.at_first + time * self.at_last)

    def of(self, competitors: Ints | Bools) -> "CategoryMix":
        """The same for some competitors."""
        return replace(self, deviations=self.deviations[:, competitors])


def draw_categories(choice: Categories, n: int, rng: np.random.Generator) -> CategoryMix:
    """Draw what categories add to the strengths of n competitors: normal deviations, centred over categories and over competitors.

    Centring over categories, by their shares, makes deviations of frequent categories smaller and leaves differences of categories as they are drawn.
    """
    at_first = np.array(choice.shares or np.ones(choice.n), np.float64)
    at_first /= at_first.sum()
    at_last = np.array(choice.shares_at_end or at_first, np.float64)
    at_last /= at_last.sum()
    drawn = rng.normal(0.0, choice.spread / ELO, (choice.n, n))
    drawn -= at_first @ drawn
    return CategoryMix(at_first, at_last, drawn - drawn.mean(axis=1, keepdims=True))
