"""The sentences that come first, each written by hand from a small table."""

import pandas as pd
import pytest

from recount import analyse
from recount.engine import InputError, OptionError
from recount.engine.plurals import plural
from recount.sims.presentation import side_by_side
from recount.sims.presentation.headlines import headline
from recount.sims.presentation.specification_sentences import of_one_choice
from recount.sims.presentation.wording import (
    clean,
    dashed,
    interval_digits,
    listing,
    name,
    number,
    plus_minus,
    points,
    probability,
    rank_set,
    writable,
)
from tests.tables import INF, NAN, board, comparison, countries, every_kind, influence_summary, pairs, quality

KINDS = every_kind()


def leader(**columns):
    return headline("leaderboard", board(["X", "Y", "Z"]).assign(**columns))


def test_leaderboard():
    assert leader() == "X is first with 1204 ± 5 (95 %) and is shown to be better than all others."
    assert leader(rank_best=1, p_best=[0.9, 0.06, 0.04]) == "X is first with 1204 ± 5 (95 %); it cannot be told from Y and Z."
    # A probability of being the best is of one, ranks are of all.
    sure = leader(rank_best=1, p_best=[0.96, 0.03, 0.01])
    assert sure == "X is first with 1204 ± 5 (95 %); adjusted for looking at all pairs, it cannot be told from Y and Z."
    not_all = "no other can be first, though it is not shown to be better than every one of them."
    assert leader(rank_worst=3) == f"X is first with 1204 ± 5 (95 %); {not_all}"
    assert leader(rating=1000.0, rank=1) == "X, Y and Z share first place with a rating of 1000."
    alike = leader(rating=1000.0, lower=960.0, upper=1040.0, rank=1)
    assert alike == "X, Y and Z share first place with a rating of 1000 ± 40 (95 %)."
    tied = leader(rating=[1000.0, 1000.0, 900.0], rank=[1, 1, 3], rank_best=1)
    assert tied == "X and Y share first place with a rating of 1000; they cannot be told from Z."
    assert leader(upper=[INF, 1.0, 1.0]).startswith("X is first with 1204 −5 +∞ (95 %)")
    assert leader(upper=INF, lower=-INF).startswith("X is first with 1204 ± ∞ (95 %)")
    assert leader(upper=NAN, lower=NAN).startswith("X is first with 1204 (95 %)")
    assert headline("leaderboard", board(["X", "Y"])).endswith("shown to be better than the other.")
    assert headline("leaderboard", board(["X"])) == "X is the only competitor."
    assert headline("leaderboard", board(), 0.999).startswith("gpt-4 is first with 1204 ± 5 (99.9 %)")
    many = pd.concat([board(["X"]), *[board([f"Y{i}"]).assign(rating=1100.0 - i, rank=2 + i) for i in range(7)]], ignore_index=True)
    assert headline("leaderboard", many).endswith("it cannot be told from Y0, Y1, Y2 and 4 others.")


def test_small_intervals_keep_their_digits():
    """One rounding a table, with which no interval vanishes."""
    frame = board(["X", "Y"]).assign(lower=[1204.16, 1099.0], upper=[1204.64, 1101.0])
    assert headline("leaderboard", frame).startswith("X is first with 1204.4 ± 0.2 (95 %)")


def test_pair():
    alone = "The interval is for this pair alone, not adjusted for looking at all pairs."
    one = pairs().iloc[:1]
    assert headline("pair", one) == (
        "A is rated 23 points above B (95 % interval 8 to 38). It is expected to score 53.3 % of the points against B, a tie counting half "
        f"(95 % interval 51.1 to 55.5 %). The probability that A is better is 0.99. {alone}"
    )
    turned = {"competitor": "B", "other": "A", "difference": -23.0, "difference_lower": -38.0, "difference_upper": -8.0}
    scores = {"expected_score": 0.467, "expected_score_lower": 0.4454, "expected_score_upper": 0.4886}
    assert headline("pair", one.assign(**turned, **scores, p_better=0.01, shown_better=True)) == (
        "B is rated 23 points below A (95 % interval 8 to 38). It is expected to score 46.7 % of the points against A, a tie counting half "
        "(95 % interval 44.5 to 48.9 %). The probability that B is better is 0.01. "
        "The interval is for this pair alone; adjusted for looking at all pairs, A is shown to be better."
    )
    level = headline("pair", pairs().iloc[2:].assign(shown_better=False))
    assert level.startswith("B and C are level (95 % interval −∞ to ∞). B is expected to score 50.0 % of the points")
    assert level.endswith("adjusted for looking at all pairs, neither is shown to be better.")
    ends = ("difference_lower", "difference_upper", "expected_score_lower", "expected_score_upper", "p_better")
    said = headline("pair", one.assign(**dict.fromkeys(ends, NAN)))
    assert said == f"A is rated 23 points above B. It is expected to score 53.3 % of the points against B, a tie counting half. {alone}"


