"""The fewest votes, or clusters of votes, that a conclusion of an analysis hangs on."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from recount.engine import Fit, PairCounts, clustered
from recount.engine.scrutiny.conclusion import Conclusion, pair_order, top_order, top_set
from recount.engine.scrutiny.removal import Removal, fewest_votes
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.notes import listed
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


def what_overturns(analysis: Analysis, about: WhatIsConcluded, catalogue: pd.DataFrame | None = None) -> Influence:
    """Look for the fewest votes whose removal changes a conclusion, or the fewest values of the first column of clusters.

    They are found by influence and verified by refitting without them.

    Parameters
    ----------
    analysis : Analysis
        Of votes.
    about : WhatIsConcluded
    catalogue : DataFrame, optional
        For the lead of a country; the bundled one by default.

    Raises
    ------
    OptionError
        If the ratings do not say what is concluded, or each pair has a parameter of ties of its own.
    InputError
        If a group has models of fewer than two known countries.
    """
    s = analysis.specification
    fitted, rows = analysis.fit, analysis.rows
    log = None if rows is None else votes_of_fit(fitted, rows)
    conclusion = concluded(analysis, about, catalogue)
    clusters = clustered(log, fitted, s.clusters[0]) if s.clusters and log is not None else None
    removal = fewest_votes(fitted, conclusion, clusters=clusters)
    n_units = clusters.n_clusters[0] if clusters else float(fitted.contests.weight_sums(0).sum())
    frame = removal_summary(conclusion, removal, n_units, clusters.columns[0] if clusters else "vote")
    of_catalogue = () if about.country_lead is None else of_facts(facts_of(fitted.names, catalogue))
    told = (*of_catalogue, *analysis.notes_of_fit(), *of_search(s), *of_removal(frame, fitted, removal, analysis.log.counts, s))
    summary = Table("influence summary", frame, told, "How much a conclusion hangs on")
    if removal is None:
        return Influence(conclusion, None, summary, None, None)
    units = vote_table(fitted, removal) if clusters is None or log is None else cluster_table(fitted, removal, clusters, log)
    removed = units[units["n_removed"] > 0].reset_index(drop=True)
    return Influence(
        conclusion,
        removal,
        summary,
        Table("influence", removed, told, "Influence: what is removed"),
        Table("influence", units, told, "Influence"),
    )


def concluded(analysis: Analysis, about: WhatIsConcluded, catalogue: pd.DataFrame | None) -> Conclusion:
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


def of_removal(summary: pd.DataFrame, fitted: Fit, removal: Removal | None, counts: PairCounts, specification: Specification) -> Iterator[str]:
    """Say how many votes or clusters change a conclusion, what was forecast, and who would fall below the minimum of votes."""
    row = summary.iloc[0]
    yield f"conclusion: {row['conclusion']}"
    if removal is None:
        yield "no removal was found that changes it; that proves nothing"
        return
    forecast = "never" if pd.isna(row["n_forecast"]) else f"{row['n_forecast']:,}"
    of = f"{row['n_removed']:,} of {row['n_units']:,} ({row['share']:.3%})"
    votes = "votes" if row["unit"] == "vote" else f"values of {row['unit']}, with {row['n_votes_removed']:,} votes,"
    yield f"without {of} {votes} it changes: {row['change']}; a refit shows it (first-order forecast: {forecast})"
    n, few = specification.minimum_votes, below_minimum(fitted, removal, counts, specification.minimum_votes)
    if few:
        yield f"without them {listed(few)} would have fewer than {n} votes; minimum_votes asks the whole log, so they stay rated"
