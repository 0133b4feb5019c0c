"""The fewest votes that overturn a conclusion: ``python -m benchmarks.reproductions.worst_case_votes`` (some minutes)."""

from collections.abc import Iterator
from itertools import product

import numpy as np

import recount
from benchmarks.markdown_tables import markdown
from recount.engine import ELO
from recount.sims.analysis.analysis import Analysis
from recount.sims.specification import WhatIsConcluded

CHANGES = ("drop", "add", "flip")
CONCLUSIONS = {
    "first place": {},
    "the five best": {"best": 5},
    "the ten best": {"best": 10},
    "a US model is best of open weights": {"country_lead": "open weights"},
    "a US model is best": {"country_lead": "all"},
    "Kendall's tau at least 0.999": {"kendall_tau": 0.999},
    "Kendall's tau at least 0.99": {"kendall_tau": 0.99},
    "Kendall's tau at least 0.95": {"kendall_tau": 0.95},
    'claim "China leads open weights", which is not true': {"claim": "article:open-weights-lead"},
    'claim "three of the top five are Chinese", which is not true': {"claim": "article:three-of-five"},
}
# Votes of the log of Huang et al., and logs of as many that are drawn from the bundled votes.
THEIRS, N_LOGS = 57_477, 4
TEXT = """\
## Votes dropped, added or flipped in the worst case (Huang et al. 2025, arXiv 2508.11847; Oyarhoseini et al. 2026, arXiv 2605.15761)

They report: dropping 2 of 57,477 human votes of the Arena changes its first place, 9 of 49,938 of LLM judges, 17 of 109,892 of the NBA, and 92 of
3,355 of MT-bench (Huang et al.). Targeted changes of less than 1 % of the votes move the first place in seven logs, and a flip does about what two
drops do (Oyarhoseini, Lin and Karimi).

We get, on the {n_votes:,} bundled votes (`recount influence --change drop`, `add` or `flip`), votes that overturn a conclusion, each number
verified by a refit, those with * proven to be the fewest; and in brackets what first-order influence at the estimate forecasts:

{table}

And first place of {n_logs} logs of {theirs:,} votes drawn from them:

{short}

Why they differ: what it takes is a matter of the lead. In a log of their size the first two stand a fraction of a standard error to two apart, and it
takes from a handful of votes to some dozens, as they find; the bundled votes are 29 times as many, and the lead is three standard errors. A flip of
the first place does what {ratio:.1f} drops do, and not two, for two reasons: a vote between the two leaders that is flipped takes a whole point off
what holds the first one up and one that is dropped half a point, but there are only 281 direct wins to drop, after which votes are dropped that do
less; 198 flips find enough of them. That fewer flips would not do is proven, because no flip takes more than a point; of drops and additions it is
not. The votes to add are not those between the two, but losses of the leader to the weakest models, which it never met. The forecast errs most where
a model with few votes is the easiest one to raise, such as the model of another country here, and a conclusion in steps often has none.

`python -m benchmarks.reproductions.worst_case_votes`
"""


def found(analysis: Analysis, conclusion: dict[str, object], change: str) -> tuple[int | None, str]:
    """Return how many votes overturn a conclusion, and how a table shows it."""
    one = analysis.influence(WhatIsConcluded(**conclusion, change=change)).found
    if one is None:
        return None, "none found"
    forecast = "none" if one.n_forecast is None else f"{one.n_forecast:,}"
    return one.n_changed, f"{one.n_changed:,}{'*' if one.fewest else ''} ({forecast})"


def section() -> str:
    """Return the section in Markdown."""
    analysis = recount.analyse()
    numbers = {(name, change): found(analysis, CONCLUSIONS[name], change) for name, change in product(CONCLUSIONS, CHANGES)}
    lines = [(name, *(numbers[name, change][1] for change in CHANGES)) for name in CONCLUSIONS]
    return TEXT.format(
        n_votes=int(analysis.fit.contests.n_votes),
        table=markdown(("conclusion", "dropped", "added", "flipped"), lines),
        n_logs=N_LOGS,
        theirs=THEIRS,
        short=markdown(("first", "lead, Elo", "lead, SE", "dropped", "added", "flipped"), _of_short_logs()),
        ratio=(numbers["first place", "drop"][0] or 0) / (numbers["first place", "flip"][0] or 1),
    )


def _of_short_logs() -> Iterator[tuple[str, ...]]:
    """Yield lines on first place in logs as short as theirs."""
    counts = recount.read().counts
    for seed in range(N_LOGS):
        analysis = recount.analyse(recount.perturb(counts, "subsample", seed=seed, share=THEIRS / counts.n_votes), existence="largest")
        first, second = np.argsort(-analysis.fit.strengths)[:2]
        lead, error = analysis.uncertainty.difference(int(first), int(second))
        yield analysis.names[first], f"{ELO * lead:.1f}", f"{lead / error:.2f}", *(found(analysis, {}, change)[1] for change in CHANGES)


if __name__ == "__main__":
    print(section(), end="")
