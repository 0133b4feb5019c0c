"""The command as a user runs it: exit codes, one line for what a user can mend, the same numbers in every file, files that can be made again."""

import contextlib
import hashlib
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import time
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pytest

from recount import analyse
from recount.data.catalogue import BUNDLED
from recount.engine import anchored, covariance, leaderboard
from recount.sims.specification import Specification
from tests.commands import RECOUNT, one_line, outside, write_log
from tests.logs import in_bytes, some_votes

ANCHOR = ("--anchor", "mixtral-8x7b-instruct-v0.1", "--anchor-rating", "1114")

UNDEFEATED = [("king", "a", "model_a"), ("king", "b", "model_a")]
WINLESS = [("a", "last", "model_a"), ("last", "b", "model_b")]
CIRCLE = [("a", "b", "model_a"), ("b", "c", "model_a"), ("c", "a", "model_a")]
ELSEWHERE = [("x", "y", "model_a"), ("y", "x", "model_a")]


# What the files hold


def test_rate_is_the_library_seen_from_a_shell(recount, arena, tmp_path):
    """The same numbers in every file, to the last bit, and those that Python gets."""
    for ending in ("csv", "parquet", "json"):
        assert recount("rate", *ANCHOR, "--seed", 5, "-o", f"board.{ending}")[0] == 0
    scale = anchored(arena.names, arena.strengths, ANCHOR[1], 1114)
    truth = leaderboard(covariance(arena), arena.contests.votes_of_each(), scale=scale, seed=5)
    assert truth.set_index("competitor").loc[ANCHOR[1], "rating"] == pytest.approx(1114, abs=1e-9)
    in_parquet = pd.read_parquet(tmp_path / "board.parquet")
    pd.testing.assert_frame_equal(in_parquet, truth, check_exact=True)
    rows = json.loads((tmp_path / "board.json").read_text(encoding="utf-8"))
    assert [list(row.values()) for row in rows] == truth.astype(object).where(truth.notna(), None).values.tolist()
    header, *lines = (line.split(",") for line in (tmp_path / "board.csv").read_text(encoding="utf-8").splitlines())
    assert header == list(truth.columns)
    for line, row in zip(lines, truth.itertuples(index=False), strict=True):
        assert [type(value)(text) for text, value in zip(line, row, strict=True)] == list(row)


def test_countries_are_the_library_seen_from_a_shell(recount, tmp_path):
    choices = ("--both-bad", "drop", "--minimum-votes", 1000, "--k", 2, "--top", 10, "--n-draws", 300)
    assert recount("countries", *choices, "-o", "countries.parquet")[0] == 0
    truth = analyse(both_bad="drop", minimum_votes=1000, k=2, top=10, n_draws=300).countries().frame
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "countries.parquet"), truth, check_exact=True)


def test_countries_tell_of_votes_without_a_voter(recount, tmp_path):
    (tmp_path / "log.csv").write_text(
        "model_a,model_b,winner,voter\ngpt-4-0613,yi-large,model_a,v\nyi-large,claude-1,model_a,\nclaude-1,gpt-4-0613,model_a,w\n"
    )
    assert "1 vote has no 'voter'; each counts as one by itself\n" in recount("countries", "log.csv", "--cluster", "voter")[2]


