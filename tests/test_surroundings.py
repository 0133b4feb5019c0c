"""The command where people run it: closed and full streams, no home, no cache, damaged caches."""

import os
import signal
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


# In a name space of its own: everything mounted read-only but `out`, and a disk of 64 kB at `small`.
READ_ONLY = """
mount --bind out out && mount -t tmpfs -o size=64k small small || exit 99
for place in $(awk '{print $5}' /proc/self/mountinfo | sort -u); do
  case $place in "$PWD/out"|"$PWD/small"|/proc*|/dev*|/sys*) ;; *) mount -o remount,ro,bind "$place" 2>/dev/null ;; esac
done
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "code", "said", "left"),
    [
        ("recount rate log.csv -o out/board.csv", 0, "cannot be kept on disk", {"out/board.csv", "out/board.csv.manifest.json"}),
        ("recount rate log.csv -o board.csv", 2, "error: output 'board.csv' cannot be written", set()),
        # `true` has ended long before anything is printed; `head` may still read when all has been.
        ("recount check log.csv | true", 128 + signal.SIGPIPE, "cannot be kept on disk", set()),
        ("recount simulate arena --votes 100000 -o small/votes.csv", 2, "error: ", set()),
    ],
)
def test_read_only_file_system(tmp_path, log, line, code, said, left):
    """Only a name space can show it, because root may write wherever the file system lets it."""
    if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no mount name space can be made here")
    for name in ("out", "small"):
        (tmp_path / name).mkdir()
    command = line.replace("recount", str(RECOUNT))
    lines = (READ_ONLY, "set -o pipefail", "unset NUMBA_CACHE_DIR HOME XDG_CACHE_HOME", command, "s=$?", "find out small -type f", "exit $s")
    (tmp_path / "script").write_text("\n".join(lines))
    done = in_shell("unshare -m bash script", tmp_path)
    if done.returncode == 99:
        pytest.skip("nothing can be mounted here")
    files = {name for name in done.stdout.split() if name.startswith(("out/", "small/"))}
    assert (done.returncode, files) == (code, left), done
    assert said in done.stderr
    assert "Traceback" not in done.stderr
