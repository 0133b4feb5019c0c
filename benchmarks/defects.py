"""Clean logs of several kinds, and defects planted in them, each of a stated size.

In every log some competitors enter and some leave, whoever they are, answers have lengths that say nothing, and voters have tastes; so that every
probe has something to look at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from recount.engine.scale import ELO
from recount.engine.votes import TIE, Bools, Factor, Floats, Votes
from recount.sims.arenas import (
    AnswerLengths,
    Arena,
    BothBad,
    Categories,
    Conduct,
    Outcomes,
    Pairs,
    PrivateVariants,
    Prompts,
    Rigging,
    SimulatedArena,
    Stays,
    Strengths,
    Voters,
    simulate,
)

USUAL: Mapping[str, object] = {
    "n_competitors": 30,
    "n_votes": 30_000,
    "voters": Voters(1000, tastes=50.0),
    "lengths": AnswerLengths(400),
    "stays": Stays(0.2, 0.2),
    "days": 100.0,
}
CLEAN: Mapping[str, Mapping[str, object]] = {
    "usual": {},
    "popularity very unequal": {"pairs": Pairs.skewed(2.0)},
    "no ties": {"outcomes": Outcomes.davidson(0.0)},
    "half of the votes ties (Rao-Kupper), some both bad": {"outcomes": Outcomes.rao_kupper(0.5), "both_bad": BothBad(0.3)},
    "tastes of 200 Elo": {"voters": Voters(1000, tastes=200.0)},
    "60 voters, tastes of 100 Elo": {"voters": Voters(60, tastes=100.0)},
    "2,000 votes": {"n_votes": 2000},
    "150 competitors": {"n_competitors": 150},
    "strengths of 300 Elo, normal law (Thurstone)": {"strengths": Strengths.normal(300.0), "outcomes": Outcomes.thurstone()},
    "300 prompts, tastes of 100 Elo": {"prompts": Prompts(300, tastes=100.0)},
}
# Where each voter votes in one sitting, so that tastes come and go with time.
SITTINGS = "voters vote in one sitting each, tastes of 100 Elo"


@dataclass(frozen=True)
class Defect:
    """What is planted, in which unit; the probe whose it is; how; the size that the matrix has; and smaller ones."""

    what: str
    probe: str
    plant: Callable[[int, float], Votes]
    size: float
    smaller: tuple[float, ...]


def drawn(seed: int, **choices: object) -> SimulatedArena:
    """Draw a log without defects, but for those that are chosen."""
    return simulate(Arena(**{**USUAL, **choices}), seed, n_threads=1)


def clean(kind: str, seed: int) -> Votes:
    """Draw a log without defects."""
    if kind != SITTINGS:
        return drawn(seed, **CLEAN[kind]).votes
    votes = drawn(seed, voters=Voters(1000, tastes=100.0), stays=Stays()).votes
    codes, levels = voter_of(votes)
    turn = np.random.default_rng([seed, 20]).permutation(len(levels))
    return in_order(votes, np.argsort(turn[codes], kind="stable"))


def in_order(votes: Votes, rows: np.ndarray) -> Votes:
    """Put the votes in another order, at the times that there are."""
    moved = votes.only(rows)
    return replace(moved, columns={**moved.columns, "tstamp": votes.columns["tstamp"]})


def repeated_voters(seed: int, share: float) -> Votes:
    """Some voters' votes are there a second time, under other names, further down in the log."""
    votes, rng = drawn(seed).votes, np.random.default_rng([seed, 21])
    codes, levels = voter_of(votes)
    again = rng.choice(len(levels), max(1, round(share * len(levels))), replace=False)
    rows = np.flatnonzero(np.isin(codes, again))
    named = Factor(np.append(codes, codes[rows] + len(levels)), (*levels, *(f"{level}-again" for level in levels)))
    both = votes.only(np.append(np.arange(votes.n_votes), rows))
    return replace(both, columns={**both.columns, "voter": named})


