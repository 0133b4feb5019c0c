"""Files appear whole or not at all, together with their manifests, and nothing that is needed is written over."""

import hashlib
import json
import os
import signal
import stat
import subprocess
import sys

import pytest

from recount.data.whole_files import WholeFiles, write_whole
from recount.engine import InputError
from recount.sims.analysis.log import read
from tests.commands import RECOUNT, one_line
from tests.logs import in_bytes, some_votes

BOOTSTRAP = ("--intervals", "bootstrap", "--n-replicates", "40")


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.csv"
    path.write_bytes(in_bytes(".csv", some_votes()))
    return path


def everything(folder):
    """Every file in a folder, with its bytes."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def fail(path):
    path.write_text("half")
    raise RuntimeError


def test_files_appear_together(tmp_path):
    files = WholeFiles()
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text("before")
    old.chmod(0o640)
    assert files.write(old, lambda path: path.write_text("after")) == hashlib.sha256(b"after").hexdigest()
    files.write(new, lambda path: path.write_text("too"))
    assert (old.read_text(), new.exists()) == ("before", False)
    files.publish()
    assert everything(tmp_path) == {"old.txt": b"after", "new.txt": b"too"}
    assert stat.S_IMODE(old.stat().st_mode) == 0o640


def test_a_file_that_cannot_be_completed_leaves_nothing(tmp_path):
    (tmp_path / "x.txt").write_text("before")
    with pytest.raises(RuntimeError):
        write_whole(tmp_path / "x.txt", fail)
    assert everything(tmp_path) == {"x.txt": b"before"}


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "target.txt").write_text("before")
    (tmp_path / "link.txt").symlink_to("target.txt")
    write_whole(tmp_path / "link.txt", lambda path: path.write_text("after"))
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "target.txt").read_text() == "after"


WRITER = """
import sys, time
from pathlib import Path
from recount.data.whole_files import write_whole
def write(path):
    path.write_text("half")
    print("begun", flush=True)
    time.sleep(60)
