"""Options that read a log, tried before they are proposed."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from recount.data.choices import MAX_REJECTED, NO_COUNT, Columns
from recount.data.log_counting import read_counts
from recount.data.readers import read_votes
from recount.data.recognition.label_readings import meanings_in
from recount.data.recognition.sampling import Sample, sample_of
from recount.data.recognition.shapes import RECOGNISERS, Sight
from recount.engine.errors import CountsError, InputError, LabelError, OptionError

EMPTY = "(empty)"
# Each reads the log.
MOST_TRIED = 6


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a log seems to be, and the options that read it.

    Attributes
    ----------
    sample : Sample
    sights : tuple of Sight
        Of shapes whose options have read the whole log, the most likely first; or of what holds no votes.
    unread : tuple of (Sight, str)
        Of the other shapes, those tried, and why their options do not read the log.
    """

    sample: Sample
    sights: tuple[Sight, ...]
    unread: tuple[tuple[Sight, str], ...] = ()


def recognised(source: Any, columns: Columns) -> Recognised:
    """Look at a source, and try what may read it.

    Parameters
    ----------
    source : path, pandas frame or anything with ``__arrow_c_stream__``
    columns : Columns
        What was given; a separator, a column of counts and the meanings of labels stay.

    Raises
    ------
    InputError
        If its first rows cannot be read.
    """
    sample = replace(sample_of(source, columns), told=columns.outcomes)
    found: list[Sight] = []
    unread: list[tuple[Sight, str]] = []
    tried: set[Columns] = set()
    sights = [sight for recogniser in RECOGNISERS if sample.records for sight in recogniser(sample)]
    for sight in sorted(sights, key=lambda sight: _departures(sight, columns)):
        if sight.columns is None:
            if not found:
                return Recognised(sample, (sight,))
            continue
        given = replace(
            sight.columns,
            separator=columns.separator,
            count=(columns.count or sight.columns.count) if not sight.columns.layout else "",
            outcomes=columns.outcomes or sight.columns.outcomes,
        )
        if given in tried or len(tried) == MOST_TRIED:
            continue
        tried.add(given)
        works = _that_reads(source, replace(sight, columns=given), sample)
        if isinstance(works, str):
            unread.append((replace(sight, columns=given), works))
        else:
            found.append(works)
            # What is certain leaves nothing to ask for.
            if not found[0].doubt:
                break
    return Recognised(sample, tuple(found), tuple(unread))


def _departures(sight: Sight, given: Columns) -> int:
    """Number of columns in which a sight departs from what was given."""
    names = ("first", "second", "outcome", "layout")
    usual = Columns()
    asked = [name for name in names if getattr(given, name) != getattr(usual, name)]
    return sum(getattr(sight.columns or usual, name) != getattr(given, name) for name in asked)


def _that_reads(source: Any, sight: Sight, sample: Sample) -> Sight | str:
    """Return a sight whose options read the whole source, with meanings for labels that come later; why not if there are none."""
    columns = sight.columns
    if columns is None:
        return sight
    try:
        try:
            _read(source, columns)
            return sight
        except LabelError as error:
            # Labels that the first rows do not have.
            tally = _as_written(error.n_of_label)
            competitors = {str(value) for path in (columns.first, columns.second) if path in sample.paths for value in sample.paths[path].distinct}
            for meant in meanings_in(tally, competitors, columns.outcomes):
                again = replace(columns, outcomes=meant.outcomes)
                if again != columns:
                    _read(source, again)
                    return replace(sight, columns=again, doubt="; ".join(doubt for doubt in (sight.doubt, meant.doubt) if doubt))
            raise
        except CountsError as error:
            again = replace(columns, count=error.column)
            _read(source, again)
            doubt = f"{error.column!r} is taken for the votes that a row stands for; with --count {NO_COUNT} every row is one vote"
            return replace(sight, columns=again, doubt="; ".join(filter(None, (sight.doubt, doubt))))
        except InputError as error:
            if "--count" in str(error) and not columns.layout and not columns.count:
                again = replace(columns, count=NO_COUNT)
                _read(source, again)
                return replace(sight, columns=again, doubt="; ".join(doubt for doubt in (sight.doubt, "every row is taken for one vote") if doubt))
            raise
    except (InputError, OptionError) as error:
        return str(error)


def _read(source: Any, columns: Columns) -> None:
    """Read a source, and forget it."""
    if columns.are_weighted:
        read_votes(source, columns=columns, keep=(), max_rejected=MAX_REJECTED)
    else:
        read_counts(source, columns=columns, max_rejected=MAX_REJECTED)


def _as_written(n_of_label: Mapping[str, int]) -> dict[str, int]:
    """Return labels as the log has them, from what an error shows."""
    written: dict[str, int] = {}
    for label, n in n_of_label.items():
        try:
            text = "" if label == EMPTY else str(ast.literal_eval(label))
        except (ValueError, SyntaxError):
            text = label
        written[text] = written.get(text, 0) + n
    return written
