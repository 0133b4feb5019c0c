r"""What is believed before the votes, so that ratings exist and few votes do not carry far.

*votes*: every competitor has some tied votes against one imagined opponent at the origin. *gaussian*: strengths are normal around the origin. *firth*
(Firth 1993; Jeffreys' prior): the root of the determinant of the information, which takes away the estimate's bias to first order; as a gradient,
each pair's leverage h is that many tied votes: :math:`\sum_j h_{ij} (1/2 - p_{ij})`.
"""

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from recount.engine.errors import OptionError
from recount.engine.linear_algebra import regular, solve
from recount.engine.pair_contests import Contests, check_choice
from recount.engine.scale import ELO
from recount.engine.votes import Floats

PriorKind = Literal["none", "votes", "gaussian", "firth"]


@dataclass(frozen=True, slots=True)
class Prior:
    """A prior of the strengths.

    Attributes
    ----------
    kind : {"none", "votes", "gaussian", "firth"}
    amount : float, optional
        Tied votes of each competitor for "votes", 1 by default; standard deviation in Elo for "gaussian", which has no default; of the others none.

    Raises
    ------
    OptionError
        If the kind is not one of those, or the amount is not positive, is missing, or is given where there is none.
    """

    kind: PriorKind = "none"
    amount: float = math.nan

    def __post_init__(self) -> None:
        check_choice("prior", self.kind, get_args(PriorKind))
        given = not math.isnan(self.amount)
        if self.kind == "gaussian" and not given:
            raise OptionError("a gaussian prior has no usual width; give its standard deviation in Elo as the prior amount, for example 400")
        if given and not self.pins:
            raise OptionError(f"prior amount is {self.amount}, but prior {self.kind!r} has none; leave it out")
        if given and not (self.amount > 0 and math.isfinite(self.amount)):
            raise OptionError(f"prior amount is {self.amount}; give a positive number of tied votes, or of Elo for a gaussian prior")
        object.__setattr__(self, "amount", self.amount if given else 1.0)

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


def firth_slopes(contests: Contests, strengths: Floats, information: Floats) -> tuple[Floats, Floats]:
    """Gradient (n,) of half the log determinant of the `information` (n, n) of Bradley-Terry, and the information (n, n) of its tied votes.

    The latter is less the derivative of the former, with leverages that stay.
    """
    inverse = solve(regular(information), np.eye(strengths.size))
    i, j = contests.first, contests.second
    p = 1 / (1 + np.exp(strengths[j] - strengths[i]))
    spread = inverse[i, i] + inverse[j, j] - 2 * inverse[i, j]
    leverage = (contests.wins + contests.losses + contests.ties) * p * (1 - p) * spread
    pull, weight, n = leverage * (0.5 - p), leverage * p * (1 - p), strengths.size
    added = np.zeros((n, n))
    for row, column, sign in ((i, j, -1.0), (j, i, -1.0), (i, i, 1.0), (j, j, 1.0)):
        np.add.at(added, (row, column), sign * weight)
    return np.asarray(np.bincount(i, pull, n) - np.bincount(j, pull, n), np.float64), added
