"""The conclusion of an analysis that is put to the test, and what is done to votes."""

from dataclasses import dataclass

from recount.engine.choices import check, choice
from recount.engine.choices.vote_change import CHANGE, VoteChange
from recount.engine.errors import OptionError
from recount.sims.specification.country_choices import CountryGroup


@dataclass(frozen=True, kw_only=True)
class WhatIsConcluded:
    """The conclusion to be overturned, one of five, and what is done to votes.

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
    kendall_tau : float, optional
        That the order, as all votes have it, stays with at least this tau.
    claim : str, optional
        That a claim is true, or is not: "FILE:ID", of a file of claims or a bundled set.
    change : {"drop", "flip", "add"}
        What is done to votes.

    Raises
    ------
    OptionError
        If several conclusions are named.
    """

    best: int = choice(1, "Conclusion: who the N best are; 1 is first place.", least=1, option="top")
    ordered: bool = choice(False, "With --top: and in which order.")
    pair: tuple[str, str] | None = choice(None, "Conclusion: which of two competitors is the better one.", metavar="NAME NAME")
    country_lead: CountryGroup | None = choice(None, "Conclusion: which country has the best model of this group.")
    kendall_tau: float | None = choice(
        None, "Conclusion: Kendall's tau between the order and that of all votes is at least this.", above=-1.0, most=1.0, example="0.99"
    )
    claim: str | None = choice(
        None,
        "Conclusion: that this claim about a country is true, or is not, of a file of claims or a bundled set.",
        metavar="FILE:ID",
        example='"article:three-of-five"',
    )
    change: VoteChange = choice(
        CHANGE,
        "What is done to votes: they are left out (drop), their losers win (flip; ties stay), or further ones are cast, between any two rated "
        "competitors, that one of them wins (add).",
    )

    def __post_init__(self) -> None:
        check(self)
        named = [name for name in ("pair", "country_lead", "kendall_tau", "claim") if getattr(self, name) is not None]
        if len(named) + (self.best != 1 or self.ordered) > 1:
            several = named if len(named) > 1 else ["best", *named]
            raise OptionError(f"{' and '.join(f'`{name}`' for name in several)} are different conclusions; give one of them")
        if self.ordered and self.best == 1:
            raise OptionError("ordered is True, which has no effect on first place alone; give `best` as 2 or more, or leave it out")
