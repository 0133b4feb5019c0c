r"""Elo ratings, vote by vote, in one order or in many.

After a vote between i and j the rating of i moves by :math:`K (s - p)`, where s is 1, 1/2 or 0 and :math:`p = 1 / (1 + 10^{(R_j - R_i) / 400})`, and
that of j by the opposite (Elo 1978). Fixed K forgets: a vote's weight falls geometrically with the votes that follow it, so the order matters. With
:math:`K = K_0 / (1 + n / h)` after n votes of the competitor, K is halved after h votes and falls as 1/n, as 800 / (n + 1) does in the rules of the
US Chess Federation (Glickman and Doan): steps of Robbins and Monro (1951), under which ratings settle where expected and actual scores agree, at the
Bradley-Terry ratings.
"""

import math
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from recount.engine.choices.resampling import LARGEST_COUNT, whole
from recount.engine.choices.sequential import BOTH_BAD, N_PERMUTATIONS, TIES, BothBadScore, Elo, TieScore
from recount.engine.choices.usual import CONFIDENCE_LEVEL, SEED
from recount.engine.executors import executor_or_threads, in_order
from recount.engine.kernels.sequential import elo_packed_votes, elo_votes, shuffle
from recount.engine.kernels.streams import stream
from recount.engine.plurals import plural
from recount.engine.room import check_room
from recount.engine.sequential.state import SequentialRatings, begin, options_of, outcome_scores, summary_of
from recount.engine.showing import Tabled
from recount.engine.uncertainty.intervals import interval
from recount.engine.votes import Floats, Ints, PairCounts, Votes, freeze

if TYPE_CHECKING:
    from recount.engine.boards import Frame

LARGEST_SEED = 2**63 - 1
# Orders handed over at once.
PORTION = 16


