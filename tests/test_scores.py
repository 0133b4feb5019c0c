"""Benchmark scores in one form: what is judged, told and kept; and the published data against figures computed apart from it."""

import csv
import json
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import recount
from recount.data import looks_like_scores
from recount.data.scores.benchmarks import BENCHMARKS, key_of, known_benchmark
from recount.data.scores.stated import day_of
from recount.data.scores.tidy_scores import MODEL_COLUMNS, SCORE_COLUMNS
from recount.engine.errors import InputError, OptionError
from tests.commands import one_line, outside

LONG = "model,benchmark,score,maximum,n_items,standard_error,setting,reported_by,self_reported,date,organisation,country,release_date\n"


@pytest.fixture
def long(write):
    """Read a table with a row a score."""

    def read(*rows, header=LONG):
        return recount.read_scores(write("scores.csv", header + "\n".join(rows) + "\n"))

    return read


def doubts(scores):
    return list(scores.doubts.itertuples(index=False, name=None))


def rejects(scores):
    return [(row, reason, value) for _, row, reason, value in scores.rejects.itertuples(index=False, name=None)]


def test_a_score_with_all_that_can_be_stated(long):
    scores = long("m,HumanEval,0.5,1,164,0.039,0-shot,M Inc,true,2025-03-01,M Inc,US,2025-02-01")
    (row,) = scores.frame.to_dict("records")
    assert row["model"] == "m"
    assert (row["score"], row["maximum"], row["share"], row["n_items"], row["standard_error"]) == (0.5, 1.0, 0.5, 164, 0.039)
    assert (row["n_items_from"], row["setting"], row["reported_by"], row["self_reported"]) == ("source", "0-shot", "M Inc", True)
    assert row["date"] == pd.Timestamp("2025-03-01")
    (model,) = scores.models.to_dict("records")
    assert (model["organisation"], model["country"], model["release_date"]) == ("M Inc", "US", pd.Timestamp("2025-02-01"))
    assert scores.rejects.empty
    assert scores.doubts.empty
    assert repr(scores) == "1 score of 1 model on 1 benchmark\n0 of 1 row left out because they are no scores; 0 doubts"


def test_what_is_not_stated_is_missing(long):
    scores = long("m,My Own,0.5", "m,MMLU,0.25", header="model,benchmark,score\n")
    own, mmlu = scores.frame.to_dict("records")
    assert pd.isna(own["n_items"])
    assert (mmlu["n_items"], mmlu["n_items_from"]) == (14_042, "size of the benchmark")
    for name in ("standard_error", "setting", "reported_by", "self_reported", "source", "date"):
        assert pd.isna(own[name]), name


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",b,0.5", "no model"),
        ("m,,0.5", "no benchmark"),
        ("m,b,", "no score"),
        ("m,b,nan", "no score"),
        ("m,b,good", "score is not a number"),
        ("m,b,inf", "score is not a number"),
        ("m,b,-0.1", "score below its minimum"),
        ("m,b,101 %", "score above its maximum"),
    ],
)
def test_rows_that_are_no_scores(long, row, reason):
    scores = long("m,other,0.5", row, header="model,benchmark,score\n")
    assert len(scores.frame) == 1
    ((place, why, _),) = rejects(scores)
    assert (place, why) == ("2", reason)
    assert scores.n_rows == 2


def test_a_percentage_among_shares_does_not_lead(long):
    scores = long("a,X,0.72", "b,X,0.8", "c,X,72", "a,Y,72", "b,Y,80", header="model,benchmark,score\n")
    assert rejects(scores) == [("3", "above 1 among shares: a percentage, or another unit", "c on X: 72")]
    assert scores.frame.loc[scores.frame["benchmark"] == "X", "share"].max() == 0.8
    # Of Y nobody says the scale, and it is not guessed.
    assert scores.frame.loc[scores.frame["benchmark"] == "Y", "share"].isna().all()
    assert ("units", "no maximum is stated: Y", "2 from 72 to 80; there is no share of it") in doubts(scores)


def test_shares_among_percentages_are_told(long):
    scores = long("a,X,72", "b,X,80", "c,X,0.72", header="model,benchmark,score\n")
    assert scores.rejects.empty
    assert scores.frame["share"].isna().all()
    assert (
        "units",
        "no maximum is stated: X",
        "3 from 0.72 to 80, 1 of them within 0 to 1: shares among percentages?; there is no share of it",
    ) in doubts(scores)
    stated = long("a,X,0.7,100", "b,X,0.8,100", header="model,benchmark,score,maximum\n")
    assert ("units", "shares under a maximum of 100?: X", "2 of 2 scores are within 0 to 1") in doubts(stated)


