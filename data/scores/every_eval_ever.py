"""Evaluations in the JSON schema of Every Eval Ever (repository evaleval/every_eval_ever, `eval.schema.json`, versions 0.0.1 to 0.3.0).

A file holds one evaluation of a model with results of several metrics; a folder holds many. Between the versions the source of the data moved from
the evaluation (a list of addresses) to each result (with the name of the data set, and how many samples), and confidence intervals moved into
`uncertainty`. A standard error is taken where one is stated, or from an interval whose level is stated; fields of `details` mean different things in
different collections, and are left.
"""

import math
from collections.abc import Iterator
from pathlib import Path
from statistics import NormalDist
from typing import Any

from recount.data.scores.stated import Stated, day_of, head_of, json_of, number_of, text_of
from recount.engine.errors import InputError

KNOWN_VERSIONS = ("0.0.", "0.1.", "0.2.", "0.3.")
MAXIMA = {"percent": 100.0, "percentage": 100.0, "%": 100.0, "proportion": 1.0}
INFINITIES = {"Infinity": math.inf, "-Infinity": -math.inf}


def is_every_eval_ever(path: Path) -> bool:
    """Whether a path is such a file, or a folder of such files."""
    first = next(_files(path), None) if path.is_dir() else path
    if first is None or first.suffix.lower() != ".json" or not first.is_file():
        return False
    head = head_of(first)
    return head.lstrip().startswith("{") and all(f'"{key}"' in head for key in ("schema_version", "evaluation_id", "model_info"))


