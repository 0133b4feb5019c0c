"""Headlines of simulated benchmarks: who is best, and how many items or votes show it; and of how many benchmarks are saturated."""

from typing import Any

import pandas as pd

from recount.engine.plurals import plural
from recount.sims.benchmark_scores.saturation_choices import SATURATED
from recount.sims.presentation.wording import is_missing, listing, name, percent


def of_benchmark_truth(frame: pd.DataFrame, level: str) -> str:
    """Say who is the ablest, who the strongest, and who is expected to score highest."""
    ways = {"ability": "the ablest", "strength": "the strongest in the arena", "expected_score": "expected to score highest"}
    highest = {column: frame.loc[frame[column] == frame[column].max(), "competitor"].tolist() for column in ways}
    score = f", {percent(frame['expected_score'].max(), 1)}"
    if all(len(who) == len(frame) for who in highest.values()):
        return (
            f"All {plural(len(frame), 'competitor is', 'competitors are')} equally able and equally strong in the arena, and are "
            f"expected to score the same{score}."
        )
    of_each: dict[tuple[str, ...], list[str]] = {}
    for column, who in highest.items():
        of_each.setdefault(tuple(who), []).append(ways[column] + (score if column == "expected_score" else ""))
    told = "; ".join(_of_those(who, said, len(frame)) for who, said in of_each.items())
    return f"{f'A{told[1:]}' if told.startswith('all ') else told}."


def _of_those(who: tuple[str, ...], said: list[str], n: int) -> str:
    """Say in which ways some of n competitors are the best."""
    ways = " and ".join([*filter(None, [", ".join(said[:-1])]), said[-1]])
    return f"{'all' if len(who) == n else listing(who)} {'is' if len(who) == 1 else 'are equally'} {ways}"


def of_items(frame: pd.DataFrame, level: str) -> str:
    """Say how many items there are, how many of them have a wrong key, and how many were seen."""
    return f"{plural(len(frame), 'item')}, {int(frame['wrong_key'].sum()):,} with a wrong key, {int(frame['seen'].sum()):,} seen by some models."


def of_resolution(frame: pd.DataFrame, level: str) -> str:
    """Say which share of the best the benchmark tells apart, and what else would tell as many."""
    row = frame.iloc[0]
    n, told = int(row["n_items"]), f"{percent(row['told_apart'], 1)} of the pairs of the best apart (at {level}, each pair by itself)"
    independent, votes = _number(row["n_items_unpaired"], "item"), _number(row["n_votes"], "vote")
    if is_missing(row["n_items_unpaired"]) and is_missing(row["n_votes"]) and row["told_apart"] < 0.5:
        why = (
            "they are expected to score the same"
            if row["told_apart"] == 0
            else f"a test shows who is better in {percent(row['told_apart'], 1)}, as chance does"
        )
        return f"{plural(n, 'item')} {'tells' if n == 1 else 'tell'} no pair of the best apart: {why}."
    others = f"{independent} if errors on the same items were independent, or {votes} of an arena"
    return f"{plural(n, 'item')} {'is' if n == 1 else 'are'} expected to tell {told}; as many would take {others}."


def _number(n: Any, unit: str) -> str:
    return f"more {unit}s than there can be" if is_missing(n) else plural(int(n), unit)


def of_saturation(frame: pd.DataFrame, level: str) -> str:
    """Say how many benchmarks are saturated, and which the most and the least."""
    n = int(frame["is_saturated"].sum())
    of_all = f"{n:,} of {plural(len(frame), 'benchmark')} {'is' if 1 in (n, len(frame)) else 'are'} saturated (index {SATURATED:g} or more)"
    ends = [f"{name(row['benchmark'])} ({row['saturation']:.2f})" for _, row in frame.iloc[[0, -1]].iterrows()]
    return f"{of_all}, from {ends[0]} to {ends[1]}." if len(frame) > 1 else f"{of_all}."
