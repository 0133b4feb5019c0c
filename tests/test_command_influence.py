"""A country's lead, tables of removed votes, and `recount influence` as a user runs it."""

import json
import signal
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recount.data import ARENA_VOTES, read_catalogue, read_counts
from recount.data.catalogue import LICENCE_CLASSES
from recount.engine import ELO, InputError, clustered, count, fit
from recount.engine.bradley_terry.pair_likelihood import PairLikelihood
from recount.engine.fitting import certified
from recount.engine.scrutiny.conclusion import pair_order, top_set
from recount.engine.scrutiny.removal import fewest_votes
from recount.sims import Specification
from recount.sims.command_line.main import main
from recount.sims.removal import OUTCOMES, below_minimum, cluster_table, country_lead, removal_summary, vote_table
from tests.test_clusters import voted
from tests.test_engine import counts_of
from tests.test_removal import NONE, left_by


@pytest.fixture(scope="module")
def arena():
    return fit(read_counts(ARENA_VOTES)[0])


@pytest.fixture(scope="module")
def catalogue():
    return read_catalogue()


@pytest.mark.parametrize(("group", "most"), [("all", 642), ("open weights", 277)])
def test_country_lead_of_the_arena(arena, catalogue, group, most):
    """A challenger of few votes can be the easier one: several contrasts at once, a first forecast 24 times too high."""
    conclusion = country_lead(arena, catalogue, None, group)
    removal = fewest_votes(arena, conclusion)
    assert removal.n_removed <= most
    facts = catalogue.loc[list(arena.names)]
    inside = np.ones(len(facts), bool) if group == "all" else facts["licence_class"].isin(LICENCE_CLASSES[1:]).to_numpy()
    country = np.where(inside & (facts["country"] != ""), facts["country"], None)
    known = np.array([name is not None for name in country])
    assert country[np.argmax(np.where(known, arena.strengths, -np.inf))] == "US"
    assert country[np.argmax(np.where(known, left_by(arena, removal), -np.inf))] != "US"


def test_a_group_of_one_country(arena, catalogue):
    with pytest.raises(InputError, match="fewer than two known countries"):
        country_lead(arena, catalogue.assign(country="US"))
    with pytest.raises(InputError, match="fewer than two known countries"):
        country_lead(arena, catalogue, Specification(size_threshold=1e9), "large")


def test_who_falls_below_the_minimum():
    """Three of the seven votes of b against a have to go; b has seven more, ties with c."""
    counts = counts_of([("a", "b", 5, 2, 0, 0), ("b", "c", 1, 1, 5, 0), ("a", "c", 20, 9, 0, 0)])
    fitted = fit(counts)
    removal = fewest_votes(fitted, pair_order(fitted, "a", "b"))
    left = {name: n - lost for name, n, lost in zip("abc", (36, 14, 36), lost_by(removal), strict=True)}
    assert min(left.values()) < 14
    for minimum in (0, left["b"], left["b"] + 1, 1000):
        assert below_minimum(fitted, removal, counts, minimum) == tuple(name for name in "abc" if left[name] < minimum)


def lost_by(removal):
    """Votes that each of three competitors loses; pairs are (0, 1), (0, 2), (1, 2)."""
    n = removal.votes.sum(axis=0)
    return n[0] + n[1], n[0] + n[2], n[1] + n[2]


