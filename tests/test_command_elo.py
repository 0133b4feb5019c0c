"""`recount elo`, as a user runs it."""

import json
import signal
import sys

import numpy as np
import pandas as pd
import pytest

from data import ARENA_VOTES, read_counts
from engine import elo, elo_permutations, glicko2, in_order, trueskill
from engine.votes import Votes
from sims.command_line.main import main


@pytest.fixture(scope="module")
def votes():
    rng = np.random.default_rng(5)
    first = rng.integers(0, 6, 300)
    columns = {"tstamp": rng.integers(0, 10 * 86_400, 300)}
    return Votes(tuple("abcdef"), first, (first + rng.integers(1, 6, 300)) % 6, rng.integers(0, 4, 300), columns)


@pytest.fixture(scope="module")
def log(votes, tmp_path_factory):
    path = tmp_path_factory.mktemp("elo") / "log.csv"
    names = np.array(votes.names)
    winner = np.array(["model_a", "model_b", "tie", "tie (bothbad)"])[votes.outcome]
    table = {"model_a": names[votes.first], "model_b": names[votes.second], "winner": winner, "tstamp": votes.columns["tstamp"]}
    pd.DataFrame(table).to_csv(path, index=False)
    return path


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


def table(said):
    lines = said.out.splitlines()
    return pd.DataFrame([line.split(",") for line in lines[1:]], columns=lines[0].split(",")).set_index("competitor").sort_index()


def test_every_system_prints_what_the_library_computes(recount, log, votes):
    by_time = in_order(votes, "tstamp")
    days = Votes(votes.names, votes.first, votes.second, votes.outcome, {"day": votes.columns["tstamp"] // 86_400})
    expected = {
        "": elo(votes),
        "--k-factor 16 --k-halved-after 20 --initial 1200 --ties drop": elo(votes, k_factor=16, k_halved_after=20, initial=1200, ties="drop"),
        "--order tstamp": elo(by_time),
        "--system glicko2 --period 50 --tau 0.8": glicko2(votes, period=50, tau=0.8),
        "--system glicko2 --period tstamp:day": glicko2(days, period="day"),
        "--system trueskill --draw-probability 0.4 --tau 0 --order tstamp": trueskill(by_time, draw_probability=0.4, tau=0),
    }
    for options, rated in expected.items():
        code, said = recount("elo", log, *options.split())
        assert code == 0
        shown = table(said)
        assert shown["rating"].astype(float).tolist() == rated.ratings.tolist()
        assert shown["n_votes"].astype(int).tolist() == rated.n_votes.tolist()
        assert ("deviation" in shown) == ("system" in options)
        assert ("volatility" in shown) == ("glicko2" in options)
        assert shown.sort_values("rank", key=lambda rank: rank.astype(int))["rating"].astype(float).is_monotonic_decreasing


def test_random_orders_of_the_bundled_votes(recount, tmp_path):
    output = tmp_path / "orders.csv"
    code, _ = recount("elo", "--order", "random", "--n-permutations", 3, "--seed", 8, "--confidence-level", 0.5, "-o", output)
    assert code == 0
    expected = elo_permutations(read_counts(ARENA_VOTES)[0], n_permutations=3, seed=8)
    written = pd.read_csv(output).set_index("competitor").loc[list(expected.names)]
    assert written["rating"].tolist() == expected.ratings.tolist()
    assert written["order_sd"].tolist() == expected.deviations.tolist()
    assert written["order_lower"].tolist() == expected.interval(0.5)[0].tolist()
    manifest = json.loads((tmp_path / "orders.csv.manifest.json").read_text())
    assert manifest["specification"] | {"n_permutations": 3, "order": "random", "ties": "half"} == manifest["specification"]
    assert manifest["seed"] == 8


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--system trueskill --k-factor 8", "k_factor is no option of trueskill, which has initial, tau, draw_probability; leave it out"),
        ("--system glicko2 --order random", "random orders are for elo, not for glicko2"),
        ("--order when", "no column 'when'"),
        ("--k-factor 0", "k_factor is 0.0; give a number above 0"),
        ("--system glicko2 --period 0", "period is 0; give a whole number from 1"),
        ("--order random --n-permutations 1", "n_permutations is 1; give a whole number from 2"),
        ("--ties davidson", "davidson"),
    ],
)
def test_a_mistake_is_one_line(recount, log, options, message):
    code, said = recount("elo", log, *options.split())
    assert code == 2
    (line,) = (line for line in said.err.splitlines() if not line.startswith("compiling kernels"))
    assert message in line
    assert not said.out


def test_counts_have_no_order(recount):
    code, said = recount("elo")
    assert (code, said.out) == (2, "")
    assert "have lost their order; give a log, or --order random" in said.err
    code, said = recount("elo", ARENA_VOTES)
    assert code == 2
    assert "have lost the single votes" in said.err
