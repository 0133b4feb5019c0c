"""Singh et al. 2025, models that retire silently: ``python -m benchmarks.reproductions.silent_deprecation`` (about a minute)."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.stats import kendalltau

import recount
from benchmarks.markdown_tables import markdown
from recount.engine import ELO
from recount.engine.votes import OUTCOMES, Bools
from recount.sims.arenas import Arena, Outcomes, Pairs, Strengths, simulate

N_MODELS, N_VOTES, N_LOGS = 40, 40_000, 40
SPREAD = 100.0
DRIFTS, RETIRED = (0.0, 20.0, 40.0), (0.25, 0.5, 0.75)
TEXT = """\
## Silent deprecation (Singh et al. 2025, arXiv 2504.20879)

They report: 205 of 243 public models were silently retired, where 47 were listed; as prompts change in time, ratings of models that retired and
of those that stayed are of different conditions, and the ranking is unreliable.

We get, of {n_logs} simulated logs of {n_models} models and {n_votes:,} votes each (strengths with a standard deviation of {spread:.0f} Elo), in
whose second half each strength is moved, half up and half down, by a drift of prompts (`recount.perturb(log, "deprecation", share_of_models=...,
after=0.5)`); truth is the mean of both halves:

{table}

"All votes" is the log before anybody retired; "dropped" the same log with as many votes dropped at random. Coverage is that of the 95 % intervals
of differences between a model that retired and one that stayed.

Why they differ: we say what of it is deprecation. Without drift it costs votes and no more: intervals cover what they promise, and the order is
as good as votes of the retired allow. With drift it is a bias that no interval knows: strengths of those who stayed are of both halves, and of
those who retired of the first. Intervals are as narrow as before, and of the differences between retired and staying models far fewer than 95 %
are covered, fewer the more votes there are. The same drift without deprecation harms neither order nor intervals, as long as all models see the
same prompts.

`python -m benchmarks.reproductions.silent_deprecation`
"""


def drifting_log(drift: float, seed: int) -> tuple[recount.Log, np.ndarray]:
    """Return a log in whose second half strengths are others, and the mean of its strengths, in Elo."""
    rng = np.random.default_rng(seed)
    strengths, moved = rng.normal(0, SPREAD, N_MODELS), rng.normal(0, drift, N_MODELS)
    halves = []
    for half, sign in enumerate((-0.5, 0.5)):
        names = [f"model-{i:02d}" for i in range(N_MODELS)]
        given = Strengths.given(strengths + sign * moved, names)
        arena = Arena(n_votes=N_VOTES // 2, strengths=given, pairs=Pairs.uniform(), outcomes=Outcomes.davidson(tie_share=0.0))
        votes = simulate(arena, 2 * seed + half).votes
        of = np.array(votes.names)
        columns = {"model_a": of[votes.first], "model_b": of[votes.second], "winner": np.array(OUTCOMES)[votes.outcome]}
        halves.append(pd.DataFrame(columns).assign(tstamp=1.7e9 + np.arange(len(votes.outcome)) + half * N_VOTES))
    return recount.read(pd.concat(halves, ignore_index=True)), strengths


def measured(log: recount.Log, strengths: np.ndarray, between: Bools) -> tuple[float, float]:
    """Return Kendall's tau with the truth, and the coverage of differences between two groups of models, one of which is `between` (n,)."""
    rated = recount.analyse(log).uncertainty
    truth = strengths[[int(name.removeprefix("model-")) for name in rated.names]] / ELO
    lower, upper = rated.difference_intervals()
    lead = truth[:, None] - truth[None, :]
    covered = ((lower <= lead) & (lead <= upper))[np.ix_(between, ~between)]
    return float(kendalltau(rated.strengths, truth).statistic), float(covered.mean())


def studied(drift: float, retired: float, n_logs: int = N_LOGS) -> np.ndarray:
    """Return means over logs: tau of all votes, after deprecation and after a random drop, and the coverage of each, (6,)."""
    found = []
    for seed in range(n_logs):
        log, strengths = drifting_log(drift, seed)
        after = recount.perturb(log, "deprecation", seed=seed, share_of_models=retired, after=0.5)
        gone = after.perturbation.retired(log.names, np.random.default_rng(after.seeds))
        fewer = recount.perturb(log, "drop", seed=seed, share=1 - after.counts.n_votes / log.counts.n_votes)
        found.append(np.array([measured(one, strengths, gone) for one in (log, after, fewer)]).T.ravel())
    return np.mean(found, axis=0)


def lines() -> Iterator[list[str]]:
    """Yield the lines of the table."""
    for drift in DRIFTS:
        for retired in RETIRED:
            of = studied(drift, retired)
            yield [f"{drift:g}", f"{retired:.0%}", *(f"{value:.3f}" for value in of[:3]), *(f"{value:.1%}" for value in of[3:])]


def section() -> str:
    """Return the section in Markdown."""
    taus, coverages = (f"{what}: all votes|retired|dropped".split("|") for what in ("tau", "coverage"))
    head = ["drift, SD in Elo", "retired", *taus, *coverages]
    return TEXT.format(n_logs=N_LOGS, n_models=N_MODELS, n_votes=N_VOTES, spread=SPREAD, table=markdown(head, lines()))


if __name__ == "__main__":
    print(section(), end="")
