"""Each reasonable choice made otherwise than usual, one at a time: what it makes of the lead of the usual leader.

That takes as many ratings as choices have other values; all their combinations (`recount.sims.multiverse.stability`) take a hundred times as many.
"""

import itertools
from collections.abc import Mapping
from typing import Any

import pandas as pd

from recount.data import Catalogue
from recount.engine.choices import choices_of
from recount.engine.choices.arguments import checked
from recount.engine.errors import InputError, RecountError
from recount.engine.executors import executor_or_threads, in_order
from recount.engine.linear_algebra import one_thread
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log
from recount.sims.analysis.notes import rules_that_matter
from recount.sims.countries.by_country import check_asked, known_facts, of_facts
from recount.sims.countries.facts import Facts
from recount.sims.countries.mattering import what_matters_to
from recount.sims.countries.ranking import counts_all, what_is_ranked
from recount.sims.multiverse.combinations import reason_among
from recount.sims.multiverse.departures import choice_words
from recount.sims.multiverse.leaders import Ranking, firsts, usual_leaders, varied_of
from recount.sims.multiverse.rated_grid import Ratings
from recount.sims.multiverse.usual_scale import TOLD, on_usual_scale, usual_over_other
from recount.sims.presentation import Table
from recount.sims.specification import HowSure, OfCountries, Specification, WhichModel, WhichVotes

# Of each analysis with ratings of its own; fewer than of the usual one, which has the draws of all other answers.
N_DRAWS = 1000
Row = dict[str, Any]


@checked
def each_choice_alone(analysis: Analysis, catalogue: Catalogue | None = None) -> Table:
    """Rank countries under every specification that departs from the usual one in a single choice.

    Parameters
    ----------
    analysis : Analysis
    catalogue : Catalogue, optional
        The bundled one by default.

    Returns
    -------
    Table
        A row for each conclusion and departure on which it depends, the usual one first: group, metric, leader (the usual one; missing where nobody
        is ranked then), choices (which is made otherwise; empty for none), change (how), leads (who leads then), comparable, lead, lead_lower,
        lead_upper, p_usual, unit, scale; see `recount.sims.multiverse.usual_lead.leads_of` and `recount.sims.multiverse.usual_scale`.

    Raises
    ------
    InputError
        If no competitor has a country in the catalogue, or none that has is left.
    RecountError
        If the votes cannot be rated under the specification of the analysis itself.
    """
    s = analysis.specification
    base = analysis.under(s.but(anchor=None))
    check_asked(base)
    facts = known_facts(analysis, catalogue)
    usual = usual_leaders(base, facts)
    if not usual:
        raise InputError("no model of a known country is left; loosen what leaves models or countries out")
    departures, rows, impossible = departures_from(base), [], []
    if isinstance(base.source, Log):
        # Read once, not by everybody who rates.
        _ = base.log.counts, base.rows
    with one_thread(), executor_or_threads(None) as (pool, n_waiting):
        found = in_order(lambda one: pool.submit(_rows_under, base, one[2], facts, usual), departures, n_waiting)
        for (field, words, _), of_one in zip(departures, found, strict=True):
            if isinstance(of_one, RecountError):
                impossible.append(f"{words} is not possible and not shown: {reason_among(of_one, (field,))}")
                continue
            for row in of_one:
                matters = what_matters_to((row["group"],), (row["metric"],))
                if field not in choices_of(OfCountries) or field in matters:
                    rows.append({"group": row.pop("group"), "metric": row.pop("metric"), "choices": field, "change": words, **row})
    order = list(itertools.product(s.asked_groups, s.asked_metrics))
    rows.sort(key=lambda row: order.index((row["group"], row["metric"])))
    leaders = [", ".join(usual.get((row["group"], row["metric"]), ())) or None for row in rows]
    frame = pd.DataFrame(rows)
    frame.insert(2, "leader", leaders)
    by = "" if (n := n_draws_of_others(s)) is None or not analysis.has_votes else f", {n:,} of them for ratings that are not the usual ones"
    told = f"leads are medians over draws{by}; all other choices are as chosen"
    given = () if analysis.has_votes else ("these are ratings that were given: how votes are rated, such as ties, cannot be chosen otherwise",)
    notes = (told, TOLD, *given, *of_facts(facts, s), *impossible, *analysis.notes())
    return Table("one choice", frame, notes, "One choice at a time", confidence_level=base.specification.confidence_level)


def departures_from(base: Analysis) -> list[tuple[str, str, Specification]]:
    """Return every specification that departs from the usual one in a single choice, the usual one first: the choice, how it is made, and all.

    Rules for ties, or for "both bad", are no choice where no vote is one.
    """
    usual = base.specification.as_dict()
    found = [("", "", base.specification)]
    for field, values in varied_of(base).items():
        if base.has_votes and field in ("ties", "both_bad") and field not in rules_that_matter(base.log.counts, base.specification.both_bad):
            continue
        departing = [base.specification.but(**{field: value}) for value in values]
        found += [(field, choice_words(one.as_dict(), usual, [field]), one) for one in departing if one != base.specification]
    return found


def n_draws_of_others(s: Specification) -> int | None:
    """Return how many draws are taken of ratings that are not the usual ones; of a bootstrap all replicates, None."""
    return N_DRAWS if s.n_draws is None and s.resampling is None else s.n_draws


def _rows_under(base: Analysis, specification: Specification, facts: Facts, usual: Mapping[Ranking, tuple[str, ...]]) -> list[Row] | RecountError:
    """Return who leads under a specification, for each conclusion that depends on it; or why that is not possible."""
    s = base.specification
    # Draws of other ratings are not kept: those of all specifications would take gigabytes.
    same = specification.part(WhichModel, WhichVotes, HowSure) == s.part(WhichModel, WhichVotes, HowSure)
    other = specification if same else specification.but(n_draws=n_draws_of_others(s))
    analysis = Analysis(base.source, other, kept=base.kept if same else None)
    try:
        if not same and isinstance(base.source, Log) and _are_same(analysis, base):
            # Such as a minimum of votes that all have.
            analysis = base
        found, scale = list(firsts(analysis, facts, {}, usual)), usual_over_other(base.uncertainty, analysis.uncertainty)
    except RecountError as error:
        return error
    rows = []
    for first in found:
        members = what_is_ranked(analysis, facts, first.group, first.metric)[0]
        # A top N that is everybody is no other choice than one that is not.
        if specification.top != s.top and counts_all(members, first.metric, specification) and not counts_all(members, first.metric, s):
            continue
        numbers = on_usual_scale({name: first.leads[name] for name in ("comparable", "lead", "lead_lower", "lead_upper", "p_usual", "unit")}, scale)
        rows.append({"group": first.group, "metric": first.metric, "leads": first.leads["country"], **numbers})
    return rows


def _are_same(one: Analysis, other: Analysis) -> bool:
    """Whether two analyses have the same ratings, with the same errors."""
    mine, others = (Ratings(of.names, of.uncertainty.strengths, of.uncertainty.standard_errors()) for of in (one, other))
    return mine.are_those_of(others)