def test_percent_signs_and_a_maximum_for_all(write):
    path = write("scores.csv", "model,benchmark,score\na,X,72 %\nb,X,81%\n")
    assert recount.read_scores(path).frame["share"].tolist() == [0.72, 0.81]
    path = write("scores.csv", "model,benchmark,score\na,X,72\nb,X,81\n")
    assert recount.read_scores(path, maximum=100).frame["share"].tolist() == [0.72, 0.81]


def test_scores_that_contradict(long):
    scores = long(
        "a,X,0.5,1,,,5-shot",
        "a,X,0.6,1,,,5-shot",
        "a,X,0.7,1,,,0-shot",
        "b,X,0.5,1,,,5-shot",
        "b,X,0.5,1,,,5-shot",
        header="model,benchmark,score,maximum,n_items,standard_error,setting\n",
    )
    assert len(scores.frame) == 5
    assert [doubt for doubt in doubts(scores) if doubt[0] == "several scores"] == [
        ("several scores", "a on X (5-shot)", "0.5, 0.6; all kept"),
        ("several scores", "rows that repeat another: 1", "all kept"),
    ]


def test_names_that_look_alike(long):
    scores = long("GPT-4o,MMLU-Pro,0.5", "gpt 4o,MMLU Pro,0.6", "opt-13b,X,0.1", "opt-1.3b,X,0.1", header="model,benchmark,score\n")
    assert ("models alike", "'GPT-4o' / 'gpt 4o'", "kept apart") in doubts(scores)
    assert ("benchmarks alike", "'MMLU Pro' / 'MMLU-Pro'", "kept apart") in doubts(scores)
    assert not any("opt" in item for _, item, _ in doubts(scores))
    assert key_of("Claude 3.5 Sonnet") == key_of("claude-3-5_sonnet")


def test_facts_that_contradict(long):
    scores = long("m,X,0.5,US", "m,Y,0.5,CN", header="model,benchmark,score,country\n")
    assert scores.models["country"].tolist() == ["US"]
    assert ("models", "m: several values of country", "CN, US; the first is kept") in doubts(scores)


def test_errors_and_numbers_of_items_that_cannot_be(long):
    rows = ["a,X,0.5,1,10.5,0.1", "b,X,0.5,1,-3,0.1", "c,X,0.5,1,many,0.1", "d,X,0.5,1,10,0", "e,X,0.5,1,10,2.1", "f,X,0.5,1,10,-1"]
    scores = long(*rows, header="model,benchmark,score,maximum,n_items,standard_error\n")
    assert scores.frame["n_items"].isna().tolist() == [True] * 3 + [False] * 3
    assert scores.frame["standard_error"].isna().tolist() == [False] * 3 + [True] * 3
    told = {item for _, item, _ in doubts(scores)}
    assert {"no whole number: 3", "stated as 0: 1", "impossible: 2"} <= told


def test_numbers_of_items_that_may_be_others(long):
    scores = long("a,GPQA,0.5,", "a,MMLU,0.5,15908", header="model,benchmark,score,n_items\n")
    assert ("items", "GPQA: 448 by its name", "or 198 of the diamond set, which most reports of models mean") in doubts(scores)
    assert ("items", "MMLU: 15,908 by the source", "14,042 by arXiv 2009.03300, test set; the source's are kept") in doubts(scores)
    assert scores.frame["n_items"].tolist() == [448, 15_908]


def test_scores_that_are_no_whole_number_of_items(long):
    """Oracle: every share of 30 items, rounded to three digits, is possible; the means of two runs of 30 are mostly not."""
    possible = [f"m{k},AIME 2024,{k / 30:.3f}" for k in range(31)]
    assert not any("whole number" in value for *_, value in doubts(long(*possible, header="model,benchmark,score\n")))
    means = [f"m{k},AIME 2024,{k / 60:.3f}" for k in range(61)]
    assert ("items", "AIME 2024: 30") in [doubt[:2] for doubt in doubts(long(*means, header="model,benchmark,score\n"))]


def test_a_wide_table(write):
    path = write("wide.csv", "Model,Maker,MMLU,GPQA\nx,X Inc,0.7,\ny,Y Inc,0.6,0.4\n")
    scores = recount.read_scores(path, columns={"model": "Model", "organisation": "Maker"}, benchmarks=["MMLU", "GPQA"])
    assert scores.frame[["model", "benchmark", "score"]].to_numpy().tolist() == [["x", "MMLU", 0.7], ["y", "MMLU", 0.6], ["y", "GPQA", 0.4]]
    assert scores.models["organisation"].tolist() == ["X Inc", "Y Inc"]
    with pytest.raises(InputError, match="has no column 'HLE'; it has 'Model', 'Maker', 'MMLU', 'GPQA'"):
        recount.read_scores(path, columns={"model": "Model"}, benchmarks=["HLE"])
    with pytest.raises(OptionError, match="columns has 'Model', which is no column of scores; there are model, benchmark"):
        recount.read_scores(path, columns={"Model": "model"}, benchmarks=["MMLU"])


