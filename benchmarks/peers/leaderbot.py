"""leaderbot, without the covariance it can add to the models. It reads LMArena's JSON only, so it is given counts."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np
from leaderbot.models import BradleyTerry, Davidson

from benchmarks.peers.inputs import Array, Inputs, Task

VERSION = version("leaderbot")


def fit_counts(inputs: Inputs) -> Task:
    run = _trained(inputs, lambda data: BradleyTerry(data, k_cov=None))
    return run, lambda strengths: inputs.judge(strengths, remark="adds a prior, which it does not mention")


def davidson(inputs: Inputs) -> Task:
    run = _trained(inputs, lambda data: Davidson(data, k_cov=None, k_tie=0))
    return run, lambda strengths: inputs.judge(strengths, truth="davidson")


def _trained(inputs: Inputs, model_of: Callable[[dict[str, Any]], BradleyTerry | Davidson]) -> Callable[[], Array]:
    first, second, *outcomes = inputs.pairs()
    data = {"models": inputs.names, "X": np.column_stack([first, second]), "Y": np.column_stack(outcomes).astype(np.int64)}

    def run() -> Array:
        model = model_of(data)
        model.train()
        return model.scores()

    return run
