"""Votes of an arena: one a row, or as counts."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recount.engine.choices.resampling import LARGEST_COUNT, LARGEST_SEED, whole
from recount.engine.choices.usual import SEED
from recount.engine.errors import InputError, OptionError
from recount.engine.room import check_room
from recount.engine.showing import Shown
from recount.engine.votes import Factor, Floats, Ints, PairCounts, Votes
from recount.sims.arenas.arena import Arena
from recount.sims.arenas.crowds import Crowd
from recount.sims.arenas.expectation import outcome_probabilities
from recount.sims.arenas.parameters import Parameters, draw_parameters
from recount.sims.arenas.random_streams import Purpose, generator, start_of
from recount.sims.kernels import add_tastes, draw_outcomes, draw_places, fill_alias_table, set_pairs

# Rows of a block, which stays in the cache from the pair to the outcome.
BLOCK = 32_768
# Seconds since 1970: votes are cast from 2024-01-01 on, or as long before 2026-01-01 as they need, because a reader refuses times to come.
FIRST_DAY, END = 1_704_067_200.0, 1_767_225_600.0
SECONDS_A_DAY = 86_400.0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SimulatedArena(Shown):
    """Votes and their truth.

    Attributes
    ----------
    votes : Votes
        With the columns voter, prompt and tstamp, as far as the arena has them.
    parameters : Parameters
        All that was drawn before the votes.
    """

    votes: Votes
    parameters: Parameters

    @property
    def truth(self) -> pd.DataFrame:
        """A row a competitor; see `Parameters.frame`."""
        return self.parameters.frame

    def summary(self) -> str:
        """Say how many votes there are, and between whom."""
        return f"{self.votes.n_votes:,} votes between {len(self.votes.names):,} competitors of known strength"


def simulate(arena: Arena, seed: int = SEED, *, leads: Floats | float = 0.0, n_threads: int | None = None) -> SimulatedArena:
    """Draw a truth, and its votes.

    Parameters
    ----------
    arena : Arena
    seed : int
        0 to 2^62 - 1; the same seed gives the same votes, on any number of threads.
    leads, n_threads
        As in `draw_votes`.

    Returns
    -------
    SimulatedArena

    Raises
    ------
    OptionError, InputError
        As in `draw_parameters` and `draw_votes`.
    """
    # Indices, times and what is drawn for each vote; labels of voters and prompts, and their tastes.
    n_labels = arena.voters.n + arena.prompts.n
    check_room("this arena", 64.0 * (arena.n_votes or 0) + n_labels * (100.0 + 8.0 * arena.size), "ask for fewer votes, voters or prompts")
    truth = draw_parameters(arena, seed)
    return SimulatedArena(draw_votes(truth, seed, leads=leads, n_threads=n_threads), truth)


def draw_votes(truth: Parameters, seed: int = SEED, *, leads: Floats | float = 0.0, n_threads: int | None = None) -> Votes:
    """Draw the votes of a truth.

    Parameters
    ----------
    truth : Parameters
    seed : int
        0 to 2^62 - 1.
    leads : (n_votes,) float64, optional
        Further log-odds for who is shown first in each vote, such as of style; a share of ties is solved for without them.
    n_threads : int, optional
        All cores by default; the result is the same for any number.

    Raises
    ------
    OptionError
        If the seed or the number of threads is none.
    InputError
        If there is not one lead a vote.
    """
    seed = whole("seed", seed, 0, LARGEST_SEED)
    n_threads = len(os.sched_getaffinity(0)) if n_threads is None else whole("n_threads", n_threads, 1, LARGEST_COUNT)
    drawing = _Drawing(truth, seed, leads)
    with ThreadPoolExecutor(n_threads) as pool:
        list(pool.map(drawing.draw, range(0, drawing.n, BLOCK)))
    columns: dict[str, NDArray[np.generic] | Factor] = {}
    for crowd, codes in zip(truth.crowds, drawing.codes, strict=True):
        columns[crowd.column] = Factor(codes, crowd.names)
    if truth.arena.days:
        first_day = min(FIRST_DAY, END - truth.arena.days * SECONDS_A_DAY)
        columns["tstamp"] = first_day + truth.arena.days * SECONDS_A_DAY * (np.arange(drawing.n) / drawing.n)
    return Votes(truth.names, drawing.first, drawing.second, drawing.outcome, columns)


def draw_counts(truth: Parameters, seed: int = SEED) -> PairCounts:
    """Draw the votes of a truth as counts, which have the same law as ``count(draw_votes(truth, seed))`` but are other draws.

    Raises
    ------
    OptionError
        If there are tastes, by which votes depend on each other, or the seed is none.
    """
    if truth.taste_variance:
        raise OptionError("votes with tastes depend on each other and cannot be drawn as counts; draw votes, or leave out tastes")
    rng, met, chances = generator(whole("seed", seed, 0, LARGEST_SEED), Purpose.COUNTS), truth.meetings, outcome_probabilities(truth)
    counts = np.zeros((met.first.size, 4), np.int64)
    for group, n_votes in enumerate(met.votes_of_groups):
        pairs = slice(met.group_start[group], met.group_start[group + 1])
        cells = (met.expected[pairs, None] * chances[pairs]).ravel()
        if n_votes:
            counts[pairs] = rng.multinomial(n_votes, cells / cells.sum()).reshape(-1, 4)
    return PairCounts(truth.names, met.first, met.second, counts)


class _Drawing:
    """A log in the making; blocks of rows are drawn in any order."""

    def __init__(self, truth: Parameters, seed: int, leads: Floats | float) -> None:
        self.truth, self.n = truth, truth.arena.log_size
        if isinstance(leads, np.ndarray) and leads.shape != (self.n,):
            raise InputError(f"leads have shape {leads.shape} for {self.n:,} votes; give one a vote, or one number")
        self.further = np.broadcast_to(np.asarray(leads, np.float64), self.n)
        met = truth.meetings
        self.first, self.second = np.empty(self.n, np.int32), np.empty(self.n, np.int32)
        self.outcome = np.empty(self.n, np.int8)
        self.codes = [np.empty(self.n, np.int32) for _ in truth.crowds]
        self.pairs = _alias_table(met.expected[: met.group_start[1]]) if met.votes_of_groups[0] else (np.ones(1), np.zeros(1, np.int32))
        self.members = [_alias_table(crowd.weights) for crowd in truth.crowds]
        self.starts = {purpose: start_of(seed, purpose) for purpose in Purpose}
        self.rows_of_newcomers, self.pairs_of_newcomers = _newcomers(truth, generator(seed, Purpose.NEWCOMERS))

    def draw(self, start: int) -> None:
        """Draw a block of rows: who meets, who votes, and what is said."""
        truth, met, rows = self.truth, self.truth.meetings, slice(start, min(start + BLOCK, self.n))
        first, second, lead = self.first[rows], self.second[rows], self.further[rows].copy()
        pair = np.empty(first.size, np.int32)
        keep, other = self.pairs
        draw_places(self.starts[Purpose.PAIRS], start, keep, other, pair)
        of_newcomers = slice(*np.searchsorted(self.rows_of_newcomers, [start, rows.stop]))
        pair[self.rows_of_newcomers[of_newcomers] - start] = self.pairs_of_newcomers[of_newcomers]
        set_pairs(pair, met.first, met.second, truth.leads, first, second, lead)
        for crowd, table, codes in zip(truth.crowds, self.members, self.codes, strict=True):
            self.draw_members(crowd, table, codes[rows], start, (first, second, lead))
        bad = truth.arena.both_bad
        of_ties, of_all = (bad.share, 0.0) if bad.of == "ties" else (0.0, bad.share)
        draw_outcomes(self.starts[Purpose.OUTCOMES], start, truth.law, truth.tie_parameter, of_ties, of_all, lead, self.outcome[rows])

    def draw_members(self, crowd: Crowd, table: tuple[Floats, Ints], codes: Ints, start: int, votes: tuple[Ints, Ints, Floats]) -> None:
        """Draw who of a crowd casts each vote, and add tastes to the lead."""
        keep, other = table
        draw_places(self.starts[crowd.draws], start, keep, other, codes)
        if crowd.taste:
            add_tastes(self.starts[crowd.tastes], crowd.taste, len(self.truth.names), codes, *votes)


def _newcomers(truth: Parameters, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Rows with a newcomer, in order, anywhere in the log, and the pair that meets in each."""
    met = truth.meetings
    n_votes = met.votes_of_groups[1:]
    rows = np.sort(rng.choice(truth.arena.log_size, int(n_votes.sum()), replace=False)) if n_votes.size else np.zeros(0, np.int64)
    pairs = [np.zeros(0, np.int64)]
    for group, n in enumerate(n_votes, start=1):
        first, last = met.group_start[group], met.group_start[group + 1]
        pairs.append(first + rng.choice(last - first, n, p=met.expected[first:last] / n))
    return rows, rng.permutation(np.concatenate(pairs)).astype(np.int32)


def _alias_table(weights: Floats) -> tuple[Floats, Ints]:
    keep, other = np.empty(weights.size), np.empty(weights.size, np.int32)
    fill_alias_table(np.ascontiguousarray(weights), keep, other)
    return keep, other
