"""What a log holds, as a table."""

import pytest

from recount.data.choices import Reading
from recount.engine.errors import InputError
from recount.sims.analysis.checking import check
from recount.sims.analysis.log import read
from recount.sims.specification import Specification

CIRCLE = [("a", "b", "model_a"), ("b", "c", "model_a"), ("c", "a", "model_a")]
ODD = [("a", "a", "tie"), ("A", "b", "tie"), ("b", "", "tie"), ("b", "top", "model_b"), ("a", "top", "model_b"), ("a", "b", "?")]


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.csv"
    lines = ["model_a,model_b,winner", *map(",".join, CIRCLE + ODD), "torn"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read(path, reading=Reading(max_rejected=1.0))


def test_everything_that_is_wrong(log):
    table = check(log)
    (path,) = log.paths
    rows = list(table.to_frame().itertuples(index=False, name=None))
    assert table.kind == "check"
    assert list(table.to_frame()) == ["topic", "item", "value"]
    for row in (
        ("rows", "read", "10"),
        ("rows", "left out", "4"),
        ("votes", "all", "6"),
        ("votes", "tie", "1"),
        ("competitors", "all", "5"),
        ("competitors", "most votes: b", "4"),
        ("pairs", "with votes", "6"),
        ("rejects", "unparsable line", "1"),
        ("names alike", "'A' / 'a'", "kept apart"),
        ("reject", f"{path} row 4", "competitor against itself: model_a=model_b='a'"),
        ("reject", f"{path} row 6", "missing name: model_b=None"),
        ("reject", f"{path} row 9", "unknown outcome: winner='?'"),
        ("reject", f"{path} row 10", "unparsable line: 'torn'"),
    ):
        assert row in rows


def test_whether_ratings_exist(log):
    def found(**choices):
        frame = check(log, Specification(**choices)).to_frame()
        return frame.loc[frame["topic"] == "ratings", ["item", "value"]].to_numpy().tolist()

    ((exist, why),) = found()
    assert exist == "do not exist"
    assert "'top'" in why
    assert found(existence="largest") == [["exist", "4 competitors can be rated"]]
    assert found(minimum_votes=9) == [["do not exist", "fewer than two competitors have 9 votes; lower minimum_votes"]]


def test_a_check_does_not_send_to_itself(tmp_path):
    (tmp_path / "log.csv").write_text("x,y,z\n1,2,3\n")
    said = " ".join(check(read(tmp_path / "log.csv")).frame["value"])
    assert "name them with --model-a" in said
    assert "recount check" not in said
    with pytest.raises(InputError, match="recount check looks for"):
        _ = read(tmp_path / "log.csv").counts
