"""Countries in the order of a metric on joint draws of all strengths: the estimate of each, and how probable it is that it leads.

The estimate is the median of the metric over the draws of strengths, of a difference of two countries the median of the difference, and P(leads) is
the share of draws in which a country leads. Countries are ranked by their estimates, and where these are equal by their means. Countries whose models
have equal ratings, and which the draws do not tell apart, share a rank and the means of what the draws say of them. With draws around the estimates
in place of strengths the estimate is the metric of the estimated ratings.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recount.engine import interval
from recount.engine.exact_ties import levelled, shared_ranks
from recount.engine.fitting import TOLERANCE
from recount.engine.scale import ELO, Scale
from recount.engine.votes import Floats, Ints
from recount.sims.countries.groups import Group
from recount.sims.countries.metrics import Metric
from recount.sims.countries.metrics.metric import Ends, Unit
from recount.sims.specification import OfCountries

# Points, to which fits are certified, as are means of ratings; for shares and numbers of models it is more than rounding.
LEVEL = TOLERANCE
# Draws of a chain are alike: of how many independent ones they are worth, the share; and standard errors within which draws tell no difference.
WORTH, NO_DIFFERENCE = 0.1, 4.0
# Of the draws, in which a metric may be not defined; what is not known there widens the interval.
MOST_UNDEFINED = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Standings:
    """Countries in the order of a metric, the best first; those that share a rank in the order of their names.

    Where the least value leads, values are the opposites of the metric.

    Attributes
    ----------
    metric : Metric
    group : Group
        Whose countries they are.
    place : (n,) int64
        Of each country among those of the group.
    rank : (n,) int64
        1 + the number of those that are better.
    draws : (n_draws, n) float64
    estimate, p_leads : (n,) float64
    possible : two of (n,) float64
        Between which every value lies.
    places : int
        Every value is a multiple of 1 / places; 0 if it may be any number.
    """

    metric: Metric
    group: Group
    place: Ints
    rank: Ints
    draws: Floats
    estimate: Floats
    p_leads: Floats
    possible: Ends
    places: int

    @property
    def countries(self) -> tuple[str, ...]:
        """Who is ranked."""
        return tuple(self.group.countries[place] for place in self.place)

    @property
    def leaders(self) -> tuple[str, ...]:
        """Who leads; several if they share the lead."""
        return tuple(name for name, rank in zip(self.countries, self.rank, strict=True) if rank == 1)

    def lead_of(self, i: int, confidence_level: float) -> tuple[float, float, float]:
        """Return by how much country i leads the best of all others, negative where it does not lead, and the ends of the interval of that."""
        if self.place.size == 1:
            return float("nan"), float("nan"), float("nan")
        lead, lower, upper = self.differences(np.array([i]), np.array([1 if i == 0 else 0]), confidence_level)
        return float(lead[0]), float(lower[0]), float(upper[0])

    def differences(self, ones: Ints, others: Ints, confidence_level: float) -> tuple[Floats, Floats, Floats]:
        """Return by how much countries are ahead of others, (m,), and the ends of the intervals, which hold that; missing without draws.

        The difference of two that are as good as equal is that of their estimates where the median has another sign than their order.
        """
        places = 0 if self.metric.is_mean else self.places
        # A model that is unbeaten in a replicate makes differences infinite, and two of them make one unknown.
        with np.errstate(invalid="ignore"):
            ahead, apart = self.estimate[ones] - self.estimate[others], self.draws[:, ones] - self.draws[:, others]
        if not len(self.draws):
            return ahead, np.full(ahead.size, np.nan), np.full(ahead.size, np.nan)
        if self.group.are_strengths and not self.metric.is_mean:
            middle = median(apart)
            ahead = np.where(np.sign(middle) == np.sign(self.rank[others] - self.rank[ones]), middle, ahead)
        lower, upper = outward(*interval(ahead, apart, confidence_level), places)
        return ahead, np.minimum(lower, ahead), np.maximum(upper, ahead)


def standings(group: Group, metric: Metric, asked: OfCountries) -> Standings | None:
    """Rank the countries of a group; None if the metric exists for none of them."""
    if not group.countries or metric.why_not(group):
        return None
    # Where the least value leads, everything is ranked by its opposite.
    found, sign = metric.compute(group, asked), -1.0 if metric.least_leads else 1.0
    ranked = np.flatnonzero(np.isfinite(found[0]) & (np.isnan(found).mean(axis=0) <= MOST_UNDEFINED))
    if not ranked.size:
        return None
    # Of each country its draws lie side by side, which makes quantiles quick.
    values = sign * in_unit(found.T[ranked].T, metric.unit, group.scale)
    values[0] = levelled(values[0], LEVEL)[0]
    low, high = sorted((sign * ends[ranked] for ends in metric.possible(group, asked)), key=lambda ends: float(ends[0]))
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
    draws, possible = values[1:].T[order].T, (low[order], high[order])
    return Standings(metric, group, ranked[order], rank[order], draws, estimate[order], leads[order], possible, metric.places(group, asked))


def why_none_is_ranked(group: Group, metric: Metric) -> str:
    """Say why `standings` ranks nobody."""
    if not group.countries:
        return "no model of a known country is in the group"
    return metric.why_not(group) or "no country has a value of the metric"


def in_unit(values: Floats, unit: Unit, scale: Scale) -> Floats:
    """Return log-odds as ratings or points; other values are in their unit."""
    if unit == "rating":
        return scale.ratings(values)
    return values * scale.points if unit == "points" else values.astype(np.float64)


def median(draws: Floats) -> Floats:
    """Return the median of each country, (n_countries,): one of the draws, so that a number of models is whole; of those in which it is defined."""
    if np.isnan(draws).any():
        found: Floats = np.nanquantile(draws, 0.5, axis=0, method="inverted_cdf")
        return found
    middle = (draws.shape[0] - 1) // 2
    of_each: Floats = np.partition(draws, middle, axis=0)[middle]
    return of_each


def with_equal_models(group: Group, ranked: Ints, values: Floats) -> list[list[int]]:
    """Return countries, as places in `ranked`, that nothing tells apart.

    Their models have equal estimates, one by one, and their metrics are equal over the draws as far as the Monte-Carlo error says; `values` are the
    metric of the estimated ratings and then of the draws, (1 + n_draws, n_countries).
    """
    strengths = [np.sort(group.draws[0, group.models[i]]) for i in ranked]
    found: list[list[int]] = []
    for place, mine in enumerate(strengths):
        for others in found:
            theirs = strengths[others[0]]
            if mine.size == theirs.size and np.abs(mine - theirs).max() <= LEVEL / ELO and _are_alike(values[1:, place] - values[1:, others[0]]):
                others.append(place)
                break
        else:
            found.append([place])
    return found


def _are_alike(apart: Floats) -> bool:
    """Whether differences, (n_draws,), have mean 0 as far as the Monte-Carlo error says."""
    return bool(abs(apart.mean()) <= NO_DIFFERENCE * apart.std() / np.sqrt(WORTH * apart.size))


def evened(numbers: Floats, alike: Sequence[Sequence[int]]) -> Floats:
    """Give countries that are alike the mean of their `numbers` (n_countries,)."""
    even = numbers.copy()
    for countries in alike:
        even[countries] = numbers[countries].mean()
    return even


def in_order(estimate: Floats, mean: Floats) -> Floats:
    """Return numbers, (n_countries,), that have the order of the estimates, and of the means where estimates are equal."""
    estimate, mean = levelled(estimate, LEVEL)[0], levelled(mean, LEVEL)[0]
    pairs = list(zip(estimate.tolist(), mean.tolist(), strict=True))
    distinct = {pair: float(place) for place, pair in enumerate(sorted(set(pairs)))}
    return np.array([distinct[pair] for pair in pairs])


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
