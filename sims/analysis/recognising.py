"""What a log seems to be, for its check: format, layout, columns, labels, time span, who votes, and the command line that reads it."""

import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields

from recount.data.choices import MAX_REJECTED, Columns
from recount.data.columns import KEPT
from recount.data.confusables import shortened, words_for_missing
from recount.data.count_columns import column_of_counts
from recount.data.fields import field_of
from recount.data.layouts.judged_games import is_empty
from recount.data.layouts.table import layout_and_words
from recount.data.recognition.proposing import Recognised, recognised
from recount.data.recognition.sampling import Sample, sample_of
from recount.data.recognition.shapes import Sight
from recount.data.recognition.surroundings import MOST_TIMES, MOST_VOTERS, TIMES, VOTERS, as_time, called, surroundings_of
from recount.data.sources import is_read_once
from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.engine.showing import listed
from recount.sims.analysis.log import Log
from recount.sims.presentation.wording import percent
from recount.sims.specification.flat import options_of

Line = tuple[str, str, object]
N_COLUMNS, N_LABELS, N_VOTERS = 40, 12, 3
# The votes of a row of such a layout depend on each other.
CLUSTERED = "match"
# Of a layout whose columns hold counts.
OUTCOMES_OF_PAIRS = ("the first won", "the second won", "ties", "both bad")


def seen_as_read(log: Log) -> Iterator[Line]:
    """Say what a log is that was read with the options given, and the command line that reads it so."""
    columns = log.reading.columns
    try:
        sample = sample_of(log.sources[0], columns)
    except InputError as error:
        # Other columns than those of the vote may be damaged.
        yield "format", _name(log), str(error)
    else:
        yield from _shape(sample, columns, log)
        yield from _surroundings(log, sample, columns)
    try:
        # A check reads whatever share is left out; other commands do not.
        log.quarantine.check(MAX_REJECTED)
    except InputError as error:
        otherwise = [line for line in seen_otherwise(log) if line[0] == "proposal"]
        yield "votes", "cannot be rated with these options", str(error)
        yield from otherwise
    else:
        yield "proposal", "reads the log", _command(log, columns)


def seen_otherwise(log: Log) -> list[Line]:
    """Say what a log seems to be that was not read, and what would read it; nothing if nothing is known but its format."""
    try:
        known = recognised(log.sources[0], log.reading.columns)
    except InputError:
        return []
    # If it can be read as it was asked for, the columns are not what is wrong.
    as_asked = any(sight.columns == log.reading.columns for sight in known.sights)
    if known.sights:
        return [] if as_asked else list(_proposed(log, known))
    # What may be the matter with a log in its own shape.
    return list(_nearly(log, *known.unread[0])) if known.unread and known.unread[0][0].columns != log.reading.columns else []


def _nearly(log: Log, sight: Sight, why: str) -> Iterator[Line]:
    """Say what a log seems to be that cannot be read so, either."""
    yield "layout", "it seems to be", sight.what
    if sight.columns is not None:
        yield "proposal", "would read the log, were it not for what follows", _command(log, sight.columns)
    yield "proposal", "what follows", why


def _proposed(log: Log, known: Recognised) -> Iterator[Line]:
    first, *others = known.sights
    if first.columns is None:
        yield "format", _name(log), known.sample.form
        yield "layout", "it seems to be", first.what
        return
    yield from _shape(known.sample, first.columns, log, first.what)
    yield "proposal", "uncertain" if first.doubt else "reads the log", _command(log, first.columns)
    if first.doubt:
        yield "proposal", "what is uncertain", first.doubt
    for sight in others:
        yield from _alternative(log, sight)


def _alternative(log: Log, sight: Sight) -> Iterator[Line]:
    if sight.columns is None:
        yield "proposal", "it may also be", sight.what
    else:
        yield "proposal", f"or, as {sight.what}" + (f": {sight.doubt}" if sight.doubt else ""), _command(log, sight.columns)


