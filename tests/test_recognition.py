"""What a log seems to be, and the options that are proposed: tried, certain or said to be uncertain, and never a meaning that nobody stated."""

import itertools
import json
import shlex

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from recount.data import Columns, read_counts
from recount.data.recognition.label_readings import meanings_in
from recount.data.recognition.proposing import recognised
from recount.engine import ELO, fit
from recount.sims.analysis.checking import check
from recount.sims.analysis.log import read
from tests.commands import runner
from tests.logs import cells_of
from tests.test_counts_and_labels import case

RNG = np.random.default_rng(11)
NAMES = ("x", "y", "z")
PAIRS = [tuple(NAMES[i] for i in RNG.choice(3, 2, replace=False)) for _ in range(120)]


def labelled(labels, header=("model_a", "model_b", "winner"), weights=None):
    """A log as CSV, with these labels of the outcome."""
    chosen = RNG.choice(len(labels), len(PAIRS), p=weights)
    rows = [",".join((*pair, str(labels[k]))) for pair, k in zip(PAIRS, chosen, strict=True)]
    return "\n".join([",".join(header), *rows]) + "\n"


def proposals(recount, *words):
    """What `check` says, and the words of the command lines that it proposes."""
    said = recount("check", *words)
    assert said.code == 0, said.err
    frame = said.frame("topic")
    return frame, [shlex.split(value)[1:] for value in frame.loc[["proposal"], "value"] if value.startswith("recount ")]


def rated(recount, words):
    said = recount(*words)
    if "--existence" in said.err:
        said = recount(*words, "--existence", "prior")
    assert said.code == 0, said.err
    return said.frame()["rating"].astype(float).to_dict()


@pytest.mark.parametrize(
    ("name", "right"),
    [
        *(
            (f"formats/{name}", {"alpha": 1089.438, "béta-7b": 1028.943, "gamma 13B": 964.075, "模型-d": 917.544})
            for name in ("array.json", "semi.csv", "tabs.tsv", "bom.csv", "utf16.csv", "x.arrow", "columns.json", "index.csv", "nested.parquet")
        ),
        ("outcomes/ab.csv", {"A": 1139.8, "B": 860.2}),
        ("outcomes/train.csv", {"x": 1075.16, "y": 984.50, "z": 940.34}),
        ("jsonl/nested.jsonl", None),
        ("jsonl/arena_score.jsonl", None),
        ("elobench/battled_pairs.csv", None),
        ("outcomes/alpaca.csv", None),
        ("outcomes/qlora.csv", None),
        ("outcomes/pandalm.jsonl", None),
        ("arena_hard/judgment.jsonl", None),
    ],
)
def test_the_cases_read_by_what_is_proposed(recount, name, right):
    _, commands = proposals(recount, case(name))
    found = rated(recount, commands[0])
    assert len(found) >= 2
    if right is not None:
        assert found == pytest.approx(right, abs=0.05 if "outcomes" in name else 1e-3)


def test_one_annotator_of_pandalm(recount):
    """As the README of the cases has it, 0 a tie; which is one of the proposals."""
    _, commands = proposals(recount, case("outcomes/pandalm.jsonl"))
    wanted = [words for words in commands if words[words.index("--outcomes") + 1] == "pandalm" and "annotator1" in words]
    assert rated(recount, wanted[0]) == pytest.approx({"m1": 1146.621, "m2": 960.059, "m3": 893.320}, abs=1e-3)


@pytest.mark.parametrize("name", ["crowd-comparisons", "gpt3-comparisons", "gpt3-crowd-comparisons", "gpt4-comparisons", "gpt4-crowd-comparisons"])
def test_llmfao(recount, name):
    path = case(f"../data/llmfao/{name}.csv")
    frame, (command,) = proposals(recount, path)
    assert command == ["rate", str(path), "--model-a", "left", "--model-b", "right"]
    assert len(rated(recount, command)) == (59 if "crowd" in name else 70)
    assert ("voter" in set(frame["value"])) == name.startswith("crowd")


