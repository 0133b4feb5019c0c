"""Outcomes about countries and published claims."""

from recount.engine.errors import InputError, RecountError
from recount.engine.near_names import did_you_mean
from recount.sims.analysis.kept import Kept
from recount.sims.claims.bundled import path_of
from recount.sims.claims.claim import Claim
from recount.sims.claims.claim_files import read_claims
from recount.sims.claims.judging import judge
from recount.sims.countries.drawing import Drawn
from recount.sims.countries.groups import group_of, members_of
from recount.sims.countries.metrics import METRICS
from recount.sims.countries.ranking import Row, rank_group, rows_of
from recount.sims.studies.outcome import Outcome
from recount.sims.studies.seen import Measured, SeenAnalysis

KEPT = Kept()
# Between countries that lead together.
BOTH = " and "


def country_gap(outcome: Outcome, seen: SeenAnalysis) -> Measured:
    """Metric of a country minus that of another, or of the best of all others, by the estimated ratings, in the unit of the metric."""
    rows = _ranked(outcome, seen, of_estimates=True)
    ours = _row_of(outcome.country, rows, outcome)
    others = [row for row in rows if row is not ours] if not outcome.against else [_row_of(outcome.against, rows, outcome)]
    # Best country first.
    return Measured(float(ours["estimate"] - others[0]["estimate"]))


def p_country_leads(outcome: Outcome, seen: SeenAnalysis) -> Measured:
    """Probability that a country leads."""
    return Measured(float(_row_of(outcome.country, _ranked(outcome, seen, of_estimates=False), outcome)["p_leads"]))


def lead_kept(outcome: Outcome, seen: SeenAnalysis) -> Measured:
    """Whether the country that leads by the estimated ratings is that of the reference: 1 or 0; says which leads.

    Where that country has no model left, there is nothing to compare.
    """
    rows = _ranked(outcome, seen, of_estimates=True)
    said = (seen.reference.said or {}).get(outcome, "")
    if gone := [country for country in said.split(BOTH) if country and country not in [row["country"] for row in rows]]:
        raise InputError(f"no model of {gone[0]} is left, which leads in the reference")
    return _compared(outcome, seen, BOTH.join(row["country"] for row in rows if row["rank"] == 1))


def leader_by_strengths(outcome: Outcome, seen: SeenAnalysis) -> str:
    """Return which country leads by strengths given the ratings, as countries are ranked; "" where that cannot be said."""
    try:
        rows = _ranked(outcome, seen, of_estimates=False)
    except RecountError:
        return ""
    return BOTH.join(row["country"] for row in rows if row["rank"] == 1)


def verdict_kept(outcome: Outcome, seen: SeenAnalysis) -> Measured:
    """Whether a claim has the verdict that it has in the reference: 1 or 0; says the verdict."""
    claim = claim_of(outcome)
    return _compared(outcome, seen, str(judge([claim], seen.analysis, seen.catalogue, seen.day).frame["verdict"].iloc[0]))


def _compared(outcome: Outcome, seen: SeenAnalysis, found: str) -> Measured:
    said = seen.reference.said
    if said is not None and outcome not in said:
        raise InputError(f"the source as it is says nothing that a run could be compared with: {seen.reference.why_not.get(outcome, '')}")
    return Measured(1.0 if said is None else float(found == said[outcome]), found)


def claim_of(outcome: Outcome) -> Claim:
    """Return the claim of which an outcome speaks.

    Raises
    ------
    InputError
        If there is no such file, set, or claim.
    """
    path = path_of(outcome.claims)
    claims = {claim.id: claim for claim in KEPT.once("claims", path, lambda: read_claims(path))}
    if outcome.claim not in claims:
        raise InputError(f"claim is {outcome.claim!r}, which is not in {outcome.claims!r}; {did_you_mean(outcome.claim, claims)}")
    return claims[outcome.claim]


def _ranked(outcome: Outcome, seen: SeenAnalysis, *, of_estimates: bool) -> list[Row]:
    """Rank the countries of a group, by the estimated ratings or by draws; best first."""
    analysis, facts, s = seen.analysis, seen.facts, seen.analysis.specification
    if isinstance(facts, str):
        raise InputError(facts)
    if of_estimates:
        rated, metric = analysis.uncertainty, METRICS[outcome.metric]
        members = members_of(rated.names, facts, s, outcome.group)
        group = group_of(Drawn(rated.strengths[None], are_of_strengths=False), members, analysis.scale, rated.law)
        rows = [] if metric.why_not(group) else rank_group(group, metric, s)
    else:
        rows = rows_of(analysis, facts, outcome.group, outcome.metric)
    if not rows:
        raise InputError(f"no country can be ranked by {outcome.metric!r} in group {outcome.group!r}")
    if len(rows) < 2:
        raise InputError(
            f"only {rows[0]['country']} is ranked by {outcome.metric!r} in group {outcome.group!r}; there is no other country that could lead"
        )
    return rows


def _row_of(country: str, rows: list[Row], outcome: Outcome) -> Row:
    found = next((row for row in rows if row["country"] == country), None)
    if found is None:
        field, there = "country" if country == outcome.country else "against", ", ".join(row["country"] for row in rows)
        raise InputError(f"{field} is {country!r}, of which no model is ranked in group {outcome.group!r}; there are {there}")
    return found
