"""Voters who do not say what they think: whom each votes for.

An intent favours some competitors over others. Its voters recognise who answers with some chance, and then vote for the one that it favours more;
where they do not recognise anybody, or it favours both alike, they do one of several things by chance.
"""

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from recount.engine.linear_algebra import regular, solve
from recount.engine.votes import Bools, Floats, Ints
from recount.sims.arenas.arena import Arena

HONEST = "honest"


class Said(IntEnum):
    """What a voter says: an outcome, leaves the vote to somebody else, the opposite of an honest vote, or an honest vote."""

    FIRST_WON = 0
    SECOND_WON = 1
    TIE = 2
    BOTH_BAD = 3
    NOTHING = 4
    OPPOSITE = 5
    THE_TRUTH = 6


@dataclass(frozen=True, slots=True, eq=False)
class Intent:
    """What some voters are up to.

    Attributes
    ----------
    word : str
    favour : (n,) float64
        Between two competitors, the one that has more is voted for.
    recognition : float
        Chance that voters know who answers.
    otherwise : (6,) float64
        Chances of what they say if not, or if both have the same favour; see `Said`.
    """

    word: str
    favour: Floats
    recognition: float
    otherwise: Floats

    def chances(self, first: Ints, second: Ints) -> Floats:
        """Chance of what is said of each pair, (m, 6)."""
        lead = self.favour[first] - self.favour[second]
        knows = self.recognition * (lead != 0)
        chances = (1 - knows)[:, None] * self.otherwise
        chances[:, Said.FIRST_WON] += knows * (lead > 0)
        chances[:, Said.SECOND_WON] += knows * (lead < 0)
        return np.asarray(chances)

    def among(self, keep: Bools) -> "Intent":
        """The same between the competitors where `keep` (n,) is true."""
        return replace(self, favour=self.favour[keep])


@dataclass(frozen=True, slots=True, eq=False)
class Intents:
    """Intents, and whose they are.

    Attributes
    ----------
    kinds : tuple of Intent
    of_voters : (n_voters,) int8
        Intent of each voter; -1 for honest ones.
    target : int or None
        Whom riggers lift.
    """

    kinds: tuple[Intent, ...]
    of_voters: Ints
    target: int | None

    @property
    def words(self) -> list[str]:
        """Word for the intent of each voter."""
        return [self.kinds[k].word if k >= 0 else HONEST for k in self.of_voters]

    def shares(self, weights: Floats) -> Floats:
        """Share of the votes that each intent has, (n_kinds,), where voters come as often as `weights` (n_voters,) say."""
        return np.asarray(np.bincount(self.of_voters + 1, weights, len(self.kinds) + 1)[1:] / weights.sum())

    def among(self, keep: Bools) -> "Intents":
        """Those between the competitors where `keep` (n,) is true."""
        target = None if self.target is None else int(np.cumsum(keep)[self.target]) - 1
        return Intents(tuple(kind.among(keep) for kind in self.kinds), self.of_voters, target)


def intents_of(arena: Arena, strengths: Floats, information: Floats, honest: Floats, rng: np.random.Generator) -> Intents:
    """Draw who has which intent.

    Parameters
    ----------
    arena : Arena
    strengths : (n,) float64
        Log-odds.
    information : (n, n) float64
        Of honest votes on strengths; only omnipresent riggers look at it.
    honest : (4,) float64
        Share of each outcome of honest votes.
    rng : Generator
    """
    conduct, rigging, target = arena.conduct, arena.rigging, None
    made: list[tuple[float, Intent]] = []
    if conduct.careless:
        made.append((conduct.careless, Intent("careless", np.zeros(strengths.size), 0.0, at_random(honest))))
    if conduct.adversarial:
        otherwise = at_random(honest) if conduct.adversarial_votes == "weaker" else always(Said.OPPOSITE)
        recognition = float(conduct.adversarial_votes == "weaker")
        made.append((conduct.adversarial, Intent("adversarial", -strengths, recognition, otherwise)))
    if rigging.riggers:
        target = target_of(arena, strengths)
        rivals = rivals_of(target, strengths, arena.size)
        favour = target_alone if rigging.strategy == "target" else lead_over_rivals
        otherwise = {"random": at_random(honest), "tie": always(Said.TIE), "abstain": always(Said.NOTHING)}[rigging.otherwise]
        made.append((rigging.riggers, Intent("rigger", favour(target, rivals, information), rigging.recognition, otherwise)))
    of_voters, place = np.full(arena.voters.n, -1, np.int8), 0
    order = rng.permutation(arena.voters.n)
    for k, (share, _) in enumerate(made):
        n = round(share * order.size)
        of_voters[order[place : place + n]], place = k, place + n
    return Intents(tuple(intent for _, intent in made), of_voters, target)


def at_random(honest: Floats) -> Floats:
    """Chances of one who tosses a coin, (6,), with ties and both bad as often as in honest votes (Zhao et al. 2024: apathetic voters)."""
    coin = honest[:2].sum() / 2
    return np.array([coin, coin, honest[2], honest[3], 0.0, 0.0])


def always(said: Said) -> Floats:
    """Chances of one who always says the same, (6,)."""
    return np.asarray(np.eye(6)[said])


def target_of(arena: Arena, strengths: Floats) -> int:
    """Whom riggers lift: the one at the place that was chosen by true strength, or in the middle, of the established competitors."""
    place = arena.rigging.place or (arena.size + 1) // 2
    return int(np.argsort(-strengths[: arena.size], kind="stable")[place - 1])


def rivals_of(target: int, strengths: Floats, n_established: int) -> Bools:
    """Whom the target is to gain on, (n,): the established competitors above it, or all others if it is the best of them."""
    number = np.arange(strengths.size)
    others = (number < n_established) & (number != target)
    above = others & (strengths > strengths[target])
    return np.asarray(above if above.any() else others)


def target_alone(target: int, rivals: Bools, information: Floats) -> Floats:
    """Favour of riggers who look for the target only, (n,) (Min et al. 2025: target-only rigging)."""
    return np.asarray(np.arange(rivals.size) == target, np.float64)


def lead_over_rivals(target: int, rivals: Bools, information: Floats) -> Floats:
    """Favour of omnipresent riggers, (n,): what a vote for each adds to the target's lead.

    To first order a vote for i over j moves the estimates by a positive multiple of H^-1 (e_i - e_j), H being the information. The lead of the target
    t over the mean of its rivals, c = e_t - mean(e_r), gains by h_i - h_j with h = H^-1 c, so that the one with the larger h is voted for. Min et al.
    (2025) refit for each answer that they could give, and look at the one next above.
    """
    contrast = -rivals.astype(np.float64) / rivals.sum()
    contrast[target] += 1.0
    return np.asarray(solve(regular(information), contrast))
