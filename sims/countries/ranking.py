r"""Countries ranked by a metric in a group of models.

Every metric is computed on joint draws of all strengths given the estimates (`recount.engine.uncertainty.posterior`): a maximum of estimates is too
high, and more so for a country with more models, and draws around them add the same once more. The estimate is the median of the metric over the
draws, the interval is between quantiles, and P(leads) is the share of draws in which a country leads. A number of models is whole, as are the ends
of its interval, which are rounded outward; so are shares, as numbers of models.

Countries are ranked by their estimates, and where these are equal by their means. Countries whose models have equal ratings, and which the draws do
not tell apart, share a rank and the means of what the draws say of them.

With draws around the estimates in place of strengths (`country_draws`), the estimate is the metric of the estimated ratings, and the interval is
widened to hold it.
"""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from recount.engine import interval
from recount.engine.exact_ties import levelled, shared_ranks
from recount.engine.fitting import TOLERANCE
from recount.engine.scale import ELO, Scale
from recount.engine.votes import Floats, Ints
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.drawing import Drawn, drawn
from recount.sims.countries.facts import Facts
from recount.sims.countries.groups import Group, Members, group_of, members_of
from recount.sims.countries.metrics import METRICS, Metric
from recount.sims.countries.metrics.metric import Unit
from recount.sims.specification import HowSure, Specification, WhichModel, WhichVotes
from recount.sims.specification.country_choices import CountryGroup

Row = dict[str, Any]
# Points, to which fits are certified, as are means of ratings; for shares and numbers of models it is more than rounding.
LEVEL = TOLERANCE
# Draws of a chain are alike: of how many independent ones they are worth, the share; and standard errors within which draws tell no difference.
WORTH, NO_DIFFERENCE = 0.1, 4.0
# Of the draws, in which a metric may be not defined; what is not known there widens the interval.
MOST_UNDEFINED = 0.5


def rows_of(analysis: Analysis, facts: Facts, group: CountryGroup, metric: str, *, of_estimates: bool = False) -> list[Row]:
    """Return the rows of the ranking by one metric in one group, best country first; none if the metric exists for no country.

    Parameters
    ----------
    analysis : Analysis
    facts : Facts
    group, metric : str
    of_estimates : bool
        Whether by the estimated ratings alone: without interval and probability.

    Returns
    -------
    list of dict
        group, metric, unit, rank (equal countries share one, and stand in the order of their names), country, n_models, estimate, lower, upper,
        p_leads, and by how much the country leads the next one: gap, gap_lower, gap_upper (in the unit); of ratings, what the model of ties says of a
        vote between two competitors with this gap (`recount.engine.vote_law`), if it is known: some of expected_score, win_probability,
        tie_probability, decided_win_probability, with ends (_lower, _upper) where it depends on the gap alone.
    """
    s = analysis.specification
    members, taken = what_is_ranked(analysis, facts, group, metric)
    of_members = key_of_group(analysis, facts, members, of_estimates)

    def ranked() -> list[Row]:
        of_group = strengths_of(analysis, facts, members, of_estimates=of_estimates)
        return [] if METRICS[metric].why_not(of_group) else rank_group(of_group, METRICS[metric], s)

    rows = analysis.kept.once("ranks of countries", (of_members, metric, taken), ranked)
    return [{"group": group, "metric": metric, **row} for row in rows]


def strengths_of(analysis: Analysis, facts: Facts, members: Members, *, of_estimates: bool = False) -> Group:
    """Give the members of a group the joint draws of their strengths, or only the estimated ones."""

    def picked() -> Group:
        strengths = Drawn(analysis.uncertainty.strengths[None], are_of_strengths=False) if of_estimates else drawn(analysis, facts)
        return group_of(strengths, members, analysis.scale, analysis.uncertainty.law)

    return analysis.kept.once("group of models", key_of_group(analysis, facts, members, of_estimates), picked)


def key_of_group(analysis: Analysis, facts: Facts, members: Members, of_estimates: bool) -> Hashable:
    """Return what the strengths of a group depend on."""
    s = analysis.specification
    return (s.part(WhichModel, WhichVotes, HowSure), s.country_draws, s.anchor, of_estimates, facts.key, members.key)


