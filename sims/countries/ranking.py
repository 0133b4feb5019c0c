r"""Countries ranked by a metric in a group of models.

Every metric is computed on the estimate and on each draw, so that intervals, P(leads) and gaps account for the correlation of the ratings. A maximum
of noisy estimates is biased upward, and more so for a country with more models; `corrected` subtracts the bias of the draws about the estimate:
:math:`2 \hat m - \bar m^*` (Efron and Tibshirani 1993, ch. 10).
"""

from collections.abc import Hashable, Iterator
from typing import Any

import numpy as np

from recount.engine import interval
from recount.engine.scale import Scale
from recount.engine.vote_law import VoteLaw
from recount.engine.votes import Floats
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.facts import Facts
from recount.sims.countries.groups import GROUPS, Group, group_of
from recount.sims.countries.metrics import METRICS
from recount.sims.specification import HowSure, Specification, WhichModel, WhichVotes
from recount.sims.specification.parts import CountryGroup

Row = dict[str, Any]
# Points, a share or models.
ROUNDING = 1e-9


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
        group, metric, rank, country, n_models, estimate, corrected, lower, upper, p_leads, and the gap to the next country: gap, gap_lower,
        gap_upper (points, share or models); of metrics in points, what the model of ties says of a vote between two competitors with this gap
        (`recount.engine.vote_law`), if it is known: some of expected_score, win_probability, tie_probability, decided_win_probability, with ends
        (_lower, _upper) where it depends on the gap alone.
    """
    s = analysis.specification
    of_group = (s.part(WhichModel, WhichVotes, HowSure), facts.key, group, values_of(s, GROUPS[group].depends_on))

    def picked() -> Group:
        return analysis.kept.once("group of models", of_group, lambda: group_of(analysis.draws, analysis.names, facts, s, group))

    key = (of_group, metric, values_of(s, METRICS[metric].depends_on), s.anchor)
    ranked = analysis.kept.once("ranks of countries", key, lambda: _rank(picked(), metric, s, analysis.scale, analysis.uncertainty.law))
    return [{"group": group, "metric": metric, **row} for row in ranked]


def values_of(specification: Specification, fields: tuple[str, ...]) -> Hashable:
    """Return the values of some fields, as a part of a key."""
    return tuple(getattr(specification, name) for name in fields)


def _rank(group: Group, metric: str, s: Specification, scale: Scale, law: VoteLaw | None) -> list[Row]:
    """Rank the countries of a group."""
    if not group.countries:
        return []
    found, points = METRICS[metric].compute(group, s), METRICS[metric].unit == "points"
    possible = np.flatnonzero(~np.isnan(found[0]))
    if not possible.size:
        return []
    values = scale.ratings(found[:, possible]) if points else found[:, possible]
    leads = p_leads(values[1:])
    order = sorted(range(possible.size), key=lambda i: (-values[0, i], group.countries[possible[i]]))
    measured = measured_on_draws(values[:, order], s.confidence_level)
    measured["p_leads"] = leads[order]
    gaps = gaps_to_next(values[:, order], s.confidence_level)
    measured |= gaps
    if law is not None:
        # Other metrics have no lead.
        leads_by = [gaps[name] / scale.points if points else np.full(len(order), np.nan) for name in ("gap", "gap_lower", "gap_upper")]
        measured |= law.of_leads(leads_by[0]) | law.ends(leads_by[1], leads_by[2])
    return [
        {
            "rank": place + 1,
            "country": group.countries[possible[i]],
            "n_models": int(group.models[possible[i]].sum()),
            **{name: float(numbers[place]) for name, numbers in measured.items()},
        }
        for place, i in enumerate(order)
    ]


def p_leads(draws: Floats) -> Floats:
    """Share of the draws (n_draws, n_countries) in which each country leads; countries that share the lead share the draw."""
    # Means of the same strengths, added in another order, differ by rounding.
    largest = draws >= draws.max(axis=1, keepdims=True) - ROUNDING
    leads: Floats = (largest / largest.sum(axis=1, keepdims=True)).mean(axis=0)
    return leads


def measured_on_draws(values: Floats, confidence_level: float) -> dict[str, Floats]:
    """Return estimate, corrected and interval of each country; `values` are the estimate and then the draws, (1 + n_draws, n_countries)."""
    estimate, draws = values[0], values[1:]
    lower, upper = interval(estimate, draws, confidence_level)
    # A model that is unbeaten in a replicate makes the mean infinite.
    with np.errstate(invalid="ignore"):
        corrected = 2 * estimate - draws.mean(axis=0)
    return {"estimate": estimate, "corrected": corrected, "lower": lower, "upper": upper}


def gaps_to_next(values: Floats, confidence_level: float) -> dict[str, Floats]:
    """Return each country's gap to the next, with its interval; `values` as of `measures`, best country first."""
    # A model that is unbeaten in a replicate makes gaps infinite, and two of them make a gap unknown.
    with np.errstate(invalid="ignore"):
        estimates, draws = values[0, :-1] - values[0, 1:], values[1:, :-1] - values[1:, 1:]
    lower, upper = interval(estimates, draws, confidence_level)
    # The last country has no next one.
    return {name: np.append(gap, np.nan) for name, gap in (("gap", estimates), ("gap_lower", lower), ("gap_upper", upper))}
