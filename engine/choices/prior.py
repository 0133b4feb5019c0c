"""Priors of the strengths; the mathematics is in `recount.engine.bradley_terry.priors`."""

from dataclasses import dataclass
from typing import Literal

from recount.engine.choices.declaring import Spanned, check, choice
from recount.engine.errors import OptionError

PriorKind = Literal["none", "votes", "gaussian", "firth"]
VOTES = 1.0


@dataclass(frozen=True, slots=True)
class Prior:
    """A prior of the strengths.

    Attributes
    ----------
    kind : {"none", "votes", "gaussian", "firth"}
    amount : float, optional
        Tied votes of each competitor for "votes", 1 by default; standard deviation in Elo for "gaussian", which has no default; none for the others.

    Raises
    ------
    OptionError
        If the kind is not one of those, or the amount is not positive, is missing, or is given where there is none.
    """

    kind: PriorKind = choice(
        "none",
        "Prior of the strengths: tied votes against an imagined opponent (votes), a normal distribution (gaussian), or Firth's, which reduces bias.",
        name="prior",
    )
    amount: float | None = choice(
        None,
        f"How strong the prior is. votes: tied votes of each competitor, {VOTES:g} unless given. gaussian: standard deviation in Elo, to be given.",
        above=0.0,
        most=1e12,
        name="prior_amount",
    )

    def __post_init__(self) -> None:
        check(self)
        if self.kind == "gaussian" and self.amount is None:
            raise OptionError("prior='gaussian' has no usual width; give its standard deviation in Elo, for example prior_amount=400")
        if self.amount is not None and not self.pins:
            raise OptionError(f"prior_amount is {self.amount:g}, but prior={self.kind!r} has none; leave it out")
        if self.kind == "votes" and self.amount is None:
            object.__setattr__(self, "amount", VOTES)

    @property
    def pins(self) -> bool:
        """Whether the prior has an origin, so that strengths cannot be shifted."""
        return self.kind in ("votes", "gaussian")

    @property
    def number(self) -> Spanned | None:
        """Its amount, as a number that can vary: from half a tied vote to ten, and from half of Arena's first width to twice as much."""
        span = {"votes": (0.5, 10.0), "gaussian": (200.0, 800.0)}.get(self.kind)
        return None if span is None else Spanned("amount", span)

    def __str__(self) -> str:
        unit = {"votes": " tied vote" if self.amount == 1 else " tied votes", "gaussian": " Elo"}.get(self.kind)
        return f"{self.kind} ({self.amount:g}{unit})" if unit else self.kind
