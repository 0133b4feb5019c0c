r"""Whether it is chance who of a pair is shown first.

If it is, the order of a vote is a fair coin, whatever the pair. Two things that an order may follow are tested, each exactly by the binomial
distribution, and p-values are doubled because there are two:

- the alphabet: the number of votes in alphabetical order, two-sided;
- any other fixed order, of pairs or of competitors: half of the votes of each ordered pair, drawn at random, say which order is usual (that of their
  pair; where the pair says nothing, who of the two is shown first more often against all); the number of the other votes that follow it, one-sided.
  Given the first half, the others are still fair coins.

So under an order by chance the p-value is below any bound at most so often as the bound says, also with few votes and many pairs.

The coin may have been tossed once for a question that many saw, or once for a pair. So where pairs have one order each, the same tests are made of
one vote a pair, in its usual order. Only where these, too, speak against chance, or there are too few pairs to tell, is the order fixed: an effect of
being shown first is then an effect of the alphabet, or of whatever the order follows, and cannot be told from strengths.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import bdtrc

from recount.engine.choices.usual import SEED
from recount.engine.votes import Bools, Ints, PairCounts

# How often an order by chance is called none.
ERROR_RATE = 0.001
# Share of votes in the rarer order of their pair below which pairs have one order each.
FEW_REVERSED = 0.01
N_TESTS = 2


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """What the order within pairs follows.

    Attributes
    ----------
    n_votes, n_alphabetical : int
        Votes, and those in which the first comes first in the alphabet (by code points).
    n_reversed : int
        Votes in the rarer order of their pair.
    p_alphabet, p_usual : float
        Probability of so many if the order is chance.
    n_pairs : int
    p_of_pairs : float
        Of an order by chance, of one vote a pair.
    """

    n_votes: int
    n_alphabetical: int
    n_reversed: int
    p_alphabet: float
    p_usual: float
    n_pairs: int
    p_of_pairs: float

    @property
    def p_value(self) -> float:
        """Of an order by chance."""
        return min(1.0, N_TESTS * min(self.p_alphabet, self.p_usual))

    @property
    def can_tell(self) -> bool:
        """Whether there are enough votes to tell a fixed order from chance."""
        return _can_tell(self.n_votes)

    @property
    def is_by_chance(self) -> bool:
        """Whether nothing speaks against chance, at `ERROR_RATE`."""
        return self.p_value >= ERROR_RATE

    @property
    def is_by_pair(self) -> bool:
        """Whether pairs have one order each."""
        return not self.is_by_chance and self.n_reversed < FEW_REVERSED * self.n_votes

    @property
    def is_fixed(self) -> bool:
        """Whether the order follows something, so that an effect of position cannot be told from strengths."""
        return self.is_by_pair and (self.p_of_pairs < ERROR_RATE or not _can_tell(self.n_pairs))


def _can_tell(n: int) -> bool:
    """Whether so many fair coins would hardly ever fall alike."""
    return 2 * N_TESTS * 0.5**n < ERROR_RATE


def shown_order(counts: PairCounts, seed: int = SEED) -> ShownOrder:
    """Test whether it is chance who of a pair is shown first.

    Parameters
    ----------
    counts : PairCounts
    seed : int
        Of the halves.
    """
    n_of_row = counts.counts.sum(axis=1)
    low, high = np.minimum(counts.first, counts.second), np.maximum(counts.first, counts.second)
    _, pair = np.unique(low.astype(np.int64) * counts.n_competitors + high, return_inverse=True)
    alphabetical = counts.first < counts.second
    # (n_pairs, 2): the other order, the alphabetical one.
    both = np.zeros((int(pair.max(initial=-1)) + 1, 2), np.int64)
    np.add.at(both, (pair, alphabetical.astype(int)), n_of_row)
    usual = both.argmax(axis=1)[pair] == alphabetical
    p_alphabet, p_usual = _p_values(counts, pair, n_of_row, seed)
    p_of_pairs = min(1.0, N_TESTS * min(_p_values(counts, pair, (usual & (n_of_row > 0)).astype(np.int64), seed)))
    n, n_alphabetical, n_reversed = int(n_of_row.sum()), int(n_of_row[alphabetical].sum()), int(both.min(axis=1).sum())
    return ShownOrder(n, n_alphabetical, n_reversed, p_alphabet, p_usual, len(both), p_of_pairs)


def _p_values(counts: PairCounts, pair: Ints, n_of_row: Ints, seed: int) -> tuple[float, float]:
    """P-values of the alphabet and of the usual order, of so many votes of each ordered pair."""
    alphabetical = counts.first < counts.second
    n, n_alphabetical = int(n_of_row.sum()), int(n_of_row[alphabetical].sum())
    learned = np.random.default_rng([seed, 1]).binomial(n_of_row, 0.5)
    told = _first_by_others(counts, pair, alphabetical, learned, int(pair.max(initial=-1)) + 1)
    others = n_of_row - learned
    of_alphabet = min(1.0, 2 * min(_at_least(n_alphabetical, n), _at_least(n - n_alphabetical, n)))
    return of_alphabet, _at_least(int(others[told > 0].sum()), int(others[told != 0].sum()))


def _first_by_others(counts: PairCounts, pair: Ints, alphabetical: Bools, learned: Ints, n_pairs: int) -> Ints:
    """Say of each ordered pair whether its order is the usual one in the votes learned from: 1, -1 if the other is, 0 if they do not say."""
    way = np.where(alphabetical, 1, -1)
    of_pair = np.bincount(pair, way * learned, n_pairs)[pair]
    n = counts.n_competitors
    lead = np.bincount(counts.first, learned, n) - np.bincount(counts.second, learned, n)
    share = lead / np.maximum(1, np.bincount(counts.first, learned, n) + np.bincount(counts.second, learned, n))
    told: Ints = np.sign(np.where(of_pair == 0, share[counts.first] - share[counts.second], way * of_pair)).astype(int)
    return told


def _at_least(k: int, n: int) -> float:
    """Probability of k or more of n fair coins."""
    return 1.0 if k <= 0 else float(bdtrc(k - 1, n, 0.5)) if k <= n else 0.0
