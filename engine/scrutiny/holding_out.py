"""Predictions of votes that a fit has not seen.

Training votes can rate a competitor only if wins connect it to the others. Ties connect more competitors than decided votes do, but models must be
compared on the same votes. So the competitors are those that decided votes connect (with a prior, those that have a decided vote). Votes of the
others are neither for training nor for testing, and are counted. "Both bad", where it is an outcome of its own, is not predicted either.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import NamedTuple

import numpy as np

from recount.engine.bradley_terry.existence import rateable
from recount.engine.choices.covariates import Covariate
from recount.engine.choices.prior import Prior
from recount.engine.choices.ties import BothBadRule, TieRule
from recount.engine.choices.usual import BOTH_BAD_AS, CONFIDENCE_LEVEL, RIDGE, TIES_AS
from recount.engine.contextual.covariates import where_known
from recount.engine.counting import count
from recount.engine.errors import ExistenceError, InputError
from recount.engine.fitting import Fit, fit
from recount.engine.pair_contests import contests
from recount.engine.plurals import plural
from recount.engine.scrutiny.prediction import Scores, score
from recount.engine.scrutiny.splits import Split
from recount.engine.showing import Shown, listed
from recount.engine.votes import Bools, Floats, PairCounts, Votes, freeze
from recount.engine.weighting import WeightedCounts, weighted


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class HeldOut(Shown):
    """How well a model predicted votes that it had not seen.

    Attributes
    ----------
    scores : Scores
        Over the votes that tested, of all splits.
    probabilities, votes : (3, m) float64
        What was predicted (win, loss, tie), and how votes went, of each pair in each split or, with `held_out_votes`, of each vote; alike for models
        that are given the same splits. Votes are sums of their weights, if they are weighted.
    squares : (3, m) float64
        Sums of the squares of those weights.
    n_splits : int
    n_left_out : int
        Test votes left out because of a competitor that could not be rated.
    unrated : tuple of str
        Competitors that could not be rated in some split.
    """

    scores: Scores
    probabilities: Floats
    votes: Floats
    squares: Floats
    n_splits: int
    n_left_out: int
    unrated: tuple[str, ...]

    def summary(self) -> str:
        """Say how well votes were predicted."""
        unrated = f"; left out {plural(self.n_left_out, 'vote')} of {listed(self.unrated)}" if self.unrated else ""
        return f"{self.scores.summary()}\nby fits of the other votes, in {plural(self.n_splits, 'split')}{unrated}"


def held_out(
    splits: Iterable[Split],
    *,
    ties: TieRule | str = TIES_AS,
    both_bad: BothBadRule = BOTH_BAD_AS,
    prior: Prior | None = None,
    confidence_level: float = CONFIDENCE_LEVEL,
) -> HeldOut:
    """Fit the votes that train in each split, and score the predictions of those that test.

    Parameters
    ----------
    splits : iterable of Split
        One of them or several, as from `vote_folds`, `label_folds`, `time_split`.
    ties, both_bad, prior
        As in `recount.engine.fit`. Votes of weighted splits train and test with their weights. With ties dropped, a tie
        is predicted with the share of ties among the training votes, for all pairs.
    confidence_level : float
        Of the calibration's intervals.

    Raises
    ------
    ExistenceError
        If the training votes of a split can rate no competitor.
    InputError
        If no vote is left that tests.
    """
    ties = TieRule(ties)
    return _scored((_of_counts(split, ties, both_bad, prior) for split in splits), ties, confidence_level)


def held_out_votes(
    splits: Iterable[Split],
    covariates: Sequence[Covariate] = (),
    *,
    ties: TieRule | str = TIES_AS,
    both_bad: BothBadRule = BOTH_BAD_AS,
    prior: Prior | None = None,
    ridge: float = RIDGE,
    confidence_level: float = CONFIDENCE_LEVEL,
) -> HeldOut:
    """As `held_out`, with covariates, or without any; splits need their logs.

    Parameters
    ----------
    splits, ties, both_bad, prior, confidence_level
        As in `held_out`.
    covariates, ridge
        As in `recount.engine.fit`. A vote without a value of some covariate is left out of training and testing; a level without a
        training vote has no effect.

    Raises
    ------
    ExistenceError
        If the training votes of a split can rate no competitor, or an effect does not exist in them.
    InputError
        If no test vote is left, or splits are of counts.
    """
    ties = TieRule(ties)
    return _scored((_of_votes(split, covariates, ties, both_bad, prior, ridge) for split in splits), ties, confidence_level)


class _Predicted(NamedTuple):
    """What was predicted in a split, how votes went, and the squares of their weights, (3, m) each; votes left out, and competitors not rated."""

    probabilities: Floats
    votes: Floats
    squares: Floats
    n_left_out: float
    unrated: set[str]


def _scored(predictions: Iterable[_Predicted], ties: TieRule, confidence_level: float) -> HeldOut:
    made = list(predictions)
    if not made:
        raise InputError("there is no split of the votes; give at least one")
    parts = zip(*((p.probabilities, p.votes, p.squares) for p in made), strict=True)
    probabilities, votes, squares = (freeze(np.concatenate(part, axis=1)) for part in parts)
    scores = score(probabilities, votes, squares, tie_has_probability=ties is not TieRule.HALF, confidence_level=confidence_level)
    unrated = tuple(sorted(set().union(*(p.unrated for p in made))))
    return HeldOut(scores, probabilities, votes, squares, len(made), round(sum(p.n_left_out for p in made)), unrated)


def _of_counts(split: Split, ties: TieRule, both_bad: BothBadRule, prior: Prior | None) -> _Predicted:
    rated = _rated(split.train, both_bad, prior)
    train, test = split.train.only(rated), contests(split.test.only(rated), both_bad=both_bad)
    fitted = fit(train, ties=ties, both_bad=both_bad, prior=prior)
    predicted = _law(fitted, train, fitted.strengths[test.first] - fitted.strengths[test.second])
    n_left_out = contests(split.test, both_bad=both_bad).weight_sums(0).sum() - test.weight_sums(0).sum()
    return _Predicted(predicted, test.weight_sums(1), test.weight_sums(2), n_left_out, _names(split.train, ~rated))


def _of_votes(split: Split, covariates: Sequence[Covariate], ties: TieRule, both_bad: BothBadRule, prior: Prior | None, ridge: float) -> _Predicted:
    if split.logs is None:
        raise InputError("single votes are predicted from a log, and the splits are of counts; split a vote log")
    log, weights = split.logs[0], _weights(split.train)
    train, of_train = _only(log, weights, where_known(log, covariates))
    everybody = _counted(train, of_train)
    rated = _rated(everybody, both_bad, prior)
    kept = _names(everybody, rated)
    train, of_train = _among(train, of_train, kept)
    test, of_test = _among(split.logs[1], _weights(split.test), kept)
    source, with_ridge = (train, ridge) if covariates else (_counted(train, of_train), 0.0)
    one_each = of_train if covariates else None
    fitted = fit(source, covariates=covariates, weights=one_each, ties=ties, both_bad=both_bad, prior=prior, ridge=with_ridge)
    lead = fitted.leads(test)
    result = np.array([0, 1, 2, 2 if both_bad == "tie" else -1])[test.outcome]
    tests = (result >= 0) & np.isfinite(lead)
    went = (np.arange(3)[:, None] == result[tests]).astype(np.float64)
    n_left_out = contests(split.test, both_bad=both_bad).weight_sums(0).sum() - went.shape[1]
    weight = 1.0 if of_test is None else of_test[tests]
    law = _law(fitted, _counted(train, of_train), lead[tests])
    return _Predicted(law, went * weight, went * np.square(weight), n_left_out, _names(everybody, ~rated))


def _weights(counts: PairCounts | WeightedCounts) -> Floats | None:
    """Weights of the single votes of a part of a split, (n_votes,); None without weights."""
    return counts.of_vote if isinstance(counts, WeightedCounts) else None


def _counted(log: Votes, weights: Floats | None) -> PairCounts | WeightedCounts:
    return count(log) if weights is None else weighted(log, weights)


def _only(log: Votes, weights: Floats | None, rows: Bools) -> tuple[Votes, Floats | None]:
    """Return the votes in some rows, and their weights."""
    return log.only(rows), None if weights is None else weights[rows]


def _among(log: Votes, weights: Floats | None, kept: set[str]) -> tuple[Votes, Floats | None]:
    """Return the votes among some competitors, without the names of the others, and their weights."""
    keep = np.array([name in kept for name in log.names], np.bool_)
    return log.among(keep), None if weights is None else weights[keep[log.first] & keep[log.second]]


def _law(fitted: Fit, train: PairCounts | WeightedCounts, lead: Floats) -> Floats:
    """Probabilities, (3, m), of win, loss and tie of who leads by `lead` (m,)."""
    predicted = fitted.outcome_shares(lead)
    if fitted.ties is not TieRule.DROP:
        return predicted
    trained = contests(train, both_bad=fitted.both_bad)
    share = float(trained.ties.sum()) / trained.n_votes
    return np.stack([predicted[0] * (1 - share), predicted[1] * (1 - share), np.full(lead.size, share)])


def _names(counts: PairCounts | WeightedCounts, where: Bools) -> set[str]:
    return set(compress(counts.names, where))


def _rated(train: PairCounts | WeightedCounts, both_bad: BothBadRule, prior: Prior | None) -> Bools:
    """Who can be rated by training votes, (n_competitors,), however ties are treated."""
    decided = contests(train, ties=TieRule.DROP, both_bad=both_bad)
    if prior is not None and prior.kind != "none":
        return decided.votes_of_each() > 0
    try:
        kept = set(rateable(decided, "largest").contests.names)
    except ExistenceError as error:
        raise ExistenceError("decided training votes connect no two competitors by wins both ways, so none can be predicted") from error
    return np.array([name in kept for name in train.names], np.bool_)
