"""Votes of an arena: one a row, or as counts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recount.engine.choices.resampling import LARGEST_SEED, whole
from recount.engine.choices.usual import SEED
from recount.engine.errors import OptionError
from recount.engine.plurals import plural
from recount.engine.room import check_room
from recount.engine.showing import Shown
from recount.engine.votes import Floats, PairCounts, Votes
from recount.sims.arenas.arena import Arena
from recount.sims.arenas.best_of_variants import publish_best
from recount.sims.arenas.drawing import Drawing
from recount.sims.arenas.drawn_truth import draw_parameters, names_of
from recount.sims.arenas.expectation import expected_votes
from recount.sims.arenas.parameters import Parameters
from recount.sims.arenas.random_streams import Purpose, generator
from recount.sims.presentation.headlines import headline

# Seconds since 1970: votes are cast from 2024-01-01 on, or as long before 2026-01-01 as they need, because a reader refuses times to come.
FIRST_DAY, END = 1_704_067_200.0, 1_767_225_600.0
SECONDS_A_DAY = 86_400.0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SimulatedArena(Shown):
    """Votes and their truth.

    Attributes
    ----------
    votes : Votes
        With the columns voter, prompt, category, length_a, length_b and tstamp, as far as the arena has them.
    parameters : Parameters
        All that was drawn before the votes.
    """

    votes: Votes
    parameters: Parameters

    @property
    def truth(self) -> pd.DataFrame:
        """A row a competitor; see `Parameters.frame`."""
        return self.parameters.frame

    @property
    def voters(self) -> pd.DataFrame | None:
        """A row a voter, where some do not say what they think; see `Parameters.voters`."""
        return self.parameters.voters

    @property
    def extent(self) -> str:
        """How many votes there are, and between whom."""
        return f"{plural(self.votes.n_votes, 'vote')} between {plural(len(self.votes.names), 'competitor')} of known strength"

    def summary(self) -> str:
        """Say how many votes there are, between whom, and who is the strongest."""
        return f"{self.extent}\n{headline('truth', self.truth)}"


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
    check_room("this arena", 80.0 * arena.n_rows + n_labels * (100.0 + 8.0 * arena.size), "ask for fewer votes, voters or prompts")
    truth = draw_parameters(arena, seed)
    votes = draw_votes(truth, seed, leads=leads, n_threads=n_threads)
    if arena.private.n_published:
        truth, votes = publish_best(truth, votes, names_of(arena)[-arena.private.n_published :])
    return SimulatedArena(votes, truth)


def draw_votes(truth: Parameters, seed: int = SEED, *, leads: Floats | float = 0.0, n_threads: int | None = None) -> Votes:
    """Draw the votes of a truth.

    Parameters
    ----------
    truth : Parameters
    seed : int
        0 to 2^62 - 1.
    leads : (n_rows,) float64, optional
        Further log-odds for who is shown first in each vote that is drawn, also of private variants that are not published; a share of ties is solved
        for without them.
    n_threads : int, optional
        All cores by default; the result is the same for any number.

    Raises
    ------
    OptionError
        If the seed or the number of threads is none.
    InputError
        If there is not one lead a vote.
    """
    drawing = Drawing(truth, whole("seed", seed, 0, LARGEST_SEED), leads)
    drawing.draw_all(n_threads)
    columns = dict(drawing.columns())
    if truth.arena.days:
        first_day = min(FIRST_DAY, END - truth.arena.days * SECONDS_A_DAY)
        columns["tstamp"] = first_day + truth.arena.days * SECONDS_A_DAY * (np.arange(drawing.n) / drawing.n)
    return Votes(truth.names, drawing.first, drawing.second, drawing.outcome, columns)


def draw_counts(truth: Parameters, seed: int = SEED) -> PairCounts:
    """Draw the votes of a truth as counts, which have the same law as ``count(draw_votes(truth, seed))`` but are other draws.

    Raises
    ------
    OptionError
        If votes depend on each other or on time: if there are tastes, a drifting mix of categories, competitors that come and go, or sampling by the
        votes before; or the seed is none.
    """
    if truth.taste_variance:
        raise OptionError("votes with tastes depend on each other and cannot be drawn as counts; draw votes, or leave out tastes")
    if truth.meetings.timeline.n_periods > 1 or (truth.categories is not None and truth.categories.drifts):
        raise OptionError("who meets, or what is asked, changes with time, which counts do not know; draw votes")
    rng, met, expected = generator(whole("seed", seed, 0, LARGEST_SEED), Purpose.COUNTS), truth.meetings, expected_votes(truth)
    counts = np.zeros((met.first.size, 4), np.int64)
    for group, n_votes in enumerate(met.votes_of_groups):
        pairs = slice(met.group_start[group], met.group_start[group + 1])
        cells = expected[pairs].ravel()
        if n_votes:
            counts[pairs] = rng.multinomial(n_votes, cells / cells.sum()).reshape(-1, 4)
    return PairCounts(truth.names, met.first, met.second, counts)