def _shape(sample: Sample, columns: Columns, log: Log, what: str = "") -> Iterator[Line]:
    """Say the format, the layout, what each column is, and which labels the outcome has."""
    yield "format", _name(log), sample.form
    yield "layout", what or (f"rows of layout {columns.layout}" if columns.layout else "a vote a row"), f"{plural(len(sample.names), 'column')}"
    roles = _roles(sample, columns)
    for name in [*roles, *(name for name in sample.names if name not in roles)][:N_COLUMNS]:
        yield "columns", name, roles.get(name, "further column")
    if len({*roles, *sample.names}) > N_COLUMNS:
        yield "columns", f"{len({*roles, *sample.names}) - N_COLUMNS} more", "further columns"
    outcome = sample.paths.get(columns.outcome)
    if outcome is not None and not columns.layout:
        labels = Counter("(empty)" if is_empty(value) else repr(value) for value in outcome.values).most_common(N_LABELS)
        yield from (("outcome labels", label, f"{n} of the first {plural(len(outcome.values), 'row')}") for label, n in labels)


def _roles(sample: Sample, columns: Columns) -> dict[str, str]:
    """Return what columns, or fields within them, are taken for."""
    asked = layout_and_words(columns.layout)
    roles: dict[str, str] = {}
    if asked is None or asked[0].has_names:
        roles |= {columns.first: "competitor shown first", columns.second: "competitor shown second"}
    if asked is None:
        roles |= dict.fromkeys(columns.outcome_columns(), "outcome")
        if counts := column_of_counts(sample.names, columns, None):
            roles[counts] = "votes that the row stands for"
    elif asked[0].words.startswith("COLUMN") and asked[0].counts:
        roles |= {name: f"votes: {label}" for name, label in zip(asked[1], OUTCOMES_OF_PAIRS, strict=False)}
    elif asked[0].words.startswith("COLUMN"):
        of_names = "verdict of a judge" if asked[0].has_names else "competitors of a match"
        roles |= dict.fromkeys(asked[1], "votes of an outcome" if asked[0].counts else of_names)
    roles |= {name: "voter" for name in called(VOTERS, sample.names) if name not in roles}
    roles |= {name: "time" for name in called(TIMES, sample.names) if name not in roles}
    roles |= {name: "kept" for name in KEPT if name in sample.names and name not in roles}
    return roles


def _surroundings(log: Log, sample: Sample, columns: Columns) -> Iterator[Line]:
    """Say who voted, and when."""
    if log.is_bundled or any(map(is_read_once, log.sources)) or (not columns.layout and column_of_counts(sample.names, columns, None)):
        return
    roles = _roles(sample, columns)
    voters = [name for name, role in roles.items() if role == "voter" and _is_plain(sample, name)]
    times = [name for name, role in roles.items() if role == "time" and _is_plain(sample, name)]
    try:
        found = surroundings_of(log.sources, columns, voters, times)
    except InputError as error:
        # A further source may lack a column.
        yield "voters", "cannot be read", str(error)
        return
    for name, (first, last) in found.span.items():
        of = f" of the first {plural(found.n_timed, 'row')}" if found.n_timed >= MOST_TIMES else ""
        yield "times", f"{name}{of}", f"{as_time(first)} to {as_time(last)} UTC"
    yield from (("times", name, why) for name, why in found.no_times.items())
    for name, n_of in found.n_of_voter.items():
        if n_of:
            n_rows = sum(n_of.values())
            more = "more than " if len(n_of) > MOST_VOTERS else ""
            largest = ", ".join(f"{voter} {percent(n / n_rows, 1)}" for voter, n in n_of.most_common(N_VOTERS))
            yield "voters", name, f"{more}{len(n_of):,}; most votes: {largest}"
            yield from (("voters", name, f"{word!r} is written by some programs for none; taken for one") for word in words_for_missing(n_of))
            if digits := shortened(n_of):
                yield "voters", name, f"only the first digits are there of numbers such as {listed(digits)}; write them as text"


def _is_plain(sample: Sample, name: str) -> bool:
    return name in sample.paths and field_of(name, sample.names) is not None


def _command(log: Log, columns: Columns) -> str:
    """Return the command line that reads the log with these columns."""
    words = ["recount", "rate", *log.named]
    if log.is_bundled:
        words = words[:2]
    flags = {option.inner: option.flag for option in options_of(type(log.reading)).values() if option.field == "columns"}
    for field in fields(columns):
        if (value := getattr(columns, field.name)) != field.default:
            words += [flags[field.name], str(value)]
    asked = layout_and_words(columns.layout)
    if asked is not None and not asked[0].counts:
        words += ["--cluster", CLUSTERED]
    return shlex.join(words)


def _name(log: Log) -> str:
    if log.is_bundled:
        return "the bundled Arena votes"
    first = log.sources[0]
    more = f" and {len(log.sources) - 1} more" if len(log.sources) > 1 else ""
    return (str(first) if first in log.paths else type(first).__name__) + more
