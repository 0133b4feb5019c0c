"""Headlines about a fit: whether it describes the votes, whether it predicts them, which model does so best."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from recount.engine.plurals import plural
from recount.sims.presentation.meanings import column_of
from recount.sims.presentation.wording import clean, is_missing, listing, name, number, percent, points, span

# Smaller p-values count as evidence; scores that differ by less count as equal.
SMALL_P = 0.05
ALIKE = 1e-12


def of_comparison(frame: pd.DataFrame, level: str) -> str:
    """Say which model predicts best held out, and whether all agree on the leader."""
    sentences = []
    for score, of in (("log_loss_three", "win, loss and tie"), ("log_loss_points", "points")):
        known = frame.dropna(subset=[score])
        if known.empty:
            continue
        best = known[known[score] <= known[score].min() + ALIKE]
        value = number(best[score].iloc[0], column_of(score).digits)
        predicts = "predict" if len(best) > 1 else "predicts"
        sentences.append(f"{listing(best['model'].tolist())} {predicts} {of} best held out (log-loss {value}{_against_half(best, score)}).")
    if not sentences:
        sentences.append("No model was scored on votes held out.")
    leaders = frame["leader"].unique()
    agree = f"All models agree that {name(leaders[0])} leads." if len(frame) > 1 else f"{name(leaders[0])} leads."
    sentences.append(agree if len(leaders) == 1 else f"Models disagree on the leader: {listing(leaders.tolist())}.")
    if others := _moves_most(frame):
        sentences.append(others)
    return " ".join(sentences)


def _moves_most(frame: pd.DataFrame) -> str:
    """Say which model orders competitors least like half-wins; "" if there is no other."""
    others = frame[frame["model"] != "half"]
    if others.empty:
        return ""
    row = others.iloc[int(others["n_reversed"].to_numpy().argmax())]
    if not (others[["n_reversed", "n_moved"]] > 0).any(axis=None):
        return "All order competitors as half-wins do."
    pairs = f"{plural(int(row['n_reversed']), 'pair')} the other way round"
    return f"Against half-wins {name(row['model'])} has most pairs reversed: {pairs}, ranks moved by {int(row['largest_move']):,} at most."


def _against_half(best: pd.DataFrame, score: str) -> str:
    row = best.iloc[0]
    if score != "log_loss_points" or row["model"] == "half" or is_missing(row["points_gap"]):
        return ""
    return f"; against half-wins {number(row['points_gap'], 6, sign=True)}, standard error {number(row['points_gap_error'], 6)}"


def of_quality(frame: pd.DataFrame, level: str) -> str:
    """Say how well the favourite is predicted, how well shares are calibrated, and whether one number a competitor is enough."""
    figures = {(row["topic"], row["measure"]): row for row in frame.to_dict("records")}

    def figure(topic: str, measure: str) -> float:
        return float(figures[topic, measure]["value"]) if (topic, measure) in figures else float("nan")

    sentences = []
    accuracy, loss, off = (figure("held out", measure) for measure in ("accuracy", "log_loss_points", "calibration_error"))
    if not is_missing(accuracy):
        sentences.append(f"Held out, the favourite wins {percent(accuracy, 1)} of the votes that are not ties.")
    if not is_missing(loss):
        sentences.append(f"The log-loss of points is {number(loss, 4)}.")
    if not is_missing(off):
        sentences.append(f"Shares of points scored lie {number(100 * off, 1)} percentage points from those expected, on average.")
    p, deviation = figure("one number", "p_value"), figures.get(("one number", "deviation"))
    if not is_missing(p):
        enough = "The votes contradict" if p < SMALL_P else "The votes do not contradict"
        sure = "" if deviation is None else f"; pairs deviate from it by {points(deviation['value'], 1)}{_ends(deviation, level)}"
        sentences.append(f"{enough} one number a competitor (p = {number(p, 4)}){sure}.")
    return " ".join(sentences)


def _ends(row: dict[Hashable, Any], level: str) -> str:
    lower, upper = row["lower"], row["upper"]
    return "" if is_missing(lower) or is_missing(upper) else f" ({level} interval {span(lower, upper, 1)})"


def of_residuals(frame: pd.DataFrame, level: str) -> str:
    """Say which pair fits worst."""
    row = frame.iloc[0]
    if is_missing(row["residual"]):
        return f"No pair can be judged: strengths follow {'the one pair' if len(frame) == 1 else 'every pair'} whatever its votes."
    scored = f"scored {points(row['points'], 0 if float(row['points']).is_integer() else 1)} in {plural(int(row['n_votes']), 'vote')}"
    what = f"{name(row['competitor'])} {scored} against {name(row['other'])}, where {number(row['expected_points'], 1)} are expected"
    return f"{what} (residual {number(row['residual'], 1)}){'' if len(frame) == 1 else f'; no pair of {len(frame):,} fits worse'}."


def of_calibration(frame: pd.DataFrame, level: str) -> str:
    """Say in how many bins favourites scored what was expected, and where they were furthest from it."""
    frame = frame[frame["n_votes"] > 0].dropna(subset=["expected", "observed"])
    if frame.empty:
        return "No votes are in any bin."
    within = int(((frame["lower"] <= frame["expected"]) & (frame["expected"] <= frame["upper"])).sum())
    row = frame.iloc[int((frame["observed"] - frame["expected"]).abs().to_numpy().argmax())]
    furthest = f"expected {percent(row['expected'], 1)}, scored {percent(row['observed'], 1)}"
    if len(frame) == 1:
        return f"The {level} interval of points scored in the one bin {'holds' if within else 'does not hold'} what was expected: {furthest}."
    return f"In {within} of {plural(len(frame), 'bin')} the {level} interval of points scored holds what was expected; furthest off: {furthest}."


def of_circles(frame: pd.DataFrame, level: str) -> str:
    """Say which circle is the most certain, and how many are unlikely to be chance."""
    row = frame.iloc[0]
    one, two, three = (name(row[place]) for place in ("competitor", "next", "last"))
    if (n := int((frame["p_value"] < SMALL_P).sum())) == 0:
        return f"None of the circles listed is unlikely to be chance (p is at least {number(frame['p_value'].min(), 3)})."
    around = f"{points(row['curl'], 0)} around the circle, p = {number(row['p_value'], 3)}"
    stronger = f"{one} is stronger against {two}, {two} against {three} and {three} against {one} than ratings allow ({around})"
    return f"{stronger}. Of {plural(len(frame), 'circle')} listed, {n:,} {'has' if n == 1 else 'have'} p below {SMALL_P}."


def of_claims(frame: pd.DataFrame, level: str) -> str:
    """Say how many claims hold, and which."""
    of_each = [(judged, frame.loc[frame["verdict"] == judged, "id"].tolist()) for judged in WORDS]
    told = [
        f"{len(ids)} {WORDS[judged][len(ids) > 1]} ({listing(ids, most=len(ids))}{_in_part(frame, judged, '; ')})" for judged, ids in of_each if ids
    ]
    return f"Of {plural(len(frame), 'claim')}, {', '.join(told)}."


def count_verdicts(frame: pd.DataFrame) -> str:
    """Say how many claims have each verdict, without their names."""
    n_of = {judged: int((frame["verdict"] == judged).sum()) for judged in WORDS}
    told = [f"{n} {WORDS[judged][n > 1]}{_in_part(frame, judged, ' (', ')')}" for judged, n in n_of.items() if n]
    return f"Of {plural(len(frame), 'claim')}, {', '.join(told)}."


def _in_part(frame: pd.DataFrame, judged: str, before: str, after: str = "") -> str:
    """Say of how many claims with a verdict only a part was tested."""
    rows = frame[frame["verdict"] == judged]
    if judged == "untestable" or "not_tested" not in rows or not (n := int((rows["not_tested"] != "").sum())):
        return ""
    of = "it" if n == len(rows) == 1 else "each" if n == len(rows) else f"{n:,}"
    return f"{before}of {of} only a part was tested{after}"


# Of one claim, and of several.
WORDS = {
    "holds": ("holds", "hold"),
    "fragile": ("is fragile", "are fragile"),
    "undecided": ("is undecided", "are undecided"),
    "fails": ("fails", "fail"),
    "untestable": ("is untestable", "are untestable"),
}


def of_suspects(frame: pd.DataFrame, level: str) -> str:
    """Say how many voters are under suspicion, and who most of all."""
    if frame.empty:
        return "No voter is under suspicion."
    first = frame.iloc[0]
    return f"{plural(len(frame), 'voter is', 'voters are')} under suspicion, most of all {name(first['voter'])}: {clean(first['reason'])}."


def of_audit(frame: pd.DataFrame, level: str) -> str:
    """Say which defects are found, and which are not tested."""
    by_finding = {finding: frame.loc[frame["finding"] == finding, "probe"].tolist() for finding in ("found", "not found", "not tested")}
    found, untested, n = by_finding["found"], by_finding["not tested"], len(frame)
    are = "is" if len(found) == 1 else "are"
    told = f"{len(found)} of {plural(n, 'defect')} {are} found: {listing(found, most=n)}" if found else "No defect is found"
    tested = f"{len(by_finding['not found'])} {'are' if found else 'were'} looked for and not found"
    return f"{told}; {tested}{f', {len(untested)} not tested ({listing(untested, most=n)})' if untested else ''}."
