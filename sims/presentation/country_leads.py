"""Headlines of country rankings: which country leads, and by how much."""

from collections.abc import Callable

import pandas as pd

from recount.engine.plurals import plural
from recount.sims.presentation.wording import (
    DIGITS_OF_UNITS,
    clean,
    count_digits,
    equals_probability,
    interval_digits,
    is_missing,
    listing,
    name,
    number,
    points,
    probability,
    span,
)

OF_GROUP = {
    "all": "model of all",
    "open weights": "model with open weights",
    "proprietary": "proprietary model",
    "open source": "open-source model",
    "restricted weights": "model with open weights under restrictions",
    "noncommercial weights": "model with open weights for noncommercial use",
    "large": "large model",
    "small": "small model",
}
AMONG = {
    "all": "among all models",
    "open weights": "among models with open weights",
    "proprietary": "among proprietary models",
    "open source": "among open-source models",
    "restricted weights": "among models with open weights under restrictions",
    "noncommercial weights": "among models with open weights for noncommercial use",
    "large": "among large models",
    "small": "among small models",
}

# What countries are ranked by, after "by", where its name is no noun.
BY = {"best": "best model"}


def of_countries(frame: pd.DataFrame, level: str) -> str:
    """Say for each group which country leads, how surely, and by how much; and what the group and the metric are, where their names do not say it."""
    told = (f"{_group(str(group), rows, level)}{_meanings(str(group), rows)}" for group, rows in frame.groupby("group", sort=False))
    return " ".join(dict.fromkeys(told))


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
    tied = frame[frame["rank"] == 1]
    if len(tied) > 1:
        if is_missing(first["gap_upper"]) or first["gap_lower"] == first["gap_upper"]:
            return f"{listing(tied['country'].tolist())} {share}."
        probabilities = listing([probability(one) for one in tied["p_leads"]])
        return f"Who {leads} is not settled: by the estimate {listing(tied['country'].tolist())} are equal (P = {probabilities})."
    sure = "" if is_missing(first["p_leads"]) else f" (P {equals_probability(first['p_leads'])})"
    ends = first["gap_lower"], first["gap_upper"]
    unit = str(first["unit"])
    of_counts = DIGITS_OF_UNITS.get(unit, count_digits([first["gap"], *ends]))
    digits = interval_digits([ends[0]], [ends[1]]) if unit == "points" else of_counts
    gap = points(first["gap"], digits) if unit == "points" else number(first["gap"], digits) + (" months" if unit == "months" else "")
    interval = "" if any(map(is_missing, ends)) else f" ({level} interval {span(*ends, digits)})"
    ahead = f"{gap} ahead of {name(frame['country'].iloc[1])}{interval}"
    if is_settled(first["p_leads"], level):
        return f"{name(first['country'])} {leads}{sure}, {ahead}."
    return f"Who {leads} is not settled: by the estimate {name(first['country'])}{sure}, {ahead}."


def is_settled(p_leads: float, level: str) -> bool:
    """Whether a lead is as probable as the level of intervals, or nothing says how probable it is."""
    return is_missing(p_leads) or bool(p_leads >= float(level.removesuffix(" %")) / 100)


def _meanings(group: str, frame: pd.DataFrame) -> str:
    """Say what a group is, and the metric that is told."""
    if "group_meaning" not in frame:
        return ""
    first = frame.iloc[0]
    of_group = (
        ""
        if group == "all" and "unknown country" not in str(first["group_meaning"])
        else f" {clean(group).capitalize()}: {clean(first['group_meaning'])}."
    )
    return of_group + ("" if first["metric"] == "best" else f" {said_of(first['metric'], first['metric_meaning'])}")


def said_of(metric: object, meaning: object) -> str:
    """Say what a metric is."""
    return f"{clean(metric)[:1].upper()}{clean(metric)[1:]}: {clean(meaning)}."


def of_category_gaps(frame: pd.DataFrame, level: str) -> str:
    """Say for the first two countries how far they are apart overall, and in which categories least and most."""
    first = frame.iloc[0]
    rows = frame[(frame["group"] == first["group"]) & (frame["metric"] == first["metric"]) & (frame["other"] == first["other"])]
    least, most = (rows.loc[getattr(rows["gap"], of)()] for of in ("idxmin", "idxmax"))
    who = f"{name(first['country'])} is {points(first['overall_gap'])} ahead of {name(first['other'])} overall {AMONG[str(first['group'])]}"
    apart = rows[(rows["beyond_lower"] > 0) | (rows["beyond_upper"] < 0)]
    of_all = f"{len(apart)} of {plural(len(rows), 'category', 'categories')}"
    shown = f"; {of_all} surely differ from that ({level} intervals)" if rows["beyond_lower"].notna().any() else ""
    return (
        f"{who}, by {clean(first['metric'])}: {number(least['gap'], 0)} in {name(least['category'])}, {number(most['gap'], 0)} in "
        f"{name(most['category'])}{shown}."
    )


OF_RANKINGS: dict[str, Callable[[pd.DataFrame, str], str]] = {
    "countries": of_countries,
    "category gaps": of_category_gaps,
}