def test_leaderbot(recount):
    path = case("../data/arena_20240814/chatbotarena_20240814.json")
    _, (command,) = proposals(recount, path)
    assert command == ["rate", str(path), "--layout", "leaderbot"]
    counts, _ = read_counts(path, columns=Columns(layout="leaderbot"))
    assert (counts.n_votes, counts.n_competitors) == (1_670_250, 129)
    bundled = read()
    assert cells_of(counts) == cells_of(bundled.counts)


CERTAIN = {
    "LMArena": (labelled(["model_a", "model_b", "tie", "tie (bothbad)"]), []),
    "other names": (
        labelled(["left", "right", "tie"], ("answer_left", "answer_right", "verdict")),
        "--model-a answer_left --model-b answer_right --winner verdict",
    ),
    "names of winners": (
        "\n".join(["white,black,result", *(f"{a},{b},{(a, b, 'draw')[k]}" for (a, b), k in zip(PAIRS, RNG.integers(0, 3, 120), strict=True))]) + "\n",
        "--model-a white --model-b black --winner result --outcomes names",
    ),
    "scores of one side": (labelled(["1", "0", "0.5"], ("player_1", "player_2", "result")), "--model-a player_1 --model-b player_2 --winner result"),
    "Arena-Hard's verdicts": (labelled(["A>>B", "A>B", "A=B", "B>A", "B>>A"]), "--outcomes arena-hard"),
    "MT-bench": (
        labelled(["model_1", "model_2", "tie"], ("model_1", "model_2", "winner")),
        "--model-a model_1 --model-b model_2 --outcomes mt-bench",
    ),
}


@pytest.mark.parametrize("what", CERTAIN)
def test_what_is_certain(recount, write, what):
    text, options = CERTAIN[what]
    path = write("log.csv", text)
    frame, (command,) = proposals(recount, path)
    assert frame.loc[["proposal"], "item"].tolist() == ["reads the log"]
    assert command == ["rate", str(path), *(shlex.split(options) if options else [])]
    assert sorted(rated(recount, command)) == list(NAMES)


UNCERTAIN = {
    "1, 2": (labelled(["1", "2"]), ["--outcomes 1=first,2=second", "--outcomes 1=second,2=first"]),
    "0, 1, 2": (labelled(["0", "1", "2"]), ["--outcomes pandalm", "--outcomes 0=first,1=second,2=tie"]),
    "1, 2, 3": (labelled(["1", "2", "3"]), ["--outcomes qlora", "--outcomes 1=first,2=tie,3=second"]),
    "0, 1": (labelled(["0", "1"]), ["--outcomes scores", "--outcomes 0=first,1=second"]),
    "-1, 0, 1": (labelled(["-1", "0", "1"]), ["--outcomes margins", "--outcomes 1=second,0=tie,-1=first"]),
    "margins": (labelled(["-2.5", "0", "4", "1"], ("model_a", "model_b", "margin")), ["--winner margin --outcomes margins"]),
    "ties that are bad": (
        labelled(["model_a", "model_b", "tie(all bad)", "invalid"]),
        ["--outcomes 'tie(all bad)=both_bad,invalid=skip'", "--outcomes 'invalid=skip,tie(all bad)=both_bad'"],
    ),
    "two scores": (
        labelled(["3,1", "0,2", "1,1"], ("home", "away", "home_score", "away_score")),
        ["--model-a home --model-b away --winner home_score,away_score"],
    ),
}


@pytest.mark.parametrize("what", UNCERTAIN)
def test_what_is_uncertain_is_said_to_be(recount, write, what):
    text, options = UNCERTAIN[what]
    path = write("log.csv", text)
    frame, commands = proposals(recount, path)
    assert "uncertain" in frame.loc[["proposal"], "item"].tolist()
    assert "what is uncertain" in frame.loc[["proposal"], "item"].tolist()
    found = [words[2:] for words in commands]
    if what == "ties that are bad":
        assert found in ([shlex.split(one)] for one in options)
    else:
        assert found == [shlex.split(one) for one in options]
    for command in commands:
        assert len(rated(recount, command)) >= 2


