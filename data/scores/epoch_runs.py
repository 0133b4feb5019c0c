"""Runs of benchmarks by Epoch AI (repository epoch-research/benchmark-stitching): a CSV of runs, and beside it one of versions of models.

A run has a score for each scorer, written "choice:0.85±0.02", and the best of them with more digits; the best is the score here, with the scorer that
gave it as its setting, because a best of several is higher than any scorer by itself. Errors are rounded to two digits.
"""

import re
from pathlib import Path
from typing import Any

from recount.data.scores.stated import Stated, day_of, header_of, rows_of, text_of
from recount.engine.plurals import plural

RUNS, VERSIONS = "stitching_benchmarks_runs.csv", "stitching_model_versions.csv"
BEST, STATUS, SUCCESS = "Best score (across scorers)", "Status", "Success"
SCORER = re.compile(r"\s*([^:,]+):([^±,]+)(?:±([^,]+))?")


def is_epoch_runs(path: Path) -> bool:
    """Whether a path is such a CSV of runs, or a folder that holds one."""
    return {"task", "model", BEST, "Scores", STATUS} <= set(header_of(_runs(path)))


def read_epoch_runs(path: Path) -> Stated:
    """Read runs, and the versions of models if they are beside them."""
    runs, stated = _runs(path), Stated()
    for number, row in rows_of(runs):
        if row[STATUS] != SUCCESS:
            stated.reject(runs, number, "failed run", f"{row['model']} on {row['task']}: {row[STATUS] or 'no status'}")
        else:
            stated.scores.append(_score(row, stated) | {"file": runs, "row": number})
    versions = runs.with_name(VERSIONS)
    if versions.exists():
        stated.models += [_model(row) for _, row in rows_of(versions)]
    return stated


def _runs(path: Path) -> Path:
    return path / RUNS if path.is_dir() else path


def _score(row: dict[str, str], stated: Stated) -> dict[str, Any]:
    scorers = [(name.strip(), value.strip(), error) for name, value, error in SCORER.findall(row["Scores"])]
    scorer = error = None
    if scorers:
        try:
            scorer, value, error = max(scorers, key=lambda one: float(one[1]))
            # Both are rounded, the scorer's to two digits.
            if abs(float(row[BEST] or "nan") - float(value)) > 0.0051:
                stated.notes.append(("scores", f"{row['model']} on {row['task']}: {row[BEST]}", f"not that of its scorers, {row['Scores']}"))
        except ValueError:
            stated.notes.append(("scores", f"{row['model']} on {row['task']}", f"scorers cannot be read: {row['Scores']!r}"))
    several = f", best of {plural(len(scorers), 'scorer')}" if len(scorers) > 1 else ""
    return {
        "model": row["model"],
        "benchmark": row["task"],
        "score": row[BEST],
        "maximum": 1.0,
        "standard_error": error or None,
        "setting": f"{scorer or 'scorer not stated'}{several}; task {row.get('task version') or 'without a version'}",
        "reported_by": "Epoch AI",
        "self_reported": False,
        "source": text_of(row.get("log viewer")) or text_of(row.get("logs")),
        "date": day_of(row.get("started_at")),
    }


def _model(row: dict[str, str]) -> dict[str, Any]:
    return {
        "model": row.get("id"),
        "name": text_of(row.get("Unique display name")) or text_of(row.get("Display name")),
        "open_weights": True if text_of(row.get("Hugging Face developer id")) else None,
        "release_date": day_of(row.get("Version release date")),
    }
