r"""Runs as a tidy table, a row for each outcome of each run; and for each setting the mean of each outcome with its Monte-Carlo error.

The Monte-Carlo error of a mean of n runs is s / sqrt(n). Of a share that is 0 or 1 in every run this would be 0, as if more runs could not differ; of
what is kept or not it is sqrt(p (1 - p) / (n + 4)) with p = (x + 2) / (n + 4) for x kept (Agresti and Coull 1998).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from recount.engine.plurals import plural
from recount.sims.specification.flat import to_flat
from recount.sims.studies.one_run import Finished, Found
from recount.sims.studies.outcome import Outcome
from recount.sims.studies.outcomes import OUTCOMES
from recount.sims.studies.settings import TABLES, Run, Setting, in_words, shown

MOST_OTHERS = 3


def run_table(settings: Sequence[Setting], runs: Sequence[Run], outcomes: Mapping[str, Outcome], finished: Mapping[int, Finished]) -> pd.DataFrame:
    """Return a row for each outcome of each run that has ended, in the order of their numbers.

    Returns
    -------
    DataFrame
        run, setting, perturbation, what is varied (arena.NAME, benchmark.NAME, perturbation.NAME, specification.NAME, elo.NAME, asked.NAME), seed,
        outcome, value, says, error.
    """
    ended = sorted(run for run in runs if run.number in finished)
    n, labels = len(outcomes), list(outcomes)
    found = [one for run in ended for one in finished[run.number].found]
    columns: dict[str, Any] = {"run": np.repeat([run.number for run in ended], n), "setting": np.repeat([run.setting for run in ended], n)}
    columns |= {name: of_setting.take(columns["setting"]).array for name, of_setting in varied_columns(settings).items()}
    columns |= {"seed": np.repeat([run.seed for run in ended], n), "outcome": labels * len(ended)}
    columns |= {"value": [one.value for one in found], "says": [one.says for one in found], "error": [one.error for one in found]}
    return pd.DataFrame(columns)


def varied_columns(settings: Sequence[Setting]) -> dict[str, "pd.Series[Any]"]:
    """Return what is varied, by column; a row a setting."""
    names = dict.fromkeys(name for setting in settings for name in setting.varied)
    known = [_all_choices(setting) for setting in settings]
    return {name: _column([each.get(name) for each in known]) for name in names}


def _all_choices(setting: Setting) -> dict[str, Any]:
    """Return the plain values of a setting, also of what others vary, by the names of columns."""
    values = {f"specification.{name}": value for name, value in to_flat(setting.specification).items()}
    if setting.simulated is not None:
        values |= {f"{TABLES[type(setting.simulated)]}.{name}": value for name, value in to_flat(setting.simulated).items()}
    return values | dict(setting.varied)


def _column(values: Sequence[Any]) -> "pd.Series[Any]":
    """Return plain values as numbers where all are, or as text."""
    there = [value for value in values if value is not None]
    if there and all(isinstance(value, bool) for value in there):
        return pd.Series(values, dtype="boolean")
    if there and all(isinstance(value, int | float) and not isinstance(value, bool) for value in there):
        return pd.Series(values, dtype="Int64" if all(isinstance(value, int) for value in there) else "float64")
    return pd.Series(["" if value is None else shown(value) for value in values], dtype=object)


def summary_table(settings: Sequence[Setting], outcomes: Mapping[str, Outcome], runs: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each outcome of each setting.

    Returns
    -------
    DataFrame
        setting, varied (in words), perturbation, what is varied, outcome, n_runs, n_failed, mean, mc_error (NaN where nothing is drawn), sd, least,
        most, says (of what is kept or not: what runs say instead), error (the first).
    """
    columns = zip(*(runs[name].tolist() for name in ("setting", "outcome", "value", "says", "error")), strict=True)
    found: dict[tuple[int, str], list[Found]] = {}
    for setting, label, value, says, error in columns:
        found.setdefault((setting, label), []).append(Found(value, says, error))
    rows = []
    for (setting, label), of_runs in found.items():
        values = np.array([one.value for one in of_runs if not one.error])
        is_kept = OUTCOMES[outcomes[label].name].kind == "kept"
        is_drawn = settings[setting].is_drawn
        rows.append(
            {"outcome": label, "n_runs": len(of_runs), "n_failed": len(of_runs) - len(values)}
            | summed_up(values[~np.isnan(values)], is_kept=is_kept, is_drawn=is_drawn)
            | {"says": _others(of_runs) if is_kept else "", "error": next((one.error for one in of_runs if one.error), "")}
        )
    numbers = [setting for setting, _ in found]
    known = {"setting": numbers, "varied": [in_words(settings[setting].varied) for setting in numbers]}
    of_settings = {name: column.take(numbers).array for name, column in varied_columns(settings).items()}
    return pd.DataFrame(known | of_settings).join(pd.DataFrame(rows))


def summed_up(values: "np.ndarray[Any, np.dtype[np.float64]]", *, is_kept: bool, is_drawn: bool) -> dict[str, float]:
    """Return mean, Monte-Carlo error, standard deviation and range of an outcome."""
    n = values.size
    if not n:
        return dict.fromkeys(("mean", "mc_error", "sd", "least", "most"), float("nan"))
    sd = float(values.std(ddof=1)) if n > 1 else float("nan")
    error = sd / np.sqrt(n)
    if is_kept:
        p = (values.sum() + 2) / (n + 4)
        error = float(np.sqrt(p * (1 - p) / (n + 4)))
    return {
        "mean": float(values.mean()),
        "mc_error": error if is_drawn else float("nan"),
        "sd": sd,
        "least": float(values.min()),
        "most": float(values.max()),
    }


def _others(of_runs: Sequence[Found]) -> str:
    """Say what runs say that do not keep what the reference says, and how many."""
    others = Counter(one.says for one in of_runs if one.value == 0.0 and one.says)
    said = [f"{text} in {n}" for text, n in others.most_common(MOST_OTHERS)]
    return ", ".join([*said, *([plural(len(others) - MOST_OTHERS, "other")] if len(others) > MOST_OTHERS else [])])
