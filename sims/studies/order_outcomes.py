"""Outcomes about ratings and their order, against the reference.

Numbers of two orders are of the competitors that both rate. Whether a conclusion is kept cannot be said of a run that does not rate whom it is about.
"""

from collections.abc import Sequence

import numpy as np

from recount.engine.errors import InputError, OptionError
from recount.engine.exact_ties import highest, shared_ranks
from recount.engine.plurals import plural
from recount.engine.scale import ELO
from recount.engine.votes import Floats
from recount.sims.benchmark_scores.order_agreement import kendall_tau
from recount.sims.filtering.not_there import no_such_competitor
from recount.sims.studies.outcome import Outcome
from recount.sims.studies.seen import Measured, Seen, SeenAnalysis


def tau_of(outcome: Outcome, seen: Seen) -> Measured:
    """Kendall's tau-b between the order of the run and that of the reference."""
    _, ours, theirs = seen.both()
    for whose, strengths in (("the run", ours), ("the reference", theirs)):
        if len(set(shared_ranks(strengths))) == 1:
            raise InputError(f"all ratings of {whose} are equal, so that there is no order to compare")
    return Measured(float(kendall_tau(ours[None], theirs[None])[0]))


def overlap_of(outcome: Outcome, seen: Seen) -> Measured:
    """Share of the reference's first k that are among the first k of the run."""
    _, ours, theirs = seen.both()
    if outcome.k > ours.size:
        raise OptionError(f"k is {outcome.k}, and {plural(ours.size, 'competitor is', 'competitors are')} rated; give a smaller one")
    first, reference = shared_ranks(ours) <= outcome.k, shared_ranks(theirs) <= outcome.k
    return Measured(float((first & reference).sum() / reference.sum()))


def first_kept(outcome: Outcome, seen: Seen) -> Measured:
    """Whether who is first in the reference is first in the run: 1 or 0; says who is first. If they are not rated, there is nothing to compare."""
    rated, reference = seen.rated, seen.reference
    for names in (reference.names, rated.names):
        if len(names) < 2:
            raise InputError(f"only {names[0]!r} is rated; there is no other who could be first")
    usual = highest(reference.names, reference.strengths)
    check_rated(usual, rated.names)
    found = highest(rated.names, rated.strengths)
    return Measured(float({*found} == {*usual}), " and ".join(map(repr, sorted(found))))


def top_kept(outcome: Outcome, seen: Seen) -> Measured:
    """Whether the first k are those of the reference, in any order: 1 or 0. If one of them is not rated, there is nothing to compare."""
    rated, reference = seen.rated, seen.reference
    usual = top_of(outcome, reference.names, reference.strengths)
    if len(usual) == len(reference.names):
        raise InputError(f"all {len(usual):,} who are rated share the first {outcome.k} places; there is nobody else who could have one")
    check_rated(usual, rated.names)
    return Measured(float({*top_of(outcome, rated.names, rated.strengths)} == {*usual}))


def top_of(outcome: Outcome, names: Sequence[str], strengths: Floats) -> tuple[str, ...]:
    """Name the first k, in the order of the names; raise `OptionError` if there are not more."""
    if outcome.k >= len(names):
        raise OptionError(f"k is {outcome.k}, and {plural(len(names), 'competitor is', 'competitors are')} rated; give a smaller one")
    ranks = shared_ranks(strengths)
    return tuple(name for name, rank in zip(names, ranks, strict=True) if rank <= outcome.k)


def check_rated(names: Sequence[str], rated: Sequence[str]) -> None:
    """Raise `InputError` if some competitors are not rated."""
    for name in names:
        if name not in rated:
            raise InputError(f"{name!r} is not rated, and is at the top of the reference")


def largest_move(outcome: Outcome, seen: Seen) -> Measured:
    """Largest number of places by which a competitor stands elsewhere than in the reference; says who."""
    names, ours, theirs = seen.both()
    moves = np.abs(shared_ranks(ours) - shared_ranks(theirs))
    return Measured(float(moves.max()), repr(names[int(moves.argmax())]) if moves.any() else "")


def rating_error(outcome: Outcome, seen: Seen) -> Measured:
    """Root of the mean squared difference of ratings from those of the reference, both with mean 0, in Elo points."""
    _, ours, theirs = seen.both()
    apart = ours - ours.mean() - theirs + theirs.mean()
    return Measured(float(ELO * np.sqrt((apart**2).mean())))


def rating_change(outcome: Outcome, seen: Seen) -> Measured:
    """Rating of a competitor minus that of the reference, both against the mean of all others, in Elo points."""
    names, ours, theirs = seen.both()
    place, others = _place(outcome, names), np.arange(len(names)) != names.index(outcome.competitor)
    return Measured(float(ELO * ((ours[place] - ours[others].mean()) - (theirs[place] - theirs[others].mean()))))


def places_gained(outcome: Outcome, seen: Seen) -> Measured:
    """Places by which a competitor stands higher than in the reference."""
    names, ours, theirs = seen.both()
    place = _place(outcome, names)
    return Measured(float(shared_ranks(theirs)[place] - shared_ranks(ours)[place]))


def _place(outcome: Outcome, names: tuple[str, ...]) -> int:
    if outcome.competitor not in names:
        raise no_such_competitor("competitor", outcome.competitor, names, "rated in run and reference")
    return names.index(outcome.competitor)


def n_rated(outcome: Outcome, seen: Seen) -> Measured:
    """Number of competitors that are rated."""
    return Measured(float(len(seen.rated.names)))


def interval_width(outcome: Outcome, seen: SeenAnalysis) -> Measured:
    """Mean width of the intervals of the ratings, in Elo points."""
    lower, upper = seen.analysis.uncertainty.interval(seen.analysis.specification.confidence_level)
    return Measured(float(ELO * (upper - lower).mean()))
