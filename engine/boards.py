"""The leaderboard: one row a competitor, best first; and what it says of pairs."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np
import pandas as pd

from recount.engine.choices.arguments import checked
from recount.engine.choices.usual import CONFIDENCE_LEVEL, P_TOP, SEED
from recount.engine.errors import ConvergenceError, OptionError
from recount.engine.exact_ties import shared_ranks
from recount.engine.fitting import Fit
from recount.engine.plurals import plural
from recount.engine.ranks import marginal_rank_bounds, rank_sets, shown_better, superiority, tiers, top_probabilities
from recount.engine.scale import ELO, Scale
from recount.engine.uncertainty.covariate_effects import Effects
from recount.engine.uncertainty.given_ratings import PointRatings
from recount.engine.uncertainty.interface import Uncertainty
from recount.engine.uncertainty.posterior import shrunken_draws
from recount.engine.uncertainty.quasi_variance import quasi_variances
from recount.engine.uncertainty.replicates import Replicates
from recount.engine.uncertainty.sandwich import JointNormal
from recount.engine.votes import Floats

Frame: TypeAlias = pd.DataFrame
# Columns of a leaderboard that are missing where nobody says how sure ratings are.
OF_ERRORS = (
    "lower",
    "upper",
    "rank_best",
    "rank_worst",
    "n_votes",
    "standard_error",
    "quasi_error",
    "tier",
    "rank_best_marginal",
    "rank_worst_marginal",
)


@checked
def leaderboard(
    uncertainty: Uncertainty,
    n_votes: Floats,
    *,
    scale: Scale | None = None,
    confidence_level: float = CONFIDENCE_LEVEL,
    top: int = P_TOP,
    n_draws: int | None = None,
    seed: int = SEED,
    given: Floats | None = None,
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
        Joint draws for the simultaneous rank sets and the probabilities; as in `Uncertainty.draws`.
    given : (n_draws, n) float64, optional
        Draws of strengths given the estimates (`shrunken_draws`, by the same seed), where they are known.

    Raises
    ------
    OptionError
        If `n_votes` or `given` are not of these competitors.

    Returns
    -------
    DataFrame
        rank, competitor, rating, lower, upper (rating points, marginal interval), rank_best, rank_worst (simultaneous set), n_votes, standard_error,
        quasi_error (points; root of the quasi-variance, NaN where there is none), tier, rank_best_marginal, rank_worst_marginal, p_best,
        p_top_<top>. Of a covariance these are of strengths given the estimates (`recount.engine.uncertainty.posterior`), and p_best_unshrunken,
        p_top_<top>_unshrunken are shares of the joint draws. Of replicates they are shares of the replicates, with p_best_shrunken,
        p_top_<top>_shrunken (NaN where the replicates have no covariance to be relied on), lower_error, upper_error (points; Monte-Carlo errors
        of the ends) and n_unrated (replicates).
    """
    scale, n = scale or Scale(), len(uncertainty.names)
    votes = np.asarray(n_votes)
    for name, found, shape in (("n_votes", votes, (n,)), ("given", given, (None if given is None else len(given), n))):
        if found is not None and np.shape(found) != shape:
            raise OptionError(f"{name} has shape {np.shape(found)}; give one for each of {plural(n, 'competitor')}")
    # Of a published board, votes need not be stated.
    votes = votes.astype(np.int64) if np.isfinite(votes).all() else votes
    if isinstance(uncertainty, PointRatings):
        missing = dict.fromkeys(OF_ERRORS, np.full(len(uncertainty.names), np.nan))
        known = {"competitor": list(uncertainty.names), "rating": scale.ratings(uncertainty.strengths), **missing}
        return ranked({**known, "n_votes": votes, "p_best": missing["lower"], f"p_top_{top}": missing["lower"]})
    draws = uncertainty.draws(n_draws, seed)
    lower, upper = uncertainty.interval(confidence_level)
    shown = shown_better(uncertainty, draws, confidence_level)
    best, worst = rank_sets(shown)
    best_marginal, worst_marginal = marginal_rank_bounds(uncertainty, confidence_level)
    columns: dict[str, object] = {
        "competitor": list(uncertainty.names),
        "rating": scale.ratings(uncertainty.strengths),
        "lower": scale.ratings(lower),
        "upper": scale.ratings(upper),
        "rank_best": best,
        "rank_worst": worst,
        "n_votes": votes,
        "standard_error": scale.points * uncertainty.standard_errors(),
        "quasi_error": scale.points * _quasi_errors(uncertainty),
        "tier": tiers(shown),
        "rank_best_marginal": best_marginal,
        "rank_worst_marginal": worst_marginal,
    }
    among = {"p_best": 1, f"p_top_{top}": min(top, len(uncertainty.names))}
    columns |= _both_ways(uncertainty, draws, seed, {name: partial(top_probabilities, k=k) for name, k in among.items()}, given)
    if isinstance(uncertainty, Replicates):
        lower_error, upper_error = uncertainty.monte_carlo_errors(confidence_level)
        columns |= {"lower_error": scale.points * lower_error, "upper_error": scale.points * upper_error, "n_unrated": uncertainty.n_unrated()}
    return ranked(columns)


def ranked(columns: Mapping[str, object]) -> Frame:
    """Return a frame of `columns`, "rating" and "competitor" among them, best first, with a column "rank" before them.

    Competitors with equal ratings share a rank and stand in the order of their names.
    """
    frame = _best_first(columns)
    frame.insert(0, "rank", shared_ranks(frame["rating"].to_numpy(float)))
    return frame


