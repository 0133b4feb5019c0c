"""A log in the making: blocks of rows are drawn in any order, periods one after the other."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from recount.engine.choices.resampling import LARGEST_COUNT, whole
from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.engine.votes import Factor, Floats, Ints, Votes
from recount.sims.arenas.adaptive_sampling import shares_after
from recount.sims.arenas.crowds import Crowd
from recount.sims.arenas.intents import Intents, Said
from recount.sims.arenas.parameters import Parameters
from recount.sims.arenas.random_streams import Purpose, generator, start_of
from recount.sims.kernels import (
    add_deviations,
    add_lengths,
    add_tastes,
    draw_categories_of,
    draw_lengths,
    draw_outcomes,
    draw_places,
    draw_said,
    fill_alias_table,
    set_pairs,
)

# Rows of a block, which stays in the cache from the pair to the outcome.
BLOCK = 32_768
AliasTable = tuple[Floats, Ints]
# Who is shown first and second, and the lead of the first.
Rows = tuple[Ints, Ints, Floats]
# Outcomes seen from the other side.
OPPOSITE = np.array([1, 0, 2, 3], np.int8)


class Drawing:
    """Votes of a truth, with what is known of each.

    Parameters
    ----------
    truth : Parameters
    seed : int
    leads : (n_rows,) float64 or float
        Further log-odds for who is shown first.

    Raises
    ------
    InputError
        If there is not one lead a vote.
    """

    def __init__(self, truth: Parameters, seed: int, leads: Floats | float) -> None:
        self.truth, self.n = truth, truth.n_rows
        if isinstance(leads, np.ndarray) and leads.shape != (self.n,):
            raise InputError(f"leads have shape {leads.shape} for {plural(self.n, 'vote')}; give one a vote, or one number")
        self.further = np.broadcast_to(np.asarray(leads, np.float64), self.n)
        self.first, self.second = np.empty(self.n, np.int32), np.empty(self.n, np.int32)
        self.outcome = np.empty(self.n, np.int8)
        self.codes = [np.empty(self.n, np.int32) for _ in truth.crowds]
        self.category = np.empty(self.n if truth.categories else 0, np.int32)
        self.lengths = np.empty((2, self.n if truth.lengths else 0), np.int32)
        self.members = [_alias_table(crowd.weights) for crowd in truth.crowds]
        self.honest = _alias_table(truth.crowds[0].weights * (truth.intents.of_voters < 0)) if truth.intents else None
        self.starts = {purpose: start_of(seed, purpose) for purpose in Purpose}
        self.rows_of_others, self.pairs_of_others = _of_others(truth, generator(seed, Purpose.NEWCOMERS))

    def draw_all(self, n_threads: int | None) -> None:
        """Draw all rows, on all cores by default."""
        n_threads = len(os.sched_getaffinity(0)) if n_threads is None else whole("n_threads", n_threads, 1, LARGEST_COUNT)
        bounds = self.truth.meetings.timeline.bounds
        with ThreadPoolExecutor(n_threads) as pool:
            for period, (start, stop) in enumerate(pairwise(bounds.tolist())):
                self.pairs = self.table_of_pairs(period, start)
                blocks = range(start, stop, BLOCK)
                list(pool.map(self.draw, blocks, [*blocks[1:], stop]))

    def table_of_pairs(self, period: int, n_drawn: int) -> AliasTable:
        """Pairs of a period by their shares, which may depend on the votes before it."""
        met = self.truth.meetings
        if not met.votes_of_groups[0]:
            return np.ones(1), np.zeros(1, np.int32)
        if self.truth.arena.sampling.rule == "random" or not n_drawn:
            # By expected votes, as before there were periods: the same draws.
            return _alias_table(met.expected_in(period)[: met.group_start[1]])
        so_far = Votes(self.truth.names, self.first[:n_drawn], self.second[:n_drawn], self.outcome[:n_drawn])
        n = met.group_start[1]
        can_meet = met.shares_in(period) > 0
        n_next = int(np.diff(met.timeline.bounds)[period])
        return _alias_table(shares_after(self.truth.arena.sampling.rule, so_far, n_next, met.first[:n], met.second[:n], can_meet))

    def draw(self, start: int, stop: int) -> None:
        """Draw a block of rows: who meets, who votes, and what is said."""
        truth, met, rows = self.truth, self.truth.meetings, slice(start, stop)
        first, second, lead = self.first[rows], self.second[rows], self.further[rows].copy()
        pair = np.empty(first.size, np.int32)
        draw_places(self.starts[Purpose.PAIRS], start, *self.pairs, pair)
        others = slice(*np.searchsorted(self.rows_of_others, [start, stop]))
        pair[self.rows_of_others[others] - start] = self.pairs_of_others[others]
        set_pairs(pair, met.first, met.second, truth.leads, first, second, lead)
        votes = (first, second, lead)
        said = None
        for k, crowd in enumerate(truth.crowds):
            codes = self.codes[k][rows]
            draw_places(self.starts[crowd.draws], start, *self.members[k], codes)
            if k == 0 and truth.intents is not None:
                said = self.what_is_said(truth.intents, codes, start, votes)
            self.add_taste(crowd, codes, votes)
        self.add_content(rows, votes)
        bad = truth.arena.both_bad
        of_ties, of_all = (bad.share, 0.0) if bad.of == "ties" else (0.0, bad.share)
        outcome = self.outcome[rows]
        draw_outcomes(self.starts[Purpose.OUTCOMES], start, truth.law, truth.tie_parameter, of_ties, of_all, lead, outcome)
        if said is not None:
            outcome[:] = np.where(said <= Said.BOTH_BAD, said, np.where(said == Said.OPPOSITE, OPPOSITE[outcome], outcome))

    def what_is_said(self, intents: Intents, voters: Ints, start: int, votes: Rows) -> Ints:
        """Draw what voters say whatever they think, (n,); a vote that one does not cast gets an honest voter."""
        first, second, _ = votes
        said = np.empty(voters.size, np.int8)
        favour = np.array([kind.favour for kind in intents.kinds])
        recognition = np.array([kind.recognition for kind in intents.kinds])
        otherwise = np.cumsum([kind.otherwise for kind in intents.kinds], axis=1)
        of_rows = intents.of_voters[voters]
        draw_said(self.starts[Purpose.SAID], start, of_rows, first, second, favour, recognition, otherwise, int(Said.THE_TRUTH), said)
        stand_ins = np.empty(voters.size, np.int32)
        assert self.honest is not None
        draw_places(self.starts[Purpose.STAND_INS], start, *self.honest, stand_ins)
        voters[:] = np.where(said == Said.NOTHING, stand_ins, voters)
        return said

    def add_taste(self, crowd: Crowd, codes: Ints, votes: Rows) -> None:
        """Add the tastes of a crowd to the lead."""
        if crowd.taste:
            add_tastes(self.starts[crowd.tastes], crowd.taste, len(self.truth.names), codes, *votes)

    def add_content(self, rows: slice, votes: Rows) -> None:
        """Draw what is asked and how long answers are, and add what both do to the lead."""
        truth, (first, second, lead) = self.truth, votes
        if (mix := truth.categories) is not None:
            category = self.category[rows]
            start = self.starts[Purpose.CATEGORIES]
            draw_categories_of(start, rows.start, self.n, np.cumsum(mix.at_first), np.cumsum(mix.at_last), category)
            add_deviations(mix.deviations, category, *votes)
        if (answers := truth.lengths) is not None:
            lengths = self.lengths[:, rows]
            draw_lengths(self.starts[Purpose.LENGTHS], rows.start, answers.logarithms, answers.within, first, second, lengths)
            add_lengths(answers.effect, lengths, lead)

    def columns(self) -> Iterator[tuple[str, NDArray[np.generic] | Factor]]:
        """Yield the further columns of the log by name."""
        truth = self.truth
        for crowd, codes in zip(truth.crowds, self.codes, strict=True):
            yield crowd.column, Factor(codes, crowd.names)
        if truth.categories is not None:
            yield "category", Factor(self.category, truth.categories.names)
        if truth.lengths is not None:
            yield "length_a", self.lengths[0]
            yield "length_b", self.lengths[1]


def _of_others(truth: Parameters, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Rows with a newcomer or a private variant, in order, anywhere in the log, and the pair that meets in each."""
    met = truth.meetings
    n_votes = met.votes_of_groups[1:]
    rows = np.sort(rng.choice(truth.n_rows, int(n_votes.sum()), replace=False)) if n_votes.size else np.zeros(0, np.int64)
    pairs = [np.zeros(0, np.int64)]
    for group, n in enumerate(n_votes, start=1):
        first, last = met.group_start[group], met.group_start[group + 1]
        pairs.append(first + rng.choice(last - first, n, p=met.expected[first:last] / n))
    return rows, rng.permutation(np.concatenate(pairs)).astype(np.int32)


def _alias_table(weights: Floats) -> AliasTable:
    keep, other = np.empty(weights.size), np.empty(weights.size, np.int32)
    fill_alias_table(np.ascontiguousarray(weights), keep, other)
    return keep, other
