"""The leaderboard: one row a competitor, best first."""

import numpy as np
import pandas as pd

from engine.ranks import marginal_rank_bounds, simultaneous_rank_sets, top_probabilities
from engine.scale import Scale
from engine.uncertainty import Uncertainty
from engine.votes import Floats

N_DRAWS = 4000


def leaderboard(
    uncertainty: Uncertainty,
    n_votes: Floats,
    *,
    scale: Scale | None = None,
    confidence_level: float = 0.95,
    top: int = 10,
    n_draws: int = N_DRAWS,
    seed: int = 0,
) -> pd.DataFrame:
    """Ratings with everything that is known of their order.

    Parameters
    ----------
    uncertainty : Uncertainty
    n_votes : (n,) array
        Votes that count, by competitor.
    scale : Scale, optional
        Elo points with mean 1000, if none is given.
    confidence_level : float
    top : int
        P(top) is the probability to be among this many best; at most all.
    n_draws, seed : int
        Joint draws for the simultaneous rank sets and the probabilities.

    Returns
    -------
    DataFrame
        rank, competitor, rating, standard_error, lower, upper (rating points, marginal interval), n_votes, rank_best, rank_worst (simultaneous
        set), rank_best_marginal, rank_worst_marginal, p_best, p_top_<top>.
    """
    scale = scale or Scale()
    n = len(uncertainty.names)
    draws = uncertainty.draws(n_draws, seed)
    lower, upper = uncertainty.interval(confidence_level)
    best, worst = simultaneous_rank_sets(uncertainty, draws, confidence_level)
    best_marginal, worst_marginal = marginal_rank_bounds(uncertainty, confidence_level)
    frame = pd.DataFrame(
        {
            "competitor": list(uncertainty.names),
            "rating": scale.ratings(uncertainty.strengths),
            "standard_error": scale.points * uncertainty.standard_errors(),
            "lower": scale.ratings(lower),
            "upper": scale.ratings(upper),
            "n_votes": np.asarray(n_votes).astype(np.int64),
            "rank_best": best,
            "rank_worst": worst,
            "rank_best_marginal": best_marginal,
            "rank_worst_marginal": worst_marginal,
            "p_best": top_probabilities(draws, 1),
            f"p_top_{top}": top_probabilities(draws, min(top, n)),
        }
    ).sort_values(["rating", "competitor"], ascending=[False, True], ignore_index=True)
    frame.insert(0, "rank", np.arange(1, n + 1))
    return frame
