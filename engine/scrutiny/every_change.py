"""Every change of so many units, each refitted, until one overturns a conclusion: the fewest units, by search.

Units that are alike are counted, not told apart. A change is left out, with all that add to it, if in every way of changing a pair is held
(`recount.engine.scrutiny.tethers`) by more than what is still to be taken; and if votes are dropped and chains of wins no longer join those that are
left. With as many votes of each pair, a point less for a leaves its lead over b no larger. So, to bring a below b, of the votes of a pair with a wins
of a are dropped before ties and those before losses, none of its losses is flipped, and none of its wins added; and the other way round with b. The
ratings have to exist either way for that, as they do with a prior, and where votes are added.
"""

import math
from typing import NamedTuple

import numpy as np

from recount.engine.fitting import Fit
from recount.engine.scale import ELO
from recount.engine.scrutiny.changeable import TOLERANCE, Changeable
from recount.engine.scrutiny.conclusion import LEAST_LEAD, Conclusion, is_contrasts, reversed_at
from recount.engine.scrutiny.tethers import Tether, tethers_of
from recount.engine.votes import Bools, Floats, Ints

# Units, votes or clusters, of a log in which changes are tried as long as there is something to spend, because most need no refit. In a larger log
# changes of so many units are tried only if there is enough to refit all of them.
SMALL = 40
# What is spent at most, in refits of a few pairs, and what in a larger log; and so many cells, of pairs or of rows, cost one more. The long way is a
# fit from the start.
MOST_REFITS, MOST_OF_LARGE = 300_000, 20_000
CELLS_OF_PAIRS, CELLS_OF_ROWS = 100, 2
LONG_WAY = 10


class Tried(NamedTuple):
    """What trying every change found.

    Attributes
    ----------
    taken : (n_units,) float64 or None
        The fewest units with whose change the conclusion is another; None if no change that was tried does it.
    result : str
        The way in which it changes.
    fit : Fit or None
        After it.
    n_tried : int
        Every change of up to so many units was tried, or shown to overturn nothing.
    """

    taken: Floats | None
    result: str
    fit: Fit | None
    n_tried: int


def fewest_by_trying(log: Changeable, conclusion: Conclusion, most: int) -> Tried:
    """Try every change of one unit, then of two, and so on up to `most`, until the conclusion changes or `MOST_REFITS` are spent."""
    if log.n_votes.sum() > SMALL:
        most = min(most, _affordable(log))
    if most < 1:
        return Tried(None, "", None, 0)
    search = _Search(log, conclusion, most)
    for n in range(1, most + 1):
        taken = np.zeros(log.available.size)
        try:
            found = search.changed_by(taken, 0, n, list(conclusion.ways))
        except _SpentError:
            return Tried(None, "", None, n - 1)
        if found:
            return Tried(taken, *found, n - 1)
    return Tried(None, "", None, most)


def _affordable(log: Changeable) -> int:
    """Return of how many units all changes can be refitted, if none is left out."""
    n_kinds, cost, n, refits = log.available.size, _cost_of_refit(log), 0, 0
    while n_kinds and (refits := refits + math.comb(n_kinds + n, n + 1)) * cost <= MOST_OF_LARGE:
        n += 1
    return n


def _cost_of_refit(log: Changeable) -> int:
    """Return what a refit costs, in refits of a few pairs."""
    n_cells = math.prod(log.fit.likelihood.shape)
    return 1 + n_cells // (CELLS_OF_PAIRS if log.fit.design is None else CELLS_OF_ROWS)


class _SpentError(Exception):
    """More would be spent than `MOST_REFITS`."""


