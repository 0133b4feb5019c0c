"""The readers of scores on small files of their forms, good and bad."""

import json
from pathlib import Path

import pandas as pd
import pytest

import recount
from recount.engine.errors import InputError


def put(folder, path, content):
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return place


def reasons(scores):
    return [(Path(source).name, row, reason) for source, row, reason, _ in scores.rejects.itertuples(index=False, name=None)]


# LLM Stats


@pytest.fixture
def llm_stats(tmp_path):
    put(tmp_path, "data/benchmarks/points.json", {"benchmark_id": "points", "max_score": 10})
    put(tmp_path, "data/licenses/mit.json", {"license_id": "mit", "name": "MIT"})
    put(tmp_path, "data/organizations/acme/organization.json", {"organization_id": "acme", "name": "Acme", "country": "CA"})
    model = {"model_id": "a-1", "name": "A 1", "organization_id": "acme", "license_id": "mit", "param_count": 7e9, "release_date": "2025-01-02"}
    put(tmp_path, "data/organizations/acme/models/a-1/model.json", model)
    score = {"benchmark_id": "points", "benchmark_name": "Points", "model_id": "a-1", "score": 7, "is_self_reported": True}
    put(tmp_path, "data/organizations/acme/models/a-1/benchmarks.json", [score])
    return tmp_path


def test_llm_stats(llm_stats):
    scores = recount.read_scores(llm_stats)
    row = scores.frame.iloc[0]
    assert (row["score"], row["maximum"], row["share"], row["reported_by"]) == (7, 10, 0.7, "Acme")
    model = scores.models.iloc[0]
    assert model[["name", "organisation", "country", "licence", "open_weights", "parameters"]].tolist() == ["A 1", "Acme", "CA", "MIT", True, 7.0]
    assert recount.read_scores(llm_stats / "data").frame.equals(scores.frame)


def test_llm_stats_with_broken_files(llm_stats):
    folder = llm_stats / "data" / "organizations" / "acme" / "models"
    put(folder, "b/model.json", "{")
    put(folder, "c/model.json", "[" * 100_000)
    put(
        folder,
        "d/benchmarks.json",
        [17, {"benchmark_id": ["x"], "model_id": {}, "score": True}, {"benchmark_id": "points", "model_id": "d", "score": 11}],
    )
    scores = recount.read_scores(llm_stats)
    assert len(scores.frame) == 1
    assert sorted(reasons(scores)) == [
        ("benchmarks.json", "1", "no record of a score"),
        ("benchmarks.json", "2", "score is not a number"),
        ("benchmarks.json", "3", "score above its maximum"),
        ("model.json", "", "file cannot be read"),
        ("model.json", "", "file cannot be read"),
    ]


# Epoch AI

RUNS = "\ufeffid,task,model,Best score (across scorers),Scores,log viewer,logs,job,started_at,Status,Manual evaluation,task version\n"


def test_epoch(tmp_path):
    rows = [
        "1,GPQA diamond,m,0.850,choice:0.85±0.02,https://v,,,17 November 2025 4:28pm,Success,,1.0.1",
        '2,MATH level 5,m,0.978,"exact:0.89±0.01,graded:0.98±0",,,,,Success,,1.0.0',
        "3,GPQA diamond,n,,,,,,,Error,,1.0.1",
        "4,GPQA diamond,o,0.500,choice:0.7±0.02,,,,,Success,,1.0.1",
    ]
    put(tmp_path, "stitching_benchmarks_runs.csv", RUNS + "\n".join(rows) + "\n")
    scores = recount.read_scores(tmp_path)
    first, second, _ = scores.frame.to_dict("records")
    assert (first["score"], first["standard_error"], first["setting"], first["date"]) == (
        0.85,
        0.02,
        "choice; task 1.0.1",
        pd.Timestamp("2025-11-17"),
    )
    # A best of several is said to be one, and a rounded error of 0 is none.
    assert second["setting"] == "graded, best of 2 scorers; task 1.0.0"
    assert pd.isna(second["standard_error"])
    assert pd.isna(second["date"])
    assert not first["self_reported"]
    assert reasons(scores) == [("stitching_benchmarks_runs.csv", "3", "failed run")]
    assert ("scores", "o on GPQA diamond: 0.500") in [doubt[:2] for doubt in scores.doubts.itertuples(index=False, name=None)]
    put(tmp_path, "stitching_model_versions.csv", "\ufeffid,Model,Version release date,Unique display name\nm,M,2025-11-12,M (new)\n")
    assert recount.read_scores(tmp_path).models.query("model == 'm'")["release_date"].tolist() == [pd.Timestamp("2025-11-12")]


