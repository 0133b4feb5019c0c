"""`recount influence` as a user runs it."""

import json
import signal
import sys

import numpy as np
import pandas as pd
import pytest

from recount.engine import clustered, count, fit
from recount.engine.scrutiny.conclusion import pair_order, top_set
from recount.engine.scrutiny.fewest_changes import fewest_votes
from recount.sims.analysis.changed_units import vote_table
from recount.sims.command_line.program import main
from tests.random_logs import voted


@pytest.fixture
def recount(monkeypatch, capsys):
    """Run a command; return its exit code and what it said."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["recount", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code or 0, capsys.readouterr()

    return run


@pytest.fixture
def log(tmp_path):
    """Votes of voters, and their file."""
    votes = voted(n_votes=300)
    names, voter = np.array(votes.names), votes.columns["voter"]
    winner = np.array(["model_a", "model_b", "tie", "tie (bothbad)"])[votes.outcome]
    label = np.array([*voter.levels, None], dtype=object)[voter.codes]
    path = tmp_path / "log.csv"
    pd.DataFrame({"model_a": names[votes.first], "model_b": names[votes.second], "winner": winner, "voter": label}).to_csv(path, index=False)
    return votes, path


def test_command_prints_what_the_library_finds(recount, arena, tmp_path):
    code, said = recount("influence")
    assert code == 0
    removal = fewest_votes(arena, top_set(arena))
    expected = vote_table(arena, removal)
    path = tmp_path / "expected.csv"
    expected[expected["n_changed"] > 0].to_csv(path, index=False, lineterminator="\n")
    assert said.out == path.read_text()
    changes = "changes the conclusion that 'chatgpt-4o-latest' is first: 'gemini-1.5-pro-exp-0801' passes 'chatgpt-4o-latest'"
    assert said.err.count(f"Removing 462 of 1,670,250 votes (0.028 %) {changes}") == 1
    assert said.err.count("is first") == 1
    assert "489 by a forecast to first order, without a refit; the number told is confirmed by refits" in said.err


def test_command_writes_all_effects_and_a_summary(recount, log, tmp_path):
    votes, path = log
    output = tmp_path / "effects.parquet"
    code, _ = recount("influence", path, "--pair", "m1", "m0", "--table", "effects", "-o", output)
    assert code == 0
    fitted = fit(count(votes))
    removal = fewest_votes(fitted, pair_order(fitted, "m0", "m1"))
    pd.testing.assert_frame_equal(pd.read_parquet(output), vote_table(fitted, removal))
    summary = pd.read_parquet(tmp_path / "effects.summary.parquet").iloc[0]
    assert (summary["n_changed"], summary["n_units"], summary["unit"]) == (removal.n_changed, 300, "vote")
    manifest = json.loads((tmp_path / "effects.parquet.manifest.json").read_text())
    assert manifest["specification"]["conclusion"] == removal.conclusion.statement


def test_command_by_voter(recount, log, tmp_path):
    votes, path = log
    code, said = recount("influence", path, "--cluster", "voter", "--table", "effects", "-o", tmp_path / "voters.csv")
    assert code == 0
    fitted = fit(count(votes))
    removal = fewest_votes(fitted, top_set(fitted), clusters=clustered(votes, fitted, "voter"))
    frame = pd.read_csv(tmp_path / "voters.csv")
    assert (frame["n_changed"] > 0).sum() == removal.n_changed
    assert frame["n_votes"].sum() == 300
    assert f"Removing {removal.n_changed} of {len(frame)} values in column 'voter' " in said.err
    assert f", with {removal.votes.sum()} votes," in said.err


def test_command_that_finds_nothing_says_so(recount, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("model_a,model_b,winner,count\na,b,model_a,9\na,b,model_b,1\n")
    code, said = recount("influence", path, "-o", tmp_path / "nothing.csv")
    assert code == 0
    assert said.err.count("No votes were found whose removal changes the conclusion that 'a' is first; that does not prove that there are none.") == 1
    assert not (tmp_path / "nothing.csv").exists()
    summary = pd.read_csv(tmp_path / "nothing.summary.csv").iloc[0]
    assert summary["conclusion"] == "'a' is first"
    assert pd.isna(summary["n_changed"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--pair", "m0", "nobody"), "'nobody' is not among the 6 rated competitors"),
        (("--top", "6"), "--top is 6; give a number between 1 and 5, as 6 competitors are rated"),
        (("--top", "2", "--pair", "m0", "m1"), "are different conclusions"),
        (("--country-lead", "all"), "fewer than two known countries"),
        (("--cluster", "nothing"), "'nothing'"),
    ],
)
def test_command_refuses(recount, log, arguments, message):
    code, said = recount("influence", log[1], *arguments)
    assert code == 2
    assert message in said.err.splitlines()[-1]
