"""arena-rank (LMArena), as its README shows it: `PairDataset.from_pandas`, `BradleyTerry`, `compute_ratings_and_cis`."""

import multiprocessing
from importlib.metadata import version

import jax.numpy as jnp
import numpy as np
import pandas as pd
from arena_rank.models.bradley_terry import BradleyTerry
from arena_rank.utils.data_utils import PairDataset

from benchmarks.peers.inputs import ELO, Array, Inputs, Task, Verdict

VERSION = version("arena-rank")
N_REPLICATES = 4


def counts(inputs: Inputs) -> Task:
    def judge(dataset: PairDataset) -> Verdict:
        pairs = np.asarray(dataset.pairs)
        return inputs.judge_counts(dataset.competitors, pairs[:, 0], pairs[:, 1], np.asarray(dataset.outcomes), np.asarray(dataset.counts))

    return lambda: _read(inputs), judge


def ratings(inputs: Inputs) -> Task:
    def run() -> tuple[list[str], Array]:
        dataset = _read(inputs)
        return dataset.competitors, _fit(dataset)

    return run, lambda answer: inputs.judge(answer[1], answer[0])


def fit_counts(inputs: Inputs) -> Task:
    dataset = _dataset(inputs)
    return lambda: _fit(dataset), lambda strengths: inputs.judge(strengths, remark="compiles again at every fit")


def sandwich(inputs: Inputs) -> Task:
    dataset = _dataset(inputs)
    model = BradleyTerry(n_competitors=inputs.n).fit(dataset)
    remark = "adds 1e-5 of all votes to the information of each competitor, which narrows rare ones"
    return lambda: np.asarray(model.compute_ratings_and_cis(dataset)["variances"]), lambda found: inputs.judge_errors(np.sqrt(found) / ELO, remark)


def bootstrap(inputs: Inputs) -> Task:
    return _bootstrap(inputs, "forked")


def spawned_bootstrap(inputs: Inputs) -> Task:
    """Bootstrap with a pool that does not fork."""
    multiprocessing.set_start_method("spawn")
    return _bootstrap(inputs, "spawned")


def _bootstrap(inputs: Inputs, how: str) -> Task:
    dataset = _dataset(inputs)
    model = BradleyTerry(n_competitors=inputs.n).fit(dataset)

    def run() -> None:
        model.compute_ratings_and_cis(dataset, ci_method="bootstrap", num_bootstrap=N_REPLICATES)

    return run, lambda _: Verdict(remark=f"{N_REPLICATES} replicates in a pool, {how}", n_replicates=N_REPLICATES)


def _read(inputs: Inputs) -> PairDataset:
    return PairDataset.from_pandas(pd.read_parquet(inputs.log, columns=["model_a", "model_b", "winner"]))


def _fit(dataset: PairDataset) -> Array:
    """Return strengths, log-odds; as an array, so that the clock waits for them."""
    return np.asarray(BradleyTerry(n_competitors=len(dataset.competitors)).fit(dataset).params["ratings"])


def _dataset(inputs: Inputs) -> PairDataset:
    first, second, points, votes = inputs.cells()
    pairs, outcomes, weights = jnp.column_stack([first, second]).astype(jnp.int32), jnp.array(points), jnp.array(votes)
    return PairDataset(inputs.names, pairs, outcomes, weights, jnp.ones_like(weights), weights)
