"""Scales: strength is log-odds, rating is Elo points.

rating = 1000 + 400 / ln 10 x strength. An anchor adds a constant to every rating and changes nothing else: no interval, no difference.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from recount.engine.choices.usual import CENTRE
from recount.engine.errors import OptionError
from recount.engine.near_names import did_you_mean
from recount.engine.plurals import plural
from recount.engine.votes import Floats

ELO = 400.0 / math.log(10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """An affine scale for strengths.

    Attributes
    ----------
    points : float
        Rating points for one unit of log-odds.
    centre : float
        Rating of strength 0, the mean of all strengths.
    """

    points: float = ELO
    centre: float = CENTRE

    def __post_init__(self) -> None:
        if not (self.points > 0 and math.isfinite(self.points) and math.isfinite(self.centre)):
            raise OptionError(f"scale has {self.points} points and centre {self.centre}; points are positive, both are finite")

    def ratings(self, strengths: Floats) -> Floats:
        """Ratings of `strengths`, any shape."""
        return self.centre + self.points * strengths


def anchored(names: Sequence[str], strengths: Floats, anchor: str, rating: float, points: float = ELO) -> Scale:
    """Return the scale on which `anchor` has `rating`.

    Raises
    ------
    OptionError
        If no competitor has that name.
    """
    if anchor not in names:
        raise OptionError(f"anchor {anchor!r} is not among the {plural(len(names), 'rated competitor')}; {did_you_mean(anchor, names)}")
    return Scale(points, rating - points * float(strengths[list(names).index(anchor)]))
