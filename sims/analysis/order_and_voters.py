"""Is a log what it seems? Lines of a check: whether it is chance who is shown first, and which voters are under suspicion."""

from collections.abc import Iterator

from recount.engine.errors import RecountError
from recount.engine.plurals import plural
from recount.engine.voters.fair_coins import ERROR_RATE, shown_order
from recount.sims.analysis.log import Log
from recount.sims.analysis.order_of_names import said_of_order
from recount.sims.analysis.single_votes_again import said_of_again, telling_columns, votes_again
from recount.sims.analysis.voter_tests import examined
from recount.sims.filtering import FilteredLog, filtered
from recount.sims.filtering.found_columns import column_of_times, first_rows, has_times, has_voters
from recount.sims.specification import Specification

Line = tuple[str, str, object]
# Longer logs are read as single votes only if a column of voters is named.
MOST_VOTES = 5_000_000
# Indices, outcome, voter and time of a vote, and as much while they are sorted.
BYTES_A_VOTE = 100
N_SHOWN = 20


def of_order_and_voters(log: Log, specification: Specification, voter_column: str | None) -> Iterator[Line]:
    """Yield lines (topic, item, value) on the order within pairs and on voters, of the votes that pass the filters."""
    passing = filtered(log, specification)
    try:
        order = shown_order(passing.counts)
    except RecountError:
        # Said where the filters are.
        return
    yield "order", "who is shown first", said_of_order(order)
    if order.can_tell:
        yield "order", "an effect of position", "cannot be told from strengths" if order.is_fixed else "can be told from strengths"
    yield from _of_voters(passing, voter_column, specification.seed)


def _of_voters(log: Log | FilteredLog, column: str | None, seed: int) -> Iterator[Line]:
    whole = log.whole if isinstance(log, FilteredLog) else log
    if column is None and not has_voters(whole):
        if has_times(whole) and log.counts.n_votes <= MOST_VOTES:
            yield "votes", "there twice", _said_of_votes_again(log, whole, None, seed)
        return
    n_votes = log.counts.n_votes
    if column is None and n_votes > MOST_VOTES:
        room = f"{n_votes * BYTES_A_VOTE / 1e9:,.1f} GB"
        yield "voters", "not tested", f"single votes would take about {room} of memory; name the column of voters with voter_column"
        return
    try:
        found = examined(log, column)
    except RecountError as error:
        yield "voters", "not tested", str(error)
        return
    yield "votes", "there twice", _said_of_votes_again(log, whole, found.column, seed)
    nameless = f"; {plural(found.n_nameless, 'vote')} without one" if found.n_nameless else ""
    yield "voters", f"tested: {found.column!r}", f"{plural(found.n_voters, 'voter')} of {plural(found.n_votes, 'vote')}{nameless}"
    for note in found.table.notes:
        yield "voters", "tests", note
    frame = found.table.frame
    for row in frame[:N_SHOWN].to_dict("records"):
        yield "suspect", repr(row["voter"]), f"score {row['score']:.1f}, {plural(row['n_votes'], 'vote')}: {row['reason']}"
    if len(frame) > N_SHOWN:
        yield "suspect", f"{len(frame) - N_SHOWN:,} more", "the list of suspects has all"


def _said_of_votes_again(log: Log | FilteredLog, whole: Log, voters: str | None, seed: int) -> str:
    """Say which single votes are there twice, or why that cannot be seen."""
    times, sample = column_of_times(whole) if has_times(whole) else None, first_rows(whole)
    telling = telling_columns(sample, [name for name in (*whole.reading.columns.names(), voters, times) if name])
    try:
        again = votes_again(log.rows([name for name in (voters, times, *telling) if name]), voters, times, telling, seed)
    except RecountError as error:
        return f"not looked for: {error}"
    if isinstance(again, str):
        return again
    as_honest = again.found.p_value > ERROR_RATE
    return said_of_again(again, as_honest=as_honest) + ("" if as_honest else "; that is more than chance explains, so leave out what is a copy")
