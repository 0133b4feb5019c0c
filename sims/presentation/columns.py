"""Every column of every table: name, unit, label, meaning, and the digits that a reader needs."""

from collections.abc import Iterator
from dataclasses import dataclass

from recount.sims.specification import Specification
from recount.sims.specification.flat import options_of


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name : str
        In frames and files; a number in it, as in `p_top_10`, is written `<top>`.
    unit : str
        Empty where there is none.
    label : str
        Shown above the column.
    meaning : str
        One phrase.
    digits : int or None
        Decimals shown; None for texts, for counts (all digits), and for numbers of any size (three digits).
    kinds : tuple of str
        Tables in which the name has this meaning; if empty, all tables without an entry of their own.
    """

    name: str
    unit: str
    label: str
    meaning: str
    digits: int | None = None
    kinds: tuple[str, ...] = ()


POINTS, VOTES, RANK, LOG_ODDS, NATS, P, SHARE = "points", "votes", "rank", "log-odds", "nats", "probability", "share"
METRIC = "unit of the metric"
WHICH = "shrunken with sandwich and fisher, the share of replicates with a bootstrap"
UNSHRUNKEN = "joint draws of the estimates"
IN_COUNTRIES = ("countries", "specifications", "multiverse")
TESTED = ("cycles", "quality")
WHOSE = "; of a pair, of an effect between equals, or of two competitors as far apart as a gap"


def _ends(of: str, unit: str, digits: int, name: str = "", label: str = "", kinds: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """Return the columns of the lower and the upper end of an interval."""
    return tuple(
        Column(f"{name}_{end}".lstrip("_"), unit, f"{label} {end}" if label else end.capitalize(), f"{end} end of {of}", digits, kinds)
        for end in ("lower", "upper")
    )


def _of_choices() -> Iterator[Column]:
    """Yield the columns of the choices of a specification, which their help explains."""
    for name, option in options_of(Specification).items():
        yield Column(name, "", name.replace("_", " ").capitalize(), option.choice.help.rstrip("."), None, ("specifications",))


COLUMNS = (
    # Ratings
    Column("rank", RANK, "Rank", "1 + the number of those with a larger estimate; equal ones share a rank"),
    Column("competitor", "", "Competitor", "who is rated; the first of two or three"),
    Column("rating", POINTS, "Rating", "strength on the Elo scale", 1),
    *_ends("the confidence interval", POINTS, 1),
    Column("rank_best", RANK, "Best rank", "1 + the number of competitors shown to be better; holds for all competitors jointly"),
    Column("rank_worst", RANK, "Worst rank", "number of competitors minus those shown to be worse; holds for all competitors jointly"),
    Column("n_votes", VOTES, "Votes", "votes counted"),
    Column("standard_error", POINTS, "SE", "standard error of the estimate", 1),
    Column("quasi_error", POINTS, "Quasi-SE", "root of the quasi-variance, from which the error of any difference follows closely", 1),
    Column("tier", "", "Tier", "1: nobody is shown to be better; 2: only members of tier 1 are; and so on"),
    Column("rank_best_marginal", RANK, "Best rank alone", "1 + the number of intervals wholly above; not jointly valid"),
    Column("rank_worst_marginal", RANK, "Worst rank alone", "number of competitors minus the intervals wholly below; not jointly valid"),
    Column("p_best", P, "P(best)", f"probability of being the best; {WHICH}", 3),
    Column("p_top_<top>", P, "P(top <top>)", f"probability of being among the <top> best; {WHICH}", 3),
    Column("p_best_unshrunken", P, "P(best), unshrunken", f"share of {UNSHRUNKEN} in which it is the best", 3),
    Column("p_top_<top>_unshrunken", P, "P(top <top>), unshrunken", f"share of {UNSHRUNKEN} in which it is among the <top> best", 3),
    Column("p_best_shrunken", P, "P(best), shrunken", "probability of being the best, shrunken by the covariance of the replicates", 3),
    Column(
        "p_top_<top>_shrunken",
        P,
        "P(top <top>), shrunken",
        "probability of being among the <top> best, shrunken by the covariance of the replicates",
        3,
    ),
    Column("lower_error", POINTS, "Lower MCE", "Monte Carlo error of the lower end", 2),
    Column("upper_error", POINTS, "Upper MCE", "Monte Carlo error of the upper end", 2),
    Column("n_unrated", "replicates", "Unrated", "replicates in which the competitor could not be rated"),
    # Pairs
    Column("other", "", "Other", "the second of two competitors"),
    Column("difference", POINTS, "Difference", "rating of the first minus that of the other", 1),
    *_ends("the interval of the difference", POINTS, 1, "difference", "Difference"),
    Column("expected_score", SHARE, "Score", f"points expected of the first in a vote, a tie counting half{WHOSE}", 3),
    *_ends("the interval of the expected score", SHARE, 3, "expected_score", "Score"),
    Column("win_probability", P, "Wins", f"probability that the first wins a vote, of which some are ties{WHOSE}", 3),
    Column("tie_probability", P, "Ties", f"probability that a vote is a tie{WHOSE}", 3),
    Column("decided_win_probability", P, "Wins if decided", f"probability that the first wins a vote that is not a tie{WHOSE}", 3),
    *_ends("the interval of that of a vote that is not a tie", P, 3, "decided_win_probability", "Wins if decided"),
    Column("p_better", P, "P(better)", f"probability that the first is the stronger one; {WHICH}", 3),
    Column("p_better_unshrunken", P, "P(better), unshrunken", f"share of {UNSHRUNKEN} in which the first is the stronger one", 3),
    Column(
        "p_better_shrunken",
        P,
        "P(better), shrunken",
        "probability that the first is the stronger one, shrunken by the covariance of the replicates",
        3,
    ),
    Column("shown_better", "", "Shown better", "whether one is shown to be better after adjusting for looking at all pairs"),
    # Categories
    Column("category", "", "Category", "label of the votes that are rated"),
    Column("prior_deviation", POINTS, "Prior SD", "how far ratings of this category lie from those by all other votes", 1),
    # Effects of covariates
    Column("effect", "", "Effect", "what the covariate is", None, ("effects",)),
    Column("estimate", LOG_ODDS, "Estimate", "effect of one standard deviation, or of a level, in favour of the first", 4, ("effects",)),
    Column("standard_error", LOG_ODDS, "SE", "standard error of the effect", 4, ("effects",)),
    *_ends("the interval of the effect", LOG_ODDS, 4, kinds=("effects",)),
    Column("points", POINTS, "Effect", "the effect on the Elo scale", 1, ("effects",)),
    Column("mean", "unit of the covariate", "Mean", "mean of the covariate, which is not subtracted from it", None),
    Column("deviation", "unit of the covariate", "SD", "standard deviation of the covariate, by which it is divided", None, ("effects",)),
    Column("n_votes", VOTES, "Votes", "votes in which the covariate is not 0", None, ("effects",)),
    Column("n_missing", VOTES, "No value", "votes left out because the covariate has no value"),
    Column("n_alike", VOTES, "Alike", "votes in which the covariate is 0 on both sides"),
    # Countries
    Column("group", "", "Group", "which models: all, with open weights, or large"),
    Column("metric", "", "Metric", "what countries are ranked by"),
    Column("country", "", "Country", "country of the organisation that made the model"),
    Column("n_models", "models", "Models", "rated models of the country in the group"),
    Column(
        "estimate",
        METRIC,
        "Estimate",
        "the metric: the median of its draws (of the estimated ratings, with --country-draws estimates)",
        2,
        IN_COUNTRIES,
    ),
    *_ends("the interval of the metric", METRIC, 2, kinds=("countries",)),
    Column("p_leads", P, "P(leads)", "probability that the country is first", 3),
    Column("gap", METRIC, "Gap to next", "metric minus that of the next country", 2),
    *_ends("the interval of the gap", METRIC, 2, "gap", "Gap"),
    # The grid of specifications
    Column("analysis", "", "Analysis", "number of the analysis for this group and metric; rows with the same number are one analysis"),
    Column("n_rated", "competitors", "Rated", "competitors that are rated"),
    Column("country", "", "Country", "country that leads; several names where countries share the lead", None, ("specifications",)),
    Column("p_leads", P, "P(leads)", "probability that this country, or one of those that share the lead, is first", 3, ("specifications",)),
    Column("n_specifications", "specifications", "Of the grid", "specifications for which the row stands", None, ("specifications",)),
    *_of_choices(),
    Column("leader", "", "Leader", "who leads under the usual specification; several if they share the lead", None, ("multiverse",)),
    Column("n_leads", "analyses", "Leads in", "analyses in which the usual leader leads"),
    Column("n_analyses", "analyses", "Of", "distinct analyses in which the metric exists; specifications that are the same analysis count once"),
    Column("n_specifications", "specifications", "Of the grid", "specifications that these analyses are"),
    Column("gap_min", METRIC, "Gap from", "smallest lead of the usual leader", 2),
    Column("gap_max", METRIC, "Gap to", "largest lead of the usual leader", 2),
    Column("others", "", "Others", "who else leads, and in how many analyses"),
    Column("flips", "", "Changed by", "choices each of which alone changes the usual leader"),
    # How well models describe and predict votes
    Column("model", "", "Model", "rule for ties, and whether covariates are added"),
    Column("n_parameters", "", "Parameters", "free parameters"),
    Column("mean_nll", "nats a vote", "Mean NLL", "mean negative log-likelihood of these votes", 6),
    Column("aic", NATS, "AIC", "2 × parameters minus 2 × log-likelihood; lower is better", 0),
    Column("bic", NATS, "BIC", "parameters × ln n minus 2 × log-likelihood; lower is better", 0),
    Column("log_loss_three", "nats a vote", "Log-loss", "held out, of win, loss and tie", 6),
    Column("log_loss_points", "nats a vote", "Log-loss of points", "held out, a tie half of each", 6),
    Column("log_loss_decided", "nats a vote", "Log-loss of decided", "held out, of votes that are not ties", 6),
    Column("accuracy", SHARE, "Accuracy", "held out, share of votes that are not ties won by the favourite", 4),
    Column("leader", "", "Leader", "competitor with the highest rating", None, ("comparison",)),
    Column("stretch", "", "Stretch", "standard deviation of the ratings over that by half-wins", 3),
    Column("largest_change", POINTS, "Largest change", "largest change of a rating against half-wins, once the stretch is removed", 1),
    Column("n_reversed", "pairs", "Pairs reversed", "pairs that stand the other way round than by half-wins"),
    Column("n_moved", "", "Moved", "competitors whose rank differs from that by half-wins"),
    Column("largest_move", RANK, "Largest move", "largest difference of a rank from that by half-wins"),
    Column("points_gap", "nats a vote", "Gap of points", "log-loss of points minus that of half-wins on the same votes", 6),
    Column("points_gap_error", "nats a vote", "SE of the gap", "standard error of that gap", 6),
    Column("calibration_error", SHARE, "Calibration error", "mean distance of points scored from points expected", 4),
    Column("brier_three", "", "Brier", "held out, of win, loss and tie", 6),
    Column("brier_points", "", "Brier of points", "held out, a tie half of each", 6),
    Column("brier_decided", "", "Brier of decided", "held out, of votes that are not ties", 6),
    Column("deviance", NATS, "Deviance", "twice the log-likelihood lost against each pair's own shares", 1),
    Column("degrees_of_freedom", "", "Degrees of freedom", "free parameters of those shares minus those of the fit"),
    Column("log_likelihood", NATS, "Log-likelihood", "sum over votes, natural logarithm", 1),
    Column("tie_parameter", "", "Tie parameter", "parameter of the rule for ties", 4),
    Column("n_held_out", VOTES, "Held out", "votes predicted by fits of the others"),
    Column("n_left_out", VOTES, "Left out", "held-out votes of a competitor that the other votes cannot rate"),
    Column("n_effective", VOTES, "Effective votes", "number of votes that BIC uses", 0),
    Column("statistic", "", "Statistic", "sum of squared standardised residuals of pairs", 1),
    Column("expected", "", "Expected statistic", "its mean if one number a competitor is enough", 1, ("quality",)),
    Column("p_value", P, "p", "probability of at least as large a value if strengths explain everything", 4, TESTED),
    Column("deviation", POINTS, "Deviation", "standard deviation of pairs from one number a competitor", 1, ("quality",)),
    Column("link_z", "standard errors", "z of the link", "curvature of points over lead minus the model's, over its standard error", 2),
    Column("topic", "", "Topic", "what the line is about"),
    Column("measure", "", "Measure", "name of the figure"),
    Column("value", "", "Value", "the figure", 6, ("quality",)),
    *_ends("its interval", "", 6, kinds=("quality",)),
    Column("meaning", "", "Meaning", "what the figure is"),
    Column("start", SHARE, "From", "least share of points expected in the bin", 2, ("calibration",)),
    Column("end", SHARE, "To", "largest share of points expected in the bin", 2, ("calibration",)),
    Column("expected", SHARE, "Expected", "share of points that favourites were expected to score", 4, ("calibration",)),
    Column("observed", SHARE, "Scored", "share of points that favourites scored", 4),
    *_ends("the interval of the share scored", SHARE, 4, kinds=("calibration",)),
    Column("residual", "standard errors", "Residual", "points scored minus expected, standardised", 2),
    Column("deviation", POINTS, "Deviation", "how far the pair lies from the fitted difference", 1, ("residuals",)),
    Column("points", VOTES, "Points", "wins and half the ties of the first", 1, ("residuals",)),
    Column("expected_points", VOTES, "Expected", "points expected of the first", 1),
    Column("wins", VOTES, "Wins", "votes won by the first"),
    Column("expected_wins", VOTES, "Expected wins", "wins expected of the first", 1),
    Column("losses", VOTES, "Losses", "votes lost by the first"),
    Column("expected_losses", VOTES, "Expected losses", "losses expected of the first", 1),
    Column("ties", VOTES, "Ties", "tied votes", None, ("residuals",)),
    Column("expected_ties", VOTES, "Expected ties", "ties expected", 1),
    Column("next", "", "Next", "second in the circle: the first is stronger against it than strengths allow"),
    Column("last", "", "Last", "third in the circle: the second is stronger against it, and it against the first"),
    Column("curl", POINTS, "Curl", "sum of the deviations around the circle", 1),
    Column("z", "standard errors", "z", "curl over its standard error", 2),
    Column("points_next", SHARE, "Points over next", "share of points that the first scored against the second", 3),
    Column("points_last", SHARE, "Points over last", "share of points that the second scored against the third", 3),
    Column("points_back", SHARE, "Points over first", "share of points that the third scored against the first", 3),
    # Removal
    Column("first", "", "First", "first of the pair", None, ("influence",)),
    Column("second", "", "Second", "second of the pair"),
    Column("outcome", "", "Outcome", "who won"),
    Column("position", "", "Position", "1 where the first of the pair was shown first, -1 where the second was", 0),
    Column("weight", "", "Weight", "weight of such a vote", 3),
    Column("label", "", "Cluster", "value that the votes share; missing for a vote without one"),
    Column("n_removed", VOTES, "Removed", "votes removed", None, ("influence",)),
    Column("effect", POINTS, "Effect", "change of the lead that is lost if one such vote, or the cluster, is removed", 3, ("influence",)),
    Column("conclusion", "", "Conclusion", "conclusion from all votes"),
    Column("change", "", "Change", "what the remaining votes say instead"),
    Column("unit", "", "Unit", "what is removed: votes, or values of a column"),
    Column("n_units", "units", "Units", "how many there are"),
    Column("n_forecast", "units", "Forecast", "number needed by the first-order approximation"),
    Column("n_removed", "units", "Removed", "number removed when a refit confirmed the change", None, ("influence summary",)),
    Column("fewest", "", "Fewest", "whether no smaller removal does it, as all were tried"),
    Column("share", SHARE, "Share", "units removed over all units", 5),
    Column("n_votes_removed", VOTES, "Votes removed", "votes removed with them"),
    Column("rating_error", POINTS, "Rating error", "largest distance of the refit's ratings from the converged values"),
    # Sequential systems
    Column("deviation", POINTS, "Deviation", "the system's own standard deviation of the rating", 1, ("elo",)),
    Column("volatility", "", "Volatility", "Glicko-2: how much the strength changes between periods", 4),
    Column("order_sd", POINTS, "SD of orders", "standard deviation over random orders of the votes", 1),
    Column("order_lower", POINTS, "Orders from", "lower end of the range over random orders", 1),
    Column("order_upper", POINTS, "Orders to", "upper end of the range over random orders", 1),
    # The log
    Column("item", "", "Item", "what is counted or said"),
    Column("value", "", "Value", "the count or the statement", None, ("check",)),
    # Two leaderboards
    Column("rank_first", RANK, "Rank, first", "rank in the first leaderboard"),
    Column("rank_second", RANK, "Rank, second", "rank in the second leaderboard"),
    Column("rating_first", POINTS, "Rating, first", "rating in the first leaderboard", 1),
    Column("rating_second", POINTS, "Rating, second", "rating in the second leaderboard", 1),
    Column("rank_change", "ranks", "Change of rank", "ranks gained from the first leaderboard to the second"),
    Column("rating_change", POINTS, "Change of rating", "rating in the second leaderboard minus that in the first", 1),
    Column("listed_in", "", "In", "leaderboards with the competitor: both, first only, second only"),
)
