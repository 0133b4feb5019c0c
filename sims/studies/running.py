"""A study from its plan to its tables: what has not run is run, and every finished run is on disk at once."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from types import NoneType
from typing import Any, NamedTuple

from recount.data import Board, Catalogue, read_catalogue
from recount.data.checksums import sha256
from recount.engine.choices import of_kind
from recount.engine.errors import ExistenceError, OptionError, RecountError
from recount.sims.analysis.known_day import day_of
from recount.sims.analysis.log import Log, Progress
from recount.sims.perturbations.protocols import OfVotes
from recount.sims.specification.flat import to_flat
from recount.sims.studies.batches import Shared, in_processes, in_threads
from recount.sims.studies.checked_on_source import check_on_source, check_specification
from recount.sims.studies.country_outcomes import claim_of
from recount.sims.studies.journal import Journal
from recount.sims.studies.one_run import Finished, Studied, reference_of
from recount.sims.studies.plan import Plan
from recount.sims.studies.plan_faults import fault_in, field_named, plain_of
from recount.sims.studies.settings import Run, Setting, runs_of, settings_of
from recount.sims.studies.sources import checksum_of, facts_about, parts_left_out, source_of

# Of the journal.
FORM = 2


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """A plan on its source, ready to run.

    Attributes
    ----------
    plan : Plan
    studied : Studied
        What all runs share.
    settings : sequence of Setting
    """

    plan: Plan
    studied: Studied
    settings: Sequence[Setting]

    @property
    def runs(self) -> list[Run]:
        """All runs, in the order in which they start."""
        return runs_of(self.settings, self.plan.extent.seed)

    def inputs(self) -> dict[str, str]:
        """SHA-256 of the files of votes, or of that of the board, by path."""
        source = self.studied.source
        if isinstance(source, Board):
            return {source.source: source.checksum}
        return {} if source is None else source.checksums

    def identity(self) -> dict[str, Any]:
        """Return what two studies share if and only if their runs are the same, as JSON has it.

        Raises
        ------
        OptionError
            If the votes are a table in memory, of which nobody can say later whether it is the same.
        """
        source = self.studied.source
        if isinstance(source, Log) and len(source.paths) < len(source.sources):
            raise OptionError(
                "runs are kept of votes in files, by their checksums, and these are a table in memory; write it to a file, or leave out folder"
            )
        which = (
            {}
            if not isinstance(source, Board)
            else {"sha256": source.checksum, "category": source.category, "date": source.date, "subset": source.subset}
        )
        reading = to_flat(source.reading) if isinstance(source, Log) else {}
        claims = [asdict(claim_of(outcome)) for outcome in self.plan.outcomes.values() if outcome.claims]
        return {
            "form": FORM,
            "recount": version("arena-recount"),
            "votes": sorted(source.checksums.values()) if isinstance(source, Log) else [],
            "board": which,
            "reading": _given(reading),
            "catalogue": checksum_of(self.studied.catalogue),
            "claims": claims,
            "without_voters": sorted({sha256(path) for setting in self.settings if (path := setting.specification.without_voters) is not None}),
            "specification": _given(to_flat(self.plan.specification)),
            "plan": {name: value for name, value in self.plan.raw.items() if name not in ("specification", "source")},
        }


def _given(choices: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in choices.items() if value not in (None, (), False)}


def prepare(plan: Plan, source: Log | Board | None = None, catalogue: Catalogue | None = None) -> Study:
    """Open what a plan is about, and find what runs are compared with.

    Parameters
    ----------
    plan : Plan
    source : Log or Board, optional
        For a plan that names no votes and simulates none; the bundled votes by default.
    catalogue : Catalogue, optional
        Facts of models; the bundled one by default.

    Raises
    ------
    OptionError
        If a source is given to a plan that has its own.
    RecountError
        If the source cannot be read, cannot be rated as it is under the specification of the plan, or does not have what the plan names.
    """
    of_kind("plan", plan, Plan)
    of_kind("source", source, Log, Board, NoneType)
    of_kind("catalogue", catalogue, Catalogue, NoneType)
    if source is not None and (plan.source is not None or plan.simulated is not None):
        has = "simulates what it is about" if plan.simulated is not None else "names its votes"
        raise OptionError(f"plan {plan.name!r} {has}; leave out those that are given, or take a plan without them")
    opened = named_source(plan) if source is None else source
    if opened is None and plan.simulated is None:
        opened = Log(())
    known = catalogue or read_catalogue()
    check_voter_column(plan, opened)
    studied = Studied(opened, plan.outcomes, known, "" if opened is None else facts_about(opened, known), day_of(opened))
    if opened is not None:
        with at_specification(plan, is_of_choices=True):
            check_specification(plan.specification, opened)
        with at_specification(plan):
            studied = replace(studied, reference=reference_of(studied, plan.specification))

    def parts(name: str, choices: Mapping[str, Any]) -> Any:
        assert opened is not None
        of_voters = {"column": plan.extent.voter_column} if name == "leave_voters" and plan.extent.voter_column is not None else {}
        return parts_left_out(name, {**of_voters, **choices}, opened, known)

    settings = settings_of(plan, parts)
    check_on_source(plan, settings, opened, known, studied.reference)
    return Study(plan, studied, settings)


def named_source(plan: Plan) -> Log | Board | None:
    """Open and read what a plan names; raise `InputError` at the field of it that is wrong."""
    try:
        opened = source_of(plan)
        _ = opened.counts if isinstance(opened, Log) else None
    except RecountError as error:
        held, known = ("votes" if plan.source and plan.source.votes else "board"), plan.raw["source"]
        field = field_named(plan.file, ("source",), str(error), known)
        raise plan.file.fault(str(error), "source", field or held) from error
    return opened


def check_voter_column(plan: Plan, source: Log | Board | None) -> None:
    """Raise `InputError` unless the column of voters that a plan names is there."""
    column = plan.extent.voter_column
    if column is None:
        return
    try:
        if not isinstance(source, Log):
            raise OptionError(f"voter_column is {column!r}, and there are no votes; leave it out")
        _ = source.rows((column,))
    except RecountError as error:
        raise plan.file.fault(str(error), "voter_column") if "voter_column" in plan.file.held else error from error


@contextlib.contextmanager
def at_specification(plan: Plan, *, is_of_choices: bool = False) -> Iterator[None]:
    """Name the field of the specification that an error is about, or its table if it can be about nothing else; if the command chose none of it."""
    try:
        yield
    except ExistenceError:
        # Of the votes, whatever was chosen.
        raise
    except RecountError as error:
        held, given = plain_of(plan.file.held).get("specification", {}), plan.raw.get("specification", {})
        own = [name for name, value in given.items() if name in held and held[name] == value]
        if field_named(plan.file, ("specification",), str(error), own) or (is_of_choices and own and len(own) == len(given)):
            raise fault_in(plan.file, ("specification",), str(error), own) from error
        raise


class Ended(NamedTuple):
    """A study that has ended: every run by its number, how many had finished before, and how many lines of the journal were damaged."""

    runs: Mapping[int, Finished]
    n_before: int = 0
    n_damaged: int = 0


def finish(study: Study, folder: Path | None = None, executor: Executor | None = None, progress: Progress | None = None) -> Ended:
    """Run what has not run.

    Parameters
    ----------
    study : Study
    folder : Path, optional
        Where every finished run is kept, and from where a study that was cut off goes on; without it nothing is kept.
    executor : Executor, optional
        What runs at the same time; threads by default. The results are the same for any.
    progress : callable, optional
        Called with the number of runs so far and their share.

    Raises
    ------
    InputError
        If the folder holds another study, or cannot be written.
    """
    runs = study.runs
    with contextlib.ExitStack() as opened:
        journal = None if folder is None else opened.enter_context(Journal(folder, study.identity()))
        finished = {} if journal is None else {number: Finished.of_record(record) for number, record in journal.finished.items()}
        n_done, missing = 0, [run for run in runs if run.number not in finished]
        if missing:
            read_what_runs_need(study)
        shared = Shared(study.studied, study.settings)
        ended = (
            in_threads(shared, missing, executor) if isinstance(executor, ThreadPoolExecutor | NoneType) else in_processes(shared, missing, executor)
        )
        for now in opened.enter_context(contextlib.closing(ended)):
            if journal is not None:
                journal.add(one.as_record(number) for number, one in now.items() if not one.is_passing)
            finished |= now
            if progress is not None:
                n_done += len(now)
                progress(n_done, n_done / len(missing))
        return Ended(finished, len(runs) - len(missing), 0 if journal is None else journal.n_damaged)


def read_what_runs_need(study: Study) -> None:
    """Read counts and columns that runs look at, once and not in each; what is not there the runs say themselves."""
    source = study.studied.source
    if not isinstance(source, Log):
        return
    _ = source.counts
    columns: dict[str, None] = {}
    for setting in study.settings:
        with contextlib.suppress(RecountError):
            columns |= dict.fromkeys(setting.specification.columns())
            if isinstance(setting.perturbation, OfVotes):
                columns |= dict.fromkeys(setting.perturbation.columns(source))
    for column in columns:
        with contextlib.suppress(RecountError):
            source.rows((column,))