def test_what_a_model_of_ties_says_of_a_vote():
    """Each says what it models: a decided vote, or a win and a tie too; of a pair that never met, nothing."""
    one = pairs().iloc[:1].drop(columns=["expected_score", "expected_score_lower", "expected_score_upper"])
    decided = {"decided_win_probability": 0.75, "decided_win_probability_lower": 0.64, "decided_win_probability_upper": 0.83}
    outcomes = {"expected_score": 0.6, "win_probability": 0.3, "tie_probability": 0.6}
    for columns, said in (
        (decided, "It beats B in 75.0 % of the votes that are not ties (95 % interval 64.0 to 83.0 %)."),
        (
            decided | outcomes,
            "It wins 30.0 % of the votes against B, and 60.0 % are ties; it wins 75.0 % of those that are not (95 % interval 64.0 to 83.0 %).",
        ),
        (
            outcomes | {"decided_win_probability": 0.75},
            "It wins 30.0 % of the votes against B, and 60.0 % are ties; it wins 75.0 % of those that are not.",
        ),
        (outcomes | {"decided_win_probability": NAN}, "It wins 30.0 % of the votes against B, and 60.0 % are ties."),
        (dict.fromkeys(outcomes, NAN) | decided, "It beats B in 75.0 % of the votes that are not ties (95 % interval 64.0 to 83.0 %)."),
        (dict.fromkeys([*outcomes, "decided_win_probability"], NAN), ""),
        ({}, ""),
    ):
        found = headline("pair", one.assign(**columns))
        start, end = "A is rated 23 points above B (95 % interval 8 to 38).", "The probability that A is better is 0.99."
        assert found.startswith(" ".join([start, *([said] if said else []), end])), found


def test_pairs_that_are_none():
    analysis = analyse(pd.DataFrame({"model_a": ["A", "B"], "model_b": ["B", "A"], "winner": ["model_a", "model_a"]}))
    with pytest.raises(OptionError, match="competitor 'a' is not rated; did you mean 'A'"):
        analysis.pair("a", "B")
    with pytest.raises(OptionError, match="competitor 'A' is given twice; name two competitors"):
        analysis.pair("A", "A")


def test_pairs():
    assert headline("pairs", pairs()) == "Of 3 pairs, 2 are told apart with a probability of 95 % or more, each taken by itself."
    assert headline("pairs", pairs().iloc[1:]) == "Of 2 pairs, 1 is told apart with a probability of 95 % or more, each taken by itself."
    assert headline("pairs", pairs().iloc[2:], 0.9) == "The one pair is not told apart with a probability of 90 % or more."


def test_countries():
    assert headline("countries", countries()) == (
        "The US has the best model of all (P = 0.98), 21 points ahead of CN (95 % interval 12 to 30). "
        "Who has the best model with open weights is not settled: by the estimate CN and FR are equal (P = 0.50 and 0.50). "
        "Only the US can be ranked among large models by number in top."
    )
    unsure = countries().iloc[:2].assign(gap=1.0, gap_lower=-INF, gap_upper=3.0, p_leads=0.999)
    assert headline("countries", unsure) == "The US has the best model of all (P > 0.99), 1 point ahead of CN (95 % interval −∞ to 3)."
    unknown = countries().iloc[:2].assign(gap_lower=NAN, gap_upper=NAN, p_leads=NAN)
    assert headline("countries", unknown) == "The US has the best model of all, 21 points ahead of CN."
    equal = countries()[countries()["group"] == "open weights"].assign(gap_lower=0.0, gap_upper=0.0)
    assert headline("countries", equal) == "CN and FR share the best model with open weights."
    share = headline("countries", countries().iloc[2:4])
    assert share == "The US leads among all models by share of top (P > 0.99), 0.50 ahead of CN (95 % interval 0.40 to 0.60)."


