"""Long logs as text, seeded: CSV and JSON lines with the columns of an Arena log, written a part at a time."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from recount.data import ARENA_VOTES, read_counts

ROWS_OF_A_PART = 500_000
LABELS = np.array(["model_a", "model_b", "tie", "tie (bothbad)"])
LINE = '{"model_a":"%s","model_b":"%s","winner":"%s","judge":"%s","turn":%d,"language":"%s","tstamp":%.4f}\n'


def parts(n_rows: int, seed: int = 12) -> Iterator[pa.Table]:
    """Draw the votes of a log."""
    rng = np.random.default_rng(seed)
    names = np.array(read_counts(ARENA_VOTES)[0].names)
    languages = np.array(["English", "Chinese", "Russian", "German", "Portuguese (Brazil)"])
    for start in range(0, n_rows, ROWS_OF_A_PART):
        n = min(ROWS_OF_A_PART, n_rows - start)
        first = rng.integers(0, names.size, n)
        second = (first + rng.integers(1, names.size, n)) % names.size
        yield pa.table(
            {
                "model_a": names[first],
                "model_b": names[second],
                "winner": LABELS[rng.choice(4, n, p=[0.36, 0.34, 0.15, 0.15])],
                "judge": np.char.add("arena_user_", rng.integers(0, 200_000, n).astype(str)),
                "turn": rng.geometric(0.7, n),
                "language": languages[rng.choice(5, n, p=[0.7, 0.1, 0.1, 0.05, 0.05])],
                "tstamp": 1.68e9 + start + np.sort(rng.random(n)) * ROWS_OF_A_PART,
            }
        )


def long_log(path: Path, n_rows: int) -> Path:
    """Return a log of `n_rows` votes at `path`, by its ending, written if it is not there."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}")
    if path.suffix == ".csv":
        written = None
        for part in parts(n_rows):
            written = written or pyarrow.csv.CSVWriter(unfinished, part.schema)
            written.write_table(part)
        if written is not None:
            written.close()
    else:
        with unfinished.open("w", encoding="utf-8") as file:
            for part in parts(n_rows):
                file.writelines(LINE % row for row in zip(*(part[name].to_pylist() for name in part.column_names), strict=True))
    return unfinished.rename(path)
