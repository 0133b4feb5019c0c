"""The arenas of the studies and of the speed benchmarks, made by `recount.sims.arenas`."""

from pathlib import Path

from recount.engine import ELO
from recount.sims.arenas import Arena, Outcomes, Pairs, Strengths, Voters, simulate, write_log

# Votes and competitors of the logs that times are quoted for.
SIZES = {"S": (100_000, 100), "M": (2_000_000, 300), "L": (20_000_000, 500)}
N_VOTERS = 100_000


def usual_arena(n_competitors: int, n_votes: int, *, tie_share: float = 0.3, spread: float = 1.0, skew: float = 1.0) -> Arena:
    """An arena of Davidson's votes, without voters.

    Parameters
    ----------
    n_competitors, n_votes : int
    tie_share : float
        Expected share of ties.
    spread : float
        Standard deviation of the strengths, log-odds.
    skew : float
        Standard deviation of the logarithm of the competitors' popularity.
    """
    return Arena(
        n_competitors=n_competitors,
        n_votes=n_votes,
        strengths=Strengths.normal(ELO * spread),
        pairs=Pairs.skewed(skew),
        outcomes=Outcomes.davidson(tie_share),
        voters=Voters(0),
    )


def standard_log(size: str, folder: Path) -> Path:
    """Return the log S, M or L in `folder`, written there if it is missing."""
    path = folder / f"arena-{size}.parquet"
    if not path.exists():
        n_votes, n_competitors = SIZES[size]
        folder.mkdir(parents=True, exist_ok=True)
        write_log(simulate(usual_arena(n_competitors, n_votes), seed=1).votes, path)
    return path
