"""The columns of simulated benchmarks, and of how saturated benchmarks are."""

from recount.sims.presentation.column import LOG_ODDS, SHARE, Column

TRUTH, ITEMS, RESOLUTION, SATURATION = (("benchmark truth",), ("items",), ("resolution",), ("saturation",))
OF_BENCHMARKS = (
    # Simulated benchmarks
    Column("strength", LOG_ODDS, "Strength", "strength in the arena, with mean 0", 2, TRUTH),
    Column("ability", LOG_ODDS, "Ability", "ability at the items of the benchmark", 2, TRUTH),
    Column(
        "ability_error", LOG_ODDS, "SE", "standard error of an estimate of the ability by maximum likelihood from an answer to every item", 3, TRUTH
    ),
    Column("expected_score", SHARE, "Expected", "expected share of right answers to these items", 3, TRUTH),
    Column(
        "score_error", SHARE, "SE of the score", "standard error of the share of right answers, items taken as drawn from many like them", 4, TRUTH
    ),
    Column("has_seen", "", "Has seen", "whether the model has seen the items that some have seen", None, TRUTH),
    Column("item", "", "Item", "name of the item", None, ITEMS),
    Column("difficulty", LOG_ODDS, "Difficulty", "ability at which half of the models know the answer", 2, ITEMS),
    Column("discrimination", "", "Discrimination", "log-odds of knowing the answer for one of ability", 2, ITEMS),
    Column("guessing", "probability", "Guessing", "chance of a right guess where the answer is not known", 2, ITEMS),
    Column("wrong_key", "", "Wrong key", "whether the key of the item is wrong", None, ITEMS),
    Column("seen", "", "Seen", "whether some models have seen the item", None, ITEMS),
    Column(
        "told_apart",
        SHARE,
        "Told apart",
        "share of the pairs of the best of which a test is expected to show who is better; first that of this benchmark",
        3,
    ),
    Column("n_items", "items", "Items", "items that are expected to tell so many apart, models compared on the same items", None, RESOLUTION),
    Column("n_items_unpaired", "items", "If independent", "items, if errors of two models on the same items were independent"),
    Column("n_votes", "votes", "Votes", "votes of an arena that are expected to tell so many apart", None, RESOLUTION),
    # Saturation
    Column("benchmark", "", "Benchmark", "name of the benchmark", None, SATURATION),
    Column("n_scores", "scores", "Scores", "scores that are shares of a known number of items", None, SATURATION),
    Column("n_models", "models", "Models", "models that have such a score", None, SATURATION),
    Column("n_items", "items", "Items", "items of which the best score is a share", None, SATURATION),
    Column("best_model", "", "Best model", "who has the best score", None, SATURATION),
    Column("best", SHARE, "Best", "best score", 3, SATURATION),
    Column("fifth_model", "", "Fifth model", "who has the fifth best score"),
    Column("fifth", SHARE, "Fifth", "fifth best score", 3),
    Column("difference", SHARE, "Difference", "best score minus the fifth best", 3, SATURATION),
    Column("standard_error", SHARE, "SE", "standard error of the difference, the items counted to the power that was chosen", 4, SATURATION),
    Column(
        "saturation", "", "Saturation", "index: near 1 where the fifth best score is within the error of the best, near 0 where it is far below", 3
    ),
    Column("is_saturated", "", "Saturated", "whether the index is 0.7 or more"),
)
