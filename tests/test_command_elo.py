"""`recount elo`, as a user runs it."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recount.data import ARENA_VOTES
from recount.engine import Elo, Glicko2, TrueSkill, elo, elo_permutations, glicko2, in_order, trueskill
from recount.engine.votes import Votes
from recount.sims.analysis.log import read
from recount.sims.analysis.sequential import in_one_order
from recount.sims.command_line.program import main


@pytest.fixture(scope="module")
def votes():
    rng = np.random.default_rng(5)
    first = rng.integers(0, 6, 300)
    columns = {"tstamp": 1_704_067_200 + rng.integers(0, 10 * 86_400, 300)}
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
        "--k-factor 16 --k-halved-after 20 --initial 1200 --ties drop": elo(votes, Elo(k_factor=16, k_halved_after=20, initial=1200), ties="drop"),
        "--order tstamp": elo(by_time),
        "--system glicko2 --period 50 --tau 0.8": glicko2(votes, Glicko2(period=50, tau=0.8)),
        "--system glicko2 --period tstamp:day": glicko2(days, Glicko2(period="day")),
        "--system trueskill --draw-probability 0.4 --tau 0 --order tstamp": trueskill(by_time, TrueSkill(draw_probability=0.4, tau=0)),
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


def test_random_orders_of_the_bundled_votes(recount, tmp_path, arena_counts):
    output = tmp_path / "orders.csv"
    code, _ = recount("elo", "--order", "random", "--n-permutations", 3, "--seed", 8, "--confidence-level", 0.5, "-o", output)
    assert code == 0
    expected = elo_permutations(arena_counts, n_permutations=3, seed=8)
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
        ("--system trueskill --k-factor 8", "--k-factor is no option of trueskill, which has --initial, --tau, --draw-probability; leave it out"),
        ("--system glicko2 --order random", "--order random is for elo, not for glicko2"),
        ("--order when", "no column 'when'"),
        ("--k-factor 0", "--k-factor is 0.0; give a number, above 0"),
        ("--system glicko2 --period 0", "period is 0; give a whole number, from 1"),
        ("--order random --n-permutations 1", "--n-permutations is 1; give a whole number, from 2 to 2147483647"),
        ("--ties davidson", "davidson"),
        ("--n-permutations 5", "--n-permutations is 5, which has an effect with --order random only; add --order random, or leave it out"),
        ("--confidence-level 0.95", "--confidence-level is 0.95, which has an effect with --order random only"),
        ("--order random --confidence-level 95", "--confidence-level is 95.0; give a number, above 0 and below 1"),
    ],
)
def test_a_mistake_is_one_line(recount, log, options, message):
    code, said = recount("elo", log, *options.split())
    assert code == 2
    (line,) = (line for line in said.err.splitlines() if not line.startswith("compiling"))
    assert message in line
    assert not said.out


def test_an_order_by_text_is_told(recount, tmp_path):
    (tmp_path / "log.csv").write_text("model_a,model_b,winner,round,at,half\na,b,model_a,r10,10,late\na,b,model_b,r9,9,early\n")
    assert (
        "column 'half' is text and holds no times; votes are sorted by its alphabet" in recount("elo", tmp_path / "log.csv", "--order", "half")[1].err
    )
    assert "alphabet" not in recount("elo", tmp_path / "log.csv", "--order", "at")[1].err
    code, said = recount("elo", tmp_path / "log.csv", "--order", "round")
    assert code == 2
    assert "column 'round' is text whose alphabet puts 'r10' before 'r9'" in said.err


def test_an_order_that_votes_share_is_told(recount, tmp_path):
    """By labels or numbers that are no order, or by days: among votes with the same value the order of the log counts."""
    lines = [f"a,b,model_a,j{i % 2},{i % 3},2024-01-0{1 + i // 2},{i}" for i in range(6)]
    (tmp_path / "log.csv").write_text("\n".join(["model_a,model_b,winner,judge,number,day,place", *lines]) + "\n")
    for column, n_shared in (("judge", 6), ("number", 6), ("day", 6), ("place", 0)):
        said = recount("elo", tmp_path / "log.csv", "--order", column)[1].err
        told = f"{n_shared} of 6 votes share their value of '{column}' with others; among these the order of the log counts"
        assert (told in said) == bool(n_shared)
        assert ("holds numbers that are no times" in said) == (column == "number")
        assert ("sorted by its alphabet" in said) == (column == "judge")


def test_counts_have_no_order(recount):
    code, said = recount("elo")
    assert (code, said.out) == (2, "")
    assert "have lost their order; give a log, or take --order random" in said.err
    code, said = recount("elo", ARENA_VOTES)
    assert code == 2
    assert "have lost their order" in said.err


RESUMABLE = {
    "elo": "--k-factor 16 --k-halved-after 20 --ties drop",
    "elo by time": "--order tstamp",
    "glicko2": "--system glicko2 --period 50 --tau 0.8",
    "trueskill": "--system trueskill --draw-probability 0.4 --both-bad drop",
}


@pytest.fixture(scope="module")
def days(log, tmp_path_factory):
    """The log in the order of time, whole and in three parts of whole periods; names that a reader of CSV may take for something else."""
    folder = tmp_path_factory.mktemp("days")
    votes = pd.read_csv(log).sort_values("tstamp", kind="stable")
    odd = dict(zip("abcdef", ["a,b", 'the "best"', "1e5", "007", "名前", "inf"], strict=True))
    votes = votes.assign(model_a=votes["model_a"].map(odd), model_b=votes["model_b"].map(odd))
    for name, rows in {"whole": slice(None), "day1": slice(100), "day2": slice(100, 150), "day3": slice(150, None)}.items():
        votes[rows].to_csv(folder / f"{name}.csv", index=False)
    return folder


@pytest.mark.parametrize("system", RESUMABLE)
@pytest.mark.parametrize("ending", ["csv", "json", "parquet"])
def test_resumed_is_the_same_file(recount, days, tmp_path, system, ending):
    """To the last byte that of all votes at once, also where a part lacks a competitor, who keeps what the earlier ones said."""
    options = RESUMABLE[system].split()
    assert recount("elo", days / "whole.csv", *options, "-o", tmp_path / f"whole.{ending}")[0] == 0
    before = []
    for day in ("day1", "day2", "day3"):
        assert recount("elo", days / f"{day}.csv", *options, *before, "-o", tmp_path / f"{day}.{ending}")[0] == 0
        before = ["--resume", tmp_path / f"{day}.{ending}"]
    assert (tmp_path / f"day3.{ending}").read_bytes() == (tmp_path / f"whole.{ending}").read_bytes()
    manifest = json.loads((tmp_path / f"day3.{ending}.manifest.json").read_text())
    assert [Path(source["path"]).name for source in manifest["inputs"]] == [f"day2.{ending}", "day3.csv"]


@pytest.mark.parametrize(("period", "is_told"), [("30", True), ("50", False)])
def test_a_rating_period_that_was_closed_early_is_told(recount, days, tmp_path, period, is_told):
    """100 votes are whole periods of 50, and not of 30."""
    options = ["--system", "glicko2", "--period", period]
    assert recount("elo", days / "day1.csv", *options, "-o", tmp_path / "one.csv")[0] == 0
    table, _ = in_one_order(read(days / "day2.csv"), Glicko2(period=int(period)), resume=tmp_path / "one.csv")
    told = f"a rating period of {period} votes was closed early where earlier ratings were saved; one run over all votes rates otherwise"
    assert (told in table.notes) == is_told


def test_resumed_in_processes_of_their_own(days, tmp_path):
    program = Path(sys.executable).with_name("recount")
    for arguments in (["day1.csv"], ["day2.csv", "--resume", tmp_path / "day1.csv.parquet"]):
        ended = subprocess.run([program, "elo", *arguments, "-o", tmp_path / f"{arguments[0]}.parquet"], cwd=days, check=False)
        assert ended.returncode == 0
    both = pd.concat([pd.read_csv(days / f"{day}.csv", dtype=str) for day in ("day1", "day2")])
    both.to_csv(tmp_path / "both.csv", index=False)
    ended = subprocess.run([program, "elo", "both.csv", "-o", "both.parquet"], cwd=tmp_path, check=False)
    assert ended.returncode == 0
    assert (tmp_path / "both.parquet").read_bytes() == (tmp_path / "day2.csv.parquet").read_bytes()


def test_who_is_absent_keeps_a_rating(recount, tmp_path):
    (tmp_path / "one.csv").write_text("model_a,model_b,winner\na,b,model_a\n")
    (tmp_path / "two.csv").write_text("model_a,model_b,winner\nc,b,tie\n")
    assert recount("elo", tmp_path / "one.csv", "-o", tmp_path / "state.csv")[0] == 0
    code, said = recount("elo", tmp_path / "two.csv", "--resume", tmp_path / "state.csv")
    assert code == 0
    assert table(said).loc["a", ["rating", "n_votes"]].tolist() == ["1002.0", "1"]
    assert table(said)["n_votes"].tolist() == ["1", "2", "1"]


@pytest.fixture
def states(recount, log, tmp_path, monkeypatch):
    """Files that can be gone on from, and files that cannot."""
    monkeypatch.chdir(tmp_path)
    assert recount("elo", log, "-o", "elo.csv")[0] == 0
    assert recount("elo", log, "--order", "random", "--n-permutations", 2, "-o", "orders.csv")[0] == 0
    assert recount("rate", log, "-o", "board.csv")[0] == 0
    manifest = Path("elo.csv.manifest.json").read_text()
    for name, table_of_it, manifest_of_it in (
        ("alone.csv", Path("elo.csv").read_text(), None),
        ("changed.csv", Path("elo.csv").read_text().replace("rank", "rang"), manifest),
        ("scrawl.csv", Path("elo.csv").read_text(), manifest[:100]),
        ("list.csv", Path("elo.csv").read_text(), "[]"),
    ):
        Path(name).write_text(table_of_it)
        if manifest_of_it is not None:
            Path(name + ".manifest.json").write_text(manifest_of_it)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--resume none.csv", "'none.csv' cannot be read (No such file or directory); --resume needs a file that recount elo -o wrote"),
        ("--resume .", "'.' cannot be read (Is a directory)"),
        ("--resume alone.csv", "'alone.csv.manifest.json' cannot be read (No such file or directory)"),
        ("--resume changed.csv", "'changed.csv' is not as it was written, by the checksum in its manifest"),
        ("--resume scrawl.csv", "'scrawl.csv.manifest.json' is no manifest"),
        ("--resume list.csv", "'list.csv.manifest.json' is no manifest"),
        ("--resume board.csv", "'board.csv' holds no sequential ratings; give a file that recount elo -o wrote"),
        ("--resume orders.csv", "'orders.csv' holds means over random orders, from which no order goes on"),
        ("--resume elo.csv --order random", "--order random cannot go on from earlier ratings; leave out --resume elo.csv"),
        ("--resume elo.csv --order tstamp", "order is 'tstamp', but the state was made with 'log'; go on with the same options"),
        ("--resume elo.csv --k-factor 8", "--k-factor is 8.0, but the state was made with 4.0; go on with the same options"),
        ("--resume elo.csv --system glicko2", "system is 'glicko2', but the state was made with 'elo'"),
        ("--resume elo.csv -o elo.csv", "output 'elo.csv' is one of the inputs; give another name"),
    ],
)
def test_what_cannot_be_resumed_is_one_line(recount, log, states, options, message):
    test_a_mistake_is_one_line(recount, log, options, message)


def test_few_random_orders_have_no_interval(recount, log):
    _, few = recount("elo", log, "--order", "random", "--n-permutations", 38)
    assert "38 random orders are too few for an interval at 0.95; take 39 or more" in few.err
    assert "-inf,inf" in few.out
    _, enough = recount("elo", log, "--order", "random", "--n-permutations", 39)
    assert "too few" not in enough.err
    assert "inf" not in enough.out


def test_votes_that_are_counted_already(recount, days, tmp_path):
    """Also of what was resumed from before, and under another name."""
    one, two, copy = (tmp_path / name for name in ("one.csv", "two.csv", "copy.csv"))
    assert recount("elo", days / "day1.csv", "-o", one)[0] == 0
    assert recount("elo", days / "day2.csv", "--resume", one, "-o", two)[0] == 0
    copy.write_bytes((days / "day1.csv").read_bytes())
    for again, state in ((days / "day1.csv", one), (days / "day1.csv", two), (days / "day2.csv", two), (copy, two)):
        code, said = recount("elo", again, "--resume", state)
        assert (code, said.out) == (2, "")
        assert "are already in the ratings of" in said.err


@pytest.mark.parametrize("part", ["half of it is later", "in the middle", "newest first", "once more at the end"])
def test_votes_that_are_rated_already_are_refused_in_any_part(recount, tmp_path, part):
    """An export overlaps the earlier one; as JSON lines, in the order of the log, which has no times."""
    rows = pd.DataFrame({"model_a": "pqrs"[i % 4], "model_b": "uvwxy"[i % 5]} for i in range(900))
    rows["winner"] = np.random.default_rng(4).choice(["model_a", "model_b", "tie"], 900)
    earlier = rows[:600][::-1] if part == "newest first" else rows[:600]
    again = {"half of it is later": rows[300:900], "in the middle": rows[200:500], "newest first": rows[400:][::-1]}
    earlier.to_csv(tmp_path / "one.csv", index=False)
    again.get(part, pd.concat([rows[600:], rows[:300]])).to_json(tmp_path / "two.jsonl", orient="records", lines=True)
    rows[600:].to_csv(tmp_path / "later.csv", index=False)
    one = tmp_path / "one.csv.ratings.csv"
    assert recount("elo", tmp_path / "one.csv", "-o", one)[0] == 0
    assert recount("elo", tmp_path / "later.csv", "--resume", one)[0] == 0
    code, said = recount("elo", tmp_path / "two.jsonl", "--resume", one)
    assert code == 2
    assert "already in the ratings of" in said.err


def test_votes_that_are_alike_but_later_go_on(recount, tmp_path):
    """A schedule that goes round, where the same always win, is no copy of itself."""
    rows = pd.DataFrame(
        {"model_a": "pqrs"[i % 4], "model_b": "uvwxy"[i % 5], "winner": ["tie", "model_a", "model_b"][i % 20 % 3]} for i in range(700)
    )
    rows[:500].to_csv(tmp_path / "one.csv", index=False)
    rows[500:].to_csv(tmp_path / "two.csv", index=False)
    one = tmp_path / "one.csv.ratings.csv"
    assert recount("elo", tmp_path / "one.csv", "-o", one)[0] == 0
    assert recount("elo", tmp_path / "two.csv", "--resume", one)[0] == 0


@pytest.mark.parametrize("order", ["tstamp", "place"])
def test_votes_that_do_not_follow(recount, tmp_path, order):
    """What resumes by time, or by number, goes on in time; earlier votes are refused, through several files, and also in processes of their own."""
    for day in (1, 2, 3):
        rows = [f"a,b,model_a,2024-01-0{day},{10 * day + i}" for i in range(3)] + [f"b,a,model_a,2024-01-0{day},{10 * day + 5}"]
        (tmp_path / f"{day}.csv").write_text("\n".join(["model_a,model_b,winner,tstamp,place", *rows]) + "\n")

    def elo_of(day, *options):
        return recount("elo", tmp_path / f"{day}.csv", "--order", order, *options)[1]

    elo_of(2, "-o", tmp_path / "two.csv")
    said = elo_of(1, "--resume", tmp_path / "two.csv").err
    assert f"by '{order}', and the ratings of '{tmp_path / 'two.csv'}' are of votes until " in said
    assert "so they would not be in order; give later votes, or rate all of them without --resume" in said
    assert not elo_of(3, "--resume", tmp_path / "two.csv", "-o", tmp_path / "three.csv").err.startswith("error")
    assert json.loads((tmp_path / "three.csv.manifest.json").read_text())["votes_until"] == {"tstamp": 1704240000.0, "place": 35.0}[order]


def test_earlier_votes_that_are_rated_in_the_order_of_their_log(recount, tmp_path):
    """They are rated, and told."""
    for day in (1, 2, 3):
        rows = [f"a,b,model_a,2024-01-0{day}", f"b,a,model_a,2024-01-0{day}"]
        (tmp_path / f"{day}.csv").write_text("\n".join(["model_a,model_b,winner,tstamp", *rows]) + "\n")
    recount("elo", tmp_path / "2.csv", "-o", tmp_path / "two.csv")
    said = "votes begin at 2024-01-01 00:00 by 'tstamp', and the ratings of "
    code, told = recount("elo", tmp_path / "1.csv", "--resume", tmp_path / "two.csv")
    assert code == 0
    assert said in told.err
    assert "rate all votes by --order tstamp, without --resume" in told.err
    assert said not in recount("elo", tmp_path / "3.csv", "--resume", tmp_path / "two.csv")[1].err


@pytest.mark.parametrize("values", [(29022024, 1012024), ("29.02.", "01.03."), ("29/2", "1/3"), ("Jan", "Feb."), ("january", "May"), ("Mon", "Tue")])
def test_parts_of_dates_are_no_order(recount, tmp_path, values):
    """Their size or their alphabet is not the order of time."""
    rows = [f"a,b,model_a,{values[i % 2]}" for i in range(4)]
    (tmp_path / "log.csv").write_text("\n".join(["model_a,model_b,winner,when", *rows]) + "\n")
    code, said = recount("elo", tmp_path / "log.csv", "--order", "when")
    assert code == 2
    assert f"column 'when' holds {'no times but ' if isinstance(values[0], str) else ''}" in said.err
    for good in ((20240229, 20240301), ("round 1", "round 2"), ("mark", "sunny"), ("may", "maybe"), (12345678, 87654321)):
        rows = [f"a,b,model_a,{good[i % 2]}" for i in range(4)]
        (tmp_path / "log.csv").write_text("\n".join(["model_a,model_b,winner,when", *rows]) + "\n")
        assert recount("elo", tmp_path / "log.csv", "--order", "when")[0] == 0, good
