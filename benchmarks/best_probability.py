"""Whether P(best) and P(top 3) come true, on simulated arenas: ``python -m benchmarks.best_probability`` writes `docs/best_probability.md`.

Every arena has strengths and popularities of its own; its votes are drawn by `recount.sims.arenas`, fitted, and put into the leaderboard of the
product. What is said of each competitor, shrunken and unshrunken, is compared with whether it is truly the best, or among the three best.

Where all are equal nobody is the best, and nothing said of a competitor can come true as often as said but 1 / n; what is said is reported there.
"""

import argparse
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.markdown_tables import markdown
from benchmarks.probability_bins import in_bins
from recount.engine import ExistenceError, covariance, fit, leaderboard, top_probabilities
from recount.engine.linear_algebra import one_thread
from recount.engine.uncertainty.posterior import posterior_draws
from recount.engine.uncertainty.strength_laws import StrengthPrior
from recount.sims.arenas import Arena, Outcomes, Pairs, Strengths, Voters, draw_counts, draw_parameters

SEED = 20240814
N_ARENAS = 250
N_DRAWS = 1000
TIE_SHARE = 0.3
# Of each competitor, in the mean; errors of ratings are then about 15 Elo.
VOTES_OF_EACH = 375
# Standard deviation of the logarithm of popularity where votes are unequal; 1.1 in the bundled Arena votes.
POPULARITY = 1.2
SPREADS = (17, 52, 174)
PLACES = (1, 3)
ONE_NORMAL = StrengthPrior(n_parts=1, shape_probabilities=(1.0, 0.0, 0.0))
FORMS = ("unshrunken", "normal prior", "default")
# Largest |z| of 10 bins that is exceeded in 5 % of the cases where all is as said.
BOUND = 2.8
REPORT = Path(__file__).parents[1] / "docs" / "best_probability.md"


@dataclass(frozen=True, slots=True)
class Scenario:
    """Arenas of one kind: shape and standard deviation (Elo) of strengths, competitors, and whether votes are unequal."""

    shape: str
    spread: int
    n: int
    unequal: bool

    def arena(self) -> Arena:
        """Return the kind of arena."""
        strengths = {
            "normal": partial(Strengths.normal, self.spread),
            # Skewness 2 is that of the exponential distribution.
            "exponential": partial(Strengths.skewed, self.spread, 2.0),
            "mirrored exponential": partial(Strengths.skewed, self.spread, -2.0),
            # Three clusters; a tenth of the variance is within them.
            "clusters": partial(Strengths.clusters, 3, self.spread * 0.1**0.5, self.spread * 0.9**0.5),
            "all equal": Strengths.equal,
        }[self.shape]()
        return Arena(
            n_competitors=self.n,
            n_votes=VOTES_OF_EACH * self.n // 2,
            strengths=strengths,
            pairs=Pairs.skewed(POPULARITY) if self.unequal else Pairs.uniform(),
            outcomes=Outcomes.davidson(TIE_SHARE),
            voters=Voters(0),
        )


KINDS = [
    ("normal", 20, False),
    ("normal", 20, True),
    ("normal", 5, False),
    ("normal", 60, True),
    ("clusters", 20, True),
    ("clusters", 60, True),
    ("exponential", 20, True),
    ("exponential", 60, True),
    ("mirrored exponential", 20, True),
]
SCENARIOS = [Scenario(shape, spread, n, unequal) for shape, n, unequal in KINDS for spread in SPREADS]
ALL_EQUAL = [Scenario("all equal", 0, n, unequal) for n, unequal in ((5, False), (20, False), (20, True), (60, True))]


def said_and_right(scenario: Scenario, number: int) -> pd.DataFrame | None:
    """Probabilities said, and whether they came true, one row a competitor, place and form; None if the votes allow no ratings."""
    drawn = draw_parameters(scenario.arena(), SEED + number)
    with one_thread():
        try:
            rated = covariance(fit(draw_counts(drawn, SEED + number)))
        except ExistenceError:
            return None
        board = leaderboard(rated, np.ones(scenario.n), top=3, n_draws=N_DRAWS, seed=number).set_index("competitor").loc[list(drawn.names)]
        by_normal = posterior_draws(rated.strengths, rated.covariance, N_DRAWS, number, prior=ONE_NORMAL)
    place = [rated.names.index(name) for name in drawn.names]
    ordered = np.sort(drawn.strengths)
    parts = []
    for k, column in zip(PLACES, ("p_best", "p_top_3"), strict=True):
        said = {
            "unshrunken": board[f"{column}_unshrunken"].to_numpy(),
            "normal prior": top_probabilities(by_normal, k)[place],
            "default": board[column].to_numpy(),
        }
        right = drawn.strengths >= ordered[-k]
        parts += [pd.DataFrame({"k": k, "form": form, "said": values, "right": right}) for form, values in said.items()]
    return pd.concat(parts).assign(error=board["standard_error"].median())


def studied(scenario: Scenario, n_arenas: int, pool: ProcessPoolExecutor) -> pd.DataFrame:
    """All that was said in the arenas of a scenario."""
    found = pool.map(partial(said_and_right, scenario), range(n_arenas), chunksize=10)
    return pd.concat([each for each in found if each is not None], ignore_index=True)