# Every Eval Ever


def evaluation(version="0.3.0", **changes):
    """A small evaluation of our own in the form of a version of the schema."""
    result = {
        "evaluation_name": "Arabic",
        "metric_config": {"lower_is_better": False, "score_type": "continuous", "min_score": 0, "max_score": 1, "metric_name": "Accuracy"},
        "score_details": {"score": 0.8},
    }
    made = {
        "schema_version": version,
        "evaluation_id": "x/m/1",
        "retrieved_timestamp": "1770463617",
        "source_metadata": {"source_organization_name": "Lab", "evaluator_relationship": "third_party"},
        "model_info": {"name": "M", "id": "acme/m", "developer": "Acme", "additional_details": {"model_availability": "open_weights"}},
        "evaluation_results": [result],
    }
    if version == "0.0.1":
        made |= {"source_data": ["https://example.org/board"], "evaluation_source": {"evaluation_source_name": "Suite"}}
    else:
        result["source_data"] = {"dataset_name": "Suite", "source_type": "hf_dataset", "hf_repo": "lab/suite", "samples_number": 400}
        made["eval_library"] = {"name": "harness", "version": "2"}
    for path, value in changes.items():
        place, *rest = path.split("__")
        target = result if place == "result" else made
        for key in rest[:-1] if place == "result" else [place, *rest[:-1]]:
            target = target[key]
        target[rest[-1]] = value
    return made


@pytest.mark.parametrize("version", ["0.0.1", "0.1.0", "0.2.0", "0.2.2", "0.3.0"])
def test_every_eval_ever(tmp_path, version):
    scores = recount.read_scores(put(tmp_path, "one.json", evaluation(version)))
    (row,) = scores.frame.to_dict("records")
    assert (row["model"], row["benchmark"], row["share"], row["reported_by"]) == ("acme/m", "Suite: Arabic", 0.8, "Lab")
    assert row["date"] == pd.Timestamp("2026-02-07")
    assert not row["self_reported"]
    assert pd.isna(row["n_items"]) if version == "0.0.1" else row["n_items"] == 400
    assert row["source"] == ("https://example.org/board" if version == "0.0.1" else "lab/suite")
    assert scores.models.iloc[0][["organisation", "open_weights"]].tolist() == ["Acme", True]
    assert scores.doubts.empty


@pytest.mark.parametrize(
    ("changes", "column", "value"),
    [
        # Two items were asked, of 400.
        ({"result__source_data__sample_ids": ["a", "b"]}, "n_items", 2),
        ({"result__score_details__uncertainty": {"num_samples": 30}}, "n_items", 30),
        ({"result__score_details__uncertainty": {"standard_error": {"value": 0.02}}}, "standard_error", 0.02),
        (
            {"result__score_details__uncertainty": {"confidence_interval": {"lower": 0.704, "upper": 0.896, "confidence_level": 0.95}}},
            "standard_error",
            0.048980,
        ),
        # Without its level an interval says nothing, and the deviations of `details` are sometimes half an interval.
        ({"result__score_details__uncertainty": {"confidence_interval": {"lower": 0.7, "upper": 0.9}}}, "standard_error", None),
        ({"result__score_details__details": {"stddev": 0.03}}, "standard_error", None),
        ({"result__metric_config__lower_is_better": True}, "lower_is_better", True),
        ({"result__evaluation_name": "suite"}, "benchmark", "suite"),
        ({"source_metadata__evaluator_relationship": "first_party"}, "self_reported", True),
        ({"source_metadata__evaluator_relationship": "collaborative"}, "self_reported", None),
        ({"result__metric_config__max_score": "Infinity"}, "share", None),
        ({"result__metric_config__min_score": -1}, "share", None),
    ],
)
def test_what_a_result_states(tmp_path, changes, column, value):
    found = recount.read_scores(put(tmp_path, "one.json", evaluation(**changes))).frame.iloc[0][column]
    assert pd.isna(found) if value is None else found == pytest.approx(value, abs=1e-5)


def test_units_of_a_metric(tmp_path):
    metric = {"lower_is_better": False, "metric_unit": "percent"}
    frame = recount.read_scores(put(tmp_path, "a.json", evaluation(result__metric_config=metric, result__score_details={"score": 80}))).frame
    assert frame["share"].tolist() == [0.8]
    elo = {"lower_is_better": False, "metric_unit": "points"}
    frame = recount.read_scores(put(tmp_path, "a.json", evaluation(result__metric_config=elo, result__score_details={"score": 1500}))).frame
    assert frame["share"].isna().tolist() == [True]