def sorted_names(seed: int, share: float) -> Votes:
    """In some votes who comes first in the alphabet is written first."""
    votes, rng = drawn(seed).votes, np.random.default_rng([seed, 22])
    return turned(votes, (votes.first > votes.second) & (rng.random(votes.n_votes) < share))


def turned(votes: Votes, turn: Bools) -> Votes:
    """Exchange both sides of some votes, with all that belongs to them."""
    first, second = np.where(turn, votes.second, votes.first), np.where(turn, votes.first, votes.second)
    outcome = np.where(turn & (votes.outcome < TIE), 1 - votes.outcome, votes.outcome)
    a, b = (np.asarray(votes.columns[name]) for name in ("length_a", "length_b"))
    lengths = {"length_a": np.where(turn, b, a), "length_b": np.where(turn, a, b)}
    return replace(votes, first=first, second=second, outcome=outcome, columns={**votes.columns, **lengths})


def one_sided(seed: int, elo: float) -> Votes:
    """Who is shown first leads by some Elo."""
    return drawn(seed, position_effect=elo / ELO).votes


def stylish(seed: int, effect: float) -> Votes:
    """Voters like long answers."""
    return drawn(seed, lengths=AnswerLengths(400, effect)).votes


def rigged(seed: int, share: float) -> Votes:
    """Some voters vote only where a competitor of middle strength stands, and for it; all are as popular, and stay."""
    return drawn(seed, rigging=Rigging(share, "target", "abstain"), pairs=Pairs.uniform(), stays=Stays()).votes


def rigged_everywhere(seed: int, share: float) -> Votes:
    """Some voters vote in every vote for the one by whom the target gains on those above (omnipresent)."""
    return drawn(seed, rigging=Rigging(share, "omnipresent")).votes


def rigged_and_careless(seed: int, share: float) -> Votes:
    """Some voters vote for the target where it stands, and at random where it does not."""
    return drawn(seed, rigging=Rigging(share, "target", "random"), pairs=Pairs.uniform(), stays=Stays()).votes


def adversarial(seed: int, share: float) -> Votes:
    """Some voters vote against what they think."""
    return drawn(seed, conduct=Conduct(0.0, share)).votes


def careless(seed: int, share: float) -> Votes:
    """Some voters vote at random."""
    return drawn(seed, conduct=Conduct(share)).votes


def drifting(seed: int, spread: float) -> Votes:
    """The mix of three categories of prompts turns around, and competitors are good at different ones."""
    return drawn(seed, categories=Categories(3, spread, (0.8, 0.1, 0.1), (0.1, 0.1, 0.8))).votes


def best_of_many(seed: int, n_published: float) -> Votes:
    """Some who enter are the best of 20 alike private variants in tests of 300 votes, which stay in the log; they have 1,200 later ones."""
    n, rng = int(n_published), np.random.default_rng([seed, 23])
    made = drawn(seed, n_competitors=20, private=PrivateVariants(n, 20, 300, 1200), n_votes=30_000)
    votes, came = made.votes, np.zeros(20 + n)
    came[20:] = rng.uniform(0.2, 0.5, n)
    # Variants have their votes anywhere, the first ones in the test; here they begin when they enter.
    place, newer = np.linspace(0, 1, votes.n_votes), np.maximum(votes.first, votes.second)
    return in_order(votes, np.argsort(came[newer] + (1 - came[newer]) * place, kind="stable"))


def survivors(seed: int, n_leaving: float) -> Votes:
    """The weakest leave during the log."""
    made, rng = drawn(seed, stays=Stays(0.2)), np.random.default_rng([seed, 24])
    votes, n = made.votes, int(n_leaving)
    left = np.ones(len(votes.names))
    left[np.argsort(made.parameters.strengths)[:n]] = rng.uniform(0.4, 0.8, n)
    place = np.linspace(0, 1, votes.n_votes)
    return votes.only((place <= left[votes.first]) & (place <= left[votes.second]))


def apart(seed: int, n_votes: float) -> Votes:
    """Two newcomers meet each other only."""
    n = int(n_votes)
    return with_votes(drawn(seed).votes, seed, ("new-1", "new-2"), np.zeros(n), np.ones(n), np.arange(n) % 2)


