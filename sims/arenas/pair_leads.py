"""What who is shown first leads by, in log-odds, beside the difference of two strengths; one function a mechanism.

A mechanism of pairs is here: it maps who is shown first and second to a lead, and so enters the exact expectation too. One of voters or prompts is a
`Crowd`; one of single votes is an array of leads that `simulate` takes.
"""

import numpy as np

from recount.engine.scale import ELO
from recount.engine.votes import Floats, Ints
from recount.sims.arenas.arena import Arena


def leads_of_pairs(arena: Arena, strengths: Floats, number: Ints, first: Ints, second: Ints) -> Floats:
    """Lead of the first of each pair over the second, (m,); `number` (n,) says which competitor each one is a variant of."""
    circle = rock_paper_scissors(arena.circle, number, first, second)
    return np.asarray(strengths[first] - strengths[second] + position(arena.position_effect, first) + circle)


def position(effect: float, first: Ints) -> Floats:
    """Who is shown first leads by `effect`, log-odds (Davidson and Beaver 1977)."""
    return np.full(first.size, effect)


def rock_paper_scissors(circle: float, number: Ints, first: Ints, second: Ints) -> Floats:
    """Competitors are of three kinds in turn; each kind leads the next by `circle` Elo, but for what strengths could say.

    Where kinds are not equally many, one that leads more competitors than it trails would be rated higher. What is left of leads without the best
    strengths, by least squares over all pairs, is their circular part, whose sum over all opponents is 0 (Jiang et al. 2011).
    """
    kind = number.astype(np.int64) % 3
    n_of_kind = np.bincount(kind, minlength=3)
    # Kind k leads kind k - 1.
    leads = (np.roll(n_of_kind, 1) - np.roll(n_of_kind, -1)) / number.size
    of_kinds = np.array([0.0, 1.0, -1.0])[(kind[first] - kind[second]) % 3]
    return np.asarray(circle / ELO * (of_kinds - leads[kind[first]] + leads[kind[second]]))
