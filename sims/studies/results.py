"""What a study found: its runs, and what they say."""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from recount.data import Board, Catalogue
from recount.engine.choices.arguments import checked
from recount.engine.plurals import plural
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log, Progress
from recount.sims.arenas.arena import Arena
from recount.sims.countries.by_country import of_choices, of_facts
from recount.sims.presentation import Table
from recount.sims.studies.findings import findings_table
from recount.sims.studies.outcomes import OUTCOMES
from recount.sims.studies.plan import Plan
from recount.sims.studies.run_tables import run_table, summary_table
from recount.sims.studies.running import Ended, Study, finish, prepare
from recount.sims.studies.settings import in_words
from recount.sims.studies.without_effect import idle_settings


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """What a study found.

    Attributes
    ----------
    runs : Table
        A row for each outcome of each run.
    summary : Table
        A row for each outcome of each setting: its mean, with the Monte-Carlo error.
    findings : Table, optional
        What is robust, what is not, and to what, where the plan asks for an audit.
    """

    runs: Table
    summary: Table
    findings: Table | None = None

    def __repr__(self) -> str:
        return self.shown.summary()

    def _repr_html_(self) -> str:
        return self.shown._repr_html_()

    @property
    def shown(self) -> Table:
        """What answers the question: the findings, or else the summary."""
        return self.summary if self.findings is None else self.findings


@checked
def run_study(
    plan: Plan,
    source: Log | Board | None = None,
    *,
    folder: str | Path | None = None,
    catalogue: Catalogue | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Results:
    """Run a study.

    Parameters
    ----------
    plan : Plan
        As `recount.read_plan` returns it.
    source : Log or Board, optional
        For a plan that names no votes and simulates none; the bundled votes by default.
    folder : path, optional
        Where every finished run is kept, and from where a study that was cut off goes on; without it nothing is kept.
    catalogue : Catalogue, optional
        Facts of models; the bundled one by default.
    executor : Executor, optional
        What runs at the same time; threads by default. The results are the same for any.
    progress : callable, optional
        Called with the number of runs so far and their share.

    Raises
    ------
    RecountError
        As of `prepare` and `finish`.
    """
    study = prepare(plan, source, catalogue)
    return results_of(study, finish(study, None if folder is None else Path(folder), executor, progress))


def results_of(study: Study, ended: Ended) -> Results:
    """Put the runs of a study into tables."""
    plan = study.plan
    runs = run_table(study.settings, study.runs, plan.outcomes, ended.runs)
    summary = summary_table(study.settings, plan.outcomes, runs)
    idle = idle_settings(study)
    notes = tuple(notes_of(study, ended))
    if not plan.extent.audit:
        notes += tuple(f"{in_words(study.settings[number].varied)}: {why}" for number, why in idle.items())
    level, title = plan.specification.confidence_level, plan.extent.question or plan.name
    findings = Table("findings", findings_table(study, runs, idle), notes, title, confidence_level=level) if plan.extent.audit else None
    of_runs, of_settings = (Table(kind, frame, notes, title, confidence_level=level) for kind, frame in (("study runs", runs), ("study", summary)))
    return Results(of_runs, of_settings, findings)


def notes_of(study: Study, ended: Ended) -> Iterator[str]:
    """Say what runs are compared with, and what is to be run again."""
    reference = study.studied.reference
    yield "runs are compared with the truth that is simulated" if reference is None else "runs are compared with what votes or board say as they are"
    yield from of_ties(study)
    yield from of_source(study)
    if ended.n_before:
        yield f"{ended.n_before:,} of {plural(len(ended.runs), 'run')} had finished before, and were not run again"
    if ended.n_damaged:
        are, they = ("is", "it") if ended.n_damaged == 1 else ("are", "they")
        yield f"{plural(ended.n_damaged, 'line')} of the journal {are} damaged; what {they} held was run again"
    if passing := [one for one in ended.runs.values() if one.is_passing]:
        yield (
            f"{plural(len(passing), 'run')} ended for want of memory, disk or a worker ({passing[0].found[0].error}); the same "
            f"command runs them again"
        )


def of_ties(study: Study) -> Iterator[str]:
    """Say where ratings are on another scale than the truth, because the rule for ties is not the law of the simulated votes."""
    of_scale = [label for label, outcome in study.plan.outcomes.items() if OUTCOMES[outcome.name].of_scale]
    for setting in study.settings:
        arena, rule = setting.simulated, setting.specification.ties.value
        if not isinstance(arena, Arena) or not of_scale or arena.outcomes.law in (rule, "thurstone") or arena.outcomes.tie_share == 0:
            continue
        law, or_ties = arena.outcomes.law, "" if setting.rated_by is not None else f"ties = {arena.outcomes.law!r} in [specification], or "
        yield (
            f"ratings with ties as {rule!r} are on another scale than strengths of law {law!r}, which moves {', '.join(of_scale)}: "
            f"give {or_ties}tie_share = 0 in [arena]"
        )
        return


def of_source(study: Study) -> Iterator[str]:
    """Say what else is to be known of votes, board and models, as other answers do."""
    source, facts, s = study.studied.source, study.studied.facts, study.plan.specification
    if source is None:
        return
    analysis = Analysis(source, s)
    asked = [outcome for outcome in study.plan.outcomes.values() if OUTCOMES[outcome.name].of_countries]
    if asked and not isinstance(facts, str):
        of_outcomes = s.but(groups=tuple(dict.fromkeys(one.group for one in asked)), metrics=tuple(dict.fromkeys(one.metric for one in asked)))
        yield from of_facts(facts, of_outcomes)
        yield from of_choices(facts, analysis.fit.names if analysis.has_votes else analysis.names, of_outcomes)
    yield from analysis.notes_of_fit() if analysis.has_votes else analysis.notes()
