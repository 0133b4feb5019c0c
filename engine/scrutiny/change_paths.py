"""Changes in the order in which they are made, and how many of them a conclusion stands.

A path follows a choice of units, those chosen first and those with the largest effect before others; or it is made in steps, each chosen at the fit
of what those before it left. Steps are for what no single choice describes: votes that are added, of which there is no end, so that those with the
largest effect are the same until their effect has worn off; and conclusions that change in a step.
"""

import math
from typing import NamedTuple

import numpy as np

from recount.engine.fitting import Fit
from recount.engine.scrutiny.changeable import Changeable
from recount.engine.scrutiny.conclusion import Step, Way, reversed_at
from recount.engine.scrutiny.covering import Choice, by_effect, fewest_units
from recount.engine.scrutiny.first_order import FirstOrder
from recount.engine.votes import Floats, Ints

# Steps in which a way is taken; and in all, beyond which it is given up.
N_STEPS, MOST_STEPS = 32, 320


class Changed(NamedTuple):
    """A change of units, `taken` (n_units,), and the fit of what it leaves."""

    taken: Floats
    fit: Fit

    @property
    def n_units(self) -> float:
        """Units that are changed."""
        return float(self.taken.sum())


class Path:
    """Units in the order in which they are changed.

    Parameters
    ----------
    log : Changeable
    way : Way
    kinds : (n_steps,) int64
    n_units : (n_steps,) float64
        How many units of a kind each step changes.
    n_likely : int
        After how many units the conclusion is likely to have changed.
    """

    def __init__(self, log: Changeable, way: Way, kinds: Ints, n_units: Floats, n_likely: int) -> None:
        self.log, self.way, self.kinds, self.n_units, self.n_likely = log, way, kinds, n_units, n_likely
        # Fits after the first units; None where there are no ratings, or of others than a way compares.
        self.fits: dict[int, Fit | None] = {}
        self.changed: dict[int, bool] = {}

    def first(self, n: int) -> Floats:
        """Return the first n units, (n_units,)."""
        before = np.cumsum(self.n_units) - self.n_units
        return np.asarray(np.bincount(self.kinds, np.clip(n - before, 0, self.n_units), self.log.available.size), np.float64)

    def too_few(self, n: int) -> bool:
        """Whether the conclusion stands when the first n units are changed."""
        if n not in self.fits:
            fit = self.log.after(self.first(n))
            changed = fit is not None and reversed_at(self.way, self.log.strengths_of(fit))
            self.fits[n] = fit if changed or (fit is not None and not fit.dropped) else None
            self.changed[n] = changed
        return self.fits[n] is not None and not self.changed[n]

    def shortest(self, most: float = math.inf) -> Changed | None:
        """Bisect how many units change the conclusion; None if the ratings cease to exist before it does, or all, or `most`, are too few."""
        last = int(min(self.n_units.sum(), most))
        if last == most and self.too_few(last):
            return None
        low, high, step = 0, min(self.n_likely, last), 1
        if self.too_few(high):
            while self.too_few(high):
                if high == last:
                    return None
                low, high, step = high, min(high + step, last), 2 * step
        else:
            low = high - 1
            while low > 0 and not self.too_few(low):
                low, high, step = max(low - 2 * step, 0), low, 2 * step
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.too_few(middle) else (low, middle)
        fit = self.fits[high]
        return None if fit is None else Changed(self.first(high), fit)


def path_of_choice(log: Changeable, way: Way, choice: Choice) -> Path:
    """Order all units: those of a choice before the others, and those with the largest effect first."""
    others = log.available - choice.taken
    chosen_first = by_effect(choice.effects, choice.taken), by_effect(choice.effects, others)
    n_units = np.concatenate([choice.taken[chosen_first[0]], others[chosen_first[1]]])
    return Path(log, way, np.concatenate(chosen_first), n_units, int(choice.taken.sum()))


def path_in_steps(start: FirstOrder, way: Way) -> Path | None:
    """Choose units in steps until the conclusion changes; None if it does not, or the ratings cease to exist."""
    log, point, taken = start.log, start, np.zeros(start.log.available.size)
    kinds, n_units = [], []
    fall = (way.fall if isinstance(way, Step) else float(start.still_needed(way)[1].max())) / N_STEPS
    for _ in range(MOST_STEPS):
        contrasts, needed = point.still_needed(way)
        # Those that are the furthest from being reversed come down first, so that all arrive together.
        goal = np.full(1, fall) if isinstance(way, Step) else np.maximum(needed - needed.max() + fall, 0.0)
        falling = goal > 0
        choice = fewest_units(point.falls(contrasts[falling]), goal[falling], log.available - taken)
        chosen = by_effect(choice.effects, choice.taken)
        if not chosen.size:
            return None
        kinds.append(chosen)
        n_units.append(choice.taken[chosen])
        taken = taken + choice.taken
        fit = log.after(taken)
        if fit is None or fit.dropped or reversed_at(way, log.strengths_of(fit)):
            return Path(log, way, np.concatenate(kinds), np.concatenate(n_units), int(taken.sum()))
        point = FirstOrder(log, fit, taken)
    return None


def steps_forecast(start: FirstOrder, way: Step) -> int | None:
    """Return after how many units, in the order of their effects, first-order influence at the estimate sees a step taken; None if after none."""
    effects, available, n_units = start.falls(start.needed(way)[0])[0], start.log.available, float(start.log.n_votes.sum())
    # No more than the log has, also where votes are added.
    order = by_effect(effects, available)
    of_each = np.minimum(available[order], n_units)
    before = np.cumsum(of_each) - of_each

    def stands(n: int) -> bool:
        taken = np.bincount(order, np.clip(n - before, 0, of_each), available.size).astype(np.float64)
        return way.stands(start.forecast(taken))

    low, high = 0, int(min(of_each.sum(), n_units))
    if not order.size or stands(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if stands(middle) else (low, middle)
    return high


def without_idle(log: Changeable, way: Way, found: Changed) -> Changed:
    """Leave as they were units whose change is not needed, of each kind as many as can be, the rarest first."""
    taken, fit = found.taken.copy(), found.fit
    kinds = np.flatnonzero(taken)
    for kind in kinds[np.argsort(taken[kinds], kind="stable")]:
        # With `low` the conclusion may stand, with `high` it does not.
        low, high = -1, int(taken[kind])
        while high - low > 1:
            middle = (low + high) // 2 if low >= 0 else (0 if high == taken[kind] else high // 2)
            trial = taken.copy()
            trial[kind] = middle
            left = log.after(trial)
            if left is not None and not left.dropped and reversed_at(way, log.strengths_of(left)):
                high, fit = middle, left
            else:
                low = middle
        taken[kind] = high
    return Changed(taken, fit)
