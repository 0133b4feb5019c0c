"""What filters left out, in sentences."""

from collections.abc import Iterator

from recount.engine.plurals import plural
from recount.sims.analysis.log import Log
from recount.sims.filtering.filtered_log import FilteredLog

MEGABYTE = 1e6


def of_filters(log: Log | FilteredLog) -> Iterator[str]:
    """What saved counts left out and perturbations did; how many votes each filter left out of those before it, and how much memory that took."""
    whole = log.whole if isinstance(log, FilteredLog) else log
    for path, provenance in whole.provenances.items():
        if provenance.filters:
            chosen = ", ".join(f"{name}={value!r}" for name, value in provenance.filters.items())
            yield f"the counts in {path!r} are of the votes that passed {chosen}"
    yield from whole.changes
    if not isinstance(log, FilteredLog):
        return
    for step in log.steps:
        detail = f" ({step.detail})" if step.detail else ""
        yield f"{step.said}: left out {step.n_left_out:,} of {plural(step.n_before, 'vote')}{detail}"
    yield from dict.fromkeys(doubt for step in log.steps for doubt in step.doubts)
    yield from of_memory(log)


def of_memory(log: FilteredLog) -> Iterator[str]:
    """How much memory single votes take, where filters look at them."""
    if log.n_bytes:
        yield f"filters look at single votes, which take {max(1, round(log.n_bytes / MEGABYTE)):,} MB of memory"
