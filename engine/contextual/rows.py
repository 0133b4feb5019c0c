"""From a log to the rows of its design: votes judged, sorted by pair or counted where they are alike, and their covariates standardised."""

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from recount.engine.bradley_terry.existence import rateable_contests
from recount.engine.choices.covariates import Covariate
from recount.engine.choices.existence import Existence
from recount.engine.choices.ties import BothBadRule, TieRule
from recount.engine.choices.usual import BOTH_BAD_AS, EXISTENCE, TIES_AS
from recount.engine.contextual.covariates import Reading, have_values, read_covariate
from recount.engine.contextual.design import Design, blocks_of
from recount.engine.counting import count
from recount.engine.errors import OptionError
from recount.engine.kernels.row_order import gather, place_votes, sort_rows
from recount.engine.likelihood import Effect
from recount.engine.pair_contests import Contests
from recount.engine.plurals import plural
from recount.engine.triangle import pair_place
from recount.engine.votes import BOTH_BAD, FIRST_WON, SECOND_WON, TIE, Floats, Ints, Votes
from recount.engine.weighting import one_a_vote, weighted

# Cells of pair, order, result and levels in which votes that are alike are counted.
LARGEST_TABLE = 16_000_000
# Each effect is a column of the design; each pair of effects is an element of the information, to which every row adds.
MOST_EFFECTS = 64
N_THREADS = 2
# Of the mean.
CONSTANT_BELOW = 1e-12


class Rows(NamedTuple):
    """Votes in rows: where pairs start, the row of each vote (-1 for none), a vote of each row, and how many each stands for."""

    start: Ints
    row: Ints
    order: Ints
    n_votes: Floats


def design_of(
    votes: Votes,
    covariates: Sequence[Covariate],
    weights: Floats | None = None,
    *,
    ties: TieRule = TIES_AS,
    both_bad: BothBadRule = BOTH_BAD_AS,
    existence: Existence = EXISTENCE,
) -> Design:
    """Make the design of a log; options and errors as in `recount.engine.fit`."""
    readings = _read(votes, covariates)
    weights = None if weights is None else one_a_vote(votes, weights)
    present = have_values(readings)
    used = votes if np.all(present) else votes.only(present)
    counts = count(used) if weights is None else weighted(used, weights[present] if used is not votes else weights)
    played = rateable_contests(counts, ties, both_bad, existence)
    place, swapped, result = _places(votes, played.contests, ties, both_bad)
    if not np.all(present):
        place[~present] = -1
    pairs = pair_place(played.contests.first, played.contests.second, len(played.contests.names))
    rows = _alike(readings, place, swapped, result, pairs, weights) or _sorted(played.contests, place, pairs)
    x, effects = _covariates(readings, rows, np.where(swapped[rows.order], -1.0, 1.0))
    return Design(
        log=votes,
        covariates=tuple(covariates),
        contests=played.contests,
        dropped=played.dropped,
        effects=effects,
        pair_start=rows.start,
        blocks=blocks_of(rows.start),
        result=result[rows.order],
        votes=rows.n_votes,
        weight=None if weights is None else weights[rows.order],
        x=x,
        row_of_vote=rows.row,
    )


def _read(votes: Votes, covariates: Sequence[Covariate]) -> list[Reading]:
    """Read covariates; raise `OptionError` if one is given twice."""
    with ThreadPoolExecutor(N_THREADS) as pool:
        readings = list(pool.map(lambda covariate: read_covariate(covariate, votes), covariates))
    names = [name for reading in readings for name in reading.names]
    for name in names:
        if names.count(name) > 1:
            raise OptionError(f"covariate {name!r} is given twice; leave one out")
    return readings


def _places(votes: Votes, played: Contests, ties: TieRule, both_bad: BothBadRule) -> tuple[Ints, Ints, Ints]:
    """Return where each vote stands on the triangle, whether its pair is swapped, and its result; see `place_votes`."""
    index = {name: i for i, name in enumerate(played.names)}
    rated = np.array([index.get(name, -1) for name in votes.names], np.int32)
    result_of = np.empty(4, np.int8)
    result_of[[FIRST_WON, SECOND_WON, TIE]] = 0, 1, -1 if ties is TieRule.DROP else 2
    result_of[BOTH_BAD] = result_of[TIE] if both_bad == "tie" else -1
    place = np.empty(votes.n_votes, np.int32)
    swapped, result = np.empty((2, votes.n_votes), np.int8)
    place_votes(votes.first, votes.second, votes.outcome, rated, result_of, len(played.names), place, swapped, result)
    return place, swapped, result


