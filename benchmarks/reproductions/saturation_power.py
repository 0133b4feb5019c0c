"""How the power to order the ten best decays toward the ceiling, against Arena votes: ``python -m benchmarks.reproductions.saturation_power``."""

import argparse
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from benchmarks.pages import table
from benchmarks.reproductions.arena_models import CORRELATION, LABEL_ERRORS, SEED, TIE_SHARE, arena_models, arena_of_models, like_mmlu
from recount.engine.choices.usual import CONFIDENCE_LEVEL
from recount.engine.votes import Floats
from recount.sims.arenas import Strengths, draw_parameters
from recount.sims.benchmark_scores.saturated_benchmarks import saturation_index
from recount.sims.benchmark_scores.saturation_choices import SATURATED
from recount.sims.simulated_benchmarks import Abilities, BenchmarkKind, Items, disagreement_on_leader, draw_benchmark
from recount.sims.simulated_benchmarks.telling_apart import leads_of_items, leads_of_votes, needed_to_tell_apart, share_told_apart

HEADING = "Saturation: the power to order the ten best, in items and in votes"
BENCHMARKS = ("MMLU", "MATH", "GPQA diamond", "HumanEval")
# Log-odds that all models have gained since, of an ability that now has a standard deviation of 1.67.
GAINS = (-2.0, 0.0, 1.0, 2.0, 3.0, 4.0, 6.0)
CORRELATIONS = (0.7, 0.9, 0.99, 1.0)
HALF = 0.5


def kind_of(name: str, gain: float) -> BenchmarkKind:
    """Return a benchmark of this size, taken by the Arena's models after a gain of ability; keys are wrong on MMLU, as often as is published."""
    usual = like_mmlu()
    wrong = LABEL_ERRORS if name == "MMLU" else 0.0
    return replace(usual, items=replace(usual.items, sized_as=name, difficulty=usual.items.difficulty - gain, label_errors=wrong))


def curve(name: str, votes: Floats, gains: tuple[float, ...] = GAINS) -> Iterator[list[float]]:
    """Yield for each gain: mean score of the ten best, S, share told apart, items for half (paired, independent), votes for as many."""
    for gain in gains:
        truth = draw_benchmark(kind_of(name, gain), SEED)
        paired, independent = leads_of_items(truth), leads_of_items(truth, paired=False)
        best = np.sort(truth.expected_scores)[::-1][:10]
        told = share_told_apart(paired, truth.items.n, CONFIDENCE_LEVEL)
        _, index = saturation_index(best[0], best[4], (truth.items.n, truth.items.n), 0.5)
        half = [needed_to_tell_apart(leads, HALF, CONFIDENCE_LEVEL) for leads in (paired, independent)]
        yield [best.mean(), index, told, *half, needed_to_tell_apart(votes, told, CONFIDENCE_LEVEL)]


def of_benchmark(name: str, votes: Floats) -> str:
    """Write the table of a benchmark."""
    head = ["mean of the ten best", "S", "told apart", "items for half", "if independent", "votes for as many"]
    n = Items(sized_as=name).size
    lines = [
        [f"{100 * mean:.1f} %", f"{index:.2f}", f"{100 * told:.0f} %", *map(_count, (half, alone, as_many))]
        for mean, index, told, half, alone, as_many in curve(name, votes)
    ]
    return f"{name}, {n:,} items:\n\n{table(head, lines)}"


def of_leaders(n_benchmarks: int) -> str:
    """Write how often benchmark and Arena name different leading countries."""
    lines = []
    for what, models in (("all", arena_models()), ("open weights", arena_models().only_open())):
        for name in ("MMLU", "GPQA diamond"):
            for correlation in CORRELATIONS:
                kind = replace(kind_of(name, 0.0), strengths=models.strengths, abilities=Abilities(correlation, like_mmlu().abilities.spread))
                found = disagreement_on_leader(kind, models.countries, n_benchmarks, SEED)
                lines.append([what, name, f"{correlation:g}", *(f"{100 * share:.0f} %" for share in found)])
    return table(["models", "benchmark", "correlation", "by ability", "by expected score", "by score"], lines)


