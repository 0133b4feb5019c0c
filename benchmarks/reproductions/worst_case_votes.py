"""The fewest votes that overturn a conclusion: ``python -m benchmarks.reproductions.worst_case_votes`` (some minutes)."""

from collections.abc import Iterator
from itertools import product

import numpy as np

import recount
from benchmarks.markdown_tables import markdown
from recount.engine import ELO, ChangedVotes, Fit, covariance, fewest_votes, fit, top_set
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

Why they differ: what it takes is a matter of the lead. In a log of their size the first two stand a fraction of a standard error to two apart, and
it takes from a handful of votes to some dozens, as they find; the bundled votes are 29 times as many, and the lead is {sure:.1f} standard errors. A
flip of the first place does what {ratio:.1f} drops do, and not two: a vote between the two leaders that is flipped takes a whole point off what holds
the first one up, and one that is dropped half a point, but there are only 281 direct wins to drop, after which votes are dropped that do less; 198
flips find enough of them. That fewer flips would not do is proven, because no flip takes more than a point; of drops and additions it is not. The
votes to add are not those between the two, but losses of the leader to the weakest models, which it never met. The forecast errs most where a model
with few votes is the easiest one to raise, as that of another country here, and models of a few dozen votes in the short logs.

`python -m benchmarks.reproductions.worst_case_votes`
"""


def shown(found: ChangedVotes | None) -> str:
    """Say how many votes overturn a conclusion, whether no fewer do, and what was forecast."""
    if found is None:
        return "none found"
    forecast = "none" if found.n_forecast is None else f"{found.n_forecast:,}"
    return f"{found.n_changed:,}{'*' if found.fewest else ''} ({forecast})"


def overturning(analysis: Analysis, conclusion: dict[str, object], change: str) -> ChangedVotes | None:
    """Look for the fewest votes of an analysis that overturn a conclusion."""
    return analysis.influence(WhatIsConcluded(**conclusion, change=change)).found


def section() -> str:
    """Return the section in Markdown."""
    analysis = recount.analyse()
    found = {(name, change): overturning(analysis, CONCLUSIONS[name], change) for name, change in product(CONCLUSIONS, CHANGES)}
    lines = [(name, *(shown(found[name, change]) for change in CHANGES)) for name in CONCLUSIONS]
    dropped, flipped = (found["first place", change] for change in ("drop", "flip"))
    assert dropped is not None
    assert flipped is not None
    return TEXT.format(
        n_votes=int(analysis.fit.contests.n_votes),
        table=markdown(("conclusion", "dropped", "added", "flipped"), lines),
        n_logs=N_LOGS,
        theirs=THEIRS,
        short=markdown(("first", "lead, Elo", "lead, SE", "dropped", "added", "flipped"), _of_short_logs()),
        sure=_lead_in_errors(analysis.fit),
        ratio=dropped.n_changed / flipped.n_changed,
    )


def _of_short_logs() -> Iterator[tuple[str, ...]]:
    """Yield lines on first place in logs as short as theirs."""
    counts = recount.read().counts
    for seed in range(N_LOGS):
        fitted = fit(recount.perturb(counts, "subsample", seed=seed, share=THEIRS / counts.n_votes), existence="largest")
        found = (shown(fewest_votes(fitted, top_set(fitted), change=change)) for change in CHANGES)
        second, first = np.sort(fitted.strengths)[-2:]
        yield fitted.names[int(np.argmax(fitted.strengths))], f"{ELO * (first - second):.1f}", f"{_lead_in_errors(fitted):.2f}", *found


def _lead_in_errors(fitted: Fit) -> float:
    """Lead of the first over the second, in standard errors."""
    first, second = np.argsort(-fitted.strengths)[:2]
    lead, error = covariance(fitted).difference(int(first), int(second))
    return lead / error


if __name__ == "__main__":
    print(section(), end="")
