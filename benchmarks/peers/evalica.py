"""evalica, as its tutorial shows it: columns in, scores out. Where it takes weights, counted cells are its votes."""

from importlib.metadata import version

import evalica
import numpy as np
import pandas as pd

from benchmarks.peers.inputs import START, Array, Inputs, K, Task, Verdict

VERSION = version("evalica")
N_REPLICATES = 3
WINNERS = {"model_a": evalica.Winner.X, "model_b": evalica.Winner.Y, "tie": evalica.Winner.Draw}
WINNER_OF_POINTS = np.array([evalica.Winner.Y, evalica.Winner.Draw, evalica.Winner.X])


def counts(inputs: Inputs) -> Task:
    def run() -> evalica.MatricesResult:
        log = _read(inputs)
        first, second, index = evalica.indexing(log["model_a"], log["model_b"])
        return evalica.matrices(first, second, log["winner"].tolist(), index)

    def judge(answer: evalica.MatricesResult) -> Verdict:
        n = len(answer.index)
        cells = (np.repeat(np.arange(n), n), np.tile(np.arange(n), n), np.ones(n * n), (answer.win_matrix + answer.tie_matrix / 2).ravel())
        return inputs.judge_counts(answer.index.tolist(), *cells)

    return run, judge


def ratings(inputs: Inputs) -> Task:
    def run() -> evalica.BradleyTerryResult:
        log = _read(inputs)
        return evalica.bradley_terry(log["model_a"], log["model_b"], log["winner"].tolist())

    return run, lambda answer: _judged(inputs, answer)


def fit_counts(inputs: Inputs) -> Task:
    cells = _cells(inputs)
    return lambda: evalica.bradley_terry(**cells), lambda answer: _judged(inputs, answer)


def davidson(inputs: Inputs) -> Task:
    cells = _cells(inputs)
    return lambda: evalica.newman(**cells), lambda answer: _judged(inputs, answer, truth="davidson")


def bootstrap(inputs: Inputs) -> Task:
    return _bootstrap(inputs, "percentile")


def default_bootstrap(inputs: Inputs) -> Task:
    return _bootstrap(inputs, "BCa")


def _bootstrap(inputs: Inputs, method: str) -> Task:
    first, second, points = inputs.votes()
    votes = {"xs": first.tolist(), "ys": second.tolist(), "winners": _winners(points)}

    def run() -> Array:
        index = pd.RangeIndex(inputs.n)
        options = {"n_resamples": N_REPLICATES, "bootstrap_method": method, "random_state": 0}
        return evalica.bootstrap(evalica.bradley_terry, **votes, index=index, **options)

    # It fits the votes themselves first: one replicate more.
    return run, lambda _: Verdict(remark=f"{N_REPLICATES} replicates", n_replicates=N_REPLICATES + 1)


def elo(inputs: Inputs) -> Task:
    first, second, points = inputs.votes()
    votes = {"xs": first, "ys": second, "winners": _winners(points)}
    return lambda: evalica.elo(**votes, index=pd.RangeIndex(inputs.n), initial=START, k=K), lambda answer: inputs.judge_elo(_in_order(answer))


def _read(inputs: Inputs) -> pd.DataFrame:
    log = pd.read_parquet(inputs.log, columns=["model_a", "model_b", "winner"])
    return log.assign(winner=log["winner"].map(WINNERS))


def _winners(points: Array) -> list[evalica.Winner]:
    return [evalica.Winner(code) for code in WINNER_OF_POINTS[np.round(2 * points).astype(int)].tolist()]


def _cells(inputs: Inputs) -> dict[str, object]:
    first, second, points, votes = inputs.cells()
    return {"xs": first, "ys": second, "winners": _winners(points), "weights": votes, "index": pd.RangeIndex(inputs.n)}


def _in_order(answer: evalica.Result) -> Array:
    return answer.scores.sort_index().to_numpy()


def _judged(inputs: Inputs, answer: evalica.BradleyTerryResult | evalica.NewmanResult, truth: str = "strengths") -> Verdict:
    remark = f"{answer.iterations} iterations" + (", its limit: not converged, and silent about it" if answer.iterations >= answer.limit else "")
    labelled = answer.index.dtype != np.int64
    scores = answer.scores if labelled else answer.scores.sort_index()
    return inputs.judge(np.log(scores.to_numpy()), scores.index.tolist() if labelled else None, truth, remark)