def undefeated(seed: int, n_votes: float) -> Votes:
    """A newcomer wins all its votes, against others as they come."""
    votes, n = drawn(seed).votes, int(n_votes)
    others = np.random.default_rng([seed, 25]).choice(votes.first, n, replace=False)
    return with_votes(votes, seed, ("new-1",), np.zeros(n), 1.0 + others, np.zeros(n))


def with_votes(votes: Votes, seed: int, names: tuple[str, ...], first: Floats, second: Floats, outcome: Floats) -> Votes:
    """Put votes anywhere in a log: of newcomers, whose indices come before those of the others, with voters, times and lengths of other votes."""
    rng, k = np.random.default_rng([seed, 26]), len(names)
    rows = np.sort(np.append(np.arange(votes.n_votes), rng.choice(votes.n_votes, first.size, replace=False)))
    added, held = np.append(False, np.diff(rows) == 0), votes.only(rows)
    one, other, result = held.first + k, held.second + k, held.outcome.copy()
    one[added], other[added], result[added] = first, second, outcome
    return Votes((*names, *votes.names), one, other, result, held.columns)


def thinly_linked(seed: int, n_across: float) -> Votes:
    """Competitors are of two halves, between which there are hardly any votes."""
    votes, rng = drawn(seed).votes, np.random.default_rng([seed, 27])
    across = np.flatnonzero((votes.first % 2) != (votes.second % 2))
    return votes.only(np.setdiff1d(np.arange(votes.n_votes), rng.permutation(across)[int(n_across) :]))


def circular(seed: int, elo: float) -> Votes:
    """Rock leads scissors, scissors paper, paper rock, by some Elo."""
    return drawn(seed, circle=elo).votes


def voter_of(votes: Votes) -> tuple[np.ndarray, tuple[str, ...]]:
    """Codes and labels of voters."""
    held = votes.columns["voter"]
    if not isinstance(held, Factor):
        raise TypeError("voters are labels")
    return held.codes, held.levels


DEFECTS = (
    Defect("share of voters whose votes are there twice", "repeated votes", repeated_voters, 0.02, (0.001, 0.002, 0.005, 0.01)),
    Defect("share of votes written by the alphabet", "order of names", sorted_names, 1.0, (0.01, 0.02, 0.03, 0.05)),
    Defect("Elo of being shown first", "position", one_sided, 20.0, (5.0, 7.5, 10.0, 15.0)),
    Defect("log-odds of an answer that is all the length", "style", stylish, 0.25, (0.05, 0.1, 0.15, 0.2)),
    Defect("share of voters who rig", "rigging", rigged, 0.1, (0.01, 0.02, 0.03, 0.05)),
    Defect("share of voters at random", "careless voters", careless, 0.25, (0.05, 0.1, 0.15, 0.2)),
    Defect("Elo (SD) by which categories differ while their mix turns", "drift", drifting, 80.0, (20.0, 30.0, 40.0, 60.0)),
    Defect("competitors that are the best of 20 variants", "best of many", best_of_many, 10.0, (1.0, 2.0, 4.0, 6.0, 8.0)),
    Defect("weakest competitors that leave", "survivorship", survivors, 6.0, (2.0, 3.0, 4.0, 5.0)),
    Defect("votes of two newcomers between them", "disconnected", apart, 20.0, (1.0,)),
    Defect("votes of a newcomer, all won", "undefeated", undefeated, 5.0, (1.0,)),
    Defect("votes between two halves", "near-empty pairs", thinly_linked, 10.0, (200.0, 100.0, 50.0, 20.0)),
    Defect("Elo by which rock leads scissors", "intransitivity", circular, 60.0, (20.0, 30.0, 40.0, 50.0)),
)

# That no probe is made for alone.
FURTHER = (
    Defect("share of voters who rig in every vote", "rigging", rigged_everywhere, 0.1, ()),
    Defect("share of voters who rig, and vote at random elsewhere", "rigging", rigged_and_careless, 0.2, ()),
    Defect("share of voters who vote against what they think", "careless voters", adversarial, 0.1, ()),
)
