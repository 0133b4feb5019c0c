"""Huang et al. 2025, a random 1 % of the votes dropped: ``python -m benchmarks.reproductions.random_drop`` (some seconds)."""

from typing import NamedTuple

import numpy as np
from scipy.stats import norm

import recount
from benchmarks.markdown_tables import markdown
from recount.engine import ELO, fit
from recount.engine.votes import PairCounts

DROPPED, N_TRIALS = 0.01, 100
# Votes of their log of human votes.
THEIRS = 57_477
N_KEPT_THEIRS = 77
N_LOGS = 6
TEXT = """\
## A random drop (Huang et al. 2025, arXiv 2508.11847)

They report: of 57,477 human votes of the Arena a random 1 % was dropped, 100 times, and in 77 of them the first place was kept.

We get, on the bundled votes and on {n_logs} logs of 57,477 votes drawn from them (`recount.perturb(log, "drop", share=0.01)`), in 100 trials
each:

{table}

Why they differ: it is a matter of the lead in standard errors alone. A random share d of the votes moves the lead by a normal amount with
standard deviation SE sqrt(d / (1 - d)), a tenth of its standard error for 1 %, so that the first place is kept with probability Φ(10 lead / SE),
the last column but one. Their 77 of 100 are what a lead of {lead:.2f} standard errors gives: two models that no interval tells apart. In the
bundled votes the leader is {sure:.1f} standard errors ahead, and no random 1 % can touch it. A random drop says nothing that the interval of the
lead does not say.

`python -m benchmarks.reproductions.random_drop`
"""


class Kept(NamedTuple):
    """How often the first place of a log is kept.

    Attributes
    ----------
    leader, runner_up : str
    lead, error : float
        In Elo.
    n_kept : int
        Trials of `N_TRIALS`.
    """

    leader: str
    runner_up: str
    lead: float
    error: float
    n_kept: int

    @property
    def expected(self) -> float:
        """Expected trials in which it is kept."""
        return N_TRIALS * float(norm.cdf(self.lead / self.error * np.sqrt((1 - DROPPED) / DROPPED)))


def kept_in(counts: PairCounts) -> Kept:
    """Drop votes of a log at random and count how often the first place is kept."""
    fitted = fit(counts, existence="largest")
    first, second = np.argsort(-fitted.strengths)[:2]
    lead, error = recount.covariance(fitted).difference(int(first), int(second))
    leader = fitted.names[first]
    n_kept = 0
    for seed in range(N_TRIALS):
        dropped = fit(recount.perturb(counts, "drop", seed=seed, share=DROPPED), existence="largest")
        n_kept += dropped.names[int(np.argmax(dropped.strengths))] == leader
    return Kept(leader, fitted.names[second], ELO * lead, ELO * error, n_kept)


def section() -> str:
    """Return the section in Markdown."""
    counts = recount.read().counts
    logs = [counts, *(recount.perturb(counts, "subsample", seed=seed, share=THEIRS / counts.n_votes) for seed in range(N_LOGS))]
    found = [kept_in(log) for log in logs]
    lines = [
        [f"{log.n_votes:,}", one.leader, one.runner_up, f"{one.lead:.1f}", f"{one.lead / one.error:.2f}", f"{one.expected:.0f}", str(one.n_kept)]
        for log, one in zip(logs, found, strict=True)
    ]
    head = ["votes", "first", "second", "lead, Elo", "lead, SE", "expected", f"kept of {N_TRIALS}"]
    lead = float(norm.ppf(N_KEPT_THEIRS / N_TRIALS) * np.sqrt(DROPPED / (1 - DROPPED)))
    return TEXT.format(n_logs=N_LOGS, table=markdown(head, lines), lead=lead, sure=found[0].lead / found[0].error)


if __name__ == "__main__":
    print(section(), end="")
