"""Claims about countries in ratings under every specification: by how much each is true, with its interval, and how probably.

The *lead* of a claim is how far its number is on the side that is claimed: above a bound, below it, or within the tolerance around it. It is above 0
where the claim is true, and the number under one specification is the median over draws of strengths, as where the claim is judged. Of a claim that
one is ahead of another it is on the usual scale (`recount.sims.multiverse.usual_scale`); one that names a number of points is about those of each
specification, and the unit is part of whether it is true.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from recount.data import Board, Catalogue
from recount.data.boards.series import Boards
from recount.engine.choices.arguments import checked
from recount.engine.errors import InputError, RecountError
from recount.engine.plurals import plural
from recount.engine.uncertainty.interface import Uncertainty
from recount.engine.votes import Floats
from recount.sims.analysis.analysis import Analysis
from recount.sims.claims.claim import Claim
from recount.sims.claims.comparisons import is_true
from recount.sims.claims.evidence import Evidence, Rated, UntestableError, day_of_ratings
from recount.sims.claims.evidence_notes import of_evidence
from recount.sims.claims.of_ratings import CERTIFIED, check_choices, usual_sample, values_by_countries, values_of
from recount.sims.claims.other_models import allowing_for_other_models
from recount.sims.claims.scales import check_scale, names_a_rating
from recount.sims.claims.specifications import asked_values, rating_values, with_choices
from recount.sims.countries.groups import members_of
from recount.sims.countries.metrics import METRICS
from recount.sims.countries.order_of_countries import interval_of, median
from recount.sims.multiverse.combinations import combined, reason_among, reasonable_values
from recount.sims.multiverse.grid_notes import of_incomplete
from recount.sims.multiverse.stability import Multiverse, multiverse_of
from recount.sims.multiverse.usual_scale import TOLD, on_usual_scale, usual_over_other
from recount.sims.presentation import Table
from recount.sims.specification import Specification

BY = ("conclusion",)
TRUE, NOT_TRUE = "true", "not true"
ANYWHERE = (np.array([-np.inf]), np.array([np.inf]))


@checked
def claims_across_specifications(
    claims: Sequence[Claim], analysis: Analysis, catalogue: Catalogue, day: date | None = None, boards: Boards | Sequence[Board] = ()
) -> Multiverse:
    """Ask under every reasonable specification whether claims about countries in ratings are true, and by how much.

    Parameters
    ----------
    claims : sequence of Claim
        Others are told and left out.
    analysis, catalogue, day, boards
        As of `recount.judge`; a claim is judged by the ratings of the nearest day.

    Raises
    ------
    InputError
        If these ratings measure none of the claims under any specification.
    """
    dated = [board for _, board in boards.by_date] if isinstance(boards, Boards) else boards
    evidence = Evidence(analysis, catalogue, day_of_ratings(claims, analysis, day), None, dated)
    told: list[str] = []
    found: list[Multiverse] = []
    for claim in claims:
        try:
            lines, base, missing = curve_of(claim, evidence)
        except UntestableError as why:
            told.append(f"{claim.id}: left out: {why}")
            continue
        told += [
            f"{claim.id}: {plural(n, 'specification is', 'specifications are')} not possible and not counted: {why}" for why, n in missing.items()
        ]
        told += of_incomplete(lines, base, BY, bool(missing))
        found.append(multiverse_of(lines, base, BY, "verdict", ()))
    if not found:
        raise InputError(f"these ratings measure none of the claims: {'; '.join(told)}")
    told.append("every specification counts alike; the lead of a claim is how far its number is on the side claimed, above 0 where it is true")
    if analysis.has_votes:
        told.append(f"{TOLD}; of claims that name a number of points, so are leads")
    notes = (*told, *of_evidence(claims, evidence))
    return Multiverse(*(_one_below_another(tables, notes) for tables in zip(*found, strict=True)))


def _one_below_another(tables: Sequence[Table], notes: Sequence[str]) -> Table:
    """Return tables of a kind as one."""
    return replace(tables[0], frame=pd.concat([table.frame for table in tables], ignore_index=True), notes=tuple(notes))


def curve_of(claim: Claim, evidence: Evidence) -> tuple[pd.DataFrame, Specification, Counter[str]]:
    """Return what a claim is under every specification, the usual one, and how many have no number, by the reason.

    Raises
    ------
    UntestableError
        If ratings do not measure it, or not under the usual specification.
    """
    if claim.metric not in METRICS or not claim.country:
        raise UntestableError("ratings do not measure it, or it names no country")
    rated = evidence.of_category(evidence.times_of(claim)[0], claim)
    check_choices(claim, rated[0].analysis)
    chosen = [with_choices(one.analysis.specification, claim) for one in rated]
    check_scale(claim, rated[0].analysis, chosen[0])
    scale = {} if names_a_rating(claim, chosen[0]) else {"anchor": None}
    own = [one.but(**scale, groups=(claim.group,), metrics=(claim.metric,)) for one in chosen]
    ratings = rating_values(claim, own[0]) if rated[0].analysis.has_votes else {}
    asked = asked_values(claim, own[0], claim.metric)
    if "country_draws" not in claim.choices:
        asked["country_draws"] = reasonable_values(own[0])["country_draws"]
    of_usual = [one.analysis.under(mine).uncertainty for one, mine in zip(rated, own, strict=True)]
    rows: list[dict[str, Any]] = []
    missing: Counter[str] = Counter()
    usual: str | None = None
    kinds: dict[Hashable, int] = {}
    known: dict[Hashable, tuple[int, dict[str, Any]]] = {}
    for of_votes in combined(own[0], ratings):
        # What is found on the way is not kept: the draws of all would take gigabytes.
        anew = [one._replace(analysis=Analysis(one.analysis.source, of_votes.but(where=mine.where))) for one, mine in zip(rated, own, strict=True)]
        for under in combined(of_votes, asked):
            try:
                basis = _basis_of(claim, anew, under, kinds)
                if basis not in known:
                    found = row_of_claim(claim, anew, under, [under.but(where=mine.where) for mine in own])
                    row = on_usual_scale({**found, "comparable": True}, scale_of_claim(claim, of_usual, anew))
                    known[basis] = len(known) + 1, row
            except RecountError as why:
                missing[reason_among(why, {*ratings, *asked})] += 1
                continue
            number, row = known[basis]
            usual = row["verdict"] if under == own[0] else usual
            rows.append({"conclusion": claim.id, "analysis": number, "n_specifications": 1, **under.as_dict(), **row})
    if usual is None:
        raise UntestableError(f"under the usual specification there is no number: {next(iter(missing))}")
    lines = pd.DataFrame(rows)
    return lines.assign(p_usual=lines["p_true"] if usual == TRUE else 1 - lines["p_true"]), own[0], missing


def _basis_of(claim: Claim, rated: Sequence[Rated], under: Specification, kinds: dict[Hashable, int]) -> Hashable:
    """Say what a claim is computed from: the number of the kind of ratings, whose models they are, what the metric asks, and what is drawn."""
    basis: list[Hashable] = [under.country_draws]
    for one in rated:
        found = one.analysis.uncertainty
        ratings = np.round([found.strengths, found.standard_errors()], CERTIFIED) + 0.0
        members = members_of(found.names, one.facts, under, claim.group)
        basis.append(kinds.setdefault((found.names, ratings.tobytes()), len(kinds)))
        basis.append((members.key, METRICS[claim.metric].depends_on(under, members.n_models)))
    return tuple(basis)


def row_of_claim(claim: Claim, rated: Sequence[Rated], under: Specification, each: Sequence[Specification]) -> dict[str, Any]:
    """Return what a claim is under one specification, which is another of `each` category.

    Returns
    -------
    dict
        unit, verdict ("true" or "not true", by the estimate), estimate, lead, lead_lower, lead_upper, p_true.
    """
    metric = METRICS[claim.metric]
    samples = [usual_sample(one, s, place) for place, (one, s) in enumerate(zip(rated, each, strict=True))]
    values = allowing_for_other_models(claim, values_of(claim, values_by_countries(claim, rated, under, samples), under), rated, under, samples)
    draws = values[1:, None]
    estimate = values[:1]
    if len(draws) and (metric.is_mean or samples[0].strengths.are_of_strengths):
        estimate = draws.mean(axis=0) if metric.is_mean else median(draws)
    lead = side_of_claim(claim, estimate)
    lower, upper = interval_of(side_of_claim(claim, draws), lead, under.confidence_level, 0, ANYWHERE)
    return {
        "unit": "points" if metric.unit == "rating" else metric.unit,
        "verdict": TRUE if is_true(claim, estimate)[0] else NOT_TRUE,
        "estimate": float(estimate[0]),
        "lead": float(lead[0]),
        "lead_lower": float(lower[0]),
        "lead_upper": float(upper[0]),
        "p_true": float(is_true(claim, values[1:]).mean()) if len(draws) else float("nan"),
    }


def scale_of_claim(claim: Claim, usual: Sequence[Uncertainty], rated: Sequence[Rated]) -> float:
    """Return by what the lead of a claim is multiplied to be on the usual scale; 1 of one that names points, as these are of each specification."""
    if METRICS[claim.metric].unit != "rating" or claim.bound or claim.says == "equals":
        return 1.0
    return float(np.mean([usual_over_other(mine, one.analysis.uncertainty) for mine, one in zip(usual, rated, strict=True)]))


def side_of_claim(claim: Claim, values: Floats) -> Floats:
    """Return how far numbers are on the side that a claim says they are."""
    away = values - claim.bound
    if claim.says == "equals":
        return np.asarray(claim.tolerance - np.abs(away))
    return -away if claim.says in ("at most", "below") else away
