"""What a plan names, looked up in its votes or its board before anything runs; what is not there is told by file, line and field.

An audit takes any log or board: what a source does not have at all, such as times, it reports as not tested. What a plan names has to be there.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np

from recount.data import Board, Catalogue
from recount.engine.errors import InputError, RecountError
from recount.engine.plurals import plural
from recount.engine.times import seconds_or_missing
from recount.engine.votes import Votes
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log
from recount.sims.arenas.arena import Arena
from recount.sims.arenas.drawn_truth import names_of, numbered_names
from recount.sims.benchmark_scores.saturated_benchmarks import FIFTH
from recount.sims.countries.facts import Stated, stated_by
from recount.sims.filtering.not_there import no_such_competitor
from recount.sims.perturbations.deprecation import Deprecation
from recount.sims.perturbations.leaving_out import LeaveOpponentOut
from recount.sims.perturbations.perturbing import name_of, of_boards
from recount.sims.perturbations.protocols import OfModels, OfVotes, Perturbation
from recount.sims.perturbations.windows import TimeWindow
from recount.sims.perturbations.worst_case import WorstCase
from recount.sims.simulated_benchmarks.benchmark_kind import BenchmarkKind
from recount.sims.specification import Specification
from recount.sims.specification.flat import options_of
from recount.sims.studies.asked_items import AskedItems
from recount.sims.studies.elo_orders import EloOrders
from recount.sims.studies.outcome import Outcome
from recount.sims.studies.outcomes import OUTCOMES
from recount.sims.studies.plan import Plan
from recount.sims.studies.plan_faults import fault_in, field_named
from recount.sims.studies.seen import Reference
from recount.sims.studies.settings import Setting
from recount.sims.studies.sources import Impossible

OF_COMPETITORS = ("model", "models", "target", "opponent", "pair")
# Fields that say what has to be there, of perturbations and outcomes; the others say how much of something is wanted.
NAMING = (
    *(*OF_COMPETITORS, "organisation", "country", "against", "competitor", "claims", "claim", "label", "column", "time_column"),
    *("since", "until", "day", "released", "best"),
)


def check_on_source(plan: Plan, settings: Iterable[Setting], source: Log | Board | None, catalogue: Catalogue, reference: Reference | None) -> None:
    """Raise `InputError` at the first thing that a plan names and its source, or what it simulates, does not have.

    Parameters
    ----------
    plan : Plan
    settings : iterable of Setting
        Its settings on this source.
    source : Log, Board or None
        None where something is simulated.
    catalogue : Catalogue
    reference : Reference or None
        What the source says as it is.
    """
    if source is None:
        check_on_simulated(plan, settings, catalogue)
        return
    assert reference is not None
    _check_outcomes(plan, source, reference)
    for number, block in enumerate(plan.blocks):
        table: Mapping[str, Any] = (plan.raw.get("vary") or [{}])[number]
        for one in block.specifications if not table.get("grid") else ():
            if one.fields:
                _try(plan, ("vary", number, "specification"), options_of(Specification), partial(check_specification, one.value, source))
        for one in block.perturbations if block.each is None else ():
            if one.value is not None:
                check = partial(check_perturbation, one.value, source, catalogue)
                _try(plan, ("vary", number, "perturbation"), tuple(one.fields), check, f"{name_of(one.value)}: ")
    for setting in settings:
        if isinstance(setting.rated_by, EloOrders):
            _try(plan, ("vary", setting.block, "elo"), (), partial(check_votes_in_turn, source))
        if isinstance(setting.perturbation, Impossible):
            place = ("vary", setting.block, "each")
            _raise(plan, place, f"{setting.perturbation.name}: {setting.perturbation.reason}", options_of_each(plan, setting.block))


def options_of_each(plan: Plan, block: int) -> Iterable[str]:
    """Return the fields of `each` that a block gives."""
    each = plan.blocks[block].each
    return () if each is None else tuple(each.fields)


def _try(plan: Plan, place: tuple[str | int, ...], known: Iterable[str], check: Callable[[], None], prefix: str = "") -> None:
    """Check something; raise what is wrong with it at its place."""
    try:
        check()
    except RecountError as error:
        _raise(plan, place, prefix + str(error), known, error)


def _raise(plan: Plan, place: tuple[str | int, ...], message: str, known: Iterable[str], error: Exception | None = None) -> None:
    """Raise an error at its place; of an audit only if it is about something that the plan names."""
    is_of_names = place[-1] == "specification" or field_named(plan.file, place, message, known) in NAMING
    if is_of_names or not plan.extent.audit:
        raise fault_in(plan.file, place, message, known) from error


def check_votes_in_turn(source: Log | Board) -> None:
    """Raise `InputError` if a source has no votes that could be rated one after the other."""
    if isinstance(source, Board):
        raise InputError("Elo goes from vote to vote, and a board has none; give the votes")
    if source.is_weighted:
        raise InputError("Elo goes from vote to vote, and these have weights, which it does not know; read them without")


def check_specification(specification: Specification, source: Log | Board) -> None:
    """Raise `RecountError` if a source does not have what a specification names, or nothing passes its filters."""
    analysis = Analysis(source, specification)
    if analysis.board is not None:
        return
    counts = analysis.log.counts
    if columns := specification.columns():
        analysis.log.rows(columns)
    n = int((counts.votes_of_each() >= specification.minimum_votes).sum())
    if n < 2:
        raise InputError(
            f"minimum_votes is {specification.minimum_votes}, and {n} of "
            f"{plural(counts.n_competitors, 'competitor has', 'competitors have')} so many; lower it"
        )


def check_perturbation(perturbation: Perturbation, source: Log | Board, catalogue: Catalogue) -> None:
    """Raise `RecountError` if a source does not have what a perturbation names."""
    if isinstance(source, Board):
        check_models(perturbation, source.names, "on the board", catalogue, stated_by(source))
    else:
        check_models(perturbation, source.names, "in the log", catalogue)
    if isinstance(perturbation, OfModels):
        return
    if isinstance(source, Board):
        raise InputError(f"it changes votes, and a board has none; give the votes, or one of {', '.join(of_boards())}")
    if isinstance(perturbation, OfVotes):
        if columns := perturbation.columns(source):
            votes = source.rows(columns)
            passed = perturbation.passing(votes, columns, np.random.default_rng(0)).votes
            _check_times(perturbation, votes, columns[0], bool(passed.any()), bool(passed.all()))
    elif isinstance(perturbation, LeaveOpponentOut):
        perturbation.changed(source.counts, np.random.default_rng(0))


def _check_times(perturbation: OfVotes, votes: Votes, column: str, some: bool, every: bool) -> None:
    """Raise `InputError` if no vote lies in a window of time, or none comes after a day of retirement."""
    if isinstance(perturbation, TimeWindow) and not some:
        field = "until" if perturbation.since is None else "since"
        raise InputError(f"{field} is {getattr(perturbation, field)!r}, which leaves no vote; {_days(votes, column)}")
    if isinstance(perturbation, Deprecation) and perturbation.day is not None and every:
        raise InputError(f"day is {perturbation.day!r}, from which on these models have no votes anyway; {_days(votes, column)}")


def _days(votes: Votes, column: str) -> str:
    seconds = seconds_or_missing(column, votes.columns[column])
    if np.isnan(seconds).all():
        return f"no vote has a time in {column!r}"
    first, last = (np.datetime64(int(end), "s").astype("datetime64[D]") for end in (np.nanmin(seconds), np.nanmax(seconds)))
    return f"there are votes from {first} to {last}"


def check_models(perturbation: Perturbation, names: tuple[str, ...], where: str, catalogue: Catalogue, stated: Stated | None = None) -> None:
    """Raise `InputError` at the first competitor, or what is known of one, that a perturbation names and that is not there, or if too few stay."""
    for field in OF_COMPETITORS:
        given = getattr(perturbation, field, None) or ()
        for name in (given,) if isinstance(given, str) else given:
            if name not in names:
                raise no_such_competitor(field, name, names, where)
    if isinstance(perturbation, WorstCase) and perturbation.pair is None and perturbation.best >= len(names):
        raise InputError(f"best is {perturbation.best}, and there are {plural(len(names), 'competitor')}; give a smaller one")
    if isinstance(perturbation, OfModels) and (n := int(perturbation.staying(names, catalogue, stated).sum())) < 2:
        (field,) = options_of(type(perturbation))
        raise InputError(f"{field} is {getattr(perturbation, field)!r}, which leaves {n} of {plural(len(names), 'model')}; two are needed")


def _check_outcomes(plan: Plan, source: Log | Board, reference: Reference) -> None:
    """Raise `InputError` at the first outcome that cannot be measured on a source as it is, and on no other votes of the same models either."""
    varies = any(one.fields for block in plan.blocks for one in block.specifications)
    for number, (outcome, given) in enumerate(zip(plan.outcomes.values(), plan.raw["outcome"], strict=True)):
        if (why_not := reference.why_not.get(outcome)) is None:
            continue
        field = field_named(plan.file, ("outcome", number), why_not, given)
        by_chance = OUTCOMES[outcome.name].of_votes and isinstance(source, Log)
        if field in ("competitor", "k") or not (varies or by_chance):
            _raise(plan, ("outcome", number), why_not, given)


def check_on_simulated(plan: Plan, settings: Iterable[Setting], catalogue: Catalogue) -> None:
    """Raise `InputError` if perturbations, outcomes or questions are about competitors or items that what is simulated does not have."""
    for setting in settings:
        kind, asked = setting.simulated, setting.rated_by
        assert kind is not None
        names = names_of(kind) if isinstance(kind, Arena) else numbered_names(kind.size)
        for number, outcome in enumerate(plan.outcomes.values()):
            _check_number(plan, number, outcome, f"{'an arena' if isinstance(kind, Arena) else 'a benchmark'} has", len(names))
        if isinstance(kind, BenchmarkKind) and isinstance(asked, AskedItems) and asked.n_asked > kind.items.size:
            message = f"n_asked is {asked.n_asked}, and a benchmark has {plural(kind.items.size, 'item')}; ask fewer"
            raise fault_in(plan.file, ("vary", setting.block, "asked"), message, ("n_asked",))
        if setting.perturbation is not None and not isinstance(setting.perturbation, Impossible):
            place = ("vary", setting.block, "perturbation")
            try:
                check_models(setting.perturbation, names, "in the arena", catalogue)
            except InputError as error:
                raise fault_in(plan.file, place, f"{name_of(setting.perturbation)}: {error}", NAMING) from error


def _check_number(plan: Plan, number: int, outcome: Outcome, who_has: str, n: int) -> None:
    """Raise `InputError` if an outcome needs more competitors than there are."""
    most = n - 1 if outcome.name in ("top k kept", "votes to lose the top k") else n
    if "k" in OUTCOMES[outcome.name].takes and outcome.k > most:
        raise plan.file.fault(f"k is {outcome.k}, and {who_has} {plural(n, 'competitor')}; give a smaller one", "outcome", number, "k")
    if outcome.name == "saturation index" and n < FIFTH:
        message = f"name is {outcome.name!r}, which is of the fifth best score, and {who_has} {plural(n, 'competitor')}; simulate more"
        raise plan.file.fault(message, "outcome", number, "name")
