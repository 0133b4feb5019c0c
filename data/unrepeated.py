"""Whether a log looks like a table of counts, or of shares, whose column has a name that nobody knows.

Grouped rows never repeat each other: each pair has each outcome once, or once in each week, language, or whatever else they are grouped by. Of
single votes some do, soon. So if no row repeats another, where votes of the same pair and group would by chance in 99 of 100 logs, and a column holds
whole numbers, it is not certain that every row is one vote.

What rows are grouped by is the fewest columns with which none repeats another. Votes that cannot repeat each other, because each voter meets each
pair once, say nothing: only groups count that have several rows of a pair.

Where rows are grouped by what was left out, each pair has each outcome as often as there are groups, or nearly: never more often, where some outcomes
of single votes would be.
"""

import itertools
import math
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from recount.data.choices import NO_COUNT, Columns
from recount.data.columns import KEPT
from recount.data.fields import value_in
from recount.data.hidden_numbers import in_numbers, lengths_of_lists
from recount.data.layouts.judged_games import is_empty
from recount.data.sides_or_counts import OUTCOMES_OF_PAIRS, check_counts, check_sides
from recount.engine.errors import CountsError, InputError
from recount.engine.plurals import plural
from recount.engine.voters.even_counts import chance_of_none_above
from recount.engine.votes import OUTCOMES, Ints, PairCounts

if TYPE_CHECKING:
    from recount.data.recognition.sampling import Sample, Values

SELDOM = 0.02
# Groups in which rows of a pair and outcome may lie; of longer logs it is not asked.
MOST_GROUPS = 1000
# Of the rows that pairs could have, if each had every outcome as often as any has one.
FEWEST_FILLED = 0.5
# Layouts whose rows are one match each.
OF_VERDICTS, OF_ORDER, OF_RANKS, OF_SCORES = "judges:", "order:", "ranks:", "scores:"
OF_MATCHES = (OF_VERDICTS, OF_ORDER, OF_RANKS, OF_SCORES)
# Of outcomes that a row may have; more than that seldom repeat each other.
MOST_OUTCOMES, MOST_RANKED = 1_000_000, 10
# Of rows, that have a label of their own: such labels group nothing.
MOST = 0.9
# Larger whole numbers are days or times.
LARGEST = 10_000_000
OF_SHARES = re.compile(r"(vote|win)?[_ -]?(shares?|proportions?|prop|percent(age)?s?|pct|perc|%|fractions?|frac|portion|rel(ative)?[_ -]?freq\w*)")
# Words in names of what is measured of a vote, or says when or what it is of, and counts no votes.
OF_MEASURES = {
    *"sec secs second seconds min mins minutes hours ms millis duration latency elapsed delay time timestamp tstamp epoch date day year".split(),
    *"age token tokens char chars characters word words length turn turns seed temperature price cost elo rating score rank".split(),
}
# Rows that are looked at where the first ones have one outcome, as in a table that is sorted by it.
MORE_ROWS = 20_000
# Decimals that are not rounding.
MOST_DECIMALS = 9
# Of a sum, that may be errors of rounding.
MOST_ROUNDED = 0.05


def may_be_grouped(counts: Ints, n_outcomes: int) -> bool:
    """Whether no outcome has more votes than others have, though of so many single votes some would.

    Parameters
    ----------
    counts : (n_pairs, n) int array
        Votes of each pair by outcome.
    n_outcomes : int
        Outcomes that a pair may have.
    """
    most, sizes = int(counts.max(initial=0)), counts.sum(axis=1)
    # Of many rows of an outcome, most outcomes have fewer by chance.
    if not 0 < most <= MOST_GROUPS or (most > 1 and sizes.sum() < FEWEST_FILLED * sizes.size * n_outcomes * most):
        return False
    return chance_of_none_above(sizes, n_outcomes, most) < SELDOM


def check_two_columns(sources: Sequence[Any], columns: Columns) -> None:
    """Raise `InputError` if two columns that were named may be something else than they were named as (`recount.data.sides_or_counts`)."""
    are_counts = columns.layout.startswith(OUTCOMES_OF_PAIRS)
    for source in sources if are_counts or (len(columns.outcome_columns()) == 2 and not columns.layout) else ():
        sample = _looked_at(source, columns, 1)
        if sample is not None:
            (check_counts if are_counts else check_sides)(sample, columns)