def read_every_eval_ever(path: Path) -> Stated:
    """Read such a file or folder; a file that cannot be read is a reject."""
    stated = Stated()
    versions = set()
    for place in _files(path) if path.is_dir() else (path,):
        try:
            evaluation = json_of(place)
            results = list(evaluation["evaluation_results"])
            model = _model(evaluation["model_info"])
        except (InputError, LookupError, TypeError, AttributeError) as error:
            stated.reject(place, "", "file is no evaluation", error)
            continue
        versions.add(str(evaluation.get("schema_version")))
        stated.models.append(model)
        for number, result in enumerate(results, start=1):
            try:
                stated.scores.append(_score(evaluation, result) | {"model": model["model"], "file": place, "row": number})
            except (LookupError, TypeError, AttributeError, ValueError) as error:
                stated.reject(place, number, "result without what the schema demands", f"{type(error).__name__}: {error}")
    if other := sorted(version for version in versions if not version.startswith(KNOWN_VERSIONS)):
        stated.notes.append(("schema", f"versions that are not known: {', '.join(other)}", "read as 0.3"))
    return stated


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder in order; hidden ones, such as those still being written, are none."""
    yield from sorted(path for path in folder.rglob("*.json") if not path.name.startswith("."))


def _model(info: dict[str, Any]) -> dict[str, Any]:
    further = info.get("additional_details") or {}
    weights = {"open_weights": True, "closed_weights": False}.get(str(further.get("model_availability")))
    try:
        parameters = number_of(further.get("params_billions"))
    except ValueError:
        parameters = None
    return {
        "model": text_of(info.get("id")) or text_of(info["name"]),
        "name": text_of(info.get("name")),
        "organisation": text_of(info.get("developer")),
        "open_weights": weights,
        "parameters": parameters if parameters and parameters > 0 else None,
    }


def _score(evaluation: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """Return one result as a score, without its model."""
    metric, details = result["metric_config"], result["score_details"]
    data = result.get("source_data") or evaluation.get("source_data")
    data = data if isinstance(data, dict) else {"url": data}
    source = evaluation["source_metadata"]
    if metric.get("has_unknown_level") and details["score"] == -1:
        raise ValueError("the score is unknown (-1)")
    minimum, maximum = _bounds(metric)
    urls = data.get("url") or ()
    return {
        "benchmark": _benchmark(evaluation, result, data),
        "score": details["score"],
        "minimum": minimum,
        "maximum": maximum,
        "lower_is_better": bool(metric["lower_is_better"]),
        "n_items": _n_items(details, data),
        "standard_error": _standard_error(details),
        "setting": _setting(evaluation, result),
        "reported_by": text_of(source.get("source_organization_name")),
        "self_reported": {"first_party": True, "third_party": False}.get(str(source.get("evaluator_relationship"))),
        "source": text_of(urls[0] if isinstance(urls, list) and urls else data.get("hf_repo")) or text_of(source.get("source_name")),
        "date": next(filter(None, (day_of(result.get(key) or evaluation.get(key)) for key in ("evaluation_timestamp", "retrieved_timestamp"))), None),
    }


def _benchmark(evaluation: dict[str, Any], result: dict[str, Any], data: dict[str, Any]) -> str:
    """Name a benchmark: an evaluation within a set of evaluations, "Arabic" within "Global MMLU Lite", by both names."""
    name = str(result["evaluation_name"])
    suite = text_of(data.get("dataset_name")) or text_of((evaluation.get("evaluation_source") or {}).get("evaluation_source_name"))
    folded = [[c for c in text.casefold() if c.isalnum()] for text in (suite or "", name)]
    return name if suite is None or folded[0] == folded[1] else f"{suite}: {name}"


def _bounds(metric: dict[str, Any]) -> tuple[float, float | None]:
    """Return the smallest and the largest score that is possible; the largest is None where it is not stated."""
    low, high = (INFINITIES.get(str(metric.get(key)), metric.get(key)) for key in ("min_score", "max_score"))
    if metric.get("score_type") == "binary":
        high = 1.0 if high is None else high
    elif metric.get("score_type") == "levels":
        high = len(metric["level_names"]) - 1 if high is None else high
    unit = str(metric.get("metric_unit")).casefold()
    if unit in MAXIMA:
        low, high = 0.0 if low is None else low, MAXIMA[unit] if high is None else high
    # Where nothing is stated, a score below 0 is possible.
    return -math.inf if low is None else float(low), None if high is None else float(high)


def _n_items(details: dict[str, Any], data: dict[str, Any]) -> Any:
    """Return how many items were asked, which may be fewer than the data set has."""
    asked = (details.get("uncertainty") or {}).get("num_samples")
    if asked is None and data.get("sample_ids"):
        asked = len(data["sample_ids"])
    return data.get("samples_number") if asked is None else asked


def _standard_error(details: dict[str, Any]) -> float | None:
    uncertainty = details.get("uncertainty") or {}
    stated = uncertainty.get("standard_error")
    if stated is not None:
        return float(stated["value"] if isinstance(stated, dict) else stated)
    interval = uncertainty.get("confidence_interval") or details.get("confidence_interval") or {}
    level = interval.get("confidence_level") if isinstance(interval, dict) else None
    if level is None or not 0 < level < 1:
        return None
    return (float(interval["upper"]) - float(interval["lower"])) / (2 * NormalDist().inv_cdf((1 + level) / 2))


def _setting(evaluation: dict[str, Any], result: dict[str, Any]) -> str | None:
    """Say what the evaluation states of how the score was made."""
    metric, config = result["metric_config"], result.get("generation_config") or {}
    arguments = config.get("generation_args") or {}
    library = evaluation.get("eval_library") or {}
    parts = [text_of(metric.get("metric_name")) or text_of(metric.get("metric_id")) or text_of(metric.get("evaluation_description"))]
    parts += [f"{name} {arguments[name]}" for name in ("temperature", "max_tokens", "max_attempts") if arguments.get(name) is not None]
    if arguments.get("reasoning") is not None:
        parts.append("reasoning" if arguments["reasoning"] else "no reasoning")
    parts.append(" ".join(filter(None, (text_of(library.get("name")), text_of(library.get("version"))))))
    return "; ".join(part for part in parts if part) or None
