"""Each kind of table in few columns: rank sets, estimates with their intervals, bars; other columns are shown on request.

A layout takes the rows that are shown, and the whole table, which decides the rounding.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from recount.engine.vote_law import QUANTITIES
from recount.sims.presentation.bars import Bar
from recount.sims.presentation.cells import (
    Block,
    Shown,
    as_shown,
    chosen,
    count_cells,
    estimate_cells,
    joined_cells,
    rating_cells,
    text_cells,
    without_repeats,
)
from recount.sims.presentation.findings_page import by_conclusion
from recount.sims.presentation.meanings import column_of
from recount.sims.presentation.parts import by_category, by_date, by_group, by_size
from recount.sims.presentation.study_sentences import by_outcome
from recount.sims.presentation.wording import NEGLIGIBLE, clean, dashed, is_missing, number, percent, probability, rank_set

# More are left to a wider table.
MOST_COVARIATES = 3


def compact(kind: str, frame: pd.DataFrame, n_rows: int | None = None) -> list[Block]:
    """Lay out a table in few columns, with at most `n_rows` rows."""
    if frame.empty:
        return []
    if kind in PARTS:
        return list(PARTS[kind](frame, n_rows))
    shown = frame if n_rows is None else frame.iloc[:n_rows]
    n_left = len(frame) - len(shown)
    if kind in LAYOUTS:
        return [replace(LAYOUTS[kind](shown, frame), n_left=n_left)]
    names = [name for name in NAMES.get(kind, tuple(map(str, frame.columns))) if name in frame]
    return [chosen(kind, shown, names, n_left)]


def _leaderboard(frame: pd.DataFrame, whole: pd.DataFrame) -> Block:
    sets = [rank_set(best, worst) for best, worst in zip(frame["rank_best"].tolist(), frame["rank_worst"].tolist(), strict=True)]
    p_best = ["" if is_missing(p) or p < NEGLIGIBLE else probability(p) for p in frame["p_best"].tolist()]
    columns = [Shown("Rank", sets), text_cells("Competitor", frame["competitor"]), rating_cells(frame, whole)]
    bar = Bar(*(frame[name].to_numpy(float) for name in ("lower", "rating", "upper")))
    return Block("", [*columns, count_cells("Votes", frame["n_votes"]), Shown("P(best)", p_best)], 3, bar=bar)


def _pairs(frame: pd.DataFrame, whole: pd.DataFrame) -> Block:
    difference = estimate_cells("Difference", frame, ("difference", "difference_lower", "difference_upper"), whole, sign=True)
    better = Shown("P(better)", [probability(p) for p in frame["p_better"].tolist()])
    return Block("", [joined_cells("Pair", frame, ("competitor", "other"), "over"), difference, *_of_a_vote(frame), better], 2)


def _residuals(frame: pd.DataFrame, whole: pd.DataFrame) -> Block:
    names = ("residual", "points", "expected_points", "n_votes", "deviation")
    rest = chosen("residuals", frame, names).columns
    return Block("", [joined_cells("Pair", frame, ("competitor", "other"), "against"), *rest], 3)


def _cycles(frame: pd.DataFrame, whole: pd.DataFrame) -> Block:
    rest = chosen("cycles", frame, ("curl", "z", "p_value", "points_next", "points_last", "points_back")).columns
    return Block("", [joined_cells("Circle", frame, ("competitor", "next", "last"), "over"), *rest], 2)


def _influence(frame: pd.DataFrame, whole: pd.DataFrame) -> Block:
    names = [name for name in ("n_changed", "n_votes", "weight", "effect") if name in frame]
    covariates = [str(name) for name in frame if name not in ("first", "second", "outcome", "label", *names)]
    rest = chosen("influence", frame, [*(covariates if len(covariates) <= MOST_COVARIATES else []), *names]).columns
    if "label" in frame:
        return Block("", [text_cells("Cluster", frame["label"]), *rest], 3)
    pair = joined_cells("Pair", frame, ("first", "second"), "against")
    return Block("", [pair, text_cells("Outcome", frame["outcome"]), *rest], 3)


def _of_a_vote(frame: pd.DataFrame, digits: int = 0) -> Iterator[Shown]:
    """Show what the model of ties says of a vote, with its interval where there is one; not the score where it says who wins."""
    for name in QUANTITIES[1:] if QUANTITIES[1] in frame else QUANTITIES:
        if name in frame:
            ends = [frame[f"{name}_{end}"] if f"{name}_{end}" in frame else [None] * len(frame) for end in ("lower", "upper")]
            yield Shown(column_of(name).label, [_in_percent(share, low, high, digits) for share, low, high in zip(frame[name], *ends, strict=True)])


def _in_percent(share: Any, lower: Any, upper: Any, digits: int) -> str:
    if is_missing(share):
        return ""
    interval = "" if is_missing(lower) or is_missing(upper) else dashed(100 * lower, 100 * upper)
    return f"{percent(share, digits)} ({interval})" if interval else percent(share, digits)


def _moves(frame: pd.DataFrame, whole: pd.DataFrame) -> Block:
    rating_change = [number(change, 1, sign=True) for change in frame["rating_change"].tolist()]
    moved = [_moved(change, where) for change, where in zip(frame["rank_change"].tolist(), frame["listed_in"].tolist(), strict=True)]
    columns = [
        text_cells("Competitor", frame["competitor"]),
        *(count_cells(f"Rank {i}", frame[f"rank_{side}"]) for i, side in SIDES),
        Shown("Move", moved, False),
    ]
    ratings = [Shown(f"Rating {i}", [number(x, 1) for x in frame[f"rating_{side}"].tolist()]) for i, side in SIDES]
    return Block("", [*columns, *ratings, Shown("Change", rating_change)], 4)


SIDES = ((1, "first"), (2, "second"))


def _moved(change: Any, where: str) -> str:
    if is_missing(change):
        return clean(where)
    return "=" if change == 0 else f"▲{change:,}" if change > 0 else f"▼{-change:,}"


def _effects(frame: pd.DataFrame, whole: pd.DataFrame) -> Block:
    estimate = estimate_cells("Log-odds", frame, ("estimate", "lower", "upper"), whole)
    points = Shown("Points", [number(x, 1, sign=True) for x in frame["points"].tolist()])
    return Block("", [text_cells("Effect", frame["effect"]), estimate, points, *_of_a_vote(frame, 1), count_cells("Votes", frame["n_votes"])], 2)


def _orders(frame: pd.DataFrame, whole: pd.DataFrame) -> Block:
    columns = [count_cells("Rank", frame["rank"]), text_cells("Competitor", frame["competitor"])]
    if "order_lower" not in frame:
        names = [name for name in ("rating", "deviation", "volatility", "n_votes") if name in frame]
        return Block("", columns + [as_shown(column_of(name, "elo"), frame[name]) for name in names], 3)
    rating = estimate_cells("Rating", frame, ("rating", "order_lower", "order_upper"), whole)
    bar = Bar(*(frame[name].to_numpy(float) for name in ("order_lower", "rating", "order_upper")))
    return Block("", [*columns, rating, count_cells("Votes", frame["n_votes"])], 3, bar=bar)


def _quality(frame: pd.DataFrame, whole: pd.DataFrame) -> Block:
    rows = frame.to_dict("records")
    values = [_figure(row["value"], row["measure"]) for row in rows]
    ends = [dashed(row["lower"], row["upper"], column_of(row["measure"], "quality").digits or 0) for row in rows]
    columns = [
        text_cells("Topic", without_repeats(frame["topic"])),
        Shown("Figure", [column_of(row["measure"], "quality").label for row in rows], False),
    ]
    return Block("", [*columns, Shown("Value", values), Shown("Interval", ends), text_cells("Meaning", frame["meaning"])], 3)


def _figure(value: float, measure: str) -> str:
    column = column_of(measure, "quality")
    return number(int(value) if column.digits is None and not is_missing(value) and float(value).is_integer() else value, column.digits)


LAYOUTS: dict[str, Callable[[pd.DataFrame, pd.DataFrame], Block]] = {
    "leaderboard": _leaderboard,
    "pairs": _pairs,
    "pair": _pairs,
    "effects": _effects,
    "moves": _moves,
    "elo": _orders,
    "quality": _quality,
    "residuals": _residuals,
    "cycles": _cycles,
    "influence": _influence,
}
PARTS: dict[str, Callable[[pd.DataFrame, int | None], Iterator[Block]]] = {
    "countries": by_group,
    "categories": by_category,
    "through time": by_date,
    "releases": by_size,
    "study": by_outcome,
    "findings": by_conclusion,
}
NAMES = {
    "comparison": ("model", "log_loss_three", "log_loss_points", "accuracy", "aic", "leader", "stretch", "n_reversed", "largest_move"),
    "calibration": ("start", "end", "expected", "observed", "lower", "upper", "n_votes"),
    "influence summary": ("conclusion", "change", "result", "n_changed", "share", "unit", "n_votes_changed"),
    "votes needed": ("question", "leader", "settled", "n_needed", "p_settled", "p_right", "allocation"),
    "votes needed by pair": ("first", "second", "n_votes", "n_needed", "share"),
    "check": ("topic", "item", "value"),
    "suspects": ("voter", "n_votes", "score", "p_adjusted", "reason"),
    "audit": ("probe", "finding", "p_adjusted", "says"),
    "category gaps": ("group", "metric", "country", "other", "category", "gap", "gap_lower", "gap_upper", "p_ahead", "beyond", "p_larger"),
    "study runs": ("run", "perturbation", "seed", "outcome", "value", "says"),
    "plans": ("name", "question", "runs_on"),
    "study plan": ("varied", "n_runs", "seconds", "trial"),
    "benchmark truth": ("competitor", "rating", "ability", "ability_error", "expected_score", "score_error", "has_seen"),
    "items": ("item", "difficulty", "discrimination", "guessing", "wrong_key", "seen"),
    "resolution": ("told_apart", "n_items", "n_items_unpaired", "n_votes"),
    "saturation": ("benchmark", "n_items", "best", "fifth", "difference", "standard_error", "saturation"),
    "data": ("name", "kind", "what", "n_files", "n_fetched", "licence"),
    "truth": ("competitor", "rating", "expected_votes", "newcomer", "target", "n_variants", "test_gain"),
    "true voters": ("voter", "intent", "expected_votes"),
    "claims": ("id", "verdict", "p_true", "estimate", "lower", "upper", "unit", "share_true", "quotation"),
    "specifications": (
        "group",
        "metric",
        "conclusion",
        "analysis",
        "country",
        "competitor",
        "lead",
        "lead_lower",
        "lead_upper",
        "p_usual",
        "ties",
        "both_bad",
        "weights",
        "minimum_votes",
        "attribution",
        "open_weights",
        "size_threshold",
        "top",
        "k",
    ),
    "multiverse": ("group", "metric", "conclusion", "leader", "share_agree", "lead_min", "lead_max", "matters", "matters_share", "flips"),
    "choice effects": (
        "group",
        "metric",
        "conclusion",
        "choices",
        "share",
        "share_total",
        "shapley",
        "lead_least",
        "with_least",
        "lead_most",
        "with_most",
    ),
    "one choice": ("group", "metric", "leader", "change", "leads", "lead", "lead_lower", "lead_upper", "p_usual"),
    "changes": ("group", "metric", "conclusion", "leader", "n_choices", "change", "leads", "lead"),
    "ranges": ("group", "metric", "conclusion", "choices", "low", "high", "share", "share_total", "share_total_lower", "share_total_upper"),
}
