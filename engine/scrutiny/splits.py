"""Training votes and test votes.

By *folds*, each vote in one of K at random, so that every vote tests once; by *time*, the last votes testing predictions from the earlier ones; by
*voter*, or any column, whole voters in one of K folds, so that no voter's taste is known from training. From counts, what random folds do to a cell
of n votes is multinomial, and no rows are needed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from recount.engine.choices.holding_out import MOST_FOLDS, N_FOLDS
from recount.engine.choices.resampling import LARGEST_SEED, whole
from recount.engine.choices.usual import SEED
from recount.engine.counting import count
from recount.engine.errors import InputError, OptionError
from recount.engine.plurals import plural
from recount.engine.showing import Shown
from recount.engine.times import seconds_of
from recount.engine.votes import Bools, Floats, Ints, PairCounts, Votes, labels_of
from recount.engine.weighting import WeightedCounts, one_a_vote, weighted


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Split(Shown):
    """Votes that train and votes that test, between the same competitors.

    Attributes
    ----------
    train, test : PairCounts or WeightedCounts
        Those of a weighted log keep, with `of_vote`, the weights of its single votes.
    logs : (Votes, Votes) or None
        The single votes that train and that test; None if the votes that were split are counts.
    """

    train: PairCounts | WeightedCounts
    test: PairCounts | WeightedCounts
    logs: tuple[Votes, Votes] | None = None

    def summary(self) -> str:
        """Say which votes train and which test."""
        return f"train: {self.train.summary()}\ntest: {self.test.summary()}"


def vote_folds(counts: PairCounts | WeightedCounts, n_folds: int = N_FOLDS, seed: int = SEED) -> Iterator[Split]:
    """Split by folds: each vote tests in one of them, drawn at random; (seed, fold) names the stream of a fold.

    Raises
    ------
    OptionError
        If there are fewer than two folds, or more than 1,000.
    """
    n_folds, seed = whole("n_folds", n_folds, 2, MOST_FOLDS), whole("seed", seed, 0, LARGEST_SEED)
    left = counts.counts if isinstance(counts, PairCounts) else counts.n_votes
    for fold in range(n_folds):
        # A vote that no earlier fold has taken is in this one with the same chance as in any later one.
        taken = np.random.default_rng([seed, fold]).binomial(left, 1 / (n_folds - fold))
        left = left - taken
        yield Split(_with_votes(counts, taken, left_out=True), _with_votes(counts, taken, left_out=False))


def _with_votes(counts: PairCounts | WeightedCounts, taken: Ints, left_out: bool) -> PairCounts | WeightedCounts:
    """Return the votes that are `taken`, in the shape of the counts, or those that are left."""
    if isinstance(counts, PairCounts):
        return PairCounts(counts.names, counts.first, counts.second, counts.counts - taken if left_out else taken)
    n_votes = counts.n_votes - taken if left_out else taken
    rows = n_votes > 0
    return WeightedCounts(counts.names, counts.first[rows], counts.second[rows], counts.outcome[rows], counts.weight[rows], n_votes[rows])


def row_folds(votes: Votes, n_folds: int = N_FOLDS, seed: int = SEED, weights: Floats | None = None) -> Iterator[Split]:
    """As `vote_folds`, for single votes, which may have weights (n_votes,)."""
    n_folds, seed = whole("n_folds", n_folds, 2, MOST_FOLDS), whole("seed", seed, 0, LARGEST_SEED)
    fold = np.random.default_rng(seed).integers(0, n_folds, votes.n_votes)
    for number in range(n_folds):
        yield _split(votes, fold == number, weights)


def label_folds(votes: Votes, column: str, n_folds: int = N_FOLDS, seed: int = SEED, weights: Floats | None = None) -> Iterator[Split]:
    """Split by the labels in a column, such as voters: all votes of one test in the same fold; a vote without a label is one by itself.

    Raises
    ------
    OptionError
        If there is no such column, or there are fewer than two folds, or fewer labels than folds.
    """
    n_folds, seed = whole("n_folds", n_folds, 2, MOST_FOLDS), whole("seed", seed, 0, LARGEST_SEED)
    codes, n_labels, _ = labels_of(votes, column)
    if n_labels < n_folds:
        raise OptionError(f"column {column!r} has {plural(n_labels, 'label')} for {plural(n_folds, 'fold')}; take fewer folds")
    fold = (np.random.default_rng(seed).permutation(n_labels) % n_folds)[codes]
    for number in range(n_folds):
        yield _split(votes, fold == number, weights)


def time_split(votes: Votes, column: str, test_share: float = 0.2, weights: Floats | None = None) -> Split:
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
    return _split(votes, seconds >= max(cut, seconds[seconds > seconds.min()].min()), weights)


def _split(votes: Votes, test: Bools, weights: Floats | None) -> Split:
    train, tested = votes.only(~test), votes.only(test)
    if weights is None:
        return Split(count(train), count(tested), (train, tested))
    weights = one_a_vote(votes, weights)
    return Split(weighted(train, weights[~test]), weighted(tested, weights[test]), (train, tested))