def test_a_lead_that_is_not_sure_is_not_told_as_one():
    """At the level of the intervals, whatever leads by the estimate."""
    close = countries().iloc[:2].assign(gap=5.0, gap_lower=-30.0, gap_upper=40.0, p_leads=0.49)
    told = "by the estimate the US (P = 0.49), 5 points ahead of CN"
    assert headline("countries", close) == f"Who has the best model of all is not settled: {told} (95 % interval −30 to 40)."
    assert headline("countries", close.assign(p_leads=0.94)).startswith("Who has the best model of all is not settled: ")
    assert headline("countries", close.assign(p_leads=0.94), 0.9).startswith("The US has the best model of all (P = 0.94)")
    share = headline("countries", close.assign(metric="share of top", unit="share"))
    assert share.startswith("Who leads among all models by share of top is not settled: by the estimate the US (P = 0.49)")


def test_what_a_group_and_a_metric_are_stands_beside():
    means = {
        "group_meaning": "models with 30 billion parameters or more, of the 87 of 129 whose size is known",
        "metric_meaning": "its share of the 20 best",
    }
    large = countries().iloc[:2].assign(group="large", **means)
    assert headline("countries", large).endswith(
        "(95 % interval 12 to 30). Large: models with 30 billion parameters or more, of the 87 of 129 whose size is known."
    )
    share = countries().iloc[2:4].assign(**means)
    assert headline("countries", share).endswith("(95 % interval 0.40 to 0.60). Share of top: its share of the 20 best.")


def test_grid():
    assert headline("specifications", KINDS["specifications"]) == "81 specifications, which are 2 distinct analyses, for 1 conclusion."
    some = KINDS["multiverse"]
    assert headline("multiverse", some) == (
        "729 specifications, which are 9 to 27 distinct analyses. The US leads among all models by best model in every specification. Of the "
        "variance of the lead 62 % is due to ties, which matters most. The US leads among all models by share of top in 90 % of the specifications "
        "(in 25 of 27 analyses; CN in 2); not ranked, or alone, in 9 of 738 specifications, which are not counted. "
        "That changes with top=10. No choice moves the lead."
    )
    more = pd.concat([some, some.iloc[:1].assign(metric="number in top", matters_share=0.7)])
    counted = "729 specifications, which are 9 to 27 distinct analyses for a ranking."
    matters = "most of the variance of the lead is due to ties (best 62 %, number in top 70 %)"
    assert headline("multiverse", more) == (
        f"{counted} All: the US leads by best and number in top in every analysis, by share of top in 25 of 27 (CN in 2); "
        f"not ranked, or alone, in up to 9 of 738 specifications, which are not counted; {matters}."
    )
    always = more.assign(n_leads=more["n_analyses"], n_unranked=0, matters="")
    assert headline("multiverse", always) == f"{counted} All: the US leads by every metric in every analysis."
    split = more.assign(leader=["CN, US", None, "CN, US"], n_leads=[8, 0, 9], others=["US in 1", "CN in 27", ""], matters="")
    assert headline("multiverse", split) == (
        f"{counted} All: CN and the US share the lead by number in top in every analysis, by best in 8 of 9 (US in 1); no leader by share of top "
        "under the usual specification."
    )
    assert (
        headline("choice effects", KINDS["choice effects"])
        == "Among all models by best model: of the variance of the lead 62 % to ties and 38 % to weights."
    )
    assert headline("changes", KINDS["changes"]) == "The US leads among all models by share of top: 1 other choice can change that, in one way."
    assert headline("ranges", KINDS["ranges"]) == (
        "Among all models by share of top: the lead of the US is −0.1 to 0.5; an estimated 95 % of its variance is due to top, by itself or with "
        "others."
    )
    assert "; an estimated 100 % of its variance" in headline("ranges", KINDS["ranges"].assign(share_total=1.02))