def what_is_ranked(analysis: Analysis, facts: Facts, group: CountryGroup, metric: str) -> tuple[Members, Hashable]:
    """Return what a ranking takes from what is asked: the members of the group and whose they are, and the N, k or level of the metric."""
    s = analysis.specification
    members = members_of(analysis.names, facts, s, group)
    return members, METRICS[metric].depends_on(s, members.n_models)


def rank_group(group: Group, metric: Metric, s: Specification) -> list[Row]:
    """Rank the countries of a group."""
    if not group.countries:
        return []
    # Where the least value leads, everything is ranked by its opposite.
    found, sign = metric.compute(group, s), -1.0 if metric.least_leads else 1.0
    ranked = np.flatnonzero(np.isfinite(found[0]) & (np.isnan(found).mean(axis=0) <= MOST_UNDEFINED))
    if not ranked.size:
        return []
    values = sign * in_unit(found[:, ranked], metric.unit, group.scale)
    values[0] = levelled(values[0], LEVEL)[0]
    possible = sorted((sign * ends[ranked] for ends in metric.possible(group, s)), key=lambda ends: float(ends[0]))
    places = metric.places(group, s)
    estimate, leads, numbers = values[0], p_leads(values[1:]), values[0]
    if metric.is_mean:
        estimate = numbers = values[1:].mean(axis=0)
    if group.are_strengths:
        same = with_equal_models(group, ranked, values)
        mean = np.nanmean(values[1:], axis=0)
        estimate, mean, leads = (evened(each, same) for each in (mean if metric.is_mean else median(values[1:]), mean, leads))
        numbers = in_order(estimate, mean)
    rank = shared_ranks(numbers)
    # Countries stand in the order of their names.
    order = np.argsort(rank, kind="stable")
    ranked, values, estimate = ranked[order], values[:, order], estimate[order]
    lower, upper = interval_of(values[1:], estimate, s.confidence_level, places, [ends[order] for ends in possible])
    gaps = gaps_to_next(values[1:], estimate, s.confidence_level, 0 if metric.is_mean else places)
    if metric.least_leads:
        # Adding 0 makes 0 of minus 0.
        estimate, lower, upper = 0.0 - estimate, 0.0 - upper, 0.0 - lower
    measured = {"estimate": estimate, "lower": lower, "upper": upper, "p_leads": leads[order]} | gaps
    if group.law is not None:
        # Other metrics have no lead.
        of_rating = metric.unit == "rating"
        leads_by = [gaps[name] / group.scale.points if of_rating else np.full(len(order), np.nan) for name in ("gap", "gap_lower", "gap_upper")]
        measured |= group.law.of_leads(leads_by[0]) | group.law.ends(leads_by[1], leads_by[2])
    return [
        {
            "unit": "points" if metric.unit == "rating" else metric.unit,
            "rank": int(rank[order[place]]),
            "country": group.countries[i],
            "n_models": int(group.models[i].sum()),
            **{name: float(numbers[place]) for name, numbers in measured.items()},
        }
        for place, i in enumerate(ranked)
    ]


def in_unit(values: Floats, unit: Unit, scale: Scale) -> Floats:
    """Return log-odds as ratings or points; other values are in their unit."""
    if unit == "rating":
        return scale.ratings(values)
    return values * scale.points if unit == "points" else values.astype(np.float64)


def median(draws: Floats) -> Floats:
    """Return the median of each country, (n_countries,): one of the draws, so that a number of models is whole; of those in which it is defined."""
    of = np.nanquantile if np.isnan(draws).any() else np.quantile
    found: Floats = of(draws, 0.5, axis=0, method="inverted_cdf")
    return found


