r"""Vote rigging (Min et al. 2025, arXiv 2501.17858): new votes by somebody who recognises models and votes for what helps one of them.

Target-only: votes for the target in battles in which it is seen, and abstains in others. Omnipresent: votes in every battle for the side whose win
raises the target over the model directly above it (below it, once it is first). To first order a win of i over j moves that lead by
:math:`(1 - p_{ij})\, m`, a loss by :math:`-p_{ij}\, m` and a tie by :math:`(1/2 - p_{ij})\, m`, with
:math:`m = (e_t - e_r)^T H^+ (e_i - e_j)`, so that the sign of m decides, and no outcome has to be tried by a refit. The board is computed anew, by a
refit, after every `BATTLES_A_BOARD` battles.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from recount.engine.choices import check, choice
from recount.engine.errors import InputError
from recount.engine.fitting import Fit, fit
from recount.engine.plurals import plural
from recount.engine.votes import FIRST_WON, SECOND_WON, Floats, Ints, PairCounts
from recount.sims.filtering.not_there import no_such_competitor
from recount.sims.perturbations.changed_votes import Change

BATTLES_A_BOARD = 100
# Two that are mistaken for two others.
FEWEST_TO_MISTAKE = 4
ABSTAINED = -1
# Of the largest effect; less is none.
ROUNDING = 1e-9


class Battles(NamedTuple):
    """Battles that a rigger is shown, (n,) each: who stands first and second, and who they are taken for."""

    first: Ints
    second: Ints
    first_seen: Ints
    second_seen: Ints


@dataclass(frozen=True, slots=True)
class Rigging:
    """New votes that raise one model, in battles of pairs that are all equally likely (Min et al. 2025, arXiv 2501.17858)."""

    target: str = choice(None, "Model that is to rise.", example="'phi-3-small-8k-instruct'")
    n_battles: int = choice(27_000, "Battles that are shown; each is a new vote, or none where the rigger abstains.", least=1, most=10**9)
    strategy: Literal["omnipresent", "target only"] = choice(
        "omnipresent", "Vote in every battle for what raises the target over the next (omnipresent), or only in battles of the target (target only)."
    )
    identification: float = choice(
        1.0, "Probability that the models of a battle are recognised; otherwise they are taken for two others.", least=0.0, most=1.0
    )

    def __post_init__(self) -> None:
        check(self)

    def changed(self, counts: PairCounts, rng: np.random.Generator) -> Change:
        """Add the rigged votes.

        Raises
        ------
        InputError
            If the target is not there, or there are too few models to mistake some.
        ExistenceError
            If the votes have no ratings.
        """
        names = counts.names
        if self.target not in names:
            raise no_such_competitor("target", self.target, names)
        if self.identification < 1 and len(names) < FEWEST_TO_MISTAKE:
            raise InputError(f"identification is {self.identification:g}, but {plural(len(names), 'model')} cannot be taken for two others; give 1")
        target, n = names.index(self.target), len(names)
        cast = np.zeros((n, n, 4), np.int64)
        for start in range(0, self.n_battles, BATTLES_A_BOARD):
            battles = shown(n, self.identification, rng)
            effect = one_at(n, target) if self.strategy == "target only" else effects_on_lead(fit(counts + as_counts(names, cast)), target)
            outcome = outcomes_for(effect, battles)[: self.n_battles - start]
            voted = np.flatnonzero(outcome != ABSTAINED)
            np.add.at(cast, (battles.first[voted], battles.second[voted], outcome[voted]), 1)
        return Change(
            counts.counts,
            new=as_counts(names, cast),
            detail=f"{int(cast.sum()):,} of {plural(self.n_battles, 'battle was', 'battles were')} voted in",
        )


def shown(n_models: int, identification: float, rng: np.random.Generator) -> Battles:
    """Draw the battles before the next board."""
    size = BATTLES_A_BOARD
    first = rng.integers(n_models, size=size)
    second = (first + rng.integers(1, n_models, size=size)) % n_models
    recognised = rng.random(size) < identification
    if recognised.all():
        return Battles(first, second, first, second)
    # Two others, as two different places among those who are neither of the battle.
    one = rng.integers(n_models - 2, size=size)
    other = (one + rng.integers(1, n_models - 2, size=size)) % (n_models - 2)
    low, high = np.minimum(first, second), np.maximum(first, second)
    mistaken = [place + (place >= low) for place in (one, other)]
    mistaken = [place + (place >= high) for place in mistaken]
    return Battles(first, second, np.where(recognised, first, mistaken[0]), np.where(recognised, second, mistaken[1]))


def one_at(n: int, place: int) -> Floats:
    """Return 1 at a place among zeros, (n,)."""
    vector = np.zeros(n)
    vector[place] = 1.0
    return vector


def effects_on_lead(fitted: Fit, target: int) -> Floats:
    """Return by what a model's wins move the lead of the target over its rival, up to a positive factor of each battle, (n,)."""
    order = np.argsort(-fitted.strengths, kind="stable")
    place = int(np.flatnonzero(order == target)[0])
    rival = order[place - 1] if place else order[1]
    inverse = fitted.likelihood.bread(fitted.parameters)
    return np.asarray(inverse[target] - inverse[rival])


def outcomes_for(effect: Floats, battles: Battles) -> Ints:
    """Return the outcomes that raise what the models have an effect on, (n,); `ABSTAINED` where neither side does."""
    moved = effect[battles.first_seen] - effect[battles.second_seen]
    least = ROUNDING * np.abs(effect).max()
    return np.where(moved > least, FIRST_WON, np.where(moved < -least, SECOND_WON, ABSTAINED))


def as_counts(names: tuple[str, ...], votes: Ints) -> PairCounts:
    """Return votes by first, second and outcome, (n, n, 4), as counts."""
    first, second = np.nonzero(votes.any(axis=2))
    return PairCounts(names, first, second, votes[first, second])
