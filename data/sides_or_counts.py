"""Whether two columns that were given as scores of the sides hold numbers of votes instead, of which a row would be compared once."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from recount.data.choices import NO_COUNT, SCORES, Columns
from recount.data.fields import value_in
from recount.engine.errors import InputError

if TYPE_CHECKING:
    from recount.data.recognition.sampling import Sample, Values

WORDS_OF_COUNTS = {*"win wins won victories vote votes count counts n num ballots times prefer prefers preferred preferences".split()}
WORDS_OF_LOWER = {
    *"rank ranks ranking rankings place placing position pos loss losses error errors perplexity ppl lost defeats fails failures".split()
}
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# Of a pair, in both columns together: votes of a pair are many, goals are few.
MANY, FEWEST_PAIRS = 20, 3


def check_sides(sample: "Sample", columns: Columns) -> None:
    """Raise `InputError` if the outcome is two columns of whole numbers that may be counts.

    They may be by their names; or because a column counts ties; or because no two rows have the same competitors, and numbers are large.
    """
    names = columns.outcome_columns()
    if len(names) != 2 or columns.count or any(name not in sample.paths for name in names):
        return
    sides = [sample.paths[name] for name in names]
    _check_lower(sides, columns)
    if not all(map(_are_whole, sides)) or all(values.are_flags for values in sides):
        return
    ties = _ties(sample.paths.values())
    if all(WORDS_OF_COUNTS & {word.casefold() for word in WORD.findall(name)} for name in names):
        why = "are called as numbers of votes are"
    elif ties:
        why = f"stand beside {ties[0]!r}"
    elif _meet_once(sample, columns) and np.mean([sum(values.numbers) for values in sides]) * 2 >= MANY * len(sample.records):
        why = "are large, and no two rows have the same competitors"
    else:
        return
    raise InputError(
        f"{names[0]!r} and {names[1]!r} hold whole numbers, which may be the votes for each side, because they {why}; if so, give "
        f"--layout outcomes:{','.join([*names, *ties])} in place of --winner; or --count {NO_COUNT} if every row is one vote, for the higher score"
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
    from recount.data.recognition.shapes import OF_TIES

    return [values.path for values in beside if OF_TIES.fullmatch(values.last) and _are_whole(values) and not values.are_flags][:1]


def _meet_once(sample: "Sample", columns: Columns) -> bool:
    """Whether no two rows have the same competitors, in whatever order."""
    pairs = [frozenset(str(value_in(record, name)) for name in (columns.first, columns.second)) for record in sample.records]
    return len(pairs) >= FEWEST_PAIRS and len(set(pairs)) == len(pairs)
