r"""What is believed before the votes, so that ratings exist and few votes do not carry far.

*votes*: every competitor has some tied votes against one imagined opponent at the origin. *gaussian*: strengths are normal around the origin. *firth*
(Firth 1993; Jeffreys' prior): the root of the determinant of the information, which takes away the estimate's bias to first order; as a gradient,
each pair's leverage h is that many tied votes: :math:`\sum_j h_{ij} (1/2 - p_{ij})`.
"""

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from engine.contests import Contests, check_choice
from engine.errors import OptionError
from engine.linear_algebra import regular, solve
from engine.scale import ELO
from engine.votes import Floats

PriorKind = Literal["none", "votes", "gaussian", "firth"]


@dataclass(frozen=True, slots=True)
class Prior:
    """A prior of the strengths.

    Attributes
    ----------
    kind : {"none", "votes", "gaussian", "firth"}
    amount : float
        Tied votes of each competitor for "votes", standard deviation in Elo for "gaussian"; without meaning for the others.

    Raises
    ------
    OptionError
        If the kind is not one of those, or the amount is not positive.
    """

    kind: PriorKind = "none"
    amount: float = 1.0

    def __post_init__(self) -> None:
        check_choice("prior", self.kind, get_args(PriorKind))
        if not (self.amount > 0 and math.isfinite(self.amount)):
            raise OptionError(f"prior amount is {self.amount}; give a positive number of tied votes, or of Elo for a gaussian prior")

    @property
    def pins(self) -> bool:
        """Whether the prior has an origin, so that strengths cannot be shifted."""
        return self.kind in ("votes", "gaussian")

    def __str__(self) -> str:
        unit = {"votes": " tied votes", "gaussian": " Elo"}.get(self.kind)
        return f"{self.kind} ({self.amount:g}{unit})" if unit else self.kind

    def slopes(self, strengths: Floats, origin: float) -> tuple[Floats, Floats]:
        """Gradient (n,) and less the second derivatives (n,) of the logarithm of a prior that pins."""
        if self.kind == "votes":
            half = np.tanh((strengths - origin) / 2) / 2
            return -self.amount * half, self.amount * (0.25 - half * half)
        precision = (ELO / self.amount) ** 2
        return precision * (origin - strengths), np.full(strengths.size, precision)


def firth_gradient(contests: Contests, strengths: Floats, information: Floats) -> Floats:
    """Gradient (n,) of half the logarithm of the determinant of the `information` (n, n) of Bradley-Terry."""
    inverse = solve(regular(information), np.eye(strengths.size))
    i, j = contests.first, contests.second
    p = 1 / (1 + np.exp(strengths[j] - strengths[i]))
    spread = inverse[i, i] + inverse[j, j] - 2 * inverse[i, j]
    pull = (contests.wins + contests.losses + contests.ties) * p * (1 - p) * spread * (0.5 - p)
    n = strengths.size
    return np.asarray(np.bincount(i, pull, n) - np.bincount(j, pull, n), np.float64)
