"""Probes of time: strengths that drift, first votes that flatter, competitors that leave because they are weak."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from recount.engine.scale import ELO
from recount.engine.scrutiny.counted_votes import CountedVotes
from recount.engine.scrutiny.random_signs import added_effects, share_as_large
from recount.engine.votes import Bools, Floats, Ints
from recount.sims.auditing.evidence import Evidence
from recount.sims.auditing.finding import Finding, NotTested

# Of all competitors: that one of them stands in no vote before its first one, or after its last one, by chance.
ALWAYS_THERE = 0.001
FIRST_VOTES = (50, 75, 100, 150, 200, 300, 400, 600, 800, 1200, 1600, 2400, 3200)
TINY = 1e-300
N_DRAWS = 9999


class Presence(NamedTuple):
    """When each competitor was there, (n_names,) each: its first and last vote among all in time, and whether it came later, or left earlier."""

    first: Ints
    last: Ints
    came: Bools
    left: Bools


def drift(evidence: Evidence) -> Finding:
    """Strengths that differ between the halves of the log in time."""
    counted, place = evidence.counted, evidence.place
    half = np.where(place < place.size / 2, -0.5, 0.5)
    found = added_effects(counted, csr_array(counted.incidence.multiply(half[:, None])), evidence.independent, evidence.seed)
    size = float(ELO * found.spread)
    z = found.estimate / np.sqrt(np.maximum(found.noise, TINY))
    most = int(np.argmax(np.abs(z)))
    said = f"strengths change by {size:.0f} Elo (standard deviation) from the first half of votes to the second, the most surely "
    return Finding(f"{said}{counted.fit.names[most]!r} by {ELO * found.estimate[most]:+.0f}", size, "Elo", found.p_value())


def best_of_many(evidence: Evidence) -> Finding | NotTested:
    """First votes of those who enter that are better than their later ones, as of the best of many variants."""
    counted, place = evidence.counted, evidence.place
    there = _presence(counted, place)
    effects, of_window = _first_votes(counted, place, np.flatnonzero(there.came))
    if not of_window.size:
        return NotTested(f"no competitor has its first vote during the log, with {2 * FIRST_VOTES[0]} votes or more")
    found = added_effects(counted, effects, evidence.independent, evidence.seed)
    spread = np.sqrt(np.maximum(TINY, np.mean(found.by_chance**2, axis=0)))
    windows = np.unique(of_window)

    def better(scores: Floats) -> Floats:
        """How much better first votes are, of each window, in standard deviations: of all who enter, or of some, whichever is more, (k, n_windows)."""
        z = scores / spread
        of_all = [z[:, of_window == window].sum(axis=1) / np.sqrt(np.sum(of_window == window)) for window in windows]
        # Of a normal variable, the square of what is above 0 has mean 1 / 2 and variance 5 / 4.
        above = np.maximum(z, 0.0) ** 2 - 0.5
        of_some = [above[:, of_window == window].sum(axis=1) / np.sqrt(1.25 * np.sum(of_window == window)) for window in windows]
        return np.maximum(np.column_stack(of_all), np.column_stack(of_some))

    at = of_window == windows[int(np.argmax(better(found.score[None])[0]))]
    size = float(ELO * found.score[at].sum() / np.diagonal(found.information)[at].sum())
    said = f"the first {of_window[at][0]:,} votes of {int(at.sum()):,} competitors that enter rate them {size:+.0f} Elo beside their later ones"
    return Finding(said, size, "Elo", found.p_value(lambda scores: better(scores).max(axis=1)))


def survivorship(evidence: Evidence) -> Finding:
    """Competitors that leave because they are weak."""
    counted = evidence.counted
    there, strengths = _presence(counted, evidence.place), counted.fit.strengths
    leaving = np.flatnonzero(there.left)
    if not leaving.size:
        return Finding("no competitor leaves during the log", 0.0, "Elo", 1.0)
    low, sizes, behind = 0.0, [], []
    for one in leaving:
        others = (there.first <= there.last[one]) & (there.last >= there.last[one])
        sizes.append(int(others.sum()))
        low += (np.sum(strengths[others] < strengths[one]) + 0.5) / others.sum()
        behind.append(float(strengths[others].mean() - strengths[one]))
    rng = np.random.default_rng([evidence.seed, 16])
    by_chance = sum((rng.integers(0, n, N_DRAWS) + 0.5) / n for n in sizes)
    size = float(ELO * np.mean(behind))
    said = f"{leaving.size:,} competitors leave during the log, {abs(size):.0f} Elo {'weaker' if size >= 0 else 'stronger'} than those there then"
    return Finding(said, size, "Elo", share_as_large(-low, -np.asarray(by_chance)))


def _presence(counted: CountedVotes, place: Ints) -> Presence:
    """When competitors were there: those who are, come with the same chance in every vote."""
    n, k = place.size, len(counted.fit.names)
    first, last = np.full(k, n), np.full(k, -1)
    for side in (counted.first, counted.second):
        np.minimum.at(first, side, place)
        np.maximum.at(last, side, place)
    n_votes = np.bincount(counted.first, minlength=k) + np.bincount(counted.second, minlength=k)
    before = (1 - first / (last + 1)) ** (n_votes - 1)
    after = (1 - (n - 1 - last) / (n - first)) ** (n_votes - 1)
    return Presence(first, last, before < ALWAYS_THERE / k, after < ALWAYS_THERE / k)


def _first_votes(counted: CountedVotes, place: Ints, who: Ints) -> tuple[csr_array, Ints]:
    """An effect for each competitor and each number of first votes, of which it has twice as many, (n, m) sparse, and the number, (m,)."""
    rows, columns, values, window = [], [], [], []
    for one in who:
        own = np.flatnonzero((counted.first == one) | (counted.second == one))
        own = own[np.argsort(place[own], kind="stable")]
        for number in FIRST_VOTES:
            if 2 * number <= own.size:
                rows.append(own[:number])
                columns.append(np.full(number, len(window)))
                values.append(np.where(counted.first[own[:number]] == one, 1.0, -1.0))
                window.append(number)
    shape = (place.size, len(window))
    if not window:
        return csr_array(shape), np.zeros(0, np.int64)
    return csr_array((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=shape), np.array(window)
