"""The table of all metrics, by name."""

from recount.sims.countries.metrics.above_a_level import number_above, organisations_above, organisations_are_whole, own_organisations, why_no_level
from recount.sims.countries.metrics.best_of_each import mean_of_k_best
from recount.sims.countries.metrics.frontier import best, chance_against_others, lead_over_others, why_no_chance
from recount.sims.countries.metrics.lags import lag_behind_frontier, why_no_lag
from recount.sims.countries.metrics.metric import Metric, a_share, nothing_less_than_0, own_models, whole_numbers
from recount.sims.countries.metrics.sizes import number_on_efficiency_frontier, rating_at_equal_size, why_no_sizes, why_no_slope
from recount.sims.countries.metrics.strength_shares import weighted_share_of_top, why_no_strengths
from recount.sims.countries.metrics.top_places import (
    concentration_in_top,
    n_on_top,
    number_in_top,
    number_of_places,
    places_of_top,
    share_of_places,
    share_of_top,
    why_no_mass,
)
from recount.sims.specification import OfCountries

WHO = {"country": "a country", "organisation": "an organisation"}
METRICS: dict[str, Metric] = {
    "best": Metric(best, "rating", meaning="the rating of the best model of {who}"),
    "mean of k best": Metric(
        mean_of_k_best,
        "rating",
        ("k",),
        lambda asked, n_models: asked.k,
        undefined="with fewer than {k} organisations",
        meaning="the mean rating of the {k} best models of {who}, at most one of an organisation",
    ),
    "share of top": Metric(
        share_of_top, "share", ("top",), n_on_top, share_of_places, places_of_top, meaning="the share of {who} in the {top} best models of the group"
    ),
    "number in top": Metric(
        number_in_top,
        "models",
        ("top",),
        n_on_top,
        number_of_places,
        whole_numbers,
        meaning="the number of models of {who} among the {top} best of the group",
    ),
    "Elo-weighted share of top": Metric(
        weighted_share_of_top,
        "share",
        ("top",),
        n_on_top,
        a_share,
        why_not=why_no_strengths,
        meaning="the share of {who} in the {top} best models of the group, each model weighted by its strength",
    ),
    "rank-probability mass": Metric(
        share_of_top,
        "share",
        ("top",),
        n_on_top,
        share_of_places,
        places_of_top,
        is_mean=True,
        why_not=why_no_mass,
        meaning="the share of {who} in the {top} best models of the group, the mean over all draws",
    ),
    "number above": Metric(
        number_above,
        "models",
        ("above",),
        lambda asked, n_models: asked.above,
        own_models,
        whole_numbers,
        why_not=why_no_level,
        meaning="the number of models of {who} that are rated at {above} or higher",
    ),
    "organisations above": Metric(
        organisations_above,
        "organisations",
        ("above",),
        lambda asked, n_models: asked.above,
        own_organisations,
        organisations_are_whole,
        why_not=why_no_level,
        meaning="the number of organisations of {who} that have a model rated at {above} or higher",
    ),
    "concentration in top": Metric(
        concentration_in_top,
        "index",
        ("top",),
        n_on_top,
        a_share,
        undefined="that have mostly no model in the top {top}",
        meaning="how far the places of {who} among the {top} best models of the group are of one organisation (1 if all are)",
    ),
    "lead over others": Metric(
        lead_over_others, "points", undefined="without others", meaning="the lead of the best model of {who} over the best of all others"
    ),
    "chance against others": Metric(
        chance_against_others,
        "share",
        possible=a_share,
        why_not=why_no_chance,
        undefined="without others",
        meaning="the expected score of the best model of {who} against the best of all others",
    ),
    "lag": Metric(
        lag_behind_frontier,
        "months",
        ("lag_tolerance",),
        lambda asked, n_models: asked.lag_tolerance,
        nothing_less_than_0,
        least_leads=True,
        why_not=why_no_lag,
        undefined="whose best model has mostly no known release",
        meaning="the time from the first model as good as the best of {who}, within {lag_tolerance:g} points, to the release of that best one",
    ),
    "rating at equal size": Metric(
        rating_at_equal_size,
        "rating",
        ("parameters",),
        why_not=why_no_slope,
        undefined="without a model of known size",
        meaning="the rating of the models of {who} at the mean size of all ({parameters} parameters), by a common slope against size",
    ),
    "number on efficiency frontier": Metric(
        number_on_efficiency_frontier,
        "models",
        ("parameters",),
        possible=own_models,
        places=whole_numbers,
        why_not=why_no_sizes,
        meaning="the number of models of {who} that none of their size ({parameters} parameters) or smaller surpasses",
    ),
}


def meaning_of_metric(metric: str, asked: OfCountries, who: str = "") -> str:
    """Say what a metric is of a country, or of whom is ranked, with the numbers on which it depends as asked."""
    above = f"{asked.above.points:g}" if asked.above.is_absolute else f"{asked.above.points:g} points below the best of the group"
    numbers = {"k": asked.k, "top": asked.top, "above": above, "lag_tolerance": asked.lag_tolerance, "parameters": asked.parameters}
    return METRICS[metric].meaning.format(who=who or WHO[asked.entity], **numbers)
