"""Leads while the numbers of the usual specification are anything between reasonable ends: of countries, and of competitors."""

import itertools
from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np
import pandas as pd

from recount.data import Catalogue
from recount.engine import ELO
from recount.engine.errors import OptionError
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.by_country import check_asked, known_facts, of_facts
from recount.sims.countries.facts import Facts
from recount.sims.countries.ranking import standings_of
from recount.sims.multiverse.leaders import usual_leaders
from recount.sims.multiverse.rated_conclusions import FIRST, check_conclusion, leaders_among, places_among
from recount.sims.multiverse.sobol_indices import N_POINTS, LeadUnder, Number, Row, numbers_of, sobol_effects, with_a_lead
from recount.sims.presentation import Table
from recount.sims.specification import Specification, WhatIsConcluded, WhichModel, WhichVotes
from recount.sims.specification.country_choices import CountryGroup

NOTHING_VARIES = "there is no number to vary; ask for a metric with an N, k or level, give weights or a prior with an amount, or votes"
TITLE = "What numbers make of the spread of the lead"


def countries_in_ranges(analysis: Analysis, catalogue: Catalogue | None = None) -> Table:
    """Take the spread of countries' leads apart while numbers are anything reasonable.

    Parameters
    ----------
    analysis : Analysis
        Whose specification says everything but the numbers.
    catalogue : Catalogue, optional
        As `recount.data.read_catalogue` returns it; the bundled one by default.

    Returns
    -------
    Table
        group, metric, leader, and what `recount.sims.multiverse.sobol_indices.sobol_effects` returns.

    Raises
    ------
    OptionError
        If there is no number to vary.
    """
    usual = analysis.under(analysis.specification.but(anchor=None, country_draws="estimates", n_draws=1))
    check_asked(usual)
    facts, s = known_facts(usual, catalogue), usual.specification
    leaders, rated, rows, told = usual_leaders(usual, facts), RatedOnce(usual), [], []
    for group, metric in itertools.product(s.asked_groups, s.asked_metrics):
        numbers = list(numbers_of(s.but(groups=(group,), metrics=(metric,)), has_votes=analysis.has_votes))
        leader = leaders.get((group, metric), "")
        found, notes = _found(partial(_lead_of_country, rated, facts, group, metric, leader), s, numbers)
        rows += [{"group": group, "metric": metric, "leader": leader, **row} for row in found]
        told += [f"group {group!r}, {metric}: {note}" for note in notes]
    return _table(rows, (*of_facts(facts, s), *told))


def ratings_in_ranges(analysis: Analysis, about: WhatIsConcluded | None = None) -> Table:
    """Take the spread of the lead of the first competitor, or of one over another, apart while numbers of the rating are anything reasonable.

    Parameters
    ----------
    analysis : Analysis
    about : WhatIsConcluded, optional
        First place by default, or a pair.

    Returns
    -------
    Table
        conclusion, leader, and what `recount.sims.multiverse.sobol_indices.sobol_effects` returns.

    Raises
    ------
    OptionError
        If there is no number to vary, or another conclusion is asked, or who is not rated.
    """
    usual = analysis.under(analysis.specification.but(anchor=None))
    among = check_conclusion(usual, about or WhatIsConcluded())
    leaders, numbers = leaders_among(usual.uncertainty, among), list(numbers_of(usual.specification, asks_countries=False))
    found, notes = _found(partial(_lead_of_competitor, RatedOnce(usual), among, leaders), usual.specification, numbers)
    conclusion = " or ".join(among) if among else FIRST
    rows = [{"conclusion": conclusion, "leader": ", ".join(leaders), **row} for row in found]
    return _table(rows, [f"{conclusion}: {note}" for note in notes])


class RatedOnce:
    """Analyses of one source, of which the ratings of the last one are kept: those of all would take gigabytes."""

    def __init__(self, usual: Analysis) -> None:
        self._last = usual

    def under(self, specification: Specification) -> Analysis:
        """Analyse under a specification."""
        if specification.part(WhichModel, WhichVotes) != self._last.specification.part(WhichModel, WhichVotes):
            self._last = Analysis(self._last.source, specification)
        return self._last.under(specification)


def _lead_of_country(rated: RatedOnce, facts: Facts, group: CountryGroup, metric: str, leader: str, s: Specification) -> float:
    found = standings_of(rated.under(s), facts, group, metric)
    return float("nan") if found is None or leader not in found.countries else found.lead_of(found.countries.index(leader), s.confidence_level)[0]


def _lead_of_competitor(rated: RatedOnce, among: Sequence[str], leaders: Sequence[str], s: Specification) -> float:
    found = rated.under(s).fit
    if len(leaders) != 1 or any(name not in found.names for name in (*among, *leaders)):
        return float("nan")
    i, places = found.names.index(leaders[0]), places_among(found.names, among)
    return ELO * float(found.strengths[i] - np.max(found.strengths[places[places != i]]))


def _found(lead: LeadUnder, s: Specification, numbers: Sequence[Number]) -> tuple[list[Row], list[str]]:
    """Return the indices of numbers on a lead, and what is to be told: which numbers are left out, and why there are none."""
    vary = with_a_lead(lead, s, numbers)
    told = [
        f"{number.name} from {number.low:g} to {number.high:g} is left out, because the usual leader is not ranked at one of the ends"
        for number in numbers
        if number not in vary
    ]
    if not vary:
        return [], [*told, "no number matters to it"]
    found = sobol_effects(lead, s, vary)
    names = ", ".join(number.name for number in vary)
    why = f"no indices of {names}, because its lead is the same under all values, or it is not ranked under all"
    return found, told if found else [*told, why]


def _table(rows: list[Row], told: Iterable[str]) -> Table:
    if not rows:
        raise OptionError(f"{NOTHING_VARIES}: {'; '.join(told)}")
    how = (
        f"Sobol indices from {N_POINTS:,} points of a scrambled sequence; numbers are independent, all values between the ends are as likely, all "
        "else is as usual, and leads are of the estimated ratings"
    )
    return Table("ranges", pd.DataFrame(rows), (*told, how), TITLE)
