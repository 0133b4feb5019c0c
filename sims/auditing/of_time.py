"""Probes of time: strengths that drift, first votes that flatter, competitors that leave because they are weak."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from recount.engine.plurals import plural
from recount.engine.scale import ELO
from recount.engine.scrutiny.effect_sizes import fitted_effects, spread_of
from recount.engine.scrutiny.sign_tests import added_effects, share_as_large
from recount.engine.scrutiny.vote_residuals import CountedVotes
from recount.engine.votes import Bools, Floats, Ints
from recount.sims.auditing.evidence import Evidence
from recount.sims.auditing.finding import Finding, NotTested, in_elo, said_of_points
from recount.sims.presentation.wording import percent

# Of all competitors: that one of them stands in no vote before its first one, or after its last one, by chance.
ALWAYS_THERE = 0.001
FIRST_VOTES = (50, 100, 200, 300, 400, 600, 800, 1200, 1600, 2400, 3200)
N_DRAWS = 9999
TINY = 1e-300


class Presence(NamedTuple):
    """When each competitor was there, (n_names,) each: its first and last vote among all in time, and whether it came later, or left earlier."""

    first: Ints
    last: Ints
    came: Bools
    left: Bools


def drift(evidence: Evidence) -> Finding:
    """Strengths that differ between the halves of the log in time."""
    # Without times nothing has to be rated.
    place, counted = evidence.place, evidence.counted
    half = np.where(place < place.size / 2, -0.5, 0.5)
    changes = csr_array(counted.incidence.multiply(half[:, None]))
    found, fitted = added_effects(counted, changes, evidence.independent, evidence.seed), fitted_effects(counted, changes)
    size, points = float(ELO * spread_of(found, fitted)), in_elo(fitted)
    said = f"strengths change by {said_of_points(size, digits=0)} (standard deviation) from the first half of votes to the second"
    # Who wins or loses every vote of a half has no rating in it.
    if np.isfinite(points).any():
        most = int(np.argmax(np.where(np.isfinite(points), np.abs(found.z), -1.0)))
        said += f", the most surely {counted.fit.names[most]!r} by {said_of_points(points[most], digits=0, sign='+')}"
    return Finding(said, size, "Elo", found.p_value())


def best_of_many(evidence: Evidence) -> Finding | NotTested:
    """First votes of a competitor that are better than its later ones, as of the best of many variants."""
    # Without times nothing has to be rated.
    place, counted = evidence.place, evidence.counted
    effects, who, number = _first_votes(counted, place)
    if not number.size:
        return NotTested(f"no competitor has {plural(2 * FIRST_VOTES[0], 'vote')}, so that first ones could be set beside later ones")
    found = added_effects(counted, effects, evidence.independent, evidence.seed)
    spread = np.sqrt(np.maximum(TINY, np.mean(found.by_chance**2, axis=0)))
    came = _presence(counted, place).came[who]
    sets = [(n, of_set & (number == n)) for n in np.unique(number) for of_set in (came, np.ones(who.size, np.bool_))]
    sets = [(n, those) for n, those in sets if those.any()]

    def better(scores: Floats) -> Floats:
        """How much better first votes are, of each set together, in standard deviations, (k, n_sets)."""
        z = scores / spread
        return np.column_stack([z[:, those].sum(axis=1) / np.sqrt(those.sum()) for _, those in sets])

    n, those = sets[int(np.argmax(better(found.score[None])[0]))]
    together = csr_array(effects[:, those].sum(axis=1).reshape(-1, 1))
    size = float(in_elo(fitted_effects(counted, together))[0])
    entering = "" if not came[those].all() else " that enters" if those.sum() == 1 else " that enter"
    better_by = said_of_points(size, digits=0, sign="+")
    of_whom = plural(int(those.sum()), "competitor")
    said = f"the first {plural(n, 'vote')} of {of_whom}{entering} rate {'it' if those.sum() == 1 else 'them'} {better_by} beside later ones"
    return Finding(said, size, "Elo", found.p_value(lambda scores: better(scores).max(axis=1)))


def survivorship(evidence: Evidence) -> Finding:
    """Competitors that leave because they are weak."""
    place, counted = evidence.place, evidence.counted
    there, strengths = _presence(counted, place), counted.fit.strengths
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
    far = f"{abs(size):.0f} Elo {'weaker' if size >= 0 else 'stronger'} on average"
    who = plural(leaving.size, "competitor leaves", "competitors leave")
    said = f"{who} during the log, below {percent(1 - low / leaving.size)} of those there then, {far}"
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


def _first_votes(counted: CountedVotes, place: Ints) -> tuple[csr_array, Ints, Ints]:
    """An effect for each competitor and each number of first votes, of which it has twice as many.

    Returns
    -------
    effects : (n, m) sparse
    who, number : (m,) int64
        The competitor, and how many first votes.
    """
    in_time = np.argsort(place, kind="stable")
    vote = np.concatenate([in_time, in_time])
    of, sign = np.concatenate([counted.first[in_time], counted.second[in_time]]), np.repeat([1.0, -1.0], in_time.size)
    # Votes of each competitor side by side, in time.
    order = np.lexsort((place[vote], of))
    vote, of, sign = vote[order], of[order], sign[order]
    start = np.searchsorted(of, np.arange(len(counted.fit.names) + 1))
    found = [(one, n) for n in FIRST_VOTES for one in np.flatnonzero(np.diff(start) >= 2 * n).tolist()]
    who, number = np.array(found, np.int64).reshape(-1, 2).T
    taken = np.concatenate([np.arange(start[one], start[one] + n) for one, n in found]) if found else np.zeros(0, np.int64)
    places = (vote[taken], np.repeat(np.arange(len(found)), number))
    return csr_array((sign[taken], places), shape=(place.size, len(found))), who, number
