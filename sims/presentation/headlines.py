"""Headlines of tables: who is first, by how much, how surely."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from recount.engine.choices.usual import CONFIDENCE_LEVEL
from recount.engine.plurals import plural
from recount.engine.vote_law import QUANTITIES
from recount.sims.presentation.benchmark_sentences import of_benchmark_truth, of_items, of_resolution, of_saturation
from recount.sims.presentation.changed_votes import of_changed_votes, of_influence, of_pairs_needed, of_votes_needed
from recount.sims.presentation.country_leads import OF_RANKINGS
from recount.sims.presentation.findings_page import of_findings
from recount.sims.presentation.growth_of_releases import of_growth, of_months
from recount.sims.presentation.judgements import of_audit, of_calibration, of_circles, of_claims, of_comparison, of_quality, of_residuals, of_suspects
from recount.sims.presentation.leads_in_time import of_leads_in_time
from recount.sims.presentation.moves import of_moves
from recount.sims.presentation.projected_gaps import of_projection
from recount.sims.presentation.specification_sentences import OF_GRIDS
from recount.sims.presentation.study_sentences import of_forecast, of_plans, of_runs, of_study
from recount.sims.presentation.true_words import of_true_voters, of_truth
from recount.sims.presentation.wording import (
    LEVEL,
    clean,
    competitor,
    interval_digits,
    is_missing,
    is_probability,
    level_of,
    listing,
    name,
    number,
    percent,
    plus_minus,
    points,
    span,
)


def headline(kind: str, frame: pd.DataFrame, confidence_level: float = CONFIDENCE_LEVEL) -> str:
    """Return the headline of a table: the sentences that answer its question.

    Parameters
    ----------
    kind : str
        Kind of table, as for `Table`; unknown kinds have no headline.
    frame : DataFrame
    confidence_level : float
        Of the intervals in the frame.
    """
    if kind not in SENTENCES:
        return ""
    if frame.empty:
        return "The table is empty."
    return SENTENCES[kind](frame, level_of(confidence_level))


def _leaderboard(frame: pd.DataFrame, level: str) -> str:
    top = frame.iloc[0]
    if len(frame) == 1:
        return f"{competitor(top['competitor'])} is the only competitor."
    digits = interval_digits(frame["lower"], frame["upper"])
    rating = plus_minus(top["rating"], top["lower"], top["upper"], digits)
    first = frame["rank"] == 1
    may_be_first = frame.loc[~first & (frame["rank_best"] == 1), "competitor"].tolist()
    if first.sum() > 1:
        leaders = frame.loc[first, "competitor"].tolist()
        alike = len(frame.loc[first, ["lower", "upper"]].round(digits).drop_duplicates()) == 1 and not is_missing(top["lower"])
        told = f"{rating} ({level})" if alike else number(top["rating"], digits)
        shared = f"{listing(leaders, say=competitor)} share first place with a rating of {told}"
        return shared + (f"; they cannot be told from {listing(may_be_first, say=competitor)}." if may_be_first else ".")
    leads = f"{competitor(top['competitor'])} is first with {rating} ({level})"
    if is_missing(top["rank_worst"]):
        return f"{leads.removesuffix(f' ({level})')}; how surely is not known."
    if may_be_first:
        # Beside a probability of being the best that is as high as the level, it needs saying that ranks are stricter.
        is_sure = not is_missing(top.get("p_best")) and top["p_best"] >= float(level.removesuffix(" %")) / 100
        adjusted = "adjusted for looking at all pairs, " if is_sure else ""
        return f"{leads}; {adjusted}it cannot be told from {listing(may_be_first, say=competitor)}."
    if top["rank_worst"] == 1:
        return f"{leads} and is shown to be better than {'the other' if len(frame) == 2 else 'all others'}."
    return f"{leads}; no other can be first, though it is not shown to be better than every one of them."


def _pairs(frame: pd.DataFrame, level: str) -> str:
    n_apart = int((np.maximum(frame["p_better"], 1 - frame["p_better"]) >= float(level.removesuffix(" %")) / 100).sum())
    if len(frame) == 1:
        return f"The one pair is {'' if n_apart else 'not '}told apart with a probability of {level} or more."
    told = f"{n_apart:,} {'is' if n_apart == 1 else 'are'} told apart"
    return f"Of {plural(len(frame), 'pair')}, {told} with a probability of {level} or more, each taken by itself."


def _pair(frame: pd.DataFrame, level: str) -> str:
    digits = interval_digits(frame["difference_lower"], frame["difference_upper"])
    return " ".join(_one_pair(row, level, digits) for _, row in frame.iterrows())


def _one_pair(row: pd.Series, level: str, digits: int) -> str:
    one, other = competitor(row["competitor"]), competitor(row["other"])
    difference, lower, upper = row["difference"], row["difference_lower"], row["difference_upper"]
    if abs(difference) < LEVEL:
        placed = f"{one} and {other} are level"
    else:
        placed = f"{one} is rated {points(abs(difference), digits)} {'above' if difference > 0 else 'below'} {other}"
    # The ends are those of the distance that the sentence names.
    ends = (-upper, -lower) if difference <= -LEVEL else (lower, upper)
    interval = "" if is_missing(lower) or is_missing(upper) else f" ({level} interval {span(*ends, digits)})"
    sentences = [f"{placed}{interval}."]
    if of_a_vote := _of_a_vote(row, other, level):
        sentences.append(f"{one if abs(difference) < LEVEL else 'It'} {of_a_vote}.")
    if not is_missing(row["p_better"]):
        sentences.append(f"The probability that {one} is better is {is_probability(row['p_better'])}.")
    if "shown_better" in row and not is_missing(row["shown_better"]):
        told = f"{one if difference > 0 else other} is shown to be better" if row["shown_better"] else "neither is shown to be better"
        sentences.append(f"The interval is for this pair alone; adjusted for looking at all pairs, {told}.")
    else:
        sentences.append("The interval is for this pair alone, not adjusted for looking at all pairs.")
    return " ".join(sentences)


def _of_a_vote(row: "pd.Series[Any]", other: str, level: str) -> str:
    """Say what the model of ties says of a vote against the other, as the predicate of a sentence; "" if it says nothing."""

    def told(quantity: str) -> str:
        lower: Any = row.get(f"{quantity}_lower")
        upper: Any = row.get(f"{quantity}_upper")
        interval = "" if is_missing(lower) or is_missing(upper) else f" ({level} interval {span(100 * lower, 100 * upper, 1)} %)"
        return f"{{}}{percent(row[quantity], 1)}{{}}{interval}"

    known = {quantity for quantity in QUANTITIES if not is_missing(row.get(quantity))}
    decided = told("decided_win_probability") if "decided_win_probability" in known else ""
    if "win_probability" in known:
        votes = f"wins {percent(row['win_probability'], 1)} of the votes against {other}, and {percent(row['tie_probability'], 1)} are ties"
        return votes + (decided and "; " + decided.format("it wins ", " of those that are not"))
    if decided:
        return decided.format(f"beats {other} in ", " of the votes that are not ties")
    return told("expected_score").format("is expected to score ", f" of the points against {other}, a tie counting half") if known else ""


def _categories(frame: pd.DataFrame, level: str) -> str:
    led: dict[tuple[str, ...], list[str]] = {}
    for category, rows in frame[frame["rank"] == 1].groupby("category", sort=False):
        led.setdefault(tuple(rows["competitor"]), []).append(str(category))
    most = max(led, key=lambda leaders: len(led[leaders]))
    n, where = len(led[most]), listing(led[most])
    if len(led) == 1:
        where = "the one category" if n == 1 else f"all {plural(n, 'category', 'categories')}"
    others = [f"{listing(leaders)} {'' if len(leaders) == 1 else 'together '}in {listing(led[leaders])}" for leaders in led if leaders != most]
    return f"{listing(most)} {'is first' if len(most) == 1 else 'share first place'} in {where}{'; ' if others else ''}{', '.join(others)}."


def _effects(frame: pd.DataFrame, level: str) -> str:
    apart = frame[(frame["lower"] > 0) | (frame["upper"] < 0)]
    row = frame.iloc[int(frame["points"].abs().fillna(-1.0).to_numpy().argmax())]
    side = "in favour of" if row["points"] >= 0 else "against"
    largest = f"{'The' if len(frame) == 1 else 'The largest'} effect, {name(row['effect'])}, is {points(abs(row['points']), 1)} {side} the first"
    return f"{largest}; {level} intervals exclude 0 for {len(apart)} of {plural(len(frame), 'effect')}."


def _elo(frame: pd.DataFrame, level: str) -> str:
    top = frame.iloc[0]
    if len(frame) == 1:
        return f"{name(top['competitor'])} is the only competitor."
    orders = f" ({level} of the orders: {span(top['order_lower'], top['order_upper'])})" if "order_lower" in frame else ""
    what, digits = (" on average over random orders", 0) if orders else ("", 1)
    first = frame["rank"] == 1
    if first.sum() > 1:
        return f"{listing(frame.loc[first, 'competitor'].tolist())} share first place with {number(top['rating'], digits)}{what}."
    second = frame.iloc[1]
    ahead = f"{points(top['rating'] - second['rating'], digits)} ahead of {name(second['competitor'])}"
    return f"{name(top['competitor'])} is first with {number(top['rating'], digits)}{what}{orders}, {ahead}."


def _check(frame: pd.DataFrame, level: str) -> str:
    said = {(row.topic, row.item): clean(row.value) for row in frame.itertuples()}
    parts = [plural(int(said[key]), noun, several) for noun, several, key in COUNTED if said.get(key, "").isdecimal()]
    ratings = frame[frame["topic"] == "ratings"]
    if not parts:
        return ""
    exist = "" if ratings.empty else f" {clean(ratings['value'].iloc[0])}." if ratings["item"].iloc[0] == "exist" else " The ratings do not exist."
    return f"{', '.join(parts)}.{exist}"


def _data(frame: pd.DataFrame, level: str) -> str:
    n_here = int((frame["n_fetched"] == frame["n_files"]).sum())
    return f"{plural(len(frame), 'public data set')}, {n_here} of them on this machine."


def _votes_over_time(frame: pd.DataFrame, level: str) -> str:
    most = frame.iloc[int(frame["n_votes"].to_numpy().argmax())]
    return f"{plural(int(frame['n_votes'].sum()), 'vote')}, most of them ({int(most['n_votes']):,}) in the time that begins on {clean(most['from'])}."


COUNTED = (
    ("row read", "rows read", ("rows", "read")),
    ("row left out", "rows left out", ("rows", "left out")),
    ("vote", "votes", ("votes", "all")),
    ("competitor", "competitors", ("competitors", "all")),
    ("score", "scores", ("scores", "all")),
    ("model", "models", ("models", "all")),
    ("benchmark", "benchmarks", ("benchmarks", "all")),
)


SENTENCES: dict[str, Callable[[pd.DataFrame, str], str]] = {
    "leaderboard": _leaderboard,
    "pairs": _pairs,
    "pair": _pair,
    "categories": _categories,
    "effects": _effects,
    **OF_RANKINGS,
    **OF_GRIDS,
    "through time": of_leads_in_time,
    "releases": of_growth,
    "releases by month": of_months,
    "claims": of_claims,
    "comparison": of_comparison,
    "quality": of_quality,
    "residuals": of_residuals,
    "calibration": of_calibration,
    "cycles": of_circles,
    "votes needed": of_votes_needed,
    "votes needed by pair": of_pairs_needed,
    "influence": of_changed_votes,
    "influence summary": of_influence,
    "elo": _elo,
    "elo orders": _elo,
    "check": _check,
    "audit": of_audit,
    "suspects": of_suspects,
    "data": _data,
    "votes over time": _votes_over_time,
    "moves": of_moves,
    "projection": of_projection,
    "findings": of_findings,
    "study": of_study,
    "study plan": of_forecast,
    "study runs": of_runs,
    "plans": of_plans,
    "benchmark truth": of_benchmark_truth,
    "items": of_items,
    "resolution": of_resolution,
    "saturation": of_saturation,
    "truth": of_truth,
    "true voters": of_true_voters,
}
