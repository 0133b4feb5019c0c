"""What each filter of a specification would leave out of a log: by itself, and after those before it."""

from collections.abc import Iterator

from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.sims.analysis.log import Log
from recount.sims.filtering.filtered_log import FilteredLog, filtered
from recount.sims.filtering.left_out import of_memory
from recount.sims.specification import WhichVotes


def effects_of_filters(log: Log, which: WhichVotes) -> Iterator[tuple[str, str, object]]:
    """Yield a line (topic, item, value) for each filter that was chosen, in the order in which they apply.

    Parameters
    ----------
    log : Log
        All votes.
    which : WhichVotes
    """
    passing = filtered(log, which)
    if isinstance(passing, FilteredLog):
        try:
            steps, alone = passing.steps, passing.alone()
        except InputError as error:
            yield "filters", "cannot be applied", str(error)
            return
        for step, n_alone in zip(steps, alone, strict=True):
            detail = f"; {step.detail}" if step.detail else ""
            in_order = f"{step.n_left_out:,} of {step.n_before:,} in order{detail}"
            yield "filters", step.said.replace("`", ""), f"would leave out {plural(n_alone, 'vote')} alone, {in_order}"
        for note in of_memory(passing):
            yield "filters", "memory", note
    if which.minimum_votes:
        before, whole, least = passing.counts, log.counts, which.minimum_votes
        alone_left = whole.n_votes - whole.only(whole.votes_of_each() >= least).n_votes
        n_left_out = before.n_votes - before.only(before.votes_of_each() >= least).n_votes
        item = f"minimum_votes={least}"
        yield "filters", item, f"would leave out {plural(alone_left, 'vote')} alone, {n_left_out:,} of {before.n_votes:,} in order"
