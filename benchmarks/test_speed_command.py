"""What a user waits for: commands in fresh processes, beside loading their libraries, and `make demo` with and without kernels on disk."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.timing import medians

RECOUNT = Path(sys.executable).with_name("recount")
DEMO = {"rate": ["--anchor", "mixtral-8x7b-instruct-v0.1", "--anchor-rating", "1114"], "countries": []}
BOUNDS = {"warm": 3.0, "cold": 10.0}
# Arguments of the command, what it is compared with, and how many times as long it may take.
STARTS = {
    "help": (["--help"], "import click, rich", 1.5),
    "rate": (["rate"], "import numba, pandas, pyarrow.parquet, scipy.linalg", 1.4),
}


def run(*command):
    subprocess.run(list(map(str, command)), check=True, capture_output=True)


@pytest.mark.parametrize("start", STARTS)
def test_start_up(benchmark, start):
    """Whole processes by turns, kernels on disk."""
    arguments, libraries, bound = STARTS[start]
    benchmark.pedantic(run, [RECOUNT, *arguments], rounds=3, warmup_rounds=1)
    if benchmark.stats:
        ours, theirs = medians(lambda: run(RECOUNT, *arguments), lambda: run(sys.executable, "-c", libraries))
        benchmark.extra_info["ratio"] = ours / theirs
        print(f"\nrecount {' '.join(arguments)}: {ours:.3f} s, {ours / theirs:.2f} times `{libraries}` (bound {bound})")
        assert ours <= bound * theirs


@pytest.mark.parametrize("cache", BOUNDS)
def test_demo(benchmark, tmp_path, cache):
    folders = iter(range(100))

    def demo():
        kernels = tmp_path / ("kernels" if cache == "warm" else f"kernels-{next(folders)}")
        for command, options in DEMO.items():
            arguments = [RECOUNT, command, *options, "-o", tmp_path / f"{command}.csv"]
            subprocess.run(list(map(str, arguments)), check=True, capture_output=True, env=os.environ | {"NUMBA_CACHE_DIR": str(kernels)})

    benchmark.pedantic(demo, rounds=3, warmup_rounds=int(cache == "warm"))
    if benchmark.stats:
        print(f"\nmake demo, {cache} cache: {benchmark.stats['median']:.2f} s (bound {BOUNDS[cache]:.0f} s)")
