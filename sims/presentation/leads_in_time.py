"""Which country leads at every date: since when, how surely, and what was before."""

import itertools
from typing import NamedTuple

import pandas as pd

from recount.engine.plurals import plural
from recount.sims.presentation.country_leads import AMONG, OF_GROUP
from recount.sims.presentation.wording import clean, headed, is_missing, is_probability, name, the_countries

# From here on a lead is called sure.
SURE = 0.95


class Lead(NamedTuple):
    """Who leads at a date.

    Attributes
    ----------
    date : str
    leaders : tuple of str
        Several if they share the lead.
    p : float
        Of the first of them; missing if it is not known.
    """

    date: str
    leaders: tuple[str, ...]
    p: float


def leads_of(frame: pd.DataFrame) -> list[Lead]:
    """Return the lead of each date and source, in the order of the table."""
    first = frame[frame["rank"] == 1]
    return [
        Lead(str(date), tuple(rows["country"]), float(rows["p_leads"].iloc[0])) for (date, _), rows in first.groupby(["date", "source"], sort=False)
    ]


def of_leads_in_time(frame: pd.DataFrame, level: str) -> str:
    """Say who leads in the end, since when, how surely, and who led before."""
    leads = leads_of(frame)
    group, metric = str(frame["group"].iloc[0]), str(frame["metric"].iloc[0])
    does = f"the best {OF_GROUP.get(group, f'model of group {name(group)}')}"
    has, have = f"has {does}", f"share {does}"
    if metric != "best":
        among = f"{AMONG.get(group, f'in group {name(group)}')} by {clean(metric)}"
        has, have = f"leads {among}", f"share the lead {among}"
    last = leads[-1]
    start = next((place + 1 for place in range(len(leads) - 1, -1, -1) if leads[place].leaders != last.leaders), 0)
    who, run = the_countries(last.leaders), leads[start:]
    verb = has if len(last.leaders) == 1 else have
    if len(leads) == 1:
        return headed(f"{_by_estimates(run)}{who} {verb} on {last.date}{_sure(last)}.")
    since = f"at every date since {run[0].date} ({len(run)} of {len(leads)})" if start else f"at {_every(len(leads))} since {run[0].date}"
    return " ".join(filter(None, [headed(f"{_by_estimates(run)}{who} {verb} {since}."), _how_sure(run), _before(leads, start)]))


def _by_estimates(run: list[Lead]) -> str:
    """Say that a lead is one of estimates, where it is not sure at the last date of which that is known."""
    known = [lead.p for lead in run if not is_missing(lead.p)]
    return "By the estimates " if len(run[0].leaders) == 1 and known and known[-1] < SURE else ""


def _sure(lead: Lead) -> str:
    return " (how surely is not known)" if is_missing(lead.p) else f" (P is {is_probability(lead.p)})"


def _how_sure(run: list[Lead]) -> str:
    """Say how surely the leader leads, at the first date of which it is known, and since when it is sure."""
    known = [lead for lead in run if not is_missing(lead.p)]
    if not known:
        return "How surely is known at none of these dates."
    first, last = known[0], known[-1]
    at = next((place + 1 for place in range(len(known) - 1, -1, -1) if known[place].p < SURE), 0)
    told = f"P(leads) is {is_probability(first.p)} on {first.date}"
    if at == len(known):
        lowest = min(known, key=lambda lead: lead.p)
        between = "" if lowest.p >= min(first.p, last.p) else f", {is_probability(lowest.p)}, the lowest, on {lowest.date}"
        return f"{told}{between}{f', and {is_probability(last.p)} on {last.date}' if last is not first else ''}, which is below {SURE}."
    if at:
        return f"{told}, and {SURE} or more since {known[at].date}, at {_dates(known[at:])}."
    return f"P(leads) is {SURE} or more at {'all of them' if len(known) == len(run) else _dates(known)}."


def _dates(known: list[Lead]) -> str:
    """Name the dates of which a probability is known."""
    return f"{_every(len(known))} of which it is known"


def _every(n: int) -> str:
    return {1: "the one date", 2: "both dates"}.get(n, f"all {plural(n, 'date')}")


def _before(leads: list[Lead], start: int) -> str:
    """Say who led before, how often that changed, and when the leader of today led first."""
    if not start:
        return ""
    before, now = leads[start - 1], leads[start].leaders
    told = f"Before, {the_countries(before.leaders)} led, last on {before.date}{_sure(before)}"
    known = [lead for lead in leads[:start] if not is_missing(lead.p)]
    if known and known[-1] is not before:
        told += f", and {the_countries(known[-1].leaders)} on {known[-1].date}{_sure(known[-1])}"
    n_changes = sum(one.leaders != other.leaders for one, other in itertools.pairwise(leads[:start]))
    earlier = next((lead for lead in leads[:start] if lead.leaders == now), None)
    if n_changes:
        told += f"; the lead had changed {plural(n_changes, 'time')} by then"
    return told + (f", and {the_countries(now)} led first on {earlier.date}{_sure(earlier)}." if earlier is not None else ".")
