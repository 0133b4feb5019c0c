"""A table of every kind, small and made by hand, and a terminal to show it on."""

import io
import re

import pandas as pd

from recount.sims.presentation import side_by_side

INF, NAN = float("inf"), float("nan")
NAMES = ["gpt-4", "[bold]b[/bold]", "a|b_c", "名前 😀", "\x1b[31mred"]


def board(names=NAMES):
    """A leaderboard of at most five: a clear leader, two that cannot be told apart, one with an infinite end, one without an interval."""
    n = len(names)
    return pd.DataFrame(
        {
            "rank": range(1, n + 1),
            "competitor": list(names),
            "rating": [1204.4, 1100.0, 1098.0, 900.5, 800.0][:n],
            "lower": [1199.4, 1094.0, 1090.0, -INF, NAN][:n],
            "upper": [1209.4, 1109.0, 1106.0, 909.0, NAN][:n],
            "rank_best": [1, 2, 2, 4, 4][:n],
            "rank_worst": [1, 3, 3, 5, 5][:n],
            "n_votes": [1234567, 1000, 999, 10, 1][:n],
            "p_best": [0.998, 0.2, 0.004, 0.0, NAN][:n],
            "p_top_10": [1.0] * n,
        }
    )


def pairs():
    return pd.DataFrame(
        {
            "competitor": ["A", "A", "B"],
            "other": ["B", "C", "C"],
            "difference": [23.0, 400.0, 0.0],
            "difference_lower": [8.0, 381.7, -INF],
            "difference_upper": [38.0, INF, INF],
            "standard_error": [4.0, 10.0, 50.0],
            "expected_score": [0.533, 10 / 11, 0.5],
            "expected_score_lower": [0.5114, 0.9, 0.0],
            "expected_score_upper": [0.5546, 1.0, 1.0],
            "p_better": [0.99, 1.0, 0.5],
        }
    )


def countries():
    ends = {"expected_score": 0.53, "expected_score_lower": 0.51, "expected_score_upper": 0.55}
    columns = [
        "group",
        "metric",
        "unit",
        "rank",
        "country",
        "n_models",
        "estimate",
        "lower",
        "upper",
        "p_leads",
        "gap",
        "gap_lower",
        "gap_upper",
    ]
    rows = [
        ("all", "best", "points", 1, "US", 10, 1302.0, 1296.0, 1308.0, 0.98, 21.0, 12.0, 30.0),
        ("all", "best", "points", 2, "CN", 5, 1281.0, 1274.0, 1288.0, 0.02, NAN, NAN, NAN),
        ("all", "share of top", "share", 1, "US", 10, 0.75, 0.7, 0.8, 1.0, 0.5, 0.4, 0.6),
        ("all", "share of top", "share", 2, "CN", 5, 0.25, 0.2, 0.3, 0.0, NAN, NAN, NAN),
        ("open weights", "best", "points", 1, "CN", 3, 1250.0, 1240.0, 1260.0, 0.5, 0.0, -10.0, 10.0),
        ("open weights", "best", "points", 1, "FR", 2, 1250.0, 1240.0, 1260.0, 0.5, NAN, NAN, NAN),
        ("large", "number in top", "models", 1, "US", 3, 3.0, 2.0, 3.0, 1.0, NAN, NAN, NAN),
    ]
    return pd.DataFrame(rows, columns=columns).assign(**ends)


def quality():
    rows = [
        ("in these votes", "n_votes", 1670250.0, NAN, NAN, "votes"),
        ("held out", "accuracy", 0.6386, NAN, NAN, "share"),
        ("held out", "log_loss_points", 0.66753, NAN, NAN, "a tie half of each"),
        ("held out", "calibration_error", 0.002, NAN, NAN, "mean distance"),
        ("one number", "p_value", 0.001, NAN, NAN, "simulated"),
        ("one number", "deviation", 9.1, 8.3, 9.9, "Elo"),
    ]
    return pd.DataFrame(rows, columns=["topic", "measure", "value", "lower", "upper", "meaning"])


