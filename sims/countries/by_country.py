"""The table of countries, and notes on the catalogue."""

from collections.abc import Iterator

import pandas as pd

from recount.data import Catalogue
from recount.engine.errors import InputError, OptionError
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.names_listed import listed
from recount.sims.countries.drawing import of_country_draws
from recount.sims.countries.facts import Facts, facts_of, stated_by
from recount.sims.countries.groups import GROUPS
from recount.sims.countries.ranking import all_rows, what_is_ranked
from recount.sims.presentation import Table
from recount.sims.specification import Specification


def rank_countries(analysis: Analysis, catalogue: Catalogue | None = None) -> Table:
    """Rank countries by every metric in every group of models.

    Parameters
    ----------
    analysis : Analysis
        Of votes, or of ratings with their uncertainty.
    catalogue : Catalogue, optional
        As `recount.data.read_catalogue` returns it; the bundled one by default.

    Returns
    -------
    Table
        group, metric, rank, country, n_models, estimate, lower, upper, p_leads, gap, gap_lower, gap_upper, and what the
        gap says of a vote; see `recount.sims.countries.ranking.rows_of`.

    Raises
    ------
    InputError
        If no competitor has a country in the catalogue, or no model of a known country is left under the specification.
    OptionError
        If a larger top N is asked for than a board has models.
    """
    check_top(analysis)
    facts = known_facts(analysis, catalogue)
    frame = pd.DataFrame(list(all_rows(analysis, facts)))
    if frame.empty:
        raise InputError("no model of a known country is left under this specification; loosen minimum_votes or size_threshold")
    notes = (*of_facts(facts), *of_rankings(analysis, facts), *of_country_draws(analysis), *analysis.notes())
    return Table("countries", frame, notes, "Countries", analysis.basis(), confidence_level=analysis.specification.confidence_level)


def check_top(analysis: Analysis) -> None:
    """Raise `OptionError` if a top N is asked for, other than the usual one, that a published board does not reach; it may be cut off."""
    top = analysis.specification.top
    if analysis.board is not None and top > (n := len(analysis.board.names)) and top != Specification().top:
        raise OptionError(f"top is {top}, and the board has {n} models, which may be the first of more; give `top` as {n} or less, or a whole board")


def known_facts(analysis: Analysis, catalogue: Catalogue | None) -> Facts:
    """Look up the competitors of the votes, or of the given ratings.

    Raises
    ------
    InputError
        If none of them has a country.
    """
    names = analysis.log.names if analysis.has_votes else analysis.names
    if not names:
        raise InputError("there is no vote, and so no competitor that could have a country; see what recount check says of the log")
    board = analysis.board
    facts = facts_of(names, catalogue, None if board is None else stated_by(board))
    if len(facts.unknown) == len(names):
        raise InputError(f"no competitor has a country in the catalogue, for example {names[0]!r}; give another catalogue")
    return facts


def of_facts(facts: Facts) -> Iterator[str]:
    """Name who has no country, and of whom it is not known whether they belong to a group."""
    frame = facts.frame
    if facts.unknown:
        yield f"{len(facts.unknown)} of {len(frame)} competitors have no country in the catalogue: {listed(facts.unknown)}"
    yield from facts.notes
    for group, missing, fact in (("open weights", frame["licence_class"] == "", "licence"), ("large", frame["total_parameters_b"].isna(), "size")):
        if missing.any():
            yield f"group {group!r} is without {missing.sum()} of {len(frame)} competitors, whose {fact} the catalogue does not know"


def of_rankings(analysis: Analysis, facts: Facts) -> Iterator[str]:
    """Say of which groups the top N is everybody, and which countries have too few organisations for a mean of k."""
    s = analysis.specification
    for group in GROUPS:
        member, _ = what_is_ranked(analysis, facts, group, "best")
        models = facts.frame.loc[list(analysis.names)][member]
        if len(models) < s.top:
            yield f"group {group!r} has {len(models)} models, fewer than top={s.top}: its top N is all of them"
        n_of_each = models[models["country"] != ""].groupby("country")["organisation"].nunique()
        if few := tuple(n_of_each.index[n_of_each < s.k]):
            yield f"group {group!r}: no mean of k best for countries with fewer than k={s.k} organisations ({len(few)}): {listed(few)}"
