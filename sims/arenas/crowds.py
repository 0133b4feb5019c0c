"""Those who cast votes, and what they are asked: how often each comes, and how tastes differ."""

from dataclasses import dataclass

import numpy as np

from recount.engine.scale import ELO
from recount.engine.votes import Floats
from recount.sims.arenas.parts import Prompts, Voters
from recount.sims.arenas.random_streams import Purpose


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """Voters, or prompts: each vote is of one of them, who adds a taste to the strength of each competitor.

    Attributes
    ----------
    column : str
        Column of the log that names them.
    weights : (n,) float64
        How often each comes, up to a factor.
    taste : float
        Standard deviation of tastes, log-odds.
    draws, tastes : Purpose
        Streams of who votes, and of tastes.
    """

    column: str
    weights: Floats
    taste: float
    draws: Purpose
    tastes: Purpose

    @property
    def names(self) -> tuple[str, ...]:
        """Name of each."""
        return tuple(f"{self.column}-{k}" for k in range(self.weights.size))


def crowd_of_voters(choice: Voters, rng: np.random.Generator) -> Crowd:
    """Draw how active voters are."""
    return Crowd("voter", activity(choice, rng), choice.tastes / ELO, Purpose.VOTERS, Purpose.TASTES)


def crowd_of_prompts(choice: Prompts) -> Crowd:
    """Prompts come equally often."""
    return Crowd("prompt", np.ones(choice.n), choice.tastes / ELO, Purpose.PROMPTS, Purpose.PROMPT_TASTES)


def activity(choice: Voters, rng: np.random.Generator) -> Floats:
    """Weight of each voter, (n,): log-normal, or 1 / rank^s (Zipf 1949)."""
    if choice.activity == "lognormal":
        return np.exp(choice.inequality * rng.normal(size=choice.n))
    return np.arange(1.0, choice.n + 1.0) ** -choice.inequality if choice.activity == "zipf" else np.ones(choice.n)
