"""Counts of a log saved in a file, with what they are of."""

import dataclasses
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from recount.data.places.naming import is_table
from recount.data.saved_counts import Provenance, write_counts
from recount.data.sources import labels_of
from recount.data.whole_files import WholeFiles
from recount.engine.choices.arguments import checked
from recount.engine.errors import OptionError
from recount.engine.plurals import plural
from recount.engine.votes import PairCounts
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log
from recount.sims.filtering import filtered
from recount.sims.presentation.files import check_nothing_is_lost, check_place, manifest_of, write_with_manifest
from recount.sims.specification import Specification, WhichVotes
from recount.sims.specification.flat import options_of, to_flat


def filters_chosen(specification: Specification) -> dict[str, Any]:
    """Return the filters of single votes and of competitors that differ from their defaults, as JSON holds them.

    The minimum of votes is none of them: it is asked of all votes that are rated together.
    """
    chosen = to_flat(specification)
    names = [name for name, option in options_of(WhichVotes).items() if name != "minimum_votes" and chosen[name] != option.default]
    return {name: str(chosen[name]) if isinstance(chosen[name], Path) else chosen[name] for name in names}


def provenance_of_log(log: Log, counts: PairCounts, filters: Mapping[str, Any]) -> Provenance:
    """Say where `counts`, which are of the votes of a log that pass the `filters`, come from.

    Raises
    ------
    OptionError
        If labels have weights, which counts cannot hold.
    """
    if log.is_weighted:
        raise OptionError("`save_counts` cannot hold the weights that `outcomes` gives labels; leave one of them out")
    inputs: list[tuple[str, str | None]] = [*log.checksums.items()]
    tables = (label for source, label in zip(log.sources, labels_of(log.sources), strict=True) if is_table(source))
    inputs += [(label, None) for label in tables]
    for provenance in log.provenances.values():
        inputs += provenance.inputs
    inherited = {path: dict(provenance.filters) for path, provenance in log.provenances.items() if provenance.filters}
    left_out = {str(reason): int(n) for reason, n in log.quarantine.by_reason().items()}
    return Provenance(
        tuple(dict.fromkeys(inputs)),
        dataclasses.asdict(log.reading.columns),
        {**filters, **perturbed_in(log), **({"of inputs": inherited} if inherited else {})},
        log.quarantine.n_rows,
        left_out,
        dict(log.quarantine.unreadable),
        counts.n_votes,
    )


def perturbed_in(log: Log) -> dict[str, Any]:
    """Return what was done to the votes of a log, as JSON holds it; nothing if nothing was."""
    return {"perturbed": list(log.changes)} if log.changes else {}


def counts_to_save(log: Log, specification: Specification) -> tuple[Callable[[Path], None], str]:
    """Return what writes the counts of the votes that pass the filters of a specification, and what it writes, in words."""
    counts = filtered(log, specification).counts
    provenance = provenance_of_log(log, counts, filters_chosen(specification))
    return lambda path: write_counts(counts, path, provenance), f"{plural(counts.n_votes, 'vote')}, counted,"


@checked
def save_counts(analysis: Analysis, path: str | Path) -> None:
    """Save the counts of the votes of an analysis that pass its filters in a Parquet file, and beside it how it was made.

    Raises
    ------
    OptionError
        If ratings were given in place of votes, labels have weights, which counts cannot hold, or the file does not end in .parquet.
    InputError
        If it cannot be written, or is one of the inputs.
    """
    started, path = time.perf_counter(), Path(path)
    if path.suffix != ".parquet":
        raise OptionError(f"{str(path)!r} ends in {path.suffix!r}; counts are saved in a file that ends in .parquet")
    check_place(path)
    log = analysis.log if isinstance(analysis.log, Log) else analysis.log.whole
    check_nothing_is_lost([path], [source for source in log.paths if isinstance(source, Path)])
    (write, _), files = counts_to_save(log, analysis.specification), WholeFiles()
    chosen = {**dataclasses.asdict(log.reading), **filters_chosen(analysis.specification), **perturbed_in(log)}
    made = manifest_of(inputs=log.checksums, specification=chosen, seed=None, seconds=time.perf_counter() - started, command=[])
    try:
        write_with_manifest(files, path, write, made)
        files.publish()
    finally:
        files.discard()
