"""How many items, and how many votes of an arena, tell the best as well apart."""

import math

import pandas as pd

from recount.engine.choices.usual import CONFIDENCE_LEVEL, SEED
from recount.engine.plurals import plural
from recount.engine.scale import ELO
from recount.sims.arenas.arena import Arena
from recount.sims.arenas.drawn_truth import draw_parameters
from recount.sims.arenas.parts import Strengths
from recount.sims.presentation import Table
from recount.sims.simulated_benchmarks.benchmark_parameters import BenchmarkParameters
from recount.sims.simulated_benchmarks.telling_apart import N_BEST, leads_of_items, leads_of_votes, needed_to_tell_apart, share_told_apart

SHARES = (0.5, 0.8, 0.95)
# Items from which on the law of a mean of answers is taken for normal.
FEW = 30


def resolution_of(truth: BenchmarkParameters, confidence_level: float = CONFIDENCE_LEVEL, seed: int = SEED) -> Table:
    """Say how well a benchmark tells its ten best apart, and what would tell them as well, or better.

    Parameters
    ----------
    truth : BenchmarkParameters
    confidence_level : float
        At which a pair is told apart, each by itself.
    seed : int
        Of the arena between the same competitors that it is compared with, whose other choices are the usual ones.

    Returns
    -------
    Table
        told_apart (share of the pairs of the ten best: of this benchmark, and of some goals), n_items, n_items_unpaired (if errors of two models on
        the same items were taken as independent), n_votes; missing where no number does, or where chance tells as many apart.
    """
    paired, unpaired = leads_of_items(truth), leads_of_items(truth, paired=False)
    strengths = Strengths.given((truth.strengths * ELO).tolist(), truth.names)
    votes = leads_of_votes(draw_parameters(Arena(strengths=strengths), seed))
    shares = (share_told_apart(paired, truth.items.n, confidence_level), *SHARES)
    needed = {
        name: [_whole(needed_to_tell_apart(leads, share, confidence_level)) for share in shares]
        for name, leads in (("n_items", paired), ("n_items_unpaired", unpaired), ("n_votes", votes))
    }
    needed["n_items"][0] = truth.items.n
    frame = pd.DataFrame({"told_apart": shares} | {name: pd.array(numbers, "Int64") for name, numbers in needed.items()})
    n_best = min(N_BEST, len(truth.names))
    few = (f"a test by the normal law is rough with {plural(truth.items.n, 'item')}; it takes {FEW} or more",) if truth.items.n < FEW else ()
    notes = (
        *few,
        f"pairs of the {n_best} ablest for items, of the {n_best} strongest for votes; a vote is between two of all "
        f"{plural(len(truth.names), 'competitor')}",
        "items are taken as drawn from many like them, asked once",
    )
    return Table("resolution", frame, notes, confidence_level=confidence_level)


def _whole(number: float) -> int | None:
    return math.ceil(number) if math.isfinite(number) else None
