"""Reading logs: Parquet against what pyarrow needs for the same three columns in the same run, and the memory it takes; CSV and JSON lines."""

import subprocess
import sys
import time

import pyarrow
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet
import pytest

import recount.data.columns as chunking
from benchmarks.conftest import FOLDER
from benchmarks.long_text_logs import long_log
from benchmarks.timing import medians
from recount.data import read_counts, read_votes
from recount.engine import fit

COLUMNS = ["model_a", "model_b", "winner"]
BOUND, BOUND_OF_TEXT = 2.0, 1.5
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


@pytest.fixture(scope="module", params=[("csv", 10_000_000), ("jsonl", 2_000_000)], ids=str)
def text_log(request):
    ending, n_rows = request.param
    return long_log(FOLDER / f"long.{ending}", n_rows)


def read_by_arrow(path):
    """Return the columns of the vote, as Arrow's own reader reads them."""
    if path.suffix == ".csv":
        return pyarrow.csv.read_csv(path, convert_options=pyarrow.csv.ConvertOptions(include_columns=COLUMNS))
    schema = pyarrow.schema([(name, pyarrow.string()) for name in COLUMNS])
    return pyarrow.json.read_json(path, parse_options=pyarrow.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"))


def test_text_against_pyarrow(text_log):
    """The time of the clock, and that of all processors, which says the same where others use the machine."""
    arrow, counted = medians(lambda: read_by_arrow(text_log), lambda: read_counts(text_log), n_rounds=3)
    busy = [processor_seconds(lambda read=read: read(text_log)) for read in (read_by_arrow, read_counts)]
    before, peak = map(int, subprocess.run([sys.executable, "-c", MEMORY, str(text_log)], check=True, capture_output=True, text=True).stdout.split())
    print(
        f"\n{text_log.name}, {text_log.stat().st_size >> 20} MB: pyarrow {arrow:.2f} s; to counts {counted:.2f} s, ratio {counted / arrow:.2f}, "
        f"of processor time {busy[1] / busy[0]:.2f} (bound {BOUND_OF_TEXT}); peak memory {peak} MB, of which {before} MB before the first vote"
    )


def processor_seconds(call):
    """Seconds of all processors that a call takes."""
    started = time.process_time()
    call()
    return time.process_time() - started
