"""Claims judged by evidence: a row each, with the verdict and the sentence that a careful author could write."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

import pandas as pd

from recount.data import Catalogue
from recount.engine.choices import choices_of
from recount.engine.errors import InputError
from recount.sims.analysis.analysis import Analysis
from recount.sims.claims.careful import careful_sentence
from recount.sims.claims.claim import Claim, near
from recount.sims.claims.evidence import Evidence
from recount.sims.claims.measures import ALWAYS, MEASURES
from recount.sims.claims.verdicts import verdict
from recount.sims.countries.by_country import known_facts, of_facts
from recount.sims.presentation import Table

NO_DAY = "the day of these ratings is not known, so claims that speak of a day are judged as if it were that one; give as_of"


def judge(claims: Sequence[Claim], analysis: Analysis, catalogue: Catalogue, day: date | None = None) -> Table:
    """Judge claims.

    Parameters
    ----------
    claims : sequence of Claim
    analysis : Analysis
        Of votes, or of ratings with their uncertainty, under the usual specification.
    catalogue : Catalogue
        As `recount.data.read_catalogue` returns it.
    day : date, optional
        Of the ratings; claims that speak of another time are not judged by them.

    Returns
    -------
    Table
        id, verdict, quotation, source, provenance, metric, measured, says, value, estimate, lower, upper, unit, p_true, share_true, least, most,
        n_specifications, matters, n_overturn, why_not, instead.

    Raises
    ------
    InputError
        If a claim names an unknown metric, or a field that its metric does not use.
    """
    check_measures(claims)
    facts = known_facts(analysis, catalogue)
    evidence = Evidence(analysis, facts, catalogue, day)
    rows: list[dict[str, Any]] = []
    for claim in claims:
        found = MEASURES[claim.metric].find(claim, evidence)
        judged = verdict(found)
        own = {name: getattr(claim, name) for name in ("id", "quotation", "source", "provenance", "date", "metric", "says", "value")}
        rows.append({"verdict": judged, **own, **found._asdict(), "instead": careful_sentence(claim, found, judged, analysis.specification)})
    instead = (f"{row['id']}: {row['verdict']}. {row['instead']}" for row in rows)
    # What is not known is told of the groups that claims speak of.
    asked = analysis.specification.but(groups=tuple(dict.fromkeys(claim.group for claim in claims)) or ("all",))
    of_no_day = () if day or not any(claim.date for claim in claims) else (NO_DAY,)
    notes = (*instead, *of_no_day, *of_facts(facts, asked), *analysis.notes())
    return Table("claims", pd.DataFrame(rows), notes, "Claims", analysis.basis(), confidence_level=analysis.specification.confidence_level)


def check_measures(claims: Sequence[Claim]) -> None:
    """Raise `InputError` unless every claim names a metric and only fields that the metric uses."""
    for claim in claims:
        if claim.metric not in MEASURES:
            raise InputError(f"claim {claim.id!r}: metric is {claim.metric!r}; {near(claim.metric, MEASURES)}")
        takes = {*MEASURES[claim.metric].takes, *ALWAYS}
        for one in fields(Claim):
            default = choices_of(Claim)[one.name].default if one.name in choices_of(Claim) else {}
            if one.name not in takes and getattr(claim, one.name) != default:
                raise InputError(f"claim {claim.id!r}: {one.name} is {getattr(claim, one.name)!r}, which {claim.metric!r} does not use; leave it out")
