"""The models of the bundled Arena votes as takers of a benchmark: strengths as rated, scores that spread as theirs on MMLU do."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy.optimize import root

import recount
from recount.data import read_catalogue
from recount.sims.arenas import Arena, Outcomes, Pairs, Strengths, Voters
from recount.sims.countries.facts import facts_of
from recount.sims.simulated_benchmarks import Abilities, BenchmarkKind, Items, draw_benchmark

# Of the 81 models of these votes for which the Arena's own table of May 2025 lists a score on MMLU.
MEAN_SCORE, DEVIATION, CORRELATION = 0.652, 0.160, 0.907
# Gema et al. (arXiv 2406.04127); of ties and both bad among the votes.
LABEL_ERRORS, TIE_SHARE = 0.065, 0.35
SEED = 20251123


@dataclass(frozen=True, slots=True)
class ArenaModels:
    """Strengths with their names, countries, and whether weights are open."""

    strengths: Strengths
    countries: tuple[str, ...]
    are_open: tuple[bool, ...]

    def only_open(self) -> "ArenaModels":
        """Those with open weights."""
        kept = [k for k, is_open in enumerate(self.are_open) if is_open]
        strengths = Strengths.given([self.strengths.values[k] for k in kept], [self.strengths.names[k] for k in kept])
        return ArenaModels(strengths, tuple(self.countries[k] for k in kept), (True,) * len(kept))


@cache
def arena_models() -> ArenaModels:
    """Rate the bundled votes, and look the models up."""
    board = recount.analyse().leaderboard().frame
    names = board["competitor"].tolist()
    facts = facts_of(names, read_catalogue()).frame.loc[names]
    return ArenaModels(
        Strengths.given(board["rating"].tolist(), names),
        tuple(facts["country"]),
        tuple(licence not in ("", "proprietary") for licence in facts["licence_class"]),
    )


@cache
def like_mmlu(correlation: float = 1.0) -> BenchmarkKind:
    """The kind of benchmark on which these models have the mean and the spread of scores that they have on MMLU."""

    def kind(difficulty: float, spread: float) -> BenchmarkKind:
        items = Items(sized_as="MMLU", difficulty=difficulty, label_errors=LABEL_ERRORS)
        return BenchmarkKind(strengths=arena_models().strengths, abilities=Abilities(correlation, spread), items=items)

    def missing(numbers: np.ndarray) -> np.ndarray:
        one = kind(float(numbers[0]), float(abs(numbers[1])))
        scores = draw_benchmark(replace(one, items=replace(one.items, n=2000)), SEED).expected_scores
        return np.array([scores.mean() - MEAN_SCORE, scores.std() - DEVIATION])

    found = root(missing, [0.0, 1.5]).x
    return kind(round(float(found[0]), 2), round(float(abs(found[1])), 2))


@cache
def arena_of_models() -> Arena:
    """The arena in which these models were rated: their pairs, as often as they met."""
    counts = recount.read().counts
    return Arena(strengths=arena_models().strengths, pairs=Pairs.like(counts), outcomes=Outcomes.davidson(tie_share=TIE_SHARE), voters=Voters(0))