write_whole(Path(sys.argv[1]), write)
"""


def test_what_was_killed_is_removed_and_what_runs_is_not(tmp_path):
    """By whoever writes next in the same folder; files of other machines, and of nobody's name, stay."""
    command = [sys.executable, "-c", WRITER, tmp_path / "x.csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as killed, subprocess.Popen(command, stdout=subprocess.PIPE) as running:
        assert (killed.stdout.readline(), running.stdout.readline()) == (b"begun\n", b"begun\n")
        killed.kill()
        killed.wait()
        strange = {".recount-other.csv", ".recount-00000000-0123456789abcdef.csv"}
        for name in strange:
            (tmp_path / name).write_text("stays")
        assert len(everything(tmp_path)) == 4
        write_whole(tmp_path / "y.txt", lambda path: path.write_text("whole"))
        (left,) = {*everything(tmp_path)} - strange - {"y.txt"}
        assert (tmp_path / left).read_text() == "half"
        running.kill()
        running.wait()
    write_whole(tmp_path / "z.txt", lambda path: path.write_text("whole"))
    assert {*everything(tmp_path)} == strange | {"y.txt", "z.txt"}


def test_one_who_writes_does_not_remove_its_own(tmp_path):
    files = WholeFiles()
    for name in ("a.txt", "b.txt"):
        files.write(tmp_path / name, lambda path: path.write_text("new"))
    write_whole(tmp_path / "c.txt", lambda path: path.write_text("new"))
    files.publish()
    assert everything(tmp_path) == dict.fromkeys(("a.txt", "b.txt", "c.txt"), b"new")


def test_interruption_comes_before_or_after(tmp_path, monkeypatch):
    """A signal between two renames is not seen before the last."""
    files = WholeFiles()
    for name in "ab":
        files.write(tmp_path / name, lambda path: path.write_text("new"))
    rename = type(tmp_path).replace

    def interrupted(path, target):
        os.kill(os.getpid(), signal.SIGINT)
        return rename(path, target)

    monkeypatch.setattr(type(tmp_path), "replace", interrupted)
    before = signal.getsignal(signal.SIGINT)
    files.publish()
    assert signal.getsignal(signal.SIGINT) is before
    assert everything(tmp_path) == {"a": b"new", "b": b"new"}


def linked(folder, name, target, how):
    """Another name of a file: a symbolic or a hard link, or a path that goes round."""
    if how == "round":
        (folder / "x").mkdir(exist_ok=True)
        return f"x/../{target}"
    path = folder / name
    path.symlink_to(target) if how == "symbolic" else path.hardlink_to(folder / target)
    return name


@pytest.mark.parametrize("how", ["symbolic", "hard", "round"])
def test_nothing_that_is_read_is_written_over(recount, log, tmp_path, how):
    for name in ("cat.csv", "b.csv.manifest.json", "board.parquet", "board.csv", "s.csv"):
        (tmp_path / name).write_text("precious")
    (tmp_path / "log.csv.manifest.json").write_text("how the log was made")
    before = everything(tmp_path)

    def other(name, target):
        return linked(tmp_path, name, target, how)

    for arguments, said in (
        (("rate", log, "-o", other("l1.csv", "log.csv")), "is one of the inputs"),
        (("rate", log, *BOOTSTRAP, "--replicates", other("l2.parquet", "log.csv") if how != "round" else "x/../log.csv"), ""),
        (("rate", log, "-o", other("m.json", "log.csv.manifest.json")), "is the manifest of the input"),
        (
            ("countries", log, "--catalogue", "b.csv.manifest.json", "-o", "b.csv"),
            "the manifest of an output, 'b.csv.manifest.json' is one",
        ),
        (("countries", log, "--catalogue", "cat.csv", "-o", other("c.csv", "cat.csv")), "is one of the inputs"),
        (("rate", log, *BOOTSTRAP, "-o", "board.parquet", "--replicates", other("r.parquet", "board.parquet")), "is also an output"),
        (("rate", log, *BOOTSTRAP, "-o", "new.parquet", "--replicates", "new.parquet"), "is also an output"),
        (("rate", log, "--against", "board.csv", "-o", other("a.csv", "board.csv")), "is one of the inputs"),
        (("elo", log, "--resume", "s.csv", "-o", other("t.csv", "s.csv")), "is one of the inputs"),
        (("influence", log, "--country-lead", "all", "--catalogue", "i.summary.csv", "-o", "i.csv"), "is one of the inputs"),
        (("simulate", "arena", "--like", "w.truth.csv", "-o", "w.csv"), "is one of the inputs"),
    ):
        code, out, err = recount(*arguments)
        assert (code, out) == (2, ""), (arguments, err)
        assert said in one_line(err), (arguments, err)
    after = everything(tmp_path)
    assert {name: after[name] for name in before} == before


def test_a_log_given_twice_through_a_link(recount, log, tmp_path):
    for how in ("symbolic", "hard"):
        name = linked(tmp_path, f"{how}.csv", "log.csv", how)
        code, _, err = recount("rate", "log.csv", name)
        assert (code, "is given twice, also as 'log.csv'" in one_line(err)) == (2, True)


@pytest.mark.parametrize("name", ["pipe.csv", "link.csv", "none.csv", "dangling.csv"])
def test_what_is_no_file_is_not_replaced(recount, log, tmp_path, name):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "link.csv").symlink_to("/dev/full")
    (tmp_path / "none.csv").symlink_to("none/at/all.csv")
    (tmp_path / "dangling.csv").symlink_to("dangling.csv")
    code, out, err = recount("rate", log, "-o", name)
    assert (code, out) == (2, "")
    assert "cannot be written" in one_line(err)
    assert stat.S_ISFIFO((tmp_path / "pipe.csv").stat().st_mode)


