"""Lengths of answers, and what voters think of them.

The logarithm of an answer's length is normal around that of its competitor. In a vote the first leads by a further b (x - y) / (x + y) for lengths x
and y, as in LMSYS's style control (2024). That is b tanh(d / 2) for a difference d of logarithms, which is normal.
"""

from dataclasses import dataclass, replace

import numpy as np

from recount.engine.votes import Bools, Floats, Ints
from recount.sims.arenas.content_choices import AnswerLengths


@dataclass(frozen=True, slots=True, eq=False)
class Lengths:
    """Lengths of answers.

    Attributes
    ----------
    logarithms : (n,) float64
        Logarithm of each competitor's median length.
    within : float
        Standard deviation of the logarithm between answers.
    effect : float
        Log-odds.
    """

    logarithms: Floats
    within: float
    effect: float

    def of(self, competitors: Ints | Bools) -> "Lengths":
        """The same for some competitors."""
        return replace(self, logarithms=self.logarithms[competitors])

    def leads(self, first: Ints, second: Ints, deviation: float) -> Floats:
        """What lengths add to the lead of the first of each pair, (m,), where d is off its mean by so many standard deviations; lengths unrounded."""
        d = self.logarithms[first] - self.logarithms[second] + deviation * np.sqrt(2.0) * self.within
        return np.asarray(self.effect * np.tanh(d / 2))


def draw_lengths_of(choice: AnswerLengths, n: int, rng: np.random.Generator) -> Lengths:
    """Draw the median length of each of n competitors: log-normal around the median of all."""
    return Lengths(np.log(choice.median) + rng.normal(0.0, choice.spread, n), choice.within, choice.effect)