def elo(
    votes: Votes, settings: Elo = Elo(), *, state: SequentialRatings | None = None, ties: TieScore = TIES, both_bad: BothBadScore = BOTH_BAD
) -> SequentialRatings:
    """Elo ratings after the votes, taken in the order in which they stand; `in_order` sorts them by a column.

    Parameters
    ----------
    votes : Votes
    settings : Elo
    state : SequentialRatings, optional
        Ratings after earlier votes; the result is that of all votes together, to the last bit.
    ties : {"half", "drop"}
        A tie is half a win for each side, or is left out.
    both_bad : {"tie", "drop"}
        "Both bad" is treated as a tie is, or left out.

    Raises
    ------
    OptionError
        If an option is invalid, or the state was made with others.
    """
    score = outcome_scores(ties, both_bad)
    after = begin(votes.names, state, options_of(settings, ties, both_bad), settings.initial)
    elo_votes(votes.first, votes.second, votes.outcome, score, *_constants(settings), after.ratings, after.n_votes)
    return after.frozen()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class EloPermutations(Tabled):
    """Elo ratings in many random orders of the same votes.

    Attributes
    ----------
    names, n_votes, options
        As in `SequentialRatings`.
    replicates : (n_permutations, n) float64
        Ratings after each order.
    """

    names: tuple[str, ...]
    replicates: Floats
    n_votes: Ints
    options: Mapping[str, object]

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

    def interval(self, confidence_level: float = CONFIDENCE_LEVEL) -> tuple[Floats, Floats]:
        """Ends of the central range over the orders, (n,) each: the effect of the order, not the uncertainty from the votes."""
        return interval(self.ratings, self.replicates, confidence_level)

    def summary(self) -> str:
        """Say with which settings how many votes and competitors were rated in how many orders, and who comes first, with the spread over orders."""
        orders = f", in {plural(self.replicates.shape[0], 'random order')} (± is the spread over orders)"
        return summary_of(self.options, int(self.n_votes.sum()) // 2, self.names, self.ratings, self.deviations, orders)

    def to_frame(self, confidence_level: float = CONFIDENCE_LEVEL) -> "Frame":
        """Return one row a competitor, best mean first: rank, competitor, rating, order_sd, order_lower, order_upper (`interval`), n_votes."""
        from recount.engine.boards import ranked

        lower, upper = self.interval(confidence_level)
        spread = {"order_sd": self.deviations, "order_lower": lower, "order_upper": upper}
        return ranked({"competitor": self.names, "rating": self.ratings, **spread, "n_votes": self.n_votes})


def elo_permutations(
    counts: PairCounts,
    settings: Elo = Elo(),
    *,
    n_permutations: int = N_PERMUTATIONS,
    seed: int = SEED,
    ties: TieScore = TIES,
    both_bad: BothBadScore = BOTH_BAD,
    n_threads: int | None = None,
    executor: Executor | None = None,
) -> EloPermutations:
    """Elo ratings in random orders of the votes, each order as likely as any other.

    Parameters
    ----------
    counts : PairCounts
        The votes, of which the order in the log does not matter.
    settings, ties, both_bad
        As in `elo`.
    n_permutations : int
        At least 2, so that there is a spread.
    seed : int
        Order b depends on `seed` and b only, not on the number of orders or threads.
    n_threads : int, optional
        As many as there are cores.
    executor : Executor, optional
        What works at the same time, in place of threads; the result is the same for any.

    Raises
    ------
    OptionError
        If an option is invalid.
    """
    n_permutations = whole("n_permutations", n_permutations, 2, LARGEST_COUNT)
    seed = whole("seed", seed, 0, LARGEST_SEED)
    n_threads = None if n_threads is None else whole("n_threads", n_threads, 1, LARGEST_COUNT)
    job = _Orders.of(counts, settings, seed, ties, both_bad)
    check_room(f"n_permutations is {n_permutations}: they", 3.0 * 8 * n_permutations * counts.n_competitors, "give fewer")
    replicates = np.empty((n_permutations, counts.n_competitors))
    n_votes: Ints = np.zeros(counts.n_competitors, np.int64)
    portions = [range(start, min(start + PORTION, n_permutations)) for start in range(0, n_permutations, PORTION)]
    with executor_or_threads(executor, n_threads) as (pool, n_waiting):
        for portion, rated in zip(portions, in_order(lambda portion: pool.submit(job.rate, portion), portions, n_waiting), strict=True):
            replicates[portion.start : portion.stop], n_votes = rated
    return EloPermutations(counts.names, replicates, n_votes, options_of(settings, ties, both_bad))


def elo_mean(
    counts: PairCounts,
    settings: Elo = Elo(),
    *,
    n_permutations: int = 1,
    seed: int = SEED,
    ties: TieScore = TIES,
    both_bad: BothBadScore = BOTH_BAD,
) -> SequentialRatings:
    """Mean Elo ratings over random orders of the votes, or the ratings after one: those of `elo_permutations`, of which none is kept.

    Parameters
    ----------
    counts, settings, seed, ties, both_bad
        As in `elo_permutations`.
    n_permutations : int
        At least 1.

    Raises
    ------
    OptionError
        If an option is invalid.
    """
    n_permutations = whole("n_permutations", n_permutations, 1, LARGEST_COUNT)
    job = _Orders.of(counts, settings, whole("seed", seed, 0, LARGEST_SEED), ties, both_bad)
    mean = begin(counts.names, None, options_of(settings, ties, both_bad), 0.0)
    for order in range(n_permutations):
        ratings, mean.n_votes[:] = job.rate(range(order, order + 1))
        mean.ratings[:] += ratings[0] / n_permutations
    return mean.frozen()


@dataclass(frozen=True, slots=True, eq=False)
class _Orders:
    """Votes that are rated in random orders, as the kernels take them."""

    packed: Ints
    n_bits: Any
    score: Floats
    constants: tuple[float, float, float]
    initial: float
    n_competitors: int
    seed: int

    @classmethod
    def of(cls, counts: PairCounts, settings: Elo, seed: int, ties: TieScore, both_bad: BothBadScore) -> "_Orders":
        """Pack votes."""
        score = outcome_scores(ties, both_bad)
        return cls(*_packed(counts, score), score, _constants(settings), float(settings.initial), counts.n_competitors, seed)

    def rate(self, orders: range) -> tuple[Floats, Ints]:
        """Return the ratings (n_orders, n) after each of some orders, and the votes of each competitor, (n,)."""
        ratings = np.full((len(orders), self.n_competitors), self.initial)
        n_votes: Ints = np.zeros(self.n_competitors, np.int64)
        shuffled = np.empty_like(self.packed)
        for order, out in zip(orders, ratings, strict=True):
            np.copyto(shuffled, self.packed)
            shuffle(np.uint64(stream(self.seed, order)), shuffled)
            n_votes[:] = 0
            elo_packed_votes(shuffled, self.n_bits, self.score, *self.constants, out, n_votes)
        return ratings, n_votes


def _constants(settings: Elo) -> tuple[float, float, float]:
    """Return K, its decay a vote and the log-odds of one point, as the kernels take them."""
    return float(settings.k_factor), 1.0 / settings.k_halved_after, math.log(10.0) / settings.scale


def _packed(counts: PairCounts, score: Floats) -> tuple[Ints, Any]:
    """Return every vote that counts as one word: first, second, outcome; and the bits of an index."""
    n_bits = max(counts.n_competitors - 1, 1).bit_length()
    word = np.dtype(np.uint32 if 2 * n_bits + 2 <= 32 else np.uint64)
    pairs = (counts.first.astype(np.uint64) << np.uint64(n_bits)) | counts.second.astype(np.uint64)
    cells = (pairs[:, None] << np.uint64(2)) | np.arange(4, dtype=np.uint64)
    votes = np.repeat(cells.ravel().astype(word), np.where(score >= 0, counts.counts, 0).ravel())
    return votes, word.type(n_bits)