def check_single_votes(counts: PairCounts, sources: Sequence[Any], columns: Columns, keep: Sequence[str] = ()) -> None:
    """Raise `CountsError` if rows that were taken for single votes, or single matches, may be counts, by a column that stands beside them.

    Parameters
    ----------
    counts : PairCounts
        Of rows that were counted as one vote each.
    sources : sequence of path or table
        Of a stream, which is read once, its first rows.
    columns : Columns
    keep : sequence of str
        Columns that are asked for by name, and so are what they were asked for.
    """
    if columns.layout:
        if columns.layout.startswith(OF_MATCHES) and columns.count != NO_COUNT:
            _check_rows(sources, columns, keep, 1, None)
        return
    if not counts.counts.size or counts.counts.max() > MOST_GROUPS:
        return
    n_outcomes = int((counts.counts.sum(axis=0) > 0).sum())
    _check_rows(sources, columns, keep, n_outcomes, int(counts.counts.max()) if may_be_grouped(counts.counts, n_outcomes) else 0)


def _check_rows(sources: Sequence[Any], columns: Columns, keep: Sequence[str], n_outcomes: int, n_alike: int | None) -> None:
    """Raise `CountsError` if a column of the first rows may hold counts.

    If `n_alike` is not 0, no competitors have an outcome more often, which is hardly chance; if it is None, the first rows say so.
    """
    # Of each column that may hold counts, the chance of all files in which no row repeats another; nothing once one does.
    together: dict[str, float] = {}
    for source in sources:
        sample = _looked_at(source, columns, n_outcomes)
        if sample is None:
            continue
        rows = _Rows(sample, columns)
        alike = rows.n_alike() if n_alike is None else n_alike
        for values, grouping, chance in _unrepeated(rows, [*KEPT, *keep], alike):
            together[values.path] = together.get(values.path, 1.0) * chance
            if chance < SELDOM:
                raise _error(values, rows, grouping, alike)
    for path, chance in together.items():
        if chance < SELDOM:
            raise CountsError(*_told(path, _no_repeat("")))


def _unrepeated(rows: "_Rows", known: Sequence[str], n_alike: int) -> Iterator[tuple["Values", list[str] | None, float]]:
    """Draw the columns that may hold counts, by what rows are grouped if they do, and the chance that single votes look so.

    Columns that are `known` hold none. Where rows repeat each other, what they are grouped by is None, and the chance NaN, if it is not hardly any
    that competitors have no outcome in more than `n_alike` rows.
    """
    candidates = [values for values in rows.beside.values() if values.path not in known]
    shared = rows.grouping(rows.beside)
    if shared is not None:
        _check_shares(rows, candidates, shared)
    candidates = [values for values in candidates if _may_be_counts(values) and not OF_MEASURES & {*re.split(r"[\W\d_]+", values.last)}]
    if n_alike == 1:
        yield from ((values, [], 0.0) for values in sorted(candidates, key=lambda values: rows.is_decided(values, [])))
        return
    for values in candidates:
        beside = {path: other for path, other in rows.beside.items() if other is not values}
        own = rows.grouping(beside) if shared and values.path in shared else shared
        if own is None:
            yield values, None, math.nan if not n_alike or rows.is_decided(values, []) else 0.0
        else:
            yield values, own, math.nan if rows.is_decided(values, own) else rows.chance(own)


def _error(values: "Values", rows: "_Rows", grouping: Sequence[str] | None, n_alike: int) -> CountsError:
    whole = next(filter(None, (_whole_of(values, codes) for codes in rows.within(grouping or ()))), 0.0)
    why = _no_repeat("".join(f", {name!r}" for name in grouping or ()))
    if grouping is None:
        why = f"competitors have each outcome in about {plural(n_alike, 'row')} and never in more, as if rows were grouped by what is left out"
    if values.path in rows.lengths:
        number = "write that number in a column of its own, and name it with --count"
        what = f"{values.path!r} holds lists, of which the length may say how many votes a row stands for"
        return CountsError(f"{why}, and {what}; {number}, or give --count {NO_COUNT} if every row is one vote", values.path)
    if not (written := rows.sample.paths[values.path]).are_numbers:
        what = f"{written.there[0]!r} in {values.path!r} may say how many votes a row stands for"
        number = f"write the number alone, and name the column with --count {shlex.quote(values.path)}"
        return CountsError(f"{why}, and {what}; {number}, or give --count {NO_COUNT} if every row is one vote", values.path)
    return CountsError(*_told(values.path, why, f" that add up to {whole:g}, as percent do" if whole else ""))


def _no_repeat(further: str) -> str:
    return f"no row repeats competitors and outcome{further} of another"


