r"""Weights of votes.

*pairs*: a vote of a pair with n votes weighs 1 / max(n, floor), so that pairs, and not the sampler's favourites, decide what ties and intransitivity
do to the fit (LMArena's arena-rank, floor 50). *voters*: each voter counts once, a vote of one with n votes weighs 1 / n. *decay*: a vote weighs half
as much as one cast a half-life later. They are set over all votes of the log, before ties, "both bad" or rare competitors are left out, and scaled to
mean 1 there; the scale changes no rating and no sandwich error, unless there is a prior or a ridge.

Weights say what is to be estimated, not how much is known: errors come from the sandwich, which takes each vote's weight as given, or from resampling
rows with their weights. The effective number of votes is :math:`(\sum w)^2 / \sum w^2` (Kish 1965).
"""

from dataclasses import dataclass, replace

import numpy as np

from recount.engine.choices.weights import FLOOR, Weights
from recount.engine.errors import InputError, OptionError
from recount.engine.plurals import plural
from recount.engine.showing import Shown
from recount.engine.times import SECONDS_A_DAY, seconds_of
from recount.engine.votes import Bools, Floats, Ints, PairCounts, Votes, freeze, labels_of, sorted_names


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class WeightedCounts(Shown):
    """Votes by competitors, outcome and weight.

    Attributes
    ----------
    names : tuple of str
        Sorted, with the rows in their order, whatever the order in which they are given.
    first, second : (n_rows,) int32
    outcome : (n_rows,) int8
    weight : (n_rows,) float64
    n_votes : (n_rows,) int64
        Votes that each row stands for.
    of_vote : (n_votes,) float64 or None
        Weights in the order of the log; None where the counts alone decide them.

    Raises
    ------
    InputError
        If a weight is not a positive number.
    """

    names: tuple[str, ...]
    first: Ints
    second: Ints
    outcome: Ints
    weight: Floats
    n_votes: Ints
    of_vote: Floats | None = None

    def __post_init__(self) -> None:
        good = np.isfinite(self.weight) & (self.weight > 0)
        if not good.all():
            raise InputError(f"weight {self.weight[int(np.argmin(good))]} of row {int(np.argmin(good)) + 1}; weights are positive numbers")
        place, names = sorted_names(self.names)
        if names != self.names:
            first, second = place[self.first], place[self.second]
            order = np.lexsort((self.weight, self.outcome, second, first))
            moved = {"names": names, "first": first[order], "second": second[order]}
            moved |= {label: getattr(self, label)[order] for label in ("outcome", "weight", "n_votes")}
            for label, value in moved.items():
                object.__setattr__(self, label, value)
        for array in (self.first, self.second, self.outcome, self.weight, self.n_votes):
            freeze(array)

    @property
    def n_competitors(self) -> int:
        """Number of competitors."""
        return len(self.names)

    def votes_of_each(self) -> Ints:
        """Number of votes in which each competitor stood, whatever their weights, (n_competitors,) int64."""
        total = np.bincount(self.first, self.n_votes, self.n_competitors) + np.bincount(self.second, self.n_votes, self.n_competitors)
        return total.astype(np.int64)

    def summary(self) -> str:
        """Say how many votes there are between whom, and what they count."""
        total, squares = (float(self.n_votes @ self.weight**power) for power in (1, 2))
        weights = f"; weights from {self.weight.min():.4g} to {self.weight.max():.4g}" if self.weight.size else ""
        return (
            f"{plural(self.n_votes.sum(), 'weighted vote')} between {plural(self.n_competitors, 'competitor')}\n"
            f"worth {total**2 / squares if squares else 0.0:,.0f} that count alike{weights}"
        )

    def only(self, keep: Bools) -> "WeightedCounts":
        """Return the votes among the competitors where `keep` (n_competitors,) is true."""
        index = (np.cumsum(keep) - 1).astype(np.int32)
        inside = keep[self.first] & keep[self.second]
        names = tuple(name for name, kept in zip(self.names, keep, strict=True) if kept)
        first, second = index[self.first[inside]], index[self.second[inside]]
        return WeightedCounts(names, first, second, self.outcome[inside], self.weight[inside], self.n_votes[inside], self.of_vote)


