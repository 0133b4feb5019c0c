"""Which votes are rated, and what choices left out: whoever reads who leads should know among whom."""

from collections.abc import Iterator, Sequence

import numpy as np

from recount.data import Board
from recount.engine.errors import RecountError
from recount.engine.fitting import fit
from recount.engine.plurals import plural
from recount.engine.votes import PairCounts
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log
from recount.sims.filtering.filtered_log import FilteredLog
from recount.sims.presentation.wording import competitor, listing
from recount.sims.report.material import Material

# Of those left out, named.
N_NAMED = 3


def n_rated(analysis: Analysis) -> int:
    """Return how many votes the ratings are of; one of "both bad" that is an outcome of its own is one of them."""
    played = analysis.fit.contests
    counted = played.votes_of_each().sum() / 2 + played.n_both_bad
    # Weights make no votes of other votes.
    return round(counted) if played.weights is None else _among_rated(analysis).n_votes


def what_is_left_out(material: Material) -> str:
    """Say how many votes and competitors choices left out, and who is best of these; "" if all are rated."""
    analysis = material.analysis
    if isinstance(analysis.source, Board):
        models = analysis.source.names
        gone = [name for name in models if name not in set(analysis.names)]
        if not gone:
            return ""
        return f"{len(analysis.names):,} of {plural(len(models), 'model')} of the board are rated. Left out by filters: {_named(gone)}."
    if not isinstance(analysis.source, Log):
        return ""
    whole, n = analysis.source.counts, n_rated(analysis)
    gone = sorted(set(whole.names) - set(analysis.names))
    if n == whole.n_votes and not gone:
        return ""
    of_competitors = f" and {len(analysis.names):,} of {plural(whole.n_competitors, 'competitor')}" if gone else ""
    choices = "; ".join(f"{material.worded(said)} ({plural(lost, 'vote')})" for said, lost in _by_choice(analysis, n) if lost)
    return f"Rated are {n:,} of {plural(whole.n_votes, 'vote')}{of_competitors}. Left out by {choices}.{_best_of(gone, analysis, whole)}"


def _by_choice(analysis: Analysis, n: int) -> Iterator[tuple[str, int]]:
    """Yield each choice and how many votes it left out, of those that the choices before it left."""
    s, log = analysis.specification, analysis.log
    if isinstance(log, FilteredLog):
        for step in log.steps:
            yield step.said, step.n_left_out
    counts, inside = log.counts, _among_rated(analysis)
    enough = counts.only(counts.votes_of_each() >= s.minimum_votes)
    yield f"minimum_votes={s.minimum_votes}", counts.n_votes - enough.n_votes
    yield f"existence={s.existence!r}", enough.n_votes - inside.n_votes
    yield ("the rules of ties and votes without a value" if s.covariates else "the rules of ties"), inside.n_votes - n


def _among_rated(analysis: Analysis) -> PairCounts:
    counts, rated = analysis.log.counts, set(analysis.fit.names)
    return counts.only(np.array([name in rated for name in counts.names], np.bool_))


def _best_of(gone: Sequence[str], analysis: Analysis, whole: PairCounts) -> str:
    """Name the best of those left out, by ratings of all votes."""
    if not gone:
        return ""
    s = analysis.specification
    try:
        # With a tied vote each, as they may have no ratings otherwise.
        everyone = fit(whole, ties=s.ties, both_bad=s.both_bad, existence="prior")
    except RecountError:
        return f" Left out: {_named(gone)}."
    strength = dict(zip(everyone.names, everyone.strengths.tolist(), strict=True))
    # Whose votes count for nothing has none.
    best = sorted(gone, key=lambda name: -strength.get(name, -np.inf))
    of_rated = max(strength[name] for name in analysis.names)
    first = f"; by all votes {competitor(best[0])} would be first" if strength.get(best[0], -np.inf) > of_rated else ""
    return f" {plural(len(gone), 'competitor is', 'competitors are')} left out, the best first: {_named(best)}{first}."


def _named(names: Sequence[str]) -> str:
    return listing(names, N_NAMED, competitor)
