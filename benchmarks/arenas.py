r"""Seeded vote logs with known strengths, as large as they are asked for.

Strengths are normal. Competitors are drawn with log-normal weights, so that a few have many votes and many have few. Outcomes follow Davidson
(1970): win, tie and loss are as :math:`\pi_i : \nu \sqrt{\pi_i \pi_j} : \pi_j` with :math:`\pi = e^\theta`; :math:`\nu` is set to the share of ties.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.optimize import brentq

from recount.engine.votes import FIRST_WON, OUTCOMES, SECOND_WON, TIE, Factor, Floats, Ints, Votes

# Votes and competitors of the logs that times are quoted for.
SIZES = {"S": (100_000, 100), "M": (2_000_000, 300), "L": (20_000_000, 500)}
N_VOTERS = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class Arena:
    """The truth behind a log.

    Attributes
    ----------
    strengths : (n,) float64
        Log-odds, mean 0.
    popularity : (n,) float64
        Chance of each competitor to be drawn, sum 1.
    nu : float
        Davidson's tie parameter.
    """

    strengths: Floats
    popularity: Floats
    nu: float

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the competitors."""
        return tuple(f"model-{i:03d}" for i in range(self.strengths.size))

    def outcome_probabilities(self, first: Ints, second: Ints, effect: Floats | float = 0.0) -> tuple[Floats, Floats, Floats]:
        """Chances that first wins, second wins, and of a tie, each as `first`; `effect` (log-odds) is added to first's lead."""
        lead = self.strengths[first] - self.strengths[second] + effect
        up, down = np.exp(lead / 2), np.exp(-lead / 2)
        total = up + down + self.nu
        return up / total, down / total, self.nu / total


def make_arena(n_competitors: int, seed: int, *, tie_share: float = 0.3, spread: float = 1.0, skew: float = 1.0) -> Arena:
    """Draw an arena.

    Parameters
    ----------
    n_competitors, seed : int
    tie_share : float
        Expected share of ties.
    spread : float
        Standard deviation of the strengths, log-odds.
    skew : float
        Standard deviation of the logarithm of the competitors' weights; 0 draws all alike.
    """
    rng = np.random.default_rng([seed, 0])
    strengths = rng.normal(0.0, spread, n_competitors)
    weights = np.exp(skew * rng.normal(size=n_competitors))
    arena = Arena(strengths - strengths.mean(), weights / weights.sum(), 0.0)
    if not tie_share:
        return arena
    first, second = np.triu_indices(n_competitors, 1)
    share = arena.popularity[first] * arena.popularity[second]

    def excess(log_nu: float) -> float:
        tie = Arena(arena.strengths, arena.popularity, float(np.exp(log_nu))).outcome_probabilities(first, second)[2]
        return float(np.average(tie, weights=share)) - tie_share

    return Arena(arena.strengths, arena.popularity, float(np.exp(brentq(excess, -20.0, 20.0))))


def draw_votes(arena: Arena, n_votes: int, seed: int) -> Votes:
    """Draw votes of an arena, all independent."""
    rng = np.random.default_rng([seed, 1])
    first, second = draw_pairs(arena, n_votes, rng)
    return Votes(arena.names, first, second, draw_outcomes(arena, first, second, rng))


def draw_pairs(arena: Arena, n_votes: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw who is shown, (n_votes,) int32 each; a competitor drawn twice is drawn again."""
    edges = np.cumsum(arena.popularity)
    edges[-1] = 1.0
    first, second = (np.searchsorted(edges, rng.random(n_votes), side="right").astype(np.int32) for _ in range(2))
    while (same := np.flatnonzero(first == second)).size:
        second[same] = np.searchsorted(edges, rng.random(same.size), side="right")
    return first, second


def draw_outcomes(arena: Arena, first: Ints, second: Ints, rng: np.random.Generator, effect: Floats | float = 0.0) -> Ints:
    """Draw outcomes of shown pairs, (n_votes,) int8."""
    win, loss, _ = arena.outcome_probabilities(first, second, effect)
    u = rng.random(first.size)
    return np.where(u < win, FIRST_WON, np.where(u < win + loss, SECOND_WON, TIE)).astype(np.int8)


def draw_voters(n_votes: int, n_voters: int, seed: int, skew: float = 1.5) -> Factor:
    """Draw the voter of each vote; the logarithm of voters' activity has standard deviation `skew`."""
    rng = np.random.default_rng([seed, 2])
    edges = np.cumsum(np.exp(skew * rng.normal(size=n_voters)))
    codes = np.minimum(np.searchsorted(edges / edges[-1], rng.random(n_votes), side="right"), n_voters - 1)
    return Factor(codes.astype(np.int32), tuple(f"voter-{i}" for i in range(n_voters)))


def write_log(votes: Votes, path: Path) -> Path:
    """Write votes as a vote log in Parquet, with its factors as columns; return `path`."""
    labels = {"model_a": (votes.first, votes.names), "model_b": (votes.second, votes.names), "winner": (votes.outcome, OUTCOMES)}
    labels |= {name: (column.codes, column.levels) for name, column in votes.columns.items() if isinstance(column, Factor)}
    arrays = {name: pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(levels)) for name, (codes, levels) in labels.items()}
    plain = pa.schema([(name, pa.string()) for name in arrays])
    with pq.ParquetWriter(path, plain) as writer:
        table = pa.table(arrays)
        for start in range(0, table.num_rows, 1 << 20):
            writer.write_table(table.slice(start, 1 << 20).cast(plain))
    return path


def standard_log(size: str, folder: Path) -> Path:
    """Return the log S, M or L in `folder`, written there if it is missing."""
    path = folder / f"arena-{size}.parquet"
    if not path.exists():
        n_votes, n_competitors = SIZES[size]
        folder.mkdir(parents=True, exist_ok=True)
        write_log(draw_votes(make_arena(n_competitors, seed=1), n_votes, seed=1), path)
    return path
