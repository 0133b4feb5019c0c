r"""Countries ranked by a metric in a group of models.

Every metric is computed on joint draws of all strengths given the estimates (`recount.engine.uncertainty.posterior`): a maximum of estimates is too
high, and more so for a country with more models, and draws around them add the same once more. The order of the countries is that of
`recount.sims.countries.order_of_countries`; intervals are between quantiles. A number of models is whole, as are the ends of its interval, which are
rounded outward; so are shares, as numbers of models.

With draws around the estimates in place of strengths (`country_draws`), intervals are widened to hold the estimate.
"""

from collections.abc import Hashable
from typing import Any

import numpy as np

from recount.engine.plurals import plural
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.attribution import owners_of
from recount.sims.countries.drawing import drawn
from recount.sims.countries.facts import Facts
from recount.sims.countries.groups import GROUPS, OF_EVERY_GROUP, Group, Members, group_of, meaning_of_group, members_of, without_fact
from recount.sims.countries.metrics import METRICS, Metric, meaning_of_metric
from recount.sims.countries.order_of_countries import Standings, interval_of, standings
from recount.sims.countries.scope import in_scope
from recount.sims.presentation.wording import the_country
from recount.sims.specification import HowSure, OfCountries, Specification, WhichModel, WhichVotes
from recount.sims.specification.country_choices import CountryGroup

Row = dict[str, Any]


def rows_of(analysis: Analysis, facts: Facts, group: CountryGroup, metric: str) -> list[Row]:
    """Return the rows of the ranking by one metric in one group, best country first; none if the metric exists for no country.

    Returns
    -------
    list of dict
        group, metric, what they mean as asked (group_meaning, metric_meaning), unit, rank (equal countries share one, and stand in the order of their
        names), country, n_models, estimate, lower, upper, p_leads, and by how much the country leads the next one: gap, gap_lower, gap_upper (in the
        unit); of ratings, what the model of ties says of a vote between two competitors with this gap (`recount.engine.vote_law`), if it is known:
        some of expected_score, win_probability, tie_probability, decided_win_probability, with ends (_lower, _upper) where it depends on the gap
        alone.
    """
    found = standings_of(analysis, facts, group, metric)
    if found is None:
        return []
    s = analysis.specification
    rows = rows_of_standings(found, s)

    def unknown() -> str:
        return of_unknown_above(analysis, facts, group, found.group)

    asked = tuple(getattr(s, name) for name in (*OF_EVERY_GROUP, *GROUPS[group].varies_by))
    key = (group, key_of_group(analysis, facts, found.group.members), asked)
    of_group = meaning_of_group(group, analysis.names, facts, s, METRICS[metric].varies_by)
    of_group += analysis.kept.once("models of unknown owner above", key, unknown)
    meanings = {"group_meaning": of_group, "metric_meaning": meaning_of_metric(metric, s)}
    return [{"group": group, "metric": metric, **row, **meanings} for row in rows]


def counts_all(members: Members, metric: str, asked: OfCountries) -> bool:
    """Whether a metric counts all models of a group, which are all in its top N however they are rated."""
    return "top" in METRICS[metric].varies_by and members.n_models <= asked.top


def of_unknown_above(analysis: Analysis, facts: Facts, group: CountryGroup, ranked: Group) -> str:
    """Say which models could change who has the best of a group, or by how much, "" if none could.

    Of these it is not known whose they are, or whether they belong to the group, and they are rated above the best model of the runner-up.
    Those of the leader change nothing unless they are rated above all.
    """
    strengths, s = analysis.uncertainty.strengths, analysis.specification
    frame, fact = facts.of(analysis.names), GROUPS[group].fact
    best = {who: strengths[ranked.members.places[own[ranked.members.model]]].max() for who, own in zip(ranked.countries, ranked.models, strict=True)}
    leader, *others = sorted(best, key=lambda who: -best[who])
    owners = [{who for who, _ in of_model} for of_model in owners_of(frame, s)]
    above_all = strengths > best[leader]
    could_change = above_all if not others else above_all | ((strengths > best[others[0]]) & np.array([{leader} != of_model for of_model in owners]))
    could_change &= in_scope(facts, analysis.names, s)
    nobodys = np.array([not of_model for of_model in owners]) & GROUPS[group].holds(frame, s)
    not_known = {s.entity: nobodys & could_change, fact: without_fact(frame, fact, s) & could_change}
    said = ""
    for what, which in not_known.items():
        places = sorted(np.flatnonzero(which), key=lambda i: -strengths[i])
        if not places:
            continue
        models, are = ("a model", "is") if len(places) == 1 else (plural(len(places), "model"), "are")
        first = f": {analysis.names[places[0]]!r}" if len(places) == 1 else f", {analysis.names[places[0]]!r} first"
        n_above_all = int(above_all[places].sum())
        above = "all of these" if n_above_all == len(places) else f"the best of {the_country(others[0])}"
        some = f", {n_above_all:,} of them above all of these" if 0 < n_above_all < len(places) else ""
        said += f", and {models} of unknown {what} {are} rated above {above}{some}{first}"
    if said and others:
        of_leader = any(not owners[i] or leader in owners[i] for i in np.flatnonzero(np.any(list(not_known.values()), axis=0)) if above_all[i])
        said += f", so how far the best of {the_country(leader)} is ahead is {'not known' if of_leader else 'an upper bound'}"
    return said