@pytest.mark.parametrize(
    "command",
    [
        ("rate", *ANCHOR, "-o", "board.csv"),
        ("rate", "--both-bad", "drop", "--intervals", "fisher", "--seed", "3", "-o", "board.parquet"),
        ("rate", "log one.csv", "two.parquet", "--minimum-votes", "2", "-o", "board.json"),
        ("countries", "--n-draws", "200", "-o", "countries.json"),
        ("rate", "log one.csv", "--specifications", "grid", "-o", "grid.csv"),
        ("check", "log one.csv", "-o", "check.csv"),
    ],
    ids=lambda command: f"{command[0]} {command[-1]}",
)
def test_the_command_in_a_manifest_makes_the_same_bytes(recount, tmp_path, command):
    """In a new process, in the folder that the manifest names."""
    write_log(tmp_path / "log one.csv", some_votes(300, 1))
    write_log(tmp_path / "two.parquet", some_votes(300, 2))
    assert recount(*command)[0] == 0
    written = [path for path in tmp_path.iterdir() if path.with_name(path.name + ".manifest.json").exists()]
    assert len(written) == (4 if command[-1] == "grid.csv" else 1)
    before = {}
    for path in written:
        manifest = json.loads(path.with_name(path.name + ".manifest.json").read_text(encoding="utf-8"))
        assert manifest["command"] == ["recount", *command]
        assert manifest["folder"] == str(tmp_path)
        assert manifest["output_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert manifest["inputs"]
        for source in manifest["inputs"]:
            assert source["sha256"] == hashlib.sha256(Path(manifest["folder"], source["path"]).read_bytes()).hexdigest()
        before[path] = path.read_bytes()
        path.unlink()
    name, *arguments = manifest["command"]
    path_of_programs = os.pathsep.join([str(RECOUNT.parent), os.environ["PATH"]])
    again = outside(*arguments, folder=manifest["folder"], env={**os.environ, "PATH": path_of_programs})
    assert (name, again.returncode, again.stdout) == ("recount", 0, "")
    assert {path: path.read_bytes() for path in written} == before


def test_manifests_name_every_choice_and_input(recount, tmp_path):
    log = write_log(tmp_path / "log.csv", some_votes())
    assert recount("rate", log, "--ties", "drop", "--existence", "prior", "--seed", 9, "-o", "board.csv")[0] == 0
    manifest = json.loads((tmp_path / "board.csv.manifest.json").read_text(encoding="utf-8"))
    assert [source["path"] for source in manifest["inputs"]] == [str(log)]
    chosen = json.loads(json.dumps(Specification(ties="drop", existence="prior", seed=9).as_dict()))
    assert manifest["specification"] == manifest["specification"] | {name: chosen[name] for name in chosen if name in manifest["specification"]}
    assert {"ties", "weights", "prior", "intervals", "confidence_level", "p_top", "anchor", "model_a", "max_rejected"} <= set(
        manifest["specification"]
    )
    assert (manifest["seed"], manifest["recount"]) == (9, version("arena-recount"))
    assert recount("countries", "--catalogue", shutil.copy(BUNDLED[1], tmp_path / "own.csv"), "-o", "c.csv")[0] == 0
    inputs = json.loads((tmp_path / "c.csv.manifest.json").read_text(encoding="utf-8"))["inputs"]
    assert {Path(source["path"]).name for source in inputs} == {
        "own.csv",
        "models.csv",
        "organisations.csv",
        "licences.csv",
        "arena_20240814.parquet",
    }


def test_check_shows_what_is_wrong(recount, tmp_path):
    votes = [*CIRCLE, ("a", "a", "tie"), ("A", "b", "tie"), ("b", "", "tie"), *UNDEFEATED, ("a", "b", "?")]
    log = write_log(tmp_path / "log.csv", votes)
    log.write_bytes(log.read_bytes() + b"torn\n")
    code, out, err = recount("check", log)
    assert (code, err) == (0, "")
    for line in (
        "rows,read,10",
        "rows,left out,4",
        "votes,all,6",
        "votes,tie,1",
        "competitors,all,5",
        "competitors,most votes: b,4",
        "rejects,unparsable line,1",
        "names alike,'A' / 'a',kept apart",
        f"reject,{log} row 4,competitor against itself: model_a=model_b='a'",
        f"reject,{log} row 6,missing name: model_b=None",
        f"reject,{log} row 9,unknown outcome: winner='?'",
        f"reject,{log} row 10,unparsable line: 'torn'",
    ):
        assert line in out.splitlines()
    assert "do not exist" in out
    assert "undefeated: 'king'" in out


def test_rejects_are_told(recount, tmp_path):
    log = write_log(tmp_path / "log.csv", [*some_votes(), ("a", "a", "tie"), ("GPT-4", "gpt-4", "tie")])
    code, out, err = recount("rate", log)
    assert code == 0
    assert "1 of 202 rows left out (competitor against itself: 1); recount check lists them" in err
    assert "names that look alike (space, case, hidden or similar characters, a maker in front), kept apart: 'GPT-4', 'gpt-4'" in err
    assert len(out.splitlines()) == 9
    code, _, err = recount("rate", log, "--max-rejected", 0)
    assert (code, "1 of 202 rows are no votes" in one_line(err)) == (2, True)


# What a user can mend


REMEDIES = {
    "undefeated": (
        UNDEFEATED + CIRCLE,
        "undefeated: 'king'",
        {"drop": {"a", "b", "c"}, "largest": {"a", "b", "c"}, "prior": {"a", "b", "c", "king"}},
    ),
    "winless": (CIRCLE + WINLESS, "winless: 'last'", {"drop": {"a", "b", "c"}, "largest": {"a", "b", "c"}, "prior": {"a", "b", "c", "last"}}),
    "chain": ([("a", "b", "model_a"), ("b", "c", "model_a")], "undefeated: 'a'; winless: 'c'", {"prior": {"a", "b", "c"}}),
    "two groups": (CIRCLE + ELSEWHERE, "{'a', 'b', 'c'}; {'x', 'y'}", {"largest": {"a", "b", "c"}, "prior": {"a", "b", "c", "x", "y"}}),
}


@pytest.mark.parametrize("case", REMEDIES)
def test_each_remedy_works(recount, tmp_path, case):
    votes, named, remedies = REMEDIES[case]
    log = write_log(tmp_path / "log.csv", votes)
    code, out, err = recount("rate", log)
    assert (code, out) == (2, "")
    error = one_line(err)
    assert named in error
    for remedy, rated in remedies.items():
        assert f"--existence {remedy} (" in error
        code, out, err = recount("rate", log, "--existence", remedy)
        assert code == 0
        assert {line.split(",")[1] for line in out.splitlines()[1:]} == rated
        assert remedy in err
    for useless in {"drop", "largest", "prior"} - set(remedies):
        code, _, err = recount("rate", log, "--existence", useless)
        assert (code, f"--existence {useless} (" in one_line(err), f"--existence {useless} (" in error) == (2, False, False)


FILES = {
    "empty.csv": b"",
    "truncated.parquet": in_bytes(".parquet", some_votes())[:-99],
    "binary.csv": bytes(range(256)) * 99,
    "latin.csv": in_bytes(".csv", [("\xe9", "b", "tie")]).decode().encode("latin1"),
    "line.jsonl": b"x" * 10_000_000,
    "log.txt": b"",
    "control \x1b[31m.csv": b"",
    "swallowed.csv": in_bytes(".csv", some_votes()) + b'"a,b,tie\n' + b"a,b,tie\n" * 9,
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("command", ["check", "rate", "countries"])
def test_bad_files_are_one_line(recount, tmp_path, command, name):
    (tmp_path / name).write_bytes(FILES[name])
    code, out, err = recount(command, name)
    # A check is there to show rejects.
    if command == "check" and name in ("latin.csv", "line.jsonl"):
        assert (code, "do not exist" in out) == (0, True)
    else:
        assert (code, out) == (2, "")
        assert name.partition("\x1b")[0] in one_line(err)


USAGE = {
    ("rat",): "No such command 'rat'; did you mean 'rate'?",
    ("rate", "--foo"): "No such option '--foo'",
    ("rate", "none.csv"): "none.csv: does not exist",
    ("rate", "*.votes"): "*.votes: no file matches",
    ("rate", ""): "an empty name names no file",
    ("rate", "--ties", "win"): "--ties",
    ("rate", "--top", "x"): "--top",
    ("rate", "--top", "0"): "--top is 0; give a whole number, 1 or more",
    ("rate", "--seed", "-1"): "--seed is -1",
    ("rate", "--n-draws", "0"): "--n-draws is 0",
    ("rate", "--confidence-level", "95"): "--confidence-level is 95.0; give a number, above 0 and below 1",
    ("rate", "--max-rejected", "2"): "--max-rejected is 2",
    ("rate", "--minimum-votes", "-1"): "--minimum-votes is -1",
    ("rate", "--minimum-votes", "10000000"): "fewer than two competitors have 10,000,000 votes; lower --minimum-votes",
    ("rate", "--anchor", "nobody"): "anchor 'nobody' is not among the 129 rated competitors",
    ("rate", "--anchor-rating", "1200"): "--anchor-rating is 1200, but no anchor is named",
    ("rate", *ANCHOR[:3], "nan"): "--anchor-rating is nan",
    ("rate", "--winner", "model_a"): "name one column twice",
    ("rate", "--winner", "result"): "has no column 'result' but 'model_a', 'model_b', 'winner', 'count'; name the column with --winner",
    ("rate", "-o"): "requires an argument",
    ("rate", "-o", "board.xlsx"): "ends in '.xlsx'; writable are .csv, .parquet, .json",
    ("rate", "-o", "none/board.csv"): "its folder is not a directory",
    ("rate", "--n-draws", "100000000000"): "--n-draws is 100000000000: they would take",
    ("countries", "--catalogue", "none.csv"): "catalogue none.csv cannot be read",
    ("countries", "--metric", "lag", "--k", "5"): "--k is 5, which has no effect on these groups and metrics",
    ("countries", "--metric", "best", "--group", "large", "--open-weights", "osi"): "--open-weights is osi, which has no effect",
    ("countries", "--metric", "number above", "--above", "1300"): "nothing fixes the scale of ratings; give --anchor",
    ("countries", "--bloc", "x=UK,US"): "--bloc is 'x=UK,US', and 'UK' is no code",
    ("countries", "--retired", "out"): "--retired is 'out', and the catalogue knows of no model whether it is retired",
    ("countries", "--metric", "number in top", "--by", "topic"): "gaps by category are of ratings",
    ("countries", "--size-threshold", "nan"): "--size-threshold is nan",
    ("countries", "--specifications", "all"): "--specifications",
}


@pytest.mark.parametrize("arguments", USAGE, ids=" ".join)
def test_wrong_usage_is_one_line(recount, arguments):
    code, out, err = recount(*arguments)
    assert (code, out) == (2, "")
    assert USAGE[arguments] in one_line(err)


def test_what_was_read_is_not_written_over(recount, tmp_path):
    log = write_log(tmp_path / "log.csv", some_votes())
    before = log.read_bytes()
    code, _, err = recount("rate", "log.csv", "-o", log)
    assert (code, "is one of the inputs" in one_line(err), log.read_bytes() == before) == (2, True, True)
    code, _, err = recount("rate", "log.csv", log)
    assert (code, "is given twice" in one_line(err)) == (2, True)


def test_names_that_nobody_knows_have_no_country(recount, tmp_path):
    votes = [(f"no {one}", f"no {other}", outcome) for one, other, outcome in some_votes()]
    code, _, err = recount("countries", write_log(tmp_path / "log.csv", votes))
    assert (code, "no competitor has a country in the catalogue" in one_line(err)) == (2, True)


def test_a_defect_is_no_usage_error(recount, monkeypatch):
    def defect(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("recount.sims.analysis.log.read_counts", defect)
    with pytest.raises(ZeroDivisionError):
        recount("rate")


# As a process among others


def test_help_and_version(tmp_path):
    nothing = outside(folder=tmp_path)
    assert nothing.returncode == 0
    for command in ("check", "rate", "countries"):
        assert command in nothing.stdout
    assert nothing.stderr == ""
    told = outside("--version", folder=tmp_path)
    assert (told.returncode, told.stdout, told.stderr) == (0, f"recount {version('arena-recount')}\n", "")


def test_a_pipe_gets_csv_of_all(tmp_path):
    done = outside("rate", folder=tmp_path)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 130
    assert done.stdout.startswith("rank,competitor,rating,")
    assert "1,670,250 votes, 129 competitors; converged" in done.stderr


def test_names_in_any_script_whatever_the_locale(tmp_path):
    log = write_log(tmp_path / "log.csv", [("\u540d\u524d", "b", "tie"), ("b", "\u540d\u524d", "tie")])
    done = outside("rate", log, folder=tmp_path, env={**os.environ, "PYTHONIOENCODING": "latin1"})
    assert done.returncode == 0
    assert "\u540d\u524d" in done.stdout


def test_a_pipe_that_is_closed_early(tmp_path):
    """More is written than a pipe holds, so that the program is still writing when nobody reads on."""
    log = write_log(tmp_path / "log.csv", [(f"name {'x' * 200} {i}", f"name {'x' * 200} {(i + 1) % 999}", "tie") for i in range(999)])
    process = subprocess.Popen([RECOUNT, "rate", log], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout.readline().startswith(b"rank,")
    process.stdout.close()
    err = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(60) == -signal.SIGPIPE
    assert "Traceback" not in err
    assert "rror" not in err.replace("standard_error", "")


def open_files(pid):
    """Return the files that a process has open; one that it closes meanwhile is not among them."""
    files = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            files.add(os.readlink(link))
    return files


def test_interruption(tmp_path):
    """Ctrl-C while a long log is read."""
    log = tmp_path / "log.csv"
    with log.open("wb") as file:
        file.write(b"model_a,model_b,winner\n")
        for _ in range(40):
            file.write(b"a,b,tie\nb,a,model_a\nb,a,model_b\n" * 100_000)
    process = subprocess.Popen([RECOUNT, "rate", log], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    # The log is open when the program has been loaded and reads.
    while str(log) not in open_files(process.pid):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err


def test_a_terminal_gets_a_table(tmp_path):
    master, slave = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "LINES": "40", "TERM": "xterm", "NO_COLOR": "1"}
    log = write_log(tmp_path / "log.csv", [("\u4e2d\u6587", "b", "tie"), ("b", "<b>[bold]", "tie"), ("\u4e2d\u6587", "<b>[bold]", "model_a")])
    process = subprocess.Popen([RECOUNT, "rate", log], stdout=slave, stderr=subprocess.PIPE, env=environment)
    os.close(slave)
    text = b""
    try:
        while piece := os.read(master, 1 << 16):
            text += piece
    except OSError:
        # How Linux says that the other end of a terminal is closed.
        pass
    os.close(master)
    process.communicate(timeout=60)
    assert process.returncode == 0
    lines = re.sub(r"\x1b\[[0-3]m", "", text.decode()).splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("\u4e2d\u6587 is first with ")
    assert any("\u4e2d\u6587" in line and "\u25cf" in line for line in lines)
    assert any("<b>[bold]" in line for line in lines)
    assert "-o FILE writes every row and column" in " ".join(lines[-2:])
