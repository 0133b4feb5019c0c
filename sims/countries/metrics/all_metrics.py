"""The table of all metrics, by name."""

from recount.sims.countries.metrics.above_a_level import number_above, organisations_above, organisations_are_whole, own_organisations
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

METRICS: dict[str, Metric] = {
    "best": Metric(best, "rating"),
    "mean of k best": Metric(mean_of_k_best, "rating", ("k",), lambda asked, n_models: asked.k, undefined="with fewer than k={k} organisations"),
    "share of top": Metric(share_of_top, "share", ("top",), n_on_top, share_of_places, places_of_top),
    "number in top": Metric(number_in_top, "models", ("top",), n_on_top, number_of_places, whole_numbers),
    "Elo-weighted share of top": Metric(weighted_share_of_top, "share", ("top",), n_on_top, a_share, why_not=why_no_strengths),
    "rank-probability mass": Metric(share_of_top, "share", ("top",), n_on_top, share_of_places, places_of_top, is_mean=True, why_not=why_no_mass),
    "number above": Metric(number_above, "models", ("above",), lambda asked, n_models: asked.above, own_models, whole_numbers),
    "organisations above": Metric(
        organisations_above, "organisations", ("above",), lambda asked, n_models: asked.above, own_organisations, organisations_are_whole
    ),
    "concentration in top": Metric(
        concentration_in_top, "index", ("top",), n_on_top, a_share, undefined="that have mostly no model in the top {top}"
    ),
    "lead over others": Metric(lead_over_others, "points", undefined="without others"),
    "chance against others": Metric(chance_against_others, "share", possible=a_share, why_not=why_no_chance, undefined="without others"),
    "lag": Metric(
        lag_behind_frontier,
        "months",
        ("lag_tolerance",),
        lambda asked, n_models: asked.lag_tolerance,
        nothing_less_than_0,
        least_leads=True,
        why_not=why_no_lag,
        undefined="whose best model has mostly no known release",
    ),
    "rating at equal size": Metric(rating_at_equal_size, "rating", ("parameters",), why_not=why_no_slope, undefined="without a model of known size"),
    "number on efficiency frontier": Metric(
        number_on_efficiency_frontier, "models", ("parameters",), possible=own_models, places=whole_numbers, why_not=why_no_sizes
    ),
}
