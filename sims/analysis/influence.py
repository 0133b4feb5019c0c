"""The fewest votes, or clusters of votes, that a conclusion of an analysis hangs on."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from recount.data import Catalogue
from recount.engine import Fit, PairCounts, clustered
from recount.engine.choices import of_kind
from recount.engine.choices.vote_change import VoteChange
from recount.engine.errors import OptionError
from recount.engine.plurals import plural
from recount.engine.scrutiny.conclusion import Conclusion, pair_order, top_order, top_set
from recount.engine.scrutiny.fewest_changes import ChangedVotes, fewest_votes
from recount.engine.scrutiny.kept_order import order_kept
from recount.engine.showing import listed
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.changed_units import below_minimum, change_summary, cluster_table, vote_table
from recount.sims.analysis.rating import votes_of_fit
from recount.sims.countries.by_country import of_facts
from recount.sims.countries.facts import facts_of
from recount.sims.countries.leadership import country_lead
from recount.sims.presentation import Table
from recount.sims.specification import Specification, WhatIsConcluded

WITHOUT = {"drop": "without them", "flip": "with them flipped", "add": "with them"}


@dataclass(frozen=True, slots=True, eq=False)
class Influence:
    """What a conclusion hangs on.

    Attributes
    ----------
    conclusion : Conclusion
    found : ChangedVotes or None
        None if no change of votes was found that overturns the conclusion; that proves nothing.
    summary : Table
        One row: how many votes, or clusters, overturn the conclusion.
    changed : Table or None
        The votes, or clusters, that are changed; None if nothing was found.
    effects : Table or None
        All votes, or clusters, with what each does to the lead that is lost; None if nothing was found.
    """

    conclusion: Conclusion
    found: ChangedVotes | None
    summary: Table
    changed: Table | None
    effects: Table | None

    def to_frame(self) -> pd.DataFrame:
        """The summary as a data frame."""
        return self.summary.to_frame()

    def __repr__(self) -> str:
        return self.summary.summary()

    def _repr_html_(self) -> str:
        return self.summary._repr_html_()


def what_overturns(analysis: Analysis, about: WhatIsConcluded, catalogue: Catalogue | None = None) -> Influence:
    """Look for the fewest votes whose change overturns a conclusion, or the fewest values of the first column of clusters to drop.

    They are found by influence and verified by a refit of the changed log.

    Parameters
    ----------
    analysis : Analysis
        Of votes.
    about : WhatIsConcluded
        And what is done to votes.
    catalogue : Catalogue, optional
        For the lead of a country; the bundled one by default.

    Raises
    ------
    OptionError
        If the ratings do not say what is concluded, each pair has a parameter of ties of its own, or clusters are to be flipped or added.
    InputError
        If a group has models of fewer than two known countries.
    """
    s, about = analysis.specification, of_kind("about", about, WhatIsConcluded)
    if s.clusters and about.change != "drop":
        raise OptionError(
            f"change is {about.change!r}, and clusters is {', '.join(s.clusters)}, of which whole values can only be dropped; leave one of them out"
        )
    analysis, conclusion, of_conclusion = concluded(analysis, about, catalogue)
    fitted, rows = analysis.fit, analysis.rows
    log = None if rows is None else votes_of_fit(fitted, rows)
    clusters = clustered(log, fitted, s.clusters[0]) if s.clusters and log is not None else None
    found = fewest_votes(fitted, conclusion, change=about.change, clusters=clusters)
    n_units = clusters.n_clusters[0] if clusters else float(fitted.contests.weight_sums(0).sum())
    frame = change_summary(conclusion, about.change, found, n_units, clusters.columns[0] if clusters else "vote")
    notes = (
        *of_conclusion,
        *analysis.notes_of_fit(),
        *of_search(s),
        *of_change(fitted, about.change),
        *of_found(fitted, found, analysis.log.counts, s),
    )
    summary = Table("influence summary", frame, notes, "How much a conclusion hangs on")
    if found is None:
        return Influence(conclusion, None, summary, None, None)
    units = vote_table(fitted, found) if clusters is None or log is None else cluster_table(fitted, found, log)
    changed = units[units["n_changed"] > 0].reset_index(drop=True)
    tables = (
        Table("influence", rows, notes, title, summary.headline) for rows, title in ((changed, "Influence: what is changed"), (units, "Influence"))
    )
    return Influence(conclusion, found, summary, *tables)


def concluded(analysis: Analysis, about: WhatIsConcluded, catalogue: Catalogue | None) -> tuple[Analysis, Conclusion, tuple[str, ...]]:
    """Return the votes of which the conclusion is, the conclusion that is asked about, drawn from their ratings, and what is to be said of it."""
    if about.claim is not None:
        from recount.sims.claims.overturning import claim_concluded, claim_named

        return claim_concluded(claim_named(about.claim), analysis, catalogue)
    fitted, s = analysis.fit, analysis.specification
    if about.country_lead is not None:
        facts = facts_of(fitted.names, catalogue)
        return analysis, country_lead(fitted, facts, s, about.country_lead), tuple(of_facts(facts, s.but(groups=about.country_lead)))
    if not about.best < len(fitted.names):
        raise OptionError(
            f"best is {about.best}; give a number between 1 and {len(fitted.names) - 1}, as "
            f"{plural(len(fitted.names), 'competitor is', 'competitors are')} rated"
        )
    if about.pair is not None:
        return analysis, pair_order(fitted, *about.pair), ()
    if about.kendall_tau is not None:
        return analysis, order_kept(fitted, about.kendall_tau), ()
    return analysis, top_order(fitted, about.best) if about.ordered else top_set(fitted, about.best), ()


def of_search(specification: Specification) -> Iterator[str]:
    """Say what stays as it is, whatever is changed."""
    if specification.weights:
        yield "weights stay as they are in the whole log, whatever is changed"
    for column in specification.clusters[1:]:
        yield f"what is dropped are values of {specification.clusters[0]!r}; the clusters by {column!r} are not used"


def of_change(fitted: Fit, change: VoteChange) -> Iterator[str]:
    """Say what can be flipped or added."""
    ties, weights = fitted.contests.weight_sums(0)[2].sum(), fitted.contests.weights
    if change == "flip" and ties:
        yield f"a tie has no winner, so none of the {plural(ties, 'tie')} is flipped"
    if change == "add" and fitted.effects:
        yield "votes are added that are like those of the log, of the same pair with the same covariates, whoever wins them; none is a tie"
    elif change == "add":
        yield "votes are added between any two of those rated, whether they met or not; none is a tie"
    if change == "add" and weights is not None:
        yield "an added vote has weight 1"
    if change == "add" and fitted.dropped:
        yield f"{listed(fitted.dropped)}, left out by existence={fitted.existence!r}, stays out: nobody gets votes who is not rated"


def of_found(fitted: Fit, found: ChangedVotes | None, counts: PairCounts, specification: Specification) -> Iterator[str]:
    """Say what was forecast, whom the existence policy would leave out, and who would fall below the minimum of votes."""
    if found is None:
        return
    if found.n_forecast is None:
        yield "by the first-order forecast, without a refit, no number of them would be enough"
    else:
        yield f"{found.n_forecast:,} by a forecast to first order, without a refit; the number told is confirmed by refits"
    if found.dropped:
        yield f"{WITHOUT[found.change]} {listed(found.dropped)} would be left out, by existence={fitted.existence!r}, with all their votes"
    n, few = specification.minimum_votes, below_minimum(fitted, found, counts, specification.minimum_votes)
    if few:
        yield f"without them {listed(few)} would have fewer than {plural(n, 'vote')}; minimum_votes asks the whole log, so they stay rated"