def test_other_names_and_parquet(tmp_path):
    frame = pd.DataFrame({"who": ["x", "y"], "task": ["T", "T"], "accuracy": [0.25, np.nan]})
    frame.to_parquet(tmp_path / "scores.parquet")
    scores = recount.read_scores(tmp_path / "scores.parquet", columns={"model": "who", "benchmark": "task", "score": "accuracy"})
    assert scores.frame["share"].tolist() == [0.25]
    assert [reason for _, reason, _ in rejects(scores)] == ["no score"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "x,y\n1,2\n", "is in no known form of scores"),
        ("a.csv", "model,benchmark,score\n", "there is no score in .*a.csv. .it is empty"),
        ("a.csv", "model,benchmark,score\nm,b,?\n", "there is no score in .*a.csv. .score is not a number"),
        ("a.csv", b"model,benchmark,score\nm\xe9,b,0.5\n", "is not in UTF-8 .byte 23"),
        ("a.csv", 'model,benchmark,score\nm,b,"0.5\n', "is no CSV file"),
        ("a.csv", "model,benchmark,score\nm,b,0.5,more\n", "row 1 has more cells than there are columns"),
        ("a.csv", "model,benchmark,score,score\nm,b,0.5,0.6\n", "has two columns 'score'"),
        ("a.json", "{", "is in no known form"),
    ],
)
def test_files_that_are_none(write, name, content, said):
    with pytest.raises(InputError, match=said):
        recount.read_scores(write(name, content))
    with pytest.raises(InputError, match="does not exist"):
        recount.read_scores("nowhere.csv")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-01-31", "2025-01-31"),
        ("2025-07-19T23:30:00-05:00", "2025-07-20"),
        ("17 November 2025 4:28pm", "2025-11-17"),
        ("1770463617.0", "2026-02-07"),
        ("2025", None),
        ("45000", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_days(text, day):
    found = day_of(text)
    assert (None if found is None else found.isoformat()) == day


def test_known_benchmarks_are_told_apart():
    spellings = [spelling for one in BENCHMARKS for spelling in one.spellings]
    assert len({key_of(spelling) for spelling in spellings}) >= len(BENCHMARKS)
    assert all(known_benchmark(spelling) is one for one in BENCHMARKS for spelling in one.spellings)
    assert known_benchmark("MMLU-Redux") is None


def test_self_reported_and_others(shared):
    scores = recount.read_scores(shared / "benchmark_scores")
    # Apart from the reader: every file, counted by hand.
    stated = [json.loads(path.read_text()) for path in (shared / "benchmark_scores" / "data" / "organizations").glob("*/models/*/benchmarks.json")]
    rows = [row for file in stated for row in file]
    assert len(scores.frame) == len(rows) == 2224
    assert len(scores.models) == 169
    assert scores.frame["benchmark"].nunique() == 339
    assert scores.frame["self_reported"].sum() == sum(row["is_self_reported"] for row in rows) == 2206
    assert math.isclose(scores.frame["score"].sum(), sum(row["score"] for row in rows))
    assert scores.models["organisation"].nunique() == 16
    best = scores.frame.merge(scores.models, on="model").groupby(["benchmark", "country"])["share"].max()
    assert (best["mmlu", "US"], best["mmlu", "CN"]) == (0.925, 0.902)
    assert (best["humaneval", "US"], best["humaneval", "CN"]) == (0.937, 0.945)
    # Releases of open weights over 70 billion parameters: CN 6 and then 21, US 2 and then 4.
    large = scores.models[(scores.models["parameters"] > 70) & scores.models["open_weights"].fillna(False)]
    n = large.groupby(["country", large["release_date"].dt.year]).size()
    assert (n["CN", 2024], n["CN", 2025], n["US", 2024], n["US", 2025]) == (6, 21, 2, 4)
    told = doubts(scores)
    assert ("models alike", "'gpt-4o-2024-05-13' / 'gpt-4o-2024-08-06'", "all called 'GPT-4o'; kept apart") in told
    assert ("benchmarks alike", "hle / humanity's-last-exam", "both called 'HLE'; kept apart") in told
    assert ("units", "no maximum is stated: cfeval", "2 from 2071 to 2134; there is no share of it") in told


def test_runs_by_epoch(shared):
    scores = recount.read_scores(shared / "metadata" / "epoch_stitching")
    assert (len(scores.frame), len(scores.models), scores.frame["benchmark"].nunique()) == (541, 574, 8)
    assert scores.frame["model"].isin(scores.models["model"]).all()
    assert scores.models["release_date"].notna().sum() == 538
    run = scores.frame.query("model == 'gpt-5.1_medium' and benchmark == 'GPQA diamond'").iloc[0]
    assert (run["score"], run["standard_error"], run["n_items"], run["date"]) == (0.85, 0.02, 198, pd.Timestamp("2025-11-17"))
    assert recount.read_scores(shared / "metadata" / "epoch_stitching" / "stitching_benchmarks_runs.csv").frame.equals(scores.frame)


def test_the_open_llm_leaderboard(shared):
    scores = recount.read_scores(shared / "open_llm" / "open_llm_huggingface_v2.csv")
    assert (len(scores.models), len(scores.frame), scores.models["name"].nunique()) == (4576, 6 * 4576, 4497)
    # Its numbers of items, from the scores themselves: nearly all are whole numbers of items.
    for benchmark in ("MATH Level 5", "GPQA", "MMLU-PRO"):
        own = scores.frame[scores.frame["benchmark"] == benchmark]
        n_right = own["score"] * own["n_items"].astype(float)
        assert (np.abs(n_right - n_right.round()) < 1e-6).mean() > 0.99, benchmark


def test_the_best_five_of_60_benchmarks(shared):
    scores = recount.read_scores(shared / "benchmark_saturation" / "manual_annotation_data.csv")
    assert scores.frame["benchmark"].nunique() == 60
    # One benchmark has four.
    assert len(scores.frame) == 299
    assert scores.rejects["reason"].tolist() == ["no benchmark"] * 46
    with (shared / "benchmark_saturation" / "manual_annotation_data.csv").open(encoding="utf-8-sig", newline="") as opened:
        for row in list(csv.DictReader(opened))[:60]:
            own = scores.frame[scores.frame["benchmark"] == row["Name"].strip()]
            numbers = [float(row[f"top model {place}"]) for place in range(1, 6) if row[f"top model {place}"]]
            assert own["score"].tolist() == pytest.approx(numbers[: len(own)], abs=0.06), row["Name"]


def test_the_page_on_data_runs(tmp_path, monkeypatch):
    page = (Path(__file__).parents[1] / "docs" / "data.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?read_scores.*?)```", page, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    named: dict[str, object] = {}
    exec(code, named)
    frame = named["scores"].frame
    assert frame["share"].round(3).tolist() == [0.701, 0.64, 0.402]
    for name in [*SCORE_COLUMNS, *MODEL_COLUMNS]:
        assert f"`{name}`" in page, name


def test_only_scores_look_like_scores(shared, tmp_path):
    for path in (
        "benchmark_scores",
        "metadata/epoch_stitching",
        "open_llm/open_llm_huggingface_v2.csv",
        "benchmark_saturation/manual_annotation_data.csv",
    ):
        assert looks_like_scores(shared / path)
    for path in (
        "llmfao/crowd-comparisons.csv",
        "leaderboards/nakasyou/result.csv",
        "leaderboards/monthly",
        "arena_2026",
        "metadata/comparia",
        "llmfao",
    ):
        assert not looks_like_scores(shared / path)
    assert not looks_like_scores(tmp_path)
    assert not looks_like_scores(tmp_path / "missing")


def test_the_command(recount, write):
    path = write("scores.csv", "model,benchmark,score,date\na,GPQA,0.5,2025-01-01\nb,GPQA,?,2025-02-01\n")
    done = recount("check", path)
    assert done.code == 0
    told = done.frame(["topic", "item"])["value"]
    assert told["rows", "read"] == "2"
    assert told["scores", "all"] == "1"
    assert told["dates", "scores"] == "2025-01-01 to 2025-01-01; 0 without"
    assert told["reported", "not said by whom"] == "1 of 1 (100.0 %)"
    assert told["rejects", "score is not a number"] == "1"
    assert told["items", "GPQA: 448 by its name"].startswith("or 198")
    refused = recount("check", path, "--ties", "davidson")
    assert refused.code == 2
    assert "--ties is davidson, which has no effect on benchmark scores" in one_line(refused.err)
    log = write("votes.csv", "model_a,model_b,winner\nx,y,model_a\n")
    assert "checked one file or folder at a time" in one_line(recount("check", log, path).err)
    written = recount("check", path, "-o", "out.json")
    assert written.code == 0
    manifest = json.loads((path.parent / "out.json.manifest.json").read_text())
    assert [one["path"] for one in manifest["inputs"]] == [str(path)]


def test_the_command_on_a_folder(shared, tmp_path):
    done = outside("check", shared / "benchmark_scores", folder=tmp_path)
    assert done.returncode == 0
    assert "models,all,169" in done.stdout.splitlines()
    assert 'reported,by the model\'s maker,"2,206 of 2,224 (99.2 %)"' in done.stdout.splitlines()