def comparison():
    rows = [
        ("half", NAN, 0.6676, 0.0, 0.0, "A", 1.0, 0, 0, 0),
        ("davidson", 1.06, 0.6675, -0.0001, 0.00002, "A", 1.3, 0, 0, 0),
        ("rao-kupper", 1.05, 0.6677, 0.0001, 0.00002, "B", 1.1, 4, 5, 2),
        ("davidson-by-pair", NAN, NAN, NAN, NAN, "A", 1.2, 1, 2, 1),
    ]
    of_order = ["stretch", "n_reversed", "n_moved", "largest_move"]
    names = ["model", "log_loss_three", "log_loss_points", "points_gap", "points_gap_error", "leader", *of_order]
    return pd.DataFrame(rows, columns=names)


def votes_needed():
    return {
        "question": "which of 'A' and 'B' is better",
        "leader": "'A'",
        "level": False,
        "settled": False,
        "probability": 0.8,
        "n_votes": 1000,
        "n_needed": 1200,
        "n_tried": 1200,
        "p_settled": 0.803,
        "p_error": 0.006,
        "p_right": 0.99,
        "allocation": "deciding",
    }


def influence_summary(**other):
    row = {
        "conclusion": "'A' is first",
        "change": "drop",
        "result": "'B' passes 'A'",
        "unit": "vote",
        "n_units": 1000,
        "n_forecast": 13,
        "n_changed": 12,
        "fewest": False,
        "share": 0.012,
        "n_votes_changed": 12,
        "rating_error": 2.3e-12,
    }
    frame = pd.DataFrame([row | other])
    return frame.astype({"n_forecast": "Int64", "n_changed": "Int64", "n_votes_changed": "Int64", "fewest": "boolean"})


def countries_otherwise():
    """Countries at two dates, by category, and their releases."""
    dates = {"date": ["2024-12-22", "2024-12-22", "2025-01-28"], "source": ["votes"] * 3, "n_listed": [5, 5, 6], "group": ["open weights"] * 3}
    dates |= {"metric": ["best"] * 3, "unit": ["points"] * 3, "rank": [1, 2, 1], "country": ["US", "CN", "CN"], "n_models": [2, 1, 2]}
    dates |= {"estimate": [1200.0, 1190.0, 1250.0], "lower": [1190.0, NAN, 1240.0], "upper": [1210.0, NAN, INF], "p_leads": [0.7, 0.3, NAN]}
    dates |= {"gap": [10.0, NAN, NAN], "gap_lower": [-5.0, NAN, NAN], "gap_upper": [25.0, NAN, NAN], "best_model": ["a|b", "[bold]", "名前"]}
    gaps = {"group": ["all"] * 2, "metric": ["best"] * 2, "country": ["US"] * 2, "other": ["CN"] * 2, "category": ["code", "[bold]x"]}
    gaps |= {"gap": [10.0, -3.0], "gap_lower": [5.0, -INF], "gap_upper": [15.0, 4.0], "p_ahead": [0.99, 0.2], "overall_gap": [8.0, 8.0]}
    gaps |= {"n_missing": [0, 2]}
    gaps |= {"beyond": [2.0, -11.0], "beyond_lower": [-4.0, -20.0], "beyond_upper": [8.0, -2.0], "p_larger": [0.7, 0.01]}
    growth = {
        "size": ["all", "from 70"],
        "country": ["CN", "CN"],
        "earlier_period": ["2024-01-01 to 2024-12-31"] * 2,
        "later_period": ["2025-01-01 to 2025-10-15"] * 2,
        "n_earlier": [40, 6],
        "n_later": [80, 21],
        "times": [2.0, 3.5],
        "times_lower": [1.4, 1.4],
        "times_upper": [2.9, INF],
        "ratio": [2.1, 4.4],
        "lower": [1.4, 1.7],
    }
    growth |= {"upper": [3.0, INF], "p_grows": [0.999, 0.99], "p_alike": [NAN, 0.6], "change_from": ["2024-09", ""]}
    growth |= {"change_ratio": [1.8, NAN], "change_p": [0.01, NAN]}
    return {"through time": pd.DataFrame(dates), "category gaps": pd.DataFrame(gaps), "releases": pd.DataFrame(growth)}