def _told(path: str, why: str, as_percent: str = "") -> tuple[str, str]:
    """Say that a column may hold counts; and which one."""
    named = shlex.quote(path)
    remedy = f"give the numbers of votes; or --count {named} if these are such," if as_percent else f"name the column with --count {named},"
    return (
        f"{why}, and {path!r} holds whole numbers{as_percent}, which may say how many votes "
        f"a row stands for; {remedy} or give --count {NO_COUNT} if every row is one vote",
        path,
    )


def _looked_at(source: Any, columns: Columns, n_outcomes: int) -> "Sample | None":
    """Look at the first rows of a source; at more where they have one outcome and the log has several."""
    # Slow to load, and seldom needed.
    from recount.data.recognition.sampling import sample_of

    try:
        sample = sample_of(source, columns)
        if n_outcomes > 1 and all(len(sample.paths[name].distinct) == 1 for name in columns.outcome_columns() if name in sample.paths):
            sample = sample_of(source, columns, MORE_ROWS)
    except (InputError, ValueError, TypeError):
        # What else stands beside the votes may be anything.
        return None
    return sample if sample.records else None


class _Rows:
    """The first rows of a log by their pairs and outcomes, and by the labels beside them, as codes."""

    def __init__(self, sample: "Sample", columns: Columns) -> None:
        of_match = tuple(columns.layout.partition(":")[2].split(",")) if columns.layout else ()
        are_pairs = not of_match or columns.layout.startswith(OF_VERDICTS)
        self.names = (columns.first, columns.second, *of_match) if of_match and are_pairs else of_match or columns.names()
        cells = [[value_in(record, name) for name in self.names] for record in sample.records]
        self.n, self.sample = len(sample.records), sample
        # What stands beside the votes.
        beside = {path: in_numbers(values) for path, values in sample.paths.items() if path.partition("[")[0] not in self.names}
        self.lengths = {path: values for path, values in lengths_of_lists(sample).items() if path not in self.names}
        self.beside = {**beside, **self.lengths}
        self.pair = _codes([row[:2] if are_pairs else _who_met(row, columns.layout, of_match) for row in cells])
        outcome = _codes([row[2:] if are_pairs else row for row in cells])
        self.vote = _joined([self.pair, outcome])
        self.n_outcomes = _n_outcomes(cells, columns.layout) if of_match else max(len(OUTCOMES), int(outcome.max()) + 1)
        self._codes: dict[str, Ints] = {}

    def n_alike(self) -> int:
        """Return how many rows competitors have with an outcome at most, where it is hardly chance that they never have more; 0 if it may be."""
        counts = np.zeros((self.pair.max() + 1, self.vote.max() + 1), np.int64)
        np.add.at(counts, (self.pair, self.vote), 1)
        return int(counts.max()) if may_be_grouped(counts, self.n_outcomes) else 0

    def grouping(self, beside: Mapping[str, "Values"]) -> list[str] | None:
        """Return the fewest columns with which no row repeats another; None if with all of them some do."""
        able = [values for values in beside.values() if 1 < len(values.distinct) <= MOST * self.n and not _has_fractions(values)]
        # Labels before numbers, which may be measured.
        chosen: list[str] = []
        codes = self.vote
        for values in sorted(able, key=lambda values: (values.are_numbers, len(values.distinct))):
            if _n_distinct(codes) == self.n:
                break
            finer = _joined([codes, self._codes_of(values.path)])
            if _n_distinct(finer) > _n_distinct(codes):
                chosen.append(values.path)
                codes = finer
        if _n_distinct(codes) < self.n:
            return None
        for path in chosen[::-1]:
            rest = [one for one in chosen if one != path]
            if _n_distinct(_joined([self.vote, *map(self._codes_of, rest)])) == self.n:
                chosen = rest
        return chosen

    def chance(self, grouping: Sequence[str]) -> float:
        """Return the probability that single votes do not repeat each other, where they lie in groups by these columns as they do."""
        return chance_of_none_above(np.bincount(self.groups(self.pair, grouping)), self.n_outcomes, 1)

    def groups(self, codes: Ints, grouping: Iterable[str]) -> Ints:
        """Return the codes of groups by what `codes` say and by columns."""
        return _joined([codes, *map(self._codes_of, grouping)])

    def within(self, grouping: Sequence[str]) -> list[Ints]:
        """Return the codes of what shares may be of: everything, pairs, groups, pairs in groups."""
        everything = np.zeros(self.n, np.int64)
        return [everything, self.pair, self.groups(everything, grouping), self.groups(self.pair, grouping)]

    def is_decided(self, values: "Values", grouping: Sequence[str]) -> bool:
        """Whether values number a competitor or a label, or say its length: such a one decides no count of votes."""
        return any(self._decides(name, values) for name in (*self.names, *grouping))

    def _decides(self, name: str, values: "Values") -> bool:
        """Whether rows with the same value under a name have the same of other values."""
        by_name = _codes([value_in(record, name) for record in self.sample.records])
        return _n_distinct(_joined([by_name, _codes(values.values)])) == _n_distinct(by_name)

    def _codes_of(self, path: str) -> Ints:
        if path not in self._codes:
            self._codes[path] = _codes(self.beside[path].values)
        return self._codes[path]


