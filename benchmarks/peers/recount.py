"""Recount itself."""

from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.arenas import N_VOTERS
from benchmarks.peers.inputs import START, Inputs, K, Task, Verdict
from recount import engine
from recount.data import read_counts
from recount.engine import Fit, OptionError, PairCounts, Replicates, Resampling, Votes, clustered, covariance, fit
from recount.engine.votes import FIRST_WON, SECOND_WON, TIE
from recount.sims.arenas import Arena, Voters, simulate

VERSION = version("arena-recount")
N_REPLICATES = 1000
OUTCOMES = ((FIRST_WON, 1.0), (TIE, 0.5), (SECOND_WON, 0.0))


def counts(inputs: Inputs) -> Task:
    def judge(counted: PairCounts) -> Verdict:
        cells = [(counted.first, counted.second, np.full(counted.first.size, points), counted.counts[:, code]) for code, points in OUTCOMES]
        return inputs.judge_counts(list(counted.names), *(np.concatenate(parts) for parts in zip(*cells, strict=True)))

    return lambda: read_counts(inputs.log)[0], judge


def ratings(inputs: Inputs) -> Task:
    return lambda: fit(read_counts(inputs.log)[0]), lambda fitted: inputs.judge(fitted.strengths, list(fitted.names))


def fit_counts(inputs: Inputs) -> Task:
    counted = _counts(inputs)
    return lambda: fit(counted), lambda fitted: inputs.judge(fitted.strengths, remark="certified")


def davidson(inputs: Inputs) -> Task:
    counted = _counts(inputs)
    try:
        fit(counted, ties="davidson")
    except OptionError as error:
        # Left out of the table.
        raise NotImplementedError from error
    return lambda: fit(counted, ties="davidson"), lambda fitted: inputs.judge(fitted.strengths, truth="davidson", remark="certified")


def sandwich(inputs: Inputs) -> Task:
    fitted = fit(_counts(inputs))
    return lambda: covariance(fitted), lambda uncertainty: inputs.judge_errors(uncertainty.standard_errors())


def bootstrap(inputs: Inputs) -> Task:
    return _bootstrap(inputs, fit(_counts(inputs)))


def poisson_bootstrap(inputs: Inputs) -> Task:
    return _bootstrap(inputs, fit(_counts(inputs)), scheme="poisson")


def voter_bootstrap(inputs: Inputs) -> Task:
    fitted, votes = fit(_counts(inputs)), _votes(inputs)
    # Who votes depends on nothing else: any log's voters are as good.
    voters = simulate(Arena(n_votes=votes.n_votes, voters=Voters(N_VOTERS)), seed=1).votes.columns["voter"]
    votes = replace(votes, columns={"voter": voters})
    return _bootstrap(inputs, fitted, clusters=clustered(votes, fitted, "voter"))


def _bootstrap(inputs: Inputs, fitted: Fit, **options: Any) -> Task:
    def judge(replicates: Replicates) -> Verdict:
        remark = f"{N_REPLICATES:,} replicates, certified; {inputs.spread(replicates.values)}"
        return Verdict(replicates.rating_error, remark=remark, n_replicates=N_REPLICATES)

    return lambda: engine.bootstrap(fitted, Resampling(n_replicates=N_REPLICATES, seed=0, **options)), judge


def elo(inputs: Inputs) -> Task:
    votes = _votes(inputs)
    return lambda: engine.elo(votes, engine.Elo(k_factor=K, initial=START)), lambda rated: inputs.judge_elo(rated.ratings)


def _votes(inputs: Inputs) -> Votes:
    first, second, points = inputs.votes()
    outcome_of_points = np.array([SECOND_WON, TIE, FIRST_WON], np.int8)
    return Votes(tuple(inputs.names), first, second, outcome_of_points[np.round(2 * points).astype(np.int8)])


def _counts(inputs: Inputs) -> PairCounts:
    first, second, points, votes = inputs.cells()
    table = np.zeros((first.size, 4), np.int64)
    for code, of in OUTCOMES:
        table[points == of, code] = votes[points == of]
    return PairCounts(tuple(inputs.names), first, second, table)
