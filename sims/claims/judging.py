"""Claims judged by evidence: a row each, with the verdict and the sentence that a careful author could write."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pandas as pd

from recount.data import Board, Catalogue, Scores
from recount.data.boards.series import Boards
from recount.engine.choices.arguments import checked
from recount.engine.errors import InputError, OptionError
from recount.sims.analysis.analysis import Analysis
from recount.sims.claims.careful import careful_sentences, said_apart, what_was_tested
from recount.sims.claims.claim import Claim
from recount.sims.claims.evidence import Evidence, UntestableError, day_of_ratings
from recount.sims.claims.evidence_notes import of_evidence
from recount.sims.claims.measurable import check_measurable
from recount.sims.claims.measures import MEASURES
from recount.sims.claims.of_releases import found_in_releases
from recount.sims.claims.overturning import votes_that_overturn
from recount.sims.claims.verdicts import Found, is_near, verdict
from recount.sims.presentation import Table


@checked
def judge(
    claims: Sequence[Claim],
    analysis: Analysis,
    catalogue: Catalogue,
    day: date | None = None,
    scores: Scores | None = None,
    boards: Boards | Sequence[Board] = (),
) -> Table:
    """Judge claims.

    Parameters
    ----------
    claims : sequence of Claim
    analysis : Analysis
        Of votes, or of ratings with their uncertainty, under the usual specification.
    catalogue : Catalogue
        As `recount.data.read_catalogue` returns it.
    day : date, optional
        Of the ratings, if it is another than that of the board, of the bundled votes, or of the last vote; claims that speak of another time are not
        judged by them.
    scores : Scores, optional
        Benchmark scores, as `recount.read_scores` returns them.
    boards : Boards or sequence of Board, optional
        As `recount.read_boards` and `recount.read_history` return them: a claim that speaks of a day is judged by the nearest of these, in place of
        `analysis`.

    Returns
    -------
    Table
        id, verdict (of what was tested), tested, not_tested (of the quotation), quotation, source, provenance, date, metric, says, value, estimate,
        lower, upper, p_true, p_error, p_contradicted, p_most, share_true, share_contradicted, least, most, n_specifications, matters, decides,
        otherwise, n_overturn, why_not, unit, measured, among, caveat, as_of, of_one_day, instead.

    Raises
    ------
    InputError
        If a claim names an unknown metric, or a field or a choice that its metric does not use.
    """
    check_measures(claims)
    dated, told = ([board for _, board in boards.by_date], boards.told) if isinstance(boards, Boards) else (boards, ())
    evidence = Evidence(analysis, catalogue, day_of_ratings(claims, analysis, day), scores, dated)
    rows: list[dict[str, Any]] = []
    more_draws: list[str] = []
    for claim in claims:
        try:
            found = MEASURES[claim.metric].find(claim, evidence)
            if not found.why_not:
                found = replace(found, n_overturn=votes_that_overturn(claim, analysis, catalogue, day))
        except UntestableError as why:
            found = Found(why_not=str(why))
        judged = verdict(found)
        if is_near(found) and judged == "undecided" and MEASURES[claim.metric].find is not found_in_releases:
            more_draws.append(f"{claim.id}: more `n_draws` tell its probability from 95 %")
        own = {name: getattr(claim, name) for name in ("id", "quotation", "source", "provenance", "date", "metric", "says", "value")}
        said = {"id": claim.id, "tested": what_was_tested(claim, found), "not_tested": claim.not_tested}
        rows.append({"verdict": judged, **said, **own, **asdict(found), "instead": careful_sentences(claim, found, judged, analysis.specification)})
    instead = (" ".join(filter(None, (f"{row['id']}: {row['verdict']}.", row["instead"], said_apart(row)))) for row in rows)
    notes = (*instead, *more_draws, *told, *of_evidence(claims, evidence))
    return Table("claims", pd.DataFrame(rows), notes, "Claims", analysis.basis(), confidence_level=analysis.specification.confidence_level)


def check_measures(claims: Sequence[Claim]) -> None:
    """Raise `InputError` unless every claim can be measured as it says."""
    for claim in claims:
        try:
            check_measurable(claim)
        except OptionError as error:
            raise InputError(f"claim {claim.id!r}: {error}") from error