def of_benchmarks():
    """A simulated benchmark, its items, what tells the best apart, and how saturated benchmarks are."""
    truth = {"competitor": NAMES[:3], "strength": [0.5, 0.0, -0.5], "rating": [1086.9, 1000.0, 913.1], "ability": [0.2, 0.9, -1.1]}
    truth |= {"ability_error": [0.1, 0.1, INF], "expected_score": [0.6, 0.7, 0.3], "score_error": [0.02] * 3, "has_seen": [True, False, False]}
    items = {"item": ["item-000", "[bold]"], "difficulty": [0.5, -1.0], "discrimination": [1.1, 0.9], "guessing": [0.25] * 2}
    resolution = pd.DataFrame({"told_apart": [0.61, 0.5, 0.95], "n_items": [600, 410, None], "n_items_unpaired": [900, 700, None]})
    resolution = resolution.assign(n_votes=[40_000, 31_000, None]).astype(dict.fromkeys(("n_items", "n_items_unpaired", "n_votes"), "Int64"))
    saturation = {"benchmark": ["a|b", "[bold]c"], "n_scores": [5, 9], "n_models": [4, 9], "n_items": [100, 9], "best_model": NAMES[:2]}
    saturation |= {"best": [0.9, 1.0], "fifth_model": NAMES[2:4], "fifth": [0.89, 0.0], "difference": [0.01, 1.0], "standard_error": [0.1, 0.0]}
    return {
        "benchmark truth": pd.DataFrame(truth),
        "items": pd.DataFrame(items | {"wrong_key": [False, True], "seen": [True, False]}),
        "resolution": resolution,
        "saturation": pd.DataFrame(saturation | {"saturation": [0.99, 0.0], "is_saturated": [True, False]}),
    }


def studies():
    """What a study found, what would run, and the bundled plans."""
    settings = {"setting": [0, 0, 1], "varied": ["[bold]b", "[bold]b", "a|b_c share=0.1"], "perturbation": ["", "", "subsample"]}
    settings |= {"perturbation.share": [NAN, NAN, 0.1]}
    means = {"outcome": ["kendall tau", "first place kept", "kendall tau"], "n_runs": [1, 1, 20], "n_failed": [0, 1, 3], "mean": [1.0, NAN, 0.91234]}
    means |= {"mc_error": [NAN, NAN, 0.0021], "sd": [NAN, NAN, 0.01], "least": [1.0, NAN, 0.9], "most": [1.0, NAN, INF]}
    means |= {"says": ["", "A in 3", ""], "error": ["", "no vote", "no vote"]}
    runs = {"run": [0, 0, 1], "setting": [0, 0, 1], "perturbation": ["", "", "drop"], "seed": [0, 0, 1]}
    runs |= {
        "outcome": ["kendall tau", "first place kept", "kendall tau"],
        "value": [1.0, NAN, 0.9],
        "says": ["", "[bold]b", ""],
        "error": ["", "why", ""],
    }
    found = [
        ("A is first", "half", "robust", 40, 1.0, 0.91, 1.0, "kept in 40 of 40 runs"),
        ("A is first", "votes chosen", "not robust", 0, 0.001, NAN, NAN, "3 of 10 are enough"),
        ("A is first", "time", "not tested", 0, NAN, NAN, NAN, "no column"),
        ("kendall tau", "half", "number", 40, NAN, 0.9, 1.0, "0.9 to 1"),
        ("defect", "drift", "not found", 0, NAN, NAN, NAN, "as ever"),
    ]
    would = {
        "setting": [0],
        "varied": ["a|b_c"],
        "perturbation": [""],
        "n_runs": [3],
        "seconds_a_run": [0.1],
        "seconds": [0.3],
        "trial": ["no [bold]b: why"],
    }
    return {
        "study": pd.DataFrame(settings | means),
        "study runs": pd.DataFrame(runs),
        "study plan": pd.DataFrame(would),
        "findings": pd.DataFrame(found, columns=["about", "against", "finding", "n_runs", "share", "lower", "upper", "says"]),
        "plans": pd.DataFrame({"name": ["standard"], "question": ["Which?"], "runs_on": ["votes or a board"]}),
    }


