"""Whether two columns that were given as scores of the sides hold numbers of votes instead, of which a row would be compared once."""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from recount.data.choices import NO_COUNT, SCORES, Columns
from recount.data.fields import value_in
from recount.data.labels import number_in
from recount.engine.errors import InputError

if TYPE_CHECKING:
    from recount.data.recognition.sampling import Sample, Values

WORDS_OF_COUNTS = {*"win wins won victories vote votes count counts n num ballots times prefer prefers preferred preferences".split()}
WORDS_OF_LOWER = {
    *"rank ranks ranking rankings place placing position pos loss losses error errors perplexity ppl lost defeats fails failures".split(),
    *"time seconds secs ms latency duration elapsed strokes wer cer rmse mse mae cost nll distance penalty penalties toxicity hallucinations".split(),
    *"rang platz puesto classement conceded against allowed fehler bugs mistakes steps price prices fouls dnf bpb fid".split(),
    *"complaints deaths downvotes retries crashes failures warnings penalties".split(),
}
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# Of a pair, in both columns together: votes of a pair are many, goals are few.
MANY, FEWEST_PAIRS = 20, 3
# What counts ties is called.
OF_TIES = re.compile(r"^(n_?)?(ties?|draws?|drawn|tied)$")
# What counts all games of a pair is called; and the beginning of the layout of counts by outcome.
OF_ALL_GAMES = re.compile(r"(?i)(n_?)?(games?|totals?|matches|played|battles?|n|votes|count|trials)")
OUTCOMES_OF_PAIRS = "outcomes:"
# By how much shares may be off that are rounded each.
ROUNDED, PERCENT = 0.0025, 100


def check_sides(sample: "Sample", columns: Columns) -> None:
    """Raise `InputError` if the outcome is two columns of whole numbers that may be counts.

    They may be by their names; or because a column counts ties; or because no two rows have the same competitors, and numbers are large.
    """
    names = columns.outcome_columns()
    if len(names) != 2 or any(name not in sample.paths for name in names):
        return
    sides = [sample.paths[name] for name in names]
    _check_total(sides, sample, columns)
    if columns.count:
        return
    _check_lower(sides, columns)
    _check_all_games(names[1])
    _check_shares(sides, sample, columns)
    if not all(map(_are_whole, sides)) or all(values.are_flags for values in sides):
        return
    ties = _ties(sample.paths.values())
    if all(WORDS_OF_COUNTS & {word.casefold() for word in WORD.findall(name)} for name in names):
        why = "are called as numbers of votes are"
    elif ties:
        why = f"stand beside {ties[0]!r}"
    elif _meet_once(sample, columns, tuple) and np.mean([sum(values.numbers) for values in sides]) * 2 >= MANY * len(sample.records):
        why = "are large, and no two rows have the same competitors in the same order"
    else:
        return
    raise InputError(
        f"{names[0]!r} and {names[1]!r} hold whole numbers, which may be the votes for each side, because they {why}; if so, give "
        f"--layout outcomes:{','.join([*names, *ties])} in place of --winner; or --count {NO_COUNT} if every row is one vote, for the higher score"
    )


def check_counts(sample: "Sample", columns: Columns) -> None:
    """Raise `InputError` if beside the counts that a layout names stands one of ties, or the second of two is called as all games are."""
    names = [name.strip() for name in columns.layout.removeprefix(OUTCOMES_OF_PAIRS).split(",")]
    ties = [name for name in _ties(sample.paths.values()) if name not in names]
    if len(names) == 2 and ties:
        every = ",".join([*names, *ties])
        raise InputError(f"{ties[0]!r} counts ties beside {names[0]!r} and {names[1]!r}; give --layout {OUTCOMES_OF_PAIRS}{every}")
    for name in names[1:]:
        _check_all_games(name)
    if len(names) > 2 and all(name in sample.paths for name in names):
        _check_cells([sample.paths[name] for name in names], len(sample.records))


def _check_all_games(second: str) -> None:
    if OF_ALL_GAMES.fullmatch(second):
        raise InputError(f"{second!r} is called as the number of all games is; give columns of how often the first won, the second won, and of ties")