def test_a_folder_of_evaluations(tmp_path):
    put(tmp_path, "data/s/a/m/1.json", evaluation())
    put(tmp_path, "data/s/b/n/2.json", evaluation("0.0.1") | {"model_info": {"name": "N", "id": "b/n"}})
    put(tmp_path, "data/s/c/o/3.json", {"schema_version": "0.3.0"})
    put(tmp_path, "data/s/c/o/4.json", "{")
    put(tmp_path, "data/s/c/o/.recount-4.json", "{")
    put(tmp_path, "data/s/c/o/5.json", evaluation() | {"evaluation_results": [{"evaluation_name": "x"}, 3]})
    unknown = evaluation(
        result__metric_config={"lower_is_better": False, "has_unknown_level": True, "score_type": "levels", "level_names": ["no", "yes"]}
    )
    unknown["evaluation_results"][0]["score_details"]["score"] = -1
    put(tmp_path, "data/s/c/o/6.json", unknown)
    put(tmp_path, "data/s/c/o/7.json", evaluation("1.7.0") | {"model_info": {"name": "P", "id": "c/p"}})
    scores = recount.read_scores(tmp_path)
    assert sorted(scores.frame["model"]) == ["acme/m", "b/n", "c/p"]
    assert sorted(reasons(scores)) == [
        ("3.json", "", "file is no evaluation"),
        ("4.json", "", "file is no evaluation"),
        ("5.json", "1", "result without what the schema demands"),
        ("5.json", "2", "result without what the schema demands"),
        ("6.json", "1", "result without what the schema demands"),
    ]
    assert ("schema", "versions that are not known: 1.7.0") in [doubt[:2] for doubt in scores.doubts.itertuples(index=False, name=None)]


# The best five, and the Open LLM leaderboard


def test_the_best_five(tmp_path):
    header = "Name,top5_models_extracted,SE_delta,Quantity of test samples\n"
    rows = ['X,"a: 99.2; b 98.0;\nc: 97 %;",0.1,"1,000"', "Y,nobody knows,0.1,5", ",,,", "Z,,0.1,5"]
    scores = recount.read_scores(put(tmp_path, "five.csv", header + "\n".join(rows) + "\n"))
    assert scores.frame[["model", "share", "n_items"]].to_numpy().tolist() == [["a", 0.992, 1000], ["b", 0.98, 1000], ["c", 0.97, 1000]]
    assert reasons(scores) == [("five.csv", "2", "no score"), ("five.csv", "4", "no score")]


def test_open_llm(tmp_path):
    names = ("ifeval", "bbh", "math", "gpqa", "musr", "mmlu_pro")
    header = ["id", "model_name", "model_precision", "model_has_chat_template", *(f"evaluations_{n}_{x}" for n in names for x in ("name", "value"))]
    values = [x for name in names for x in (name.upper(), "0.5")]
    further = ["metadata_params_billions", "metadata_base_model", "metadata_submission_date"]
    rows = [
        ["a/m_x", "a/m", "bfloat16", "TRUE", *values, "-1", "Removed", ""],
        ["a/n_y", "a/n", "4bit", "FALSE", *values[:-1], "", "8.03", "b/base", "2024-06-26"],
    ]
    path = put(tmp_path, "llm.csv", "\n".join(",".join(row) for row in [header + further, *rows]) + "\n")
    scores = recount.read_scores(path)
    assert len(scores.frame) == 11
    assert reasons(scores) == [("llm.csv", "2", "no score")]
    first, second = scores.models.to_dict("records")
    assert (first["name"], first["organisation"]) == ("a/m", "a")
    assert pd.isna(first["parameters"])
    assert pd.isna(first["base_model"])
    assert (second["parameters"], second["base_model"]) == (8.03, "b/base")
    assert scores.frame.query("benchmark == 'GPQA'")[["n_items", "setting"]].to_numpy().tolist() == [
        [1192, "0-shot, chat template, bfloat16"],
        [1192, "0-shot, no chat template, 4bit"],
    ]


def test_a_folder_of_none(tmp_path):
    put(tmp_path, "votes.csv", "model_a,model_b,winner\nx,y,tie\n")
    with pytest.raises(InputError, match="is in no known form of scores"):
        recount.read_scores(tmp_path)
