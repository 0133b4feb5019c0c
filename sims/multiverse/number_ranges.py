"""Leads while the numbers of the usual specification are anything between reasonable ends: of countries, and of competitors."""

import itertools
from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np
import pandas as pd

from recount.data import Catalogue
from recount.engine import ELO
from recount.engine.choices.arguments import checked
from recount.engine.errors import OptionError
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.by_country import check_asked, known_facts, of_facts
from recount.sims.countries.facts import Facts
from recount.sims.countries.metrics import METRICS
from recount.sims.countries.ranking import standings_of
from recount.sims.multiverse.leaders import usual_leaders
from recount.sims.multiverse.rated_conclusions import check_conclusion, leaders_among, places_among
from recount.sims.multiverse.sobol_indices import N_POINTS, LeadUnder, Number, Row, as_far_as_ranked, numbers_of, sobol_effects
from recount.sims.multiverse.usual_scale import usual_over_other
from recount.sims.presentation import Table
from recount.sims.presentation.specification_sentences import FIRST
from recount.sims.presentation.wording import listing, name
from recount.sims.specification import Specification, WhatIsConcluded, WhichModel, WhichVotes
from recount.sims.specification.country_choices import CountryGroup

# Of votes, and of what is asked of countries.
OF_VOTES = "minimum_votes, the amount of a prior, and the floor or half-life of weights; give a prior or weights"
OF_ASKED = "the N, k, level or tolerance of a metric, and the size of group 'large'; ask for one of these"
TITLE = "What numbers make of the spread of the lead"


@checked
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
        leader = leaders.get((group, metric), ())
        found, notes = _found(partial(_lead_of_country, rated, facts, group, metric, leader), s, numbers, leader)
        rows += [{"group": group, "metric": metric, "leader": ", ".join(leader), **row} for row in found]
        told += [f"group {group!r}, {metric}: {note}" for note in notes]
    can_vary = f"{OF_ASKED}; and of votes {OF_VOTES}" if analysis.has_votes else OF_ASKED
    return _table(rows, (*of_facts(facts, s), *told), can_vary)


@checked
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
        If `analysis` is none, or there is no number to vary, or another conclusion is asked, or who is not rated.
    """
    about = about or WhatIsConcluded()
    usual = analysis.under(analysis.specification.but(anchor=None))
    among = check_conclusion(usual, about)
    leaders, numbers = leaders_among(usual.uncertainty, among), list(numbers_of(usual.specification, asks_countries=False))
    found, notes = _found(partial(_lead_of_competitor, RatedOnce(usual), among, leaders), usual.specification, numbers, leaders)
    conclusion = " or ".join(among) if among else FIRST
    rows = [{"conclusion": conclusion, "leader": ", ".join(leaders), **row} for row in found]
    return _table(rows, [f"{conclusion}: {note}" for note in notes], OF_VOTES)


class RatedOnce:
    """Analyses of one source, of which the ratings of the last one are kept: those of all would take gigabytes."""

    def __init__(self, usual: Analysis) -> None:
        self.usual = self._last = usual

    def under(self, specification: Specification) -> Analysis:
        """Analyse under a specification."""
        if specification.part(WhichModel, WhichVotes) != self._last.specification.part(WhichModel, WhichVotes):
            self._last = Analysis(self._last.source, specification)
        return self._last.under(specification)


def _lead_of_country(rated: RatedOnce, facts: Facts, group: CountryGroup, metric: str, leaders: Sequence[str], s: Specification) -> float:
    under = rated.under(s)
    found = standings_of(under, facts, group, metric)
    if found is None or len(leaders) != 1 or leaders[0] not in found.countries:
        return float("nan")
    scale = usual_over_other(rated.usual.uncertainty, under.uncertainty) if METRICS[metric].unit == "rating" else 1.0
    return scale * found.lead_of(found.countries.index(leaders[0]), s.confidence_level)[0]


def _lead_of_competitor(rated: RatedOnce, among: Sequence[str], leaders: Sequence[str], s: Specification) -> float:
    found = rated.under(s).fit
    scale = usual_over_other(rated.usual.fit, found)
    if len(leaders) != 1 or any(name not in found.names for name in (*among, *leaders)):
        return float("nan")
    i, places = found.names.index(leaders[0]), places_among(found.names, among)
    return scale * ELO * float(found.strengths[i] - np.max(found.strengths[places[places != i]]))


def _found(lead: LeadUnder, s: Specification, numbers: Sequence[Number], leaders: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Return the indices of numbers on a lead, and what is to be told: which numbers are left out or vary less, and why there are none."""
    if len(leaders) != 1:
        return [], [f"{listing(list(leaders))} share the lead, so that none of them has one" if leaders else "nobody is ranked"]
    reach = {number: as_far_as_ranked(lead, s, number) for number in numbers}
    vary = [within for within in reach.values() if within is not None]
    told = [
        f"{number.name} {f'varies from {within.low:g} to {within.high:g}' if within else 'is as usual'} and not from {number.low:g} to "
        f"{number.high:g}, because beyond that {name(leaders[0])}, the usual leader, is not ranked, or not who it is compared with"
        for number, within in reach.items()
        if within != number
    ]
    if not vary:
        return [], [*told, "no number of these choices can vary"]
    found = sobol_effects(lead, s, vary)
    names = ", ".join(number.name for number in vary)
    why = f"no indices of {names}, because the lead is the same under all values, or not known under all"
    return found, told if found else [*told, why]


def _table(rows: list[Row], told: Iterable[str], can_vary: str) -> Table:
    if not rows:
        raise OptionError(f"no number makes a lead vary: {'; '.join(told)}; numbers that can vary are {can_vary}")
    how = (
        f"Sobol indices from {N_POINTS:,} points of a scrambled sequence; numbers are independent, all values between the ends are as likely, all "
        "else is as usual, and leads are of the estimated ratings, on the scale of the usual ones"
    )
    return Table("ranges", pd.DataFrame(rows), (*told, how), TITLE)