def one_choice():
    """A conclusion that one other choice changes, and one that none changes."""
    rows = [("all", "best", "", "", "US", 3.0), ("all", "best", "top", "top=10", "CN", -1.0), ("large", "best", "", "", "US", 2.0)]
    frame = pd.DataFrame(rows, columns=["group", "metric", "choices", "change", "leads", "lead"])
    frame.insert(2, "leader", "US")
    return frame.assign(
        lead_lower=frame["lead"] - 1, lead_upper=frame["lead"] + 1, p_usual=[0.9, 0.2, 0.8], unit="points", scale=1.0, comparable=True
    )


def every_kind():
    """One frame of every kind."""
    ranked = {"rank": [1, 2], "competitor": ["A", "B"], "rating": [1204.6, 1184.2], "n_votes": [10, 20]}
    changed = {"n_changed": [3, 0], "n_votes": [3, 4], "effect": [-0.04, 0.01]}
    categories = {"category": ["x", "x", "y"], "rank": [1, 2, 1], "competitor": ["A", "B", "B"], "rating": [1100.0, 900.0, 1000.0]}
    grid = {"group": ["all"] * 2, "metric": ["best"] * 2, "analysis": [1, 2], "n_specifications": [27, 54]}
    grid |= {"country": ["US", "CN"], "gap": [1.0, 2.0], "p_leads": [0.9, 0.8], "lead": [1.0, -2.0], "lead_lower": [0.5, -3.0]}
    grid |= {"lead_upper": [1.5, -1.0], "p_usual": [0.9, 0.2], "scale": [1.0, 0.7], "comparable": [True, False], "reason": ["", "US is not ranked"]}
    summary = {"group": ["all"] * 2, "metric": ["best", "share of top"], "leader": ["US"] * 2, "n_leads": [9, 25], "n_analyses": [9, 27]}
    summary |= {
        "n_specifications": [729] * 2,
        "n_unranked": [0, 9],
        "others": ["", "CN in 2"],
        "share_agree": [1.0, 0.9],
        "lead_min": [3.0, -0.1],
        "lead_max": [9.0, 0.5],
    }
    summary |= {"matters": ["ties", ""], "matters_share": [0.625, NAN], "n_flip": [NAN, 1.0], "flips": ["", "top=10"]}
    effects = {"group": ["all"] * 3, "metric": ["best"] * 3, "leader": ["US"] * 3, "choices": ["ties", "weights", "ties × weights"]}
    effects |= {"n_choices": [1, 1, 2], "share": [0.5, 0.25, 0.25], "share_total": [0.75, 0.5, NAN], "shapley": [0.625, 0.375, NAN]}
    effects |= {
        "lead_least": [3.0, 4.0, NAN],
        "with_least": ["ties=drop", "", None],
        "lead_most": [4.0, 6.0, NAN],
        "with_most": ["", "weights=x", None],
    }
    changes = {"group": ["all"], "metric": ["share of top"], "leader": ["US"], "n_choices": [1], "change": ["top=10"], "leads": ["CN"]}
    ranges = {"group": ["all"], "metric": ["share of top"], "leader": ["US"], "choices": ["top"], "low": [10.0], "high": [50.0], "share": [0.9]}
    ranges |= {"share_total": [0.95], "share_total_lower": [0.9], "share_total_upper": [1.0], "lead_min": [-0.1], "lead_max": [0.5]}
    cycles = {
        "competitor": ["A"],
        "next": ["B"],
        "last": ["C"],
        "curl": [194.1],
        "z": [5.7],
        "p_value": [0.002],
        "points_next": [0.7],
        "points_last": [0.6],
    }
    bins = {"start": [0.5, 0.6], "end": [0.6, 0.7], "n_votes": [10, 0], "expected": [0.55, NAN], "observed": [0.6, NAN], "lower": [0.5, 0.0]}
    return {
        "leaderboard": board(),
        "pairs": pairs(),
        "pair": pairs().iloc[:1],
        "categories": pd.DataFrame(categories | {"lower": [1090.0, 890.0, 990.0], "upper": [1110.0, 910.0, 1010.0], "n_votes": [5, 6, 7]}),
        "effects": pd.DataFrame(
            {
                "effect": ["position"],
                "estimate": [0.02],
                "lower": [-0.01],
                "upper": [0.05],
                "points": [3.5],
                "expected_score": [0.505],
                "n_votes": [99],
            }
        ),
        "countries": countries(),
        **countries_otherwise(),
        **of_benchmarks(),
        "specifications": pd.DataFrame(grid),
        "multiverse": pd.DataFrame(summary),
        "choice effects": pd.DataFrame(effects),
        "one choice": one_choice(),
        "changes": pd.DataFrame(changes | {"lead": [-0.1], "p_usual": [0.2]}),
        "ranges": pd.DataFrame(ranges),
        "claims": pd.DataFrame(
            {
                "id": ["a", "b"],
                "verdict": ["holds", "untestable"],
                "p_true": [0.97, NAN],
                "estimate": [3.0, NAN],
                "lower": [2.0, NAN],
                "upper": [4.0, NAN],
                "unit": ["models", ""],
                "share_true": [1.0, NAN],
                "share_contradicted": [0.0, NAN],
                "quotation": ["three", "four"],
            }
        ),
        "audit": pd.DataFrame(
            {
                "probe": ["position", "undefeated", "drift"],
                "asks": ["is the first preferred?", "has somebody never lost?", "do strengths differ?"],
                "finding": ["found", "not found", "not tested"],
                "p_value": [0.001, NAN, NAN],
                "p_adjusted": [0.01, NAN, NAN],
                "size": [24.8, 0.0, NAN],
                "unit": ["Elo", "competitors", ""],
                "says": ["being shown first is worth 24.8 Elo", "all are joined", "no times"],
                "needs": ["who is shown first", "votes", "times"],
            }
        ),
        "suspects": pd.DataFrame({"voter": ["v"], "n_votes": [30], "score": [5.2], "p_adjusted": [0.001], "reason": ["side"]}),
        "comparison": comparison(),
        "quality": quality(),
        "residuals": pd.DataFrame(
            {
                "competitor": ["A"],
                "other": ["B"],
                "residual": [6.5],
                "deviation": [170.1],
                "n_votes": [140],
                "points": [64.0],
                "expected_points": [37.2],
            }
        ),
        "calibration": pd.DataFrame(bins | {"upper": [0.7, 1.0]}),
        "cycles": pd.DataFrame(cycles | {"points_back": [0.55]}),
        "influence": pd.DataFrame({"first": ["A", "A"], "second": ["B", "C"], "outcome": ["tie", "first won"]} | changed),
        "influence summary": influence_summary(),
        "votes needed": pd.DataFrame([votes_needed()]).astype({"n_needed": "Int64"}),
        "votes needed by pair": pd.DataFrame({"first": ["A"], "second": ["B"], "n_votes": [40], "n_needed": [1200], "share": [1.0]}),
        "elo": pd.DataFrame(ranked),
        "check": pd.DataFrame(
            [
                ("rows", "read", "4"),
                ("rows", "left out", "1"),
                ("votes", "all", "3"),
                ("competitors", "all", "2"),
                ("ratings", "do not exist", "why"),
            ],
            columns=["topic", "item", "value"],
        ),
        "data": pd.DataFrame(
            {
                "name": ["votes", "scores"],
                "kind": ["votes", "scores"],
                "what": ["some votes", "some scores"],
                "n_files": [1, 384],
                "n_fetched": [1, 0],
            }
            | {"licence": ["MIT", "CC-BY-4.0"], "needs_login": [False, True]}
        ),
        "moves": side_by_side(board(), board(["a|b_c", "gpt-4", "new"])),
        "truth": pd.DataFrame(
            {
                "competitor": ["A", "[bold]b"],
                "strength": [0.1, -0.1],
                "rating": [1017.4, 982.6],
                "expected_votes": [12.5, NAN],
                "newcomer": [False, True],
                "rating_category-0": [1020.0, 980.0],
            }
        ),
        **studies(),
        "true voters": pd.DataFrame({"voter": ["v", "w", "[bold]x"], "intent": ["honest", "careless", "honest"], "expected_votes": [3.25, 1.0, 0.1]}),
    }


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def __init__(self, encoding="utf-8"):
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self):
        return self._encoding

    def isatty(self):
        return True

    def lines(self):
        """What was shown, but for bold, dim and italic."""
        return re.sub(r"\x1b\[[0-3](;[0-3])?m", "", self.getvalue()).splitlines()
