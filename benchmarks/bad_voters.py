"""Voters with bad intent, put into simulated arenas: some of the honest voters' votes are cast anew."""

from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np

from recount.engine.votes import FIRST_WON, SECOND_WON, TIE, Bools, Factor, Floats, Ints, Votes

Intent = Literal["random", "adversarial", "rigging", "rigging alone"]
INTENTS: dict[Intent, str] = {
    "random": "votes at random, as often for either side, ties as often as others",
    "adversarial": "votes for the weaker one, always",
    "rigging": "votes for the target where it stands, otherwise at random",
    "rigging alone": "votes only where the target stands, always for it",
}


class Infiltrated(NamedTuple):
    """Votes, and which voters are bad, (n_voters,)."""

    votes: Votes
    bad: Bools


def infiltrated(votes: Votes, strengths: Floats, intent: Intent, share: float, seed: int) -> Infiltrated:
    """Let some voters vote with bad intent.

    Parameters
    ----------
    votes : Votes
        With the column "voter".
    strengths : (n_names,) float64
        The truth.
    intent : str
        See `INTENTS`. The target is a competitor of middle strength.
    share : float
        Of the voters.
    seed : int
    """
    rng, voter = np.random.default_rng([seed, 3]), votes.columns["voter"]
    if not isinstance(voter, Factor):
        raise TypeError("voters are labels")
    bad = np.zeros(len(voter.levels), np.bool_)
    bad[rng.choice(bad.size, round(share * bad.size), replace=False)] = True
    rows = np.flatnonzero(bad[voter.codes])
    first, second, outcome = votes.first.copy(), votes.second.copy(), votes.outcome.copy()
    target = int(np.argsort(strengths)[strengths.size // 2])
    if intent == "rigging alone":
        _stand(rows, target, first, second, rng)
    if intent == "adversarial":
        outcome[rows] = np.where(strengths[first[rows]] < strengths[second[rows]], FIRST_WON, SECOND_WON)
    else:
        coins = rng.integers(0, 2, rows.size)
        outcome[rows] = np.where(rng.random(rows.size) < (votes.outcome >= TIE).mean(), TIE, np.where(coins == 0, FIRST_WON, SECOND_WON))
    if intent.startswith("rigging"):
        outcome[rows] = np.where(first[rows] == target, FIRST_WON, np.where(second[rows] == target, SECOND_WON, outcome[rows]))
    return Infiltrated(replace(votes, first=first, second=second, outcome=outcome), bad)


def _stand(rows: Ints, target: int, first: Ints, second: Ints, rng: np.random.Generator) -> None:
    """Put the target in place of one side of each row where it does not stand yet."""
    absent = rows[(first[rows] != target) & (second[rows] != target)]
    on_first = rng.random(absent.size) < 0.5
    first[absent[on_first]], second[absent[~on_first]] = target, target
