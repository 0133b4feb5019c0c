"""What a reader has to know beside a table that judges a fit."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from recount.engine.choices import Folds, Weights
from recount.engine.plurals import plural
from recount.engine.showing import listed
from recount.sims.analysis.column_notes import of_times

if TYPE_CHECKING:
    from recount.sims.analysis.analysis import Analysis


def of_folds(folds: Folds, weights: Weights, n_votes: int, n_left_out: int, unrated: Sequence[str]) -> Iterator[str]:
    """How many votes were predicted, or what they weigh, and who could not be rated without them."""
    votes = f"votes with a total weight of {n_votes:,}" if weights else f"{plural(n_votes, 'vote')}"
    yield f"held out ({folds}): {votes} predicted by fits of the others"
    if unrated:
        whom = "a competitor whom the others cannot rate, and"
        yield f"{plural(n_left_out, f'vote held out has {whom} is', f'votes held out have {whom} are')} left out: {listed(unrated)}"


def of_times_of_folds(analysis: "Analysis", folds: Folds) -> Iterator[str]:
    """Which votes are held out or not by times far from those of the others."""
    if folds.kind == "time":
        yield from of_times(analysis.log.rows([folds.column]), folds.column)


def of_criteria(weights: Weights) -> Iterator[str]:
    """What weights do to criteria that count parameters."""
    if weights:
        yield "AIC and BIC are rough guides here, because they take the weighted likelihood for a likelihood of votes; scores held out do not"
