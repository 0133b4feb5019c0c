"""Every column of every table: name, unit, label, meaning, and the digits that a reader needs."""

from collections.abc import Iterator

from recount.sims.presentation.audit_columns import OF_AUDITS
from recount.sims.presentation.benchmark_columns import OF_BENCHMARKS
from recount.sims.presentation.column import LOG_ODDS, METRIC, POINTS, RANK, SHARE, UNSHRUNKEN, VOTES, WHICH, WHOSE, Column, P, ends
from recount.sims.presentation.columns_of_data import COLUMNS_OF_DATA
from recount.sims.presentation.judged_columns import JUDGED
from recount.sims.presentation.specification_columns import OF_SPECIFICATIONS
from recount.sims.presentation.study_columns import STUDIED
from recount.sims.presentation.truth_columns import OF_TRUTH
from recount.sims.presentation.voter_columns import OF_VOTERS
from recount.sims.specification import Specification
from recount.sims.specification.flat import options_of


def _of_choices() -> Iterator[Column]:
    """Yield the columns of the choices of a specification, which their help explains."""
    for name, option in options_of(Specification).items():
        yield Column(name, "", name.replace("_", " ").capitalize(), option.choice.help.rstrip("."), None, ("specifications",))


COLUMNS = (
    # Ratings
    Column("rank", RANK, "Rank", "1 + the number of those with a larger estimate; equal ones share a rank"),
    Column("competitor", "", "Competitor", "who is rated; the first of two or three"),
    Column("rating", POINTS, "Rating", "strength on the Elo scale", 1),
    *ends("the confidence interval", POINTS, 1),
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
    *ends("the interval of the difference", POINTS, 1, "difference", "Difference"),
    Column("expected_score", SHARE, "Score", f"points expected of the first in a vote, a tie counting half{WHOSE}", 3),
    *ends("the interval of the expected score", SHARE, 3, "expected_score", "Score"),
    Column("win_probability", P, "Wins", f"probability that the first wins a vote, of which some are ties{WHOSE}", 3),
    Column("tie_probability", P, "Ties", f"probability that a vote is a tie{WHOSE}", 3),
    Column("decided_win_probability", P, "Wins if decided", f"probability that the first wins a vote that is not a tie{WHOSE}", 3),
    *ends("the interval of that of a vote that is not a tie", P, 3, "decided_win_probability", "Wins if decided"),
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
    *ends("the interval of the effect", LOG_ODDS, 4, kinds=("effects",)),
    Column("points", POINTS, "Effect", "the effect on the Elo scale", 1, ("effects",)),
    Column("mean", "unit of the covariate", "Mean", "mean of the covariate, which is not subtracted from it", None),
    Column("deviation", "unit of the covariate", "SD", "standard deviation of the covariate, by which it is divided", None, ("effects",)),
    Column("n_votes", VOTES, "Votes", "votes in which the covariate is not 0", None, ("effects",)),
    Column("n_missing", VOTES, "No value", "votes left out because the covariate has no value"),
    Column("n_alike", VOTES, "Alike", "votes in which the covariate is 0 on both sides"),
    # Countries
    Column("group", "", "Group", "which models: all, those of a licence class, large or small ones"),
    Column("metric", "", "Metric", "what countries are ranked by"),
    Column("group_meaning", "", "Group means", "which models the group holds, and of how many competitors that is known"),
    Column("metric_meaning", "", "Metric means", "what the metric is of a country, with the numbers that were asked for"),
    Column("unit", "", "Unit", "unit of the metric and of the gap; points are of the Elo scale", None, ("countries", "specifications", "multiverse")),
    Column("country", "", "Country", "whose the models are: a country, bloc or organisation"),
    Column("n_models", "models", "Models", "rated models of the country in the group"),
    Column(
        "estimate",
        METRIC,
        "Estimate",
        "the metric: the median of its draws (of the rank-probability mass the mean; where they are of the estimated ratings, of these)",
        2,
        ("countries", "through time"),
    ),
    Column("estimate", METRIC, "Estimate", "the metric of the country that leads", 2, ("specifications",)),
    *ends("the interval of the metric", METRIC, 2, kinds=("countries", "through time")),
    Column(
        "p_leads",
        P,
        "P(leads)",
        "probability that the country is first; missing where nothing is estimated: it alone is ranked, or the top N is everybody",
        3,
    ),
    Column(
        "gap",
        METRIC,
        "Gap to next",
        "by how much the country leads the next one; of strengths the median of the difference over the draws. A claim that a country leads "
        "takes the best of all others in each draw, whoever that is, and so may say less",
        2,
    ),
    *ends("the interval of the gap", METRIC, 2, "gap", "Gap"),
    Column("date", "", "Date", "day of the ratings", None, ("through time",)),
    Column("source", "", "From", "form of the board, or votes", None, ("through time",)),
    Column("n_listed", "models", "Listed", "rated models of that day, of any group"),
    Column("best_model", "", "Best model", "highest rated model of the country in the group"),
    # Projections
    Column("gap", METRIC, "Gap", "metric of the country minus that of the other, when it was projected", 2, ("projection",)),
    Column("against", "", "Against", "the other country"),
    Column("from", "", "From", "day of the last ratings that the projection knows"),
    Column("to", "", "To", "day for which the gap is projected"),
    Column("projected", METRIC, "Projected", "gap that is expected then", 2),
    *ends("the 80 % interval of the gap", METRIC, 2, kinds=("projection",)),
    Column("came", METRIC, "Came", "gap that came; missing where that is still to come", 2),
    Column("is_within", "", "Within", "whether the gap that came lies within the interval"),
    Column("can_tell", "", "Can tell", "whether 20 or more came, 75 to 85 % of them within the interval"),
    # Releases
    Column("size", "", "Size", "total parameters: all, from or below the threshold that was chosen, or not known"),
    Column("country", "", "Country", "country of the organisation; all of them together", None, ("releases", "releases by month")),
    Column("earlier_period", "", "Earlier period", "its first and last day"),
    Column("later_period", "", "Later period", "its first and last day"),
    Column("n_earlier", "releases", "Earlier", "releases in the earlier period"),
    Column("n_later", "releases", "Later", "releases in the later period"),
    Column("times", "", "Times", "releases in the later period over those in the earlier one", 2),
    Column("times_lower", "", "Lower", "lower end of the exact interval of times", 2),
    Column("times_upper", "", "Upper", "upper end of the exact interval of times", 2),
    Column(
        "ratio", "", "Times a day", "releases a day in the later period, as far as the list reaches, over those in the earlier one", 2, ("releases",)
    ),
    *ends("the exact interval of the ratio of releases a day", "", 2, kinds=("releases",)),
    Column(
        "p_grows", P, "P(grows)", "probability that the later rate is higher, under Jeffreys' prior, of what releases are worth that come together", 3
    ),
    Column("p_alike", P, "p, as first", "Fisher's exact p-value of a growth that is that of the first country of this size", 3),
    Column("change_from", "", "Change from", "month from which on the rate is another one, where a change fits best"),
    Column("change_ratio", "", "Ratio there", "rate from there on over that before; too far from 1 by the search for the month", 2),
    Column("change_p", P, "p, change", "p-value of the change, which allows for the search", 4),
    Column("month", "", "Month", "of the releases; the outer months as far as they lie in the periods"),
    Column("n_days", "days", "Days", "of the month that are in the periods"),
    Column("n", "releases", "Releases", "in the month", None, ("releases by month",)),
    # Gaps by category
    Column("country", "", "Country", "who leads overall", None, ("category gaps",)),
    Column("other", "", "Other", "with whom it is compared", None, ("category gaps",)),
    Column("category", "", "Category", "label of the votes, or category of the board", None, ("category gaps",)),
    Column("gap", POINTS, "Gap", "metric of the country minus that of the other, in the category", 1, ("category gaps",)),
    *ends("the interval of the gap", POINTS, 1, "gap", "Gap", ("category gaps",)),
    Column("p_ahead", P, "P(ahead)", "probability that the country is ahead in the category", 3),
    Column("overall_gap", POINTS, "Overall", "the gap overall", 1),
    Column("beyond", POINTS, "Beyond", "gap in the category minus the gap overall, over the models that both rate", 1),
    *ends("the interval of that, errors taken as independent", POINTS, 1, "beyond", "Beyond"),
    Column("p_larger", P, "P(larger)", "probability that the gap is larger in the category than overall", 3),
    Column(
        "n_missing",
        "models",
        "Missing",
        "of both countries, that one of both does not rate, so that `beyond` is without them",
        None,
        ("category gaps",),
    ),
    # The grid of specifications
    Column("analysis", "", "Analysis", "number of the analysis for this group and metric; rows with the same number are one analysis"),
    Column("n_rated", "competitors", "Rated", "competitors that are rated"),
    Column("country", "", "Country", "country that leads; several names where countries share the lead", None, ("specifications",)),
    Column("n_specifications", "specifications", "Of the grid", "specifications for which the row stands", None, ("specifications",)),
    *_of_choices(),
    *OF_SPECIFICATIONS,
    *JUDGED,
    *STUDIED,
    # Changes of votes
    Column("first", "", "First", "first of the pair", None, ("influence", "votes needed by pair")),
    Column("second", "", "Second", "second of the pair"),
    Column("outcome", "", "Outcome", "who won"),
    Column("position", "", "Position", "1 where the first of the pair was shown first, -1 where the second was", 0),
    Column("weight", "", "Weight", "weight of such a vote", 3),
    Column("label", "", "Cluster", "value that the votes share; missing for a vote without one"),
    Column("n_changed", VOTES, "Changed", "votes dropped, flipped or added", None, ("influence",)),
    Column(
        "effect",
        "",
        "Effect",
        "change if such a vote is changed, or the cluster dropped: of a lead, in points; of the number of a claim (less if it has to rise) or of tau",
        3,
        ("influence",),
    ),
    Column("conclusion", "", "Conclusion", "conclusion from all votes"),
    Column("change", "", "Change", "what is done to votes: drop, flip or add"),
    Column("result", "", "Result", "what the changed votes say instead"),
    Column("unit", "", "Unit", "what is changed: votes, or values of a column"),
    Column("n_units", "units", "Units", "how many there are"),
    Column("n_forecast", "units", "Forecast", "number needed by the first-order approximation"),
    Column("n_changed", "units", "Changed", "number changed when a refit confirmed the result", None, ("influence summary",)),
    Column("fewest", "", "Fewest", "whether it is certain that no fewer do it"),
    Column("share", SHARE, "Share", "units changed over all units of the log", None),
    Column("n_votes_changed", VOTES, "Votes changed", "votes changed with them"),
    Column("rating_error", POINTS, "Rating error", "largest distance of the refit's ratings from the converged values"),
    # Further votes
    Column("question", "", "Question", "what is to be settled"),
    Column("leader", "", "Leader", "who is first by the votes so far; several if they are level", None, ("votes needed",)),
    Column("level", "", "Level", "whether several are first by the votes so far, so that nobody is ahead of all others", None, ("votes needed",)),
    Column("settled", "", "Settled", "whether the votes so far settle it"),
    Column("probability", P, "Wanted", "probability with which further votes shall settle it", 3, ("votes needed",)),
    Column("n_needed", VOTES, "Needed", "further votes that settle it with this probability; of a pair, how many of them are between the two"),
    Column("n_tried", VOTES, "Tried", "further votes of which the probabilities are: those needed, or the most that were tried"),
    Column("p_settled", P, "P(settled)", "probability that so many settle it", 3),
    Column("p_error", P, "± P", "Monte-Carlo standard error of that probability", 3, ("votes needed",)),
    Column("p_right", P, "P(right)", "probability that who is first when it is settled is truly first", 3),
    Column("allocation", "", "Allocation", "between whom further votes are cast: who decides (deciding), or as those so far (as before)"),
    Column("share", SHARE, "Share", "share of further votes that the pair gets", 3, ("votes needed by pair",)),
    # Sequential systems
    Column("deviation", POINTS, "Deviation", "the system's own standard deviation of the rating", 1, ("elo",)),
    Column("volatility", "", "Volatility", "Glicko-2: how much the strength changes between periods", 4),
    Column("order_sd", POINTS, "SD of orders", "standard deviation over random orders of the votes", 1),
    Column("order_lower", POINTS, "Orders from", "lower end of the range over random orders", 1),
    Column("order_upper", POINTS, "Orders to", "upper end of the range over random orders", 1),
    # Voters
    *OF_VOTERS,
    *OF_BENCHMARKS,
    # Simulated arenas
    *OF_TRUTH,
    # An audit
    *OF_AUDITS,
    # The log, and other data
    *COLUMNS_OF_DATA,
    # Two leaderboards
    Column("rank_first", RANK, "Rank, first", "rank in the first leaderboard"),
    Column("rank_second", RANK, "Rank, second", "rank in the second leaderboard"),
    Column("rating_first", POINTS, "Rating, first", "rating in the first leaderboard", 1),
    Column("rating_second", POINTS, "Rating, second", "rating in the second leaderboard", 1),
    Column("rank_change", "ranks", "Change of rank", "ranks gained from the first leaderboard to the second"),
    Column("rating_change", POINTS, "Change of rating", "rating in the second leaderboard minus that in the first", 1),
    Column("listed_in", "", "In", "leaderboards with the competitor: both, first only, second only"),
)