def test_labels_that_nobody_knows_are_never_guessed(recount, write):
    said = recount("check", write("log.csv", labelled(["model_a", "model_b", "foo", "bar"])))
    assert said.code == 0
    assert not [value for value in said.frame("topic").loc[["votes"], "value"] if value.startswith("recount")]
    assert "proposal" not in said.frame("topic").index
    assert meanings_in({"foo": 5, "bar": 5}, ()) == []
    (meant,) = meanings_in({"model_a": 90, "model_b": 90, "foo": 1}, ())
    assert meant.outcomes == ""
    assert "'foo' has no meaning that is known" in meant.doubt


def test_layouts_are_seen(recount, write):
    ranks = "match,ann,bob,cid\n" + "".join(f"{i},{','.join(map(str, RNG.permutation(3) + 1))}\n" for i in range(40))
    path = write("ranks.csv", ranks)
    _, commands = proposals(recount, path)
    assert commands[0] == ["rate", str(path), "--layout", "ranks:ann,bob,cid", "--cluster", "match"]
    assert commands[1][3] == "scores:ann,bob,cid"
    assert sorted(rated(recount, commands[0])) == ["ann", "bob", "cid"]
    lists = "".join(json.dumps({"players": ["p", "q", "r"], "score": RNG.integers(0, 50, 3).tolist()}) + "\n" for _ in range(40))
    _, commands = proposals(recount, write("lists.jsonl", lists))
    assert commands[0][3] == "scores:players,score"
    path = write("wins.csv", ",a,b,c\na,,3,1\nb,2,,1\nc,4,5,\n")
    frame, commands = proposals(recount, path)
    assert commands == [["rate", str(path), "--layout", "wins"]]
    assert any("if they are wins of the column, turn the table" in value for value in frame.loc[["proposal"], "value"])
    games = [{"model_1": a, "model_2": b, "g1_winner": "model_1", "g2_winner": "model_2", "question_id": i} for i, (a, b) in enumerate(PAIRS)]
    _, commands = proposals(recount, write("pair.jsonl", "".join(json.dumps(one) + "\n" for one in games)))
    assert commands[0][2:] == ["--layout", "mt-bench", "--cluster", "match"]


COMMON = {
    "winner,loser,date\na,b,2024-01-01\nb,a,2024-01-02\na,b,2024-01-03\n": ("--layout order:winner,loser", 2, 1, 0),
    "chosen_model,rejected_model\na,b\nb,a\na,b\n": ("--layout order:chosen_model,rejected_model", 2, 1, 0),
    "White,Black,Result\na,b,1-0\nb,a,1/2-1/2\nb,a,0-1\na,b,1-0\n": ("--model-a White --model-b Black --winner Result", 3, 0, 1),
    "HomeTeam,AwayTeam,FTHG,FTAG,FTR\na,b,2,0,H\nb,a,1,1,D\na,b,0,3,A\nb,a,0,1,A\n": (
        "--model-a HomeTeam --model-b AwayTeam --winner FTHG,FTAG",
        2,
        1,
        1,
    ),
    "a,b,a_wins\nx,y,1\ny,x,0\nx,y,1\ny,x,1\n": ("--model-a a --model-b b --winner a_wins", 3, 1, 0),
    "model_a,model_b,wins_a,wins_b,ties\na,b,15,9,8\na,c,3,4,7\nb,c,1,2,0\n": ("--layout outcomes:wins_a,wins_b,ties", 19 + 15, 0, 15),
}


