"""What a study found, in sentences and in blocks, one an outcome."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from recount.engine.plurals import plural
from recount.sims.presentation.cells import Block, Shown, count_cells, text_cells
from recount.sims.presentation.wording import clean, is_missing, name, number, shortened

# Outcomes that a sentence speaks of.
MOST_OUTCOMES = 4
# What a trial run says that found everything.
FOUND_ALL = "every outcome has a value"
LONGEST_SETTING = 60


def of_study(frame: pd.DataFrame, level: str) -> str:
    """Say how much ran, and between what each outcome lies."""
    first = frame.drop_duplicates("setting")
    sentences = [f"{plural(int(first['n_runs'].sum()), 'run')} in {plural(len(first), 'setting')}."]
    if frame["mean"].isna().all():
        return f"{sentences[0]} No run has a result{_why(frame)}."
    for place, (outcome, rows) in enumerate(frame.groupby("outcome", sort=False)):
        known, n_failed = rows.dropna(subset=["mean"]), int(rows["n_failed"].sum())
        if place >= MOST_OUTCOMES and not n_failed:
            continue
        failed = f"without a result in {n_failed:,} of {plural(int(rows['n_runs'].sum()), 'run')}{_why(rows)}"
        if known.empty:
            sentences.append(f"{_title(clean(outcome))}: {failed}.")
        else:
            sentences.append(_between(clean(outcome), known) + (f"; {failed}." if n_failed else "."))
    return " ".join(sentences)


def _why(rows: pd.DataFrame) -> str:
    """Say why an outcome has no result, by the first error."""
    errors = rows.loc[rows["error"] != "", "error"]
    return f" ({clean(errors.iloc[0])})" if len(errors) else ""


def of_runs(frame: pd.DataFrame, level: str) -> str:
    """Say how many runs there are, and in how many nothing, or not everything, was found."""
    failed = (frame["error"] != "").groupby(frame["run"])
    n_all, n_any = int(failed.all().sum()), int(failed.any().sum())
    told = [f"{n_all:,} of them without a result"] if n_all else []
    told += [f"{n_any - n_all:,} without one of some outcome"] if n_any > n_all else []
    return f"{', '.join([plural(frame['run'].nunique(), 'run'), *told])}."


def of_plans(frame: pd.DataFrame, level: str) -> str:
    """Say how many bundled plans there are."""
    return f"{plural(len(frame), 'bundled plan')}; recount study NAME runs one."


def of_forecast(frame: pd.DataFrame, level: str) -> str:
    """Say how much would run, and how long that takes."""
    n_runs, n_settings = int(frame["n_runs"].sum()), int((frame["n_runs"] > 0).sum())
    if not n_runs:
        return "All runs have finished."
    told = f"{plural(n_runs, 'run')} in {plural(n_settings, 'setting')} would take about {_time(frame['seconds'].sum())} of one processor."
    without = [row for _, row in frame.iterrows() if row["trial"] and row["trial"] != FOUND_ALL]
    if not without:
        return told
    first = f"{_setting(without[0])}: {clean(without[0]['trial'])}"
    return f"{told} In {plural(len(without), 'setting')} a trial run found nothing, or not everything ({first})."


def _time(seconds: float) -> str:
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{number(seconds / length, 0)} {unit}"
    return "a second" if seconds < 1.5 else f"{number(seconds, 0)} seconds"


def _between(outcome: str, rows: pd.DataFrame) -> str:
    means = rows["mean"].to_numpy(float)
    least, most = rows.iloc[int(means.argmin())], rows.iloc[int(means.argmax())]
    title = _title(outcome)
    if len(rows) == 1 or least["mean"] == most["mean"]:
        return f"{title}: {_mean(least)}{' everywhere' if len(rows) > 1 else ''}"
    return f"{title}: from {_mean(least)} ({_setting(least)}) to {_mean(most)} ({_setting(most)})"


def _title(outcome: str) -> str:
    return f"{outcome[:1].upper()}{outcome[1:]}"


def _setting(row: "pd.Series[Any]") -> str:
    return shortened(row["varied"], LONGEST_SETTING)


def _mean(row: "pd.Series[Any]") -> str:
    digits = _digits(row["mc_error"], row["mean"])
    error = "" if is_missing(row["mc_error"]) else f" ± {number(row['mc_error'], digits)}"
    return f"{number(row['mean'], digits)}{error}"


def _digits(error: float, mean: float) -> int:
    """Return the decimals of a mean: two digits of its error, or three of the mean where it has none."""
    scale = error if not is_missing(error) and error > 0 else abs(mean) / 10
    return int(np.clip(1 - np.floor(np.log10(scale)), 0, 6)) if np.isfinite(scale) and scale > 0 else 0


def by_outcome(frame: pd.DataFrame, n_rows: int | None) -> Iterator[Block]:
    """Lay out the settings of each outcome, one block each."""
    n_outcomes = frame["outcome"].nunique()
    for outcome, rows in frame.groupby("outcome", sort=False):
        shown = rows if n_rows is None else rows.head(max(3, n_rows // n_outcomes))
        of_rows = [row for _, row in shown.iterrows()]
        columns = [
            Shown("Varied", [_setting(row) for row in of_rows], False),
            Shown("Mean ± MC error", [_mean(row) for row in of_rows]),
            count_cells("Runs", shown["n_runs"]),
            count_cells("Failed", shown["n_failed"]),
            text_cells("Otherwise", shown["says"].map(name)),
        ]
        yield Block(clean(outcome), columns, 3, len(rows) - len(shown))