def _who_met(row: Sequence[object], layout: str, names: Sequence[str]) -> list[str]:
    """Return the competitors of a match, in the order of the alphabet."""
    if isinstance(row[0], list):
        there: Iterable[object] = row[0]
    else:
        there = row if layout.startswith(OF_ORDER) else itertools.compress(names, (not is_empty(cell) for cell in row))
    return sorted(map(str, there))


def _n_outcomes(cells: Sequence[Sequence[Any]], layout: str) -> int:
    """Return how many outcomes a row in a layout of matches may have: orders of those who met, or results of each."""
    results = [[str(cell) for one in row for cell in (one if isinstance(one, list) else [one])] for row in cells]
    n = max(map(len, results))
    if layout.startswith(OF_ORDER) or (layout.startswith(OF_RANKS) and all(len({*row}) == len(row) for row in results)):
        return math.factorial(n) if n < len(str(MOST_OUTCOMES)) + 3 else MOST_OUTCOMES
    of_each = [{row[place] for row in results if place < len(row)} for place in range(2 if layout.startswith(OF_VERDICTS) else 0, n)]
    return min(math.prod(map(len, of_each)), MOST_OUTCOMES)


def _codes(values: Iterable[object]) -> Ints:
    """Return a number for each value, equal where they are written alike."""
    place: dict[str, int] = {}
    return np.array([place.setdefault(str(value), len(place)) for value in values], np.int64)


def _joined(codes: Sequence[Ints]) -> Ints:
    """Return a number for each row, equal where all codes are."""
    found = codes[0]
    for more in codes[1:]:
        found = np.unique(found * (int(more.max()) + 1) + more, return_inverse=True)[1]
    return found


def _n_distinct(codes: Ints) -> int:
    return int(np.unique(codes).size)


def _may_be_counts(values: "Values") -> bool:
    """Whether values are whole numbers that do not only number the rows."""
    numbers = values.numbers
    if not values.are_numbers or values.are_flags or not all(0 <= number < LARGEST and number.is_integer() for number in numbers):
        return False
    return any(after - before != 1 for before, after in itertools.pairwise(numbers))


def _has_fractions(values: "Values") -> bool:
    return values.are_numbers and not all(number.is_integer() for number in values.numbers)


def _check_shares(rows: _Rows, candidates: Iterable["Values"], grouping: Sequence[str]) -> None:
    """Raise `CountsError` if fractions beside rows of which none repeats another add up to 1 or 100: in all, in each pair, or in each group.

    Weights of single votes may add up, too; but these repeat each other, if their pairs have several votes.
    """
    seldom = rows.chance(grouping) < SELDOM
    if not seldom and (grouping or 2 * _n_distinct(rows.pair) > rows.n):
        return
    for values in filter(_has_fractions, candidates):
        whole = next(filter(None, (_whole_of(values, codes) for codes in rows.within(grouping))), 0.0)
        # Of rounded ones the sum says little.
        if whole or (seldom and OF_SHARES.fullmatch(values.last)):
            raise CountsError(
                f"no row repeats competitors and outcome of another, and the numbers in {values.path!r} "
                f"{f'add up to {whole:g}, as shares of votes do' if whole else 'are called shares'}, which have lost how many votes there were; "
                f"give the numbers of votes, or --count {NO_COUNT} if every row is one vote",
                values.path,
            )


def _whole_of(values: "Values", codes: Ints) -> float | None:
    """Return 1 or 100, if the numbers of each group add up to it but for rounding, and most groups have several."""
    if not values.are_numbers or len(values.there) < len(values.values) or min(values.numbers) < 0 or values.are_flags:
        return None
    numbers = np.array(values.numbers)
    sums, sizes = np.bincount(codes, numbers), np.bincount(codes)
    if 2 * sizes.size > codes.size:
        return None
    decimals = max(min(len(str(value).partition(".")[2]), MOST_DECIMALS) for value in values.there)
    # Equal counts have equal errors of rounding, which add up.
    errors = sizes * 0.5 * 10.0**-decimals
    return next((whole for whole in (1.0, 100.0) if (np.abs(sums - whole) <= np.minimum(errors, MOST_ROUNDED * whole) + 1e-9 * whole).all()), None)
