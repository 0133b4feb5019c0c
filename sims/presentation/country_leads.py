"""Headlines of country rankings: which country leads, by how much, under which choices."""

import pandas as pd

from recount.sims.presentation.wording import (
    LEVEL,
    METRICS_IN_POINTS,
    clean,
    equals_probability,
    interval_digits,
    is_missing,
    listing,
    name,
    number,
    plural,
    points,
    span,
)

OF_GROUP = {"all": "model of all", "open weights": "model with open weights", "large": "large model"}
AMONG = {"all": "among all models", "open weights": "among models with open weights", "large": "among large models"}


def of_countries(frame: pd.DataFrame, level: str) -> str:
    """Say for each group which country leads, how surely, and by how much."""
    return " ".join(_group(str(group), rows, level) for group, rows in frame.groupby("group", sort=False))


def _group(group: str, frame: pd.DataFrame, level: str) -> str:
    metric = str(frame["metric"].iloc[0])
    frame = frame[frame["metric"] == metric]
    model = OF_GROUP.get(group, f"model of group {name(group)}")
    among = AMONG.get(group, f"in group {name(group)}")
    leads, share = f"has the best {model}", f"share the best {model}"
    if metric != "best":
        leads, share = f"leads {among} by {clean(metric)}", f"share the lead {among} by {clean(metric)}"
    first = frame.iloc[0]
    if len(frame) == 1:
        return f"Only {name(first['country'])} can be ranked {among} by {clean(metric)}."
    if abs(first["gap"]) < LEVEL:
        n_level = int((frame["estimate"] >= first["estimate"] - LEVEL).sum())
        return f"{listing(frame['country'].tolist()[:n_level])} {share}."
    sure = "" if is_missing(first["p_leads"]) else f" (P {equals_probability(first['p_leads'])})"
    ends = first["gap_lower"], first["gap_upper"]
    digits = interval_digits([ends[0]], [ends[1]]) if metric in METRICS_IN_POINTS else 2 if metric.startswith("share") else 0
    gap = points(first["gap"], digits) if metric in METRICS_IN_POINTS else number(first["gap"], digits)
    interval = "" if any(map(is_missing, ends)) else f" ({level} interval {span(*ends, digits)})"
    return f"{name(first['country'])} {leads}{sure}, {gap} ahead of {name(frame['country'].iloc[1])}{interval}."


def of_specifications(frame: pd.DataFrame, level: str) -> str:
    """Say how many specifications there are."""
    return f"{plural(frame['specification'].nunique(), 'specification')}, each for {plural(frame.groupby(['group', 'metric']).ngroups, 'ranking')}."


def of_flips(frame: pd.DataFrame, level: str) -> str:
    """Say for each group by which metrics a country leads under every specification, and where it does not."""
    sentences = []
    for group, rows in frame.groupby("group", sort=False):
        told = []
        for leader, led in rows.groupby("leader", sort=False):
            always = led.loc[led["n_leads"] == led["n_specifications"], "metric"].tolist()
            parts = [f"by {'every metric' if len(always) == len(rows) else listing(always)} under every specification"] if always else []
            parts += [f"by {clean(r.metric)} under {r.n_leads:,} of {r.n_specifications:,}" for r in led.itertuples() if r.metric not in always]
            told.append(f"{name(leader)} leads {', '.join(parts)}")
        sentences.append(f"{clean(group).capitalize()}: {'; '.join(told)}.")
    return " ".join(sentences)
