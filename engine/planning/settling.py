r"""How many further votes settle who is first, and how probable it is that they do.

Competitors stand on sides: each alone, by country, or two of all. It is *settled* who is first when one competitor's lead over every competitor of
another side has an interval that lies above 0; then its side is first. Each such interval holds with the level, and all of them have to say so, so
that no correction for their number is needed (Berger 1982).

The truth is not known, and the votes so far say how much: it is drawn from the strengths given their estimates
(`recount.engine.uncertainty.posterior`), further votes at that truth (`recount.engine.planning.new_votes`), and it is counted in how many draws they
settle it. The same draws serve every number of votes.

Further votes go where they decide: each pair gets the share of draws in which it is the best of all and the best of another side, as in top-two
sampling (Russo 2020). Of two competitors all go between the two: no other vote says more of their difference, if they are near.
"""

from dataclasses import dataclass

import numpy as np

from recount.engine.choices.usual import CONFIDENCE_LEVEL, SEED
from recount.engine.errors import OptionError
from recount.engine.fitting import Fit
from recount.engine.likelihood import check_one_law
from recount.engine.linear_algebra import one_thread
from recount.engine.normal_quantiles import normal_quantile
from recount.engine.pair_contests import Contests
from recount.engine.planning.new_votes import Plan, information_of_new_votes, laplacian, plan_of
from recount.engine.votes import Bools, Floats, Ints