def standings_of(analysis: Analysis, facts: Facts, group: CountryGroup, metric: str) -> Standings | None:
    """Rank the countries by one metric in one group; None if the metric exists for no country."""
    members, taken = what_is_ranked(analysis, facts, group, metric)

    def find() -> Standings | None:
        return standings(strengths_of(analysis, facts, members), METRICS[metric], analysis.specification)

    return analysis.kept.once("ranks of countries", (key_of_group(analysis, facts, members), metric, taken), find)


def strengths_of(analysis: Analysis, facts: Facts, members: Members) -> Group:
    """Give the members of a group the joint draws of their strengths."""

    def picked() -> Group:
        return group_of(drawn(analysis, facts), members, analysis.scale, analysis.uncertainty.law)

    return analysis.kept.once("group of models", key_of_group(analysis, facts, members), picked)


def key_of_group(analysis: Analysis, facts: Facts, members: Members) -> Hashable:
    """Return what the strengths of a group depend on."""
    s = analysis.specification
    return (s.part(WhichModel, WhichVotes, HowSure), s.country_draws, s.anchor, facts.key, members.key)


def what_is_ranked(analysis: Analysis, facts: Facts, group: CountryGroup, metric: str) -> tuple[Members, Hashable]:
    """Return what a ranking takes from what is asked: the members of the group and whose they are, and the N, k or level of the metric."""
    s = analysis.specification
    members = members_of(analysis.names, facts, s, group)
    return members, METRICS[metric].depends_on(s, members.n_models)


def rank_group(group: Group, metric: Metric, s: Specification) -> list[Row]:
    """Rank the countries of a group."""
    found = standings(group, metric, s)
    return [] if found is None else rows_of_standings(found, s)


def rows_of_standings(found: Standings, s: Specification) -> list[Row]:
    """Return a row of each country, with its interval and its gap to the next."""
    metric, group, n = found.metric, found.group, found.place.size
    estimate, (lower, upper) = found.estimate, interval_of(found.draws, found.estimate, s.confidence_level, found.places, found.possible)
    ahead = found.differences(np.arange(n - 1), np.arange(1, n), s.confidence_level)
    # The last country has no next one.
    gaps = {name: np.append(each, np.nan) for name, each in zip(("gap", "gap_lower", "gap_upper"), ahead, strict=True)}
    if metric.least_leads:
        # Adding 0 makes 0 of minus 0.
        estimate, lower, upper = 0.0 - estimate, 0.0 - upper, 0.0 - lower
    measured = {"estimate": estimate, "lower": lower, "upper": upper, "p_leads": found.p_leads} | gaps
    if group.law is not None:
        # Other metrics have no lead.
        leads_by = [each / group.scale.points if metric.unit == "rating" else np.full(n, np.nan) for each in gaps.values()]
        measured |= group.law.of_leads(leads_by[0]) | group.law.ends(leads_by[1], leads_by[2])
    return [
        {
            "unit": "points" if metric.unit == "rating" else metric.unit,
            "rank": int(found.rank[i]),
            "country": group.countries[place],
            "n_models": int(group.models[place].sum()),
            **{name: float(numbers[i]) for name, numbers in measured.items()},
        }
        for i, place in enumerate(found.place)
    ]
