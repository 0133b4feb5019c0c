"""Headlines of country rankings: which country leads, and by how much."""

import re
from collections.abc import Callable

import pandas as pd

from recount.engine.plurals import plural
from recount.sims.presentation.wording import (
    DIGITS_OF_UNITS,
    clean,
    count_digits,
    equals_probability,
    headed,
    interval_digits,
    is_missing,
    listing,
    name,
    number,
    points,
    probability,
    span,
    the_countries,
    the_country,
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

# As `group_meaning` has it.
OF_KNOWN = re.compile(r"of the [\d,]+ of [\d,]+ whose [a-z ]+ (?:is|are) known")
# What countries are ranked by, after "by", where its name is no noun.
BY = {"best": "best model"}


def of_countries(frame: pd.DataFrame, level: str) -> str:
    """Say for each group which country leads, how surely, and by how much, and who leads by other metrics; and what the group and the metric are."""
    return " ".join(of_each_group(frame, level))


def of_each_group(frame: pd.DataFrame, level: str) -> list[str]:
    """Return what `of_countries` says, by group."""
    told = (f"{_group(str(group), rows, level)}{_meanings(str(group), rows)}" for group, rows in frame.groupby("group", sort=False))
    return list(dict.fromkeys(told))


def _group(group: str, frame: pd.DataFrame, level: str) -> str:
    """Say who leads by the first metric, and then by which others another one does."""
    first = frame[frame["metric"] == frame["metric"].iloc[0]]
    others = estimating(frame[frame["metric"] != frame["metric"].iloc[0]])
    return headed(f"{_lead(group, first, level)}{_otherwise(leaders_of(first), others)}.")


def estimating(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a group of metrics that estimate something.

    A metric that counts all models of a group has ends for several countries, and nobody's probability to lead.
    """
    by_metric = frame.groupby("metric")
    counted = (by_metric["country"].transform("size") > 1) & frame["lower"].notna() & by_metric["p_leads"].transform("count").eq(0)
    return frame[~counted].reset_index(drop=True)


def leaders_of(rows: pd.DataFrame) -> list[str]:
    """Return who stands first in one ranking, all of those who share the place."""
    return rows.loc[rows["rank"] == 1, "country"].tolist()


def _otherwise(leaders: list[str], others: pd.DataFrame) -> str:
    """Say who leads by the metrics by which others than these do."""
    by_leader: dict[tuple[str, ...], list[str]] = {}
    for metric, rows in others.groupby("metric", sort=False):
        if len(rows) > 1 and sorted(now := leaders_of(rows)) != sorted(leaders):
            by_leader.setdefault(tuple(now), []).append(f"{clean(metric)}{_sure(rows['p_leads'].iloc[0]) if len(now) == 1 else ''}")
    told = [
        f"{the_countries(who)} {'leads' if len(who) == 1 else 'share the lead'} by {listing(metrics, len(metrics), clean)}"
        for who, metrics in by_leader.items()
    ]
    return f"; but {', and '.join(told)}" if told else ""


def _sure(p_leads: float) -> str:
    return "" if is_missing(p_leads) else f" (P {equals_probability(p_leads)})"


def _lead(group: str, frame: pd.DataFrame, level: str) -> str:
    """Say who leads by one metric, how surely, and by how much."""
    metric, first = str(frame["metric"].iloc[0]), frame.iloc[0]
    model = OF_GROUP.get(group, f"model of group {name(group)}")
    if group == "all" and (known := of_the_known(frame)):
        model = f"model {known}"
    among = among_the_known(group, frame)
    leads, share = f"has the best {model}", f"share the best {model}"
    if metric != "best":
        leads, share = f"leads {among} by {clean(metric)}", f"share the lead {among} by {clean(metric)}"
    if len(frame) == 1:
        return f"only {the_country(first['country'])} can be ranked {among} by {clean(metric)}"
    tied = leaders_of(frame)
    if len(tied) > 1:
        if is_missing(first["gap_upper"]) or first["gap_lower"] == first["gap_upper"]:
            return f"{the_countries(tied)} {share}"
        probabilities = listing([probability(one) for one in frame.loc[frame["rank"] == 1, "p_leads"]])
        return f"who {leads} is not settled: by the estimate {the_countries(tied)} are equal (P = {probabilities})"
    ends = first["gap_lower"], first["gap_upper"]
    unit = str(first["unit"])
    of_counts = DIGITS_OF_UNITS.get(unit, count_digits([first["gap"], *ends]))
    digits = interval_digits([ends[0]], [ends[1]]) if unit == "points" else of_counts
    gap = points(first["gap"], digits) if unit == "points" else number(first["gap"], digits) + (" months" if unit == "months" else "")
    interval = "" if any(map(is_missing, ends)) else f" ({level} interval {span(*ends, digits)})"
    ahead = f"{gap} ahead of {the_country(frame['country'].iloc[1])}{interval}"
    if is_settled(first["p_leads"], level):
        return f"{the_country(first['country'])} {leads}{_sure(first['p_leads'])}, {ahead}"
    return f"who {leads} is not settled: by the estimate {the_country(first['country'])}{_sure(first['p_leads'])}, {ahead}"


def of_the_known(frame: pd.DataFrame) -> str:
    """Say of how many of all models the country is known; "" of all of them."""
    found = OF_KNOWN.search(str(frame["group_meaning"].iloc[0])) if "group_meaning" in frame else None
    return found[0] if found else ""


def among_the_known(group: str, frame: pd.DataFrame) -> str:
    """Say among which models countries are ranked: of all, those whose country is known."""
    known = of_the_known(frame) if group == "all" else ""
    return f"among {known.removeprefix('of ').replace(' whose ', ' models whose ', 1)}" if known else AMONG.get(group, f"in group {name(group)}")


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
        if group == "all" and "of unknown" not in str(first["group_meaning"])
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
    ahead = f"{points(first['overall_gap'])} ahead of {the_country(first['other'])} overall {AMONG[str(first['group'])]}"
    who = f"{the_country(first['country'])} is {ahead}"
    apart = rows[(rows["beyond_lower"] > 0) | (rows["beyond_upper"] < 0)]
    of_all = f"{len(apart)} of {plural(len(rows), 'category', 'categories')}"
    shown = f"; {of_all} surely differ from that ({level} intervals)" if rows["beyond_lower"].notna().any() else ""
    return (
        f"{headed(who)}, by {clean(first['metric'])}: {number(least['gap'], 0)} in {name(least['category'])}, {number(most['gap'], 0)} in "
        f"{name(most['category'])}{shown}."
    )


OF_RANKINGS: dict[str, Callable[[pd.DataFrame, str], str]] = {
    "countries": of_countries,
    "category gaps": of_category_gaps,
}
