"""How votes are resampled, and which intervals follow; the mathematics is in `recount.engine.uncertainty`."""

import operator
from dataclasses import dataclass
from typing import ClassVar, Literal, SupportsIndex

from recount.engine.choices.declaring import check, choice
from recount.engine.choices.usual import CONFIDENCE_LEVEL, SEED
from recount.engine.errors import OptionError

Scheme = Literal["votes", "poisson", "bayes", "parametric"]
IntervalMethod = Literal["percentile", "basic", "bca", "normal"]
Unrated = Literal["unbounded", "error"]
PERCENTILE: IntervalMethod = "percentile"
LARGEST_SEED = 2**62 - 1
LARGEST_COUNT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Resampling:
    """A bootstrap.

    Attributes
    ----------
    scheme : {"votes", "poisson", "bayes", "parametric"}
        See `recount.engine.uncertainty.resampling`.
    n_replicates : int or "auto"
        "auto" doubles their number, from 500, until every end of an interval that is finite, and stays so, is known to `monte_carlo_error`.
    interval_method : {"percentile", "basic", "bca", "normal"}
        What the intervals of the result are; see `recount.engine.uncertainty.intervals`.
    seed : int
        0 to 2^62 - 1; (seed, replicate) names the stream of a replicate.
    confidence_level : float
        For "auto": of those intervals.
    first_replicate : int
        Number of the first replicate: replicates 0-499 and 500-999 made separately and joined are replicates 0-999.
    n_votes : int, optional
        Votes to draw (m out of n) in place of as many as there are, for the scheme "votes". Intervals are then those of a log of that size.
    unrated : {"unbounded", "error"}
        Whether a competitor that cannot be rated in a replicate is infinitely strong, infinitely weak or missing there, or is an error.
    tolerance : float
        Largest distance of a replicate's rating from its converged value, in Elo.
    monte_carlo_error : float
        For "auto": largest standard error of an interval's end, in Elo.

    Raises
    ------
    OptionError
        If an option is invalid.
    """

    word: ClassVar[str] = "bootstrap"
    scheme: Scheme = choice(
        "votes", "What the bootstrap draws: votes with replacement (votes), Poisson or Dirichlet (bayes) weights, or votes from the fit (parametric)."
    )
    n_replicates: int | Literal["auto"] = choice(
        1000, "Replicates of the bootstrap; auto: as many as it takes to know every end to 1 Elo.", least=2, most=LARGEST_COUNT
    )
    interval_method: IntervalMethod = choice(
        PERCENTILE,
        "The bootstrap's intervals: quantiles (percentile), these reflected (basic), corrected for bias and skewness (bca), or normal.",
    )
    seed: int = SEED
    confidence_level: float = CONFIDENCE_LEVEL
    first_replicate: int = 0
    n_votes: int | None = None
    unrated: Unrated = "unbounded"
    tolerance: float = 0.01
    monte_carlo_error: float = 1.0

    def __post_init__(self) -> None:
        check(self)
        object.__setattr__(self, "seed", whole("seed", self.seed, 0, LARGEST_SEED))
        object.__setattr__(self, "first_replicate", whole("first_replicate", self.first_replicate, 0, LARGEST_SEED))
        check_level(self.confidence_level)
        if self.unrated not in ("unbounded", "error"):
            raise OptionError(f"unrated is {self.unrated!r}; give 'unbounded' or 'error'")
        for name in ("tolerance", "monte_carlo_error"):
            if not 0 < getattr(self, name) < float("inf"):
                raise OptionError(f"{name} is {getattr(self, name)}; give a positive number of Elo points")


def check_level(confidence_level: float) -> None:
    """Raise `OptionError` unless 0 < confidence_level < 1."""
    if not 0 < confidence_level < 1:
        raise OptionError(f"confidence_level is {confidence_level}; give a number between 0 and 1, for example {CONFIDENCE_LEVEL}")


def whole(label: str, value: object, least: int, most: int, alternative: str = "") -> int:
    """Return `value` if it is a whole number from `least` to `most`; else raise `OptionError`."""
    try:
        number = least - 1 if isinstance(value, bool) or not isinstance(value, SupportsIndex) else operator.index(value)
    except TypeError:
        # An array of several numbers.
        number = least - 1
    if not least <= number <= most:
        raise OptionError(f"{label} is {value!r}; give a whole number from {least} to {most}{alternative}")
    return number
