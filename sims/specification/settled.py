"""What further votes shall settle."""

from dataclasses import dataclass
from typing import Literal

from recount.engine.choices import check, choice
from recount.engine.errors import OptionError
from recount.sims.specification.country_choices import CountryGroup


@dataclass(frozen=True, kw_only=True)
class WhatIsSettled:
    """What further votes shall settle: who is first, unless one of the others is named.

    Attributes
    ----------
    pair : (str, str), optional
        Which of two competitors is the better one.
    country_lead : str, optional
        Which country has the best model of a group.
    probability : float
        With which probability they shall.
    allocation : {"deciding", "as before"}
        Between whom they are cast: those who decide, or as the votes so far.

    Raises
    ------
    OptionError
        If several questions are named.
    """

    pair: tuple[str, str] | None = choice(None, "Settle which of two competitors is the better one.", metavar="NAME NAME")
    country_lead: CountryGroup | None = choice(None, "Settle which country has the best model of this group.")
    probability: float = choice(0.8, "Probability with which the further votes settle it.", above=0.0, below=1.0)
    allocation: Literal["deciding", "as before"] = choice(
        "deciding", "Between whom further votes are cast: those who decide it, each pair as often as it is likely to, or as the votes so far."
    )

    def __post_init__(self) -> None:
        check(self)
        if self.pair is not None and self.country_lead is not None:
            raise OptionError("`pair` and `country_lead` are different questions; give one of them")
