"""Logs larger than memory: how quickly they are counted beside pyarrow's own reading of the same columns, and the memory that it takes.

`python -m benchmarks.large_logs` writes 200 million votes in 20 Parquet files into `out/large`, measures, and removes them; `--billion` then names
each file five times over. Each measurement is a process of its own; the two that are compared take turns.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.arenas import usual_arena
from recount.engine.votes import Votes
from recount.sims.arenas import simulate
from recount.sims.arenas.log_files import write_log

FOLDER = Path(__file__).parents[1] / "out" / "large"
VOTES_OF_A_FILE, N_FILES, N_COMPETITORS = 10_000_000, 20, 300
N_ROUNDS = 3
COLUMNS = ["model_a", "model_b", "winner"]
# What is timed, in a process of its own: the first call is on one file, so that nothing is loaded or compiled while time is taken.
PROGRAM = """
import json, os, sys, time
from concurrent.futures import ThreadPoolExecutor
import pyarrow, pyarrow.parquet as pq
who, *files = sys.argv[1:]
COLUMNS = ["model_a", "model_b", "winner"]
def memory():
    return next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
if who == "recount":
    from recount.data import read_counts
    work = lambda files: read_counts(*files)[0].n_votes
else:
    def rows(file):
        with pq.ParquetFile(file, read_dictionary=COLUMNS, page_checksum_verification=True) as log:
            return sum(batch.num_rows for batch in log.iter_batches(1 << 19, columns=COLUMNS, use_threads=False))
    def work(files):
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            return sum(pool.map(rows, files))
work(files[:1])
began = time.perf_counter()
n_votes = work(files)
print(json.dumps({"seconds": time.perf_counter() - began, "votes": n_votes, "megabytes": memory()}))
"""


def write_files(n_files: int) -> list[Path]:
    """Write files of ten million votes between the same competitors, whose names stand in another order in the dictionaries of each."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(n_files):
        path = FOLDER / f"part-{number}.parquet"
        if not path.exists():
            votes = simulate(usual_arena(N_COMPETITORS, VOTES_OF_A_FILE), seed=number).votes
            order = np.random.default_rng(number).permutation(len(votes.names))
            place = np.argsort(order).astype(np.int32)
            names = tuple(votes.names[i] for i in order)
            unfinished = path.with_suffix(".unfinished.parquet")
            write_log(Votes(names, place[votes.first], place[votes.second], votes.outcome), unfinished)
            unfinished.replace(path)
        paths.append(path)
    return paths


def measured(who: str, files: Sequence[Path]) -> dict[str, float]:
    """Return seconds, votes and peak megabytes of one process that reads the files."""
    said = subprocess.run([sys.executable, "-c", PROGRAM, who, *map(str, files)], check=True, capture_output=True, text=True)
    return json.loads(said.stdout)
