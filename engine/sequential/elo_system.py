r"""Elo ratings, vote by vote, in one order or in many.

After a vote between i and j the rating of i moves by :math:`K (s - p)`, where s is 1, 1/2 or 0 and :math:`p = 1 / (1 + 10^{(R_j - R_i) / 400})`,
and that of j by the opposite (Elo 1978). Fixed K forgets: a vote's weight falls geometrically with the votes that follow it, so the order matters.
With :math:`K = K_0 / (1 + n / h)` after n votes of the competitor, K is halved after h votes and falls as 1/n, as 800 / (n + 1) does in the rules of
the US Chess Federation (Glickman and Doan): steps of Robbins and Monro (1951), under which ratings settle where expected and actual scores agree, at
the Bradley-Terry ratings.
"""

import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from recount.engine.choices.resampling import LARGEST_COUNT, whole
from recount.engine.errors import OptionError
from recount.engine.kernels.sequential import elo_packed_votes, elo_votes, shuffle
from recount.engine.kernels.streams import stream
from recount.engine.sequential.state import BothBadScore, SequentialRatings, TieScore, begin, check_finite, check_positive, outcome_scores
from recount.engine.uncertainty.intervals import interval
from recount.engine.votes import Floats, Ints, PairCounts, Votes, freeze

LARGEST_SEED = 2**63 - 1


def elo(
    votes: Votes,
    *,
    state: SequentialRatings | None = None,
    k_factor: float = 4.0,
    k_halved_after: float = math.inf,
    initial: float = 1000.0,
    scale: float = 400.0,
    ties: TieScore = "half",
    both_bad: BothBadScore = "tie",
) -> SequentialRatings:
    """Elo ratings after the votes, taken in the order in which they stand; `in_order` sorts them by a column.

    Parameters
    ----------
    votes : Votes
    state : SequentialRatings, optional
        Ratings after earlier votes; the result is that of all votes together, to the last bit.
    k_factor : float
        K, in points: the most that one vote can move a rating.
    k_halved_after : float
        Votes of a competitor after which its K has fallen to a half, as k_factor / (1 + n / k_halved_after); infinite keeps K fixed.
    initial : float
        Rating before the first vote.
    scale : float
        Points for odds of ten to one.
    ties : {"half", "drop"}
        A tie is half a win for each side, or is left out.
    both_bad : {"tie", "drop"}
        "Both bad" is treated as a tie is, or left out.

    Raises
    ------
    OptionError
        If an option cannot have its value, or the state was made with others.
    """
    score = outcome_scores(ties, both_bad)
    constants = _constants(k_factor, k_halved_after, initial, scale)
    options = {"system": "elo", "k_factor": k_factor, "k_halved_after": k_halved_after, "initial": initial, "scale": scale}
    options |= {"ties": ties, "both_bad": both_bad}
    after = begin(votes.names, state, options, initial)
    elo_votes(votes.first, votes.second, votes.outcome, score, *constants, after.ratings, after.n_votes)
    return after.frozen()


@dataclass(frozen=True, slots=True, eq=False)
class EloPermutations:
    """Elo ratings in many random orders of the same votes.

    Attributes
    ----------
    names : tuple of str
    replicates : (n_permutations, n) float64
        Ratings after each order.
    n_votes : (n,) int64
        Votes that counted for each competitor.
    """

    names: tuple[str, ...]
    replicates: Floats
    n_votes: Ints

    def __post_init__(self) -> None:
        freeze(self.replicates)
        freeze(self.n_votes)

    @property
    def ratings(self) -> Floats:
        """Mean over the orders, (n,)."""
        return np.asarray(self.replicates.mean(axis=0))

    @property
    def deviations(self) -> Floats:
        """Standard deviation between orders, (n,); the error of `ratings` is smaller by the root of the number of orders."""
        return np.asarray(self.replicates.std(axis=0, ddof=1))

    def interval(self, confidence_level: float = 0.95) -> tuple[Floats, Floats]:
        """Ends between which the middle of the orders lies, (n,) each: what the order does, not what other votes would have done."""
        return interval(self.ratings, self.replicates, confidence_level)


def elo_permutations(
    counts: PairCounts,
    *,
    n_permutations: int = 100,
    seed: int = 0,
    k_factor: float = 4.0,
    k_halved_after: float = math.inf,
    initial: float = 1000.0,
    scale: float = 400.0,
    ties: TieScore = "half",
    both_bad: BothBadScore = "tie",
    n_threads: int | None = None,
) -> EloPermutations:
    """Elo ratings in random orders of the votes, each order as likely as any other.

    Parameters
    ----------
    counts : PairCounts
        The votes; the order of the log has no part in the result.
    n_permutations : int
        At least 2, so that there is a spread.
    seed : int
        Order b depends on `seed` and b only: on no number of orders or threads.
    n_threads : int, optional
        As many as there are cores.
    k_factor, k_halved_after, initial, scale, ties, both_bad
        As in `elo`.

    Raises
    ------
    OptionError
        If an option cannot have its value.
    """
    score = outcome_scores(ties, both_bad)
    constants = _constants(k_factor, k_halved_after, initial, scale)
    n_permutations = whole("n_permutations", n_permutations, 2, LARGEST_COUNT)
    seed = whole("seed", seed, 0, LARGEST_SEED)
    n_threads = len(os.sched_getaffinity(0)) if n_threads is None else whole("n_threads", n_threads, 1, LARGEST_COUNT)
    packed, n_bits = _packed(counts, score)
    replicates = np.full((n_permutations, counts.n_competitors), initial, np.float64)
    n_votes = np.empty((n_threads, counts.n_competitors), np.int64)

    def rate(thread: int) -> None:
        order = np.empty_like(packed)
        for b in range(thread, n_permutations, n_threads):
            np.copyto(order, packed)
            shuffle(np.uint64(stream(seed, b)), order)
            n_votes[thread] = 0
            elo_packed_votes(order, n_bits, score, *constants, replicates[b], n_votes[thread])

    with ThreadPoolExecutor(n_threads) as pool:
        list(pool.map(rate, range(n_threads)))
    return EloPermutations(counts.names, replicates, n_votes[0])


def _constants(k_factor: float, k_halved_after: float, initial: float, scale: float) -> tuple[float, float, float]:
    """Return K, its decay a vote and the log-odds of one point, as the kernels take them; raise `OptionError` for what cannot be."""
    check_positive(k_factor=k_factor, scale=scale)
    check_finite(initial=initial)
    if not k_halved_after > 0:
        raise OptionError(f"k_halved_after is {k_halved_after}; give a number of votes above 0, or inf for a fixed K")
    return float(k_factor), 1.0 / k_halved_after, math.log(10.0) / scale


def _packed(counts: PairCounts, score: Floats) -> tuple[Ints, Any]:
    """Return every vote that counts as one word: first, second, outcome; and the bits of an index."""
    n_bits = max(counts.n_competitors - 1, 1).bit_length()
    word = np.dtype(np.uint32 if 2 * n_bits + 2 <= 32 else np.uint64)
    pairs = (counts.first.astype(np.uint64) << np.uint64(n_bits)) | counts.second.astype(np.uint64)
    cells = (pairs[:, None] << np.uint64(2)) | np.arange(4, dtype=np.uint64)
    votes = np.repeat(cells.ravel().astype(word), np.where(score >= 0, counts.counts, 0).ravel())
    return votes, word.type(n_bits)
