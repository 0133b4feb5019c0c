"""What is not known of the data that judged claims: of the ratings of each day and category among them, of their models, and of the scores."""

from collections.abc import Hashable, Iterator, Sequence

from recount.engine.errors import RecountError
from recount.sims.claims.claim import OVERALL, Claim
from recount.sims.claims.evidence import Evidence, Rated
from recount.sims.countries.by_country import of_facts
from recount.sims.countries.metrics import METRICS

NO_DAY = "the day of these ratings is not known, so claims that speak of a day are judged as if it were that one, unless it is given"
ORDERS = "agreement of orders"


def of_evidence(claims: Sequence[Claim], evidence: Evidence) -> Iterator[str]:
    """Say what is not known of the data, in the groups that claims speak of; where several ratings judged, of which ratings that is."""
    if evidence.day is None and not evidence.boards and any(claim.date for claim in claims):
        yield NO_DAY
    used = ratings_used(claims, evidence)
    for rated, called, about in used:
        groups = tuple(dict.fromkeys(claim.group for claim in about))
        before = f"{called}: " if len(used) > 1 and called else ""
        for note in (*of_facts(rated.facts, rated.analysis.specification.but(groups=groups)), *rated.analysis.notes()):
            yield f"{before}{note}"
    if evidence.scores is not None:
        scores, facts = evidence.scored_models()
        groups = tuple(dict.fromkeys(claim.group for claim in claims))
        yield from (f"scores: {note}" for note in of_facts(facts, evidence.analysis.specification.but(groups=groups)))
        yield from filter(None, [scores.left_out()])


def ratings_used(claims: Sequence[Claim], evidence: Evidence) -> list[tuple[Rated, str, list[Claim]]]:
    """Return the ratings that claims were judged by, each once, with their day and category in words, and these claims."""
    found: dict[Hashable, tuple[Rated, str, list[Claim]]] = {}
    for claim in claims:
        if claim.metric not in METRICS and claim.metric != ORDERS:
            continue
        try:
            judging = evidence.of_category(evidence.times_of(claim)[0], claim)
        except RecountError:
            # Ratings of another time or of no such category judged nothing.
            continue
        for rated, category in zip(judging, (claim.category, claim.against_category), strict=False):
            board, told = rated.analysis.board, category if category not in ("", OVERALL) else ""
            key = (told, rated.day, None if board is None else (board.source, board.subset, board.category))
            called = ", ".join(filter(None, [f"ratings of {rated.day}" if rated.day else "", f"category {told}" if told else ""]))
            found.setdefault(key, (rated, called, []))[2].append(claim)
    return list(found.values())
