"""Predictions of votes that a fit has not seen.

A competitor can be rated by votes that train only if wins join it with the others. Ties join more competitors than decided votes do, and models that
are compared must be scored by the same votes: so the competitors are those that decided votes join (with a prior, those that have one). Votes of the
others train nothing, test nothing, and are counted. "Both bad", where it is an outcome of its own, is not predicted either.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import NamedTuple

import numpy as np

from recount.engine.bradley_terry.existence import rateable
from recount.engine.choices.covariates import Covariate
from recount.engine.choices.prior import Prior
from recount.engine.choices.resampling import CONFIDENCE_LEVEL
from recount.engine.choices.ties import BothBadRule, TieRule
from recount.engine.contextual.covariates import with_values
from recount.engine.counting import count
from recount.engine.errors import ExistenceError, InputError
from recount.engine.fitting import Fit, fit
from recount.engine.pair_contests import contests
from recount.engine.scrutiny.prediction import Scores, score
from recount.engine.scrutiny.splits import Split
from recount.engine.showing import Shown, listed
from recount.engine.votes import Bools, Floats, PairCounts, freeze


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class HeldOut(Shown):
    """How well a model predicted votes that it had not seen.

    Attributes
    ----------
    scores : Scores
        Over the votes that tested, of all splits.
    probabilities, votes : (3, m) float64
        What was predicted (win, loss, tie), and how votes went, of each pair in each split or, with `held_out_votes`, of each vote; alike for models
        that are given the same splits.
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

    def summary(self) -> str:
        """Say how well votes were predicted."""
        unrated = f"; left out {self.n_left_out:,} votes of {listed(self.unrated)}" if self.unrated else ""
        return f"{self.scores.summary()}\nby fits of the other votes, in {self.n_splits} splits{unrated}"


def held_out(
    splits: Iterable[Split],
    *,
    ties: TieRule | str = TieRule.HALF,
    both_bad: BothBadRule = "tie",
    prior: Prior | None = None,
    confidence_level: float = CONFIDENCE_LEVEL,
) -> HeldOut:
    """Fit the votes that train in each split, and score the predictions of those that test.

    Parameters
    ----------
    splits : iterable of Split
        One of them or several, as from `vote_folds`, `label_folds`, `time_split`.
    ties, both_bad, prior
        As in `recount.engine.fit`. With ties dropped, a tie is predicted with the share of ties among the votes that train, whoever meets.
    confidence_level : float
        Of the calibration's intervals.

    Raises
    ------
    ExistenceError
        If the votes that train in a split can rate nobody.
    InputError
        If no vote is left that tests.
    """
    ties = TieRule(ties)
    return _scored((_of_counts(split, ties, both_bad, prior) for split in splits), ties, confidence_level)


def held_out_votes(
    splits: Iterable[Split],
    covariates: Sequence[Covariate] = (),
    *,
    ties: TieRule | str = TieRule.HALF,
    both_bad: BothBadRule = "tie",
    prior: Prior | None = None,
    ridge: float = 0.0,
    confidence_level: float = CONFIDENCE_LEVEL,
) -> HeldOut:
    """As `held_out`, with covariates, or without any; splits need their logs.

    Parameters
    ----------
    splits, ties, both_bad, prior, confidence_level
        As in `held_out`.
    covariates, ridge
        As in `recount.engine.fit`. A vote without a value of some covariate trains nothing and is left out if it tests; a level that no
        vote that trains has is no advantage.

    Raises
    ------
    ExistenceError
        If the votes that train in a split can rate nobody, or an effect does not exist in them.
    InputError
        If no vote is left that tests, or splits are of counts.
    """
    ties = TieRule(ties)
    return _scored((_of_votes(split, covariates, ties, both_bad, prior, ridge) for split in splits), ties, confidence_level)


class _Predicted(NamedTuple):
    """What was predicted in a split, and how votes went, (3, m) each; votes left out, and competitors not rated."""

    probabilities: Floats
    votes: Floats
    n_left_out: float
    unrated: set[str]


