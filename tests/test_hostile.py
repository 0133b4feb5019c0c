"""A tenth of the hostile runs of `benchmarks/hostile.py`, and what is bounded."""

import random
import subprocess
from functools import partial

import pytest
import zstandard

from benchmarks import hostile
from recount.data import read_counts
from recount.data.rejects import MOST_UNPARSABLE, N_KEPT
from recount.engine import InputError, OptionError, room
from recount.engine.room import check_number, check_room
from tests.commands import one_line

HEADER = b"model_a,model_b,winner\n"


@pytest.fixture(scope="module")
def setting(tmp_path_factory):
    found = hostile.Setting(tmp_path_factory.mktemp("hostile"), seed=1)
    yield found
    found.commands.close()


@pytest.mark.slow
@pytest.mark.parametrize("part", hostile.PARTS)
def test_a_tenth_of_the_hostile_runs(setting, part):
    """Of options, every one with two values."""
    run = partial(hostile.on_option, n_values=2) if part == "values" else hostile.PARTS[part]
    numbers = hostile.numbers_of(setting, part, step=1 if part == "values" else 10)
    assert [fault for number in numbers for fault in run(setting, number)] == []


@pytest.mark.parametrize(
    ("code", "err", "fault"),
    [(None, "Traceback\nIndexError", "traceback"), (-11, "", "crash"), (1, "", "exit code 1"), (2, "error: a\nb", "no clear line"), (0, "", "")],
)
def test_faults_are_seen(code, err, fault):
    assert hostile.fault_of(hostile.Said(code, 0.1, 100, "", err)).startswith(fault)
    assert hostile.fault_of(hostile.Said(0, 11.0, 100, "", "")) == "11.0 s"
    assert hostile.fault_of(hostile.Said(0, 1.0, 2000, "", "")) == "2000 MB"


def test_memory_that_a_shell_or_a_container_allows(tmp_path, monkeypatch):
    resource = pytest.importorskip("resource")
    told = subprocess.run(
        [hostile.RECOUNT, "countries"],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000)),
    )
    assert told.returncode == 2
    assert told.stderr == "error: this shell lets a program address 1 GB of memory (ulimit -v); 2.5 GB are needed\n"
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(room, "LIMITS_OF_CONTAINERS", (tmp_path / "absent", limit))
    limit.write_text("max\n")
    check_room("it", 1e8, "less")
    limit.write_text("100000000\n")
    with pytest.raises(OptionError, match=r"it would take 0\.1 GB of memory, and there are 0\.1; less"):
        check_room("it", 1e8, "less")


def test_damage_changes_a_file():
    rng, whole = random.Random(1), bytes(range(200))
    assert all(hostile.mangled(rng, whole) != whole for _ in range(100))


def packed(path, head, piece, n):
    """A small file that unpacks to `n` times a piece."""
    packer = zstandard.ZstdCompressor()
    with path.open("wb") as file, packer.stream_writer(file) as writer:
        writer.write(head)
        for _ in range(n):
            writer.write(piece)
    return path


def test_rejects_are_counted_and_a_sample_is_kept(tmp_path):
    log = packed(tmp_path / "log.csv.zst", HEADER, b"a,b,tie\na,b,win\na,a,tie\n" * 10_000, 5)
    _, quarantine = read_counts(log, max_rejected=1)
    assert (quarantine.n_rows, quarantine.n_rejected) == (150_000, 100_000)
    assert quarantine.n_of_reason == {"unknown outcome": 50_000, "competitor against itself": 50_000}
    assert len(quarantine.rejects) == 2 * N_KEPT
    assert quarantine.alike[["row", "n"]].values.tolist() == [[2, 50_000], [3, 50_000]]


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".csv.zst", ".jsonl.zst"])
def test_too_many_lines_that_cannot_be_parsed(tmp_path, ending):
    log = packed(tmp_path / f"log{ending}", HEADER, b"x\n" * 100_000, MOST_UNPARSABLE // 100_000 + 2)
    with pytest.raises(InputError, match=r"more than 1,000,000 lines cannot be parsed, first row 1"):
        read_counts(log, max_rejected=1)


@pytest.mark.parametrize(
    ("name", "head", "message"),
    [
        ("line.csv.zst", HEADER, "a line is longer than 4 MB, or a quotation mark is not closed"),
        ("quote.csv.zst", HEADER + b'a,"b,tie\n', "a line is longer than 4 MB, or a quotation mark is not closed"),
        ("head.csv.zst", b"", "a line is longer than 4 MB"),
        ("line.jsonl.zst", b"", "a line is longer than 64 MB"),
    ],
)
def test_lines_without_an_end(tmp_path, name, head, message):
    piece = b"a,b,tie\n" * 131_072 if name.startswith("quote") else b"a" * (1 << 20)
    with pytest.raises(InputError, match=message):
        read_counts(packed(tmp_path / name, head, piece, 80))


def test_what_is_too_large_is_refused_before_it_is_taken(recount, tmp_path):
    (tmp_path / "log.csv").write_bytes(hostile.plain_log(random.Random(0), ".csv"))
    for arguments, said in (
        (("rate", "log.csv", "--n-draws", "2000000000"), "--n-draws is 2000000000: they would take"),
        (("rate", "log.csv", "--intervals", "bootstrap", "--n-replicates", "2000000000"), "--n-replicates is 2000000000: they would take"),
        (("elo", "log.csv", "--order", "random", "--n-permutations", "2000000000"), "--n-permutations is 2000000000: they would take"),
        (("quality", "log.csv", "--held-out", "votes:2000000000"), "2000000000"),
        (("quality", "log.csv", "--held-out", f"votes:{'9' * 5000}"), "--held-out is"),
        (("simulate", "arena", "--votes", "2000000000", "--voters", "2000000000"), "this arena would take"),
    ):
        code, out, err = recount(*arguments)
        assert (code, out) == (2, "")
        assert said in one_line(err)
    with pytest.raises(OptionError, match=r"it would take 1,000,000,000\.0 GB of memory, and there are .*; less"):
        check_room("it", 1e18, "less")
    check_room("it", 1e6, "less")


def test_very_many_competitors_are_not_rated(recount, tmp_path):
    """Every two of them, side by side, would take gigabytes: refused before they are taken."""
    rows = [f"m{i},m{(i + 1) % 9000},{winner}\n" for i in range(9000) for winner in ("model_a", "model_b")]
    (tmp_path / "log.csv").write_text("model_a,model_b,winner\n" + "".join(rows))
    for command in ("rate", "quality", "influence"):
        code, out, err = recount(command, "log.csv")
        assert (code, out) == (2, ""), command
        assert "ratings of 9,000 competitors would take 8 GB of memory; at most 8,000 are rated together; leave out" in one_line(err), command
    check_number(1000)
    with pytest.raises(OptionError, match="ratings of 8,001 competitors would take 6 GB of memory; at most 8,000"):
        check_number(8001)


def test_a_check_of_very_many_competitors_fits_nothing(recount, tmp_path):
    """Existence alone is looked at."""
    rows = [f"m{i},m{(i + 1) % 5000},{winner}\n" for i in range(5000) for winner in ("model_a", "model_b")]
    (tmp_path / "log.csv").write_text("model_a,model_b,winner\n" + "".join(rows))
    said = recount("check", "log.csv")
    assert 'ratings,exist,"5,000 competitors can be rated"' in said.out
    (tmp_path / "log.csv").write_text("model_a,model_b,winner\n" + "".join(rows[:-2]) + "m4999,m0,model_a\n" + "x,m1,model_a\n")
    assert "ratings,do not exist," in recount("check", "log.csv").out
