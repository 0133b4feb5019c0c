"""Published boards: read as they are, analysed as what they state, compared with each other. Real ones where they are there."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import recount
from recount.data.boards.board import Board
from recount.data.boards.comparing import compare_boards, missing_from_the_past
from recount.data.boards.published import looks_like_board, read_board, read_history, table_of
from recount.data.catalogue import is_stated, read_catalogue
from recount.engine import ELO, InputError, OptionError
from recount.engine.uncertainty.given_ratings import PointRatings
from recount.sims.countries.facts import facts_of, stated_by
from tests.commands import one_line

NAMES = ("gpt-4o-2024-05-13", "claude-3-opus-20240229", "qwen2-72b-instruct", "mistral-large-2402")


def board_of(names=NAMES, ratings=(1287.5, 1248.25, 1187.0, 1157.5), variances=(4.0, 3.0, 5.0, 2.5), **more):
    """A board by its columns."""
    n = len(names)
    numbers = (np.array(values, float) for values in (ratings, variances, more.pop("n_votes", [np.nan] * n), [np.nan] * n))
    return Board(tuple(names), *numbers, ("",) * n, ("",) * n, **more)


ARENA = pd.DataFrame(
    {
        "model_name": NAMES,
        "organization": ["OpenAI", "anthropic", "Alibaba", None],
        "license": ["Proprietary", "Propretary", "Qianwen LICENSE", ""],
        "rating": [1287.5, 1248.25, 1187.0, 1157.5],
        "rating_lower": [1283.58, 1244.33, 1183.08, 1153.58],
        "rating_upper": [1291.42, 1252.17, 1190.92, 1161.42],
        "variance": [4.0, 4.0, 4.0, 4.0],
        "vote_count": [100.0, 90.0, 80.0, 70.0],
        "rank": [1.0, 2.0, 3.0, 4.0],
        "category": "overall",
        "leaderboard_publish_date": "2024-06-20",
    }
)


def test_arenas_data_set(tmp_path):
    """Its Parquet form: all dates and categories in one file."""
    later = ARENA.assign(leaderboard_publish_date="2024-07-01", rating=ARENA["rating"] + 1)
    moved = {name: ARENA[name] - 10 for name in ("rating", "rating_lower", "rating_upper")}
    chinese = ARENA.assign(category="chinese", **moved)
    pd.concat([later, chinese, ARENA]).to_parquet(tmp_path / "full.parquet", index=False)
    board = read_board(tmp_path / "full.parquet")
    assert (board.date, board.category, board.at(NAMES[0])) == ("2024-07-01", "overall", 1288.5)
    assert any("boards of 2 days from 2024-06-20; this is the latest" in remark for remark in board.remarks)
    first = read_board(tmp_path / "full.parquet", date="2024-06-20", category="chinese")
    assert (first.at(NAMES[0]), first.organisations[3], first.n_votes.tolist()) == (1277.5, "", [100, 90, 80, 70])
    assert [one.date for one in read_history(tmp_path / "full.parquet")] == ["2024-06-20", "2024-07-01"]
    with pytest.raises(OptionError, match=r"date is '2024-06-25', of which .* has no board; it has 2, from 2024-06-20 to 2024-07-01, the nearest"):
        read_board(tmp_path / "full.parquet", date="2024-06-25")
    with pytest.raises(OptionError, match=r"category is 'coding'; .* has chinese, overall"):
        read_board(tmp_path / "full.parquet", category="coding", date="2024-06-20")


def test_a_board_is_analysed_as_what_it_states(tmp_path):
    """Published intervals, differences of independent errors, and ratings on the published scale."""
    ARENA.to_csv(tmp_path / "board.csv", index=False)
    analysis = recount.analyse(read_board(tmp_path / "board.csv"), country_draws="estimates")
    frame = analysis.leaderboard().frame
    assert frame["rating"].tolist() == pytest.approx([1287.5, 1248.25, 1187.0, 1157.5])
    assert frame["lower"].tolist() == pytest.approx(ARENA["rating_lower"].tolist(), abs=2e-3)
    assert frame["standard_error"].tolist() == pytest.approx([2.0] * 4)
    assert frame["n_votes"].tolist() == [100, 90, 80, 70]
    pair = analysis.pair(*NAMES[:2]).frame.iloc[0]
    assert pair["standard_error"] == pytest.approx(math.sqrt(8))
    assert pair["expected_score"] == pytest.approx(1 / (1 + 10 ** (-39.25 / 400)))
    deviations = np.diff(analysis.draws[1:, :2] * ELO, axis=1)
    assert deviations.std() == pytest.approx(math.sqrt(8), rel=0.05)
    countries = analysis.countries().frame.set_index(["group", "metric", "country"])
    assert countries.loc[("all", "best", "US"), ["estimate", "gap"]].tolist() == pytest.approx([1287.5, 100.5])
    assert countries.loc[("open weights", "best", "CN"), "estimate"] == pytest.approx(1187.0)
    notes = " ".join(analysis.countries().notes)
    assert "taken for independent" in notes
    assert "published 2024-06-20" in notes
    summary, lines, *_ = analysis.multiverse()
    assert set(lines.frame["ties"]) == {"half"}
    assert set(lines.frame.loc[lines.frame["country"].notna(), "open_weights"]) == {"any", "commercial"}
    # Of none of these four models is the licence an OSI one.
    assert set(lines.frame["open_weights"]) == {"any", "commercial", "osi"}
    assert "the grid varies attribution (headquarters, parent, base model), variants (apart, merged), open_weights" in " ".join(summary.notes)
    for needs_votes in (lambda: analysis.fit, analysis.influence, analysis.quality):
        with pytest.raises(OptionError, match="this needs votes"):
            needs_votes()


def test_without_intervals_nothing_is_sure(tmp_path):
    """Missing, and not 0."""
    ARENA[["model_name", "rating"]].to_csv(tmp_path / "points.csv", index=False)
    analysis = recount.analyse(read_board(tmp_path / "points.csv", columns="name=model_name,rating=rating"))
    assert isinstance(analysis.uncertainty, PointRatings)
    table = analysis.leaderboard()
    assert table.frame[["lower", "upper", "rank_best", "rank_worst", "tier", "p_best", "standard_error", "n_votes"]].isna().all(axis=None)
    assert "is first with 1288; how surely is not known" in table.headline
    assert any("states no intervals" in note for note in table.notes)
    countries = analysis.countries().frame
    assert countries[["lower", "upper", "p_leads", "gap_lower", "gap_upper"]].isna().all(axis=None)
    assert countries["estimate"].notna().all()
    assert analysis.pair(*NAMES[:2]).frame["difference"].iloc[0] == pytest.approx(39.25)
    assert analysis.pairs().frame["p_better"].isna().all()
    some = recount.analyse(board_of(variances=(4.0, np.nan, 5.0, 2.5)))
    assert any("1 of 4 ratings have no interval, so that none is used: 'claude-3-opus-20240229'" in note for note in some.leaderboard().notes)


def test_intervals_in_every_form(tmp_path):
    """(upper - lower) / 2 / 1.96, whatever the columns; the anchor's width of 0 fixes the scale."""
    forms = {
        "a.csv": "model,arena_score,95_pct_ci,votes\nx,1300,+5/-4,10\ny,1200,+0/-0,20\nz,1100,+3/-3,30\n",
        "b.csv": "Model,Arena Score,95% CI,Votes\nx,1300,+5/-4,10\ny,1200,+0/-0,20\nz,1100,+3/-3,30\n",
        "c.csv": "competitor,rating,standard_error\nx,1300,2.295918\ny,1200,0\nz,1100,1.530612\n",
    }
    for name, text in forms.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        board = read_board(tmp_path / name)
        assert board.variances.tolist() == pytest.approx([(4.5 / 1.96) ** 2, 0.0, (3 / 1.96) ** 2], rel=1e-5)
        assert any("'y' has an interval of width 0: it fixes the scale" in remark for remark in board.remarks)
        assert recount.analyse(board).pair("x", "y").frame["standard_error"].iloc[0] == pytest.approx(4.5 / 1.96, rel=1e-5)
    captured = {"meta": {"fetched_at": "2026-04-19T04:38:02+00:00", "model_count": 3}, "models": [{"model": "x", "score": 1300, "ci": 4, "votes": 9}]}
    (tmp_path / "d.json").write_text(json.dumps(captured))
    assert read_board(tmp_path / "d.json").variances.tolist() == pytest.approx([(4 / 1.96) ** 2])


