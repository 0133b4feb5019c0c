"""The forms in which scores are published, each with what tells it and what reads it."""

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from recount.data.places.naming import check_is_there
from recount.data.scores.epoch_runs import is_epoch_runs, read_epoch_runs
from recount.data.scores.every_eval_ever import is_every_eval_ever, read_every_eval_ever
from recount.data.scores.llm_stats import is_llm_stats, read_llm_stats
from recount.data.scores.named_columns import columns_of, is_named_columns, read_named_columns
from recount.data.scores.open_llm import is_open_llm, read_open_llm
from recount.data.scores.saturation import is_saturation, read_saturation
from recount.data.scores.stated import Stated
from recount.data.scores.tidy_scores import Scores, judged
from recount.engine.choices.arguments import checked
from recount.engine.errors import InputError, OptionError


class Format(NamedTuple):
    """A form of scores: what it is called, whether a path is of it, and its reader."""

    name: str
    is_it: Callable[[Path], bool]
    read: Callable[[Path], Stated]


# Columns of a log of answers to single items.
ANSWERS = ("model", "item", "correct")
FORMATS = (
    Format("LLM Stats, a folder of JSON", is_llm_stats, read_llm_stats),
    Format("runs by Epoch AI", is_epoch_runs, read_epoch_runs),
    Format("Open LLM leaderboard, version 2", is_open_llm, read_open_llm),
    Format("the best five of each benchmark (benchmark-saturation)", is_saturation, read_saturation),
    Format("Every Eval Ever", is_every_eval_ever, read_every_eval_ever),
    Format("columns model, benchmark, score", is_named_columns, lambda path: read_named_columns(path, {}, (), None)),
)


def format_of(path: Path) -> Format | None:
    """Return the form of scores that a file or folder has; None if it has none, as a vote log has not."""
    return next((one for one in FORMATS if one.is_it(path)), None) if path.exists() else None


def looks_like_scores(path: Path) -> bool:
    """Whether a file or folder holds benchmark scores; only its first bytes are read."""
    return format_of(path) is not None


@checked
def read_scores(
    path: str | Path, *, columns: Mapping[str, str] | None = None, benchmarks: Sequence[str] = (), maximum: float | None = None
) -> Scores:
    """Read benchmark scores.

    Parameters
    ----------
    path : path
        A file or folder of one of the forms of `FORMATS`, or any CSV or Parquet file whose columns are named.
    columns : mapping of str to str, optional
        The column of the file for each column of `Scores` that has another name there: ``{"model": "Model", "score": "acc"}``.
    benchmarks : sequence of str
        Columns that each hold the scores of a benchmark, for a table with a row a model.
    maximum : float, optional
        Of scores for which the file states none: 100 for percentages. With `columns` or `benchmarks`, or columns named as those of `Scores`.

    Returns
    -------
    Scores

    Raises
    ------
    InputError
        If it is none of these, cannot be read, or holds no score.
    OptionError
        If the maximum is no number above 0.
    """
    if maximum is not None and not 0 < maximum < math.inf:
        raise OptionError(f"maximum is {maximum!r}; give a number above 0")
    path = Path(path)
    check_is_there(path)
    if columns or benchmarks or maximum is not None:
        return judged(read_named_columns(path, columns or {}, tuple(benchmarks), maximum), repr(str(path)))
    found = format_of(path)
    if found is None:
        if set(ANSWERS) <= set(columns_of(path)):
            raise InputError(f"{str(path)!r} has answers to single items ({', '.join(ANSWERS)}); give the mean scores of models, a row a score")
        known = "; ".join(one.name for one in FORMATS)
        raise InputError(
            f"{str(path)!r} is in no known form of scores ({known}); give its columns these names, or name them with recount.read_scores in Python"
        )
    return judged(found.read(path), repr(str(path)))
