"""One run of a study: a source is simulated or perturbed, analysed, and every outcome measured on it."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa

from recount.data import Board, Catalogue
from recount.engine.errors import OptionError, RecountError
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log, read
from recount.sims.arenas.log_files import arrays_of
from recount.sims.arenas.parameters import Parameters
from recount.sims.arenas.simulation import simulate
from recount.sims.countries.facts import Facts
from recount.sims.perturbations import perturbed
from recount.sims.simulated_benchmarks.benchmark_kind import BenchmarkKind
from recount.sims.specification import Specification
from recount.sims.studies.asked_items import seen_on_benchmark
from recount.sims.studies.country_outcomes import leader_by_strengths
from recount.sims.studies.elo_orders import EloOrders, rated_in_turn
from recount.sims.studies.outcome import Outcome
from recount.sims.studies.outcomes import OUTCOMES
from recount.sims.studies.seen import Measured, Rated, Reference, Seen, SeenAnalysis
from recount.sims.studies.settings import Setting
from recount.sims.studies.sources import Impossible

# The outcome of which strengths may say otherwise.
LEAD = "country lead kept"
# What another attempt may not meet again.
PASSING = (MemoryError, OSError)


@dataclass(frozen=True, slots=True, eq=False)
class Studied:
    """What all runs of a study share, wherever they run.

    Attributes
    ----------
    source : Log, Board or None
        None where something is simulated.
    outcomes : mapping of str to Outcome
        By their labels.
    catalogue : Catalogue
    facts : Facts or str
        As of `Seen`.
    day : date or None
        Of the ratings, if it is known.
    reference : Reference or None
        What the source says as it is; None where arenas or benchmarks are simulated, of which each has its own truth.
    """

    source: Log | Board | None
    outcomes: Mapping[str, Outcome]
    catalogue: Catalogue
    facts: Facts | str = ""
    day: date | None = None
    reference: Reference | None = None


class Found(NamedTuple):
    """What one outcome of a run is: a number, what it says in words, and why there is none."""

    value: float
    says: str = ""
    error: str = ""


class Finished(NamedTuple):
    """A run that has ended: what was found of each outcome, how long it took, and whether another attempt may do better."""

    found: tuple[Found, ...]
    seconds: float
    is_passing: bool = False

    def as_record(self, number: int) -> dict[str, Any]:
        """Return the run as JSON has it; `of_record` is the opposite."""
        return {"run": number, "found": [list(one) for one in self.found], "seconds": round(self.seconds, 6)}

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> "Finished":
        """Return a run that JSON holds."""
        return cls(tuple(Found(*one) for one in record["found"]), record["seconds"])


def run_once(studied: Studied, setting: Setting, seed: int) -> Finished:
    """Run a setting with a seed; what goes wrong is what was found, unless another attempt may do better.

    Raises
    ------
    MemoryError, OSError
    """
    started = time.perf_counter()
    try:
        seen = look(studied, setting, seed)
    except PASSING:
        raise
    except Exception as error:
        found: Sequence[Found] = [Found(math.nan, error=said_of_error(error))] * len(studied.outcomes)
    else:
        found = [measured(outcome, seen) for outcome in studied.outcomes.values()]
    return Finished(tuple(found), time.perf_counter() - started)


def cut_off(error: BaseException, n_outcomes: int) -> Finished:
    """Return a run that ended for want of memory, disk or a worker, and why, so that another attempt may do better."""
    return Finished((Found(math.nan, error=said_of_error(error)),) * n_outcomes, 0.0, is_passing=True)


def look(studied: Studied, setting: Setting, seed: int) -> Seen:
    """Simulate or perturb the source, and analyse it, or rate its votes in turn; of a benchmark, the answers."""
    source, reference, rated_by = studied.source, studied.reference, setting.rated_by
    if isinstance(setting.simulated, BenchmarkKind):
        assert not isinstance(rated_by, EloOrders)
        return seen_on_benchmark(setting.simulated, rated_by, seed)
    if setting.simulated is not None:
        simulated = simulate(setting.simulated, seed)
        source, reference = read(pa.table(arrays_of(simulated.votes))), truth_of(simulated.parameters)
    assert source is not None
    if isinstance(setting.perturbation, Impossible):
        raise OptionError(setting.perturbation.reason)
    if setting.perturbation is not None:
        changed = perturbed(source, setting.perturbation, seed, studied.catalogue)
        assert isinstance(changed, Log | Board)
        source = changed
    specification = setting.specification.but(seed=seed)
    if isinstance(rated_by, EloOrders):
        assert isinstance(source, Log)
        assert reference is not None
        return Seen(rated_in_turn(Analysis(source, specification), rated_by, seed), reference)
    return seen_of(studied, source, specification, reference)


def truth_of(truth: Parameters) -> Reference:
    """Return the truth of an arena, to compare with."""
    n_private, target = len(truth.test_gains), None if truth.intents is None else truth.intents.target
    planted = {"private": truth.names[len(truth.names) - n_private :], "rigged": () if target is None else (truth.names[target],)}
    return Reference(truth.names, truth.strengths, is_truth=True, planted=planted)


def seen_of(studied: Studied, source: Log | Board, specification: Specification, reference: Reference | None) -> SeenAnalysis:
    """Analyse a source; without a reference it is its own."""
    analysis = Analysis(source, specification)
    # Of votes the fit, which takes no bootstrap.
    rated: Rated = analysis.fit if analysis.has_votes else analysis.uncertainty
    compared = reference or Reference(rated.names, rated.strengths, is_truth=False)
    return SeenAnalysis(rated, compared, analysis, studied.catalogue, studied.facts, studied.day)


def measured(outcome: Outcome, seen: Seen) -> Found:
    """Measure an outcome."""
    try:
        found: Measured = OUTCOMES[outcome.name].find(outcome, seen)
        return Found(float(found.value), found.says, "" if math.isfinite(found.value) else "it has no finite value here")
    except PASSING:
        raise
    except Exception as error:
        return Found(math.nan, error=said_of_error(error))


def said_of_error(error: BaseException) -> str:
    """Say what went wrong, in one line; of a defect with its kind."""
    text = " ".join(str(error).split())
    return text if isinstance(error, RecountError) else f"{type(error).__name__}: {text}"


def reference_of(studied: Studied, specification: Specification) -> Reference:
    """Return what the source says as it is, with what outcomes say in words.

    Raises
    ------
    RecountError
        If it cannot be rated as it is.
    """
    assert studied.source is not None
    seen = seen_of(studied, studied.source, specification, None)
    found = {outcome: measured(outcome, seen) for outcome in studied.outcomes.values()}
    said = {outcome: one.says for outcome, one in found.items() if not one.error}
    why_not = {outcome: one.error for outcome, one in found.items() if one.error}
    by_strengths = {
        outcome: other
        for outcome, leader in said.items()
        if outcome.name == LEAD and (other := leader_by_strengths(outcome, seen)) not in ("", leader)
    }
    return Reference(seen.reference.names, seen.reference.strengths, is_truth=False, said=said, why_not=why_not, by_strengths=by_strengths)
