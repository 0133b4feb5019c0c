"""Headlines of simulated benchmarks: who is best, and how many items or votes show it; and of how many benchmarks are saturated."""

from typing import Any

import pandas as pd

from recount.sims.benchmark_scores.saturation_choices import SATURATED
from recount.sims.presentation.wording import is_missing, listing, name, percent, plural


def of_benchmark_truth(frame: pd.DataFrame, level: str) -> str:
    """Say who is the ablest, who the strongest, and who is expected to score highest."""
    who = {name: _highest(frame, name) for name in ("ability", "strength", "expected_score")}
    score = f"expected to score highest, {percent(frame['expected_score'].max(), 1)}"
    if len(set(who.values())) == 1:
        return f"{who['ability']} is the ablest, the strongest in the arena, and {score}."
    return f"{who['ability']} is the ablest, {who['strength']} the strongest in the arena; {who['expected_score']} is {score}."


def _highest(frame: pd.DataFrame, column: str) -> str:
    return listing(frame.loc[frame[column] == frame[column].max(), "competitor"].tolist())


def of_items(frame: pd.DataFrame, level: str) -> str:
    """Say how many items there are, how many of them have a wrong key, and how many were seen."""
    return f"{plural(len(frame), 'item')}, {int(frame['wrong_key'].sum()):,} with a wrong key, {int(frame['seen'].sum()):,} seen by some models."


def of_resolution(frame: pd.DataFrame, level: str) -> str:
    """Say which share of the best the benchmark tells apart, and what else would tell as many."""
    row = frame.iloc[0]
    n, told = int(row["n_items"]), f"{percent(row['told_apart'], 1)} of the pairs of the best apart (at {level}, each pair by itself)"
    independent, votes = _number(row["n_items_unpaired"], "item"), _number(row["n_votes"], "vote")
    others = f"{independent} if errors on the same items were independent, or {votes} of an arena"
    return f"{plural(n, 'item')} {'is' if n == 1 else 'are'} expected to tell {told}; as many would take {others}."


def _number(n: Any, unit: str) -> str:
    return f"more {unit}s than there can be" if is_missing(n) else plural(int(n), unit)


def of_saturation(frame: pd.DataFrame, level: str) -> str:
    """Say how many benchmarks are saturated, and which the most and the least."""
    n = int(frame["is_saturated"].sum())
    of_all = f"{n:,} of {plural(len(frame), 'benchmark')} {'is' if n == 1 else 'are'} saturated (index {SATURATED:g} or more)"
    ends = [f"{name(row['benchmark'])} ({row['saturation']:.2f})" for _, row in frame.iloc[[0, -1]].iterrows()]
    return f"{of_all}, from {ends[0]} to {ends[1]}." if len(frame) > 1 else f"{of_all}."
