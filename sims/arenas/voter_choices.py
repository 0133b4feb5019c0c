"""Voters who do not say what they think, as values that are checked when they are made."""

from dataclasses import dataclass
from typing import Literal

from recount.engine.choices import check, choice
from recount.sims.arenas.parts import MOST_CODES, refuse_idle


@dataclass(frozen=True)
class Conduct:
    """Careless and adversarial voters (Zhao et al. 2024, arXiv 2412.04363), as shares of all voters.

    Raises
    ------
    OptionError
        If a share is none, or adversaries that are not there vote in some way.
    """

    careless: float = choice(0.0, "Share of voters who vote at random, with ties as often as others have them.", least=0.0, below=1.0)
    adversarial: float = choice(0.0, "Share of voters who vote against what they think.", least=0.0, below=1.0)
    adversarial_votes: Literal["reversed", "weaker"] = choice(
        "reversed", "How they vote: the opposite of an honest vote, ties as they are (reversed), or always for the weaker one (weaker)."
    )

    def __post_init__(self) -> None:
        check(self)
        if not self.adversarial:
            refuse_idle(self, "adversarial", 0, ("careless", "adversarial"))


@dataclass(frozen=True)
class Rigging:
    """Voters who lift one competitor, the target, as far as they recognise who answers (Min et al. 2025, arXiv 2501.17858).

    Raises
    ------
    OptionError
        If a share is none, or a choice has no effect.
    """

    riggers: float = choice(0.0, "Share of voters who lift the target.", least=0.0, below=1.0)
    strategy: Literal["target", "omnipresent"] = choice(
        "target",
        "Riggers vote for the target where it stands (target), or in every vote for the one by whom the target gains on those above (omnipresent).",
        name="rigging",
    )
    otherwise: Literal["random", "tie", "abstain"] = choice(
        "random",
        "Where they do not see the target: a vote at random, a tie, or none (abstain), so that somebody else votes there.",
        name="rigging_otherwise",
    )
    place: int | None = choice(
        None,
        "Place of the target by true strength among those who are no newcomers, 1 for the best.",
        least=1,
        most=MOST_CODES,
        unset="the middle",
        name="rigging_place",
    )
    recognition: float = choice(1.0, "Chance that riggers recognise who answers in a vote.", least=0.0, most=1.0)

    def __post_init__(self) -> None:
        check(self)
        if not self.riggers:
            refuse_idle(self, "riggers", 0, ("riggers",))
        if self.strategy == "omnipresent":
            refuse_idle(self, "rigging", self.strategy, ("riggers", "strategy", "place", "recognition"))