def test_comparison():
    assert headline("comparison", comparison()) == (
        "rao-kupper predicts win, loss and tie best held out (log-loss 1.050000). "
        "davidson predicts points best held out (log-loss 0.667500; against half-wins −0.000100, standard error 0.000020). "
        "Models disagree on the leader: A and B. "
        "Against half-wins rao-kupper has most pairs reversed: 4 pairs the other way round, ranks moved by 2 at most."
    )
    alike = comparison().iloc[:2].assign(log_loss_points=0.5)
    assert "half and davidson predict points best held out (log-loss 0.500000). All models agree that A leads." in headline("comparison", alike)
    unscored = comparison().iloc[3:]
    assert headline("comparison", unscored) == (
        "No model was scored on votes held out. A leads. "
        "Against half-wins davidson-by-pair has most pairs reversed: 1 pair the other way round, ranks moved by 1 at most."
    )
    assert headline("comparison", alike).endswith("All models agree that A leads. All order competitors as half-wins do.")


def test_quality():
    assert headline("quality", quality()) == (
        "Held out, the favourite wins 63.9 % of the votes that are not ties. The log-loss of points is 0.6675. "
        "Shares of points scored lie 0.2 percentage points from those expected, on average. "
        "The votes contradict one number a competitor (p = 0.0010); pairs deviate from it by 9.1 points (95 % interval 8.3 to 9.9)."
    )
    fits = quality().assign(value=[1.0, NAN, NAN, NAN, 0.5, 0.0], lower=NAN, upper=NAN)
    assert headline("quality", fits) == "The votes do not contradict one number a competitor (p = 0.5000); pairs deviate from it by 0.0 points."


def test_what_fits_worst():
    assert headline("residuals", KINDS["residuals"]) == "A scored 64 points in 140 votes against B, where 37.2 are expected (residual 6.5)."
    followed = KINDS["residuals"].assign(residual=NAN)
    assert headline("residuals", followed) == "No pair can be judged: strengths follow the one pair whatever its votes."
    assert headline("cycles", KINDS["cycles"]) == (
        "A is stronger against B, B against C and C against A than ratings allow (194 points around the circle, p = 0.002). "
        "Of 1 circle listed, 1 has p below 0.05."
    )
    chance = KINDS["cycles"].assign(p_value=0.5)
    assert headline("cycles", chance) == "None of the circles listed is unlikely to be chance (p is at least 0.500)."
    assert headline("calibration", KINDS["calibration"]) == (
        "The 95 % interval of points scored in the one bin holds what was expected: expected 55.0 %, scored 60.0 %."
    )


def test_influence():
    refit = "that fewer would not do is not shown."
    assert headline("influence summary", influence_summary()) == (
        f"Removing 12 of 1,000 votes (1.2 %) changes the conclusion that 'A' is first: 'B' passes 'A'. A refit without them confirms this; {refit}"
    )
    one = influence_summary(n_changed=1, share=0.00025, n_units=4000, unit="voter", n_votes_changed=1)
    assert headline("influence summary", one) == (
        "Removing 1 of 4,000 values in column 'voter' (0.025 %), with 1 vote, changes the conclusion that 'A' is first: 'B' passes 'A'. "
        "A refit without it confirms this."
    )
    assert headline("influence summary", influence_summary(fewest=True)).endswith("A refit without them confirms this; no fewer would do.")
    none = influence_summary(fewest=None, n_changed=None, n_votes_changed=None, n_forecast=None, share=NAN, result=None)
    for change, how in (("drop", "whose removal changes"), ("flip", "whose flipping changes"), ("add", "to add that change")):
        said = f"No votes were found {how} the conclusion that 'A' is first; that does not prove that there are none."
        assert headline("influence summary", none.assign(change=change)) == said
    assert headline("influence", KINDS["influence"]) == "3 votes changed; the log has 7 votes of these kinds."


