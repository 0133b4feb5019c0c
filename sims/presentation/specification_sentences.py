"""Headlines of grids of specifications: how many agree with the usual one, what changes the conclusion, and which choice matters most."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from recount.engine.plurals import plural
from recount.sims.presentation.choices_told import told_change
from recount.sims.presentation.country_leads import AMONG, BY
from recount.sims.presentation.wording import clean, headed, interval_digits, is_missing, listing, percent, span, whose

# Of one or two conclusions everything is said; of more, who leads, and which choices matter.
MOST_IN_FULL = 2
# The conclusion of who is first.
FIRST = "first place"
# Of a conclusion that no choice changes by itself.
WHICHEVER = "whichever single choice is changed"
# As intervals of 95 % decide.
SURE = 0.95


def of_specifications(frame: pd.DataFrame, level: str) -> str:
    """Say how many analyses there are, and how many specifications they are."""
    conclusions = frame.groupby(named_by(frame))
    return f"{_counted(conclusions['analysis'].nunique(), conclusions['n_specifications'].sum())}, for {plural(conclusions.ngroups, 'conclusion')}."


def of_agreement(frame: pd.DataFrame, level: str) -> str:
    """Say of each conclusion how many specifications agree, what changes it, and which choice matters most."""
    counted = _counted(frame["n_analyses"], frame["n_specifications"])
    if len(frame) <= MOST_IN_FULL or "group" not in frame:
        return " ".join([f"{counted}.", *(_in_full(row) for row in frame.to_dict("records"))])
    sentences = [f"{counted} for a ranking."]
    for group, rows in frame.groupby("group", sort=False):
        told = [_of_leader(str(leader), led, len(led) == len(rows)) for leader, led in rows.groupby("leader", sort=False)]
        if not_led := rows.loc[rows["leader"].isna(), "metric"].tolist():
            told.append(f"no leader by {listing(not_led)} under the usual specification")
        sentences.append(f"{clean(group).capitalize()}: {'; '.join(told)}{_what_matters(rows)}.")
    return " ".join(sentences)


def _in_full(row: Mapping[Any, Any]) -> str:
    """Say everything of one conclusion."""
    if is_missing(row["leader"]):
        return f"{_about(row).capitalize()}: no leader under the usual specification."
    if not row["n_analyses"]:
        return f"{_about(row).capitalize()}: nobody else is ranked than {whose(row['leader'])}."
    agree = "every specification" if row["n_leads"] == row["n_analyses"] else f"{percent(row['share_agree'])} of the specifications"
    counted = f"{row['n_leads']:,} of {plural(row['n_analyses'], 'analysis', 'analyses')}"
    others = f" (in {counted}; {clean(row['others'])})" if row["others"] else ""
    changed = f" That changes with {clean(row['flips'])}." if row["flips"] else ""
    return f"{headed(_so(row))} in {agree}{others}{_unranked(row)}.{changed}{_of_most(row)}"


def _unranked(row: Mapping[Any, Any], up_to: str = "") -> str:
    """Say how many of all specifications say nothing of who leads."""
    n = row["n_unranked"]
    return f"; not ranked, or alone, in {up_to}{n:,} of {plural(n + row['n_specifications'], 'specification')}, which are not counted" if n else ""


def _of_most(row: Mapping[Any, Any]) -> str:
    if is_missing(row["lead_min"]):
        return " Nobody has a lead of its own, which a choice could move."
    if not row["matters"]:
        return " No choice moves the lead."
    return f" Of the variance of the lead {percent(row['matters_share'])} is due to {clean(row['matters'])}, which matters most."


def _about(row: Mapping[Any, Any]) -> str:
    return f"{AMONG[row['group']]} by {BY.get(row['metric'], clean(row['metric']))}" if "group" in row else clean(row["conclusion"])


def _so(row: Mapping[Any, Any]) -> str:
    """Say a conclusion as the beginning of a sentence."""
    leader = str(row["leader"])
    if "group" in row:
        return f"{whose(leader)} {'share the lead' if ', ' in leader else 'leads'} {_about(row)}"
    if row["conclusion"] == FIRST:
        return f"{whose(leader)} {'share first place' if ', ' in leader else 'is first'}"
    return f"{clean(row['conclusion'])}: {whose(leader)}{' share the lead' if ', ' in leader else ''}"


def _what_matters(rows: pd.DataFrame) -> str:
    """Say which choices matter most, of several metrics of a group."""
    told = [(row["matters"], f"{clean(row['metric'])} {percent(row['matters_share'])}") for row in rows.to_dict("records") if row["matters"]]
    by_choice = {choice: [words for matters, words in told if matters == choice] for choice, _ in told}
    if not by_choice:
        return ""
    return "; most of the variance of the lead is due to " + ", to ".join(f"{clean(name)} ({', '.join(words)})" for name, words in by_choice.items())


def _of_leader(leader: str, led: pd.DataFrame, alone: bool) -> str:
    always = led.loc[led["n_leads"] == led["n_analyses"], "metric"].tolist()
    parts = [f"by {'every metric' if alone and len(always) == len(led) else listing(always)} in every analysis"] if always else []
    for row in led[~led["metric"].isin(always)].itertuples():
        parts.append(f"by {clean(row.metric)} in {row.n_leads:,} of {row.n_analyses:,} ({clean(row.others)})")
    least_ranked = led.iloc[int(led["n_unranked"].to_numpy().argmax())].to_dict()
    return f"{whose(leader)} {'share the lead' if ', ' in leader else 'leads'} {', '.join(parts)}{_unranked(least_ranked, 'up to ')}"


def of_choice_effects(frame: pd.DataFrame, level: str) -> str:
    """Say of each conclusion which choices make most of the spread of the lead."""
    sentences = []
    for _, rows in frame[frame["n_choices"] == 1].groupby(named_by(frame) or "leader", sort=False):
        first = rows.to_dict("records")[:2]
        most = " and ".join(f"{percent(row['shapley'])} to {clean(row['choices'])}" for row in first)
        about = f"{_about(first[0])}: " if named_by(frame) else ""
        sentences.append(f"{about[:1].upper()}{about[1:]}{'of' if about else 'Of'} the variance of the lead {most}.")
    return " ".join(sentences)


def of_one_choice(frame: pd.DataFrame, level: str) -> str:
    """Say of how many conclusions the leader stays whichever single choice is made otherwise, and of the first of which it does not, what changes it.

    A leader that stays need not be sure; of conclusions with nobody else to lead, choices say nothing.
    """
    known = frame[frame["leader"].notna()]
    every = [rows for _, rows in known.groupby(named_by(frame), sort=False)]
    telling = [rows for rows in every if rows["comparable"].astype(bool).any() and len(rows) > 1]
    changes = [rows[(rows["leads"] != rows["leader"]) & rows["comparable"]] for rows in telling]
    changed = [(rows, other) for rows, other in zip(telling, changes, strict=True) if len(other)]
    held = [rows for rows, other in zip(telling, changes, strict=True) if not len(other)]
    sentences = []
    if len(telling) > 1:
        same = "the same one leads" if "group" in frame else "the same competitor is first"
        sentences.append(f"In {len(held)} of {plural(len(telling), 'conclusion')} {same} {WHICHEVER}{_not_sure(held)}.")
    elif held:
        sentences.append(f"{headed(_so(held[0].iloc[0].to_dict()))} {WHICHEVER}{_not_sure(held)}.")
    if changed:
        first, other = changed[0]
        sentences.append(f"{headed(_so(first.iloc[0].to_dict()))}, but not {lost_with(other)}.")
        if more := [rows.iloc[0].to_dict() for rows, _ in changed[1:]]:
            sentences.append(f"Single choices also change who leads {conclusions_named(more)}.")
    if n := len(every) - len(telling):
        sentences.append(f"Of {plural(n, 'conclusion')} choices say nothing, because nobody else is ranked.")
    not_ranked = pd.concat(telling)[lambda rows: ~rows["comparable"].astype(bool)] if telling else known[:0]
    if len(not_ranked):
        by = [told_change(change) for change in not_ranked["change"].unique()]
        of = plural(len(not_ranked[named_by(frame)].drop_duplicates()), "conclusion")
        told = listing(by, last="or") if len(by) <= MOST_IN_FULL else f"{len(by)} of the choices"
        sentences.append(f"With {told} the usual leader is not ranked, or nobody else is, in {of}; that says nothing of who leads there.")
    return " ".join(sentences)


def lost_with(other: pd.DataFrame) -> str:
    """Say with which choices, each by itself, others lead than usual, and who."""
    by_leader: dict[str, list[str]] = {}
    for row in other.to_dict("records"):
        by_leader.setdefault(_leads(str(row["leads"])), []).append(told_change(row["change"]))
    return " or ".join(f"with {listing(changes, say=clean, last='or')} ({leads})" for leads, changes in by_leader.items())


def conclusions_named(rows: Sequence[Mapping[Any, Any]]) -> str:
    """Name the conclusions that rows are of: groups, with the metrics of each."""
    by_group: dict[str, list[str]] = {}
    for row in rows:
        by_group.setdefault(AMONG.get(str(row["group"]), f"in group {clean(row['group'])}"), []).append(metric_named(row["metric"]))
    return listing([f"{among} by {listing(metrics, len(metrics), clean)}" for among, metrics in by_group.items()], len(by_group), clean)


def metric_named(metric: object) -> str:
    """Name a metric after "by"."""
    return BY.get(str(metric), clean(metric))


def _not_sure(held: Sequence[pd.DataFrame]) -> str:
    """Say of how many conclusions it is not sure who leads, though the same leads under every choice."""
    usual = [rows["p_usual"].iloc[0] if "p_usual" in rows else None for rows in held]
    n = sum(p is not None and not is_missing(p) and float(p) < SURE for p in usual)
    if not n:
        return ""
    if len(held) == 1:
        return f", by the estimates: its probability to lead is below {percent(SURE)} under the usual choices, too"
    return f", by the estimates: in {n} of these the leader leads with a probability below {percent(SURE)} under the usual choices, too"


def _leads(leaders: str) -> str:
    return f"{whose(leaders)} {'share the lead' if ', ' in leaders else 'leads'}"


def of_ranges(frame: pd.DataFrame, level: str) -> str:
    """Say of each conclusion which number matters most, and between which ends the lead stays."""
    sentences = []
    for _, rows in frame.groupby(named_by(frame), sort=False):
        first = rows.iloc[0].to_dict()
        ends = span(first["lead_min"], first["lead_max"], interval_digits([first["lead_min"]], [first["lead_max"]]))
        # An estimate, which chance may put outside.
        share = min(max(float(first["share_total"]), 0.0), 1.0)
        most = f"an estimated {percent(share)} of its variance is due to {clean(first['choices'])}, by itself or with others"
        sentences.append(f"{_about(first)[:1].upper()}{_about(first)[1:]}: the lead of {whose(first['leader'])} is {ends}; {most}.")
    return " ".join(sentences)


def of_changes(frame: pd.DataFrame, level: str) -> str:
    """Say of each conclusion how few choices change it."""
    sentences = []
    for _, rows in frame.groupby(named_by(frame), sort=False):
        first, n = rows.iloc[0].to_dict(), rows["change"].nunique()
        ways = "in one way" if n == 1 else f"in {n:,} ways"
        sentences.append(f"{headed(_so(first))}: {plural(int(first['n_choices']), 'other choice')} can change that, {ways}.")
    return " ".join(sentences)


def named_by(frame: pd.DataFrame) -> list[str]:
    """Return the columns that name a conclusion."""
    return [column for column in ("group", "metric", "conclusion") if column in frame]


def _counted(n_analyses: "pd.Series[int]", n_specifications: "pd.Series[int]") -> str:
    """Say how many specifications there are, and how many analyses they are."""
    fewest, most = int(n_analyses.min()), int(n_analyses.max())
    distinct = (
        plural(most, "distinct analysis", "distinct analyses")
        if fewest == most
        else f"{fewest:,} to {plural(most, 'distinct analysis', 'distinct analyses')}"
    )
    return f"{plural(int(n_specifications.max()), 'specification')}, which are {distinct}"


OF_GRIDS: dict[str, Callable[[pd.DataFrame, str], str]] = {
    "specifications": of_specifications,
    "multiverse": of_agreement,
    "choice effects": of_choice_effects,
    "changes": of_changes,
    "one choice": of_one_choice,
    "ranges": of_ranges,
}
