"""`recount study` as it is typed: what is refused before anything runs, what an interruption leaves, and what is said of a study that has not run."""

import errno
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.commands import RECOUNT, one_line
from tests.small_studies import n_runs, write_study

NAME = "runs.journal"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("workers", [(), pytest.param(("--workers", "local:1"), marks=pytest.mark.slow)])
def test_an_interruption_says_what_is_kept(tmp_path, number, code, workers):
    """One line, in a process group of its own, as a terminal interrupts it; a second with threads, and the start of a cluster with workers."""
    write_study(tmp_path, seeds=5000)
    command = [RECOUNT, "study", "plan.toml", "log.csv", "-o", "runs", "--quiet", *workers]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    journal = tmp_path / "runs" / NAME
    while process.poll() is None and (not journal.exists() or journal.read_bytes().count(b"\n") < 10):
        time.sleep(0.01)

    os.killpg(process.pid, number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (code, "")
    (line,) = err.splitlines()
    n = journal.read_bytes().count(b"\n") - 1
    assert 9 <= n < n_runs(5000)
    assert line == f"{n:,} of {n_runs(5000):,} runs are kept in 'runs'; the same command goes on"


@pytest.mark.parametrize("name", ["runs.parquet", "summary.csv"])
@pytest.mark.parametrize("further", [(), ("--dry-run",)])
def test_tables_of_ones_own_are_left_alone(recount, tmp_path, name, further):
    write_study(tmp_path, seeds=2)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text("mine")
    code, _, err = recount("study", "plan.toml", "log.csv", "-o", "mine", *further)
    assert (code, one_line(err)) == (
        2,
        f"error: 'mine/{name}' is there, and no {NAME} beside it, so that it is of no study; name another folder with --output",
    )
    assert [path.name for path in (tmp_path / "mine").iterdir()] == [name]
    assert (tmp_path / "mine" / name).read_text() == "mine"


def test_the_tables_of_the_same_study_are_written_again(recount, tmp_path):
    write_study(tmp_path, seeds=2)
    for _ in range(2):
        assert recount("study", "plan.toml", "log.csv", "-o", "runs").code == 0


@pytest.mark.parametrize("further", [(), ("--dry-run",)])
def test_folders_that_cannot_be(recount, tmp_path, further):
    write_study(tmp_path, seeds=2)
    for folder, why in (("log.csv", "it is no folder"), ("log.csv/x", "'log.csv' is no folder")):
        code, _, err = recount("study", "plan.toml", "log.csv", "-o", folder, *further)
        assert (code, one_line(err)) == (2, f"error: output {folder!r} cannot be written: {why}")
    assert {path.name for path in tmp_path.iterdir()} == {"plan.toml", "log.csv"}


def test_a_folder_that_the_system_refuses(recount, tmp_path, monkeypatch):

    write_study(tmp_path, seeds=2)

    def refused(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system", "ro/x")

    monkeypatch.setattr(Path, "mkdir", refused)
    code, _, err = recount("study", "plan.toml", "log.csv", "-o", "ro/x")
    assert (code, one_line(err)) == (2, "error: output 'ro/x' cannot be written: Read-only file system")


def test_a_dry_run_says_how_long_all_takes(recount, tmp_path):
    """Also where its table goes into a pipe; -o is no file of it."""
    write_study(tmp_path, seeds=2)
    said = recount("study", "plan.toml", "log.csv", "--dry-run")
    assert f"{n_runs(2)} runs in 11 settings would take about a second of one processor." in said.err
    assert "measured by one run of each of 5 kinds of settings" in said.err
    assert "-o FILE" not in said.out + said.err
    one = "[[outcome]]\nname = 'kendall tau'\n[[vary]]\nperturbation = {name = 'subsample', share = 0.5}\n"
    (tmp_path / "one.toml").write_text("question = 'q'\nseeds = 1\n" + one)
    said = recount("study", "one.toml", "log.csv", "--dry-run")
    assert "1 run in 1 setting would take" in said.err
    assert "measured by one run\n" in said.err