def with_equal_models(group: Group, ranked: Ints, values: Floats) -> list[list[int]]:
    """Return countries, as places in `ranked`, that nothing tells apart.

    Their models have equal estimates, one by one, and their metrics are equal over the draws as far as the Monte-Carlo error says; `values` are the
    metric of the estimated ratings and then of the draws, (1 + n_draws, n_countries).
    """
    strengths = [np.sort(group.draws[0, group.models[i]]) for i in ranked]
    found: list[list[int]] = []
    for place, mine in enumerate(strengths):
        for others in found:
            theirs, apart = strengths[others[0]], values[1:, place] - values[1:, others[0]]
            error = apart.std() / np.sqrt(WORTH * apart.size)
            if mine.size == theirs.size and np.allclose(mine, theirs, rtol=0.0, atol=LEVEL / ELO) and abs(apart.mean()) <= NO_DIFFERENCE * error:
                others.append(place)
                break
        else:
            found.append([place])
    return found


def evened(numbers: Floats, alike: Sequence[Sequence[int]]) -> Floats:
    """Give countries that are alike the mean of their `numbers` (n_countries,)."""
    even = numbers.copy()
    for countries in alike:
        even[countries] = numbers[countries].mean()
    return even


def in_order(estimate: Floats, mean: Floats) -> Floats:
    """Return numbers, (n_countries,), that have the order of the estimates, and of the means where estimates are equal."""
    estimate, mean = levelled(estimate, LEVEL)[0], levelled(mean, LEVEL)[0]
    distinct = np.unique(np.column_stack([estimate, mean]), axis=0)
    pairs = [tuple(pair) for pair in distinct.tolist()]
    return np.array([float(pairs.index(pair)) for pair in zip(estimate.tolist(), mean.tolist(), strict=True)])


def p_leads(draws: Floats) -> Floats:
    """Share of the draws (n_draws, n_countries) in which each country leads; countries that share the lead share the draw."""
    if not len(draws):
        return np.full(draws.shape[1], np.nan)
    # Means of the same strengths, added in another order, differ by rounding.
    largest = draws >= np.fmax.reduce(draws, axis=1)[:, None] - LEVEL
    # Nobody leads in a draw in which nobody has a value.
    leads: Floats = (largest / np.maximum(largest.sum(axis=1, keepdims=True), 1)).mean(axis=0)
    return leads


def interval_of(draws: Floats, estimate: Floats, confidence_level: float, places: int, possible: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Return the ends of the interval of each country.

    Parameters
    ----------
    draws : (n_draws, n_countries) float64
    estimate : (n_countries,) float64
        Which lies within the interval.
    confidence_level : float
    places : int
        Every value is a multiple of 1 / places; 0 if it may be any number.
    possible : two of (n_countries,) float64
        Between which every value lies. Quantiles of so few draws that they have no end leave all of it.
    """
    if not len(draws):
        return np.full_like(estimate, np.nan), np.full_like(estimate, np.nan)
    lower, upper = (np.clip(end, *possible) for end in interval(estimate, draws, confidence_level))
    lower, upper = outward(lower, upper, places)
    return np.minimum(lower, estimate), np.maximum(upper, estimate)


def outward(lower: Floats, upper: Floats, places: int) -> tuple[Floats, Floats]:
    """Round ends of intervals outward to multiples of 1 / places, up to rounding; 0 places leave them."""
    if not places:
        return lower, upper
    return np.floor(lower * places + LEVEL) / places, np.ceil(upper * places - LEVEL) / places


def gaps_to_next(draws: Floats, estimate: Floats, confidence_level: float, places: int) -> dict[str, Floats]:
    """Return each country's gap to the next, with its interval, which holds it; parameters as of `interval_of`, best country first."""
    # A model that is unbeaten in a replicate makes gaps infinite, and two of them make a gap unknown.
    with np.errstate(invalid="ignore"):
        gap, apart = estimate[:-1] - estimate[1:], draws[:, :-1] - draws[:, 1:]
    if not len(draws):
        missing = np.full(estimate.size, np.nan)
        return {"gap": np.append(gap, np.nan), "gap_lower": missing, "gap_upper": missing}
    lower, upper = outward(*interval(gap, apart, confidence_level), places)
    ends = np.minimum(lower, gap), np.maximum(upper, gap)
    # The last country has no next one.
    return {name: np.append(each, np.nan) for name, each in zip(("gap", "gap_lower", "gap_upper"), (gap, *ends), strict=True)}
