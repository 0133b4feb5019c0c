"""Outcomes against the truth of a simulated arena, of which everything that was planted is known."""

import numpy as np

from recount.engine.errors import InputError
from recount.engine.exact_ties import highest
from recount.engine.ranks import simultaneous_rank_sets
from recount.engine.scale import ELO
from recount.engine.votes import Floats
from recount.sims.studies.outcome import Outcome
from recount.sims.studies.seen import Measured, Seen, SeenAnalysis


def coverage_of(outcome: Outcome, seen: SeenAnalysis) -> Measured:
    """Share of the competitors whose interval holds the truth, both against the mean of all who are rated."""
    _, truth = known(seen)
    lower, upper = seen.analysis.uncertainty.interval(seen.analysis.specification.confidence_level)
    return Measured(float(((lower <= truth) & (truth <= upper)).mean()))


def rank_sets_hold(outcome: Outcome, seen: SeenAnalysis) -> Measured:
    """Whether every true rank lies in the rank set of its competitor: 1 or 0; competitors that are equally strong have all ranks that they share."""
    _, truth = known(seen)
    best, worst = simultaneous_rank_sets(seen.analysis.uncertainty, seen.analysis.draws[1:], seen.analysis.specification.confidence_level)
    first = 1 + (truth[None] > truth[:, None]).sum(axis=1)
    last = (truth[None] >= truth[:, None]).sum(axis=1)
    return Measured(float(((best <= first) & (last <= worst)).all()))


def first_too_high(outcome: Outcome, seen: Seen) -> Measured:
    """Rating of who is first in the run, minus its true one, both against the mean of all others: the winner's curse, in Elo points; says who."""
    names, truth = known(seen)
    (first, *_) = sorted(highest(names, seen.rated.strengths))
    return Measured(lead_over_others(seen, truth, [names.index(first)]), repr(first))


def boost_of_private(outcome: Outcome, seen: Seen) -> Measured:
    """Rating of competitors that are the best of several private variants, minus their true one, against the mean of the others, in Elo points."""
    return _boost(seen, "private")


def boost_of_rigged(outcome: Outcome, seen: Seen) -> Measured:
    """Rating of the competitor that riggers lift, minus its true one, against the mean of the others, in Elo points."""
    return _boost(seen, "rigged")


def _boost(seen: Seen, what: str) -> Measured:
    names, truth = known(seen)
    places = [names.index(name) for name in seen.reference.planted.get(what, ()) if name in names]
    if not places:
        raise InputError(f"none that is {what} is rated")
    return Measured(lead_over_others(seen, truth, places))


def known(seen: Seen) -> tuple[tuple[str, ...], Floats]:
    """Return who is rated, and their true strengths with mean 0, (n,).

    Raises
    ------
    InputError
        If the truth does not know somebody.
    """
    names, _, truth = seen.both()
    if len(names) < len(seen.rated.names):
        raise InputError("competitors are rated that the truth does not know")
    return names, truth - truth.mean()


def lead_over_others(seen: Seen, truth: Floats, places: list[int]) -> float:
    """Return by how much some competitors are rated above their true strength, both against the mean of the others, in Elo points."""
    away = ELO * (seen.rated.strengths - truth)
    others = np.ones(truth.size, np.bool_)
    others[places] = False
    return float(away[places].mean() - away[others].mean())
