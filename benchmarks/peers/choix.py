"""choix: its solver for dense counts, I-LSR, with ties as half-wins. It reads no tables."""

from importlib.metadata import version

import choix

from benchmarks.peers.inputs import Inputs, Task

VERSION = version("choix")


def fit_counts(inputs: Inputs) -> Task:
    half_wins = inputs.half_wins()
    return lambda: choix.ilsr_pairwise_dense(half_wins), inputs.judge