def _sorted(played: Contests, place: Ints, pairs: Ints) -> Rows:
    """Make each vote a row."""
    n = len(played.names)
    start = np.append(0, np.cumsum(played.weight_sums(0).sum(axis=0))).astype(np.int64)
    next_row = np.zeros(n * (n - 1) // 2, np.int64)
    next_row[pairs] = start[:-1]
    row, order = np.empty(place.size, np.int32), np.empty(start[-1], np.int32)
    sort_rows(place, next_row, row, order)
    return Rows(start, row, order, np.ones(order.size))


def _alike(readings: list[Reading], place: Ints, swapped: Ints, result: Ints, pairs: Ints, weights: Floats | None) -> Rows | None:
    """Make all votes that are alike a row; None where a covariate is a number, levels make too many kinds, or votes alike differ in weight."""
    n_keys = 6 * (int(pairs[-1]) + 1) * math.prod(len(reading.names) for reading in readings)
    if n_keys > LARGEST_TABLE or any(reading.levels is None for reading in readings):
        return None
    counted = np.flatnonzero(place >= 0)
    key = place[counted].astype(np.int64) * 6 + swapped[counted] * 3 + result[counted]
    for reading in readings:
        if reading.levels is not None:
            key = key * len(reading.names) + reading.levels[counted]
    n_votes = np.bincount(key, minlength=n_keys)
    row_of_key = (np.cumsum(n_votes > 0) - 1).astype(np.int32)
    row = np.full(place.size, -1, np.int32)
    row[counted] = row_of_key[key]
    order = np.empty(row_of_key[-1] + 1, np.int32)
    order[row[counted]] = counted
    if weights is not None and not np.array_equal(weights[order][row[counted]], weights[counted]):
        return None
    start = np.append(np.searchsorted(place[order], pairs), order.size)
    return Rows(start, row, order, n_votes[n_votes > 0].astype(np.float64))


def _covariates(readings: list[Reading], rows: Rows, sign: Floats) -> tuple[Floats, tuple[Effect, ...]]:
    """Return the covariates of the rows, (m, n_rows), and how each was made; `sign` is -1 in rows whose pair is swapped."""
    levels = [_levels(reading, rows.order) for reading in readings]
    sizes = [present.size for present in levels]
    if sum(sizes) > MOST_EFFECTS:
        label = readings[int(np.argmax(sizes))].names[0].partition("=")[0]
        raise OptionError(
            f"there are {plural(sum(sizes), 'effect')}, and {MOST_EFFECTS} at most; rate by category where {label!r} has so many levels"
        )
    ends = np.cumsum(sizes)
    x = np.empty((ends[-1], rows.order.size))

    def fill(k: int) -> list[Effect]:
        reading, out = readings[k], x[ends[k] - sizes[k] : ends[k]]
        if reading.numbers is not None:
            return [_standardised(reading, rows.order, sign, out[0])]
        return [_indicator(reading, level, rows, sign, row) for level, row in zip(levels[k], out, strict=True)]

    with ThreadPoolExecutor(N_THREADS) as pool:
        return x, tuple(effect for effects in pool.map(fill, range(len(readings))) for effect in effects)


def _levels(reading: Reading, order: Ints) -> Ints:
    """Levels that occur in rows; for a number, one."""
    if reading.levels is None or len(reading.names) == 1:
        return np.zeros(1, np.int64)
    return np.flatnonzero(np.bincount(reading.levels[order]))


def _indicator(reading: Reading, level: int, rows: Rows, sign: Floats, out: Floats) -> Effect:
    """Fill `out` (n_rows,) with 1 where the row has the level, and its sign."""
    assert reading.levels is not None
    np.equal(reading.levels[rows.order], level, out=out)
    n_votes = int((out * rows.n_votes).sum())
    out *= sign
    return Effect(reading.names[level], 0.0, 1.0, n_votes, reading.n_missing, reading.n_alike)


def _standardised(reading: Reading, order: Ints, sign: Floats, out: Floats) -> Effect:
    """Fill `out` (n_rows,) with the number over its standard deviation, and its sign."""
    assert reading.numbers is not None
    n_votes, mean, deviation = gather(reading.numbers, order, sign, out)
    if not np.isfinite(deviation):
        raise OptionError(f"covariate {reading.names[0]!r} has values too large to be standardised; divide the columns by a constant")
    # Rounding may leave some deviation of a constant.
    if not deviation > CONSTANT_BELOW * abs(mean):
        raise OptionError(f"covariate {reading.names[0]!r} is {mean:g} in every vote that counts, so its effect cannot be found; leave it out")
    out /= deviation
    return Effect(reading.names[0], mean, deviation, n_votes, reading.n_missing, reading.n_alike)