def weigh(weights: Weights, counts: PairCounts, votes: Votes | None = None) -> PairCounts | WeightedCounts:
    """Give votes the chosen weights, times those of their labels; without any, return the counts.

    Parameters
    ----------
    weights : Weights
    counts : PairCounts
    votes : Votes, optional
        The log that was counted; needed for weights by voter or age.

    Raises
    ------
    OptionError
        If single votes are needed and there are only counts.
    """
    if votes is not None and votes.weight is not None:
        others = weigh(weights, counts, replace(votes, weight=None))
        own = votes.weight * (weights_of_votes(others, votes) if isinstance(others, WeightedCounts) else 1.0)
        return weighted(votes, _scaled(own, np.ones(votes.n_votes)))
    if weights.kind == "none":
        return counts
    if weights.kind == "pairs":
        return pair_weights(counts, weights.amount)
    if votes is None:
        raise OptionError(f"weights {str(weights)!r} need single votes, and there are counts only; give a vote log")
    return voter_weights(votes, weights.column) if weights.kind == "voters" else decay_weights(votes, weights.column, weights.amount)


def weighted(votes: Votes, weights: Floats) -> WeightedCounts:
    """Votes with a weight (n_votes,) each; equal ones are counted."""
    weights = one_a_vote(votes, weights)
    values, place = np.unique(weights, return_inverse=True)
    n = len(votes.names)
    keys = ((votes.first.astype(np.int64) * n + votes.second) * 4 + votes.outcome) * max(values.size, 1) + place
    rows, n_votes = np.unique(keys, return_counts=True)
    cell, place = np.divmod(rows, max(values.size, 1))
    pair, outcome = np.divmod(cell, 4)
    first, second = np.divmod(pair, n)
    return WeightedCounts(
        votes.names, first.astype(np.int32), second.astype(np.int32), outcome.astype(np.int8), values[place], n_votes, freeze(weights)
    )


def one_a_vote(votes: Votes, weights: Floats) -> Floats:
    """Return the weights as numbers; raise `InputError` unless there is one for each vote."""
    weights = np.asarray(weights, np.float64)
    if weights.shape != (votes.n_votes,):
        raise InputError(f"there are {plural(weights.size, 'weight')} for {plural(votes.n_votes, 'vote')}; give one a vote")
    return weights


def weights_of_votes(counted: WeightedCounts, votes: Votes) -> Floats:
    """Weight of each vote, (n_votes,), of the log that was counted."""
    if counted.of_vote is not None:
        return counted.of_vote
    n = len(counted.names)
    place = {name: i for i, name in enumerate(counted.names)}
    number = np.array([place[name] for name in votes.names], np.int64)
    # Rows of counts are in this order.
    cells = (counted.first.astype(np.int64) * n + counted.second) * 4 + counted.outcome
    return freeze(counted.weight[np.searchsorted(cells, (number[votes.first] * n + number[votes.second]) * 4 + votes.outcome)])


def pair_weights(counts: PairCounts, floor: float = FLOOR) -> WeightedCounts:
    """Weigh each vote by 1 / max(votes of its pair, `floor`), in either order and of any outcome."""
    if not floor > 0:
        raise OptionError(f"floor is {floor}; give a positive number of votes")
    n = counts.n_competitors
    keys = np.minimum(counts.first, counts.second).astype(np.int64) * n + np.maximum(counts.first, counts.second)
    _, pair = np.unique(keys, return_inverse=True)
    weight = 1 / np.maximum(np.bincount(pair, counts.counts.sum(axis=1))[pair], floor)
    row, outcome = np.nonzero(counts.counts)
    n_votes = counts.counts[row, outcome]
    return WeightedCounts(
        counts.names, counts.first[row], counts.second[row], outcome.astype(np.int8), _scaled(weight[row], n_votes), n_votes.astype(np.int64)
    )


def voter_weights(votes: Votes, column: str) -> WeightedCounts:
    """Weigh each vote by 1 / votes of its voter; a vote without a voter is the only vote of a voter."""
    codes, _, _ = labels_of(votes, column)
    weight = 1 / np.bincount(codes)[codes]
    return weighted(votes, _scaled(weight, np.ones(votes.n_votes)))


def decay_weights(votes: Votes, column: str, half_life: float) -> WeightedCounts:
    """Weigh each vote by 2^(-age / half-life), by a column of times, as `recount.engine.times` reads it.

    Parameters
    ----------
    votes : Votes
    column : str
    half_life : float
        In days.

    Raises
    ------
    OptionError
        If the half-life is not positive, or there is no such column.
    InputError
        If the column holds no times, or lacks some.
    """
    if not half_life > 0:
        raise OptionError(f"half_life is {half_life}; give a positive number of days")
    seconds = seconds_of(votes, column)
    weight = 2.0 ** ((seconds - seconds.max()) / (half_life * SECONDS_A_DAY))
    return weighted(votes, _scaled(np.maximum(weight, np.finfo(np.float64).tiny), np.ones(votes.n_votes)))


def _scaled(weight: Floats, n_votes: Floats | Ints) -> Floats:
    """Scale weights to mean 1 over votes."""
    scaled: Floats = weight * (n_votes.sum() / (weight * n_votes).sum())
    return scaled
