"""The command lines of docs/data.md read what they say."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.logs import some_votes

PAGE = (Path(__file__).parents[1] / "docs" / "data.md").read_text(encoding="utf-8")


def lines_of(section):
    text = PAGE[PAGE.index(f"## {section}\n") :]
    text = text[: text.index("\n## ", 4)]
    return [line.partition("  #")[0].strip() for line in re.findall(r"^    (recount .*)$", text, re.M)]


def written(name, header, rows, separator=","):
    Path(name).write_text("\n".join(separator.join(map(str, row)) for row in [header, *rows]) + "\n", encoding="utf-8")


@pytest.fixture
def files(tmp_path, monkeypatch):
    """The files that the page names, with votes between three competitors."""
    monkeypatch.chdir(tmp_path)
    votes = [vote for vote in some_votes() if vote[2] in ("model_a", "model_b", "tie") and not any("," in name for name in vote[:2])]
    points = [{"model_a": (3, 1), "model_b": (0, 2), "tie": (1, 1)}[winner] for *_, winner in votes]
    written("semi.csv", ("model_a", "model_b", "winner"), votes, ";")
    Path("nested.jsonl").write_text("".join(json.dumps({"a": {"model": a}, "b": {"model": b}, "winner": w}) + "\n" for a, b, w in votes))
    flags = [(a, b, *(int(w == label) for label in ("model_a", "model_b", "tie"))) for a, b, w in votes]
    written("flags.csv", ("model_a", "model_b", "first", "second", "tie"), flags)
    written("games.csv", ("home", "away", "home_score", "away_score"), [(a, b, *p) for (a, b, _), p in zip(votes, points, strict=True)])
    written("margins.csv", ("model_a", "model_b", "margin"), [(a, b, p[0] - p[1]) for (a, b, _), p in zip(votes, points, strict=True)])
    five = ["A>>B", "B>>A", "A>B", "B>A", "A=B"]
    verdicts = [(a, b, {"model_a": five[2 * (i % 2)], "model_b": five[1 + 2 * (i % 2)], "tie": "A=B"}[w]) for i, (a, b, w) in enumerate(votes)]
    written("verdicts.csv", ("model_a", "model_b", "winner"), verdicts)
    written("judged.csv", ("model_a", "model_b", "ann", "ben"), [(a, b, w, v[2]) for (a, b, w), v in zip(votes, votes[1:] + votes[:1], strict=True)])
    ranks = [(1, 2, 3), (2, 1, 3), (3, 1, 2), (1, 3, 2), (2, 3, 1), (1, 2, 3)] * 5
    written("races.csv", ("x", "y", "z"), ranks)
    written("table.csv", ("", "x", "y", "z"), [("x", "", 7, 9), ("y", 5, "", 6), ("z", 2, 4, "")])


def test_shapes(files, recount):
    """Every line, and the same ratings from every form of the same votes."""
    found = {}
    for line in lines_of("A log in its own shape"):
        _, *words = shlex.split(line)
        said = recount(*words)
        assert said.code == 0, (line, said.err)
        found[words[1]] = said.frame()
    same = ["semi.csv", "nested.jsonl", "flags.csv", "games.csv", "margins.csv"]
    for name in same[1:]:
        assert found[name].equals(found["semi.csv"]), name
    assert len(found) == 9
    assert set(found["table.csv"].index) == {"x", "y", "z"}


def test_boards(tmp_path, monkeypatch, recount):
    """Boards that a page names: a known form, and one by its columns."""
    monkeypatch.chdir(tmp_path)
    rows = [("gpt-4-0613", 1160, 1155, 1165), ("mixtral-8x7b-instruct-v0.1", 1114, 1108, 1120), ("yi-34b-chat", 1111, 1100, 1122)]
    written("other.csv", ("Model", "Elo", "Low", "High"), rows)
    written("board.csv", ("model", "rating", "rating_lower", "rating_upper"), rows)
    (line,) = [line for line in lines_of("Published boards") if "other.csv" in line]
    said = recount(*shlex.split(line)[1:])
    assert said.code == 0, said.err
    board = said.frame()
    assert board.loc["gpt-4-0613", ["rating", "lower", "upper"]].astype(float).tolist() == pytest.approx([1160, 1155, 1165], abs=0.01)
    assert "independent" in said.err
