"""Reading logs: Parquet against what pyarrow needs for the same three columns in the same run, and the memory it takes; CSV and JSON lines."""

import subprocess
import sys

import pyarrow.csv
import pyarrow.parquet
import pytest

import recount.data.columns as chunking
from benchmarks.conftest import FOLDER
from benchmarks.timing import medians
from recount.data import read_counts, read_votes
from recount.engine import fit

COLUMNS = ["model_a", "model_b", "winner"]
BOUND = 2.0
MOST_MEMORY = 1000
# Checked indices may cost at most a twentieth.
CHECKS_COST = 1.05
# Peak resident memory in MB, in a process of its own (Linux): with imports only, and after the work.
MEMORY = """
import sys
from recount.data import read_counts
from recount.engine import fit
def peak():
    return next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
before = peak()
fit(read_counts(sys.argv[1])[0])
print(before, peak())
"""


def one_row_group(log):
    """Return the log with all its votes in a single row group."""
    path = log.with_name(f"{log.stem}-one-row-group.parquet")
    if not path.exists():
        table = pyarrow.parquet.read_table(log)
        pyarrow.parquet.write_table(table, path, row_group_size=table.num_rows)
    return path


@pytest.mark.parametrize("layout", ["row groups", "one row group"])
def test_parquet_to_ratings_against_pyarrow(benchmark, log, layout):
    path = log if layout == "row groups" else one_row_group(log)
    arrow, counted, rated = medians(
        lambda: pyarrow.parquet.read_table(path, columns=COLUMNS, read_dictionary=COLUMNS),
        lambda: read_counts(path),
        lambda: fit(read_counts(path)[0]),
    )
    benchmark.extra_info |= {"pyarrow": arrow, "counts to pyarrow": counted / arrow, "ratings to pyarrow": rated / arrow}
    print(
        f"\n{log.stem}, {layout}: pyarrow {arrow * 1e3:.1f} ms; to counts {counted * 1e3:.1f} ms, ratio {counted / arrow:.2f}; "
        f"to ratings {rated * 1e3:.1f} ms, ratio {rated / arrow:.2f} (bound {BOUND})"
    )
    benchmark(lambda: fit(read_counts(path)[0]))


def test_what_checks_cost(benchmark, log, monkeypatch):
    """Parquet to ratings with and without the checks of indices and of checksums, of which the second costs only where a file has them."""
    path = log.with_name(f"{log.stem}-checksums.parquet")
    if not path.exists():
        pyarrow.parquet.write_table(pyarrow.parquet.read_table(log), path, write_page_checksum=True)
    checked, opened = chunking.check_indices, pyarrow.parquet.ParquetFile

    def rate(*, indices, checksums):
        monkeypatch.setattr(chunking, "check_indices", checked if indices else lambda array: None)
        monkeypatch.setattr(pyarrow.parquet, "ParquetFile", lambda *a, **more: opened(*a, **more | {"page_checksum_verification": checksums}))
        fit(read_counts(path)[0])

    neither, indices, both = medians(
        lambda: rate(indices=False, checksums=False),
        lambda: rate(indices=True, checksums=False),
        lambda: rate(indices=True, checksums=True),
        n_rounds=25,
    )
    benchmark.extra_info |= {"indices": indices / neither, "indices and checksums": both / neither}
    print(f"\n{log.stem}: indices checked {indices / neither:.3f} times, checksums too {both / neither:.3f} times as long (bound {CHECKS_COST})")
    benchmark(lambda: rate(indices=True, checksums=True))


@pytest.mark.parametrize("layout", ["row groups", "one row group"])
def test_memory(log, layout):
    path = log if layout == "row groups" else one_row_group(log)
    before, peak = map(int, subprocess.run([sys.executable, "-c", MEMORY, str(path)], check=True, capture_output=True, text=True).stdout.split())
    print(f"\n{log.stem}, {layout}: peak memory {peak} MB, of which {before} MB before the first vote (bound {MOST_MEMORY} MB)")


def test_read_counts(benchmark, log):
    benchmark(read_counts, log)


def test_read_votes(benchmark, log):
    benchmark(read_votes, log)


@pytest.fixture(scope="module", params=[".csv", ".jsonl"])
def text_log(request):
    path = FOLDER / f"arena-M{request.param}"
    if not path.exists():
        table = pyarrow.parquet.read_table(FOLDER / "arena-M.parquet")
        if request.param == ".csv":
            pyarrow.csv.write_csv(table, path)
        else:
            table.to_pandas().to_json(path, orient="records", lines=True)
    return path


def test_read_text(benchmark, text_log):
    benchmark.pedantic(read_counts, [text_log], rounds=3, warmup_rounds=1)
