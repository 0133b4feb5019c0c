"""A claim: who says what, measured how, of whom, and what it would take to be true."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as day
from typing import Any, Literal

from recount.engine.choices.declaring import check, choice
from recount.engine.errors import OptionError
from recount.sims.specification.country_choices import CountryGroup

Provenance = Literal["primary", "reported", "untraceable"]
Says = Literal["leads", "above", "at least", "equals", "at most", "below"]
OTHERS = "others"
OVERALL = "overall"
DAY = re.compile(r"[12]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
# A metric for what no data here measure.
NOT_MEASURED = "nothing"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A claim as a file holds it.

    Raises
    ------
    OptionError
        If a field has an impossible value, or fields do not go together.
    """

    id: str = choice("", "A short name, once in the file.", example='"top-five"')
    quotation: str = choice("", "The words of the claim.", example='"three of the top five on Chatbot Arena are Chinese"')
    source: str = choice("", "Where it is said: title and date, or an address.", example='"An article, 2025-12-01"')
    provenance: Provenance = choice(
        "reported",
        "primary: the source of the figure itself was read; reported: somebody reports it; untraceable: no source was found.",
        example='"reported"',
    )
    date: str = choice(
        "", "The day of which it speaks, as 2025-08-06, or the month or year; ratings of another time do not judge it.", example='"2025-08-06"'
    )
    metric: str = choice("", "What is measured; the list is above.", example='"number in top"')
    group: CountryGroup = choice("all", "Among which models.", example='"open weights"')
    country: str = choice("", "Of which country, as ISO 3166 has it; or EU or EEA, whose members count as one.", example='"CN"')
    against: str = choice("", 'A country that it is compared with, or "others" for the best of all others; empty for none.', example='"US"')
    says: Says = choice(
        "above", "What is claimed of the number, or of its difference from that of `against`; leads is: above 0 against others.", example='"at least"'
    )
    value: float | None = choice(
        None, "The number that is claimed.", least=-1e9, most=1e9, unset="0 with `against` or `against_category`", example="3"
    )
    tolerance: float = choice(
        0.0,
        "With equals: how far the number may be away. Without any, data can contradict the claim, and never show that it is so.",
        least=0.0,
        example="0",
    )
    category: str = choice("", "Of which category of the board, or of votes with COLUMN=LABEL.", unset="all votes", example='"chinese"')
    against_category: str = choice(
        "", "A category whose number is taken from that of `category`; overall is all votes.", unset="none", example='"english"'
    )
    benchmark: str = choice("", "With metrics of benchmarks: which one, as the scores call it.", example='"MMLU"')
    larger_than: float | None = choice(
        None, "With growth: count only models of more than so many billion parameters.", least=0.0, unset="of any size", example="70"
    )
    earlier: str = choice("", "With growth: the earlier period, FROM/TO, both days included.", example='"2024-01-01/2024-12-31"')
    later: str = choice("", "With growth: the later period, FROM/TO.", example='"2025-01-01/2025-12-31"')
    share: float | None = choice(None, "With a survey: the share that it found.", least=0.0, most=1.0, unset="not known", example="0.65")
    answers: int | None = choice(None, "With a survey: how many answered.", least=1, unset="not known", example="1000")
    design_effect: float = choice(
        1.0, "With a survey: variance of its share over that of a simple random sample as large.", above=0.0, most=1e6, example="1.5"
    )
    because: str = choice("", "With nothing: why nothing here measures it.", example='"downloads are no ratings"')
    not_tested: str = choice(
        "",
        "What of the words this does not test, such as a number that no data here count; it stands beside the verdict, which is not of it.",
        example='"when in 2025 China took the lead"',
    )
    choices: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check(self)
        for name in ("id", "quotation", "source", "metric"):
            if not getattr(self, name).strip():
                raise OptionError(f"{name} is missing or empty; every claim has {name}")
        if self.against == self.country != "":
            raise OptionError(f"against is {self.against!r}, the same as country; name another")
        if self.against_category and self.against_category == (self.category or OVERALL):
            raise OptionError(f"against_category is {self.against_category!r}, the same as category; name another")
        if "where" in self.choices and "=" in self.category + self.against_category:
            raise OptionError(f"category is {self.category or self.against_category!r}, and choices have where; say in one place which votes count")
        if self.says == "leads" and (self.value is not None or self.against not in ("", OTHERS)):
            raise OptionError(f"says is 'leads', which is above 0 against {OTHERS!r}; leave out value and against, or say 'above'")
        if self.says != "leads" and self.value is None and not (self.against or self.against_category) and self.metric != NOT_MEASURED:
            raise OptionError(f"value is missing; say which number the claim says it is {self.says!r}")
        if self.date and not _is_time(self.date):
            raise OptionError(f"date is {self.date!r}; give a day, a month or a year, as 2025-08-06, 2025-08 or 2025")
        if self.says != "equals" and self.tolerance:
            raise OptionError(f"tolerance is {self.tolerance:g}, which has an effect with says = 'equals' only; leave it out")

    @property
    def rival(self) -> str:
        """The country that it is compared with."""
        return OTHERS if self.says == "leads" else self.against

    @property
    def bound(self) -> float:
        """The number that is claimed."""
        return 0.0 if self.value is None else self.value


def _is_time(text: str) -> bool:
    """Whether text is a day, a month or a year of the calendar."""
    if not DAY.fullmatch(text):
        return False
    try:
        day.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return False
    return True
