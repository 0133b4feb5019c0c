"""A finding: what it is about, what it was tested against, and by which shares of runs it is judged."""

import math
from typing import NamedTuple

from recount.engine.choices.vote_change import VoteChange
from recount.engine.normal_quantiles import normal_quantile

MOST = 0.9
LEVEL = 0.95
# A conclusion that fewer of the votes can change, chosen for it, hangs on few (Huang et al. 2025, Karimi et al. 2026).
FEW = 0.01
# How many wins more or less the same votes, drawn again, may give by chance, in standard deviations.
DEVIATIONS = 2.0
MOST_NAMED = 5
ROBUST, MOSTLY, NOT, UNDECIDED, UNTESTED, NUMBER = "robust", "mostly robust", "not robust", "undecided", "not tested", "number"


class Row(NamedTuple):
    """A finding, as the table of findings has it."""

    about: str
    against: str
    finding: str
    n_runs: float
    share: float
    lower: float
    upper: float
    says: str


def wilson(x: int, n: int) -> tuple[float, float]:
    """Return the interval of a share of which x of n were seen (Wilson 1927)."""
    z = float(normal_quantile(0.5 + LEVEL / 2))
    centre, half = (x + z * z / 2) / (n + z * z), z / (n + z * z) * math.sqrt(x * (n - x) / n + z * z / 4)
    return max(0.0, centre - half), min(1.0, centre + half)


def by_chance(n: float, change: VoteChange) -> float:
    """Return how many changed votes of n do what chance may: wins less losses vary by the root of n, and a vote turned round moves them by two."""
    return DEVIATIONS * math.sqrt(n) / (2 if change == "flip" else 1)


def judged(lower: float, upper: float) -> str:
    """Judge a conclusion by the interval of the share of runs that keep it."""
    return ROBUST if lower >= MOST else NOT if upper < MOST else UNDECIDED