def test_tables_of_votes_and_voters():
    votes = voted(n_votes=300)
    fitted = fit(count(votes))
    conclusion = top_set(fitted)
    removal = fewest_votes(fitted, conclusion)
    frame = vote_table(fitted, removal)
    assert frame["n_removed"].sum() == removal.n_removed
    assert frame["n_votes"].sum() == 300
    assert frame["effect"].is_monotonic_increasing
    assert set(frame["outcome"]) == set(OUTCOMES)
    # What a refit without one vote of the first row does to the lead.
    row = frame.iloc[0]
    i, j = (fitted.names.index(row[side]) for side in ("first", "second"))
    at = (fitted.contests.first == i) & (fitted.contests.second == j)
    part = ("wins", "losses", "ties")[OUTCOMES.index(row["outcome"])]
    c = fitted.contests
    left = certified(PairLikelihood(replace(c, **{part: np.where(at, getattr(c, part) - 1, getattr(c, part))}), "half", NONE))
    contrast = conclusion.ways[removal.change][0]
    assert row["effect"] == pytest.approx(ELO * contrast @ (left.strengths - fitted.strengths), rel=0.05)
    clusters = clustered(votes, fitted, "voter")
    removal = fewest_votes(fitted, conclusion, clusters=clusters)
    frame = cluster_table(fitted, removal, clusters, votes)
    assert (frame["n_removed"] > 0).sum() == removal.n_removed
    codes = votes.columns["voter"].codes
    labelled = frame[frame["label"].notna()].set_index("label")["n_votes"]
    assert labelled.to_dict() == {votes.columns["voter"].levels[code]: int((codes == code).sum()) for code in np.unique(codes[codes >= 0])}
    assert frame["label"].isna().sum() == (codes < 0).sum()
    summary = removal_summary(conclusion, removal, clusters.n_clusters[0], "voter").iloc[0]
    assert (summary["n_removed"], summary["n_votes_removed"]) == (removal.n_removed, removal.votes.sum())
    assert removal_summary(conclusion, None, 300, "vote").iloc[0]["n_removed"] is not None


# The command


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
    expected[expected["n_removed"] > 0].to_csv(path, index=False, lineterminator="\n")
    assert said.out == path.read_text()
    assert "conclusion: 'chatgpt-4o-latest' is first" in said.err
    assert "without 462 of 1,670,250 (0.028%) votes it changes: 'gemini-1.5-pro-exp-0801' passes 'chatgpt-4o-latest'" in said.err
    assert "first-order forecast: 489" in said.err


def test_command_writes_all_effects_and_a_summary(recount, log, tmp_path):
    votes, path = log
    output = tmp_path / "effects.parquet"
    code, _ = recount("influence", path, "--pair", "m1", "m0", "--table", "effects", "-o", output)
    assert code == 0
    fitted = fit(count(votes))
    removal = fewest_votes(fitted, pair_order(fitted, "m0", "m1"))
    pd.testing.assert_frame_equal(pd.read_parquet(output), vote_table(fitted, removal))
    summary = pd.read_parquet(tmp_path / "effects.summary.parquet").iloc[0]
    assert (summary["n_removed"], summary["n_units"], summary["unit"]) == (removal.n_removed, 300, "vote")
    manifest = json.loads((tmp_path / "effects.parquet.manifest.json").read_text())
    assert manifest["specification"]["conclusion"] == removal.conclusion.statement


def test_command_by_voter(recount, log, tmp_path):
    votes, path = log
    code, said = recount("influence", path, "--cluster", "voter", "--table", "effects", "-o", tmp_path / "voters.csv")
    assert code == 0
    fitted = fit(count(votes))
    removal = fewest_votes(fitted, top_set(fitted), clusters=clustered(votes, fitted, "voter"))
    frame = pd.read_csv(tmp_path / "voters.csv")
    assert (frame["n_removed"] > 0).sum() == removal.n_removed
    assert frame["n_votes"].sum() == 300
    assert f"without {removal.n_removed} of {len(frame)} " in said.err
    assert f"values of voter, with {removal.votes.sum()} votes," in said.err


def test_command_that_finds_nothing_says_so(recount, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("model_a,model_b,winner,count\na,b,model_a,9\na,b,model_b,1\n")
    code, said = recount("influence", path, "-o", tmp_path / "nothing.csv")
    assert code == 0
    assert "no removal was found that changes it; that proves nothing" in said.err
    assert not (tmp_path / "nothing.csv").exists()
    summary = pd.read_csv(tmp_path / "nothing.summary.csv").iloc[0]
    assert summary["conclusion"] == "'a' is first"
    assert pd.isna(summary["n_removed"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--pair", "m0", "nobody"), "'nobody' is not among the 6 rated competitors"),
        (("--top", "6"), "k is 6; give a number between 1 and 5"),
        (("--top", "2", "--pair", "m0", "m1"), "are different conclusions"),
        (("--country-lead", "all"), "fewer than two known countries"),
        (("--cluster", "nothing"), "'nothing'"),
    ],
)
def test_command_refuses(recount, log, arguments, message):
    code, said = recount("influence", log[1], *arguments)
    assert code == 2
    assert message in said.err.splitlines()[-1]