def seen_to_lead(strengths: Strengths, countries: tuple[str, ...], leader: str, other: str) -> float:
    """Share of the items that the best model of another country must have seen to be expected to score as the leader's best does."""
    kind = replace(kind_of("MMLU", 0.0), strengths=strengths)
    scores = draw_benchmark(kind, SEED).expected_scores
    first, second = (scores[np.array(countries) == country].max() for country in (leader, other))
    return float((first - second) / (1.0 - second))


def _count(number: float) -> str:
    return f"{number:,.0f}" if number < 1e12 else "never"


def section(n_benchmarks: int) -> str:
    """Write the section."""
    arena = arena_of_models()
    votes = leads_of_votes(draw_parameters(arena, SEED))
    told = share_told_apart(votes, arena.log_size, CONFIDENCE_LEVEL)
    half = needed_to_tell_apart(votes, HALF, CONFIDENCE_LEVEL)
    models, usual, opened = arena_models(), like_mmlu(), arena_models().only_open()
    seen = seen_to_lead(models.strengths, models.countries, "US", "CN"), seen_to_lead(opened.strengths, opened.countries, "US", "CN")
    tables = "\n\n".join(of_benchmark(name, votes) for name in BENCHMARKS)
    return f"""
They report an index of scores alone (section above). Whether the best can be told apart depends on what single items say, which no published
table has; so we simulate it.

We get: the {len(models.countries)} models of the bundled votes take a benchmark with abilities that follow their ratings exactly, spread
(standard deviation {usual.abilities.spread:g} log-odds) so that scores on a simulated MMLU have the mean and the spread of those that are published
of them; on it, {100 * LABEL_ERRORS:g} % of the keys are wrong, and a guess is right in one of four. Then all models gain ability, and the ten best
go to the ceiling. *Told apart*: share of the 45 pairs of the ten best of which a paired test at 95 % is expected to show who is better. *Items for
half*: how many tell half of the pairs apart; if errors on the same items were independent, as published standard errors take them; and how many votes
of the Arena (its pairs, {100 * TIE_SHARE:g} % ties) tell as many apart as all items do. The Arena's {arena.log_size:,} votes are expected to tell
{100 * told:.0f} % apart, and {half:,.0f} votes half.

{tables}

- Power is lost long before the ceiling is reached, and then fast: a pair that is level counts 2.5 %, to which all shares fall.
- S follows the size as much as the ceiling: of 164 or 198 items it is above {SATURATED:g} wherever the scores are, of 14,042 at the ceiling only.
- Where keys are wrong, all models miss the same items at the ceiling: the errors are common, and paired tests need a small part of the items that
  independent errors would ask for. Where keys are right, pairing saves a quarter of the items in the middle, and nothing at the ceiling. Which of
  the two it is only answers to single items show.
- A vote says little: an item puts every model to the test, a vote two of them, mostly others than the ten best.

When mean score and rating name different leading countries: per cent of {n_benchmarks} simulated benchmarks on which the country of the best
model is another than by rating (US, of all models and of those with open weights). *By ability*: the benchmark measures something else than the
Arena does. *By expected score*: wrong keys and guessing besides. *By score*: the chance of answers besides. Scores on MMLU and ratings correlate with
{CORRELATION:g} over 81 of these models.

{of_leaders(n_benchmarks)}

Mostly it is what the benchmark measures: in open weights, where the best of the two countries are close, a correlation of 0.99 still leaves another
leader on every sixth benchmark. Chance alone does as much where there are only 198 items, and nothing where there are 14,042. Contamination does it
with certainty: with abilities as ratings, the best Chinese model passes the best of the US on MMLU if it has seen {100 * seen[0]:.0f} % of the items
with their keys, among open weights {100 * seen[1]:.0f} %.

Why they differ: the index takes errors as independent and a benchmark as smaller than it is; both make models look less apart than they are.

`python -m benchmarks.reproductions.saturation_power`, and of other sizes `recount study saturation`
"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--benchmarks", type=int, default=100, help="simulated for each line of the last table")
    print(f"## {HEADING}\n{section(parser.parse_args().benchmarks)}")
