"""Counts, bootstraps and specifications by the processes of a Dask cluster: the same bytes, also when one of them is killed."""

import os
import signal

import numpy as np
import pyarrow.parquet as pq
import pytest

import recount.data.places.parts
from recount.data import read_counts
from recount.engine import fit
from recount.engine.choices import Elo, Resampling
from recount.engine.errors import OptionError
from recount.engine.sequential.elo_system import elo_permutations
from recount.engine.uncertainty.bootstrapping import bootstrap
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.log import read
from recount.sims.command_line.workers import executor_of
from tests.commands import RECOUNT, one_line
from tests.eager import Eager
from tests.logs import in_bytes, some_votes, table

REPLICATES = Resampling(n_replicates=1000, seed=3)


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Three files, of many parts."""
    monkeypatch.setattr(recount.data.places.parts, "ROWS_OF_A_PART", 100)
    monkeypatch.setattr(recount.data.places.parts, "SMALLEST_DIVIDED", 0)
    votes = some_votes(3000, seed=5)
    for i in range(3):
        pq.write_table(table(votes[1000 * i : 1000 * i + 1000]), tmp_path / f"{i}.parquet", row_group_size=90)
    return tmp_path


def answers(log):
    """All that is worked on in parallel, as bytes."""
    counts = log.counts
    replicates = analyse(log, intervals=REPLICATES).uncertainty
    return counts.names, counts.counts.tobytes(), replicates.values.tobytes(), replicates.rating_error


def test_whatever_is_parallel_goes_to_the_executor(files):
    """Nothing is done beside it, and everything that is sent can be."""
    eager = Eager()
    log = read(files, executor=eager)
    _ = log.counts
    assert (n_parts := eager.n_submitted) > 10
    assert answers(log) == answers(read(files))
    assert eager.n_submitted == n_parts + -(-1000 // 64)
    counts = log.counts
    orders = [elo_permutations(counts, Elo(), n_permutations=40, executor=executor).replicates for executor in (None, eager)]
    assert np.array_equal(*orders)


def test_categories_and_clusters(tmp_path):
    log = table([(*vote, f"v{i % 40}", "xyz"[i % 3]) for i, vote in enumerate(some_votes(900))], ("model_a", "model_b", "winner", "voter", "topic"))
    for choices in ({"by": "topic"}, {"clusters": ("voter",)}, {"ties": "davidson", "clusters": ("voter",)}, {"position": True}):
        eager = Eager()
        boards = [
            analyse(read(log, executor=executor), intervals=Resampling(n_replicates=70), **choices).leaderboard().frame for executor in (eager, None)
        ]
        assert boards[0].equals(boards[1])
        assert eager.n_submitted


def test_an_error_in_a_worker_is_the_users():
    votes = [("a", "b", "model_a")] * 3 + [("b", "a", "model_a")]
    fitted = fit(read_counts(table(votes))[0])
    with pytest.raises(Exception, match=r"in replicate .* cannot be rated") as local:
        bootstrap(fitted, Resampling(n_replicates=100, unrated="error"))
    with pytest.raises(type(local.value), match=str(local.value)[:40]):
        bootstrap(fitted, Resampling(n_replicates=100, unrated="error"), executor=Eager())


def test_an_executor_without_work():
    with pytest.raises(OptionError, match="`executor` is for votes that are yet to be read"):
        analyse(read(), executor=Eager())


@pytest.mark.parametrize("workers", ["4", "local:", "local:0", "local:x", "host:8786", "http://host"])
def test_what_names_no_workers(workers):
    with pytest.raises(OptionError, match="give local:N with a number of processes, or the address"), executor_of(workers):
        pass


def test_without_dask(recount, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "dask", None)
    code, _, err = recount("check", "--workers", "local:2")
    assert (code, "pip install '.[cluster]'" in one_line(err)) == (2, True)


def test_workers_have_nothing_to_do_in_one_order(recount, tmp_path):
    (tmp_path / "log.csv").write_bytes(in_bytes(".csv", some_votes()))
    code, _, err = recount("elo", "log.csv", "--workers", "local:2")
    assert (code, one_line(err).startswith("error: --workers is local:2, which has no effect in one order")) == (2, True)


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs="CRITICAL") as local,
        distributed.Client(local) as client,
    ):
        yield client


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_dask_cluster_gives_the_same(cluster, files):
    """Two processes of their own; counts, 1,000 replicates, and the grid on the bundled votes."""
    assert len({*cluster.run(os.getpid).values(), os.getpid()}) == 3
    with cluster.get_executor() as executor:
        assert answers(read(files, executor=executor)) == answers(read(files))
        grids = [analyse(read(executor=one), minimum_votes=20_000, metrics="best", n_draws=20).multiverse() for one in (executor, None)]
    for theirs, ours in zip(*grids, strict=True):
        assert theirs.frame.equals(ours.frame)
        assert theirs.notes == ours.notes


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_worker_killed_half_way(cluster):
    """It changes nothing but the time."""
    fitted = fit(read().counts)
    killed = []

    def kill(n_done, share):
        if not killed:
            killed.append(next(iter(cluster.run(os.getpid).values())))
            os.kill(killed[0], signal.SIGKILL)

    with cluster.get_executor() as executor:
        found = bootstrap(fitted, REPLICATES, executor=executor, progress=kill)
    assert len(killed) == 1
    assert found.values.tobytes() == bootstrap(fitted, REPLICATES).values.tobytes()
    assert killed[0] not in cluster.run(os.getpid).values()


@pytest.mark.slow
def test_the_command_with_workers(tmp_path):
    """In a process of its own, as a user runs it."""
    import subprocess

    (tmp_path / "log.csv").write_bytes(in_bytes(".csv", some_votes(2000)))
    said = [
        subprocess.run(
            [RECOUNT, "rate", "log.csv", "--intervals", "bootstrap", "--n-replicates", "200", *more], cwd=tmp_path, capture_output=True, check=True
        )
        for more in ((), ("--workers", "local:2"))
    ]
    assert said[0].stdout == said[1].stdout
    assert said[0].stderr.decode() == said[1].stderr.decode()
