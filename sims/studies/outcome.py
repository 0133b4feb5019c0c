"""An outcome: what is measured of every run of a study."""

from dataclasses import dataclass
from typing import Any

from recount.engine.choices import check, choice
from recount.engine.choices.vote_change import CHANGE, VoteChange
from recount.sims.specification.country_choices import CountryGroup, CountryMetric


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What is measured of every run.

    Raises
    ------
    OptionError
        If a field has an impossible value.
    """

    name: str = choice("", "What is measured.", example='"kendall tau"')
    k: int = choice(10, "How many are at the top.", least=1)
    competitor: str = choice("", "Of which competitor.", example='"gpt-4"')
    change: VoteChange = choice(CHANGE, "What is done to votes: they are left out, their losers win, or further ones are cast.")
    kendall_tau: float | None = choice(None, "Kendall's tau with the order of all votes that is not to be lost.", above=-1.0, most=1.0, example="0.9")
    size_exponent: float = choice(0.5, "A benchmark of n items counts as one of n to this power.", least=0.0, most=1.0)
    group: CountryGroup = choice("all", "Among which models.", example='"open weights"')
    metric: CountryMetric = choice("best", "By what countries are ranked.")
    country: str = choice("", "Of which country, as ISO 3166 has it.", example='"CN"')
    against: str = choice("", "With which country it is compared.", unset="the best of all others", example='"US"')
    claims: str = choice("", "A file of claims, or the name of a bundled set.", example='"article"')
    claim: str = choice("", "The id of the claim.", example='"open-weights-lead"')

    def __post_init__(self) -> None:
        check(self)


def label_of(outcome: Outcome, given: dict[str, Any]) -> str:
    """Return the name of an outcome with the fields that were given, for tables."""
    fields = ", ".join(f"{name}={value}" for name, value in given.items() if name != "name")
    return f"{outcome.name} ({fields})" if fields else outcome.name
