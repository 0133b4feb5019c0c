"""Other rates of sampling: models or pairs that get more or fewer of the votes.

Votes are thinned and never repeated, so that those that stay are a log like any other, with honest intervals.
"""

from dataclasses import dataclass

import numpy as np

from recount.engine.choices import check, choice
from recount.engine.errors import OptionError
from recount.engine.votes import Ints, PairCounts
from recount.sims.filtering.not_there import no_such_competitor
from recount.sims.perturbations.changed_votes import Change


@dataclass(frozen=True, slots=True)
class SamplingRate:
    """Some models are shown more, or less, often than they were, relative to the others (Singh et al. 2025, arXiv 2504.20879, section 4).

    A vote with one of the models stays with probability 1 and one without with probability 1/rate, or the other way round if the rate is below 1.
    """

    models: tuple[str, ...] = choice((), "Models whose rate is another.", example="'gpt-4-0613'")
    rate: float = choice(2.0, "How many times as often as it was, relative to the others.", above=0.0, most=1e9)

    def __post_init__(self) -> None:
        check(self)
        if not self.models:
            raise OptionError("models is missing; name at least one")

    def changed(self, counts: PairCounts, rng: np.random.Generator) -> Change:
        """Thin the votes of those who are shown less often."""
        for name in self.models:
            if name not in counts.names:
                raise no_such_competitor("models", name, counts.names)
        theirs = np.isin(np.array(counts.names, object), np.array(self.models, object))
        concerned = theirs[counts.first] | theirs[counts.second]
        probability = np.where(concerned, min(1.0, self.rate), min(1.0, 1 / self.rate))
        return Change(rng.binomial(counts.counts, probability[:, None]))


@dataclass(frozen=True, slots=True)
class EvenPairs:
    """No pair has more than so many votes: sampling nearer to uniform, which is what weights by inverse rates aim at (Chiang et al. 2024)."""

    most: int = choice(100, "Most votes of a pair that stay, drawn at random.", least=1)

    def __post_init__(self) -> None:
        check(self)

    def changed(self, counts: PairCounts, rng: np.random.Generator) -> Change:
        """Thin pairs with more votes."""
        return Change(_thinned(counts, np.minimum(votes_of_pairs(counts)[0], self.most), rng))


@dataclass(frozen=True, slots=True)
class EdgeThinning:
    """Pairs with few votes lose some or all of them: what hangs on rare comparisons, which tie parts of a sparse log together.

    Ratings exist only while the graph of comparisons is connected (Ford 1957), and are as sure as it is (Han, Ye, Tan and Chen 2020).
    """

    below: int = choice(50, "Pairs with fewer votes than this are thinned, both orders taken together.", least=1)
    share: float = choice(1.0, "Share of their votes that they lose, at random.", least=0.0, most=1.0)

    def __post_init__(self) -> None:
        check(self)

    def changed(self, counts: PairCounts, rng: np.random.Generator) -> Change:
        """Thin rare pairs."""
        n, _ = votes_of_pairs(counts)
        kept = np.where(n < self.below, n - np.rint(n * self.share).astype(np.int64), n)
        return Change(_thinned(counts, kept, rng))


def votes_of_pairs(counts: PairCounts) -> tuple[Ints, Ints]:
    """Return the votes of each unordered pair, (n_unordered,) int64, and the place there of each ordered pair, (n_pairs,)."""
    keys = np.minimum(counts.first, counts.second).astype(np.int64) * counts.n_competitors + np.maximum(counts.first, counts.second)
    _, place = np.unique(keys, return_inverse=True)
    n = np.zeros(int(place.max(initial=-1)) + 1, np.int64)
    np.add.at(n, place, counts.counts.sum(axis=1))
    return n, place


def _thinned(counts: PairCounts, n_kept: Ints, rng: np.random.Generator) -> Ints:
    """Draw `n_kept` votes of each unordered pair without replacement, (n_pairs, 4) int64."""
    left, place = votes_of_pairs(counts)
    wanted, kept = n_kept.copy(), np.zeros_like(counts.counts)
    # The cells of every pair in turn: its hypergeometric share of what its pair still has to draw.
    cells, of = counts.counts.ravel(), np.repeat(place, 4)
    order = np.argsort(of, kind="stable")
    turn = np.arange(of.size) - np.searchsorted(of[order], of[order])
    flat = kept.reshape(-1)
    for k in range(int(turn.max(initial=-1)) + 1):
        at = order[turn == k]
        own, pair = cells[at], of[at]
        flat[at] = rng.hypergeometric(own, left[pair] - own, wanted[pair])
        left[pair] -= own
        wanted[pair] -= flat[at]
    return kept
