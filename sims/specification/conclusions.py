"""The conclusion of an analysis that is to be changed."""

from dataclasses import dataclass

from recount.engine.choices import check, choice
from recount.engine.errors import OptionError
from recount.sims.specification.country_choices import CountryGroup


@dataclass(frozen=True, kw_only=True)
class WhatIsConcluded:
    """The conclusion to be changed; one of three.

    Attributes
    ----------
    best : int
        Who the so many best are; 1 is first place.
    ordered : bool
        And in which order.
    pair : (str, str), optional
        Which of two competitors is the better one.
    country_lead : str, optional
        Which country has the best model of a group.

    Raises
    ------
    OptionError
        If several conclusions are named.
    """

    best: int = choice(1, "Conclusion: who the N best are; 1 is first place.", least=1, option="top")
    ordered: bool = choice(False, "With --top: and in which order.")
    pair: tuple[str, str] | None = choice(None, "Conclusion: which of two competitors is the better one.", metavar="NAME NAME")
    country_lead: CountryGroup | None = choice(None, "Conclusion: which country has the best model of this group.")

    def __post_init__(self) -> None:
        check(self)
        if (self.pair is not None) + (self.country_lead is not None) + (self.best != 1 or self.ordered) > 1:
            raise OptionError("`best`, `pair` and `country_lead` are different conclusions; give one of them")
        if self.ordered and self.best == 1:
            raise OptionError("ordered is True, which has no effect on first place alone; give `best` as 2 or more, or leave it out")
