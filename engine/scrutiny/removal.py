r"""The fewest votes, or clusters of votes, whose removal changes a conclusion (Broderick, Giordano and Meager 2020; Huang et al. 2025).

The search chooses the fewest votes that change the conclusion to first order; refits without them; takes the effects of all votes, removed or not, at
that fit, and chooses again, until the choice repeats itself. Then the votes are put in the order of their effects and their number is bisected, with
a refit for each, and the search goes on from there for as long as the number falls. Only what a refit has confirmed is returned. Of a log of few
units every smaller removal is tried (`recount.engine.scrutiny.every_removal`); of others it is not shown that nothing smaller exists.

Who is rated without some votes is for the existence policy of the fit to say. Whoever a way of changing compares has to be rated still: who is not is
no worse than others.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from recount.engine.fitting import Fit
from recount.engine.likelihood import Cells, check_one_law
from recount.engine.linear_algebra import one_thread
from recount.engine.scale import ELO
from recount.engine.scrutiny.conclusion import Conclusion, Way, resolution, reversed_at, values
from recount.engine.scrutiny.covering import Choice, by_effect, fewest_units
from recount.engine.scrutiny.every_removal import SMALL, fewest_by_trying
from recount.engine.scrutiny.removable import FirstOrder, Removable
from recount.engine.scrutiny.tethers import tethers_of
from recount.engine.showing import Shown
from recount.engine.uncertainty.clusters import ClusteredVotes
from recount.engine.uncertainty.influence import effects_at
from recount.engine.votes import Floats, Ints, freeze

MAX_ROUNDS = 20
# A way of changing is not searched if it would take this many times the votes that are known to be enough, as if all had the largest effect.
SLACK = 3.0
# Share of the information between two parts of the log; if less remains without a vote, it alone connected them.
LEAST_LEFT = 1e-9


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Removal(Shown):
    """Votes without which a conclusion does not stand: a refit has shown it.

    Attributes
    ----------
    conclusion : Conclusion
    change : str
        The way in which it changes.
    n_forecast : int or None
        Votes, or clusters, that first-order influence at the estimate says are needed, for the contrast that needs most; None where it says that no
        number is enough.
    n_removed : int
        Votes, or clusters, that were removed.
    votes : (3, n_pairs) int64
        Votes that were removed, on the triangle (`recount.engine.triangle`); with covariates (n_rows,), in the rows of the design.
    clusters : (n_removed,) int64 or None
        The clusters that were removed, as `ClusteredVotes` numbers them; None for single votes.
    by_weight : (n_rows,) int64 or None
        Where single votes are weighted: how many were removed of each row of the kinds of the likelihood, whose votes have one cell and weight.
    dropped : tuple of str
        Whom the existence policy of the fit leaves out without those votes; they leave with all their votes.
    strengths : (n,) float64
        Strengths without those votes, log-odds, mean 0; NaN for who is left out.
    rating_error : float
        Largest distance of their ratings from the converged value, in Elo.
    fewest : bool
        Whether it is certain that no smaller removal does it: there is none, or all were tried.
    """

    conclusion: Conclusion
    change: str
    n_forecast: int | None
    n_removed: int
    votes: Ints
    clusters: Ints | None
    by_weight: Ints | None
    dropped: tuple[str, ...]
    strengths: Floats
    rating_error: float
    fewest: bool

    def summary(self) -> str:
        """Say how many votes or clusters change which conclusion."""
        n_votes = int(self.votes.sum())
        what = f"{self.n_removed:,} votes" if self.clusters is None else f"{self.n_removed:,} clusters with {n_votes:,} votes"
        forecast = "none that would do" if self.n_forecast is None else f"{self.n_forecast:,}"
        return (
            f"conclusion: {self.conclusion.statement}\nwithout {what} it changes: {self.change}\n"
            f"a refit shows it, converged to {self.rating_error:.1g} Elo; first-order forecast: {forecast}\n"
            f"{'no smaller removal does it: all were tried' if self.fewest else 'that fewer would not do is not shown'}"
        )


def removal_effects(fit: Fit, contrasts: Floats, clusters: ClusteredVotes | None = None) -> Floats:
    r"""Change of contrasts of the ratings when one vote, of weight 1, or one cluster is removed.

    Of clusters it is the first-order effect. Of a vote it is one Newton step on the votes that are left, which divides the first-order effect by
    :math:`1 - w z^T H^+ z`, w the information of the vote, z the slope of its lead, :math:`e_i - e_j` and its covariates (Sherman and Morrison 1950).

    Parameters
    ----------
    fit : Fit
    contrasts : (m, n) float64
        Weights of the strengths.
    clusters : ClusteredVotes, optional
        What is removed as a whole, by one column; single votes if none are given.

    Returns
    -------
    (m, 3, n_pairs) or (m, n_clusters) float64
        Elo points. Votes: won, lost or tied by the first of each pair of the triangle (`recount.engine.triangle`); NaN where there is no such vote,
        or where it is all that joins two parts of the log. With covariates (m, n_rows), of a vote of each row of the design.

    Raises
    ------
    OptionError
        If the clusters are by two columns.
    """
    check_one_law(fit.ties, "the effect of a removal")
    likelihood, cells = fit.likelihood, fit.likelihood.cells
    inverse = likelihood.bread(fit.parameters)
    effects = effects_at(contrasts, inverse, cells, likelihood.scores(fit.parameters))
    if clusters is not None:
        return -ELO * Removable(fit, clusters).on_units(effects)
    left = 1 - likelihood.information_of_cells(fit.parameters)[0] * _variance_of_leads(cells, inverse, len(fit.names))
    known = (likelihood.sums_of_weights(0) > 0) & (left > LEAST_LEFT)
    changes = np.where(known, -ELO * effects / np.where(left > LEAST_LEFT, left, 1.0), np.nan)
    return changes.reshape(len(contrasts), *likelihood.shape)


def _variance_of_leads(cells: Cells, inverse: Floats, n: int) -> Floats:
    """Variance z^T H^+ z of the lead of each cell, (n_cells,), z its slope by the parameters, n of them strengths."""
    first, second, x = cells
    diagonal, m = np.diagonal(inverse), x.shape[0]
    variance: Floats = diagonal[first] + diagonal[second] - 2 * inverse[first, second]
    if m:
        mixed, own = inverse[:n, n : n + m], inverse[n : n + m, n : n + m]
        variance = variance + np.einsum("kr,kr->r", x, 2 * (mixed[first] - mixed[second]).T + own @ x)
    return variance


def fewest_votes(fit: Fit, conclusion: Conclusion, *, clusters: ClusteredVotes | None = None) -> Removal | None:
    """Look for the fewest votes whose removal changes a conclusion.

    Parameters
    ----------
    fit : Fit
    conclusion : Conclusion
        `recount.engine.scrutiny.conclusion` makes those about the order of competitors.
    clusters : ClusteredVotes, optional
        What is removed as a whole, by one column; single votes if none are given.

    Returns
    -------
    Removal or None
        None if no removal was found after which the ratings exist and the conclusion has changed.

    Raises
    ------
    OptionError
        If the conclusion does not hold at the estimate, or the clusters are by two columns.
    """
    check_one_law(fit.ties, "the search for votes to remove")
    conclusion.check(fit)
    log = Removable(fit, clusters)
    found: Removal | None = None
    with one_thread():
        start = FirstOrder(log, fit, np.zeros(log.available.size))
        for guess, change in _easiest_first(start, conclusion):
            if found and guess > SLACK * found.n_removed * log.largest:
                break
            if found and _is_held(log, conclusion.ways[change], found.n_removed - 1):
                continue
            candidate = _fewest_for(start, conclusion, change)
            if candidate and (found is None or candidate.n_removed < found.n_removed):
                found = candidate
        n_units = int(log.available.sum())
        return found if n_units > SMALL else _confirmed(start, conclusion, found, found.n_removed - 1 if found else n_units)


def _is_held(log: Removable, way: Way, n: int) -> bool:
    """Whether no `n` units can change a conclusion in this way."""
    return any(tether.pull > n * log.largest for tether in tethers_of(log, way))


def _confirmed(start: FirstOrder, conclusion: Conclusion, found: Removal | None, most: int) -> Removal | None:
    """Try every removal of up to `most` units, which are fewer than those `found`."""
    tried = fewest_by_trying(start.log, conclusion, most)
    if tried.taken is None or tried.fit is None:
        return replace(found, fewest=tried.n_tried == most) if found else None
    way = conclusion.ways[tried.change]
    forecast = _choose(start, way, [_hardest(start, way)])
    return replace(_removal(start.log, conclusion, tried.change, (tried.taken, tried.fit), forecast), fewest=True)


def _easiest_first(start: FirstOrder, conclusion: Conclusion) -> list[tuple[float, str]]:
    """Return a guess how many votes each way of changing takes, and the way: as if all had the largest score, 1, and stood in the best place."""
    found, n = [], len(start.fit.names)
    for change, way in conclusion.ways.items():
        contrasts, needed = start.needed(way)
        reach = np.ptp(contrasts @ start.inverse[:n, :n], axis=1)
        needy = needed > 0
        if np.all(reach[needy] > 0):
            found.append((float(np.max(needed[needy] / reach[needy])), change))
    return sorted(found)


def _fewest_for(start: FirstOrder, conclusion: Conclusion, change: str) -> Removal | None:
    """Look for the fewest units that change a conclusion in one way."""
    log, way, point = start.log, conclusion.ways[change], start
    rows = [_hardest(start, way)]
    forecast, best, n_best = None, None, np.inf
    while True:
        choices = list(_settle(point, way, rows))
        forecast = forecast or choices[0]
        found = (_Path(log, way, choice).shortest() for choice in (choices[0], choices[-1]))
        shortest = min(filter(None, found), key=_n_units, default=None)
        if shortest is None or _n_units(shortest) >= n_best:
            break
        best, n_best = shortest, _n_units(shortest)
        if shortest[1].dropped:
            break
        point = FirstOrder(log, shortest[1], shortest[0])
    return None if best is None or forecast is None else _removal(log, conclusion, change, best, forecast)


def _hardest(start: FirstOrder, way: Way) -> int:
    """Return the contrast of a way that is the furthest from being reversed."""
    return int(np.argmax(start.needed(way)[1]))


def _removal(log: Removable, conclusion: Conclusion, change: str, found: tuple[Floats, Fit], forecast: Choice) -> Removal:
    taken, fit = found
    return Removal(
        conclusion=conclusion,
        change=change,
        n_forecast=int(forecast.taken.sum()) if forecast.enough else None,
        n_removed=int(taken.sum()),
        votes=freeze(log.votes_of(taken)),
        clusters=freeze(np.flatnonzero(taken)) if log.clustered else None,
        by_weight=freeze(taken.astype(np.int64)) if log.by_weight else None,
        dropped=fit.dropped,
        strengths=freeze(log.strengths_of(fit)),
        rating_error=fit.rating_error,
        fewest=bool(taken.sum() == 1),
    )


def _choose(point: FirstOrder, way: Way, rows: list[int]) -> Choice:
    """Choose the fewest units that reverse some of the contrasts of a way, to first order."""
    contrasts, needed = point.needed(way)
    return fewest_units(point.falls(contrasts[rows]), needed[rows], point.log.available)


def _settle(point: FirstOrder, way: Way, rows: list[int]) -> Iterator[Choice]:
    """Yield choices of units, each at the fit without the one before, until one repeats itself or leaves no ratings.

    Contrasts that a refit has not reversed join those chosen for, `rows`.
    """
    for _ in range(MAX_ROUNDS):
        choice = _choose(point, way, rows)
        yield choice
        repeated = np.array_equal(choice.taken, point.taken)
        fit = point.fit if repeated else point.log.without(choice.taken)
        if fit is None or fit.dropped:
            return
        still = values(way, fit.strengths) + resolution(way, fit.strengths)
        worst = int(np.argmax(still))
        if still[worst] > 0 and worst not in rows:
            rows.append(worst)
        elif repeated:
            return
        point = FirstOrder(point.log, fit, choice.taken)


def _n_units(removal: tuple[Floats, Fit]) -> float:
    return float(removal[0].sum())


class _Path:
    """Units in the order in which they are removed: those of a choice before the others, and those with the largest effect first.

    Attributes
    ----------
    kinds : (n_steps,) int64
    n_units : (n_steps,) float64
        How many units of a kind each step removes.
    """

    def __init__(self, log: Removable, way: Way, choice: Choice) -> None:
        self.log, self.way = log, way
        others = log.available - choice.taken
        chosen_first = by_effect(choice.effects, choice.taken), by_effect(choice.effects, others)
        self.n_chosen = int(choice.taken.sum())
        self.kinds = np.concatenate(chosen_first)
        self.n_units = np.concatenate([choice.taken[chosen_first[0]], others[chosen_first[1]]])
        # Fits without the first units; None where there are no ratings, or of others than a way compares.
        self.fits: dict[int, Fit | None] = {}
        self.changed: dict[int, bool] = {}

    def first(self, n: int) -> Floats:
        """Return the first n units, (n_units,)."""
        before = np.cumsum(self.n_units) - self.n_units
        return np.asarray(np.bincount(self.kinds, np.clip(n - before, 0, self.n_units), self.log.available.size), np.float64)

    def too_few(self, n: int) -> bool:
        """Whether the conclusion stands without the first n units."""
        if n not in self.fits:
            fit = self.log.without(self.first(n))
            changed = fit is not None and reversed_at(self.way, self.log.strengths_of(fit))
            self.fits[n] = fit if changed or (fit is not None and not fit.dropped) else None
            self.changed[n] = changed
        return self.fits[n] is not None and not self.changed[n]

    def shortest(self) -> tuple[Floats, Fit] | None:
        """Bisect how many units change the conclusion; return them and the fit without them, or None if the ratings cease to exist before it does."""
        last = int(self.n_units.sum())
        low, high, step = 0, min(self.n_chosen, last), 1
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
        return None if fit is None else (self.first(high), fit)
