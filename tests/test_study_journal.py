"""The journal of a study: whatever is cut off, damaged or full, no finished run is lost or run twice, and the tables are the same to the byte."""

import contextlib
import errno
import json
import multiprocessing
import os
import pickle
import random
import resource
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from recount.engine import InputError
from recount.engine.errors import OptionError
from recount.sims.analysis.log import read
from recount.sims.studies import batches
from recount.sims.studies.country_outcomes import claim_of
from recount.sims.studies.journal import NAME, Journal, first_difference, line_of, record_of
from recount.sims.studies.one_run import run_once
from recount.sims.studies.plan_files import read_plan
from recount.sims.studies.results import run_study
from tests.commands import RECOUNT, one_line, outside
from tests.logs import in_bytes, some_votes, table
from tests.option_logs import write_logs
from tests.pages import KNOWN, vote_frame
from tests.small_studies import TAU, in_bytes_of, n_runs, write_study

ABOUT = {"plan": {"seeds": 3}, "votes": ["a"]}


def records(folder):
    """What the lines of a journal hold, after its head; a line that is not whole ends them."""
    lines = (folder / NAME).read_bytes().split(b"\n")[1:]
    found = []
    for line in lines:
        if (record := record_of(line)) is None:
            break
        found.append(record)
    return found


def test_what_is_added_is_there(tmp_path):
    with Journal(tmp_path / "a" / "b", ABOUT) as journal:
        journal.add([{"run": 3, "found": [[0.1, "x", ""]]}])
        journal.add([{"run": 1, "found": [[float("nan"), "", "why"]]}, {"run": 2, "found": []}])
    with Journal(tmp_path / "a" / "b", ABOUT) as journal:
        assert sorted(journal.finished) == [1, 2, 3]
        assert journal.finished[3]["found"] == [[0.1, "x", ""]]
        assert np.isnan(journal.finished[1]["found"][0][0])
        assert journal.n_damaged == 0


@pytest.mark.parametrize("value", [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, float("inf"), -0.0])
def test_numbers_come_back_to_the_last_bit(value):
    (found,) = record_of(line_of({"found": [value]}).rstrip(b"\n"))["found"]
    assert np.float64(found).tobytes() == np.float64(value).tobytes()


def test_a_line_cut_off_anywhere_is_cut_away(tmp_path):
    """Every length that a crash can leave of the last line."""
    with Journal(tmp_path, ABOUT) as journal:
        journal.add([{"run": 1, "found": []}])
    whole, last = (tmp_path / NAME).read_bytes(), line_of({"run": 2, "found": [[0.5, "é\n", ""]]})
    for length in range(len(last)):
        (tmp_path / NAME).write_bytes(whole + last[:length])
        with Journal(tmp_path, ABOUT) as journal:
            assert sorted(journal.finished) == [1]
            journal.add([{"run": 2, "found": []}])
        assert [record["run"] for record in records(tmp_path)] == [1, 2]


def test_a_damaged_line_is_told_and_run_again(tmp_path):
    plan, log = write_study(tmp_path)
    before = run_study(plan, log, folder=tmp_path / "runs")
    text = (tmp_path / "runs" / NAME).read_bytes().split(b"\n")
    text[5] = text[5].replace(b"found", b"fuond")
    (tmp_path / "runs" / NAME).write_bytes(b"\n".join(text))
    after = run_study(plan, log, folder=tmp_path / "runs")
    assert in_bytes_of(after, tmp_path) == in_bytes_of(before, tmp_path)
    assert any(note == "1 line of the journal is damaged; what it held was run again" for note in after.runs.notes)
    assert not any("damaged" in note for note in before.runs.notes)


@pytest.mark.parametrize("content", [b"", b"something else\n", b"\x00\xff", b'0123 {"a":1}\n', line_of(ABOUT).rstrip(b"\n")])
def test_what_is_no_journal_stays_as_it_is(tmp_path, content):
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(InputError, match="is no journal of a study; name another folder"):
        Journal(tmp_path, ABOUT)
    assert (tmp_path / NAME).read_bytes() == content