def test_influence_of_flipped_and_added_votes():
    changes = "changes the conclusion that 'A' is first: 'B' passes 'A'"
    for change, said in (
        ("flip", f"Flipping 12 of 1,000 votes (1.2 %) {changes}. A refit with them flipped confirms this"),
        ("add", f"Adding 12 votes to 1,000 (1.2 %) {changes}. A refit with them confirms this"),
    ):
        assert headline("influence summary", influence_summary(change=change)) == f"{said}; that fewer would not do is not shown."


def test_votes_needed():
    needed = KINDS["votes needed"]
    question = "which of 'A' and 'B' is better"
    assert headline("votes needed", needed) == (
        f"1,200 further votes, cast between those who decide it, settle {question} with a probability of 80.3 %; by the votes so far it is 'A'."
    )
    assert headline("votes needed", needed.assign(settled=True), 0.9) == f"The votes so far settle {question}, at 90 %: 'A'."
    most = needed.assign(n_needed=pd.array([None], "Int64"), n_tried=10**9, p_settled=0.61)
    assert headline("votes needed", most) == (
        f"Not even 1,000,000,000 further votes settle {question} with a probability of 80.0 %; with that many, the probability is 61.0 %."
    )


def test_elo():
    frame = KINDS["elo"]
    assert headline("elo", frame) == "A is first with 1204.6, 20.4 points ahead of B."
    orders = frame.assign(order_lower=1178.2, order_upper=1229.4)
    assert headline("elo", orders) == "A is first with 1205 on average over random orders (95 % of the orders: 1178 to 1229), 20 points ahead of B."
    assert headline("elo", frame.assign(rating=1000.0, rank=1)) == "A and B share first place with 1000.0."
    assert headline("elo", frame.iloc[:1]) == "A is the only competitor."


def test_check():
    assert headline("check", KINDS["check"]) == "4 rows read, 1 row left out, 3 votes, 2 competitors. The ratings do not exist."
    exist = KINDS["check"].replace({"do not exist": "exist", "why": "2 competitors can be rated"})
    assert headline("check", exist).endswith("2 competitors. 2 competitors can be rated.")


def test_categories_and_effects():
    assert headline("categories", KINDS["categories"]) == "A is first in x; B in y."
    assert headline("categories", KINDS["categories"].assign(competitor="A")) == "A is first in all 2 categories."
    assert headline("effects", KINDS["effects"]) == (
        "The effect, position, is 3.5 points in favour of the first; 95 % intervals exclude 0 for 0 of 1 effect."
    )
    two = pd.concat([KINDS["effects"], KINDS["effects"].assign(effect="length", lower=-0.09, upper=-0.01, points=-9.0)])
    assert headline("effects", two) == "The largest effect, length, is 9.0 points against the first; 95 % intervals exclude 0 for 1 of 2 effects."


def test_moves():
    frame = side_by_side(board(["X", "Y", "Z", "gone"]), board(["Z", "X", "Y", "new"]))
    assert frame["competitor"].tolist() == ["Z", "X", "Y", "new", "gone"]
    assert frame["rank_change"].tolist() == [2, -1, -1, pd.NA, pd.NA]
    assert frame["listed_in"].tolist() == ["both", "both", "both", "second only", "first only"]
    assert frame["rating_change"].tolist()[:3] == pytest.approx([106.4, -104.4, -2.0])
    assert headline("moves", frame) == (
        "0 of 3 competitors keep their rank. Largest moves: up Z, from 3 to 1; down X, from 1 to 2. The leader changes from X to Z."
    )
    assert headline("moves", side_by_side(board(["X"]), board(["X"]))) == "1 of 1 competitor keeps its rank. X leads in both."
    assert headline("moves", side_by_side(board(["X"]), board(["Y"]))) == "No competitor is in both leaderboards."
    with pytest.raises(InputError, match="a leaderboard lists 'X' twice"):
        side_by_side(board(["X", "X"]), board())
    with pytest.raises(InputError, match="a leaderboard has no column 'rank'"):
        side_by_side(board(), board().drop(columns="rank"))


