r"""The fewest votes, or clusters of votes, whose change overturns a conclusion (Broderick, Giordano and Meager 2020; Huang et al. 2025).

Votes are dropped, flipped or added (Oyarhoseini, Lin and Karimi 2026; `recount.engine.scrutiny.changeable`). The search chooses the fewest that
change the conclusion to first order; refits the changed log; takes the effects of all votes, changed or not, at that fit, and chooses again, until
the choice repeats itself. Then the votes are put in the order of their effects and their number is bisected, with a refit for each, and the search
goes on from there for as long as the number falls. Votes that are added are chosen in steps (`recount.engine.scrutiny.change_paths`). Only
what a refit has confirmed is returned.

That nothing smaller does it is certain where tethers hold every way of changing against less, and where every smaller change has been tried, as of a
log of few units or few pairs (`recount.engine.scrutiny.every_change`); otherwise it is not shown.

Who is rated after a change is for the existence policy of the fit to say. Whoever a way of changing compares has to be rated still: who is not is no
worse than others.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from recount.engine.choices.declaring import check_choice
from recount.engine.choices.vote_change import CHANGE, VoteChange
from recount.engine.fitting import Fit
from recount.engine.likelihood import check_one_law
from recount.engine.linear_algebra import one_thread
from recount.engine.plurals import plural
from recount.engine.scrutiny.change_paths import Changed, path_in_steps, path_of_choice, steps_forecast, without_idle
from recount.engine.scrutiny.changeable import Changeable
from recount.engine.scrutiny.conclusion import Conclusion, Step, Way, resolution, values
from recount.engine.scrutiny.covering import Choice, fewest_units
from recount.engine.scrutiny.every_change import fewest_by_trying
from recount.engine.scrutiny.first_order import FirstOrder
from recount.engine.scrutiny.tethers import Hold, tethers_of
from recount.engine.showing import Shown
from recount.engine.uncertainty.clusters import ClusteredVotes
from recount.engine.votes import Floats, Ints, freeze

MAX_ROUNDS = 20
# A way of changing is not searched if it would take this many times the votes that are known to be enough, as if all had the largest effect.
SLACK = 3.0
# Aims that are tried, and that are searched along, in steps of what share of those of others.
N_TRIED, N_AIMS, FINER = 24, 2, 1 / 3
DONE = {"drop": "dropped", "flip": "flipped", "add": "added"}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ChangedVotes(Shown):
    """Votes with whose change a conclusion does not stand: a refit has shown it.

    Attributes
    ----------
    conclusion : Conclusion
    result : str
        The way in which it changes.
    n_forecast : int or None
        Votes, or clusters, that first-order influence at the estimate says are needed, for the contrast that needs most; None where it says that no
        number is enough.
    taken : (n_units,) int64
        How many units of each kind are changed.
    log : Changeable
        The votes, in kinds of units, and what is done to them.
    dropped : tuple of str
        Whom the existence policy of the fit then leaves out; they leave with all their votes.
    strengths : (n,) float64
        Strengths after the change, log-odds, mean 0; NaN for who is left out.
    rating_error : float
        Largest distance of their ratings from the converged value, in Elo.
    fewest : bool
        Whether it is certain that no smaller change of this kind does it.
    """

    conclusion: Conclusion
    result: str
    n_forecast: int | None
    taken: Ints
    log: Changeable
    dropped: tuple[str, ...]
    strengths: Floats
    rating_error: float
    fewest: bool

    @property
    def change(self) -> VoteChange:
        """What is done to votes."""
        return self.log.change

    @property
    def n_changed(self) -> int:
        """Votes, or clusters, that are changed."""
        return int(self.taken.sum())

    @property
    def votes(self) -> Ints:
        """Votes that are changed, as they were before, or as added: (3, n_pairs) on the triangle, with covariates (n_rows,)."""
        return self.log.votes_of(self.taken)

    @property
    def clusters(self) -> Ints | None:
        """The clusters that are dropped, as `ClusteredVotes` numbers them; None of single votes."""
        return None if self.log.clusters is None else np.flatnonzero(self.taken)

    def summary(self) -> str:
        """Say how many votes or clusters change which conclusion."""
        what = (
            f"{plural(self.n_changed, 'vote')}"
            if self.clusters is None
            else f"{plural(self.n_changed, 'cluster')} with {plural(int(self.votes.sum()), 'vote')}"
        )
        forecast = "none that would do" if self.n_forecast is None else f"{self.n_forecast:,}"
        return (
            f"conclusion: {self.conclusion.statement}\nwith {what} {DONE[self.change]} it changes: {self.result}\n"
            f"a refit shows it, converged to {self.rating_error:.1g} Elo; first-order forecast: {forecast}\n"
            f"{'no fewer would do' if self.fewest else 'that fewer would not do is not shown'}"
        )


def fewest_votes(fit: Fit, conclusion: Conclusion, *, change: VoteChange = CHANGE, clusters: ClusteredVotes | None = None) -> ChangedVotes | None:
    """Look for the fewest votes whose change overturns a conclusion.

    Parameters
    ----------
    fit : Fit
    conclusion : Conclusion
        `recount.engine.scrutiny.conclusion` makes those about the order of competitors.
    change : {"drop", "flip", "add"}
        What is done to votes (`recount.engine.scrutiny.changeable`).
    clusters : ClusteredVotes, optional
        What is dropped as a whole, by one column; single votes if none are given.

    Returns
    -------
    ChangedVotes or None
        None if no change was found after which the ratings exist and the conclusion is another.

    Raises
    ------
    OptionError
        If the conclusion does not hold at the estimate, the change is none of those, or the clusters are by two columns, or are not to be dropped.
    """
    check_choice("change", change, get_args(VoteChange))
    check_one_law(fit.ties, "the search for votes to change")
    conclusion.check(fit)
    log = Changeable(fit, change, clusters)
    found: ChangedVotes | None = None
    with one_thread():
        start = FirstOrder(log, log.fit, np.zeros(log.available.size))
        hold = Hold(log.fit, start.inverse)
        for guess, result in _easiest_first(start, conclusion):
            if found and guess > SLACK * found.n_changed * log.largest:
                break
            if found and _is_held(log, hold, conclusion.ways[result], found.n_changed - 1):
                continue
            found = _fewest_for(start, conclusion, result, found.n_changed - 1 if found else math.inf) or found
        if found and _all_held(log, hold, conclusion, found):
            return replace(found, fewest=True)
        return _confirmed(start, conclusion, found, found.n_changed - 1 if found else int(log.n_votes.sum()))


def _is_held(log: Changeable, hold: Hold, way: Way, n: int) -> bool:
    """Whether no `n` units can change a conclusion in this way."""
    return hold.is_above(way, n * log.largest) or any(tether.pull > n * log.largest for tether in tethers_of(log, way))


def _all_held(log: Changeable, hold: Hold, conclusion: Conclusion, found: ChangedVotes) -> bool:
    """Whether nothing smaller than what was found can change a conclusion in any way."""
    found_first = sorted(conclusion.ways, key=lambda result: result != found.result)
    return all(_is_held(log, hold, conclusion.ways[result], found.n_changed - 1) for result in found_first)


def _confirmed(start: FirstOrder, conclusion: Conclusion, found: ChangedVotes | None, most: int) -> ChangedVotes | None:
    """Try every change of up to `most` units, which are fewer than those `found`."""
    tried = fewest_by_trying(start.log, conclusion, most)
    if tried.taken is None or tried.fit is None:
        return replace(found, fewest=tried.n_tried == most) if found else None
    forecast = _forecast(start, conclusion.ways[tried.result])
    return replace(_changed_votes(start.log, conclusion, tried.result, Changed(tried.taken, tried.fit), forecast), fewest=True)


def _easiest_first(start: FirstOrder, conclusion: Conclusion) -> list[tuple[float, str]]:
    """Return a guess how many votes each way of changing takes, and the way: as if all had the largest score, 1, and stood in the best place."""
    found, n = [], len(start.fit.names)
    for result, way in conclusion.ways.items():
        if isinstance(way, Step):
            found.append((0.0, result))
            continue
        contrasts, needed = start.needed(way)
        reach = np.ptp(contrasts @ start.inverse[:n, :n], axis=1)
        needy = needed > 0
        if np.all(reach[needy] > 0):
            found.append((float(np.max(needed[needy] / reach[needy])), result))
    return sorted(found)


def _fewest_for(start: FirstOrder, conclusion: Conclusion, result: str, most: float) -> ChangedVotes | None:
    """Look for the fewest units, and no more than `most`, that change a conclusion in one way."""
    log, way = start.log, conclusion.ways[result]
    best = _in_steps(start, way) if log.change == "add" or isinstance(way, Step) else _settled(start, way, most)
    return None if best is None or best.n_units > most else _changed_votes(log, conclusion, result, best, _forecast(start, way))


def _in_steps(start: FirstOrder, way: Way) -> Changed | None:
    """Choose in steps, along every margin of the way and the nearest of its aims, and leave out what is not needed."""
    along = [replace(way, margins=(margin,)) for margin in way.margins] + _nearest_aims(start, way) if isinstance(way, Step) else [way]
    paths = filter(None, (path_in_steps(start, one) for one in along))
    found = [without_idle(start.log, way, changed) for changed in filter(None, (path.shortest() for path in paths))]
    return min(found, key=lambda changed: changed.n_units, default=None)


def _nearest_aims(start: FirstOrder, way: Step) -> list[Step]:
    """Return a way for each of the aims along which the fewest units take the step, in smaller steps than those that tell."""
    ways = [replace(way, margins=(aim,), fall=FINER * way.fall) for aim in way.aims]
    forecasts = sorted((n, place) for place, one in enumerate(ways) if (n := steps_forecast(start, one)) is not None)
    paths = {place: path_in_steps(start, replace(ways[place], fall=way.fall)) for _, place in forecasts[:N_TRIED]}
    reached = sorted((path.n_likely, place) for place, path in paths.items() if path is not None)
    return [ways[place] for _, place in reached[:N_AIMS]]


def _settled(start: FirstOrder, way: Way, most: float) -> Changed | None:
    """Choose among the votes of a log until no exchange helps; None if that takes more than `most`."""
    log, point, best = start.log, start, None
    rows = [_hardest(start, way)]
    while True:
        choices = list(_settle(point, way, rows))
        found = (path_of_choice(log, way, choice).shortest(most) for choice in (choices[0], choices[-1]))
        shortest = min(filter(None, found), key=lambda changed: changed.n_units, default=None)
        if shortest is None or (best and shortest.n_units >= best.n_units):
            return best
        best = shortest
        if shortest.fit.dropped:
            return best
        point = FirstOrder(log, shortest.fit, shortest.taken)


def _hardest(start: FirstOrder, way: Way) -> int:
    """Return the contrast of a way that is the furthest from being reversed."""
    return int(np.argmax(start.needed(way)[1]))


def _forecast(start: FirstOrder, way: Way) -> int | None:
    """Return how many units first-order influence says are needed; None where no number is enough."""
    if isinstance(way, Step):
        forecasts = (steps_forecast(start, replace(way, margins=(margin,))) for margin in way.margins)
        return min((n for n in forecasts if n is not None), default=None)
    choice = _choose(start, way, [_hardest(start, way)])
    return int(choice.taken.sum()) if choice.enough else None


def _changed_votes(log: Changeable, conclusion: Conclusion, result: str, found: Changed, n_forecast: int | None) -> ChangedVotes:
    taken, fit = found
    return ChangedVotes(
        conclusion=conclusion,
        result=result,
        n_forecast=n_forecast,
        taken=freeze(taken.astype(np.int64)),
        log=log,
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
    """Yield choices of units, each at the fit after the one before, until one repeats itself or leaves no ratings.

    Contrasts that a refit has not reversed join those chosen for, `rows`.
    """
    for _ in range(MAX_ROUNDS):
        choice = _choose(point, way, rows)
        yield choice
        repeated = np.array_equal(choice.taken, point.taken)
        fit = point.fit if repeated else point.log.after(choice.taken)
        if fit is None or fit.dropped:
            return
        still = values(way, fit.strengths) + resolution(way, fit.strengths)
        worst = int(np.argmax(still))
        if still[worst] > 0 and worst not in rows:
            rows.append(worst)
        elif repeated:
            return
        point = FirstOrder(point.log, fit, choice.taken)
