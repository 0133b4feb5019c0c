"""What claims are judged by: ratings, facts of models, benchmark scores."""

from dataclasses import dataclass

from recount.data import Catalogue
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.facts import Facts


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
    """

    analysis: Analysis
    facts: Facts
    catalogue: Catalogue
