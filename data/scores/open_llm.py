"""The Open LLM leaderboard, version 2, as a wide CSV (repository fboulnois/llm-leaderboard-csv): a row an evaluation of an open model.

Scores are the raw ones, shares; the leaderboard's normalised ones are zero at chance. Numbers of items are those that the leaderboard asks: of GPQA
all three sets, of BBH 24 of the 27 tasks (lm-evaluation-harness, group `leaderboard`). IFEval is the mean of the strict scores by prompt and by
instruction; BBH and MuSR are means of tasks of nearly equal size. A model at another precision is another model, under the same name.
"""

from pathlib import Path
from typing import Any

from recount.data.scores.stated import Stated, day_of, header_of, rows_of, text_of, truth_of

# Name in the columns, items, examples shown.
BENCHMARKS = (("ifeval", 541, 0), ("bbh", 5_761, 3), ("math", 1_324, 4), ("gpqa", 1_192, 0), ("musr", 756, 0), ("mmlu_pro", 12_032, 5))
SOURCE = "https://huggingface.co/spaces/open-llm-leaderboard/open_llm_leaderboard"
REMOVED = "Removed"


def is_open_llm(path: Path) -> bool:
    """Whether a path is such a CSV."""
    return {"id", "model_name", *(f"evaluations_{name}_value" for name, _, _ in BENCHMARKS)} <= set(header_of(path))


def read_open_llm(path: Path) -> Stated:
    """Read such a CSV: six scores a row."""
    stated = Stated()
    for number, row in rows_of(path):
        stated.models.append(_model(row))
        if truth_of(row.get("features_is_flagged")):
            stated.notes.append(("models", row["id"], "flagged by the leaderboard; kept"))
        for name, n_items, n_shown in BENCHMARKS:
            stated.scores.append(_score(row, name) | {"n_items": n_items, "setting": _setting(row, n_shown), "file": path, "row": number})
    return stated


def _score(row: dict[str, str], name: str) -> dict[str, Any]:
    return {
        "model": row["id"],
        "benchmark": row.get(f"evaluations_{name}_name") or name,
        "score": row[f"evaluations_{name}_value"],
        "maximum": 1.0,
        "reported_by": "Hugging Face",
        "self_reported": False,
        "source": SOURCE,
        "date": day_of(row.get("metadata_submission_date")),
    }


def _setting(row: dict[str, str], n_shown: int) -> str:
    template = {True: ", chat template", False: ", no chat template"}.get(truth_of(row.get("model_has_chat_template")) or False, "")
    return f"{n_shown}-shot{template}, {row.get('model_precision') or 'precision not stated'}"


def _model(row: dict[str, str]) -> dict[str, Any]:
    base, parameters = text_of(row.get("metadata_base_model")), text_of(row.get("metadata_params_billions"))
    return {
        "model": row["id"],
        "name": row["model_name"],
        "organisation": row["model_name"].partition("/")[0] if "/" in row["model_name"] else None,
        "licence": text_of(row.get("metadata_hub_license")),
        "open_weights": True,
        # -1 where the leaderboard does not know.
        "parameters": float(parameters) if parameters and float(parameters) > 0 else None,
        "release_date": day_of(row.get("metadata_upload_date")),
        "base_model": None if base == REMOVED else base,
    }