def _scored(predictions: Iterable[_Predicted], ties: TieRule, confidence_level: float) -> HeldOut:
    made = list(predictions)
    if not made:
        raise InputError("there is no split of the votes; give at least one")
    probabilities, votes = (freeze(np.concatenate(parts, axis=1)) for parts in zip(*((p.probabilities, p.votes) for p in made), strict=True))
    scores = score(probabilities, votes, tie_has_probability=ties is not TieRule.HALF, confidence_level=confidence_level)
    unrated = tuple(sorted(set().union(*(p.unrated for p in made))))
    return HeldOut(scores, probabilities, votes, len(made), round(sum(p.n_left_out for p in made)), unrated)


def _of_counts(split: Split, ties: TieRule, both_bad: BothBadRule, prior: Prior | None) -> _Predicted:
    rated = _rated(split.train, both_bad, prior)
    train, test = split.train.only(rated), contests(split.test.only(rated), both_bad=both_bad)
    fitted = fit(train, ties=ties, both_bad=both_bad, prior=prior)
    predicted = _law(fitted, train, fitted.strengths[test.first] - fitted.strengths[test.second])
    n_left_out = contests(split.test, both_bad=both_bad).n_votes - test.n_votes
    return _Predicted(predicted, np.stack([test.wins, test.losses, test.ties]), n_left_out, _names(split.train, ~rated))


def _of_votes(split: Split, covariates: Sequence[Covariate], ties: TieRule, both_bad: BothBadRule, prior: Prior | None, ridge: float) -> _Predicted:
    if split.logs is None:
        raise InputError("to predict single votes they are needed, and the splits are of counts; split a vote log")
    train = with_values(split.logs[0], covariates)
    everybody = count(train)
    rated = _rated(everybody, both_bad, prior)
    kept = _names(everybody, rated)
    train, test = (log.among(np.array([name in kept for name in log.names])) for log in (train, split.logs[1]))
    counts = count(train)
    fitted = fit(
        train if covariates else counts, covariates=covariates, ties=ties, both_bad=both_bad, prior=prior, ridge=ridge if covariates else 0.0
    )
    lead = fitted.leads(test)
    result = np.array([0, 1, 2, 2 if both_bad == "tie" else -1])[test.outcome]
    tests = (result >= 0) & np.isfinite(lead)
    went = (np.arange(3)[:, None] == result[tests]).astype(np.float64)
    n_left_out = contests(split.test, both_bad=both_bad).n_votes - went.shape[1]
    return _Predicted(_law(fitted, counts, lead[tests]), went, n_left_out, _names(everybody, ~rated))


def _law(fitted: Fit, train: PairCounts, lead: Floats) -> Floats:
    """Probabilities, (3, m), of win, loss and tie of who leads by `lead` (m,)."""
    predicted = fitted.outcome_probabilities(lead)
    if fitted.ties is not TieRule.DROP:
        return predicted
    trained = contests(train, both_bad=fitted.both_bad)
    share = float(trained.ties.sum()) / trained.n_votes
    return np.stack([predicted[0] * (1 - share), predicted[1] * (1 - share), np.full(lead.size, share)])


def _names(counts: PairCounts, where: Bools) -> set[str]:
    return set(compress(counts.names, where))


def _rated(train: PairCounts, both_bad: BothBadRule, prior: Prior | None) -> Bools:
    """Who can be rated by votes that train, (n_competitors,), whatever ties are taken for."""
    decided = contests(train, ties="drop", both_bad=both_bad)
    if prior is not None and prior.kind != "none":
        return decided.votes_of_each() > 0
    try:
        kept = set(rateable(decided, "largest").contests.names)
    except ExistenceError as error:
        raise ExistenceError("decided votes that train join no two competitors by wins both ways, so that none can be predicted") from error
    return np.array([name in kept for name in train.names], np.bool_)