class _Search:
    def __init__(self, log: Changeable, conclusion: Conclusion, most: int) -> None:
        self.log, self.ways = log, conclusion.ways
        fit = log.fit
        self.needs_wins = fit.prior.kind == "none"
        self.leaves_out = self.needs_wins and fit.existence in ("drop", "largest")
        self.refits = fit.likelihood.refits(fit.parameters, TOLERANCE / ELO)
        changes = log.changes_of_units()
        self.tethers: dict[str, list[Tether]] = {result: tethers_of(log, way) for result, way in self.ways.items()}
        n_cells = changes.shape[1]
        # Votes of a pair follow each other.
        self.order = np.argsort(np.abs(changes).argmax(axis=1) % max(n_cells // 3, 1), kind="stable")
        self.better = {result: self._in_turn(tethers) for result, tethers in self.tethers.items()}
        self.useless = {result: self._useless(tethers) for result, tethers in self.tethers.items()}
        # Units at each place and those after it; and the largest weight of so many units.
        self.n_from = np.append(np.cumsum(log.available[self.order][::-1])[::-1], 0.0)
        weights = np.abs(changes).sum(axis=1) / (2 if log.change == "flip" else 1)
        heaviest = np.sort(np.repeat(weights, np.minimum(log.available, most).astype(np.int64)))[::-1]
        self.reach = np.append(0.0, np.cumsum(heaviest))
        # Contrasts of all ways, one after the other.
        contrasts = [way for way in self.ways.values() if is_contrasts(way)]
        self.contrasts = np.concatenate(contrasts) if contrasts else None
        self.starts = np.cumsum([0] + [len(way) for way in contrasts[:-1]])
        self.cost = _cost_of_refit(log)
        self.spent = 0

    def _in_turn(self, tethers: list[Tether]) -> tuple[Ints, Ints, Ints]:
        """Return kinds of which the first have to be dropped whole before any of the second is, and the places of the first, (n,) each."""
        place = np.argsort(self.order)
        if self.log.change != "drop" or not self._is_ordered(tethers):
            return place[:0], place[:0], place[:0]
        points, pair = self._points_to_lose(tethers[0])
        sooner, later = np.nonzero((pair[:, None] == pair) & (points[:, None] > points))
        return sooner, later, place[sooner]

    def _useless(self, tethers: list[Tether]) -> Bools:
        """Return which kinds, (n_units,), no fewest change has among its units."""
        if self.log.change == "drop" or not self._is_ordered(tethers):
            return np.zeros(self.log.available.size, np.bool_)
        # What is flipped takes from a what it had; what is added gives it.
        points, _ = self._points_to_lose(tethers[0])
        return np.asarray(points == (0.0 if self.log.change == "flip" else 1.0))

    def _is_ordered(self, tethers: list[Tether]) -> bool:
        """Whether a point less for the one that is above is never worse, with as many votes of each pair."""
        exist = not self.needs_wins or self.log.change == "add"
        return len(tethers) == 1 and exist and self.log.clusters is None and not self.log.by_weight

    def _points_to_lose(self, tether: Tether) -> tuple[Floats, Ints]:
        """Return the points, (n_units,), that a vote gives to the one above, or takes from the one below, and its pair; NaN of votes of others."""
        above, below = tether.ends
        first, second, _ = self.log.fit.likelihood.cells
        outcome, pair = np.divmod(self.log.cell, self.log.fit.likelihood.shape[1])
        of_first = np.array([1.0, 0.0, 0.5])[outcome]
        leads = (first[self.log.cell] == above) | (second[self.log.cell] == below)
        trails = (second[self.log.cell] == above) | (first[self.log.cell] == below)
        return np.where(leads, of_first, np.where(trails, 1 - of_first, np.nan)), pair

    def changed_by(self, taken: Floats, place: int, n_left: int, ways: list[str]) -> tuple[str, Fit] | None:
        """Change `n_left` more units of the kinds from this `place` on, in every way, until the conclusion changes; how, and the fit.

        `taken` (n_units,) is left at that change, or as it was; `ways` are those that may still change.
        """
        if self.n_from[place] < n_left:
            return None
        ways = [result for result in ways if self._is_in_turn(taken, place if n_left else taken.size, result)]
        if not ways:
            return None
        if n_left == 0:
            return self._changed(taken)
        ways = self._within_reach(taken, n_left, ways)
        for at in range(place, taken.size if ways else 0):
            k = self.order[at]
            for n in range(1, int(min(self.log.available[k], n_left)) + 1):
                taken[k] = n
                found = self.changed_by(taken, at + 1, n_left - n, ways)
                if found:
                    return found
            taken[k] = 0.0
        return None

    def _is_in_turn(self, taken: Floats, place: int, result: str) -> bool:
        """Whether no useless vote is taken, nor one while one before it in turn is left, of those before this `place`."""
        if np.any(taken[self.useless[result]] > 0):
            return False
        sooner, later, places = self.better[result]
        return not np.any((taken[later] > 0) & (taken[sooner] < self.log.available[sooner]) & (places < place))

    def _within_reach(self, taken: Floats, n_left: int, ways: list[str]) -> list[str]:
        """Return the ways in which the conclusion can change with `taken` and `n_left` more units."""
        votes = self.log.weights_after(taken)
        loses = self.log.change == "drop" and self.needs_wins and not self.leaves_out
        if loses and not self.refits.joined(votes):
            return []
        found = []
        for result in ways:
            for tether in self.tethers[result]:
                self._spend(1)
                if tether.pull_of(votes) > self.reach[n_left]:
                    break
            else:
                found.append(result)
        return found

    def _changed(self, taken: Floats) -> tuple[str, Fit] | None:
        """Return how the conclusion changes with `taken` units, and the fit, or None."""
        votes = self.log.weights_after(taken)
        joined = not self.needs_wins or self.refits.joined(votes)
        if not joined and not self.leaves_out:
            return None
        self._spend(1)
        nearly = self.refits.maximum(votes) if joined else None
        if nearly and not self._may_have_changed(nearly[0][: len(self.log.fit.names)]):
            return None
        self._spend(LONG_WAY)
        fit = self.log.after(taken)
        if fit is None:
            return None
        strengths = self.log.strengths_of(fit)
        result = next((result for result, way in self.ways.items() if reversed_at(way, strengths)), None)
        return None if result is None else (result, fit)

    def _may_have_changed(self, strengths: Floats) -> bool:
        if not all(is_contrasts(way) for way in self.ways.values()) or self.contrasts is None:
            return any(reversed_at(way, strengths) for way in self.ways.values())
        return bool(np.any(np.maximum.reduceat(self.contrasts @ strengths, self.starts) < -LEAST_LEAD / ELO / 2))

    def _spend(self, n_refits: int) -> None:
        self.spent += n_refits * self.cost
        if self.spent > MOST_REFITS:
            raise _SpentError
