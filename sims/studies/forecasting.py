"""What a study would run, and how long that would take, by one run of each kind of setting."""

import time
from collections.abc import Hashable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from recount.engine.linear_algebra import one_thread
from recount.sims.presentation import Table
from recount.sims.studies.journal import NAME, read_journal
from recount.sims.studies.one_run import PASSING, run_once
from recount.sims.studies.run_tables import varied_columns
from recount.sims.studies.running import Study, read_what_runs_need
from recount.sims.studies.settings import Run, Setting, in_words, name_of_kind

# Seconds after which no further kind is measured; a first run that takes longer than the second number is not tried again, warm.
MOST_SECONDS, LONG = 20.0, 0.5


def forecast(study: Study, folder: Path | None = None) -> Table:
    """Say what would run, and how long it would take; nothing is written.

    Parameters
    ----------
    study : Study
    folder : Path, optional
        Where runs may be that have finished, which are not counted.

    Returns
    -------
    Table
        A row a setting: setting, varied, perturbation, what is varied, n_runs (that have not run), seconds_a_run (of one processor), seconds.
    """
    runs = study.runs
    if folder is not None and (folder / NAME).exists():
        finished = read_journal(folder / NAME, study.identity()).finished
        runs = [run for run in runs if run.number not in finished]
    read_what_runs_need(study)
    kinds = {kind_of(study.settings[run.setting]): run for run in reversed(runs)}
    with one_thread():
        measured = seconds_of(study, kinds)
    usual = float(np.mean(list(measured.values()))) if measured else 0.0
    n_runs = np.bincount([run.setting for run in runs], minlength=len(study.settings))
    each = np.array([measured.get(kind_of(setting), usual) for setting in study.settings])
    varied = {name: column.to_numpy() for name, column in varied_columns(study.settings).items()}
    frame = pd.DataFrame({"setting": range(len(study.settings)), "varied": [in_words(setting.varied) for setting in study.settings], **varied})
    told = f"measured by one run of each of {len(measured)} kinds of settings" + (
        f"; {len(kinds) - len(measured)} more as their mean" if len(kinds) > len(measured) else ""
    )
    return Table(
        "study plan", frame.assign(n_runs=n_runs, seconds_a_run=each, seconds=n_runs * each), (told,), study.plan.name, study.plan.extent.question
    )


def kind_of(setting: Setting) -> Hashable:
    """Return what decides how long a run of a setting takes."""
    s = setting.specification
    return name_of_kind(setting.perturbation), setting.arena, s.ties, s.intervals


def seconds_of(study: Study, kinds: Mapping[Hashable, Run]) -> dict[Hashable, float]:
    """Run one of each kind, as many as there is time for; return the seconds of each."""
    measured: dict[Hashable, float] = {}
    started = time.perf_counter()
    for kind, run in kinds.items():
        if measured and time.perf_counter() - started > MOST_SECONDS:
            break
        setting = study.settings[run.setting]
        try:
            seconds = run_once(study.studied, setting, run.seed).seconds
            # A first run also loads what it needs.
            measured[kind] = seconds if seconds > LONG else run_once(study.studied, setting, run.seed).seconds
        except PASSING:
            continue
    return measured