def test_unknown_kinds_and_names_that_are_not_trusted():
    assert headline("", board()) == ""
    said = headline("leaderboard", board(["\x1b[31m" + "x" * 100, "b\u202ec"]).assign(rank_best=1))
    assert said.isprintable()
    assert f"\N{REPLACEMENT CHARACTER}[31m{'x' * 19}…{'x' * 23}" in said
    assert "b\N{REPLACEMENT CHARACTER}c" in said


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (number(1204.5678, 1), "1204.6"),
        (number(-12345.678, 1), "−12,345.7"),
        (number(-0.04, 1), "0.0"),
        (number(0.04, 1, sign=True), "0.0"),
        (number(2.5, 1, sign=True), "+2.5"),
        (number(1000), "1,000"),
        (number(-7), "−7"),
        (number(2.2928e-12), "2.29e−12"),
        (number(1e300, 0), "1e+300"),
        (number(INF, 0), "∞"),
        (number(-INF, 0, sign=True), "−∞"),
        (number(NAN, 2), ""),
        (number(None), ""),
        (number(pd.NA), ""),
        (number(True), "yes"),
        (number("a\tb"), "a\N{REPLACEMENT CHARACTER}b"),
        (plus_minus(1204.0, 1199.4, 1208.6), "1204 ± 5"),
        (plus_minus(1204.0, 1198.0, 1213.0), "1204 −6 +9"),
        (plus_minus(1204.0, -INF, 1213.0), "1204 −∞ +9"),
        (plus_minus(1204.0, 1206.0, 1213.0), "1204 +2 +9"),
        (plus_minus(-3.0, -5.0, -1.0, sign=True), "−3 ± 2"),
        (dashed(51.0, 55.4), "51–55"),
        (dashed(-3.0, 4.0), "−3 to 4"),
        (rank_set(4, 8), "4–8"),
        (rank_set(4, 4), "4"),
        (probability(0.996), ">0.99"),
        (probability(0.0), "<0.01"),
        (probability(0.985), "0.98"),
        (plural(1, "vote"), "1 vote"),
        (plural(2000, "vote"), "2,000 votes"),
        (points(1.0), "1 point"),
        (points(1.04, 1), "1.0 points"),
        (listing(["A"]), "A"),
        (listing(["A", "B", "C", "D"]), "A, B, C and D"),
        (listing(list("ABCDE")), "A, B, C and 2 others"),
        (name("x" * 49), "x" * 24 + "…" + "x" * 23),
        (clean("é名\u200b"), "é名\N{REPLACEMENT CHARACTER}"),
        (writable("1 ± 2 名", "ascii"), "1 +/- 2 ?"),
        (writable("1 ± 2 名", "utf-8"), "1 ± 2 名"),
        (interval_digits([0.0], [1.0]), 1),
        (interval_digits([0.0], [1.1]), 0),
        (interval_digits([0.0, -INF], [0.0, 1.0]), 0),
        (interval_digits([0.0], [1e-9]), 3),
    ],
)
def test_numbers_and_names(made, text):
    assert made == text


def test_a_leader_who_stays_under_every_choice_need_not_be_sure():
    """Nor is anything said of conclusions in which nobody else can lead."""
    rows = [
        ("all", "best", "US", "", "", "US", True, 0.38),
        ("all", "best", "US", "k", "k=1", "US", True, 0.4),
        ("large", "best", "FR", "", "", "FR", False, NAN),
        ("large", "best", "FR", "k", "k=1", "FR", False, NAN),
        ("small", "best", "CN", "", "", "CN", True, 0.99),
        ("small", "best", "CN", "k", "k=1", "US", True, 0.4),
    ]
    frame = pd.DataFrame(rows, columns=["group", "metric", "leader", "choices", "change", "leads", "comparable", "p_usual"])
    said = of_one_choice(frame, "95")
    assert said.startswith("In 1 of 2 conclusions the same one leads whichever single choice is changed, by the estimates: its probability")
    assert "to lead is below 95 % under the usual choices, too" in said
    of_one = of_one_choice(frame[:2], "95")
    assert of_one.startswith("The US leads among all models by best model whichever single choice is changed, by the estimates: its probability")
    assert "CN leads among small models by best model, but not with the one best model (the US leads)." in said
    assert said.endswith("Of 1 conclusion choices say nothing, because nobody else is ranked.")