def test_a_row_a_day(tmp_path):
    """0.0 is no rating."""
    (tmp_path / "history.csv").write_text(",x,y,z\n20240105,1000.5,0.0,900.25\n20240301,1001.5,1100.0,0.0\n")
    first, last = read_history(tmp_path / "history.csv")
    assert (first.date, first.names, first.ratings.tolist()) == ("2024-01-05", ("x", "z"), [1000.5, 900.25])
    assert (last.date, last.names) == ("2024-03-01", ("x", "y"))
    assert not last.has_intervals


BAD = {
    "no form": ("a,b\n1,2\n", "has no known form"),
    "no number": (
        "model_name,rating,rating_lower,rating_upper\nx,high,1,2\n",
        "'rating' is 'high' in row 1, which is no finite number; write it as 1234.5",
    ),
    "turned interval": ("model_name,rating,rating_lower,rating_upper\nx,1,2,1\n", "the interval of 'x' ends before it begins"),
    "no name": ("model_name,rating,rating_lower,rating_upper\n,1,1,2\n", "has no 'model_name' in row 1"),
    "no rating": ("model_name,rating,rating_lower,rating_upper\nx,,,\n", "has no model with a rating"),
    "interval": ("model,arena_score,95_pct_ci\nx,1000,5\n", "the interval '5'; it is written as"),
    "empty": ("", "is no table; its first line has one field, or none"),
    "more fields": ("model_name,rating,rating_lower,rating_upper\nx,1,1,1,9\n", "more or fewer fields than the header"),
    "infinite": ("model_name,rating,rating_lower,rating_upper\nx,inf,1,2\n", "is no finite number"),
    "interval elsewhere": ("name,rating,lower,upper\nx,1300,1290,1310\ny,1200,1290,1310\n", "of 'y', 1290 to 1310, does not hold its rating, 1200"),
    "date of another form": ("name,rating,date\nx,1300,31.12.2023\ny,1200,01.02.2024\n", "'date' is '31.12.2023' in row 1, which is no date; write"),
    "date of some": ("name,rating,date\nx,1300,2024-01-01\ny,1410,\n", r"has no 'date' in row 2 \('y'\), and in others"),
    "no day": (",x,y\n20240105,1,2\n20241340,3,4\n", "a row of '20241340', which is no day"),
    "day twice": (",x,y\n20240105,1,2\n20240105,3,4\n", "has the day 20240105 twice"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_boards(tmp_path, case):
    path = tmp_path / "board.csv"
    path.write_text(BAD[case][0], encoding="utf-8")
    with pytest.raises(InputError, match=BAD[case][1]) as caught:
        read_board(path)
    assert "\n" not in str(caught.value)


def test_other_bad_files(tmp_path):
    for name, content in {"a.json": b"[1, 2]", "b.json": b"{", "c.parquet": b"PAR1", "d.txt": b"x", "e.csv": "é".encode("utf-16")}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError):
            read_board(tmp_path / name)
        assert not looks_like_board(tmp_path / name)
    with pytest.raises(InputError, match=r"none.csv: does not exist$"):
        read_board(tmp_path / "none.csv")
    for said in ("name=a", "rating=b,name", "name=a,rating=b,color=c", "name=a,rating=b,name=c"):
        with pytest.raises(OptionError, match="board_columns"):
            table_of(written(tmp_path), said)


def written(folder):
    """A small file with columns of one's own."""
    (folder / "own.csv").write_text("a,b\nx,1\n")
    return folder / "own.csv"


def test_a_name_that_stands_twice(tmp_path):
    """Two entries of one name are two; a row that repeats another is one."""
    rows = ARENA.iloc[[0, 0, 1]].assign(
        model_name=["x", "x", "x"], rating=[1000.0, 1000.0, 900.0], rating_lower=[990.0, 990.0, 890.0], rating_upper=[1010.0, 1010.0, 910.0]
    )
    rows.to_csv(tmp_path / "board.csv", index=False)
    board = read_board(tmp_path / "board.csv")
    assert board.names == ("x", "x (2)")
    assert any("told apart by a number: 'x'" in remark for remark in board.remarks)
    with pytest.raises(InputError, match="has 'x' 2 times"):
        board_of(("x", "x"), (1.0, 2.0), (1.0, 1.0))


def test_traps_of_histories():
    """Section 6 of what is known of published boards: frozen, truncated and renamed ones; and who is missing from a past that is told today."""
    first = board_of(published="2025-08-07")
    frozen = [replace(first, published=f"2025-08-{day:02d}") for day in range(8, 12)]
    found = compare_boards([first, *frozen])
    assert [(one.kind, one.date) for one in found] == [("frozen", "2025-08-11")]
    assert "5 boards from 2025-08-07 to 2025-08-11" in found[0].says
    many = board_of([f"m{i}" for i in range(70)], np.linspace(1500.5, 1000.5, 70), [4.0] * 70, published="2026-03-29")
    cut = board_of([f"m{i}" for i in range(20)], np.linspace(1501.5, 1300.5, 20), [4.0] * 20, published="2026-04-09")
    assert [(one.kind, one.date) for one in compare_boards([many, cut])] == [("truncated", "2026-04-09")]
    # Boards that are cut off follow each other, each a little longer; a whole one ends it.
    more, whole = (board_of(many.names[:n], many.ratings[:n] + 1, [4.0] * n, published=day) for n, day in ((30, "2026-04-10"), (66, "2026-04-12")))
    assert [(one.kind, one.date) for one in compare_boards([many, cut, more, whole])] == [("truncated", day) for day in ("2026-04-09", "2026-04-10")]
    assert [one.kind for one in compare_boards([replace(cut, n_stated=70)])] == ["truncated"]
    # Boards between are no reason to overlook what was before them.
    later = board_of([f"m{i}" for i in range(30)], np.linspace(1502.5, 1250.5, 30), [4.0] * 30, published="2026-04-19")
    new = board_of(["new", *(f"m{i}" for i in range(1, 70))], np.linspace(1500.5, 1000.5, 70), [4.0] * 70, published="2026-05-01")
    found = compare_boards([many, cut, later, new, replace(many, published="2026-05-09")])
    assert [(one.kind, one.date) for one in found if one.kind != "renamed"] == [
        ("truncated", "2026-04-09"),
        ("truncated", "2026-04-19"),
        ("frozen", "2026-05-09"),
    ]
    assert [(one.date, one.names) for one in found if one.kind == "renamed"] == [("2026-05-01", ("m0", "new")), ("2026-05-09", ("new", "m0"))]
    renamed = board_of(("claude-opus-4-6-high", *NAMES[1:]), (1287.5, 1249.0, 1187.5, 1158.0), published="2025-08-08")
    (one,) = compare_boards([first, renamed])
    assert (one.kind, one.names) == ("renamed", (NAMES[0], "claude-opus-4-6-high"))
    whole = board_of(("a", "b"), (1000.0, 900.0), (np.nan, np.nan), published="2025-01-01")
    assert compare_boards([whole, board_of(("c", "b"), (1000.0, 901.0), (np.nan, np.nan), published="2025-02-01")]) == []
    today = [board_of(NAMES[1:], (1248.25, 1187.0, 1157.5), (3.0, 5.0, 2.5), published=day) for day in ("2025-08-06", "2025-09-06")]
    (one,) = missing_from_the_past(today, [first])
    assert (one.kind, one.names) == ("missing from the past", (NAMES[0],))
    assert "was number 1" in one.says
    assert missing_from_the_past(today, [replace(first, published="2025-12-01")]) == []


def test_a_board_that_is_cut_off_has_no_top_100():
    board = board_of([f"m{i}" for i in range(50)], np.linspace(1500, 1000, 50), [4.0] * 50)
    board = replace(board, organisations=("OpenAI",) * 50)
    with pytest.raises(OptionError, match="top is 100, and the board has 50 models"):
        recount.analyse(board, top=100).countries()
    assert len(recount.analyse(board, top=50).countries().frame)


def test_fewer_rows_than_it_says(tmp_path):
    rows = ARENA.drop(columns="leaderboard_publish_date").to_dict("records")
    meta = {"subset": "text", "leaderboard_publish_date": "2024-06-20", "n_rows": 9, "n_models": 9}
    (tmp_path / "board.json").write_text(json.dumps({"meta": meta, "rows": rows}))
    assert any(
        remark.startswith("truncated: board.json says that it has 9 rows, and has 4") for remark in read_board(tmp_path / "board.json").remarks
    )


def test_what_does_not_join_is_listed_and_not_guessed():
    board = replace(
        board_of(("new-1", "new-2", "gpt-4o-2024-05-13", "z")), organisations=("Mistrall", "Z.ai", "", ""), licences=("Apache2", "MIT", "", "-")
    )
    facts = facts_of(board.names, None, stated_by(board))
    assert facts.frame["country"].tolist() == ["", "CN", "US", ""]
    assert facts.frame["licence_class"].tolist() == ["", "open_source", "proprietary", ""]
    assert facts.unknown == ("new-1", "z")
    notes = "\n".join(facts.notes)
    assert "1 organisation is not in the catalogue: 'Mistrall' (near: 'Mistral AI'" in notes
    assert "1 licence is not in the catalogue: 'Apache2' (near: 'Apache-2.0'" in notes


def test_organisations_of_models_that_no_catalogue_knows_are_told(tmp_path):
    """As where one's own table of organisations has another spelling than that of models; not where the country of the model is stated."""
    (tmp_path / "models.csv").write_text("key,organisation,country\nmine,Acme,\nother,Ajax,FR\n")
    (tmp_path / "organisations.csv").write_text("name,country\nAcmee,CN\n")
    facts = facts_of(("mine", "other"), read_catalogue(tmp_path / "models.csv", tmp_path / "organisations.csv"))
    assert facts.frame["country"].tolist() == ["", "FR"]
    assert [note for note in facts.notes if "organisation" in note] == ["1 organisation is not in the catalogue: 'Acme' (near: 'Acmee')"]


def test_the_command(recount, tmp_path):
    ARENA.to_csv(tmp_path / "board.csv", index=False)
    said = recount("rate", "--board", "board.csv")
    assert (said.code, said.frame()["rating"].iloc[0]) == (0, "1287.5")
    assert recount("countries", "--board", "board.csv", "-o", "c.csv").code == 0
    chosen = json.loads((tmp_path / "c.csv.manifest.json").read_text())
    assert chosen["specification"] | {"category": "overall", "date": "2024-06-20"} == chosen["specification"]
    assert "ties" not in chosen["specification"]
    assert "board.csv" in {Path(source["path"]).name for source in chosen["inputs"]}
    assert recount("countries", "--board", "board.csv", "--specifications", "grid").code == 0
    assert "models,with a country,4 (100.0 %)" in recount("check", "board.csv").out
    for words, why in {
        ("rate", "--board", "board.csv", "--ties", "drop"): "--ties is drop, which has no effect with --board",
        ("rate", "--board", "board.csv", "--cluster", "voter"): "--cluster is voter, which has no effect with --board",
        (
            "rate",
            "--board",
            "board.csv",
            "--since",
            "2024-01-01",
        ): "--since is 2024-01-01, which has no effect with --board, which has no single votes",
        ("rate", "--board", "board.csv", "--replicates", "r.parquet"): "--replicates is r.parquet, which has no effect with --board",
        ("rate", "--board", "board.csv", "--scheme", "bayes"): "--scheme is bayes, which has no effect with --board",
        ("rate", "--board", "board.csv", "--only", "gpt"): "--only is 'gpt', who is not on the board; did you mean ",
        ("countries", "--board", "board.csv", "--top", "100"): "--top is 100, and the board has 4 models",
        ("rate", "--category", "coding"): "--category is coding, which has no effect without --board",
        ("rate", "--board", "board.csv", "--date", "2020-01-01"): "of which board.csv has no board",
        ("rate", "--board", "board.csv", "--subset", "text"): "board.csv is one board without parts",
        ("check", "board.csv", "--ties", "drop"): "--ties is drop, which has no effect on published boards",
    }.items():
        said = recount(*words)
        assert said.code == 2, words
        assert why in one_line(said.err), words


# Real boards


def real_boards(shared):
    """Every board that is there, as (path, subset)."""
    for pattern in ("arena_2026/*/*.json", "arena_truncated/*.json", "leaderboards/monthly/*.csv", "leaderboards/*/*.csv"):
        yield from ((path, "") for path in sorted(shared.glob(pattern)))
    yield from ((shared / "arena_2025" / "2025-11-06.csv", subset) for subset in ("text", "text_style_control"))


def test_every_real_board_joins(shared):
    """Every organisation that boards state, and 97 % of the rows of each board, every category of it, have a country."""
    catalogue, n_boards = recount.read_catalogue(), 0
    for path, subset in real_boards(shared):
        table = table_of(path)
        assert {one for one in table.frame["organisation"].unique() if is_stated(one) and catalogue.organisation_of(one) is None} == set()
        frame = table.frame[table.frame["subset"] == subset] if subset else table.frame
        rows = frame.drop_duplicates(["name", "date"])
        joined = [
            catalogue.organisation_of(stated) is not None or (catalogue.key_of(name, day) or "") in catalogue.models.index
            for name, stated, day in zip(rows["name"], rows["organisation"], rows["date"], strict=True)
        ]
        by_board = pd.Series(joined, index=rows.index).groupby(rows["date"]).mean()
        assert (by_board >= 0.97).all(), (path, by_board[by_board < 0.97])
        facts = facts_of((board := read_board(path, subset=subset)).names, catalogue, stated_by(board))
        assert len(facts.unknown) <= 0.03 * len(board.names), path
        n_boards += 1
    assert n_boards >= 25


def test_real_numbers(shared):
    """Of the board of 2026-08-22: the lead of the United States with style control, 17.7 points, and without it 22.1."""
    for subset, gap in (("text_style_control", 17.7), ("text", 22.1)):
        board = read_board(shared / "arena_2026" / "2026-08-22" / f"{subset}.json")
        frame = recount.analyse(board, n_draws=50, country_draws="estimates").countries().frame.set_index(["group", "metric", "country"])
        assert frame.loc[("all", "best", "US"), "gap"] == pytest.approx(gap, abs=0.05)
    stated = board.variances
    assert stated.tolist() == pytest.approx(
        [row["variance"] for row in json.loads(Path(board.source).read_text())["rows"] if row["category"] == "overall"]
    )
    old = read_board(shared / "arena_2026" / "2026-06-30" / "text_style_control.json")
    assert recount.read_catalogue().key_of("claude-opus-4-6-thinking", old.date) == "claude-opus-4-6-high"


def test_real_histories(shared):
    monthly = read_history(shared / "leaderboards" / "monthly")
    assert [monthly[0].date, len(monthly)] == ["2024-06-19", 15]
    assert [board.at("GPT-4o-2024-05-13") for board in monthly[:2]] == [1287, 1287]
    wide = read_history(shared / "leaderboards" / "nakasyou" / "result.csv")
    assert (len(wide), wide[0].date, wide[-1].date) == (98, "2023-05-08", "2025-02-27")
    assert [one.date for one in compare_boards(wide) if one.kind == "frozen"] == ["2025-01-22"]
    cut = compare_boards(read_history(shared / "arena_truncated"))
    assert [(one.kind, one.date) for one in cut] == [("truncated", day) for day in ("2026-04-09", "2026-04-10", "2026-04-19")]
    assert read_board(shared / "leaderboards" / "tables" / "leaderboard_table_20250511.csv").measure == "points of MT-bench"


def test_intervals_that_are_not_centred(tmp_path):
    """The width is kept, and told; ends that are distances are told too."""
    (tmp_path / "skew.csv").write_text("name,rating,lower,upper\na,1300,1290,1330\nb,1292,1250,1294\nc,1200,1190,1210.5\n")
    board = read_board(tmp_path / "skew.csv")
    assert board.variances.tolist() == pytest.approx([(20 / 1.96) ** 2, (22 / 1.96) ** 2, (10.25 / 1.96) ** 2])
    assert any("2 intervals are not centred" in remark and "up to 20 points ('b': stated +2 and -42)" in remark for remark in board.remarks)
    (tmp_path / "distances.csv").write_text("model,rating,lower,upper\na,1300,-5,6\nb,1200,-4,4\n")
    board = read_board(tmp_path / "distances.csv")
    assert board.variances.tolist() == pytest.approx([(5.5 / 1.96) ** 2, (4 / 1.96) ** 2])
    assert any("taken for distances from the rating" in remark for remark in board.remarks)


def test_a_category_that_is_mistyped_is_pointed_at(tmp_path):
    (tmp_path / "board.csv").write_text("model,rating,category\na,1200,coding\nb,1100,coding\na,1190,maths\nb,1110,maths\n")
    with pytest.raises(OptionError, match=r"category is 'codng'; did you mean 'coding'\? .* has coding, maths"):
        read_board(tmp_path / "board.csv", category="codng")
    with pytest.raises(InputError, match=r"bord.csv: does not exist; did you mean 'board.csv'\?"):
        read_board(tmp_path / "bord.csv")
