"""Predictions of votes that a fit has not seen.

Votes are split into those that train and those that test: by *folds*, each vote going to one of K at random, so that every vote tests once; by
*time*, the last ones test what the earlier ones say; by *voter*, or any column, whole voters going to one of K folds, so that nobody's taste is known
beforehand. From counts, what random folds do to a cell of n votes is multinomial, and no rows are needed.

A competitor can be rated by votes that train only if wins join it with the others. Ties join more competitors than decided votes do, and models that
are compared must be scored by the same votes: so the competitors are those that decided votes join (with a prior, those that have one). Votes of the
others train nothing, test nothing, and are counted. "Both bad", where it is an outcome of its own, is not predicted either.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from engine.bradley_terry.existence import rateable
from engine.bradley_terry.fit import fit
from engine.bradley_terry.priors import Prior
from engine.contests import BothBadRule, TieRule, contests
from engine.counting import count
from engine.errors import InputError, OptionError
from engine.scrutiny.prediction import Scores, score
from engine.uncertainty.bootstrap import LARGEST_SEED
from engine.uncertainty.resampling import LARGEST_COUNT, whole
from engine.votes import Bools, Floats, PairCounts, Votes, freeze, labels_of
from engine.weighting import seconds_of

N_FOLDS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Votes that train and votes that test, between the same competitors."""

    train: PairCounts
    test: PairCounts


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """How well a model predicted votes that it had not seen.

    Attributes
    ----------
    scores : Scores
        Over the votes that tested, of all splits.
    probabilities, votes : (3, m) float64
        What was predicted of each pair in each split (win, loss, tie), and how its votes went; alike for models that are given the same splits.
    n_splits : int
    n_left_out : int
        Votes that would have tested, but for a competitor that could not be rated.
    unrated : tuple of str
        Competitors that could not be rated in some split.
    """

    scores: Scores
    probabilities: Floats
    votes: Floats
    n_splits: int
    n_left_out: int
    unrated: tuple[str, ...]


def vote_folds(counts: PairCounts, n_folds: int = N_FOLDS, seed: int = 0) -> Iterator[Split]:
    """Split by folds: each vote tests in one of them, drawn at random; (seed, fold) names the stream of a fold.

    Raises
    ------
    OptionError
        If there are fewer than two folds.
    """
    n_folds, seed = whole("n_folds", n_folds, 2, LARGEST_COUNT), whole("seed", seed, 0, LARGEST_SEED)
    left = counts.counts
    for fold in range(n_folds):
        # A vote that no earlier fold has taken is in this one with the same chance as in any later one.
        taken = np.random.default_rng([seed, fold]).binomial(left, 1 / (n_folds - fold))
        left = left - taken
        yield Split(
            PairCounts(counts.names, counts.first, counts.second, counts.counts - taken),
            PairCounts(counts.names, counts.first, counts.second, taken),
        )


def label_folds(votes: Votes, column: str, n_folds: int = N_FOLDS, seed: int = 0) -> Iterator[Split]:
    """Split by the labels in a column, such as voters: all votes of one test in the same fold; a vote without a label is one by itself.

    Raises
    ------
    OptionError
        If there is no such column, or there are fewer than two folds, or fewer labels than folds.
    """
    n_folds, seed = whole("n_folds", n_folds, 2, LARGEST_COUNT), whole("seed", seed, 0, LARGEST_SEED)
    codes, n_labels, _ = labels_of(votes, column)
    if n_labels < n_folds:
        raise OptionError(f"column {column!r} has {n_labels} labels for {n_folds} folds; take fewer folds")
    fold = (np.random.default_rng(seed).permutation(n_labels) % n_folds)[codes]
    for number in range(n_folds):
        yield _split(votes, fold == number)


def time_split(votes: Votes, column: str, test_share: float = 0.2) -> Split:
    """Split by a column of times: the last `test_share` of the votes test; those of one time stay together.

    Raises
    ------
    OptionError
        If the share is not between 0 and 1, or there is no such column.
    InputError
        If the column holds no times, or lacks some, or they allow no split.
    """
    if not 0 < test_share < 1:
        raise OptionError(f"test_share is {test_share}; give a number between 0 and 1")
    seconds = seconds_of(votes, column)
    if seconds.size == 0 or seconds.min() == seconds.max():
        raise InputError(f"column {column!r} has one time for all votes; there is no before and after")
    cut = np.quantile(seconds, 1 - test_share, method="higher")
    return _split(votes, seconds >= max(cut, seconds[seconds > seconds.min()].min()))


def held_out(
    splits: Iterable[Split], *, ties: TieRule = "half", both_bad: BothBadRule = "tie", prior: Prior | None = None, confidence_level: float = 0.95
) -> HeldOut:
    """Fit the votes that train in each split, and score the predictions of those that test.

    Parameters
    ----------
    splits : iterable of Split
        One of them or several, as from `vote_folds`, `label_folds`, `time_split`.
    ties, both_bad, prior
        As in `engine.fit`. With ties dropped, a tie is predicted with the share of ties among the votes that train, whoever meets.
    confidence_level : float
        Of the calibration's intervals.

    Raises
    ------
    ExistenceError
        If the votes that train in a split can rate nobody.
    InputError
        If no vote is left that tests.
    """
    probabilities, votes = [], []
    unrated: set[str] = set()
    n_splits, n_left_out = 0, 0.0
    for split in splits:
        rated = _rated(split.train, both_bad, prior)
        train = split.train.only(rated)
        fitted = fit(train, ties=ties, both_bad=both_bad, prior=prior)
        test = contests(split.test.only(rated), both_bad=both_bad)
        predicted = fitted.outcome_probabilities(fitted.strengths[test.first] - fitted.strengths[test.second])
        if ties == "drop":
            trained = contests(train, both_bad=both_bad)
            share = float(trained.ties.sum()) / trained.n_votes
            predicted = np.stack([predicted[0] * (1 - share), predicted[1] * (1 - share), np.full(test.first.size, share)])
        probabilities.append(predicted)
        votes.append(np.stack([test.wins, test.losses, test.ties]))
        n_splits += 1
        n_left_out += contests(split.test, both_bad=both_bad).n_votes - test.n_votes
        unrated.update(name for name, kept in zip(split.train.names, rated, strict=True) if not kept)
    if not n_splits:
        raise InputError("there is no split of the votes; give at least one")
    joined = freeze(np.concatenate(probabilities, axis=1)), freeze(np.concatenate(votes, axis=1))
    scores = score(*joined, tie_has_probability=ties != "half", confidence_level=confidence_level)
    return HeldOut(scores, *joined, n_splits, round(n_left_out), tuple(sorted(unrated)))


def _rated(train: PairCounts, both_bad: BothBadRule, prior: Prior | None) -> Bools:
    """Who can be rated by votes that train, (n_competitors,), whatever ties are taken for."""
    decided = contests(train, ties="drop", both_bad=both_bad)
    if prior is not None and prior.kind != "none":
        return decided.votes_of_each() > 0
    kept = set(rateable(decided, "largest").contests.names)
    return np.array([name in kept for name in train.names], np.bool_)


def _split(votes: Votes, test: Bools) -> Split:
    return Split(count(votes.only(~test)), count(votes.only(test)))