@pytest.mark.parametrize("text", COMMON)
def test_common_shapes(recount, write, text):
    """What is proposed reads them, with the wins of `a` or `x`, or of all, the others' and the ties as they are by hand."""
    path = write("log.csv", text)
    options, n_won, n_lost, n_ties = COMMON[text]
    proposed = [command for item, command in recount("check", path).frame("item")["value"].items() if command.startswith("recount rate ")]
    assert options in proposed[0]
    by_board = recount(*shlex.split(proposed[0].removesuffix(" --cluster match").removeprefix("recount ")), "--existence", "prior")
    assert by_board.code == 0, by_board.err
    sides, words = shlex.split(proposed[0]), {"--model-a": "first", "--model-b": "second", "--winner": "outcome", "--outcomes": "outcomes"}
    words |= {"--layout": "layout", "--count": "count"}
    columns = Columns(**{words[flag]: value for flag, value in itertools.pairwise(sides) if flag in words})
    counts = read_counts(path, columns=columns, max_rejected=1)[0]
    leader = counts.names.index(min(counts.names))
    won = counts.counts[counts.first == leader, 0].sum() + counts.counts[counts.second == leader, 1].sum()
    lost = counts.counts[counts.first == leader, 1].sum() + counts.counts[counts.second == leader, 0].sum()
    if "outcomes:" in options:
        won, lost = counts.counts[:, :2].sum(), 0
    assert (won, lost, counts.counts[:, 2:].sum()) == (n_won, n_lost, n_ties)


def test_rows_of_players_are_no_board(recount, write):
    path = write("long.csv", "game,player,score\n" + "".join(f"{i // 2},{'ab'[i % 2]},{i % 3}\n" for i in range(40)))
    assert "a row for each of those who took part (columns 'game', 'player' and 'score'); write a row a game" in recount("check", path).out


def test_a_board_is_no_log(recount, write):
    board = write("board.csv", "rank,model,rating,votes,organization\n1,x,1300.5,10,A\n2,y,1200.25,20,B\n3,z,1100.0,30,C\n")
    (sight,) = recognised(board, Columns()).sights
    assert sight.columns is None
    assert sight.what == "a leaderboard, of ratings and not of votes (columns 'model' and 'rating')"
    for path in (board, case("../data/arena_2025/2025-11-06.csv")):
        said = recount("check", path)
        assert said.code == 0
        assert "--layout" not in said.out


def test_times_and_voters(recount, write):
    rows = [
        f"{a},{b},model_{'ab'[k % 2]},{('u1', 'u1', 'u2')[k % 3]},{1_700_000_000 + 3600 * k},2024-01-{1 + k % 9:02d}"
        for k, (a, b) in enumerate(PAIRS)
    ]
    path = write("log.csv", "\n".join(["model_a,model_b,winner,judge,tstamp,date", *rows]) + "\n")
    frame, _ = proposals(recount, path)
    assert frame.loc["voters"].to_numpy().tolist()[0] == ["judge", "2; most votes: u1 66.7 %, u2 33.3 %"]
    assert frame.loc["times"].to_numpy().tolist() == [
        ["tstamp", "2023-11-14 22:13 to 2023-11-19 21:13 UTC"],
        ["date", "2024-01-01 00:00 to 2024-01-09 00:00 UTC"],
    ]
    bad = write("bad.csv", "\n".join(["model_a,model_b,winner,time", *(f"{a},{b},tie,{k}" for k, (a, b) in enumerate(PAIRS))]) + "\n")
    frame, _ = proposals(recount, bad)
    assert frame.loc["times", "item"] == "time"
    assert "UTC" not in frame.loc["times", "value"].partition("to ")[0]


def test_tables_in_memory(write):
    path = write("log.csv", CERTAIN["other names"][0])
    frame = pd.read_csv(path)
    for source in (frame, pa.Table.from_pandas(frame)):
        (sight,) = recognised(source, Columns()).sights
        assert sight.columns == Columns("answer_left", "answer_right", "verdict")
        fitted = fit(read_counts(source, columns=sight.columns)[0])
        assert np.ptp(fitted.strengths) * ELO < 500
        assert "further column" not in check(read(source)).frame["value"].tolist()