def test_the_manifest_has_the_checksum_of_what_was_read(recount, log, tmp_path, monkeypatch):
    """The log grows after it was read, while ratings are computed."""
    from recount.sims.analysis import analysis

    fit, before = analysis.rate, log.read_bytes()

    def slow(*arguments):
        log.write_bytes(before + b"a,b,tie\n")
        return fit(*arguments)

    monkeypatch.setattr(analysis, "rate", slow)
    assert recount("rate", log, "-o", "board.csv").code == 0
    manifest = json.loads((tmp_path / "board.csv.manifest.json").read_text())
    assert manifest["inputs"][0]["sha256"] == hashlib.sha256(before).hexdigest()


def test_a_log_that_changes_between_two_readings(log):
    opened = read(log)
    checksums = opened.checksums
    assert opened.counts.n_votes == 200
    assert opened.checksums == checksums == {str(log): hashlib.sha256(log.read_bytes()).hexdigest()}
    log.write_bytes(log.read_bytes() + b"a,b,tie\n")
    with pytest.raises(InputError, match="has changed since it was read"):
        opened.rows()
    late = read(log)
    assert late.counts.n_votes == 201
    log.write_bytes(log.read_bytes() + b"a,b,tie\n")
    with pytest.raises(InputError, match="has changed since it was read"):
        _ = late.checksums


PAIR = ("board.csv", "board.csv.manifest.json")
KILLED = """
import os, signal, sys
from pathlib import Path
from recount.data import whole_files
at, kind = int(sys.argv.pop(1)), sys.argv.pop(1)
calls = 0
def counted(function):
    def call(*arguments, **named):
        global calls
        calls += 1
        if calls == at:
            if kind == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(28, "No space left on device")
        return function(*arguments, **named)
    return call
whole_files.sha256 = counted(whole_files.sha256)
whole_files._force_to_disk = counted(whole_files._force_to_disk)
if kind == "kill":
    Path.replace = counted(Path.replace)
from recount.sims.command_line.program import main
main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["kill", "full"])
def test_old_pair_or_new_pair(tmp_path, log, kind):
    """Killed, or without room, at every step of the writing."""
    run = [sys.executable, "-c", KILLED]
    arguments = ["rate", "log.csv", "-o", "board.csv", "--seed"]
    subprocess.run([RECOUNT, *arguments, "1"], cwd=tmp_path, check=True, capture_output=True)
    old = {name: everything(tmp_path)[name] for name in PAIR}
    for at in range(1, 20):
        done = subprocess.run([*run, str(at), kind, *arguments, "2"], cwd=tmp_path, check=False, capture_output=True, text=True)
        found = everything(tmp_path)
        board, beside = (found[name] for name in PAIR)
        vouched = json.loads(beside)["output_sha256"] == hashlib.sha256(board).hexdigest()
        # Between two renames a new file stands beside an old manifest, which does not vouch for it.
        assert vouched or kind == "kill"
        if done.returncode == 0:
            break
        assert (board == old["board.csv"]) or b'"--seed",\n  "2"' in beside or not vouched
        if kind == "full":
            assert (done.returncode, "No space left" in one_line(done.stderr)) == (2, True)
            assert {name for name in found if name.startswith(".recount")} == set()
    assert done.returncode == 0
    assert at > 5
    # What was killed has left nothing, either.
    assert {name for name in found if name.startswith(".recount")} == set()


def test_an_output_is_no_manifest(recount, tmp_path):
    """It would take the place of what vouches for another file."""
    log = tmp_path / "log.csv"
    log.write_text("model_a,model_b,winner\na,b,tie\nb,a,model_a\na,b,model_a\n")
    assert recount("rate", log, "-o", tmp_path / "k.csv").code == 0
    before = (tmp_path / "k.csv.manifest.json").read_bytes()
    for option in ("-o", "--save-counts"):
        said = recount("rate", log, option, tmp_path / "k.csv.manifest.json")
        assert (said.code, "has the name of a manifest" in said.err or "ends in" in said.err) == (2, True)
    assert (tmp_path / "k.csv.manifest.json").read_bytes() == before
