r"""The law of an answer, and what answers tell of ability.

Of an item of difficulty :math:`b`, discrimination :math:`a` and guessing :math:`c`, a model of ability :math:`\theta` knows the answer with chance
:math:`L = 1 / (1 + e^{-a (\theta - b)})`; where it does not, a guess is right with chance :math:`c` (Birnbaum 1968, in Lord and Novick, ch. 17):

.. math:: P = c + (1 - c) L, \qquad 1 - P = (1 - c) (1 - L), \qquad P' = a (1 - c) L (1 - L).

Where the key is wrong, who knows the answer misses it, and a guess hits the key as often as any other answer: :math:`P = c (1 - L)`. An item that a
model has seen is answered as the key says with chance :math:`r`, and otherwise as by others: :math:`P_r = r + (1 - r) P`.

The information of an answer is :math:`P'^2 / (P (1 - P))`, for a right key :math:`a^2 \frac{1 - P}{P} (\frac{P - c}{1 - c})^2` (Lord 1980, eq.
4-43); the standard error of the maximum-likelihood estimate of ability is the inverse root of its sum.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from recount.engine.votes import Bools, Floats


@dataclass(frozen=True, slots=True, eq=False)
class ItemParameters:
    """Items of a benchmark.

    Attributes
    ----------
    difficulties, discriminations, guessing : (n_items,) float64
    wrong_keys : (n_items,) bool
        Whether the key of an item is wrong.
    """

    difficulties: Floats
    discriminations: Floats
    guessing: Floats
    wrong_keys: Bools

    @property
    def n(self) -> int:
        """Number of items."""
        return self.difficulties.size


class AnswerLaw(NamedTuple):
    """Chances that an answer agrees with the key, and that it does not; the slope of the first in ability. All (n_abilities, n_items)."""

    right: Floats
    wrong: Floats
    slope: Floats


def answer_law(abilities: Floats, items: ItemParameters, recalled: Floats | float = 0.0) -> AnswerLaw:
    """Return the law of answers.

    Parameters
    ----------
    abilities : (n_abilities,) float64
    items : ItemParameters
    recalled : (n_abilities, n_items) float64, optional
        Chance that an item is answered as its key says because it was seen.
    """
    steps = items.discriminations * (np.asarray(abilities)[:, None] - items.difficulties)
    # Both by the smaller of the two exponentials, so that neither loses digits where it is small.
    small = np.exp(-np.abs(steps))
    less, more = small / (1.0 + small), 1.0 / (1.0 + small)
    known, unknown = np.where(steps < 0, less, more), np.where(steps < 0, more, less)
    c, flipped = items.guessing, items.wrong_keys
    right = np.where(flipped, c * unknown, c + (1.0 - c) * known)
    wrong = np.where(flipped, (1.0 - c) + c * known, (1.0 - c) * unknown)
    slope = items.discriminations * np.where(flipped, -c, 1.0 - c) * known * unknown
    others = 1.0 - np.asarray(recalled)
    return AnswerLaw(recalled + others * right, others * wrong, others * slope)


def item_information(law: AnswerLaw) -> Floats:
    """Information of single answers on ability, (n_abilities, n_items); 0 where an answer is certain."""
    # In this order the square of a small slope does not vanish.
    with np.errstate(divide="ignore", invalid="ignore"):
        information = (law.slope / law.right) * (law.slope / law.wrong)
    return np.where((law.right > 0) & (law.wrong > 0), information, 0.0)


def ability_errors(abilities: Floats, items: ItemParameters, recalled: Floats | float = 0.0) -> Floats:
    """Standard errors of maximum-likelihood estimates of abilities from an answer to every item, (n_abilities,); infinite without information."""
    rows = np.broadcast_to(recalled, (len(abilities), items.n))
    of_all = np.array([item_information(answer_law(abilities[[k]], items, rows[[k]])).sum() for k in range(len(abilities))])
    with np.errstate(divide="ignore"):
        errors: Floats = 1.0 / np.sqrt(of_all)
    return errors
