"""The command where people run it: closed and full streams, no home, no cache, damaged caches."""

import os
import subprocess
import sys

import pytest

from tests.commands import RECOUNT, one_line, outside
from tests.logs import in_bytes, some_votes


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.csv"
    path.write_bytes(in_bytes(".csv", some_votes()))
    return path


def in_shell(line, folder, **more):
    return subprocess.run(["bash", "-c", line.replace("recount", str(RECOUNT))], cwd=folder, capture_output=True, text=True, check=False, **more)


@pytest.mark.parametrize(
    ("line", "code", "n_lines", "said"),
    [
        ("recount check log.csv 2>/dev/full", 0, 12, ""),
        ("recount check log.csv 2>&-", 0, 12, ""),
        ("recount check log.csv >/dev/full", 2, 0, "error: No space left on device"),
        ("recount check log.csv >&-", 2, 0, "error: standard output is closed"),
        ("recount --version >/dev/full", 2, 0, "error: No space left on device"),
        ("recount --version >&-", 2, 0, "error: standard output is closed"),
        ("recount check log.csv -o t.csv >&- 2>&- <&-; s=$?; cat t.csv; exit $s", 0, 12, ""),
        ("recount check none.csv >&- 2>&-", 2, 0, ""),
        ("recount check log.csv | head -n 1", 0, 1, ""),
        ("set -o pipefail; recount check log.csv -o t.csv 2>&1 | true; s=$?; cat t.csv; exit $s", 0, 12, ""),
    ],
)
def test_streams(tmp_path, log, line, code, n_lines, said):
    done = in_shell(line, tmp_path)
    assert (done.returncode, len(done.stdout.splitlines()) >= n_lines) == (code, True), done
    assert done.stdout.startswith("topic,item,value") or not n_lines
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


@pytest.mark.slow
def test_no_home_and_no_cache(tmp_path, log):
    """The folder of the cache is a file; so are those that numba would take in its place."""
    nothing = tmp_path / "nothing"
    nothing.write_text("")
    environment = {**os.environ, "HOME": str(nothing), "XDG_CACHE_HOME": str(nothing), "NUMBA_CACHE_DIR": str(nothing)}
    code = (
        "import sys, numba.core.caching as caching\n"
        "caching.CacheImpl._locator_classes = [caching.UserProvidedCacheLocator, caching.UserWideCacheLocator]\n"
        "from recount.__main__ import main\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "check", "log.csv"], cwd=tmp_path, capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("cannot be kept on disk") == 1
    assert "once for this machine" not in done.stderr
    assert done.stdout == outside("check", log.name, folder=tmp_path).stdout


KERNEL = """
import sys
from recount.engine.kernels import accelerate
import numpy as np
from recount.engine.kernels.connectivity import reaches_all
told = []
accelerate.at_compilation(told.append)
one = np.ones(1)
print(reaches_all(np.zeros(1, np.int32), np.ones(1, np.int32), one, one, one, np.empty(2, np.bool_)), told)
"""


def run_kernel(cache):
    done = subprocess.run(
        [sys.executable, "-c", KERNEL], env={**os.environ, "NUMBA_CACHE_DIR": str(cache)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_damaged_machine_code_is_compiled_anew(tmp_path, ending):
    """Truncated, empty or with a flipped bit; afterwards it is whole again."""
    assert run_kernel(tmp_path) == "True [True]"
    assert run_kernel(tmp_path) == "True []"
    (kept,) = tmp_path.rglob(f"*.{ending}")
    whole = kept.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    for damaged in (whole[: len(whole) // 2], b"", *([bytes(flipped)] if ending == "nbc" else [])):
        kept.write_bytes(damaged)
        assert run_kernel(tmp_path) == "True [True]"
        assert run_kernel(tmp_path) == "True []"


def test_a_cache_that_cannot_be_written(tmp_path, monkeypatch):
    """As on a full disk: the machine code stays in memory, and that is said."""
    from recount.engine.kernels import accelerate

    told = []
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(accelerate, "_TOLD", [told.append])
    monkeypatch.setattr(accelerate, "_FAULTS", [])

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(accelerate._CheckedFile, "_save_data", full)

    @accelerate.kernel
    def twice(x):
        return 2 * x

    assert twice(21) == 42
    assert told == [True, False] or told == [False]


@pytest.mark.slow
def test_truncated_bytecode(tmp_path, log):
    """As a full disk leaves it."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path / "cache")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    assert outside("--version", folder=tmp_path, env=environment).returncode == 0
    kept = [path for path in (tmp_path / "cache").rglob("*.pyc") if "command_line" in str(path) or "click" in str(path)]
    assert len(kept) > 5
    for path in kept:
        path.write_bytes(path.read_bytes()[:40])
    done = outside("--version", folder=tmp_path, env=environment)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_error_is_said_once_and_without_end(tmp_path, log):
    done = outside("rate", log, "--cluster", "a" * 50_000, folder=tmp_path)
    assert done.returncode == 2
    assert len(one_line(done.stderr)) < 2100
