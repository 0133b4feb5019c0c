"""Clean logs of several kinds, and defects planted in them, each of a stated size.

In every log about a fifth of the competitors enter during the log and a fifth leave, whoever they are, and the answers have lengths that say nothing:
so that each probe has something to look at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from benchmarks.bad_voters import infiltrated
from recount.engine.scale import ELO
from recount.engine.votes import FIRST_WON, SECOND_WON, TIE, Bools, Factor, Floats, Ints, Votes
from recount.sims.arenas import Arena, BothBad, Outcomes, Pairs, Prompts, Strengths, Voters, simulate
from recount.sims.arenas.laws import law_at

N_COMPETITORS, N_VOTES, N_VOTERS, TASTES = 30, 30_000, 1000, 50.0
# Of the competitors that enter during the log, and as many that leave.
SHARE_MOVING = 0.2
# Votes that are drawn for each that stays, because competitors are not always there.
DRAWN = 1.2
N_VARIANTS, PRIVATE_VOTES = 20, 300


class Made(NamedTuple):
    """A log, strengths by name (n_names,) log-odds, and the rest of the truth that plantings need."""

    votes: Votes
    strengths: Floats
    law: int
    tie: float


@dataclass(frozen=True)
class Defect:
    """What is planted, what its size means, the size that the matrix has, others below it, and the probe whose it is."""

    what: str
    probe: str
    plant: Callable[[int, float], Votes]
    size: float
    sizes: tuple[float, ...]


CLEAN: Mapping[str, Mapping[str, object]] = {
    "usual": {},
    "popularity very unequal": {"pairs": Pairs.skewed(2.0)},
    "no ties": {"outcomes": Outcomes.davidson(0.0)},
    "half of the votes ties (Rao-Kupper), some both bad": {"outcomes": Outcomes.rao_kupper(0.5), "both_bad": BothBad(0.3)},
    "tastes of 200 Elo": {"voters": Voters(N_VOTERS, tastes=200.0)},
    "60 voters, tastes of 100 Elo": {"voters": Voters(60, tastes=100.0)},
    "2,000 votes": {"n_votes": 2400},
    "150 competitors": {"n_competitors": 150},
    "strengths of 300 Elo, normal law (Thurstone)": {"strengths": Strengths.normal(300.0), "outcomes": Outcomes.thurstone()},
    "300 prompts, tastes of 100 Elo": {"prompts": Prompts(300, tastes=100.0)},
}


def drawn(seed: int, **choices: object) -> Made:
    """Draw an arena in which everybody is there always."""
    usual: dict[str, object] = {
        "n_competitors": N_COMPETITORS,
        "n_votes": int(N_VOTES * DRAWN),
        "voters": Voters(N_VOTERS, tastes=TASTES),
        "days": 100.0,
    }
    made = simulate(Arena(**{**usual, **choices}), seed, n_threads=1)
    truth = made.parameters
    return Made(made.votes, truth.strengths, truth.law, truth.tie_parameter)


def clean(kind: str, seed: int) -> Votes:
    """Draw a log without defects."""
    return finished(drawn(seed, **CLEAN[kind]), seed)


def finished(made: Made, seed: int, leaving: Ints | None = None) -> Votes:
    """Let competitors come and go, whoever they are unless `leaving` says who goes, and give answers a length."""
    rng = np.random.default_rng([seed, 20])
    n, place = made.strengths.size, np.linspace(0, 1, made.votes.n_votes)
    moving = rng.permutation(n)[: 2 * round(SHARE_MOVING * n)]
    came, left = np.zeros(n), np.ones(n)
    came[moving[::2]] = rng.uniform(0.2, 0.6, moving[::2].size)
    left[moving[1::2] if leaving is None else leaving] = rng.uniform(0.4, 0.8, (moving[1::2] if leaving is None else leaving).size)
    if leaving is not None:
        came[leaving] = 0.0
    votes = made.votes
    sides = (votes.first, votes.second)
    there = np.logical_and.reduce([(place >= came[side]) & (place <= left[side]) for side in sides])
    return with_lengths(votes.only(there), rng)


def with_lengths(votes: Votes, rng: np.random.Generator) -> Votes:
    """Give each answer a length, log-normal around one of its competitor, unless it has one."""
    if "length_a" in votes.columns:
        return votes
    usual = rng.normal(6, 0.3, len(votes.names))
    lengths = {name: np.round(np.exp(rng.normal(usual[side], 0.6))) for name, side in (("length_a", votes.first), ("length_b", votes.second))}
    return replace(votes, columns={**votes.columns, **lengths})


def repeated_voters(seed: int, share: float) -> Votes:
    """Some voters' votes are there a second time, under other names, further down in the log."""
    votes, rng = clean("usual", seed), np.random.default_rng([seed, 21])
    codes, levels = voter_of(votes)
    again = rng.choice(len(levels), max(1, round(share * len(levels))), replace=False)
    rows = np.flatnonzero(np.isin(codes, again))
    named = Factor(np.append(codes, codes[rows] + len(levels)), (*levels, *(f"{level}-again" for level in levels)))
    both = votes.only(np.append(np.arange(votes.n_votes), rows))
    return replace(both, columns={**both.columns, "voter": named})


