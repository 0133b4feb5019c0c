r"""Whether the test of intransitivity keeps its word, and what it says of the Arena votes.

``python -m benchmarks.intransitivity`` writes `docs/intransitivity.md`.

Transitive arenas: expected points are a function of the difference of two strengths. The function is that of Bradley-Terry, of Davidson or Rao and
Kupper with 30 % ties, or the normal distribution's (Thurstone); what is fitted need not be what made the votes. Intransitive ones: competitors are of
three kinds in turn, and rock leads scissors, scissors paper, paper rock by so many Elo more than strengths say.

Large arenas have the competitors, strengths and number of votes of the bundled Arena votes; pairs come as often in the mean, votes are drawn anew.
"""

import argparse
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import chi2

from benchmarks.arenas import usual_arena
from recount.data import ARENA_VOTES, read_counts
from recount.engine import ELO, ExistenceError, Fit, Intransitivity, PairCounts, cycles, fit, intransitivity, residuals
from recount.engine.linear_algebra import one_thread
from recount.sims.arenas import Arena, Outcomes, Pairs, Strengths, Voters, draw_counts, draw_parameters

SEED = 20240814
LEVEL = 0.05
TIE_SHARE = 0.3
CIRCLE = 50.0
N_COMPETITORS = 20
N_TRANSITIVE, N_CIRCLES, N_LARGE = 1000, 100, 100
N_REPLICATES = 199
REPORT = Path(__file__).parents[1] / "docs" / "intransitivity.md"
FITS = ("half", "drop", "davidson", "rao-kupper")


# Votes a pair in the mean, standard deviations of strengths and of the logarithms of popularities.
KINDS = {"60 a pair": (60, 1.0, 1.0), "6 a pair": (6, 1.0, 1.0), "3 a pair, all alike": (3, 0.0, 0.0)}
# Between equals laws differ in their ties only.
LAWS_OF_EQUALS = ("Bradley-Terry", "Davidson")
# What makes votes.
LAWS = {
    "Bradley-Terry": Outcomes.davidson(0.0),
    "Thurstone": Outcomes.thurstone(),
    "Davidson": Outcomes.davidson(TIE_SHARE),
    "Rao-Kupper": Outcomes.rao_kupper(TIE_SHARE),
}
WITH_TIES = ("Davidson", "Rao-Kupper")


def drawn(arena: Arena, law: str, circle: float, seed: int) -> PairCounts:
    """Draw an arena and its votes; `circle` is in Elo."""
    return draw_counts(draw_parameters(replace(arena, outcomes=LAWS[law], circle=circle), seed), seed)


@cache
def large() -> Arena:
    """The bundled Arena votes, as if strengths said it all."""
    counts = read_counts(ARENA_VOTES)[0]
    fitted = fit(counts, ties="davidson")
    return Arena(strengths=Strengths.given(ELO * fitted.strengths, fitted.names), pairs=Pairs.like(counts), voters=Voters(0))


def seed_of(kind: int, law: str, number: int) -> int:
    """Seed of an arena: no two studies have one in common."""
    return SEED + number + 100_000 * (list(LAWS).index(law) + len(LAWS) * kind)


