"""Are position and style effects found, and what do ties as half-wins make of them: ``python -m benchmarks.contextual`` writes `docs/contextual.md`.

Votes have a position effect and the four style effects that LMSYS (2024-08-28) published, of (a - b) / (a + b) for length, lists, headers and bold
text; outcomes follow Davidson (1970). Every log has an arena of its own. The same votes are fitted twice: with Davidson's model, which generated
them, and with ties as half-wins. A quantity is *recovered* if its mean over logs is the truth and 95 % of its intervals cover it.
"""

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.arenas import usual_arena
from recount.engine import Position, Style, covariance, fit
from recount.engine.choices import TieRule
from recount.engine.linear_algebra import one_thread
from recount.engine.votes import Floats
from recount.sims.arenas import Arena, SimulatedArena, simulate

SEED = 20240828
N_LOGS = 1000
N_COMPETITORS = 25
N_VOTES = 20_000
TIE_SHARES = (0.0, 0.1, 0.2, 0.3, 0.4)
MODELS: tuple[TieRule, ...] = ("davidson", "half")
POSITION = 0.1
STYLES = {"length": 0.249, "lists": 0.031, "headers": 0.024, "bold": 0.019}
# Mean of each property of an answer: tokens, items, headers, words in bold.
MEANS = {"length": 300.0, "lists": 5.0, "headers": 1.0, "bold": 3.0}
COVARIATES = [Position(), *(Style(f"{name}_a", f"{name}_b") for name in STYLES)]
Z = 1.959963984540054
REPORT = Path(__file__).parents[1] / "docs" / "contextual.md"

REPORT_TEXT = """# Position and style, with ties

Written by `python -m benchmarks.contextual` (seed {seed}, {n_logs} logs for each share of ties). Do not edit.

Logs in which the position and the style of answers have known effects are fitted twice: with Davidson's model, by which the votes were drawn, and
with ties as half-wins. Each log has {n_votes:,} votes between {n_competitors} competitors of its own. Truth: a position effect of {position}; of
(a - b) / (a + b) over its standard deviation, for length {length}, lists {lists}, headers {headers} and bold text {bold}, which are the coefficients
that LMSYS published on 2024-08-28; in log-odds. Intervals are sandwich, 95 %.

An entry is the mean estimate over the truth, and the share of intervals that cover the truth in per cent; ± is the Monte-Carlo standard error. Of
strengths it is the slope of the estimated on the true ones, and the share of all their intervals.

{tables}

Davidson's strengths are a little too far apart, which is the bias of maximum likelihood and falls with the number of votes. Ties as half-wins pull
effects toward 0, by the factor by which they pull strengths: a tie says of every cause of a lead that it is weaker than it is. Effects found under
half-wins compare between logs only where the shares of ties do.
"""


def styled(arena: Arena, seed: int) -> SimulatedArena:
    """Draw votes with the position and style effects; how answers look does not depend on who gave them."""
    rng, n_votes = np.random.default_rng([SEED, seed]), arena.log_size
    columns: dict[str, Floats] = {}
    effect = np.zeros(n_votes)
    for name, size in STYLES.items():
        # Prompts differ in what they ask for, and answers to one prompt are alike.
        usual = rng.gamma(2.0, MEANS[name] / 2, n_votes)
        a, b = (rng.poisson(usual * rng.gamma(4.0, 0.25, n_votes)).astype(float) for _ in range(2))
        difference = np.divide(a - b, a + b, out=np.zeros(n_votes), where=a + b > 0)
        effect += size * difference / difference.std()
        columns |= {f"{name}_a": a, f"{name}_b": b}
    drawn = simulate(replace(arena, position_effect=POSITION), seed, leads=effect)
    return replace(drawn, votes=replace(drawn.votes, columns=columns))


def one_log(tie_share: float, number: int) -> list[dict[str, object]]:
    """Ratio of estimate to truth, and share of intervals that cover it, by quantity and model."""
    # Other logs for each share, lest chance be alike in all.
    seed = round(100 * tie_share) * 100_000 + number
    drawn = styled(usual_arena(N_COMPETITORS, N_VOTES, tie_share=tie_share, skew=0.5), SEED + seed)
    rows: list[dict[str, object]] = []
    with one_thread():
        for model in MODELS:
            fitted = fit(drawn.votes, covariates=COVARIATES, ties=model)
            strengths = covariance(fitted)
            effects = strengths.effects
            truth = np.array([POSITION, *STYLES.values()])
            covers = np.abs(effects.estimates - truth) <= Z * effects.standard_errors()
            for name, estimate, true, hit in zip(("position", *STYLES), effects.estimates, truth, covers, strict=True):
                rows.append({"model": model, "quantity": name, "ratio": estimate / true, "covered": float(hit)})
            place = [drawn.parameters.names.index(name) for name in fitted.names]
            true = drawn.parameters.strengths[place]
            slope = float(strengths.strengths @ true / (true @ true))
            hits = np.abs(strengths.strengths - true) <= Z * strengths.standard_errors()
            rows.append({"model": model, "quantity": "strengths", "ratio": slope, "covered": float(hits.mean())})
    return rows


def study(tie_share: float, n_logs: int, pool: ProcessPoolExecutor) -> pd.DataFrame:
    """Mean ratio and coverage of each quantity under each model, with Monte-Carlo errors."""
    logs = pool.map(partial(one_log, tie_share), range(n_logs), chunksize=10)
    rows = pd.DataFrame([row for log in logs for row in log])
    by = rows.groupby(["model", "quantity"], sort=False)[["ratio", "covered"]]
    errors = (by.std() / np.sqrt(n_logs)).add_suffix("_error")
    return by.mean().join(errors).reset_index().assign(ties=tie_share)


def table(results: pd.DataFrame, model: TieRule) -> str:
    """A row a share of ties, a column a quantity, in Markdown."""
    quantities = list(results["quantity"].unique())
    lines = [["ties", *quantities], ["---"] * (1 + len(quantities))]
    for share, rows in results[results["model"] == model].groupby("ties", sort=True):
        cells = [f"{r.ratio:.3f} ± {r.ratio_error:.3f}, {100 * r.covered:.1f} ± {100 * r.covered_error:.1f}" for r in rows.itertuples()]
        lines.append([f"{share:.0%}", *cells])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Run the study and write the report."""
    parser = argparse.ArgumentParser(description="Position and style effects, and strengths, from votes with ties.")
    parser.add_argument("--logs", type=int, default=N_LOGS, help="logs of each share of ties")
    parser.add_argument("--output", type=Path, default=REPORT)
    options = parser.parse_args()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        results = pd.concat([study(share, options.logs, pool) for share in TIE_SHARES], ignore_index=True)
    titles = zip(MODELS, ("Fitted with Davidson's model", "Fitted with ties as half-wins"), strict=True)
    text = REPORT_TEXT.format(
        seed=SEED,
        n_logs=options.logs,
        n_votes=N_VOTES,
        n_competitors=N_COMPETITORS,
        position=POSITION,
        **STYLES,
        tables="\n\n".join(f"## {title}\n\n{table(results, model)}" for model, title in titles),
    )
    options.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
