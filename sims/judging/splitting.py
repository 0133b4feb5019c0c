"""Votes that train and votes that test, as `Folds` say."""

from collections.abc import Sequence

from recount.engine.choices import Folds
from recount.engine.choices.usual import SEED
from recount.engine.errors import InputError, OptionError
from recount.engine.scrutiny.splits import Split, label_folds, row_folds, time_split, vote_folds
from recount.engine.votes import labels_of
from recount.sims.judging.weighed_votes import WeighedVotes


def split_by(folds: Folds, judged: WeighedVotes, seed: int = SEED, *, single_votes: bool = False) -> Sequence[Split]:
    """Split votes into those that train and those that test, all with their weights.

    Parameters
    ----------
    folds : Folds
    judged : WeighedVotes
        Between the competitors that are rated; single ones for columns.
    seed : int
        Of the folds.
    single_votes : bool
        Let every split have its logs.

    Raises
    ------
    OptionError
        If single votes are needed and there are counts only.
    InputError
        If the column tells nothing apart.
    """
    if folds.kind == "votes" and not single_votes:
        return list(vote_folds(judged.counts, folds.n, seed))
    votes, weights = judged.votes, judged.weights
    if votes is None:
        raise OptionError(f"to hold out {str(folds)!r} the single votes are needed, and there are counts only; give a vote log")
    if folds.kind == "time":
        return [time_split(votes, folds.column, weights=weights)]
    if folds.kind == "votes":
        return list(row_folds(votes, folds.n, seed, weights))
    n_labels = labels_of(votes, folds.column)[1]
    if n_labels < 2:
        raise InputError(
            f"column {folds.column!r} has one label for all votes, of which none can be held out; name another column, or hold out votes"
        )
    return list(label_folds(votes, folds.column, min(folds.n, n_labels), seed, weights))
