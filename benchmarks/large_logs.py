"""Logs larger than memory: how quickly they are counted beside pyarrow's own reading of the same columns, and the memory that it takes.

`python -m benchmarks.large_logs` writes 200 million votes in 20 Parquet files (500 MB) into `out/large`, measures, prints a section for
`docs/performance.md`, and removes them. With `--billion` each file has five names. Each measurement is a process of its own, and contestants take
turns. `--kills` kills a command that saves counts at 50 random moments.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.arenas import usual_arena
from recount.engine.votes import Votes
from recount.sims.arenas import simulate
from recount.sims.arenas.log_files import write_log
from tests.test_saved_counts import kills_leave_whole_counts

FOLDER = Path(__file__).parents[1] / "out" / "large"
VOTES_OF_A_FILE, N_FILES, N_COMPETITORS = 10_000_000, 20, 300
N_ROUNDS = 3
COLUMNS = ["model_a", "model_b", "winner"]
# Characters of a text beside each vote, in the one row group of 3 GB.
TEXT = 600
# What is timed, in a process of its own: the first call is on one file, so that nothing is loaded or compiled while time is taken.
PROGRAM = """
import json, os, sys, time
from concurrent.futures import ThreadPoolExecutor
import pyarrow.parquet as pq
who, *files = sys.argv[1:]
COLUMNS = ["model_a", "model_b", "winner"]
def memory():
    return next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
def batches(file):
    with pq.ParquetFile(file, read_dictionary=COLUMNS) as log:
        return sum(batch.num_rows for batch in log.iter_batches(1 << 19, columns=COLUMNS, use_threads=False))
def table(file):
    return pq.read_table(file, columns=COLUMNS, read_dictionary=COLUMNS, use_threads=False).num_rows
def text(file):
    return pq.read_table(file, columns=COLUMNS, use_threads=False).num_rows
if who == "Recount":
    from recount.data import read_counts
    work = lambda files: read_counts(*files)[0].n_votes
else:
    read = {"batches of dictionaries": batches, "tables of dictionaries": table, "tables of text": text}[who]
    def work(files):
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            return sum(pool.map(read, files))
work(files[:1])
began, used = time.perf_counter(), time.process_time()
n_votes = work(files)
seconds, used = time.perf_counter() - began, time.process_time() - used
print(json.dumps({"seconds": seconds, "processor": used, "votes": n_votes, "megabytes": memory()}))
"""
CONTESTANTS = ("Recount", "batches of dictionaries", "tables of dictionaries", "tables of text")


def write_file(number: int) -> Path:
    """Write ten million votes, always between the same competitors, whose names stand in an order of their own in the dictionaries of the file."""
    path = FOLDER / f"part-{number}.parquet"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        votes = simulate(usual_arena(N_COMPETITORS, VOTES_OF_A_FILE), seed=number).votes
        order = np.random.default_rng(number).permutation(len(votes.names))
        place = np.argsort(order).astype(np.int32)
        unfinished = path.with_suffix(".unfinished.parquet")
        write_log(Votes(tuple(votes.names[i] for i in order), place[votes.first], place[votes.second], votes.outcome), unfinished)
        unfinished.replace(path)
    return path


def measured(who: str, files: Sequence[Path]) -> dict[str, float]:
    """Return seconds, seconds of processors, votes and peak megabytes of one process that reads the files."""
    said = subprocess.run([sys.executable, "-c", PROGRAM, who, *map(str, files)], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(said.stdout)
    return found


def in_turns(files: Sequence[Path], contestants: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return the medians of every contestant over rounds in which each has one turn; ratios to Recount are of one round."""
    rounds = [{who: measured(who, files) for who in contestants} for _ in range(N_ROUNDS)]
    found = {}
    for who in contestants:
        found[who] = {name: statistics.median(one[who][name] for one in rounds) for name in rounds[0][who]}
        for name in ("seconds", "processor"):
            found[who][f"ratio of {name}"] = statistics.median(one[who][name] / one["Recount"][name] for one in rounds)
    return found


def lines_of(files: Sequence[Path], contestants: Sequence[str] = CONTESTANTS) -> list[str]:
    """Measure, and return the lines of a table."""
    found = in_turns(files, contestants)
    n_votes = found["Recount"]["votes"]
    assert all(one["votes"] == n_votes for one in found.values())
    return [
        f"| {n_votes / 1e6:,.0f} M | {who} | {one['seconds']:.2f} s | {n_votes / one['seconds'] / 1e6:.0f} M/s | "
        f"{one['ratio of seconds']:.2f} | {one['ratio of processor']:.2f} | {one['megabytes']:.0f} |"
        for who, one in found.items()
    ]


def one_row_group() -> Path:
    """Write votes and a text of each in a single row group of 3 GB before compression."""
    path = FOLDER / "one-row-group.parquet"
    if not path.exists():
        votes = pq.read_table(write_file(0)).slice(0, 5_000_000)
        text = pa.array(["x" * TEXT]).take(pa.array(np.zeros(1_000_000, np.int32)))
        columns = {name: pa.chunked_array(votes[name]) for name in votes.column_names}
        log = pa.table({**columns, "text": pa.chunked_array([text] * 5)})
        pq.write_table(log, path, row_group_size=log.num_rows, use_dictionary=COLUMNS, write_page_checksum=True)
        assert pq.read_metadata(path).row_group(0).total_byte_size > 2.9e9
    return path


def small_files() -> list[Path]:
    """Write a million votes in 1,000 files; in every second one columns are text and not dictionaries."""
    folder = FOLDER / "small"
    folder.mkdir(parents=True, exist_ok=True)
    votes = pq.read_table(write_file(0), columns=COLUMNS).slice(0, 1_000_000)
    for number in range(1000):
        path = folder / f"{number}.parquet"
        if not path.exists():
            pq.write_table(votes.slice(1000 * number, 1000), path, use_dictionary=number % 2 == 0)
    return sorted(folder.iterdir())


def five_names(files: Sequence[Path]) -> list[Path]:
    """Give every file four names more, which are links: `read_counts` reads what it is given, and a log refuses a file twice."""
    folder = FOLDER / "links"
    folder.mkdir(exist_ok=True)
    names = [*files]
    for copy in range(4):
        for file in files:
            link = folder / f"{copy}-{file.name}"
            if not link.exists():
                link.symlink_to(file)
            names.append(link)
    return names


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--billion", action="store_true")
    parser.add_argument("--kills", action="store_true")
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    if given.kills:
        with tempfile.TemporaryDirectory() as folder:
            n_new = kills_leave_whole_counts(Path(folder), n_kills=50)
        print(f"50 kills while counts were saved: the old counts {50 - n_new} times, the new ones {n_new} times, never anything else")
        return
    files = [write_file(number) for number in range(N_FILES)]
    print(f"With a load of {os.getloadavg()[0]:.1f} before.\n")
    print("| votes | who | time | rate | seconds to Recount's | processors' seconds to Recount's | memory (MB) |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for some in (files[:2], files):
        print("\n".join(lines_of(some)), flush=True)
    for what, some in (("one row group of 3 GB", [one_row_group()]), ("1,000 files", small_files())):
        print(f"\n{what}:\n" + "\n".join(lines_of(some, CONTESTANTS[:3])), flush=True)
    if given.billion:
        print("\nEach file five times:\n" + "\n".join(lines_of(five_names(files), CONTESTANTS[:2])), flush=True)
    if not given.keep:
        shutil.rmtree(FOLDER)


if __name__ == "__main__":
    main()
