"""What claims are judged by: ratings, facts of models, benchmark scores."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from recount.data import Catalogue
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.facts import Facts

# Further away, ratings are of other models.
MOST_DAYS = 45


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Data of which claims may speak.

    Attributes
    ----------
    analysis : Analysis
        Ratings under the usual specification, from votes or given.
    facts : Facts
        Of their competitors.
    catalogue : Catalogue
        Facts of all known models, by key.
    day : date or None
        Of the ratings; None if it is not known.
    """

    analysis: Analysis
    facts: Facts
    catalogue: Catalogue
    day: date | None = None

    def too_far_from(self, day: str) -> str:
        """Say why ratings of another time say nothing of a day, such as "2025-08-06", "2025-08" or ""; "" if they do."""
        if not day or self.day is None:
            return ""
        spoken = pd.Period(day)
        away = max((self.day - spoken.end_time.date()).days, (spoken.start_time.date() - self.day).days)
        return "" if away <= MOST_DAYS else f"the ratings are of {self.day}, {away:,} days from {day}, of which it speaks; give ratings of that time"
