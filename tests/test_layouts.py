"""Logs whose rows are not votes."""

import json
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from recount.data import Columns, read_counts, read_votes
from recount.data.choices import Reading
from recount.engine import InputError, OptionError, fit
from recount.engine.choices import Prior
from recount.engine.weighting import weighted
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.log import read
from recount.sims.specification import Specification
from tests.logs import cells_of, rows_of
from tests.test_counts_and_labels import case

ARENA_HARD = Columns(layout="arena-hard:base")
ROWS = [
    {"question_id": "q1", "model": "new", "judge": "j", "games": [{"score": "A>>B"}, {"score": "A>B"}]},
    {"question_id": "q2", "model": "new", "judge": "k", "games": [{"score": "A=B"}, {"score": "B>>A"}]},
    {"question_id": "q3", "model": "old", "judge": "k", "games": [{"score": "B>A"}]},
    {"question_id": "q4", "model": "old", "judge": "k", "games": [{"score": "B>A"}, {}]},
]


def in_lines(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_two_games_with_the_sides_swapped(write):
    """The baseline is A in the first, B in the second; >> counts three times; a row without two verdicts is no vote, or one."""
    votes, quarantine = read_votes(write("judged.jsonl", in_lines(ROWS)), columns=ARENA_HARD, keep=["judge", "question_id"], max_rejected=1)
    assert rows_of(votes) == [
        ("base", "new", "model_a"),
        ("new", "base", "model_a"),
        ("base", "new", "tie"),
        ("new", "base", "model_b"),
        ("base", "old", "model_b"),
    ]
    assert votes.weight.tolist() == [3, 1, 1, 3, 1]
    judges = votes.columns["judge"]
    assert [judges.levels[code] for code in judges.codes] == ["j", "j", "k", "k", "k"]
    assert quarantine.rejects[["row", "reason"]].values.tolist() == [[3, "missing outcome"], [4, "missing outcome"]]
    assert quarantine.n_rows == 7
    said = Columns(layout="arena-hard:base", outcomes="A>>B=first,A>B=first,A=B=tie,B>A=second,B>>A=second,=skip")
    assert read_counts(write("judged.jsonl", in_lines(ROWS)), columns=said)[0].n_votes == 5


def test_what_is_no_layout(write):
    for layout, ways in (("arena-hard", "arena-hard:BASELINE"), ("arena-hard:", "arena-hard:BASELINE"), ("mt-bench:x", "mt-bench")):
        with pytest.raises(OptionError, match=f"layout is '{layout}'; give {ways}$"):
            Columns(layout=layout)
    with pytest.raises(OptionError, match="layout is 'chess'; give one of arena-hard:BASELINE, mt-bench, judges:COLUMN,"):
        Columns(layout="chess")
    for layout in ("ranks:a", "ranks:a,a", "ranks:a,", "wins:a"):
        with pytest.raises(OptionError, match=f"layout is '{layout}'"):
            Columns(layout=layout)
    for wrong in ({"outcome": "score"}, {"first": "one"}):
        with pytest.raises(OptionError, match="competitors and outcome are; leave out the names of columns"):
            Columns(layout="arena-hard:base", **wrong)
    with pytest.raises(OptionError, match="says where outcomes are"):
        Columns(layout="judges:a,b", first="one", outcome="score")


def test_the_case(recount):
    """As one takes the file apart by hand, with a weight of 3 for >>; and by one option of the command."""
    path = case("arena_hard/judgment.jsonl")
    names, cells, weights = ("baseline", "new-model", "other-model"), [], []
    for row in map(json.loads, path.read_text().splitlines()):
        for number, game in enumerate(row["games"]):
            first, second = (names[0], row["model"]) if number == 0 else (row["model"], names[0])
            sign = game["score"].strip("AB")
            first_won = (game["score"][0] == "A") == (">" in sign)
            cells.append((names.index(first), names.index(second), 2 if sign == "=" else 0 if first_won else 1))
            weights.append(3.0 if ">>" in sign else 1.0)
    votes, _ = read_votes(path, columns=Columns(layout="arena-hard:baseline"))
    assert [(votes.names[i], votes.names[j], k) for i, j, k in zip(votes.first, votes.second, votes.outcome, strict=True)] == [
        (names[i], names[j], k) for i, j, k in cells
    ]
    first, second, outcome = np.array(cells).T
    expected = fit(weighted(type(votes)(names, first, second, outcome), np.array(weights)))
    found = analyse(read(path, reading=Reading(Columns(layout="arena-hard:baseline")))).fit
    assert dict(zip(found.names, found.strengths, strict=True)) == pytest.approx(dict(zip(names, expected.strengths, strict=True)), abs=1e-9)
    said = recount("rate", path, "--layout", "arena-hard:baseline")
    assert said.code == 0
    assert sorted(said.frame().index) == sorted(names)


GAMES = [
    {"question_id": 81, "model_1": "x", "model_2": "y", "g1_winner": "model_1", "g2_winner": "model_1", "judge": ["gpt-4", "pair-v2"], "turn": 1},
    {"question_id": 81, "model_1": "x", "model_2": "y", "g1_winner": "model_2", "g2_winner": "tie", "judge": ["gpt-4", "pair-v2"], "turn": 2},
    {"question_id": 82, "model_1": "y", "model_2": "z", "g1_winner": "error", "g2_winner": "model_2", "judge": ["gpt-4", "pair-v2"], "turn": 1},
]


def test_games_of_mt_bench(write):
    """In the second game model_2 is shown first; FastChat writes who won, not which side. An error is no vote, and none that is too many."""
    votes, quarantine = read_votes(write("pair.jsonl", in_lines(GAMES)), columns=Columns(layout="mt-bench"), keep=["match", "question_id"])
    assert rows_of(votes) == [("x", "y", "model_a"), ("y", "x", "model_b"), ("x", "y", "model_b"), ("y", "x", "tie"), ("z", "y", "model_a")]
    assert quarantine.by_reason().to_dict() == {"outcome to be skipped": 1}
    assert len({*votes.columns["match"].codes}) == 3


def every_table(records, tmp_path):
    """The same rows of plain values in every format."""
    frame = pd.DataFrame(records)
    frame.to_csv(tmp_path / "log.csv", index=False)
    frame.to_csv(tmp_path / "log.tsv", index=False, sep="\t")
    frame.to_parquet(tmp_path / "log.parquet")
    (tmp_path / "log.jsonl").write_text(in_lines(records))
    (tmp_path / "log.json").write_text(json.dumps(records))
    return [frame, pa.Table.from_pandas(frame), *(tmp_path / f"log{ending}" for ending in (".csv", ".tsv", ".parquet", ".jsonl", ".json"))]


def test_several_judges(tmp_path):
    """A vote of each judge; an empty cell is none; a row without a verdict is a reject."""
    rows = [
        {"one": "x", "two": "y", "ann1": "left", "ann2": "tie", "ann3": None},
        {"one": "y", "two": "z", "ann1": None, "ann2": None, "ann3": None},
        {"one": "z", "two": "x", "ann1": "right", "ann2": "odd", "ann3": "left"},
    ]
    columns = Columns("one", "two", layout="judges:ann1,ann2,ann3")
    for source in every_table(rows, tmp_path):
        votes, quarantine = read_votes(source, columns=columns, keep=["judge", "match"], max_rejected=1)
        assert rows_of(votes) == [("x", "y", "model_a"), ("x", "y", "tie"), ("z", "x", "model_b"), ("z", "x", "model_a")]
        judge = votes.columns["judge"]
        assert [judge.levels[code] for code in judge.codes] == ["ann1", "ann2", "ann1", "ann3"]
        assert len({*votes.columns["match"].codes}) == 2
        assert quarantine.rejects[["row", "reason"]].values.tolist() == [[2, "missing outcome"], [3, "unknown outcome"]]
    with pytest.raises(InputError, match="has no column 'ann4', which --layout judges:ann4 names"):
        read_votes(source, columns=Columns("one", "two", layout="judges:ann4"), max_rejected=1)


MATCHES = [
    {"round": 1, "x": 1, "y": 2, "z": 2, "w": None},
    {"round": 2, "x": 3, "y": None, "z": 1, "w": 2},
    {"round": 3, "x": None, "y": 1, "z": None, "w": None},
]


def test_matches_of_many(tmp_path):
    """All pairs of those that took part; equal ranks are ties; one alone has no vote, and is counted; each match is a cluster."""
    low = [("x", "y", "model_a"), ("x", "z", "model_a"), ("y", "z", "tie"), ("x", "z", "model_b"), ("x", "w", "model_b"), ("z", "w", "model_a")]
    turned = {"model_a": "model_b", "model_b": "model_a", "tie": "tie"}
    for source in every_table(MATCHES, tmp_path):
        votes, quarantine = read_votes(source, columns=Columns(layout="ranks:x,y,z,w"), keep=["match", "round"], max_rejected=1)
        assert rows_of(votes) == low
        assert votes.columns["match"].codes.tolist() == [0, 0, 0, 1, 1, 1]
        assert quarantine.rejects[["row", "reason"]].values.tolist() == [[3, "fewer than two competitors in a match"]]
        votes, _ = read_votes(source, columns=Columns(layout="scores:x,y,z,w"), max_rejected=1)
        assert rows_of(votes) == [(a, b, turned[winner]) for a, b, winner in low]
    pd.DataFrame(MATCHES * 2).to_csv(tmp_path / "more.csv", index=False)
    assert errors_of_ratings(tmp_path / "more.csv", ("match",)) != errors_of_ratings(tmp_path / "more.csv", ())


def errors_of_ratings(path, clusters):
    log = read(path, reading=Reading(Columns(layout="ranks:x,y,z,w"), max_rejected=1.0))
    frame = analyse(log, Specification(clusters=clusters, prior=Prior("votes"))).leaderboard().frame
    return frame["standard_error"].tolist()


def test_matches_in_lists(write):
    rows = [
        {"players": ["x", "y", "z"], "points": [10, 30, 10]},
        {"players": ["z", "y"], "points": [1, 2, 3]},
        {"players": ["y", "x"], "points": [7, "?"]},
    ]
    votes, quarantine = read_votes(write("log.jsonl", in_lines(rows)), columns=Columns(layout="scores:players,points"), max_rejected=1)
    assert rows_of(votes) == [("x", "y", "model_b"), ("x", "z", "tie"), ("y", "z", "model_a")]
    assert quarantine.rejects[["row", "reason"]].values.tolist() == [
        [2, "not as many results as competitors in a match"],
        [3, "score or rank is no number"],
    ]
    rows = [{"order": ["x", "y", "z"]}, {"order": ["z", "x"]}]
    votes, _ = read_votes(write("log.jsonl", in_lines(rows)), columns=Columns(layout="order:order"))
    assert rows_of(votes) == [("x", "y", "model_a"), ("x", "z", "model_a"), ("y", "z", "model_a"), ("z", "x", "model_a")]
    votes, _ = read_votes(write("log.csv", "best,then,last\nx,y,z\nz,x,\n"), columns=Columns(layout="order:best,then,last"))
    assert rows_of(votes) == [("x", "y", "model_a"), ("x", "z", "model_a"), ("y", "z", "model_a"), ("z", "x", "model_a")]
    # A match in which a name stands twice is none, whoever comes between.
    for text, layout in (("best,then,last\nx,y,z\nz,x,z\n", "order:best,then,last"),):
        votes, quarantine = read_votes(write("log.csv", text), columns=Columns(layout=layout), max_rejected=1)
        assert rows_of(votes) == [("x", "y", "model_a"), ("x", "z", "model_a"), ("y", "z", "model_a")]
        assert quarantine.rejects[["row", "reason"]].values.tolist() == [[2, "competitor twice in a match"]]
    twice = [{"players": ["x", "y", "x"], "points": [10, 30, 20]}, {"players": ["x", "y"], "points": ["1", "1_0"]}]
    votes, quarantine = read_votes(write("log.jsonl", in_lines(twice)), columns=Columns(layout="ranks:players,points"), max_rejected=1)
    assert (votes.n_votes, quarantine.n_of_reason) == (0, {"competitor twice in a match": 1, "score or rank is no number": 1})
    long = [{"order": [f"m{i}" for i in range(1001)]}]
    with pytest.raises(InputError, match="row 1 is a match of 1,001 competitors; more than 1,000 make too many pairs"):
        read_votes(write("log.jsonl", in_lines(long)), columns=Columns(layout="order:order"))


def test_a_table_of_wins(write, tmp_path):
    table = ",x,y,z\nx,,3,1\ny,2,,0\nz,4,5,\n"
    for text in (table, table.replace("x,,", "x,0,").replace("y,2,,", "y,2,-,"), table.replace(",", "\t")):
        counts, quarantine = read_counts(write("wins.csv", text), columns=Columns(layout="wins"))
        assert cells_of(counts) == {
            ("x", "y", "model_a"): 3,
            ("x", "z", "model_a"): 1,
            ("y", "x", "model_a"): 2,
            ("z", "x", "model_a"): 4,
            ("z", "y", "model_a"): 5,
        }
        assert quarantine.n_rejected == 0
    frame = pd.DataFrame({"": ["x", "y"], "x": [0, 2], "y": [3, 0]})
    assert cells_of(read_counts(frame, columns=Columns(layout="wins"))[0]) == {("x", "y", "model_a"): 3, ("y", "x", "model_a"): 2}
    # As pandas writes an index to Parquet: behind the others, with or without a name.
    frame = pd.DataFrame({"x": [0, 2], "y": [3, 0]}, ["x", "y"])
    for name in (None, "who"):
        frame.rename_axis(name).to_parquet(tmp_path / "wins.parquet")
        assert cells_of(read_counts(tmp_path / "wins.parquet", columns=Columns(layout="wins"))[0]) == {
            ("x", "y", "model_a"): 3,
            ("y", "x", "model_a"): 2,
        }
    for text, message in (
        (",x,y,total\nx,0,3,3\ny,2,0,2\n", r"rows and columns are not the same competitors \('total'\); remove sums"),
        (",x,y\nx,0,3\n", r"not the same competitors \('y'\)"),
        (",x,y\nx,0,3\nx,2,0\n", "row 2 of the table of wins is of 'x' again"),
        (",x,y\nx,0,3\n,2,0\n", "row 2 of the table of wins has no name"),
        (",x,y\nx,0,3\ny,3,0\n", "stays the same when rows and columns are swapped, so that its cells may be meetings"),
        (
            ",x,y\nx,0,0.6\ny,0.4,0\n",
            "wins are no whole number, .*: 2; first: .* row 1, x against y='0.6'.*; write how often each won in whole numbers",
        ),
        (",x,y\nx,5,3\ny,2,0\n", "competitor against itself: 1"),
    ):
        with pytest.raises(InputError, match=message):
            read_counts(write("wins.csv", text), columns=Columns(layout="wins"))


@pytest.mark.parametrize("written", ["DNF", "n/a", "-", "1st", "1_0", "٣", "inf", "3,5"])
@pytest.mark.parametrize("layout", ["scores", "ranks"])
def test_a_result_that_is_no_number_is_named_with_its_row_and_the_others_still_met(layout, written, write):
    text = "x;y;z;w\n1;2;3;\n" + f"5;{written};4;6\n" + f"{written};;1;\n"
    votes, quarantine = read_votes(write("log.csv", text), columns=Columns(layout=f"{layout}:x,y,z,w"), max_rejected=1)
    higher, lower = ("model_b", "model_a") if layout == "scores" else ("model_a", "model_b")
    expected = [("x", "y", higher), ("x", "z", higher), ("y", "z", higher), ("x", "z", lower), ("x", "w", higher), ("z", "w", higher)]
    assert rows_of(votes) == expected
    reason = "score or rank is no number"
    assert quarantine.rejects[["row", "reason", "value"]].values.tolist() == [[2, reason, f"y={written!r}"], [3, reason, f"x={written!r}"]]
    assert quarantine.n_rows == len(expected) + 2
    with pytest.raises(InputError, match="write scores and ranks as numbers, and leave the cell of who took no part empty") as refused:
        read_counts(write("log.csv", text), columns=Columns(layout=f"{layout}:x,y,z,w"))
    assert "raise max_rejected" not in str(refused.value)
    assert "--outcomes" not in str(refused.value)


def test_a_log_of_nothing_but_bad_results_says_why(write):
    with pytest.raises(InputError, match=r"3 of 3 rows are no votes \(score or rank is no number: 3; first: .* row 1, x='\?'\)"):
        read_counts(write("log.csv", "x,y\n?,?\n?,1\n"), columns=Columns(layout="ranks:x,y"))


def test_a_match_with_a_competitor_twice_is_none(write):
    for text, layout, first in (
        ("p,q,r,s\nx,x,y,z\nx,y,z,\n", "order:p,q,r,s", "p,q,r,s='x'"),
        ("p,q,r,s\ny,x,,x\nx,y,z,\n", "order:p,q,r,s", "p,q,r,s='x'"),
        (in_lines([{"names": ["x", "y", "x"]}, {"names": ["x", "y", "z"]}]), "order:names", "names='x'"),
        (in_lines([{"names": [2, "2", 3]}, {"names": ["x", "y", "z"]}]), "order:names", "names='2'"),
        (in_lines([{"n": ["x", "x", "y"], "s": [1, 2, 3]}, {"n": ["x", "y", "z"], "s": [3, 2, 1]}]), "scores:n,s", "n,s='x'"),
    ):
        path = write("log.jsonl" if text.startswith("{") else "log.csv", text)
        votes, quarantine = read_votes(path, columns=Columns(layout=layout), max_rejected=1)
        assert rows_of(votes) == [("x", "y", "model_a"), ("x", "z", "model_a"), ("y", "z", "model_a")]
        assert quarantine.rejects[["row", "reason", "value"]].values.tolist() == [[1, "competitor twice in a match", first]]
        with pytest.raises(InputError, match="name each competitor of a match once"):
            read_counts(path, columns=Columns(layout=layout))


def test_cells_of_wins_are_whole_numbers(write):
    names = [f"m{i}" for i in range(12)]
    rows = [[1 + (i + 2 * j) % 3 if i != j else "" for j in range(12)] for i in range(12)]
    right = write("wins.csv", "\n".join([",".join(["", *names]), *(",".join([name, *map(str, row)]) for name, row in zip(names, rows, strict=True))]))
    counts, _ = read_counts(right, columns=Columns(layout="wins"))
    for written in ("49.5", "0.41", "-1", "1_0", "x", "٣"):
        rows[3][7] = written
        text = "\n".join([",".join(["", *names]), *(",".join([name, *map(str, row)]) for name, row in zip(names, rows, strict=True))])
        found, quarantine = read_counts(write("other.csv", text), columns=Columns(layout="wins"))
        assert quarantine.rejects[["row", "reason", "value"]].values.tolist() == [
            [4, "wins are no whole number, 0 or more", f"m3 against m7={written!r}"]
        ]
        lost = cells_of(counts) - cells_of(found)
        assert set(lost) == {("m3", "m7", "model_a")}


@pytest.mark.parametrize("layout", ["wins", "leaderbot"])
@pytest.mark.parametrize("count", ["none", "n"])
def test_a_layout_of_counts_takes_no_option_of_counts(layout, count):
    with pytest.raises(OptionError, match=f"count is '{count}', which has no effect with layout='{layout}', whose cells are counts; leave it out"):
        Columns(layout=layout, count=count)


def test_counts_of_leaderbot(write):
    document = {"models": ["x", "y", "z"], "X": [[0, 1], [2, 0]], "Y": [[5, 2, 1, 0], [0, 3, 0, 7]]}
    counts, _ = read_counts(write("log.json", json.dumps(document)), columns=Columns(layout="leaderbot"))
    expected = {("x", "y", "model_a"): 5, ("x", "y", "model_b"): 2, ("x", "y", "tie"): 1, ("z", "x", "model_b"): 3, ("z", "x", "both_bad"): 7}
    assert cells_of(counts) == expected
    for broken in ({"X": [[0, 1], [2, 9]]}, {"X": [[0, 1], [2]]}, {"Y": [[1], [1, 2]]}):
        _, quarantine = read_counts(write("log.json", json.dumps(document | broken)), columns=Columns(layout="leaderbot"), max_rejected=1)
        assert quarantine.n_rejected > 0
    for broken, value in (({"X": [[0, 1], [2, None]]}, "model_b"), ({"X": [[0, 1], 5]}, "X=5"), ({"Y": [[5, 2], [0, 1.5]]}, "Y=[0, 1.5]")):
        _, quarantine = read_counts(write("log.json", json.dumps(document | broken)), columns=Columns(layout="leaderbot"), max_rejected=1)
        assert quarantine.rejects["value"].str.contains(value, regex=False).all()
    with pytest.raises(InputError, match="has no lists 'models', 'X' and 'Y', the last two of one length"):
        read_counts(write("log.json", json.dumps(document | {"X": []})), columns=Columns(layout="leaderbot"))


def test_a_column_of_counts_is_not_lost_in_a_layout(write):
    text = "a,b,c,count\n1,2,3,50\n2,1,3,7\n"
    with pytest.raises(InputError, match=r"has a column 'count', which may say how many times a row counts; name the column with --count count"):
        read_votes(write("log.csv", text), columns=Columns(layout="ranks:a,b,c"))
    assert read_counts(write("log.csv", text), columns=Columns(layout="ranks:a,b,c", count="count"))[0].n_votes == 3 * 57


def test_matches_of_several_files_are_different(tmp_path):
    """Rows with one number in two files are two clusters, in whatever folder the files are, in whatever order."""
    (tmp_path / "one.csv").write_text("a,b,c\n1,2,3\n")
    (tmp_path / "two.csv").write_text("a,b,c\n3,2,1\n")
    both = [tmp_path / "one.csv", tmp_path / "two.csv"]
    found = [read_votes(*files, columns=Columns(layout="ranks:a,b,c"), keep=["match"])[0].columns["match"] for files in (both, both[::-1])]
    assert [len(held.levels) for held in found] == [2, 2]
    assert found[0].levels == found[1].levels


def test_scores_of_both_sides(write):
    """The higher score wins, equal ones are ties, one that is no number is no outcome; 0 and 1 alone may be flags."""
    columns = Columns("home", "away", "home_score,away_score")
    text = "home,away,home_score,away_score\na,b,3,1\nb,a,0,2\na,b,1,1\na,b,2.5,2.5\na,b,,1\na,b,x,1\n"
    votes, quarantine = read_votes(write("log.csv", text), columns=columns, max_rejected=1)
    assert rows_of(votes) == [("a", "b", "model_a"), ("b", "a", "model_b"), ("a", "b", "tie"), ("a", "b", "tie")]
    assert quarantine.by_reason().to_dict() == {"unknown outcome": 2}
    flags = "home,away,home_score,away_score\na,b,1,0\na,b,0,0\na,b,0,1\n"
    with pytest.raises(InputError, match=r"0 and 1 in two columns may be scores, or flags of who won.*give --outcomes scores, or '\"0,0\"=MEANING'"):
        read_votes(write("log.csv", flags), columns=columns)
    for told, meant in (("scores", "tie"), ('"0,0"=both_bad', "both_bad")):
        votes, _ = read_votes(write("log.csv", flags), columns=Columns("home", "away", "home_score,away_score", told))
        assert rows_of(votes) == [("a", "b", "model_a"), ("a", "b", meant), ("a", "b", "model_b")]
    # Later rows settle it.
    goals = "home,away,home_score,away_score\n" + "a,b,0,0\n" * 400_000 + "a,b,2,1\n"
    assert read_votes(write("log.csv", goals), columns=columns)[0].n_votes == 400_001


def test_margins_and_presets(write):
    text = "model_a,model_b,winner\na,b,3.5\nb,a,-2\na,b,0\na,b,-0.0\na,b,far\n"
    votes, quarantine = read_votes(write("log.csv", text), columns=Columns(outcomes="margins"), max_rejected=1)
    assert rows_of(votes) == [("a", "b", "model_a"), ("b", "a", "model_b"), ("a", "b", "tie"), ("a", "b", "tie")]
    assert quarantine.by_reason().to_dict() == {"unknown outcome": 1}
    for wrong in ("margins,scores", "scores,margins"):
        with pytest.raises(OptionError, match="margins are numbers of one column, which are no scores"):
            Columns(outcomes=wrong)
    for preset, labels in {
        "qlora": {"1": "model_a", "2": "model_b", "3": "tie"},
        "alpacaeval": {"1.0": "model_a", "2.0": "model_b", "1.5": "tie"},
        "pandalm": {"0": "tie", "1": "model_a", "2": "model_b"},
        "mt-bench": {"model_1": "model_a", "model_2": "model_b", "tie": "tie", "tie (inconsistent)": "tie"},
        "lmarena": {"model_a": "model_a", "model_b": "model_b", "tie": "tie", "tie (bothbad)": "both_bad"},
        "arena-hard": {"A>>B": "model_a", "A>B": "model_a", "A=B": "tie", "B>A": "model_b", "B>>A": "model_b"},
        "arena-hard,A=B=both_bad,A>>B=tie": {"A>>B": "tie", "A>B": "model_a", "A=B": "both_bad"},
    }.items():
        rows = "".join(f"x,y,{label}\n" for label in labels)
        votes, quarantine = read_votes(write("log.csv", "model_a,model_b,winner\n" + rows), columns=Columns(outcomes=preset))
        assert [winner for *_, winner in rows_of(votes)] == list(labels.values()), preset
        assert quarantine.n_rejected == 0


@pytest.mark.parametrize("form", [".csv", ".jsonl", ".parquet"])
@pytest.mark.parametrize("layout", ["judges:ann,dave", "scores:x,y,dave", "ranks:x,dave,y", "order:p1,p2,dave"])
def test_a_column_that_is_not_there(tmp_path, form, layout):
    """Is a slip, by which a judge or a competitor would be lost; one that some rows lack is not."""
    row = {"model_a": "a", "model_b": "b", "ann": "model_a", "x": 1, "y": 2, "p1": "a", "p2": "b"}
    frame = pd.DataFrame([row, row])
    path = tmp_path / f"log{form}"
    {".csv": lambda: frame.to_csv(path, index=False), ".jsonl": lambda: frame.to_json(path, orient="records", lines=True)}.get(
        form, lambda: frame.to_parquet(path)
    )()
    for read_with in (read_counts, read_votes):
        with pytest.raises(InputError, match=f"has no column 'dave', which --layout {layout} names; there are 'model_a', 'model_b'"):
            read_with(path, columns=Columns(layout=layout))
    in_some = frame.assign(dave=["c" if "order" in layout else "model_a" if "judges" in layout else 3, None])
    assert read_counts(in_some, columns=Columns(layout=layout), max_rejected=1)[0].n_votes >= 2


@pytest.mark.parametrize(
    ("named", "beside", "message"),
    [
        ("wins,losses", "ties", "'ties' counts ties beside 'wins' and 'losses'; give --layout outcomes:wins,losses,ties"),
        ("wins,games", "league", "'games' is called as the number of all games is; give columns of how often the first won, the second won"),
    ],
)
def test_counts_that_are_not_all_named(tmp_path, named, beside, message):
    one, other = named.split(",")
    rows = pd.DataFrame({"model_a": ["x", "y", "z"], "model_b": ["y", "z", "x"], one: [22, 30, 11], other: [30, 44, 25], beside: [3, 9, 1]})
    rows.to_csv(tmp_path / "pairs.csv", index=False)
    with pytest.raises(InputError, match=re.escape(message)):
        read_counts(tmp_path / "pairs.csv", columns=Columns(layout=f"outcomes:{named}"))
    everything = read_counts(tmp_path / "pairs.csv", columns=Columns(layout="outcomes:wins,losses,ties"))[0] if beside == "ties" else None
    assert everything is None or everything.n_votes == 22 + 30 + 11 + 30 + 44 + 25 + 13
