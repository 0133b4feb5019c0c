"""What the suites run on: seeded logs, written once into `out/arenas`; log L only where RECOUNT_LARGE is set."""

import os
from pathlib import Path

import pytest

from benchmarks.arenas import standard_log
from recount.data import ARENA_VOTES, read_catalogue, read_counts, read_votes
from recount.engine import covariance, fit

FOLDER = Path(os.environ.get("RECOUNT_ARENAS") or Path(__file__).parents[1] / "out" / "arenas")


@pytest.fixture(scope="session", params=["M", "L"] if os.environ.get("RECOUNT_LARGE") else ["M"])
def log(request):
    """A vote log in Parquet."""
    return standard_log(request.param, FOLDER)


@pytest.fixture(scope="session")
def votes(log):
    return read_votes(log)[0]


@pytest.fixture(scope="session")
def counts(log):
    return read_counts(log)[0]


@pytest.fixture(scope="session")
def fitted(counts):
    return fit(counts)


@pytest.fixture(scope="session")
def uncertainty(fitted):
    return covariance(fitted)


@pytest.fixture(scope="session")
def arena():
    """The bundled Arena votes, counted, and the catalogue of their models."""
    return read_counts(ARENA_VOTES)[0], read_catalogue()
