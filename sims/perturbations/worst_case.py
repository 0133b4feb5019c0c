"""The votes that a conclusion hangs on: the fewest that overturn it when they are dropped, flipped or added, as a refit has shown.

The worst case of perturbations of its size (Broderick, Giordano and Meager 2020; Huang et al. 2025, arXiv 2508.11847; Karimi et al. 2026, arXiv
2605.15761), searched as `recount influence` does (`recount.engine.scrutiny.fewest_changes`), with ties as half a win for each side.
"""

from dataclasses import dataclass

import numpy as np

from recount.engine.choices import check, choice
from recount.engine.choices.vote_change import CHANGE, VoteChange
from recount.engine.errors import InputError, OptionError
from recount.engine.fitting import Fit, fit
from recount.engine.plurals import plural
from recount.engine.scrutiny.conclusion import Conclusion, pair_order, top_order, top_set
from recount.engine.scrutiny.fewest_changes import fewest_votes
from recount.engine.triangle import pair_place
from recount.engine.votes import BOTH_BAD, FIRST_WON, SECOND_WON, TIE, Ints, PairCounts
from recount.sims.filtering.not_there import no_such_competitor
from recount.sims.perturbations.changed_votes import Change
from recount.sims.perturbations.drawing_votes import drawn


@dataclass(frozen=True, slots=True)
class WorstCase:
    """The fewest votes found whose change overturns a conclusion, proved by a refit, are changed (Huang et al. 2025, Karimi et al. 2026).

    Which of the votes of a pair and outcome they are is random, and so is who is shown first in votes that are added.
    """

    change: VoteChange = choice(CHANGE, "What is done to votes: left out (drop), their losers win (flip), or further ones are cast (add).")
    best: int = choice(1, "Conclusion: who the N best are; 1 is first place.", least=1)
    ordered: bool = choice(False, "With best: and in which order.")
    pair: tuple[str, str] | None = choice(None, "In place of the best: which of two models is the better one.")

    def __post_init__(self) -> None:
        check(self)
        if self.pair is not None and (self.best != 1 or self.ordered):
            raise OptionError("`pair` and `best` are different conclusions; give one of them")
        if self.ordered and self.best == 1:
            raise OptionError("ordered is True, which has no effect on first place alone; give `best` as 2 or more, or leave it out")

    def changed(self, counts: PairCounts, rng: np.random.Generator) -> Change:
        """Change the votes.

        Raises
        ------
        InputError
            If no change of this kind overturns the conclusion, or a model is not there.
        ExistenceError
            If the votes have no ratings.
        """
        fitted = fit(counts)
        conclusion = self._conclusion(fitted)
        found = fewest_votes(fitted, conclusion, change=self.change)
        if found is None:
            raise InputError(f"no votes to {self.change} overturn the conclusion that {conclusion.statement}; name another, or another change")
        detail = f"{plural(found.n_changed, 'vote')} to {self.change}, so that {found.result}"
        if self.change == "add":
            return Change(counts.counts, new=_in_either_order(counts.names, found.votes, rng), detail=detail)
        taken = _of_orders(counts, found.votes, rng)
        recast = None if self.change == "drop" else taken[:, [SECOND_WON, FIRST_WON, TIE, BOTH_BAD]]
        return Change(counts.counts - taken, recast, detail=detail)

    def _conclusion(self, fitted: Fit) -> Conclusion:
        for name in self.pair or ():
            if name not in fitted.names:
                raise no_such_competitor("pair", name, fitted.names)
        if self.pair is not None:
            return pair_order(fitted, *self.pair)
        return top_order(fitted, self.best) if self.ordered else top_set(fitted, self.best)


def _of_orders(counts: PairCounts, votes: Ints, rng: np.random.Generator) -> Ints:
    """Draw votes on the triangle, (3, n_unordered), from those of both orders of each pair, and ties from ties and both bad, (n_pairs, 4) int64."""
    low, high = np.minimum(counts.first, counts.second), np.maximum(counts.first, counts.second)
    place, turned = pair_place(low, high, counts.n_competitors), counts.first > counts.second
    taken = np.zeros_like(counts.counts)
    for result, columns in enumerate((np.array([FIRST_WON, SECOND_WON]), np.array([SECOND_WON, FIRST_WON]), np.array([TIE, BOTH_BAD]))):
        for pair in np.flatnonzero(votes[result]):
            rows = np.flatnonzero(place == pair)
            cells = (rows[:, None], columns[turned[rows].astype(int)][:, None]) if result < 2 else np.ix_(rows, columns)
            taken[cells] = drawn(counts.counts[cells].ravel(), int(votes[result, pair]), rng).reshape(taken[cells].shape)
    return taken


def _in_either_order(names: tuple[str, ...], votes: Ints, rng: np.random.Generator) -> PairCounts:
    """Return votes on the triangle, (3, n_unordered), as counts, each shown in one order or the other."""
    first, second = np.triu_indices(len(names), 1)
    as_they_stand = rng.binomial(votes, 0.5)
    turned = (votes - as_they_stand)[[1, 0, 2]]
    sides = np.append(first, second), np.append(second, first)
    by_outcome = np.append(as_they_stand, turned, axis=1).T
    return PairCounts(names, *sides, np.column_stack([by_outcome, np.zeros(len(by_outcome), np.int64)]))
