"""Single votes that are there twice: which columns of a log tell votes apart, and what is said of those that are alike in them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from recount.data.recognition.sampling import Sample
from recount.data.recognition.surroundings import TIMES, VOTERS, called, tells_apart
from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.engine.times import seconds_or_missing
from recount.engine.voters.votes_of_one_time import EqualVotes, equal_votes
from recount.engine.votes import Bools, Ints, Votes, labels_of, unlabelled


class VotesAgain(NamedTuple):
    """Votes that are alike in these columns, pair and outcome."""

    found: EqualVotes
    columns: tuple[str, ...]


def telling_columns(sample: Sample | None, taken: Sequence[str]) -> tuple[str, ...]:
    """Columns, but for those that are taken, whose names say that they tell votes apart."""
    if sample is None:
        return ()
    apart = {*taken, *called((*VOTERS, *TIMES), sample.names)}
    return tuple(name for name in sample.names if name in sample.paths and name not in apart and tells_apart(name))


def votes_again(votes: Votes, voters: str | None, times: str | None, telling: Sequence[str], seed: int) -> VotesAgain | str:
    """Look for single votes that are there twice.

    Parameters
    ----------
    votes : Votes
        With these columns.
    voters, times : str, optional
    telling : sequence of str
        As of `telling_columns`. One that numbers all votes is left out, as a copy may have a number of its own.
    seed : int

    Returns
    -------
    VotesAgain or str
        What was found; or why single votes cannot be seen twice.
    """
    if times is None:
        return "without times single votes that are there twice cannot be told from votes that are alike"
    try:
        known = ~np.isnan(seconds_or_missing(times, votes.columns[times]))
    except InputError as error:
        return f"single votes that are there twice are not looked for: {error}"
    numbering = [name for name in telling if labels_of(votes, name)[1] == votes.n_votes]
    columns = tuple(name for name in (voters, times, *telling) if name is not None and name not in numbering)
    if voters is not None:
        known = known & ~unlabelled(votes, voters)
    voter = None if voters is None else np.where(known, labels_of(votes, voters)[0], -1).astype(np.int64)
    return VotesAgain(equal_votes(votes, _occasions(votes, columns, known), voter, seed=seed), columns)


def said_of_again(again: VotesAgain, *, as_honest: bool) -> str:
    """Say how many votes are there twice, and whether those of honest voters may be."""
    found, alike = again.found, ", ".join(map(repr, again.columns))
    if not found.n_matched:
        return f"no two votes on a pair are alike in {alike}"
    return (
        f"{plural(found.n_again, 'vote')} {'is' if found.n_again == 1 else 'are'} like an earlier one in {alike}, pair and outcome; "
        f"of {plural(found.n_matched, 'match', 'matches')} alike but for the outcome, {found.n_agree:,} agree in it"
        f"{', as those of honest voters may' if as_honest and found.n_agree else ''}"
    )


def _occasions(votes: Votes, columns: Sequence[str], known: Bools) -> Ints:
    """Number what votes are alike in, (n_votes,), -1 where it is not known; a vote without a label is like others without one."""
    occasion = np.zeros(votes.n_votes, np.int64)
    for name in columns:
        codes, n_labels, n_alone = labels_of(votes, name)
        codes = np.minimum(codes.astype(np.int64), n_labels - n_alone)
        occasion = np.unique(occasion * (n_labels + 1) + codes, return_inverse=True)[1]
    return np.where(known, occasion, -1)