def line_of(scenario: Scenario, table: pd.DataFrame) -> list[str]:
    """One line of the report: the largest |z| and the mean squared error of each form and place."""
    votes = "unequal" if scenario.unequal else "equal"
    cells = [scenario.shape, str(scenario.spread), str(scenario.n), votes, f"{table['error'].mean():.0f}"]
    cells += [_worst(in_bins(_only(table, form, k))) for form in FORMS for k in PLACES]
    for k in PLACES:
        cells.append(", ".join(f"{1000 * ((each['right'] - each['said']) ** 2).mean():.1f}" for each in (_only(table, form, k) for form in FORMS)))
    return cells


def _only(table: pd.DataFrame, form: str, k: int) -> pd.DataFrame:
    return table[(table["form"] == form) & (table["k"] == k)]


def _worst(bins: pd.DataFrame) -> str:
    """Largest |z|, and what was said and came true there if it is beyond the bound."""
    if bins["z"].isna().all():
        return ""
    row = bins.loc[bins["z"].abs().idxmax()]
    return f"{abs(row['z']):.1f}" + (f" (said {row['said']:.0f}: right {row['right']:.0f})" if abs(row["z"]) > BOUND else "")


def lines_of_bins(tables: dict[Scenario, pd.DataFrame]) -> Iterator[list[str]]:
    """Yield the lines of all bins of arenas whose strengths have the same shape."""
    for shape in dict.fromkeys(scenario.shape for scenario in tables):
        pooled = pd.concat([table for scenario, table in tables.items() if scenario.shape == shape])
        for form in FORMS:
            for k in PLACES:
                bins = in_bins(_only(pooled, form, k)).set_index("bin").reindex(range(10))
                cells = ["" if np.isnan(row.said) else f"{row.said:.0f}: {row.right:.0f} ± {row.error:.1f}" for row in bins.itertuples()]
                yield [shape, form, "best" if k == 1 else f"top {k}", *cells]


def line_of_equals(scenario: Scenario, table: pd.DataFrame) -> list[str]:
    """One line of what is said where all are equal: the largest P(best) of an arena, in the mean, and how often it is 0.5 or more."""
    cells = [str(scenario.n), "unequal" if scenario.unequal else "equal", f"{100 / scenario.n:.1f}"]
    for form in FORMS:
        largest = _only(table, form, 1)["said"].to_numpy().reshape(-1, scenario.n).max(axis=1)
        cells.append(f"{100 * largest.mean():.0f}, {100 * (largest >= 0.5).mean():.1f}")
    return cells


def main() -> None:
    """Run the study and write the report."""
    parser = argparse.ArgumentParser(description="Calibration of P(best) and P(top 3) on simulated arenas.")
    parser.add_argument("--arenas", type=int, default=N_ARENAS, help="arenas of each kind")
    parser.add_argument("--output", type=Path, default=REPORT)
    options = parser.parse_args()
    tables, lines = {}, []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for scenario in SCENARIOS:
            tables[scenario] = studied(scenario, options.arenas, pool)
            lines.append(line_of(scenario, tables[scenario]))
            print(" | ".join(lines[-1]), flush=True)
        equals = [line_of_equals(scenario, studied(scenario, options.arenas, pool)) for scenario in ALL_EQUAL]
    edges = [f"{10 * i} to {10 * i + 10}" for i in range(10)]
    text = REPORT_TEXT.format(
        n_arenas=options.arenas,
        seed=SEED,
        n_draws=N_DRAWS,
        votes=VOTES_OF_EACH,
        popularity=POPULARITY,
        bound=BOUND,
        scenarios=markdown([*HEAD, *(f"{form}, {what}" for form in FORMS for what in ("best", "top 3")), *BRIER], lines),
        bins=markdown(["strengths", "form", "said of", *edges], list(lines_of_bins(tables))),
        equals=markdown(["competitors", "votes", "right", *(f"{form}: largest, share ≥ 50" for form in FORMS)], equals),
    )
    options.output.write_text(text, encoding="utf-8")


HEAD = ["strengths", "spread", "competitors", "votes", "error"]
BRIER = ["squared error, best", "squared error, top 3"]
REPORT_TEXT = """# P(best) and P(top k)

Written by `python -m benchmarks.best_probability` (seed {seed}, {n_arenas} arenas of each kind, {n_draws} joint draws). Do not edit.

Simulated arenas with real votes: {votes} for each competitor in the mean, 30 % of them ties (Davidson's law); where votes are unequal, the
logarithms of popularities have standard deviation {popularity}. They are fitted with ties as half-wins, and the leaderboard says of each competitor
how probably it is the best, and among the three best: *unshrunken*, as shares of draws around the estimates; with a *normal prior* of unknown place
and spread; and by *default* with a covariance, where the prior is a mixture of laws, each normal
or with a long tail above or below.

What was said is put into 10 bins. z is the number that came true minus the sum of what was said, over its binomial standard deviation; with all
bins as said, the largest |z| is above {bound} in 5 % of the cases. Spread and error (the median standard error of an arena) are in Elo. Squared
errors (Brier scores) are in thousandths, in the order of the forms.

## The largest |z| of 10 bins

{scenarios}

## All bins, spreads and numbers of competitors together

In per cent, said: right ± binomial error.

{bins}

## All are equal

Nobody is the best, and only 100 / n would be right for everyone. The largest P(best) of an arena in the mean, and the share of arenas in which it is
50 % or more, in per cent.

{equals}

The smaller the arena, the less its votes say of whether all are equal.
"""


if __name__ == "__main__":
    main()
