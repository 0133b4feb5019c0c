"""The folder of LLM Stats (llm-stats.com, repository leonardogrig/llm-leaderboard): organisations, their models, and scores, in JSON.

Scores are shares of what a model can reach; `normalized_score` differs from `score` only where a raw rating was kept. The date is that of the record.
A model has open weights if there is a link to them, or a licence that is not proprietary.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from recount.data.scores.stated import Stated, day_of, json_of, number_of, text_of, truth_of
from recount.engine.errors import InputError

# Of an organisation or a licence.
UNKNOWN = "unknown"
PROPRIETARY = "proprietary"


def is_llm_stats(path: Path) -> bool:
    """Whether a path is such a folder, or the `data` in it."""
    return next(_root(path).glob("organizations/*/models/*/model.json"), None) is not None if path.is_dir() else False


def read_llm_stats(path: Path) -> Stated:
    """Read such a folder; a file in it that cannot be read is a reject."""
    root, stated = _root(path), Stated()
    maxima = {text_of(file.get("benchmark_id")): file.get("max_score") for _, file in _files(root, "benchmarks/*.json", stated)}
    licences = {text_of(file.get("license_id")): text_of(file.get("name")) for _, file in _files(root, "licenses/*.json", stated)}
    organisations = {text_of(file.get("organization_id")): file for _, file in _files(root, "organizations/*/organization.json", stated)}
    for _, model in _files(root, "organizations/*/models/*/model.json", stated):
        stated.models.append(_model(model, organisations, licences))
    organisation_of = {model["model"]: model["organisation"] for model in stated.models}
    names: defaultdict[str, set[str]] = defaultdict(set)
    for place, scores in _files(root, "organizations/*/models/*/benchmarks.json", stated):
        for number, score in enumerate(scores if isinstance(scores, list) else [], start=1):
            if not isinstance(score, dict):
                stated.reject(place, number, "no record of a score", score)
                continue
            names[str(score.get("benchmark_name"))].add(str(score.get("benchmark_id")))
            stated.scores.append(_score(score, maxima, organisation_of) | {"file": place, "row": number})
    for name, keys in names.items():
        if len(keys) > 1:
            stated.notes.append(("benchmarks alike", " / ".join(sorted(keys)), f"both called {name!r}; kept apart"))
    return stated


def _root(path: Path) -> Path:
    return path / "data" if (path / "data" / "organizations").is_dir() else path


def _files(root: Path, pattern: str, stated: Stated) -> Iterator[tuple[Path, Any]]:
    """Yield what the files of a pattern hold, in the order of their names; set aside those that hold nothing that can be read."""
    for place in sorted(root.glob(pattern)):
        try:
            found = json_of(place)
        except InputError as error:
            stated.reject(place, "", "file cannot be read", error)
            continue
        if isinstance(found, dict) or place.name == "benchmarks.json":
            yield place, found
        else:
            stated.reject(place, "", "file cannot be read", "no object")


def _model(model: dict[str, Any], organisations: dict[str | None, dict[str, Any]], licences: dict[str | None, str | None]) -> dict[str, Any]:
    key, licence = text_of(model.get("organization_id")), text_of(model.get("license_id"))
    organisation = organisations.get(key, {}) if key != UNKNOWN else {}
    has_weights = True if model.get("source_weights_link") else {PROPRIETARY: False, UNKNOWN: None, None: None}.get(licence, True)
    try:
        count = number_of(model.get("param_count"))
    except ValueError:
        count = None
    return {
        "model": text_of(model.get("model_id")),
        "name": text_of(model.get("name")),
        "organisation": text_of(organisation.get("name")) or (key if key != UNKNOWN else None),
        "country": text_of(organisation.get("country")),
        "licence": licences.get(licence) or licence,
        "open_weights": has_weights,
        "parameters": None if count is None else count / 1e9,
        "release_date": day_of(model.get("release_date")),
        "base_model": text_of(model.get("fine_tuned_from_model_id")),
    }


def _score(score: dict[str, Any], maxima: dict[str | None, Any], organisation_of: dict[str | None, Any]) -> dict[str, Any]:
    own = truth_of(score.get("is_self_reported"))
    setting = "; ".join(filter(None, (text_of(score.get(name)) for name in ("analysis_method", "verification_notes"))))
    return {
        "model": score.get("model_id"),
        "benchmark": score.get("benchmark_id"),
        "score": score.get("score"),
        "maximum": maxima.get(text_of(score.get("benchmark_id"))),
        "setting": setting or None,
        "reported_by": organisation_of.get(text_of(score.get("model_id"))) if own else None,
        "self_reported": own,
        "source": text_of(score.get("self_reported_source_link")),
        "date": day_of(score.get("created_at")),
    }
