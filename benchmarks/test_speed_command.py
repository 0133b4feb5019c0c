"""What a user waits for: the commands of `make demo` in fresh processes, with compiled kernels on disk and without."""

import os
import subprocess
import sys

import pytest

DEMO = {"rate": ["--anchor", "mixtral-8x7b-instruct-v0.1", "--anchor-rating", "1114"], "countries": []}
BOUNDS = {"warm": 3.0, "cold": 10.0}


@pytest.mark.parametrize("cache", BOUNDS)
def test_demo(benchmark, tmp_path, cache):
    folders = iter(range(100))

    def demo():
        kernels = tmp_path / ("kernels" if cache == "warm" else f"kernels-{next(folders)}")
        for command, options in DEMO.items():
            arguments = [command, *options, "-o", str(tmp_path / f"{command}.csv")]
            run = [sys.executable, "-c", "from recount.sims.command_line.program import main; main()", *arguments]
            subprocess.run(run, check=True, capture_output=True, env=os.environ | {"NUMBA_CACHE_DIR": str(kernels)})

    benchmark.pedantic(demo, rounds=3, warmup_rounds=int(cache == "warm"))
    if benchmark.stats:
        print(f"\nmake demo, {cache} cache: {benchmark.stats['median']:.2f} s (bound {BOUNDS[cache]:.0f} s)")
