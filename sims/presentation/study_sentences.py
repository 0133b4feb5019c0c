"""What a study found, in sentences and in blocks, one an outcome."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from recount.sims.presentation.cells import Block, Shown, count_cells, text_cells
from recount.sims.presentation.wording import clean, is_missing, name, number, plural

# Outcomes that a sentence speaks of.
MOST_OUTCOMES = 4
LONGEST_SETTING = 60


def of_study(frame: pd.DataFrame, level: str) -> str:
    """Say how much ran, and between what each outcome lies."""
    first = frame.drop_duplicates("setting")
    n_runs = int(first["n_runs"].sum())
    failed = int(frame.groupby("setting")["n_failed"].max().sum())
    sentences = [f"{plural(n_runs, 'run')} in {plural(len(first), 'setting')}{f', {failed:,} of them without a result' if failed else ''}."]
    if frame["mean"].isna().all():
        why = next(iter(frame.loc[frame["error"] != "", "error"]), "")
        return f"{sentences[0]} No run has a result: {clean(why)}."
    for outcome, rows in list(frame.groupby("outcome", sort=False))[:MOST_OUTCOMES]:
        known = rows.dropna(subset=["mean"])
        if not known.empty:
            sentences.append(_between(clean(outcome), known))
    return " ".join(sentences)


def of_runs(frame: pd.DataFrame, level: str) -> str:
    """Say how many runs there are, and of how many nothing was found."""
    n_failed = int(frame.groupby("run")["error"].apply(lambda errors: (errors != "").all()).sum())
    return f"{plural(frame['run'].nunique(), 'run')}, {n_failed:,} of them without a result."


def of_plans(frame: pd.DataFrame, level: str) -> str:
    """Say how many bundled plans there are."""
    return f"{plural(len(frame), 'bundled plan')}; recount study NAME runs one."


def of_forecast(frame: pd.DataFrame, level: str) -> str:
    """Say how much would run, and how long that takes."""
    n_runs, n_settings = int(frame["n_runs"].sum()), int((frame["n_runs"] > 0).sum())
    if not n_runs:
        return "All runs have finished."
    return f"{plural(n_runs, 'run')} in {plural(n_settings, 'setting')} would take about {_time(frame['seconds'].sum())} of one processor."


def _time(seconds: float) -> str:
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{number(seconds / length, 0)} {unit}"
    return "a second" if seconds < 1.5 else f"{number(seconds, 0)} seconds"


def _between(outcome: str, rows: pd.DataFrame) -> str:
    means = rows["mean"].to_numpy(float)
    least, most = rows.iloc[int(means.argmin())], rows.iloc[int(means.argmax())]
    title = f"{outcome[:1].upper()}{outcome[1:]}"
    if len(rows) == 1 or least["mean"] == most["mean"]:
        return f"{title}: {_mean(least)}{' everywhere' if len(rows) > 1 else ''}."
    return f"{title}: from {_mean(least)} ({_setting(least)}) to {_mean(most)} ({_setting(most)})."


def _setting(row: "pd.Series[Any]") -> str:
    text = clean(row["varied"])
    return text if len(text) <= LONGEST_SETTING else f"{text[: LONGEST_SETTING - 1]}…"


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
