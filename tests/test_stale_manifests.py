"""A command that is killed between the names of its files leaves a new file beside an old manifest: every reader of ours notices."""

import shutil

import pytest

from recount.data.manifests import check_as_written
from recount.engine.errors import InputError
from recount.sims.analysis.log import read
from recount.sims.presentation.files import read_leaderboard
from tests.commands import one_line

PAIRS = ("p,q", "q,p", "p,r", "r,p", "q,r", "r,q")
LOG = "model_a,model_b,winner\n" + "".join(f"{pair},{winner}\n" for pair in PAIRS for winner in ("model_a", "model_b", "tie", "model_a"))
BOOTSTRAP = ("--intervals", "bootstrap", "--n-replicates", "40")
# What writes a file, with another seed or log the second time, and what reads it.
KINDS = {
    "a leaderboard": (("rate", "LOG", "-o", "file.csv"), "file.csv", ("rate", "one.csv", "--against", "file.csv")),
    "replicates": (("rate", "LOG", *BOOTSTRAP, "--replicates", "file.parquet"), "file.parquet", ("countries", "--replicates", "file.parquet")),
    "a state": (("elo", "LOG", "-o", "file.json"), "file.json", ("elo", "later.csv", "--resume", "file.json")),
    "saved counts": (("check", "LOG", "--save-counts", "file.parquet"), "file.parquet", ("rate", "file.parquet")),
    "simulated votes": (("simulate", "arena", "--votes", "600", "--seed", "SEED", "-o", "file.csv"), "file.csv", ("rate", "file.csv")),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_file_beside_an_old_manifest(recount, tmp_path, kind):
    writes, name, reads = KINDS[kind]
    for number, log in enumerate(("one.csv", "two.csv")):
        (tmp_path / log).write_text(LOG + "p,q,model_a\n" * (1 + number))
        said = recount(*(log if word == "LOG" else str(number + 1) if word == "SEED" else word for word in writes))
        assert said.code == 0, said.err
        if not number:
            shutil.copy(tmp_path / f"{name}.manifest.json", tmp_path / "old.json")
            first = (tmp_path / name).read_bytes()
    assert first != (tmp_path / name).read_bytes()
    (tmp_path / "later.csv").write_text("model_a,model_b,winner\np,q,tie\n")
    check_as_written(tmp_path / name)
    shutil.copy(tmp_path / "old.json", tmp_path / f"{name}.manifest.json")
    said = recount(*reads)
    assert said.code == 2
    assert f"{name!r} is not as it was written, by the checksum in its manifest" in one_line(said.err)


def test_in_python(recount, tmp_path):
    (tmp_path / "one.csv").write_text(LOG)
    assert recount("rate", "one.csv", "-o", "board.csv").code == 0
    assert recount("simulate", "arena", "--votes", "500", "-o", "votes.csv").code == 0
    assert read(tmp_path / "votes.csv").counts.n_votes == 500
    for name in ("board.csv", "votes.csv"):
        with (tmp_path / name).open("a") as file:
            file.write("\n")
    with pytest.raises(InputError, match=r"board\.csv' is not as it was written"):
        read_leaderboard(tmp_path / "board.csv")
    with pytest.raises(InputError, match=r"votes\.csv' is not as it was written"):
        read(tmp_path / "votes.csv").rows()
    (tmp_path / "votes.csv.manifest.json").write_text("[]")
    with pytest.raises(InputError, match=r"votes\.csv\.manifest\.json' is no manifest; write .* again, or move the manifest away"):
        read(tmp_path / "votes.csv").rows()


def test_voters_that_are_left_out(recount, tmp_path):
    (tmp_path / "voters.csv").write_text("voter\nv\n")
    (tmp_path / "voters.csv.manifest.json").write_text('{"output_sha256": "0"}')
    (tmp_path / "one.csv").write_text(LOG.replace("\n", ",w\n").replace("winner,w", "winner,voter", 1))
    said = recount("rate", "one.csv", "--without-voters", "voters.csv")
    assert "'voters.csv' is not as it was written" in one_line(said.err)


def test_tables_of_a_replaced_run_go_with_it(recount, tmp_path):
    """A second log of the same name has no careless voters; those of the first stay only where somebody changed the file."""
    arena = ("simulate", "arena", "--votes", "600", "--voters", "40")
    assert recount(*arena, "--careless", "0.2", "-o", "log.csv").code == 0
    assert recount(*arena, "--careless", "0.2", "-o", "log.other.csv").code == 0
    assert (tmp_path / "log.voters.csv").exists()
    (tmp_path / "log.notes.csv").write_text("mine\n")
    said = recount(*arena, "-o", "log.csv")
    assert "removed log.voters.csv, which was written with the file that is replaced" in said.err
    left = {path.name for path in tmp_path.iterdir() if not path.name.endswith(".manifest.json")}
    assert left == {"log.csv", "log.truth.csv", "log.notes.csv", "log.other.csv", "log.other.truth.csv", "log.other.voters.csv"}
    assert len(list(tmp_path.glob("*.manifest.json"))) == 5
    assert recount(*arena, "--careless", "0.2", "-o", "log.csv").code == 0
    with (tmp_path / "log.voters.csv").open("a") as file:
        file.write("mine,honest,1\n")
    assert recount(*arena, "-o", "log.csv").code == 0
    assert (tmp_path / "log.voters.csv").exists()
