"""Set-up of every test: a kernel cache named after the kernels, examples that are the same in every run, and where the shared data is."""

import os
import zlib
from pathlib import Path

import pytest
from hypothesis import settings

from tests.commands import runner

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"

# A cached kernel does not notice that one it calls has changed.
_kernels = b"".join(path.read_bytes() for path in [*sorted((ROOT / "engine" / "kernels").glob("*.py")), ROOT / "sims" / "kernels.py"])
os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / ".numba_cache" / f"tests-{zlib.crc32(_kernels)}"))

# HYPOTHESIS_PROFILE=default looks at other examples. No test is timed: a kernel may be compiled, a machine busy.
settings.register_profile("seeded", derandomize=True, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "seeded"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("the shared data is not beside the checkout")
    return SHARED


@pytest.fixture
def write(tmp_path):
    """Write a file of that name, text or bytes, into an empty folder, and return its path."""

    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture(scope="session")
def arena_counts():
    """The bundled Arena votes, counted."""
    from recount.data import ARENA_VOTES, read_counts

    return read_counts(ARENA_VOTES)[0]


@pytest.fixture(scope="session")
def arena(arena_counts):
    """Their fit."""
    from recount.engine import fit

    return fit(arena_counts)


@pytest.fixture
def recount(tmp_path, monkeypatch, capsys):
    """Run a command in this process, in a folder of its own; the result has `code`, `out` and `err`."""
    monkeypatch.chdir(tmp_path)
    return runner(monkeypatch, capsys)