def small_arena(kind: str, law: str, circle: float, number: int) -> list[dict[str, object]]:
    """What each fit says of one small arena."""
    votes_a_pair, spread, skew = KINDS[kind]
    arena = usual_arena(N_COMPETITORS, votes_a_pair * N_COMPETITORS * (N_COMPETITORS - 1) // 2, spread=spread, skew=skew)
    made = {"votes": kind, "made by": law, "circle": circle}
    votes = drawn(arena, law, circle, seed_of(list(KINDS).index(kind), law, number))
    return [made | row for row in _said(votes, FITS if law in WITH_TIES else ("half",), circle, number)]


def large_arena(law: str, circle: float, number: int) -> list[dict[str, object]]:
    """What each fit says of one large arena."""
    kind = {"votes": "as in the Arena", "made by": law, "circle": circle}
    return [kind | row for row in _said(drawn(large(), law, circle, seed_of(len(KINDS), law, number)), FITS, circle, number)]


def _said(votes: PairCounts, fits: tuple[str, ...], circle: float, number: int) -> Iterator[dict[str, object]]:
    # Pairs that met, in either order; competitors are numbered as their names are sorted.
    met = np.unique(np.sort(np.column_stack([votes.first, votes.second]), axis=1), axis=0).astype(int)
    true = circle / ELO * float(np.sqrt(np.mean((met[:, 0] - met[:, 1]) % 3 != 0)))
    with one_thread():
        for ties in fits:
            try:
                fitted = fit(votes, ties=ties)
            except ExistenceError:
                continue
            free, given = (intransitivity(fitted, free_link=free, n_replicates=N_REPLICATES, seed=number) for free in (True, False))
            yield {
                "fitted": ties,
                "alarm": free.p_value <= LEVEL,
                "alarm, link as fitted": given.p_value <= LEVEL,
                "alarm, chi-square of coins": _coins(fitted) <= LEVEL,
                "deviation": ELO * free.deviation,
                "true deviation": ELO * true,
                "covered": free.lower <= true <= free.upper,
            }


def _coins(fitted: Fit) -> float:
    """P-value as if points were tosses of a coin: Pearson's statistic with n p q, by chi-square."""
    found = residuals(fitted)
    share = found.expected / found.n_votes
    statistic = np.sum((found.points - found.expected) ** 2 / (found.n_votes * share * (1 - share)))
    return float(chi2.sf(statistic, found.lead.size - found.rank))


def summary(rows: list[dict[str, object]]) -> str:
    """Alarms in per cent with their Monte-Carlo errors, and the deviation found, as a table in Markdown."""
    frame = pd.DataFrame(rows)
    lines = [
        ["made by", "votes", "fitted", "arenas", "alarms", "link as fitted", "chi-square of coins", "true SD", "median SD found", "interval holds it"]
    ]
    lines.append(["---"] * len(lines[0]))
    for (law, votes, ties), some in frame.groupby(["made by", "votes", "fitted"], sort=False):
        alarms = [_share(some[name]) for name in ("alarm", "alarm, link as fitted", "alarm, chi-square of coins")]
        found = f"{some['true deviation'].iloc[0]:.1f}", f"{some['deviation'].median():.1f}"
        lines.append([str(law), str(votes), str(ties), str(len(some)), *alarms, *found, _share(some["covered"])])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _share(values: "pd.Series[bool]") -> str:
    p = float(values.mean())
    return f"{100 * p:.1f} ± {100 * np.sqrt(p * (1 - p) / len(values)):.1f}"


def arena_votes() -> dict[str, str]:
    """What comes out on the bundled votes: tables, in Markdown, of each fit, the pairs that fit worst and the circles; and figures for the text."""
    counts = read_counts(ARENA_VOTES)[0]
    lines = [["both bad", "ties", "S / mean by chance", "p", "SD of deviations, Elo", "SD of ratings, Elo", "link, z"], ["---"] * 7]
    ratios = []
    for both_bad in ("tie", "drop"):
        for ties in FITS:
            fitted = fit(counts, ties=ties, both_bad=both_bad)
            found: Intransitivity = intransitivity(fitted, seed=SEED)
            deviation = f"{ELO * found.deviation:.1f} ({ELO * found.lower:.1f} to {ELO * found.upper:.1f})"
            ratios.append(found.deviation / fitted.strengths.std())
            spread, z = f"{ELO * fitted.strengths.std():.0f}", f"{found.curvature / found.curvature_error:.1f}"
            lines.append([both_bad, ties, f"{found.statistic / found.expected:.2f}", f"{found.p_value:.3f}", deviation, spread, z])
    fitted = fit(counts, ties="davidson", both_bad="drop")
    left = residuals(fitted)
    standardised, deviation = left.standardised(), ELO * left.deviations()
    pairs = [["better than expected", "against", "votes", "points", "expected", "deviation, Elo", "standardised"], ["---"] * 7]
    for k in np.argsort(-np.abs(standardised))[:10]:
        i, j = (left.fit.contests.first[k], left.fit.contests.second[k])[:: 1 if standardised[k] > 0 else -1]
        n, points, expected = left.n_votes[k], left.points[k], left.expected[k]
        shares = (points / n, expected / n) if standardised[k] > 0 else (1 - points / n, 1 - expected / n)
        numbers = f"{n:.0f}", *(f"{share:.3f}" for share in shares), f"{abs(deviation[k]):.0f}", f"{abs(standardised[k]):.1f}"
        pairs.append([fitted.names[i], fitted.names[j], *numbers])
    found = cycles(fitted, n_shown=10, seed=SEED)
    circles = [["each stronger against the next", "curl, Elo", "p, jointly", "points against the next"], ["---"] * 4]
    for members, curl, error, p, points in zip(found.members, found.curl, found.standard_errors, found.p_values, found.points, strict=True):
        names = " > ".join(fitted.names[k] for k in (*members, members[0]))
        circles.append([names, f"{ELO * curl:.0f} ± {ELO * error:.0f}", f"{p:.3f}", ", ".join(f"{share:.2f}" for share in points)])
    tables = {"fits": lines, "pairs": pairs, "circles": circles}
    shown = {name: "\n".join(f"| {' | '.join(line)} |" for line in rows) for name, rows in tables.items()}
    # A lead is the difference of two strengths, with twice their variance.
    parts = {"of_strengths": [100 * r for r in ratios], "of_leads": [100 * r**2 / (2 + r**2) for r in ratios]}
    return shown | {name: f"{min(part):.1f} to {max(part):.1f} %" for name, part in parts.items()}


def main() -> None:
    """Run the study and write the report."""
    parser = argparse.ArgumentParser(description="The test of intransitivity on simulated arenas, and the Arena votes.")
    parser.add_argument("--share", type=float, default=1.0, help="share of the arenas to simulate")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--output", type=Path, default=REPORT)
    options = parser.parse_args()
    sizes = {name: max(2, round(options.share * n)) for name, n in (("transitive", N_TRANSITIVE), ("circles", N_CIRCLES), ("large", N_LARGE))}
    tables = []
    with ProcessPoolExecutor(options.workers) as pool:
        for circle, n in ((0.0, sizes["transitive"]), (CIRCLE, sizes["circles"])):
            rows: list[dict[str, object]] = []
            for law in LAWS:
                for kind in (kind for kind, (_, spread, _) in KINDS.items() if spread or law in LAWS_OF_EQUALS):
                    for some in pool.map(partial(small_arena, kind, law, circle), range(n), chunksize=5):
                        rows += some
            for law in ("Davidson", "Rao-Kupper"):
                for some in pool.map(partial(large_arena, law, circle), range(sizes["large"] if not circle else max(2, sizes["large"] // 10))):
                    rows += some
            tables.append(summary(rows))
            print(tables[-1], flush=True)
    text = TEXT.format(seed=SEED, n_replicates=N_REPLICATES, circle=CIRCLE, false=tables[0], found=tables[1], **arena_votes())
    options.output.write_text(text, encoding="utf-8")


TEXT = """# Is one number per model enough?

Written by `python -m benchmarks.intransitivity` (seed {seed}). Do not edit.

`recount.engine.scrutiny.transitivity` tests whether the expected points of every pair are one function of the difference of two strengths, and
measures by
how much pairs deviate from that ([methods](methods.md), "Intransitivity"). Here it is put to the test where the truth is known, and then to the Arena
votes.

## Where one number is enough

How often, in per cent, the test at 5 % calls a transitive arena intransitive, with {n_replicates} simulated logs a test; ± is the Monte-Carlo
standard error. 20 competitors; strengths have standard deviation 1 log-odds (174 Elo), the logarithms of popularities also 1 (1.1 on the Arena); 60
or 6 votes a pair in the mean, or 3, with all strengths and popularities alike; 30 % of the votes are ties where the law that made them has ties. *As
in the Arena*: its 129 models, its numbers of votes a pair in the mean, strengths as fitted, votes drawn anew. Arenas whose ratings do not exist are
left out.

Beside the test stand two that one might take for it. *Link as fitted*: the same without the cube, which asks whether the fit's own law is right.
*Chi-square of coins*: Pearson's statistic with the variance of a coin, by the chi-square distribution.

{false}

## Where it is not

The same with {circle:.0f} Elo of rock, paper and scissors: how often it is found; the true standard deviation of the pairs' deviations, the median of
those estimated, and how often the 95 % interval holds the truth. That is in Elo of the law that made the votes; a fit of another law measures in its
own, and half-wins, which ties shrink, measure less.

{found}

## The Arena votes

1,670,250 votes of 129 models to 2024-08-14; 1,000 simulated logs a fit; the interval is of 95 %.

{fits}

One number is not all that the votes say, but nearly. Whatever the law of ties, S is about twice what chance would make it; the pairs' deviations have
{of_strengths} of the standard deviation of ratings, which is {of_leads} of the variance of leads between two models. The link is bent, too: z
is negative, so of two that are far apart the better one scores less than the law says, as voters who err would bring about; `recount rate --table
calibration` shows it in votes held out.

What the deviations are, counts do not tell. Models may be good at different tasks and meet at different ones, as prompts, opponents and their numbers
changed over fifteen months; a name may have stood for different models in time, or for one that failed for some days; and the test takes votes for
independent, so that voters with a taste of their own, or votes by arrangement, count as deviations. The bundled votes have neither times nor voters.

### Pairs that fit worst

Davidson's model, both-bad dropped.

{pairs}

### Circles

The most certain of all circles of three. A circle says that each does better against the next than its rating allows, and the points say whether it
also wins: above 1/2 all around, the votes themselves go in a circle.

{circles}
"""


if __name__ == "__main__":
    main()
