"""The logs of the race, and beside each its votes, its cells and the truth: ``python -m benchmarks.peers.logs FOLDER SIZE...``."""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.arenas import standard_log
from benchmarks.peers.truth import elo_pass, truth

POINTS = {"model_a": 1.0, "tie": 0.5, "model_b": 0.0}
UNBEATEN = "unbeaten"
UNBEATEN_VOTES = 20


def unbeaten_log(folder: Path) -> Path:
    """Return the log S with one more competitor who won all of its votes, in `folder`, written there if it is missing."""
    path = folder / "arena-U.parquet"
    if not path.exists():
        votes = pq.read_table(standard_log("S", folder))
        beaten = votes["model_a"].slice(0, UNBEATEN_VOTES)
        won = {"model_a": [UNBEATEN] * UNBEATEN_VOTES, "model_b": beaten, "winner": ["model_a"] * UNBEATEN_VOTES}
        pq.write_table(pa.concat_tables([votes, pa.table(won, schema=votes.schema)]), path)
    return path


def write_inputs(log: Path) -> None:
    """Write encoded votes, cells and the truth beside `log`, if they are missing."""
    path = log.with_suffix(".npz")
    if path.exists():
        return
    table = pq.read_table(log, columns=["model_a", "model_b", "winner"])
    names = sorted({*pc.unique(table["model_a"]).to_pylist(), *pc.unique(table["model_b"]).to_pylist()})
    values = {"model_a": names, "model_b": names, "winner": list(POINTS)}
    first, second, winner = (pc.index_in(table[column], value_set=pa.array(known)).to_numpy().astype(np.int32) for column, known in values.items())
    points = np.array([round(2 * p) for p in POINTS.values()], np.int8)[winner]
    n = len(names)
    keys, votes = np.unique((first.astype(np.int64) * n + second) * 3 + points, return_counts=True)
    cells = (keys // 3 // n, keys // 3 % n, keys % 3 / 2, votes.astype(float))
    unbeaten = names.index(UNBEATEN) if UNBEATEN in names else None
    arrays = {"names": np.array(names), "first": first, "second": second, "points": points} | truth(n, unbeaten, *cells)
    arrays |= dict(zip(("cell_first", "cell_second", "cell_points", "cell_votes"), cells, strict=True))
    np.savez(path, elo=elo_pass(n, first, second, points / 2), **arrays)


if __name__ == "__main__":
    where = Path(sys.argv[1])
    for log_of_the_race in [*(standard_log(size, where) for size in sys.argv[2:]), unbeaten_log(where)]:
        write_inputs(log_of_the_race)
