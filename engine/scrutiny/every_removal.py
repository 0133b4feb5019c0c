"""Every removal of so many units, each refitted, until one changes a conclusion: the fewest units, by search.

Units that are alike are counted, not told apart. A removal is left out, with all that take more away, if chains of wins no longer join the votes, or
if in every way of changing a pair is held (`recount.engine.scrutiny.tethers`) by more than what is still to be taken. Of the votes of a pair with a,
to bring a below b, wins of a go before ties and those before losses: with as many votes of each pair left, a point less for a leaves its lead no
larger. The ratings have to exist either way for that, as they do with a prior.
"""

from typing import NamedTuple

import numpy as np

from recount.engine.fitting import Fit
from recount.engine.scale import ELO
from recount.engine.scrutiny.conclusion import LEAST_LEAD, Conclusion, reversed_at
from recount.engine.scrutiny.removable import TOLERANCE, Removable
from recount.engine.scrutiny.tethers import Tether, tethers_of
from recount.engine.votes import Floats, Ints

# Units, votes or clusters, up to which every removal is tried.
SMALL = 40
# What is spent at most, in refits of a few pairs; and so many cells, of pairs or of rows, cost one more. The long way is a fit from the start.
MOST_REFITS = 300_000
CELLS_OF_PAIRS, CELLS_OF_ROWS = 100, 2
LONG_WAY = 10


class Tried(NamedTuple):
    """What trying every removal found.

    Attributes
    ----------
    taken : (n_units,) float64 or None
        The fewest units without which the conclusion changes; None if no removal that was tried does it.
    change : str
        The way in which it changes.
    fit : Fit or None
        Without those units.
    n_tried : int
        Every removal of up to so many units was tried, or shown to change nothing.
    """

    taken: Floats | None
    change: str
    fit: Fit | None
    n_tried: int


def fewest_by_trying(log: Removable, conclusion: Conclusion, most: int) -> Tried:
    """Try every removal of one unit, then of two, and so on up to `most`, until the conclusion changes or `MOST_REFITS` are spent."""
    search = _Search(log, conclusion)
    for n in range(1, most + 1):
        taken = np.zeros(log.available.size)
        try:
            found = search.changed_by(taken, 0, n, list(conclusion.ways))
        except _SpentError:
            return Tried(None, "", None, n - 1)
        if found:
            return Tried(taken, *found, n - 1)
    return Tried(None, "", None, most)


class _SpentError(Exception):
    """More would be spent than `MOST_REFITS`."""