def _check_cells(cells: "Sequence[Values]", n_rows: int) -> None:
    """Raise `InputError` if in every row one of the counts by outcome is the sum of those before it, or all add up to 100."""
    rows = np.array([[number_in(values.values[row]) for values in cells] for row in range(n_rows)])
    for place in range(2, len(cells)):
        if n_rows >= FEWEST_PAIRS and (rows[:, place] == rows[:, :place].sum(axis=1)).all() and (rows[:, :place] > 0).any(axis=0).all():
            raise InputError(f"{cells[place].path!r} is the sum of the columns before it in every row, and no outcome; leave it out")
    apart = np.abs(rows.sum(axis=1) - PERCENT)
    if n_rows >= FEWEST_PAIRS and (apart <= 1).all() and (apart == 0).mean() > 1 / 2:
        names = ", ".join(repr(values.path) for values in cells)
        raise InputError(f"{names} add up to {PERCENT} in every row, as percent do, which have lost how many votes there were; give numbers of votes")


def _check_total(sides: "Sequence[Values]", sample: "Sample", columns: Columns) -> None:
    """Raise `InputError` if the count that was named is the sum of both sides, and of ties, in every row: then these are its parts."""
    if not columns.count or columns.count == NO_COUNT or columns.count not in sample.paths or not all(map(_are_whole, sides)):
        return
    ties = _ties(sample.paths.values())
    parts = [*sides, *(sample.paths[name] for name in ties)]
    rows = [[number_in(values.values[row]) for values in (*parts, sample.paths[columns.count])] for row in range(len(sample.records))]
    if sum(row[-1] for row in rows) > len(rows) and all(sum(row[:-1]) == row[-1] for row in rows):
        one, two = (values.path for values in sides)
        raise InputError(
            f"{columns.count!r} is the sum of {', '.join(repr(values.path) for values in parts)} in every row, the votes of each outcome; give "
            f"--layout outcomes:{','.join([one, two, *ties])} in place of --winner and --count"
        )


def _check_shares(sides: "Sequence[Values]", sample: "Sample", columns: Columns) -> None:
    """Raise `InputError` if two columns, with that of ties, hold the shares of the outcomes of each pair, once a pair."""
    free = [values for values in sample.paths.values() if OF_TIES.fullmatch(values.last) and values.are_numbers][:1]
    rows = np.array([[number_in(values.values[row]) for values in (*sides, *free)] for row in range(len(sample.records))])
    if not all(values.are_numbers for values in sides) or all(map(_are_whole, sides)) or not _meet_once(sample, columns, tuple):
        return
    whole = next((whole for whole in (1.0, 100.0) if (np.abs(rows.sum(axis=1) - whole) <= ROUNDED * whole).all()), None)
    if whole is not None:
        held = ", ".join(repr(values.path) for values in (*sides, *free))
        raise InputError(
            f"{held} add up to {whole:g} in every row, and no two rows have the same competitors, as with shares of the votes of a pair, which have "
            f"lost how many there were; give the numbers of votes with --layout outcomes:, or --count {NO_COUNT} if every row is one vote"
        )


def lower_may_win(names: Sequence[str]) -> bool:
    """Whether columns are called as numbers are of which the lower is the better."""
    return all(WORDS_OF_LOWER & {word.casefold() for word in WORD.findall(name)} for name in names)


def _check_lower(sides: "Sequence[Values]", columns: Columns) -> None:
    """Raise `InputError` if of two columns the lower number may be the better, by their names."""
    one, two = (values.path for values in sides)
    if SCORES in columns.meanings.words or not lower_may_win([one, two]):
        return
    raise InputError(
        f"{one!r} and {two!r} are called as numbers are of which the lower is better, and of two columns the higher wins; if the lower should, give "
        f"them the other way round, --winner {two},{one} --outcomes {SCORES}; if the higher should, --outcomes {SCORES}"
    )


def _are_whole(values: "Values") -> bool:
    return values.are_numbers and all(number >= 0 and number.is_integer() for number in values.numbers)


def _ties(beside: "Iterable[Values]") -> list[str]:
    """Return the name of the column that counts ties, if there is one."""
    return [values.path for values in beside if OF_TIES.fullmatch(values.last) and _are_whole(values) and not values.are_flags][:1]


def _meet_once(sample: "Sample", columns: Columns, pair: "Callable[[Iterable[str]], Hashable]" = frozenset) -> bool:
    """Whether no two rows have the same competitors, in whatever order, or in the same one."""
    pairs = [pair(str(value_in(record, name)) for name in (columns.first, columns.second)) for record in sample.records]
    return len(pairs) >= FEWEST_PAIRS and len(set(pairs)) == len(pairs)
