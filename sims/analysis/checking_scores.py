"""What a file or folder of benchmark scores holds, what was left out and why, and what is doubtful in it."""

from collections.abc import Iterator

import pandas as pd

from recount.data.scores.tidy_scores import STATED, Scores
from recount.sims.presentation import Table

# Rejects of each reason.
N_SHOWN = 20
Line = tuple[str, str, object]


def check_scores(scores: Scores, form: str) -> Table:
    """Summarise scores.

    Parameters
    ----------
    scores : Scores
    form : str
        What the form is called in which they are published.

    Returns
    -------
    Table
        topic, item, value (text): the form, rows, scores, models, benchmarks, dates, who reported, what is known of items and errors, the rejects,
        every doubt.
    """
    doubts = scores.doubts.itertuples(index=False, name=None)
    lines = [("form", "scores", form), *_contents(scores), *_knowledge(scores), *_rejects(scores), *doubts]
    frame = pd.DataFrame([(topic, item, str(value)) for topic, item, value in lines], columns=["topic", "item", "value"])
    return Table("check", frame, (), "Scores")


def _contents(scores: Scores) -> Iterator[Line]:
    """Say how many there are of what, and of when."""
    frame, models = scores.frame, scores.models
    yield "rows", "read", scores.n_rows
    yield "rows", "left out", len(scores.rejects)
    yield "scores", "all", len(frame)
    yield "models", "with a score", frame["model"].nunique()
    yield "models", "all", len(models)
    benchmarks = frame["benchmark"].value_counts()
    yield "benchmarks", "all", len(benchmarks)
    yield "benchmarks", f"most scores: {benchmarks.index[0]}", benchmarks.iloc[0]
    for what, dates in (("scores", frame["date"]), ("release of models", models["release_date"])):
        known = dates.dropna()
        span = f"{known.min():%Y-%m-%d} to {known.max():%Y-%m-%d}" if len(known) else "none"
        yield "dates", what, f"{span}; {len(dates) - len(known):,} without"


def _knowledge(scores: Scores) -> Iterator[Line]:
    """Say who reported, and how much is known of the scores and the models."""
    frame, models = scores.frame, scores.models
    own = frame["self_reported"]
    yield "reported", "by the model's maker", _of(int(own.fillna(False).sum()), len(own))
    yield "reported", "by others", _of((~own.fillna(True)).sum(), len(own))
    yield "reported", "not said by whom", _of(own.isna().sum(), len(own))
    by_source = int((frame["n_items_from"] == STATED).sum())
    n_known = int(frame["n_items"].notna().sum())
    yield "items", "number stated", _of(by_source, len(frame))
    yield "items", "number known from the benchmark", _of(n_known - by_source, len(frame))
    yield "standard errors", "stated", _of(frame["standard_error"].notna().sum(), len(frame))
    yield "shares", "scale known", _of(frame["share"].notna().sum(), len(frame))
    for column in ("organisation", "country", "licence", "open_weights", "parameters", "release_date", "base_model"):
        yield "models", f"{column.replace('_', ' ')} stated", _of(models[column].notna().sum(), len(models))


def _rejects(scores: Scores) -> Iterator[Line]:
    """Say which rows were left out: how many for each reason, and the first of them."""
    of_reason = [(str(reason), own) for reason, own in scores.rejects.groupby("reason", sort=False)]
    of_reason.sort(key=lambda one: -len(one[1]))
    for reason, own in of_reason:
        yield "rejects", reason, len(own)
    for reason, own in of_reason:
        for source, row, _, value in own[:N_SHOWN].itertuples(index=False, name=None):
            yield "reject", f"{source} row {row}" if row else source, f"{reason}: {value}"
        if len(own) > N_SHOWN:
            yield "reject", f"{len(own) - N_SHOWN:,} more", f"{reason}: other values"


def _of(n: int, n_all: int) -> str:
    return f"{n:,} of {n_all:,}" + (f" ({100 * n / n_all:.1f} %)" if n_all else "")
