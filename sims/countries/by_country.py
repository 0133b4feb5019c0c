"""The table of countries, and notes on the catalogue."""

from collections.abc import Iterator

import pandas as pd

from recount.engine.errors import InputError
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.notes import listed
from recount.sims.countries.facts import Facts, facts_of
from recount.sims.countries.ranking import all_rows
from recount.sims.presentation import Table


def rank_countries(analysis: Analysis, catalogue: pd.DataFrame | None = None) -> Table:
    """Rank countries by every metric in every group of models.

    Parameters
    ----------
    analysis : Analysis
        Of votes, or of ratings with their uncertainty.
    catalogue : DataFrame, optional
        As `recount.data.read_catalogue` returns it; the bundled one by default.

    Returns
    -------
    Table
        group, metric, rank, country, n_models, estimate, corrected, lower, upper, p_leads, gap, gap_lower, gap_upper, and what the
        gap says of a vote; see `recount.sims.countries.ranking.rows_of`.

    Raises
    ------
    InputError
        If no competitor has a country in the catalogue, or no model of a known country is left under the specification.
    """
    facts = known_facts(analysis, catalogue)
    frame = pd.DataFrame(list(all_rows(analysis, facts)))
    if frame.empty:
        raise InputError("no model of a known country is left under this specification; loosen minimum_votes or size_threshold")
    notes = (*of_unknown(facts), *analysis.notes())
    return Table("countries", frame, notes, "Countries", analysis.basis(), confidence_level=analysis.specification.confidence_level)


def known_facts(analysis: Analysis, catalogue: pd.DataFrame | None) -> Facts:
    """Look up the competitors of the votes, or of the given ratings.

    Raises
    ------
    InputError
        If none of them has a country.
    """
    names = analysis.log.names if analysis.has_votes else analysis.names
    facts = facts_of(names, catalogue)
    if len(facts.unknown) == len(names):
        raise InputError(f"no competitor has a country in the catalogue, for example {names[0]!r}; give another catalogue")
    return facts


def of_unknown(facts: Facts) -> Iterator[str]:
    """Name who has no country."""
    if facts.unknown:
        yield f"{len(facts.unknown)} of {len(facts.frame)} competitors have no country in the catalogue: {listed(facts.unknown)}"
