"""What a study would run, and how long that would take, by one run of each kind of setting."""

import time
from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from recount.engine.linear_algebra import one_thread
from recount.engine.plurals import plural
from recount.sims.presentation import Table
from recount.sims.presentation.study_sentences import FOUND_ALL
from recount.sims.studies.journal import NAME, read_journal
from recount.sims.studies.one_run import PASSING, Finished, run_once
from recount.sims.studies.run_tables import varied_columns
from recount.sims.studies.running import Study, read_what_runs_need
from recount.sims.studies.settings import Run, in_words, name_of_kind
from recount.sims.studies.without_effect import idle_settings

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
        A row a setting: setting, varied, perturbation, what is varied, n_runs (that have not run), seconds_a_run (of one processor), seconds,
        trial (what one run of it found; "" where none was tried).
    """
    runs = study.runs
    if folder is not None and (folder / NAME).exists():
        finished = read_journal(folder / NAME, study.identity()).finished
        runs = [run for run in runs if run.number not in finished]
    read_what_runs_need(study)
    kinds = {kind_of(study, run.setting): run for run in reversed(runs)}
    with one_thread():
        tried = trials_of(study, kinds)
    finished_trials = {kind: trial for kind, trial in tried.items() if trial.has_result}
    usual = float(np.mean([trial.seconds for trial in (finished_trials or tried).values()])) if tried else 0.0
    n_runs = np.bincount([run.setting for run in runs], minlength=len(study.settings))
    each = np.array([finished_trials[kind].seconds if (kind := kind_of(study, i)) in finished_trials else usual for i in range(len(study.settings))])
    said = {kinds[kind].setting: trial.says for kind, trial in tried.items()} | idle_settings(study)
    varied = {name: column.to_numpy() for name, column in varied_columns(study.settings).items()}
    frame = pd.DataFrame({"setting": range(len(study.settings)), "varied": [in_words(setting.varied) for setting in study.settings], **varied})
    frame = frame.assign(n_runs=n_runs, seconds_a_run=each, seconds=n_runs * each, trial=[said.get(i, "") for i in range(len(study.settings))])
    told = "measured by one run" + (f" of each of {plural(len(tried), 'kind')} of settings" if len(tried) > 1 else "")
    if len(kinds) > len(tried):
        told += f"; {plural(len(kinds) - len(tried), 'more kind')} as {'their mean' if len(tried) > 1 else 'it'}"
    return Table("study plan", frame, (told,), study.plan.name, study.plan.extent.question)


class Trial(NamedTuple):
    """One run of a setting: how long it took, whether anything was found, and what was not, in words."""

    seconds: float
    has_result: bool
    says: str


def kind_of(study: Study, setting: int) -> Hashable:
    """Return what decides how long a run of a setting takes, and whether it can be run: which part is left out of several does not."""
    chosen = study.settings[setting]
    is_part = study.plan.blocks[chosen.block].each is not None
    s = chosen.specification
    return chosen.block if is_part else chosen.perturbation, name_of_kind(chosen.perturbation), chosen.simulated, chosen.rated_by, s.ties, s.intervals


def trials_of(study: Study, kinds: Mapping[Hashable, Run]) -> dict[Hashable, Trial]:
    """Run one of each kind, as many as there is time for."""
    tried: dict[Hashable, Trial] = {}
    started = time.perf_counter()
    for kind, run in kinds.items():
        if tried and time.perf_counter() - started > MOST_SECONDS:
            break
        setting = study.settings[run.setting]
        try:
            finished = run_once(study.studied, setting, run.seed)
            # A first run also loads what it needs.
            seconds = finished.seconds if finished.seconds > LONG else run_once(study.studied, setting, run.seed).seconds
        except PASSING:
            continue
        tried[kind] = Trial(seconds, not all(one.error for one in finished.found), said_of_trial(finished, study.plan.outcomes))
    return tried


def said_of_trial(finished: Finished, outcomes: Iterable[str]) -> str:
    """Say whether a run found every outcome; if not, which it did not, and why."""
    errors = {label: one.error for label, one in zip(outcomes, finished.found, strict=True) if one.error}
    if not errors:
        return FOUND_ALL
    if len(errors) == len(finished.found) and len(set(errors.values())) == 1:
        return f"no result: {finished.found[0].error}"
    return "; ".join(f"no {label}: {error}" for label, error in errors.items())