# Beyond this number of votes it is not looked on; and numbers are found to this part of themselves.
MOST_VOTES, PRECISION = 1_000_000_000, 0.005
# In standard errors of their difference: who is so far behind that it does not matter.
FAR_BEHIND = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Who stands on which side.

    Attributes
    ----------
    of_each : (n,) int64
        Side of each competitor; -1 for who has no part in it.
    """

    of_each: Ints

    def against(self, i: int) -> Ints:
        """Competitors of other sides than that of i."""
        return np.flatnonzero((self.of_each >= 0) & (self.of_each != self.of_each[i]))


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """What a number of further votes is expected to settle.

    Attributes
    ----------
    n_votes : int
    p_settled : float
        Probability that they settle it.
    p_error : float
        Its Monte-Carlo standard error.
    p_right : float
        Share of those cases in which the side that is then first is truly first; NaN where there are none.
    """

    n_votes: int
    p_settled: float
    p_error: float
    p_right: float


def deciding_plan(truths: Floats, sides: Sides) -> Plan:
    """Return the plan in which every pair has the share of the draws of the truth (n_draws, n) that it decides."""
    n, inside = truths.shape[1], np.flatnonzero(sides.of_each >= 0)
    best = inside[np.argmax(truths[:, inside], axis=1)]
    weights = np.zeros((n, n))
    for i in np.unique(best):
        others = sides.against(i)
        runner_up = others[np.argmax(truths[best == i][:, others], axis=1)]
        np.add.at(weights, (np.minimum(i, runner_up), np.maximum(i, runner_up)), 1.0)
    return plan_of(weights)


def plan_as_before(played: Contests) -> Plan:
    """Return the plan in which every pair has the share that it has of the votes so far."""
    weights = np.zeros((len(played.names), len(played.names)))
    weights[played.first, played.second] = played.wins + played.losses + played.ties
    return plan_of(weights)


class Settling:
    """What further votes settle.

    Parameters
    ----------
    fit : Fit
        Of contests.
    covariance : (n, n) float64
        Of the errors of its strengths.
    truths : (n_draws, n) float64
        Draws of the true strengths.
    sides : Sides
    plan : Plan
        Between whom further votes are cast.
    confidence_level : float
        Of each interval.
    tie_share, design_effect : float
        Share of ties among further votes; and the variance of their scores over that of independent votes.
    seed : int

    Raises
    ------
    OptionError
        If there are covariates, weights or a parameter of ties for each pair, of which further votes would have none that is known.
    """

    def __init__(
        self,
        fit: Fit,
        covariance: Floats,
        truths: Floats,
        sides: Sides,
        plan: Plan,
        *,
        confidence_level: float = CONFIDENCE_LEVEL,
        tie_share: float = 0.0,
        design_effect: float = 1.0,
        seed: int = SEED,
    ) -> None:
        check_one_law(fit.ties, "a plan of further votes")
        if fit.effects or fit.contests.weights is not None:
            what = "covariates" if fit.effects else "weights"
            raise OptionError(f"the votes have {what}, and of votes that are not cast yet nobody knows theirs; leave the {what} out")
        self.fit, self.truths, self.sides, self.plan = fit, truths, sides, plan
        self.critical = normal_quantile((1 + confidence_level) / 2)
        n = len(fit.names)
        with one_thread():
            self.information = np.linalg.pinv(fit.likelihood.bread(fit.parameters)[:n, :n], hermitian=True)
            self.variance = self.information @ covariance @ self.information
            information, variance = information_of_new_votes(fit, plan, tie_share)
            # Of one further vote, wherever it is cast.
            self.new_information = laplacian(plan.first, plan.second, plan.share * information, n)
            self.new_variance = design_effect * laplacian(plan.first, plan.second, plan.share * variance, n)
            values, vectors = np.linalg.eigh(self.new_variance)
            root = vectors * np.sqrt(np.maximum(values, 0.0))
            self.noise = np.random.default_rng(seed).standard_normal(truths.shape) @ root.T
        self.contenders = self._contenders(covariance)

    def _contenders(self, covariance: Floats) -> Ints:
        """Competitors that may decide it."""
        inside = np.flatnonzero(self.sides.of_each >= 0)
        best = inside[np.argmax(self.fit.strengths[inside])]
        own = np.diagonal(covariance)
        errors = np.sqrt(np.maximum(own[best] + own - 2 * covariance[best], 0.0))
        near: Ints = inside[self.fit.strengths[best] - self.fit.strengths[inside] <= FAR_BEHIND * errors[inside]]
        return near

    def outlook(self, n_votes: int) -> Outlook:
        """Say what `n_votes` further votes settle."""
        first_sides = self._first_sides(n_votes)
        settled = first_sides >= 0
        inside = np.flatnonzero(self.sides.of_each >= 0)
        truly = self.sides.of_each[inside[np.argmax(self.truths[:, inside], axis=1)]]
        p = float(settled.mean())
        right = float((truly == first_sides)[settled].mean()) if settled.any() else float("nan")
        return Outlook(n_votes, p, float(np.sqrt(p * (1 - p) / settled.size)), right)

    def fewest(self, probability: float) -> Outlook:
        """Return the outlook of the fewest further votes that settle it with at least this probability, or of `MOST_VOTES` if those do not."""
        low, high = 0, 1
        if (now := self.outlook(0)).p_settled >= probability:
            return now
        while (found := self.outlook(high)).p_settled < probability:
            if high == MOST_VOTES:
                return found
            low, high = high, min(2 * high, MOST_VOTES)
        while high - low > max(1, PRECISION * high):
            middle = (low + high) // 2
            outlook = self.outlook(middle)
            low, high, found = (low, middle, outlook) if outlook.p_settled >= probability else (middle, high, found)
        return found

    def fewest_within_error(self, probability: float) -> tuple[int, float]:
        """Return between which numbers `fewest` lies, as far as so many draws tell (two standard errors); infinite if unknown."""
        two_errors = 2 * float(np.sqrt(probability * (1 - probability) / len(self.truths)))
        low = self.fewest(probability - two_errors) if probability > two_errors else self.outlook(0)
        high = self.fewest(probability + two_errors) if probability + two_errors < 1 else None
        return low.n_votes, float("inf") if high is None or high.p_settled < probability + two_errors else float(high.n_votes)

    def _first_sides(self, n_votes: int) -> Ints:
        """Return the side that is first in each draw, (n_draws,), -1 where it is not settled."""
        strengths, covariance = self._after(n_votes)
        among = self.contenders
        own = np.diagonal(covariance)[among]
        least = self.critical * np.sqrt(np.maximum(own[:, None] + own - 2 * covariance[np.ix_(among, among)], 0.0))
        sides, found = self.sides.of_each[among], np.full(len(strengths), -1)
        for place, side in enumerate(sides):
            ahead: Bools = strengths[:, [place]] - strengths > least[place]
            found[ahead[:, sides != side].all(axis=1)] = side
        return found

    def _after(self, n_votes: int) -> tuple[Floats, Floats]:
        """Return estimates of the contenders in each draw after further votes, (n_draws, n_contenders), and the covariance of all, (n, n)."""
        estimate, added = self.fit.strengths, n_votes * self.new_information
        with one_thread():
            inverse = np.linalg.pinv(self.information + added, hermitian=True)
            covariance = inverse @ (self.variance + n_votes * self.new_variance) @ inverse
            rows = inverse[self.contenders]
            moved = (self.truths - estimate) @ (rows @ added).T + np.sqrt(n_votes) * self.noise @ rows.T
        return estimate[self.contenders] + moved, covariance