class _Search:
    def __init__(self, log: Removable, conclusion: Conclusion) -> None:
        self.log, self.ways = log, conclusion.ways
        fit = log.fit
        self.needs_wins = fit.prior.kind == "none"
        self.leaves_out = self.needs_wins and fit.existence in ("drop", "largest")
        self.refits = fit.likelihood.refits(fit.parameters, TOLERANCE / ELO)
        self.weights = log.weights_of_units()
        self.tethers: dict[str, list[Tether]] = {change: tethers_of(log, way) for change, way in self.ways.items()}
        # Votes of a pair follow each other.
        self.order = np.argsort(self.weights.argmax(axis=1) % max(self.weights.shape[1] // 3, 1), kind="stable")
        self.better = {change: self._in_turn(tethers) for change, tethers in self.tethers.items()}
        # Units at each place and those after it; and the largest weight of so many units.
        self.n_from = np.append(np.cumsum(log.available[self.order][::-1])[::-1], 0.0)
        heaviest = np.sort(np.repeat(self.weights.sum(axis=1), log.available.astype(np.int64)))[::-1]
        self.reach = np.append(0.0, np.cumsum(heaviest))
        # Contrasts of all ways, one after the other.
        contrasts = [way for way in self.ways.values() if not callable(way)]
        self.contrasts = np.concatenate(contrasts) if contrasts else None
        self.starts = np.cumsum([0] + [len(way) for way in contrasts[:-1]])
        self.cost = 1 + self.weights.shape[1] // (CELLS_OF_PAIRS if fit.design is None else CELLS_OF_ROWS)
        self.spent = 0

    def _in_turn(self, tethers: list[Tether]) -> tuple[Ints, Ints, Ints]:
        """Return kinds of which the first have to be taken whole before any of the second is, and the places of the first, (n,) each."""
        log, place = self.log, np.argsort(self.order)
        if not tethers or len(tethers) > 1 or self.needs_wins or log.clustered or log.by_weight:
            return place[:0], place[:0], place[:0]
        above, below = tethers[0].ends
        first, second, _ = log.fit.likelihood.cells
        cell = self.weights.argmax(axis=1)
        n_pairs = log.fit.likelihood.shape[1]
        outcome, pair = cell // n_pairs, cell % n_pairs
        # Points that a vote gives to a, or takes from b, of the pairs with one of them.
        of_first = np.array([1.0, 0.0, 0.5])[outcome]
        leads = (first[cell] == above) | (second[cell] == below)
        trails = (second[cell] == above) | (first[cell] == below)
        points = np.where(leads, of_first, 1 - of_first)
        sooner, later = np.nonzero((pair[:, None] == pair) & (leads | trails) & (points[:, None] > points))
        return sooner, later, place[sooner]

    def changed_by(self, taken: Floats, place: int, n_left: int, ways: list[str]) -> tuple[str, Fit] | None:
        """Take `n_left` more units of the kinds from this `place` on, in every way, until the conclusion changes; how, and the fit.

        `taken` (n_units,) is left at that removal, or as it was; `ways` are those that may still change.
        """
        if self.n_from[place] < n_left:
            return None
        ways = [change for change in ways if self._is_in_turn(taken, place if n_left else taken.size, change)]
        if not ways:
            return None
        if n_left == 0:
            return self._changed(taken)
        ways = self._within_reach(taken, n_left, ways)
        for at in range(place, taken.size if ways else 0):
            k = self.order[at]
            for n in range(1, min(int(self.log.available[k]), n_left) + 1):
                taken[k] = n
                found = self.changed_by(taken, at + 1, n_left - n, ways)
                if found:
                    return found
            taken[k] = 0.0
        return None

    def _is_in_turn(self, taken: Floats, place: int, change: str) -> bool:
        """Whether no vote is taken while one before it in turn is left, of those before this `place`."""
        sooner, later, places = self.better[change]
        if not sooner.size:
            return True
        return not np.any((taken[later] > 0) & (taken[sooner] < self.log.available[sooner]) & (places < place))

    def _within_reach(self, taken: Floats, n_left: int, ways: list[str]) -> list[str]:
        """Return the ways in which the conclusion can change without `taken` and `n_left` more units."""
        votes = self._left(taken)
        if self.needs_wins and not self.leaves_out and not self.refits.joined(votes):
            return []
        found = []
        for change in ways:
            for tether in self.tethers[change]:
                self._spend(1)
                if tether.pull_of(votes) > self.reach[n_left]:
                    break
            else:
                found.append(change)
        return found

    def _changed(self, taken: Floats) -> tuple[str, Fit] | None:
        """Return how the conclusion changes without `taken` units, and the fit, or None."""
        votes = self._left(taken)
        joined = not self.needs_wins or self.refits.joined(votes)
        if not joined and not self.leaves_out:
            return None
        self._spend(1)
        nearly = self.refits.maximum(votes) if joined else None
        if nearly and not self._may_have_changed(nearly[0][: len(self.log.fit.names)]):
            return None
        self._spend(LONG_WAY)
        fit = self.log.without(taken)
        if fit is None:
            return None
        strengths = self.log.strengths_of(fit)
        change = next((change for change, way in self.ways.items() if reversed_at(way, strengths)), None)
        return None if change is None else (change, fit)

    def _may_have_changed(self, strengths: Floats) -> bool:
        if any(callable(way) for way in self.ways.values()) or self.contrasts is None:
            return any(reversed_at(way, strengths) for way in self.ways.values())
        return bool(np.any(np.maximum.reduceat(self.contrasts @ strengths, self.starts) < -LEAST_LEAD / ELO / 2))

    def _left(self, taken: Floats) -> Floats:
        left: Floats = (self.log.available - taken) @ self.weights
        return left

    def _spend(self, n_refits: int) -> None:
        self.spent += n_refits * self.cost
        if self.spent > MOST_REFITS:
            raise _SpentError
