"""One complete set of analyst's choices, and the grid of reasonable ones."""

import itertools
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args

from recount.data.catalogue import LICENCE_CLASSES
from recount.engine.choices import BothBadRule, Existence, Prior, TieRule, Weights, check_choice
from recount.engine.choices.prior import PriorKind
from recount.engine.choices.resampling import IntervalMethod, Scheme, check_level
from recount.engine.errors import OptionError

UncertaintyMethod = Literal["sandwich", "fisher", "bootstrap"]
OpenRule = Literal["any", "commercial", "osi"]
# Which licence classes count as open weights.
OPEN_CLASSES: dict[OpenRule, tuple[str, ...]] = {
    "any": LICENCE_CLASSES[1:],
    "commercial": ("open_weights", "open_source"),
    "osi": ("open_source",),
}


@dataclass(frozen=True, slots=True)
class Specification:
    """Every analyst's choice, checked when made.

    Attributes
    ----------
    ties : {"half", "drop", "davidson", "rao-kupper"}
        A tie is half a win for each side, is left out, or is an outcome with a parameter.
    both_bad : {"tie", "drop", "outcome"}
        "Both bad" is treated as a tie is, is left out, or is an outcome of its own.
    weights : str
        What a vote counts: none, pairs[:FLOOR], voters:COLUMN, decay:COLUMN:DAYS; see `recount.engine.weighting`.
    minimum_votes : int
        Competitors with fewer votes in the log, of any outcome, are left out before the fit.
    open_weights : {"any", "commercial", "osi"}
        Open are all public weights, those that may be used commercially, or those under an OSI-approved licence.
    size_threshold : float
        Billions of parameters in total from which a model is large.
    top : int
        N of "share of the top N" and "number in the top N".
    k : int
        How many best models a country's mean is taken over, one an organisation.
    intervals : {"sandwich", "fisher", "bootstrap"}
        Where the uncertainty of the ratings comes from.
    scheme : {"votes", "poisson", "bayes", "parametric"}
        What the bootstrap resamples; see `recount.engine.uncertainty.resampling`.
    interval_method : {"percentile", "basic", "bca", "normal"}
        What the bootstrap's intervals are; see `recount.engine.uncertainty.intervals`.
    clusters : tuple of str
        Columns of the log, at most two, whose values are independent clusters of votes; none where single votes are independent.
    confidence_level : float
    existence : {"error", "drop", "largest", "prior"}
        What to do with competitors whose ratings do not exist.
    prior : {"none", "votes", "gaussian", "firth"}
    prior_amount : float, optional
        Tied votes of each competitor, 1 by default, or Elo of the standard deviation, which has no default; see
        `recount.engine.bradley_terry.priors`.

    Raises
    ------
    OptionError
        If a choice is not one of those, or two of them do not go together.
    """

    ties: TieRule = TieRule.HALF
    both_bad: BothBadRule = "tie"
    weights: str = "none"
    minimum_votes: int = 0
    open_weights: OpenRule = "any"
    size_threshold: float = 30.0
    top: int = 20
    k: int = 3
    intervals: UncertaintyMethod = "sandwich"
    scheme: Scheme = "votes"
    interval_method: IntervalMethod = "percentile"
    clusters: tuple[str, ...] = ()
    confidence_level: float = 0.95
    existence: Existence = "error"
    prior: PriorKind = "none"
    prior_amount: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "ties", TieRule(self.ties))
        check_choice("both_bad", self.both_bad, get_args(BothBadRule))
        check_choice("open_weights", self.open_weights, get_args(OpenRule))
        check_choice("intervals", self.intervals, get_args(UncertaintyMethod))
        check_choice("scheme", self.scheme, get_args(Scheme))
        check_choice("interval_method", self.interval_method, get_args(IntervalMethod))
        check_choice("existence", self.existence, get_args(Existence))
        self.prior_of_strengths()
        if self.prior != "none" and self.existence in ("drop", "largest"):
            raise OptionError(f"existence is {self.existence!r}, which leaves competitors out, and prior {self.prior!r} rates them; give one of both")
        usual = {"scheme": "votes", "interval_method": "percentile"}
        for name, value in usual.items():
            if self.intervals != "bootstrap" and getattr(self, name) != value:
                raise OptionError(f"{name} is {getattr(self, name)!r}, which is of a bootstrap; take intervals bootstrap, or leave it out")
        Weights.parse(self.weights)
        check_level(self.confidence_level)
        for name, least in (("minimum_votes", 0), ("top", 1), ("k", 1)):
            value = getattr(self, name)
            if not isinstance(value, int) or value < least:
                raise OptionError(f"{name} is {value!r}; give a whole number, {least} or more")
        if not 0 < self.size_threshold < float("inf"):
            raise OptionError(f"size_threshold is {self.size_threshold}; give a positive number of billions of parameters")

    def prior_of_strengths(self) -> Prior | None:
        """Return the prior, if one is chosen; without one, the policy for ratings that do not exist may take its own."""
        prior = Prior(self.prior, self.prior_amount)
        return None if self.prior == "none" else prior

    def columns(self) -> tuple[str, ...]:
        """Columns of the log that this specification needs."""
        column = Weights.parse(self.weights).column
        return (*self.clusters, *([column] if column else []))

    def as_dict(self) -> dict[str, Any]:
        """Return the choices by name."""
        return asdict(self)


# The values that published analyses have used or could have used.
GRID: dict[str, tuple[Any, ...]] = {
    "ties": ("half", "drop"),
    "both_bad": ("tie", "drop"),
    "minimum_votes": (0, 1000, 5000),
    "open_weights": ("any", "commercial", "osi"),
    "size_threshold": (7.0, 30.0, 70.0),
    "top": (10, 20, 50),
    "k": (1, 3, 5),
}


def grid(base: Specification) -> Iterator[Specification]:
    """Yield every combination of the reasonable values; what the grid does not vary is as in `base`.

    With ties dropped, "both bad" is dropped either way, and the grid has one of the two.
    """
    for values in itertools.product(*GRID.values()):
        specification = replace(base, **dict(zip(GRID, values, strict=True)))
        if specification.ties == "half" or specification.both_bad == "tie":
            yield specification
