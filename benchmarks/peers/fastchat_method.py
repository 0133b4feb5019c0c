"""FastChat's method (lm-sys/FastChat, `rating_systems.py`), written anew: it is no package.

Rows are reduced to those that differ, with weights; scipy's L-BFGS-B climbs from 0 on the scale of 400 points (`gtol` 1e-6, 100 iterations); a
bootstrap draws the weights from a multinomial law, as shares, and fits them in a pool of processes. Elo walks over the rows of the array of votes.
"""

import math
from functools import partial
from importlib.metadata import version
from multiprocessing import Pool

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit

from benchmarks.peers.inputs import ELO, START, Array, Inputs, K, Task, Verdict
from benchmarks.peers.truth import bradley_terry

VERSION = f"scipy {version('scipy')}"
LOG_TEN = math.log(10)
N_PROCESSES = 2
N_REPLICATES = 20
N_JUDGED = 3


def counts(inputs: Inputs) -> Task:
    return lambda: _unique_rows(inputs), lambda cells: inputs.judge_counts(*cells)


def ratings(inputs: Inputs) -> Task:
    def run() -> tuple[list[str], Array]:
        names, *cells = _unique_rows(inputs)
        return names, _fit(cells[3], *cells[:3], len(names))

    return run, lambda answer: inputs.judge(answer[1], answer[0])


def fit_counts(inputs: Inputs) -> Task:
    first, second, points, votes = inputs.cells()
    return lambda: _fit(votes, first, second, points, inputs.n), inputs.judge


def bootstrap(inputs: Inputs) -> Task:
    first, second, points, votes = inputs.cells()

    def run() -> tuple[Array, Array]:
        shares = np.random.default_rng(0).multinomial(int(votes.sum()), votes / votes.sum(), size=N_REPLICATES) / votes.sum()
        with Pool(N_PROCESSES) as pool:
            return shares, np.array(pool.map(partial(_fit, first=first, second=second, points=points, n=inputs.n), shares, chunksize=1))

    def judge(answer: tuple[Array, Array]) -> Verdict:
        errors = []
        for shares, found in list(zip(*answer, strict=True))[:N_JUDGED]:
            difference = found - bradley_terry(inputs.n, first, second, points, shares * votes.sum())
            errors.append(ELO * np.abs(difference - difference.mean()).max())
        return Verdict(float(max(errors)), remark=f"{N_REPLICATES} replicates, {N_PROCESSES} processes", n_replicates=N_REPLICATES)

    return run, judge


def elo(inputs: Inputs) -> Task:
    first, second, points = inputs.votes()
    matchups = np.column_stack([first, second])

    def run() -> Array:
        ratings = np.full(inputs.n, START)
        for (i, j), point in zip(matchups, points, strict=True):
            gain = K * (point - 1 / (1 + math.exp(LOG_TEN / 400 * (ratings[j] - ratings[i]))))
            ratings[i] += gain
            ratings[j] -= gain
        return ratings

    return run, inputs.judge_elo


def _unique_rows(inputs: Inputs) -> tuple[list[str], Array, Array, Array, Array]:
    log = pd.read_parquet(inputs.log, columns=["model_a", "model_b", "winner"])
    codes, names = pd.factorize(pd.concat([log["model_a"], log["model_b"]]))
    rows = np.ones((len(log), 3), np.int32)
    rows[:, 0], rows[:, 1] = codes[: len(log)], codes[len(log) :]
    rows[log["winner"] == "model_a", 2] = 2
    rows[log["winner"] == "model_b", 2] = 0
    cells, votes = np.unique(rows, return_counts=True, axis=0)
    return list(names), cells[:, 0], cells[:, 1], cells[:, 2] / 2, votes.astype(float)


def _fit(weights: Array, first: Array, second: Array, points: Array, n: int) -> Array:
    """Return strengths (n,), log-odds."""
    sides, signs = np.column_stack([first, second]), np.array([1.0, -1.0])

    def loss(ratings: Array) -> tuple[float, Array]:
        p = expit(LOG_TEN * (ratings[first] - ratings[second]))
        slope = np.zeros(n)
        np.add.at(slope, sides, (LOG_TEN * weights * (p - points))[:, None] * signs)
        return -float(np.sum(weights * (points * np.log(p) + (1 - points) * np.log(1 - p)))), slope

    found = minimize(loss, np.zeros(n), jac=True, method="L-BFGS-B", options={"maxiter": 100, "gtol": 1e-6}).x
    return LOG_TEN * found
