"""Which votes are held out, as an option writes it: votes[:FOLDS], voters:COLUMN, time:COLUMN."""

from collections.abc import Sequence

import numpy as np

from recount.engine import PairCounts, Split, Votes, WeightedCounts, label_folds, row_folds, time_split, vote_folds
from recount.engine.errors import InputError, OptionError
from recount.engine.scrutiny.splits import N_FOLDS
from recount.engine.votes import Floats, labels_of


def parse_held_out(text: str) -> tuple[str, str, int]:
    """Return what is held out (votes, voters or time), the column it needs ("" if none) and the number of folds.

    Raises
    ------
    OptionError
        If the text has none of the forms.
    """
    kind, _, rest = text.partition(":")
    if kind == "votes" and (not rest or (rest.isdecimal() and int(rest) > 1)):
        return kind, "", int(rest or N_FOLDS)
    if kind in ("voters", "time") and rest:
        return kind, rest, N_FOLDS
    raise OptionError(f"held_out is {text!r}; give votes, votes:FOLDS (2 or more), voters:COLUMN or time:COLUMN")


def splits(
    text: str,
    counts: PairCounts | WeightedCounts,
    votes: Votes | None,
    seed: int = 0,
    *,
    single_votes: bool = False,
    weights: Floats | None = None,
) -> Sequence[Split]:
    """Split votes into those that train and those that test.

    Parameters
    ----------
    text : str
        "votes" or "votes:FOLDS" (each vote in one of 10 folds at random), "voters:COLUMN" (10 folds of whole voters, or of whatever the column
        tells apart, as many as there are if those are fewer), "time:COLUMN" (the last fifth of the votes tests).
    counts : PairCounts or WeightedCounts
        Votes between the competitors that are rated.
    votes : Votes, optional
        The log; needed for columns.
    seed : int
        Of the folds.
    single_votes : bool
        Let every split have its logs.
    weights : (n_votes,) float64, optional
        Of the votes of the log.

    Raises
    ------
    OptionError
        If the text has none of the forms, or single votes are needed and there are counts only.
    InputError
        If the column tells nothing apart.
    """
    kind, column, n_folds = parse_held_out(text)
    if kind == "votes" and not single_votes:
        return list(vote_folds(counts, n_folds, seed))
    if votes is None:
        raise OptionError(f"to hold out {text!r} the single votes are needed, and there are counts only; give a vote log")
    rated = np.isin(np.array(votes.names, object), np.array(counts.names, object))
    inside = rated[votes.first] & rated[votes.second]
    among, weights = votes.only(inside), None if weights is None else weights[inside]
    if kind == "time":
        return [time_split(among, column, weights=weights)]
    if kind == "votes":
        return list(row_folds(among, n_folds, seed, weights))
    n_labels = labels_of(among, column)[1]
    if n_labels < 2:
        raise InputError(f"column {column!r} has one label for all votes, of which none can be held out; name another column, or hold out votes")
    return list(label_folds(among, column, min(n_folds, n_labels), seed, weights))
