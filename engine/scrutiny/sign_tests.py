r"""Tests of effects beyond the strengths, by random signs of the scores of what is independent.

An effect z adds :math:`z \cdot \gamma` to the lead of each vote. Its score at :math:`\gamma = 0` is a sum over votes of :math:`\tilde z r`, r the
residual of the vote and :math:`\tilde z = z - X (X^T W X)^+ X^T W z` what strengths do not explain of z (effective scores). Where there is no
effect, the scores of independent groups of votes, such as those of a voter, have mean 0, and the sum is as large by chance as with signs drawn at
random for each group (Hemerik, Goeman and Finos 2020). So nothing is assumed of the law of a vote, nor of how votes of a voter depend on each other.

Residuals of fitted strengths are smaller than those of true ones, and a random sign undoes the fit; so residuals are divided by the root of one minus
their leverage before signs are drawn (MacKinnon and White 1985). Many groups are put together at random, which leaves them independent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.linalg import pinvh
from scipy.sparse import csr_array

from recount.engine.choices.usual import SEED
from recount.engine.linear_algebra import one_thread
from recount.engine.scrutiny.vote_residuals import CountedVotes
from recount.engine.votes import Floats, Ints, freeze

N_SIGNS = 999
# More groups make a test no better, and slower.
MOST_GROUPS = 2000
# With fewer, signs of all alike are no rare chance.
FEWEST_GROUPS = 20
# Of a statistic; what differs by less is rounding.
ROUNDING = 1e-9
TINY = 1e-300
# Share of the largest below which an eigenvalue of the information is rounding.
LEAST_INFORMATION = 1e-10


def independent_groups(labels: Ints) -> Ints:
    """Number groups that are independent of each other, at most `MOST_GROUPS`, given a label of each vote, (n,).

    Votes of -1 are alone. Labels of which there are fewer than `FEWEST_GROUPS` could have no sign against them, and every vote is alone.
    """
    alone = (labels < 0) | (n_labels(labels) < FEWEST_GROUPS)
    group = np.where(alone, np.arange(labels.size), labels).astype(np.int64)
    return group % MOST_GROUPS


def n_labels(labels: Ints) -> int:
    """Number of labels that votes have, without -1."""
    return int(np.unique(labels[labels >= 0]).size)


@lru_cache(maxsize=1)
def random_signs(n_groups: int, seed: int) -> Floats:
    """Draw signs, (n_groups, n_signs), +1 or -1; the last ones are kept for the next test."""
    n = n_groups * N_SIGNS
    drawn = np.frombuffer(np.random.default_rng([seed, 14]).bytes(n // 8 + 1), np.uint8)
    return freeze(2.0 * np.unpackbits(drawn)[:n].reshape(n_groups, N_SIGNS) - 1.0)


def sums_of_groups(values: csr_array, group: Ints) -> csr_array:
    """Add up rows (n_votes, m) over the votes of each group, (m, n_groups)."""
    n_groups = int(group.max(initial=-1)) + 1
    in_group = csr_array((np.ones(group.size), (group, np.arange(group.size))), shape=(n_groups, group.size))
    return csr_array((in_group @ values).T)


def share_as_large(observed: float, by_chance: Floats) -> float:
    """P-value of a statistic, given what it is by chance."""
    return float(1 + np.sum(by_chance >= observed - ROUNDING * abs(observed))) / (by_chance.size + 1)


@dataclass(frozen=True, slots=True, eq=False)
class AddedEffects:
    """Scores of m effects that are added to the strengths.

    Attributes
    ----------
    score : (m,) float64
        Effective scores, summed over all votes.
    by_chance : (n_signs, m) float64
        The same with random signs.
    information : (m, m) float64
        Of the effects beyond the strengths, about expected points.
    """

    score: Floats
    by_chance: Floats
    information: Floats

    def _inverse(self) -> Floats:
        """Pseudo-inverse of the information; effects of all competitors together are none."""
        with one_thread():
            return np.asarray(pinvh(self.information, rtol=LEAST_INFORMATION))

    @property
    def noise(self) -> Floats:
        """Variances that estimates have where there is no effect, (m,), to first order."""
        return np.asarray(np.var(self.by_chance @ self._inverse(), axis=0))

    @property
    def z(self) -> Floats:
        """Each effect over its standard deviation where there is none, (m,), to first order; sizes are in `recount.engine.scrutiny.effect_sizes`."""
        return np.asarray(self._inverse() @ self.score / np.sqrt(np.maximum(self.noise, TINY)))

    def together(self, scores: Floats) -> Floats:
        """Statistic of the score test of all effects (Rao 1948), of scores (k, m), (k,)."""
        with one_thread():
            return np.asarray(np.sum((scores @ self._inverse()) * scores, axis=1))

    def p_value(self, statistic: Callable[[Floats], Floats] | None = None) -> float:
        """Probability of as large a statistic if there is no effect.

        Parameters
        ----------
        statistic : callable, optional
            From scores (k, m) to numbers (k,), large ones speaking for an effect; by default the score test of all effects.
        """
        statistic = statistic or self.together
        return share_as_large(float(statistic(self.score[None])[0]), statistic(self.by_chance))


def added_effects(counted: CountedVotes, added: csr_array, labels: Ints, seed: int = SEED) -> AddedEffects:
    """Test effects beyond the strengths.

    Parameters
    ----------
    counted : CountedVotes
    added : (n, m) sparse
        By how much each effect adds to the lead of each vote that counts.
    labels : (n,) int
        Whose votes are independent of others'; see `independent_groups`.
    seed : int
        Of the signs.
    """
    x, weighted = counted.incidence, added.multiply(counted.slope[:, None]).tocsr()
    mixed = np.asarray((x.T @ weighted).toarray())
    with one_thread():
        taken = counted.inverse @ mixed
        information = (added.T @ weighted).toarray() - mixed.T @ taken
    group = independent_groups(labels)
    residual, alone = counted.residual[:, None], np.sqrt(np.maximum(1e-6, 1 - counted.leverage))[:, None]
    score = added.T @ counted.residual - taken.T @ (x.T @ counted.residual)
    of_effects, of_strengths = (sums_of_groups(part.multiply(residual / alone).tocsr(), group) for part in (added, x))
    signs = random_signs(of_effects.shape[1], seed)
    with one_thread():
        by_chance = (of_effects @ signs).T - (of_strengths @ signs).T @ taken
    return AddedEffects(np.asarray(score), np.asarray(by_chance), information)
