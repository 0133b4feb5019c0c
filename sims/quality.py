"""How well a fit describes and predicts the votes, as tables."""

import numpy as np
import pandas as pd

from recount.engine import ELO, Calibration, Cycles, Fit, HeldOut, Intransitivity, fit_quality, residuals

N_OUTCOMES = {"three": "win, loss and tie", "points": "points, a tie half of each", "decided": "votes that are no tie"}


def quality_table(fitted: Fit, outside: HeldOut, beyond: Intransitivity | None) -> pd.DataFrame:
    """Figures of a fit; what is `beyond` one number per competitor is None where it is not known, as with covariates.

    Returns
    -------
    DataFrame
        topic, measure, value, lower, upper (NaN without an interval), meaning.
    """
    inside, scores = fit_quality(fitted), outside.scores
    rows = [
        ("in these votes", "n_votes", inside.n_votes, f"likelihood of {N_OUTCOMES[inside.outcomes]}"),
        ("in these votes", "n_effective", inside.n_effective, "votes that BIC takes"),
        ("in these votes", "n_parameters", inside.n_parameters, "free parameters"),
        ("in these votes", "log_likelihood", inside.log_likelihood, "sum over votes, natural logarithm"),
        ("in these votes", "mean_nll", inside.mean_nll, "its negative mean"),
        ("in these votes", "deviance", inside.deviance, "twice the distance from each pair's own shares"),
        ("in these votes", "degrees_of_freedom", inside.degrees_of_freedom, "free parameters that those shares have more"),
        ("in these votes", "aic", inside.aic, "2 x parameters - 2 x log-likelihood"),
        ("in these votes", "bic", inside.bic, "parameters x ln n - 2 x log-likelihood"),
        ("held out", "n_votes", scores.n_votes, f"votes predicted, in {outside.n_splits} splits"),
        ("held out", "n_left_out", outside.n_left_out, f"votes of competitors that the others cannot rate, {len(outside.unrated)} in some split"),
        ("held out", "log_loss_three", scores.log_loss_three, "of win, loss and tie"),
        ("held out", "log_loss_points", scores.log_loss_points, "a tie half of each"),
        ("held out", "log_loss_decided", scores.log_loss_decided, "of votes that are no tie"),
        ("held out", "brier_three", scores.brier_three, "of win, loss and tie"),
        ("held out", "brier_points", scores.brier_points, "a tie half of each"),
        ("held out", "brier_decided", scores.brier_decided, "of votes that are no tie"),
        ("held out", "accuracy", scores.accuracy, "share of votes that are no tie won by the favourite"),
        ("held out", "calibration_error", scores.calibration.error, "mean distance of points scored from points expected"),
    ]
    frame = pd.DataFrame(rows if beyond is None else rows + _one_number(beyond), columns=["topic", "measure", "value", "meaning"])
    frame = frame.astype({"value": float})
    frame.insert(3, "lower", np.nan)
    frame.insert(4, "upper", np.nan)
    if beyond is not None:
        frame.loc[frame["measure"] == "deviation", ["lower", "upper"]] = ELO * beyond.lower, ELO * beyond.upper
    return frame


def _one_number(beyond: Intransitivity) -> list[tuple[str, str, float, str]]:
    z = beyond.curvature / beyond.curvature_error
    return [
        ("one number", "statistic", beyond.statistic, "sum of squared residuals of pairs, each by the slope of its points over their variance"),
        ("one number", "expected", beyond.expected, "its mean if one number is enough"),
        ("one number", "p_value", beyond.p_value, f"by {beyond.n_replicates} simulated logs, in which it is enough"),
        ("one number", "deviation", ELO * beyond.deviation, "standard deviation of pairs from one number, Elo"),
        ("one number", "link_z", z, "curvature of points over lead against the model's, over its standard error"),
    ]


def residual_table(fitted: Fit) -> pd.DataFrame:
    """Every pair, the one that fits worst first.

    Returns
    -------
    DataFrame
        competitor, other (the first did better than expected), residual (standardised, of points; NaN and last where strengths follow a pair
        whatever its votes), deviation (Elo beyond the fitted difference), difference (fitted, Elo), n_votes, points and expected_points, wins,
        losses, ties and expected ones. Half-wins expect points only: what they expect of the outcomes is by Davidson's law, with as many ties as
        there are.
    """
    found = residuals(fitted)
    played = fitted.contests
    standardised, deviation = found.standardised(), found.deviations()
    turned = deviation < 0
    sign = np.where(turned, -1.0, 1.0)
    names = np.array(fitted.names, object)
    win, loss, tie = found.n_votes * found.probabilities

    def either(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        return np.where(turned, second, first)

    frame = pd.DataFrame(
        {
            "competitor": either(names[played.first], names[played.second]),
            "other": either(names[played.second], names[played.first]),
            "residual": sign * standardised,
            "deviation": ELO * sign * deviation,
            "difference": ELO * sign * found.lead,
            "n_votes": found.n_votes.astype(np.int64),
            "points": either(found.points, found.n_votes - found.points),
            "expected_points": either(found.expected, found.n_votes - found.expected),
            "wins": either(played.wins, played.losses).astype(np.int64),
            "expected_wins": either(win, loss),
            "losses": either(played.losses, played.wins).astype(np.int64),
            "expected_losses": either(loss, win),
            "ties": played.ties.astype(np.int64),
            "expected_ties": tie,
        }
    )
    return frame.sort_values(["residual", "competitor", "other"], ascending=[False, True, True], ignore_index=True)


def calibration_table(found: Calibration) -> pd.DataFrame:
    """What favourites were expected to score and what they scored, one row a bin: start, end, n_votes, expected, observed, lower, upper."""
    return pd.DataFrame({name: getattr(found, name) for name in ("start", "end", "n_votes", "expected", "observed", "lower", "upper")})


def cycle_table(found: Cycles) -> pd.DataFrame:
    """Circles of three, the most certain first.

    Returns
    -------
    DataFrame
        competitor, next, last (each is stronger against the next, and the last against the first, than strengths allow), curl, standard_error
        (Elo, around the circle), z, p_value (all circles jointly), points_next, points_last, points_back (share of points that each scored against
        the next; all above 1/2 where the votes go in a circle).
    """
    names = np.array(found.names, object)
    columns = {label: names[found.members[:, place]] for place, label in enumerate(("competitor", "next", "last"))}
    points = {label: found.points[:, place] for place, label in enumerate(("points_next", "points_last", "points_back"))}
    z = found.curl / found.standard_errors
    return pd.DataFrame(
        {**columns, "curl": ELO * found.curl, "standard_error": ELO * found.standard_errors, "z": z, "p_value": found.p_values, **points}
    )