def test_streams_folders_and_compressed_files(recount, tmp_path):
    """A stream is not looked at, for it would be used up; a folder is proposed as it was named."""
    table = pa.Table.from_pandas(pd.DataFrame(PAIRS, columns=["model_a", "model_b"]).assign(winner="tie", judge="j"))
    stream = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(50))
    found = check(read(stream)).frame
    assert found.loc[found["item"] == "read", "value"].tolist() == ["120"]
    (tmp_path / "logs").mkdir()
    for name in ("a.csv", "b.csv"):
        (tmp_path / "logs" / name).write_text(CERTAIN["other names"][0])
    _, (command,) = proposals(recount, tmp_path / "logs")
    assert command[:2] == ["rate", str(tmp_path / "logs")]
    assert sorted(rated(recount, command)) == list(NAMES)


def test_what_was_said_stays(recount, write):
    """A separator, counts and meanings that were given are part of every proposal."""
    text = "first;second;note,won\nx;y;1,left\ny;z;1,right\nz;x;1,left\n".replace("note,won", "verdict").replace("1,", "")
    path = write("log.txt", text)
    _, (command,) = proposals(recount, path, "--separator", "semicolon")
    assert command[2:] == ["--model-a", "first", "--model-b", "second", "--winner", "verdict", "--separator", "semicolon"]
    path = write("odd.csv", labelled(["won", "lost"], ("model_a", "model_b", "result")))
    _, (command,) = proposals(recount, path, "--outcomes", "won=first,lost=second")
    assert command[2:] == ["--winner", "result", "--outcomes", "won=first,lost=second"]


def test_nothing_is_seen_in_what_is_no_log(recount, write):
    for name, text in (("log.csv", "one,two\n1,2\n3,4\n"), ("log.json", '{"a": 1}'), ("log.txt", "It was a dark and stormy night.\n" * 5)):
        said = recount("check", write(name, text))
        assert said.code == 2
        assert said.err.startswith("error: ") or "\nerror: " in said.err


@pytest.fixture
def recount(monkeypatch, capsys):
    return runner(monkeypatch, capsys)


def test_an_outcome_that_is_the_first_of_a_list_is_uncertain(write):
    """As where a tie is a list of both names."""
    rows = [{"model_a": a, "model_b": b, "winner": won} for a, b in ("xy", "yz", "zx") * 20 for won in ([a], [b], [a, b])]
    (told,) = check(read(write("log.jsonl", "".join(json.dumps(row) + "\n" for row in rows)))).frame.query("item == 'what is uncertain'")["value"]
    assert "'winner[0]' is the first of a list, whose other outcomes are not read" in told


def test_empty_outcomes_that_may_be_ties_are_uncertain(write):
    lines = ["x,y,x,false", "y,x,y,false", "x,y,,true", "y,x,x,false"] * 20
    told = check(read(write("log.csv", "\n".join(["model_a,model_b,chosen,both_equal", *lines])))).frame.query("item == 'what is uncertain'")["value"]
    assert "an empty outcome is taken for skip; it may be a tie, =tie" in told.iloc[0]


@pytest.mark.parametrize(
    ("names", "scores"), [(("home", "away"), ("home_goals", "away_goals")), (("team_a", "team_b"), ("score_a", "score_b"))], ids=["home", "a"]
)
def test_scores_of_two_sides_are_recognised_whatever_one_is_called(names, scores):
    """One of the names has 300 letters, and one match was called off."""
    teams = [*(f"team {i}" for i in range(11)), "long" * 75]
    rows = [(one, other, i % 3, i % 2) for i, (one, other) in enumerate(itertools.permutations(teams, 2))]
    rows[-1] = (*rows[-1][:3], "abandoned")
    found = recognised(pd.DataFrame(rows, columns=[*names, *scores]), Columns()).sights[0].columns
    assert (found.first, found.second, found.outcome) == (*names, ",".join(scores))
