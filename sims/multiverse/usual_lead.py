"""Who leads a ranking and by how much, and by how much the usual leader leads it."""

from collections.abc import Sequence

import numpy as np

from recount.engine import ELO
from recount.engine.vote_law import VoteLaw
from recount.sims.countries.metrics import METRICS, Metric
from recount.sims.countries.order_of_countries import Standings
from recount.sims.countries.ranking import Row
from recount.sims.presentation.wording import listing

OF_USUAL = ("lead", "lead_lower", "lead_upper", "p_usual")


def who_is_missing(names: Sequence[str]) -> str:
    """Say that somebody, or several, are not ranked."""
    return f"{listing(names)} {'is' if len(names) == 1 else 'are'} not ranked"


def unranked(metric: Metric, reason: str) -> Row:
    """Return what `leads_of` does, where nobody is ranked, for a reason."""
    row: Row = {"unit": unit_of(metric), "country": None, **dict.fromkeys(("estimate", "p_leads", "gap", "gap_lower", "gap_upper"), float("nan"))}
    return row | {"reason": reason, "comparable": False} | dict.fromkeys(OF_USUAL, float("nan"))


def unit_of(metric: Metric) -> str:
    """Return the unit of a lead: of ratings, points."""
    return "points" if metric.unit == "rating" else metric.unit


def said_of_a_vote(law: VoteLaw | None, metric: str, leads: Row) -> Row:
    """Return what a model of ties says of a vote from the gap by a metric in points, as `leads_of` returns it."""
    if law is None or METRICS[metric].unit != "rating":
        return {}
    return {name: float(value[0]) for name, value in law.of_leads(np.array([leads["gap"] / ELO])).items()}


def leads_of(found: Standings, usual: Sequence[str], confidence_level: float) -> Row:
    """Return who leads a ranking and by how much, and the same of the usual leader.

    Returns
    -------
    dict
        unit, country (the names of all where several share the lead), estimate, p_leads, gap, gap_lower, gap_upper (to the next); comparable: whether
        all `usual` leaders are ranked, and anybody else; reason: why not, "" if they are; and of the usual leader lead, lead_lower, lead_upper,
        p_usual: by how much it is ahead of the best of all others, and how probable it is that it leads; missing where it is not ranked, or several
        share the usual lead.
    """
    metric, (gap, lower, upper) = found.metric, found.lead_of(0, confidence_level)
    # Adding 0 makes 0 of minus 0.
    estimate = 0.0 - float(found.estimate[0]) if metric.least_leads else float(found.estimate[0])
    row: Row = {"unit": unit_of(metric), "country": ", ".join(found.leaders), "estimate": estimate}
    # Who is ranked alone leads nobody.
    row |= {"p_leads": float(found.p_leads[0]) if len(found.countries) > 1 else float("nan"), "gap": gap, "gap_lower": lower, "gap_upper": upper}
    missing = [name for name in usual if name not in found.countries]
    row["reason"] = who_is_missing(missing) if missing else "" if len(found.countries) > 1 else "no other country is ranked"
    row["comparable"] = not row["reason"]
    if len(usual) != 1 or not row["comparable"]:
        return row | dict.fromkeys(OF_USUAL, float("nan"))
    i = found.countries.index(usual[0])
    of_usual = (gap, lower, upper) if i == 0 else found.lead_of(i, confidence_level)
    return row | dict(zip(OF_USUAL, (*of_usual, float(found.p_leads[i])), strict=True))
