"""Columns of what is true of a simulated arena."""

from recount.sims.presentation.column import LOG_ODDS, POINTS, VOTES, Column

TRUTH, VOTERS = ("truth",), ("true voters",)
OF_TRUTH = (
    Column("strength", LOG_ODDS, "Strength", "true strength; mean 0", 4),
    Column("rating", POINTS, "Rating", "true strength on the Elo scale; mean 1000", 1, TRUTH),
    Column("expected_votes", VOTES, "Expected", "votes expected of the competitor; missing where sampling looks at votes", 0, TRUTH),
    Column("newcomer", "", "Newcomer", "whether it has few votes by choice"),
    Column("rating_<category>", POINTS, "Rating, <category>", "true rating in votes on prompts of the category; mean 1000", 1),
    Column("median_length", "", "Length", "median length of its answers", 0),
    Column("kind", "", "Kind", "in a circle: rock leads scissors, scissors paper, and paper rock by more than strengths say", None, TRUTH),
    Column("provider", "", "Provider", "whose it is"),
    Column("favoured", "", "Favoured", "whether the provider's competitors are shown more often"),
    Column("day_entered", "days", "Entered", "day from which on it has votes; the first is 0", 0),
    Column("day_retired", "days", "Retired", "day from which on it has none; missing if it stays", 0),
    Column("target", "", "Target", "whether riggers lift it"),
    Column("n_variants", "", "Variants", "private variants that it is the best of"),
    Column("test_gain", POINTS, "Gain", "error of its rating after its test, ties as halves, minus the mean of its variants' errors", 1),
    Column("voter", "", "Voter", "who votes", None, VOTERS),
    Column("intent", "", "Intent", "whether the voter is honest, careless, adversarial or a rigger"),
    Column("expected_votes", VOTES, "Expected", "votes expected of the voter; missing where riggers abstain and sampling looks at votes", 1, VOTERS),
)
