"""The fewest votes, or clusters of votes, that a conclusion of an analysis hangs on."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from recount.data import Catalogue
from recount.engine import Fit, PairCounts, clustered
from recount.engine.choices import of_kind
from recount.engine.scrutiny.conclusion import Conclusion, pair_order, top_order, top_set
from recount.engine.scrutiny.removal import Removal, fewest_votes
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.names_listed import listed
from recount.sims.analysis.rating import votes_of_fit
from recount.sims.analysis.removed_units import below_minimum, cluster_table, removal_summary, vote_table
from recount.sims.countries.by_country import of_facts
from recount.sims.countries.facts import facts_of
from recount.sims.countries.leadership import country_lead
from recount.sims.presentation import Table
from recount.sims.specification import Specification, WhatIsConcluded


@dataclass(frozen=True, slots=True, eq=False)
class Influence:
    """What a conclusion hangs on.

    Attributes
    ----------
    conclusion : Conclusion
    removal : Removal or None
        None if no removal was found that changes the conclusion; that proves nothing.
    summary : Table
        One row: how many votes, or clusters, change the conclusion.
    removed : Table or None
        The votes, or clusters, that are removed; None without a removal.
    effects : Table or None
        All votes, or clusters, with what each does to the lead that is lost; None without a removal.
    """

    conclusion: Conclusion
    removal: Removal | None
    summary: Table
    removed: Table | None
    effects: Table | None

    def to_frame(self) -> pd.DataFrame:
        """The summary as a data frame."""
        return self.summary.to_frame()

    def __repr__(self) -> str:
        return self.summary.summary()

    def _repr_html_(self) -> str:
        return self.summary._repr_html_()


def what_overturns(analysis: Analysis, about: WhatIsConcluded, catalogue: Catalogue | None = None) -> Influence:
    """Look for the fewest votes whose removal changes a conclusion, or the fewest values of the first column of clusters.

    They are found by influence and verified by refitting without them.

    Parameters
    ----------
    analysis : Analysis
        Of votes.
    about : WhatIsConcluded
    catalogue : Catalogue, optional
        For the lead of a country; the bundled one by default.

    Raises
    ------
    OptionError
        If the ratings do not say what is concluded, or each pair has a parameter of ties of its own.
    InputError
        If a group has models of fewer than two known countries.
    """
    s, about = analysis.specification, of_kind("about", about, WhatIsConcluded)
    fitted, rows = analysis.fit, analysis.rows
    log = None if rows is None else votes_of_fit(fitted, rows)
    conclusion = concluded(analysis, about, catalogue)
    clusters = clustered(log, fitted, s.clusters[0]) if s.clusters and log is not None else None
    removal = fewest_votes(fitted, conclusion, clusters=clusters)
    n_units = clusters.n_clusters[0] if clusters else float(fitted.contests.weight_sums(0).sum())
    frame = removal_summary(conclusion, removal, n_units, clusters.columns[0] if clusters else "vote")
    of_catalogue = (
        () if about.country_lead is None else of_facts(facts_of(fitted.names, catalogue), analysis.specification.but(groups=about.country_lead))
    )
    notes = (*of_catalogue, *analysis.notes_of_fit(), *of_search(s), *of_removal(fitted, removal, analysis.log.counts, s))
    summary = Table("influence summary", frame, notes, "How much a conclusion hangs on")
    if removal is None:
        return Influence(conclusion, None, summary, None, None)
    units = vote_table(fitted, removal) if clusters is None or log is None else cluster_table(fitted, removal, clusters, log)
    removed = units[units["n_removed"] > 0].reset_index(drop=True)
    tables = (
        Table("influence", rows, notes, title, summary.headline) for rows, title in ((removed, "Influence: what is removed"), (units, "Influence"))
    )
    return Influence(conclusion, removal, summary, *tables)


def concluded(analysis: Analysis, about: WhatIsConcluded, catalogue: Catalogue | None) -> Conclusion:
    """Draw the conclusion that is asked about from the ratings."""
    fitted = analysis.fit
    if about.country_lead is not None:
        return country_lead(fitted, facts_of(fitted.names, catalogue), analysis.specification, about.country_lead)
    if about.pair is not None:
        return pair_order(fitted, *about.pair)
    return top_order(fitted, about.best) if about.ordered else top_set(fitted, about.best)


def of_search(specification: Specification) -> Iterator[str]:
    """Say what stays as it is, whatever is removed."""
    if specification.weights:
        yield "weights stay as they are in the whole log, whatever is removed"
    for column in specification.clusters[1:]:
        yield f"what is removed are values of {specification.clusters[0]!r}; the clusters by {column!r} are not used"


def of_removal(fitted: Fit, removal: Removal | None, counts: PairCounts, specification: Specification) -> Iterator[str]:
    """Say what was forecast, whom the existence policy would leave out, and who would fall below the minimum of votes."""
    if removal is None:
        return
    forecast = "that no number is enough" if removal.n_forecast is None else f"{removal.n_forecast:,}"
    yield f"first-order forecast, without a refit: {forecast}"
    if removal.dropped:
        yield f"without them {listed(removal.dropped)} would be left out, by existence={fitted.existence!r}, with all their votes"
    n, few = specification.minimum_votes, below_minimum(fitted, removal, counts, specification.minimum_votes)
    if few:
        yield f"without them {listed(few)} would have fewer than {n} votes; minimum_votes asks the whole log, so they stay rated"