def test_another_study_is_refused_by_what_differs(tmp_path):
    plan, log = write_study(tmp_path, seeds=2)
    run_study(plan, log, folder=tmp_path / "runs")
    before = (tmp_path / "runs" / NAME).read_bytes()
    other, _ = write_study(tmp_path, seeds=3)
    with pytest.raises(InputError, match=r"holds runs of another study: plan\.seeds is 2 there, and 3 here; name another folder"):
        run_study(other, log, folder=tmp_path / "runs")
    (tmp_path / "log.csv").write_bytes(in_bytes(".csv", some_votes(401)))
    plan, log = write_study(tmp_path, seeds=2)
    (tmp_path / "other.csv").write_bytes(in_bytes(".csv", some_votes(401)))
    with pytest.raises(InputError, match=r"holds runs of another study: votes is \[\"[0-9a-f]+"):
        run_study(plan, read(tmp_path / "other.csv"), folder=tmp_path / "runs")
    assert (tmp_path / "runs" / NAME).read_bytes() == before
    # The same votes under another name are the same.
    (tmp_path / "log.csv").rename(tmp_path / "moved.csv")
    assert len(run_study(plan, read(tmp_path / "moved.csv"), folder=tmp_path / "runs").runs.frame) == 3 * n_runs(2)


def test_another_list_of_voters_is_another_study(tmp_path, monkeypatch):
    """A file of voters to leave out has the same name, and other voters."""
    write_logs(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.toml").write_text(f'[specification]\nwithout_voters = "voters.txt"\n{TAU}')
    voters = pd.read_csv("log.csv")["voter"].dropna().unique()
    for n, refused in ((1, False), (1, False), (2, True)):
        (tmp_path / "voters.txt").write_text("\n".join(["voter", *map(str, voters[:n])]) + "\n")
        with pytest.raises(InputError, match="another study: without_voters is ") if refused else contextlib.nullcontext():
            run_study(read_plan("plan.toml"), read("log.csv"), folder=tmp_path / "runs")


def test_claims_with_choices_and_without_are_studied(tmp_path):
    """Most claims choose nothing of the analysis."""
    text = '[[claim]]\nid = "{}"\nquotation = "US leads"\nsource = "me"\nmetric = "best"\ncountry = "US"\nsays = "leads"\n'
    (tmp_path / "claims.toml").write_text(text.format("bare") + text.format("chosen") + '[claim.choices]\nties = "drop"\n')
    judged = [(name, claim) for name in ("claim verdict kept", "votes to overturn the claim") for claim in ("bare", "chosen")]
    outcomes = [f'[[outcome]]\nname = "{name}"\nclaims = "claims.toml"\nclaim = "{claim}"\n' for name, claim in judged]
    (tmp_path / "plan.toml").write_text("seeds = 2\n" + "".join(outcomes) + '[[vary]]\nperturbation = {name = "subsample", share = 0.5}\n')
    vote_frame(KNOWN[:4], 600).to_csv(tmp_path / "log.csv", index=False)
    plan, log = read_plan(tmp_path / "plan.toml"), read(tmp_path / "log.csv")
    kept = run_study(plan, log, folder=tmp_path / "kept").runs.frame
    assert (len(kept), set(kept["error"])) == (8, {""})
    claims = [claim_of(outcome) for outcome in plan.outcomes.values()]
    assert pickle.loads(pickle.dumps(claims)) == claims


def test_first_differences():
    for ours, theirs, place in (
        ({"a": 1}, {"a": 1}, None),
        ({"a": {"b": [1]}}, {"a": {"b": [2]}}, ("a.b", "[1]", "[2]")),
        ({"a": 1}, {}, ("a", "1", "not given")),
        ({}, {"a": None}, ("a", "not given", "null")),
        ({"a": 1}, {"a": True}, ("a", "1", "true")),
    ):
        assert first_difference(ours, theirs) == place


def test_tables_in_memory_are_not_kept(tmp_path):
    plan, _ = write_study(tmp_path, seeds=2)
    votes = read(table(some_votes(400)))
    assert len(run_study(plan, votes).runs.frame) == 3 * n_runs(2)
    with pytest.raises(OptionError, match="these are a table in memory; write it to a file, or leave out folder"):
        run_study(plan, votes, folder=tmp_path / "runs")


def test_one_at_a_time(tmp_path):
    with Journal(tmp_path, ABOUT), pytest.raises(InputError, match="another process is at work"):
        Journal(tmp_path, ABOUT)


def test_what_has_finished_is_not_run_again(tmp_path, monkeypatch):
    plan, log = write_study(tmp_path)
    ran = []

    def counted(*arguments):
        ran.append(arguments[2])
        if len(ran) == 20:
            raise KeyboardInterrupt
        return run_once(*arguments)

    monkeypatch.setattr(batches, "run_once", counted)
    with ThreadPoolExecutor(1) as one, pytest.raises(KeyboardInterrupt):
        run_study(plan, log, folder=tmp_path / "runs", executor=one)
    n_before = len(records(tmp_path / "runs"))
    assert n_before >= 19
    ran.clear()
    ran.extend([None] * 20)
    results = run_study(plan, log, folder=tmp_path / "runs")
    assert len(ran) - 20 == n_runs(10) - n_before
    assert any(note.startswith(f"{n_before} of 47 runs had finished before") for note in results.runs.notes)
    assert in_bytes_of(results, tmp_path) == in_bytes_of(run_study(plan, log), tmp_path)


@pytest.mark.parametrize("n_threads", [1, 3, 8])
def test_the_same_bytes_on_any_number_of_threads(tmp_path, n_threads):
    plan, log = write_study(tmp_path)
    with ThreadPoolExecutor(n_threads) as threads:
        assert in_bytes_of(run_study(plan, log, executor=threads), tmp_path) == in_bytes_of(run_study(plan, log), tmp_path)


def test_a_run_that_fails_is_a_row_and_no_end(tmp_path, monkeypatch):
    """What cannot be compared is one; and what passes, want of memory, of which the run is run again."""
    plan, log = write_study(tmp_path)
    usual = batches.run_once

    def failing(studied, setting, seed):
        if setting.varied.get("perturbation.share") == 0.2 and seed == 3:
            raise MemoryError("no room")
        return usual(studied, setting, seed)

    monkeypatch.setattr(batches, "run_once", failing)
    found = run_study(plan, log, folder=tmp_path / "runs")
    errors = found.runs.frame.loc[found.runs.frame["error"] != "", "error"].tolist()
    assert errors == ["MemoryError: no room"] * 6 + ["'the \"best\"' is not rated, and is at the top of the reference"]
    assert any("2 runs ended for want of memory, disk or a worker" in note for note in found.runs.notes)
    assert len(records(tmp_path / "runs")) == n_runs(10) - 2
    monkeypatch.undo()
    again = run_study(plan, log, folder=tmp_path / "runs")
    assert in_bytes_of(again, tmp_path) == in_bytes_of(run_study(plan, log), tmp_path)


def test_without_room_nothing_is_corrupt(tmp_path, monkeypatch):
    """The disk is full in the middle of a line."""
    with Journal(tmp_path, ABOUT) as journal:
        journal.add([{"run": 1, "found": []}])
        before, write = (tmp_path / NAME).read_bytes(), os.write

        def half(file, content):
            if len(content) < 40:
                raise OSError(errno.ENOSPC, "No space left on device")
            return write(file, content[: len(content) // 2])

        monkeypatch.setattr(os, "write", half)
        with pytest.raises(
            InputError, match=r"No space left on device\); the runs that finished before are kept: make room, and give the same command"
        ):
            journal.add([{"run": 2, "found": [[0.5, "x" * 100, ""]]}])
        monkeypatch.undo()
        assert (tmp_path / NAME).read_bytes() == before
        journal.add([{"run": 2, "found": []}])
    assert [record["run"] for record in records(tmp_path)] == [1, 2]


@pytest.mark.slow
def test_a_full_disk_in_a_shell(tmp_path):
    """No file may be longer than the head of the journal and some runs; a process of its own has this limit."""
    write_study(tmp_path)
    whole = outside("study", "plan.toml", "log.csv", "-o", "whole", folder=tmp_path)
    assert whole.returncode == 0, whole.stderr
    head = (tmp_path / "whole" / NAME).read_bytes().index(b"\n")
    limit = head + 1500
    full = outside(
        *("study", "plan.toml", "log.csv", "-o", "full"),
        folder=tmp_path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert full.returncode == 2
    assert "runs.journal' cannot be written (File too large); the runs that finished before are kept" in one_line(full.stderr)
    n_kept = len(records(tmp_path / "full"))
    assert 0 < n_kept < n_runs(10)
    assert (tmp_path / "full" / NAME).read_bytes().endswith(b"\n")
    assert [path.name for path in (tmp_path / "full").iterdir()] == [NAME]
    again = outside("study", "plan.toml", "log.csv", "-o", "full", folder=tmp_path)
    assert (again.returncode, again.stdout) == (0, whole.stdout)
    for name in ("runs.parquet", "summary.csv"):
        assert (tmp_path / "full" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def run_in(folder):
    """Run the study of a folder in this process."""
    plan, log = write_study(folder, seeds=60)
    run_study(plan, log, folder=folder / "runs")


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path):
    """Twenty times, in processes that have everything loaded: each is killed while runs are written."""
    context, rng = multiprocessing.get_context("forkserver"), random.Random(5)
    context.set_forkserver_preload(["tests.test_study_journal"])
    path, n_killed, kept = tmp_path / "runs" / NAME, 0, b""
    while n_killed < 20:
        process = context.Process(target=run_in, args=(tmp_path,))
        process.start()
        start, more = path.stat().st_size if path.exists() else 0, rng.randrange(1, 2000)
        while process.is_alive() and (not path.exists() or path.stat().st_size < start + more):
            time.sleep(0.0005)
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        if process.exitcode == 0:
            break
        n_killed += process.exitcode == -signal.SIGKILL
        held = path.read_bytes()
        whole = held[: held.rindex(b"\n") + 1]
        # Nothing that was whole before is lost.
        assert whole.startswith(kept)
        kept = whole
    assert n_killed == 20
    run_in(tmp_path)
    numbers = [record["run"] for record in records(tmp_path / "runs")]
    assert sorted(numbers) == list(range(n_runs(60)))
    plan, log = write_study(tmp_path, seeds=60)
    assert in_bytes_of(run_study(plan, log, folder=tmp_path / "runs"), tmp_path) == in_bytes_of(run_study(plan, log), tmp_path)


@pytest.mark.slow
def test_the_command_killed_and_given_again(tmp_path):
    """As a user kills it; what it says in the end is what it says undisturbed."""
    import subprocess

    write_study(tmp_path, seeds=60)
    command, rng = [RECOUNT, "study", "plan.toml", "log.csv", "-o"], random.Random(8)
    whole = subprocess.run([*command, "whole"], cwd=tmp_path, capture_output=True, check=True)
    path, n_killed = tmp_path / "runs" / NAME, 0
    for _ in range(6):
        process = subprocess.Popen([*command, "runs"], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        start = path.stat().st_size if path.exists() else 0
        more = rng.randrange(1, 4000)
        while process.poll() is None and (not path.exists() or path.stat().st_size < start + more):
            time.sleep(0.001)
        process.kill()
        n_killed += process.wait() == -signal.SIGKILL
    assert n_killed >= 4
    last = subprocess.run([*command, "runs"], cwd=tmp_path, capture_output=True, check=True)
    assert last.stdout == whole.stdout
    assert len({record["run"] for record in records(tmp_path / "runs")}) == len(records(tmp_path / "runs")) == n_runs(60)
    for name in ("runs.parquet", "summary.csv"):
        assert (tmp_path / "runs" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_the_manifest_says_what_the_study_is(recount, tmp_path):
    write_study(tmp_path, seeds=2)
    assert recount("study", "plan.toml", "log.csv", "-o", "runs").code == 0
    manifest = json.loads((tmp_path / "runs" / "runs.parquet.manifest.json").read_text())
    assert manifest["specification"]["plan"]["seeds"] == 2
    assert [one["path"] for one in manifest["inputs"]][:2] == ["log.csv", "plan.toml"]
