r"""Countries ranked by a metric in a group of models.

Every metric is computed on the estimate and on each draw, so that intervals, P(leads) and gaps account for the correlation of the ratings. A maximum
of noisy estimates is biased upward, and more so for a country with more models; `corrected` subtracts the bias of the draws about the estimate:
:math:`2 \hat m - \bar m^*` (Efron and Tibshirani 1993, ch. 10). Where that lies outside the interval, or is not finite, there is no corrected value:
the bias is then too large beside the spread, or the estimate too near to the end of what is possible, for a shift to describe it.

Countries whose estimates are equal as far as fits are certified share a rank.
"""

from collections.abc import Hashable, Iterator
from typing import Any

import numpy as np

from recount.engine import interval
from recount.engine.exact_ties import levelled, shared_ranks
from recount.engine.fitting import TOLERANCE
from recount.engine.scale import Scale
from recount.engine.vote_law import VoteLaw
from recount.engine.votes import Bools, Floats
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.facts import Facts
from recount.sims.countries.groups import GROUPS, Group, group_of, members_of
from recount.sims.countries.metrics import METRICS, Metric
from recount.sims.specification import HowSure, Specification, WhichModel, WhichVotes
from recount.sims.specification.parts import CountryGroup

Row = dict[str, Any]
# Points, to which fits are certified, as are means of ratings; for shares and numbers of models it is more than rounding.
LEVEL = TOLERANCE


def all_rows(analysis: Analysis, facts: Facts) -> Iterator[Row]:
    """Yield the rows of the ranking by every metric in every group."""
    for group in GROUPS:
        for metric in METRICS:
            yield from rows_of(analysis, facts, group, metric)


def rows_of(analysis: Analysis, facts: Facts, group: CountryGroup, metric: str) -> list[Row]:
    """Return the rows of the ranking by one metric in one group, best country first; none if the metric exists for no country.

    Returns
    -------
    list of dict
        group, metric, rank (equal countries share one, and stand in the order of their names), country, n_models, estimate, corrected (missing where
        it would lie outside the interval), lower, upper, p_leads, and the gap to the next country: gap, gap_lower, gap_upper (points, share or
        models); of metrics in points, what the model of ties says of a vote between two competitors with this gap (`recount.engine.vote_law`), if it
        is known: some of expected_score, win_probability, tie_probability, decided_win_probability, with ends (_lower, _upper) where it depends on
        the gap alone.
    """
    s = analysis.specification
    member, taken = what_is_ranked(analysis, facts, group, metric)
    of_members = (s.part(WhichModel, WhichVotes, HowSure), facts.key, group, member.tobytes())

    def picked() -> Group:
        return analysis.kept.once("group of models", of_members, lambda: group_of(analysis.draws, analysis.names, facts, member))

    key = (of_members, metric, taken, s.anchor)
    law = analysis.uncertainty.law
    ranked = analysis.kept.once("ranks of countries", key, lambda: _rank(picked(), METRICS[metric], s, analysis.scale, law))
    return [{"group": group, "metric": metric, **row} for row in ranked]


def what_is_ranked(analysis: Analysis, facts: Facts, group: CountryGroup, metric: str) -> tuple[Bools, Hashable]:
    """Return what a ranking takes from what is asked: the members of the group, (n,), and the N or k of the metric."""
    s = analysis.specification
    asked = (s.part(WhichModel, WhichVotes), facts.key, group, *(getattr(s, name) for name in GROUPS[group].varies_by))
    member = analysis.kept.once("members", asked, lambda: members_of(analysis.names, facts, s, group))
    return member, METRICS[metric].depends_on(s, int(member.sum()))


def _rank(group: Group, metric: Metric, s: Specification, scale: Scale, law: VoteLaw | None) -> list[Row]:
    """Rank the countries of a group."""
    if not group.countries:
        return []
    found, points = metric.compute(group, s), metric.unit == "points"
    ranked = np.flatnonzero(~np.isnan(found[0]))
    if not ranked.size:
        return []
    values = scale.ratings(found[:, ranked]) if points else found[:, ranked]
    values[0] = levelled(values[0], LEVEL)[0]
    rank, leads = shared_ranks(values[0]), p_leads(values[1:])
    # Countries stand in the order of their names.
    order = np.argsort(rank, kind="stable")
    ranked = ranked[order]
    possible = [ends[ranked] for ends in metric.possible(group, s)]
    measured = measured_on_draws(values[:, order], s.confidence_level, possible[0], possible[1])
    measured["p_leads"] = leads[order]
    gaps = gaps_to_next(values[:, order], s.confidence_level)
    measured |= gaps
    if law is not None:
        # Other metrics have no lead.
        leads_by = [gaps[name] / scale.points if points else np.full(len(order), np.nan) for name in ("gap", "gap_lower", "gap_upper")]
        measured |= law.of_leads(leads_by[0]) | law.ends(leads_by[1], leads_by[2])
    return [
        {
            "rank": int(rank[order[place]]),
            "country": group.countries[i],
            "n_models": int(group.models[i].sum()),
            **{name: float(numbers[place]) for name, numbers in measured.items()},
        }
        for place, i in enumerate(ranked)
    ]


def p_leads(draws: Floats) -> Floats:
    """Share of the draws (n_draws, n_countries) in which each country leads; countries that share the lead share the draw."""
    if not len(draws):
        return np.full(draws.shape[1], np.nan)
    # Means of the same strengths, added in another order, differ by rounding.
    largest = draws >= draws.max(axis=1, keepdims=True) - LEVEL
    leads: Floats = (largest / largest.sum(axis=1, keepdims=True)).mean(axis=0)
    return leads


def measured_on_draws(values: Floats, confidence_level: float, least: Floats, most: Floats) -> dict[str, Floats]:
    """Return estimate, corrected and interval of each country.

    Parameters
    ----------
    values : (1 + n_draws, n_countries) float64
        The estimate and then the draws.
    confidence_level : float
    least, most : (n_countries,) float64
        Between which every value lies.
    """
    estimate, draws = values[0], values[1:]
    if not len(draws):
        return {"estimate": estimate, **dict.fromkeys(("corrected", "lower", "upper"), np.full_like(estimate, np.nan))}
    # Quantiles of so few draws that they have no end leave all that is possible.
    lower, upper = (np.clip(end, least, most) for end in interval(estimate, draws, confidence_level))
    # A model that is unbeaten in a replicate makes the mean infinite.
    with np.errstate(invalid="ignore"):
        corrected = 2 * estimate - draws.mean(axis=0)
    within = np.isfinite(corrected) & (corrected >= lower - LEVEL) & (corrected <= upper + LEVEL)
    corrected = np.where(within, np.clip(corrected, lower, upper), np.nan)
    return {"estimate": estimate, "corrected": corrected, "lower": lower, "upper": upper}


def gaps_to_next(values: Floats, confidence_level: float) -> dict[str, Floats]:
    """Return each country's gap to the next, with its interval; `values` as of `measures`, best country first."""
    # A model that is unbeaten in a replicate makes gaps infinite, and two of them make a gap unknown.
    with np.errstate(invalid="ignore"):
        estimates, draws = values[0, :-1] - values[0, 1:], values[1:, :-1] - values[1:, 1:]
    no_draws = np.full_like(estimates, np.nan)
    lower, upper = interval(estimates, draws, confidence_level) if len(draws) else (no_draws, no_draws)
    # The last country has no next one.
    return {name: np.append(gap, np.nan) for name, gap in (("gap", estimates), ("gap_lower", lower), ("gap_upper", upper))}
