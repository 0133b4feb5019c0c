"""Runs in other processes go there many in a task, with what they share sent once: the tables are the same, and nothing is lost with a worker."""

from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from recount.sims.studies import batches
from recount.sims.studies.batches import MOST_RUNS, N_BATCHES, N_FIRST
from recount.sims.studies.journal import NAME, record_of
from recount.sims.studies.results import run_study
from tests.eager import Eager
from tests.small_studies import n_runs, write_study


def numbers(folder):
    """Runs in a journal, in its order."""
    return [record_of(line)["run"] for line in (folder / NAME).read_bytes().split(b"\n")[1:-1]]


@pytest.fixture
def study(tmp_path):
    """A study of 247 runs, its results, and where another one of it can be kept."""
    plan, log = write_study(tmp_path, seeds=60)
    return plan, log, run_study(plan, log), tmp_path / "runs"


def check_same(found, usual, folder):
    assert found.runs.frame.equals(usual.runs.frame)
    assert found.summary.frame.equals(usual.summary.frame)
    assert sorted(numbers(folder)) == list(range(n_runs(60)))


def test_few_tasks_and_what_is_shared_only_in_the_first(study):
    """A task a run that carries everything took thirty times as long as the run."""
    plan, log, usual, folder = study
    eager = Eager()
    check_same(run_study(plan, log, executor=eager, folder=folder), usual, folder)
    assert eager.n_submitted <= N_BATCHES + 1
    large = [size for size in eager.sizes if size > 20_000]
    assert 1 <= len(large) <= N_FIRST
    assert max(size for size in eager.sizes if size <= 20_000) < 1000


def test_processes_that_keep_nothing_are_sent_it_again(study, monkeypatch):
    plan, log, usual, folder = study

    class Forgetful(Eager):
        def submit(self, function, /, *arguments):
            monkeypatch.setattr(batches, "_KEPT", {})
            return super().submit(function, *arguments)

    check_same(run_study(plan, log, executor=Forgetful(), folder=folder), usual, folder)


@pytest.mark.parametrize("most", [1, 7, MOST_RUNS])
def test_a_batch_ends_when_its_time_is_over(study, monkeypatch, most):
    """With no time at all every task is one run."""
    plan, log, usual, folder = study
    monkeypatch.setattr(batches, "SECONDS", 0.0)
    monkeypatch.setattr(batches, "MOST_RUNS", most)
    eager = Eager()
    check_same(run_study(plan, log, executor=eager, folder=folder), usual, folder)
    assert eager.n_submitted == n_runs(60)


def test_a_worker_that_dies_takes_one_run_with_it(study):
    """The others of its batch are run again, alone; the same command runs what is missing."""
    plan, log, usual, folder = study
    deadly = 100

    class Dying(Eager):
        def submit(self, function, /, *arguments):
            if deadly in {run.number for run in arguments[2]}:
                lost = Future()
                lost.set_exception(RuntimeError("killed"))
                return lost
            return super().submit(function, *arguments)

    found = run_study(plan, log, executor=Dying(), folder=folder)
    errors = found.runs.frame.loc[found.runs.frame["run"] == deadly, "error"]
    assert set(errors) == {"RuntimeError: killed"}
    assert sorted(numbers(folder)) == [i for i in range(n_runs(60)) if i != deadly]
    check_same(run_study(plan, log, executor=Eager(), folder=folder), usual, folder)


def test_want_of_memory_in_a_worker_is_of_its_run_alone(study, monkeypatch):
    plan, log, usual, folder = study
    run_once = batches.run_once

    def failing(studied, setting, seed):
        if setting.varied.get("perturbation.share") == 0.2 and seed == 3:
            raise MemoryError("no room")
        return run_once(studied, setting, seed)

    monkeypatch.setattr(batches, "run_once", failing)
    found = run_study(plan, log, executor=Eager(), folder=folder)
    assert (found.runs.frame["error"] == "MemoryError: no room").sum() == 6
    assert len(numbers(folder)) == n_runs(60) - 2
    monkeypatch.undo()
    check_same(run_study(plan, log, executor=Eager(), folder=folder), usual, folder)


def test_an_interruption_ends_the_study(study):
    plan, log, _, folder = study

    class Interrupted(Eager):
        def submit(self, function, /, *arguments):
            ended = super().submit(function, *arguments)
            if self.n_submitted > N_FIRST:
                ended = Future()
                ended.set_exception(KeyboardInterrupt())
            return ended

    with pytest.raises(KeyboardInterrupt):
        run_study(plan, log, executor=Interrupted(), folder=folder)
    assert 0 < len(numbers(folder)) < n_runs(60)


def test_nothing_to_run(study):
    plan, log, usual, folder = study
    run_study(plan, log, folder=folder)
    eager = Eager()
    check_same(run_study(plan, log, executor=eager, folder=folder), usual, folder)
    assert eager.n_submitted == 0


@pytest.mark.slow
def test_processes_of_the_standard_library(study):
    """Two processes of their own, which load everything: seconds."""
    plan, log, usual, folder = study
    with ProcessPoolExecutor(2, get_context("spawn")) as processes:
        check_same(run_study(plan, log, executor=processes, folder=folder), usual, folder)