def one_sided(seed: int, effect: float) -> Votes:
    """Who is shown first leads by some Elo."""
    return finished(drawn(seed, position_effect=effect / ELO), seed)


def sorted_names(seed: int, share: float) -> Votes:
    """In some votes who comes first in the alphabet is written first."""
    votes, rng = clean("usual", seed), np.random.default_rng([seed, 22])
    place = np.argsort(np.argsort(np.array(votes.names)))
    turn = (place[votes.first] > place[votes.second]) & (rng.random(votes.n_votes) < share)
    return turned(votes, turn)


def turned(votes: Votes, turn: Bools) -> Votes:
    """Exchange both sides of some votes, with all that belongs to them."""
    first, second = np.where(turn, votes.second, votes.first), np.where(turn, votes.first, votes.second)
    outcome = np.where(turn & (votes.outcome < TIE), 1 - votes.outcome, votes.outcome)
    a, b = (np.asarray(votes.columns[name]) for name in ("length_a", "length_b"))
    lengths = {"length_a": np.where(turn, b, a), "length_b": np.where(turn, a, b)}
    return replace(votes, first=first, second=second, outcome=outcome, columns={**votes.columns, **lengths})


def rigged(seed: int, n_voters: float) -> Votes:
    """Voters, of 50 votes each, vote for a competitor of middle strength, on which they all vote."""
    votes, rng = clean("usual", seed), np.random.default_rng([seed, 23])
    target = int(np.argsort(np.bincount(np.append(votes.first, votes.second)))[len(votes.names) // 2])
    codes, levels = voter_of(votes)
    n = int(n_voters)
    rows = rng.choice(votes.n_votes, 50 * n, replace=False)
    rows.sort()
    first, second, outcome, codes = votes.first.copy(), votes.second.copy(), votes.outcome.copy(), codes.copy()
    absent = rows[(first[rows] != target) & (second[rows] != target)]
    on_first = rng.random(absent.size) < 0.5
    first[absent[on_first]], second[absent[~on_first]] = target, target
    outcome[rows] = np.where(first[rows] == target, FIRST_WON, SECOND_WON)
    codes[rows] = len(levels) + rng.permutation(np.arange(rows.size) % n)
    named = Factor(codes, (*levels, *(f"bought-{k}" for k in range(n))))
    return replace(votes, first=first, second=second, outcome=outcome, columns={**votes.columns, "voter": named})


def careless(seed: int, share: float) -> Votes:
    """Some voters vote at random."""
    made = drawn(seed)
    return finished(made._replace(votes=infiltrated(made.votes, made.strengths, "random", share, seed).votes), seed)


def drifting(seed: int, change: float) -> Votes:
    """Strengths change evenly from the beginning to the end, by normal variables of some Elo."""
    made, rng = drawn(seed), np.random.default_rng([seed, 24])
    steps = rng.normal(0, change / ELO, made.strengths.size)
    place = np.linspace(-0.5, 0.5, made.votes.n_votes)
    return finished(voted_anew(made, made.votes, place * (steps[made.votes.first] - steps[made.votes.second]), seed), seed)


def voted_anew(made: Made, votes: Votes, leads: Floats, seed: int) -> Made:
    """Draw outcomes anew, with further leads (n_votes,), and without tastes."""
    rng = np.random.default_rng([seed, 25])
    between = made.strengths[votes.first] - made.strengths[votes.second] + leads
    return made._replace(votes=replace(votes, outcome=outcomes(made, between, rng)))


def outcomes(made: Made, leads: Floats, rng: np.random.Generator) -> Ints:
    """Draw an outcome at each lead."""
    win, loss, _ = law_at(made.law, made.tie, leads).T
    u = rng.random(leads.size)
    return np.where(u < win, FIRST_WON, np.where(u < win + loss, SECOND_WON, TIE)).astype(np.int8)


def apart(seed: int, n_votes: float) -> Votes:
    """Two newcomers meet each other only."""
    n = int(n_votes)
    return with_votes(clean("usual", seed), seed, ("new-1", "new-2"), np.zeros(n), np.ones(n), np.arange(n) % 2)


def undefeated(seed: int, n_votes: float) -> Votes:
    """A newcomer wins all its votes, against others as they come."""
    votes, rng = clean("usual", seed), np.random.default_rng([seed, 26])
    n = int(n_votes)
    return with_votes(votes, seed, ("new-1",), np.zeros(n), 1 + rng.choice(votes.first, n, replace=False), np.zeros(n))


def with_votes(votes: Votes, seed: int, names: tuple[str, ...], first: Floats, second: Floats, outcome: Floats) -> Votes:
    """Put votes anywhere in a log: of newcomers, whose indices come before those of the others, with voters and lengths of other votes."""
    rng = np.random.default_rng([seed, 27])
    n, k = votes.n_votes, len(names)
    rows = np.sort(np.append(np.arange(n), rng.choice(n, first.size)))
    added = np.append(False, np.diff(rows) == 0)
    sides, held = [], votes.only(rows)
    for old, new in ((held.first, first), (held.second, second)):
        side = old + k
        side[added] = new
        sides.append(side)
    result = held.outcome.copy()
    result[added] = outcome
    return Votes((*names, *votes.names), sides[0], sides[1], result, held.columns)


def survivors(seed: int, n_leaving: float) -> Votes:
    """The weakest competitors leave during the log."""
    made = drawn(seed)
    return finished(made, seed, leaving=np.argsort(made.strengths)[: int(n_leaving)])


def best_of_many(seed: int, n_entering: float) -> Votes:
    """Some enter, each the best of 20 alike variants in 300 votes, which stay in the log; all competitors are as popular."""
    made, rng = drawn(seed, pairs=Pairs.uniform()), np.random.default_rng([seed, 28])
    place = np.linspace(0, 1, made.votes.n_votes)
    came = np.zeros(made.strengths.size)
    came[: int(n_entering)] = rng.uniform(0.2, 0.5, int(n_entering))
    votes = with_lengths(made.votes.only((place >= came[made.votes.first]) & (place >= came[made.votes.second])), rng)
    outcome = votes.outcome.copy()
    for one in range(int(n_entering)):
        own = np.flatnonzero((votes.first == one) | (votes.second == one))[:PRIVATE_VOTES]
        leads = made.strengths[votes.first[own]] - made.strengths[votes.second[own]]
        tries = [outcomes(made, leads, rng) for _ in range(N_VARIANTS)]
        points = [np.sum(np.where(tried == TIE, 0.5, (tried == FIRST_WON) == (votes.first[own] == one))) for tried in tries]
        outcome[own] = tries[int(np.argmax(points))]
    return replace(votes, outcome=outcome)


def stylish(seed: int, effect: float) -> Votes:
    """A standard deviation more in length is worth some Elo."""
    made, rng = drawn(seed), np.random.default_rng([seed, 29])
    votes = with_lengths(made.votes, rng)
    a, b = (np.asarray(votes.columns[name]) for name in ("length_a", "length_b"))
    share = (a - b) / (a + b)
    return finished(voted_anew(made, votes, effect / ELO * share / share.std(), seed), seed)


def thinly_linked(seed: int, n_across: float) -> Votes:
    """Competitors are of two halves, between which there are hardly any votes."""
    votes, rng = clean("usual", seed), np.random.default_rng([seed, 30])
    across = np.flatnonzero((votes.first % 2) != (votes.second % 2))
    without = rng.permutation(across)[int(n_across) :]
    return votes.only(np.setdiff1d(np.arange(votes.n_votes), without))


def circular(seed: int, elo: float) -> Votes:
    """Rock leads scissors, scissors paper, paper rock, by some Elo."""
    return finished(drawn(seed, circle=elo), seed)


def voter_of(votes: Votes) -> tuple[Ints, tuple[str, ...]]:
    """Codes and labels of voters."""
    held = votes.columns["voter"]
    assert isinstance(held, Factor)
    return held.codes, held.levels


DEFECTS = (
    Defect("share of voters whose votes are there twice", "repeated votes", repeated_voters, 0.02, (0.001, 0.002, 0.005, 0.01)),
    Defect("share of votes written in the order of the alphabet", "order of names", sorted_names, 1.0, (0.01, 0.02, 0.03, 0.05)),
    Defect("Elo of being shown first", "position", one_sided, 20.0, (5.0, 7.5, 10.0, 15.0)),
    Defect("Elo of a standard deviation of length", "style", stylish, 20.0, (5.0, 7.5, 10.0, 15.0)),
    Defect("voters of 50 votes each on the target", "rigging", rigged, 10.0, (1.0, 2.0, 5.0)),
    Defect("share of voters at random", "careless voters", careless, 0.2, (0.02, 0.05, 0.1, 0.15)),
    Defect("Elo by which strengths change (SD)", "drift", drifting, 80.0, (20.0, 40.0, 60.0)),
    Defect("competitors that enter, the best of 20 variants in 300 votes", "best of many", best_of_many, 10.0, (1.0, 2.0, 4.0, 6.0, 8.0)),
    Defect("weakest competitors that leave", "survivorship", survivors, 6.0, (2.0, 3.0, 4.0, 5.0)),
    Defect("votes of two newcomers between them", "disconnected", apart, 20.0, (1.0,)),
    Defect("votes of a newcomer, all won", "undefeated", undefeated, 5.0, (1.0,)),
    Defect("votes between two halves", "near-empty pairs", thinly_linked, 20.0, (300.0, 200.0, 100.0, 50.0)),
    Defect("Elo by which rock leads scissors", "intransitivity", circular, 60.0, (20.0, 30.0, 40.0, 50.0)),
)