def pair_table(
    uncertainty: Uncertainty,
    pairs: Sequence[tuple[str, str]] | None = None,
    *,
    scale: Scale | None = None,
    confidence_level: float = CONFIDENCE_LEVEL,
    n_draws: int | None = None,
    seed: int = SEED,
    given: Floats | None = None,
) -> pd.DataFrame:
    """What the ratings say of two competitors each, and of votes between them.

    Parameters
    ----------
    uncertainty : Uncertainty
    pairs : sequence of (str, str), optional
        Names of the competitors of each row; every two of them by default, the better one first.
    scale, confidence_level, n_draws, seed, given
        As in `leaderboard`.

    Returns
    -------
    DataFrame
        competitor, other, difference, difference_lower, difference_upper, standard_error (points); what the model of ties says of a vote
        (`recount.engine.vote_law`): some or all of expected_score, win_probability, tie_probability, decided_win_probability, with ends (_lower,
        _upper) where it depends on the difference alone; p_better, and p_better_unshrunken or p_better_shrunken: the
        probability that the first is the stronger one, as `leaderboard` has P(best).
    """
    scale, names = scale or Scale(), np.array(uncertainty.names, dtype=object)
    if pairs is None:
        order = np.argsort(-uncertainty.strengths, kind="stable")
        i, j = (order[side] for side in np.triu_indices(order.size, 1))
    else:
        place = {name: index for index, name in enumerate(uncertainty.names)}
        i, j = (np.array([place[pair[side]] for pair in pairs], np.int64) for side in (0, 1))
    lead = uncertainty.strengths[i] - uncertainty.strengths[j]
    lower, upper = (end[i, j] for end in uncertainty.difference_intervals(confidence_level))
    law = uncertainty.law
    # Who is in no pair is left out.
    who, among = np.unique(np.concatenate([i, j]), return_inverse=True)
    first, second = among[: i.size], among[i.size :]
    of_pairs = {"p_better": lambda draws: superiority(draws[:, who])[first, second]}
    better = _both_ways(uncertainty, uncertainty.draws(n_draws, seed), seed, of_pairs, given)
    return pd.DataFrame(
        {
            "competitor": names[i],
            "other": names[j],
            "difference": scale.points * lead,
            "difference_lower": scale.points * lower,
            "difference_upper": scale.points * upper,
            "standard_error": scale.points * uncertainty.difference_errors()[i, j],
            **({} if law is None else law.between(i, j, lead) | law.ends(lower, upper)),
            **better,
        }
    )


def _both_ways(
    uncertainty: Uncertainty, draws: Floats, seed: int, probabilities: Mapping[str, Callable[[Floats], Floats]], given: Floats | None
) -> dict[str, Floats]:
    """Columns of probabilities by joint draws (n_draws, n), and beside them those of the other kind, shrunken or not."""
    if isinstance(uncertainty, PointRatings):
        return {name: np.full_like(of(np.zeros((1, len(uncertainty.names)))), np.nan) for name, of in probabilities.items()}
    shrunken = shrunken_draws(uncertainty, draws.shape[0], seed) if given is None else given
    by_draws = {name: of(draws) for name, of in probabilities.items()}
    by_posterior = {name: np.full_like(by_draws[name], np.nan) if shrunken is None else of(shrunken) for name, of in probabilities.items()}
    if isinstance(uncertainty, JointNormal):
        return by_posterior | {f"{name}_unshrunken": values for name, values in by_draws.items()}
    return by_draws | {f"{name}_shrunken": values for name, values in by_posterior.items()}


def fit_table(fit: Fit, scale: Scale | None = None) -> pd.DataFrame:
    """Return the strengths of a fit, the best first: competitor, rating (points), strength (log-odds), n_votes."""
    columns = {
        "competitor": list(fit.names),
        "rating": (scale or Scale()).ratings(fit.strengths),
        "strength": fit.strengths,
        "n_votes": fit.contests.votes_of_each().astype(np.int64),
    }
    return _best_first(columns)


def uncertainty_table(uncertainty: Uncertainty, scale: Scale | None = None, confidence_level: float = CONFIDENCE_LEVEL) -> pd.DataFrame:
    """Return ratings with marginal intervals, the best first: competitor, rating, standard_error, lower, upper (points)."""
    return _best_first(rating_columns(uncertainty, scale or Scale(), confidence_level))


def rating_columns(uncertainty: Uncertainty, scale: Scale, confidence_level: float) -> dict[str, object]:
    """Return what `uncertainty_table` shows, by the name of the column, in the order of the competitors."""
    lower, upper = uncertainty.interval(confidence_level)
    return {
        "competitor": list(uncertainty.names),
        "rating": scale.ratings(uncertainty.strengths),
        "standard_error": scale.points * uncertainty.standard_errors(),
        "lower": scale.ratings(lower),
        "upper": scale.ratings(upper),
    }


def effect_table(effects: Effects, confidence_level: float = CONFIDENCE_LEVEL) -> pd.DataFrame:
    """Return effects with their intervals: effect, estimate, standard_error, lower, upper (log-odds), points (the estimate in Elo)."""
    lower, upper = effects.interval(confidence_level)
    columns = {"effect": list(effects.names), "estimate": effects.estimates, "standard_error": effects.standard_errors()}
    return pd.DataFrame({**columns, "lower": lower, "upper": upper, "points": ELO * effects.estimates})


def _best_first(columns: Mapping[str, object]) -> pd.DataFrame:
    return pd.DataFrame(columns).sort_values(["rating", "competitor"], ascending=[False, True], ignore_index=True)


def _quasi_errors(uncertainty: Uncertainty) -> Floats:
    try:
        return np.sqrt(quasi_variances(uncertainty).values)
    except (ConvergenceError, OptionError):
        return np.full(len(uncertainty.names), np.nan)
