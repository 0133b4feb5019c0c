"""Columns beside the votes that say of rows that they are not to count, or not as they stand: deleted votes, swapped sides, ties beside a winner."""

import re
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from recount.data.choices import Columns
from recount.data.columns import says_yes
from recount.data.fields import value_in
from recount.data.layouts.judged_games import is_empty
from recount.data.layouts.table import layout_and_words
from recount.data.outcomes import OutcomeCodes
from recount.data.sides_by_name import SWAPPED, TIED
from recount.engine.plurals import plural

if TYPE_CHECKING:
    from recount.data.recognition.sampling import Sample, Values

WORD = re.compile(r"[^\W\d_]+")
# Words that say nothing of what a column is of.
PLAIN = {*"is was has been to be row rows vote votes battle game match flag status state at on sides side order positions position check".split()}
NOT_COUNTED = {
    *"deleted removed excluded exclude discarded discard invalid invalidated spam retracted withdrawn voided void cancelled canceled".split(),
    *"duplicate duplicated duplicates fraud fraudulent ignore ignored flagged test".split(),
}
ANONYMOUS = {*"anony anonymous".split()}
COUNTED = ANONYMOUS | {*"valid included include approved counted finished completed passed attention captcha".split()}
EXCHANGED = SWAPPED | {*"exchanged switched inverted".split()}
STATES = {*"status state".split()}
# Labels of a column of states beside those words; and of any that say no.
REFUSED = NOT_COUNTED | {*"rejected failed preview draft scheduled postponed upcoming pending abandoned unplayed".split()}
FAILED = {*"fail failed incomplete".split()}
# What the column of who was shown first is called.
FIRST_SHOWN = {*"left first top shown upper".split()}
# What the order in which sides were shown is called, and how it is written that the second came first.
OF_ORDER, SECOND_FIRST = (
    {*"order display displayed presentation presented shown".split()},
    {frozenset(("ab", "ba")): "ba", frozenset(("12", "21")): "21"},
)
# Labels of a column of states; and of those that are told as options.
MOST_LABELS, MOST_OPTIONS = 20, 3


def said_otherwise(samples: "Sequence[tuple[str, Sample]]", columns: Columns) -> Iterator[str]:
    """Say which columns of the first rows say something else of a row than that its vote counts as it stands.

    Parameters
    ----------
    samples : sequence of (str, Sample)
        What messages call each source, and its first rows.
    columns : Columns
    """
    asked = layout_and_words(columns.layout)
    read = {*columns.names(), columns.count, *(asked[1] if asked else ())}
    for label, sample in samples:
        beside = [values for path, values in sample.paths.items() if path not in read]
        for said in (*_not_counted(beside), *_exchanged(beside), *_shown(beside, sample, columns), *_tied(beside, sample, columns)):
            yield f"{label}: {said}"


def _not_counted(beside: Sequence["Values"]) -> Iterator[str]:
    for values in beside:
        words, labels = _words(values), Counter("" if is_empty(value) else str(value).strip() for value in values.values)
        if len(words) == 1 and words <= NOT_COUNTED | COUNTED:
            stays = {label: _is_yes(label) is (words <= COUNTED) for label in labels}
        elif not words and STATES & _all_words(values) and len(labels) <= MOST_LABELS:
            stays = {label: not {*map(str.casefold, WORD.findall(label))} & REFUSED for label in labels}
        else:
            continue
        n = sum(labels[label] for label, does in stays.items() if not does)
        kept = [label for label, does in stays.items() if does and label]
        if 0 < n < len(values.values):
            options = " ".join(f"--where {shlex.quote(f'{values.path}={label}')}" for label in kept)
            only = f"; {options} leaves them out" if 0 < len(kept) <= MOST_OPTIONS else ""
            what = "the models were not anonymous" if words and words <= ANONYMOUS else "they may not be meant to count"
            yield f"{_of_rows(values, n)} that {what}{only}"


def _exchanged(beside: Sequence["Values"]) -> Iterator[str]:
    for values in beside:
        words, labels = _words(values), [re.sub(r"[\W_]", "", _text(value).casefold()) for value in values.values]
        n = sum(map(_is_yes, map(_text, values.values))) if len(words) == 1 and words <= EXCHANGED else 0
        if OF_ORDER & _all_words(values) and (second := SECOND_FIRST.get(frozenset(labels))):
            n = labels.count(second)
        if n > 0:
            yield f"{_of_rows(values, n)} that their sides were swapped; outcomes are taken to be of the sides as they stand in the log"


def _shown(beside: Sequence["Values"], sample: "Sample", columns: Columns) -> Iterator[str]:
    """Say where a column names who was shown first, and that is the second of the log."""
    if columns.layout:
        return
    sides = [(str(value_in(record, columns.first)), str(value_in(record, columns.second))) for record in sample.records]
    for values in beside:
        shown = list(map(_text, values.values))
        n = sum(one != both[0] for one, both in zip(shown, sides, strict=True))
        if FIRST_SHOWN & _all_words(values) and n and all(one in both for one, both in zip(shown, sides, strict=True)):
            yield f"{_of_rows(values, n)} that {columns.second!r} was shown first; outcomes are taken to be of the sides as they stand in the log"


def _tied(beside: Sequence["Values"], sample: "Sample", columns: Columns) -> Iterator[str]:
    """Say where a row is said to be a tie, and its outcome has a winner."""
    if columns.layout and not columns.layout.startswith("order:"):
        return
    has_winner, codes = _have_winners(sample, columns), OutcomeCodes(Columns())
    competitors = {str(value_in(record, side)) for record in sample.records for side in (columns.first, columns.second)}
    for values in beside:
        is_flag = len(words := _words(values)) == 1 and words <= TIED
        # Beside ties, words of sides or names are another verdict.
        if not is_flag and (not values.may_be_labels or any(codes.code(label) in (0, 1) or label in competitors for label in values.distinct)):
            continue
        said = [_is_yes(_text(value)) if is_flag else _text(value).casefold() in TIED for value in values.values]
        if n := sum(tied and won for tied, won in zip(said, has_winner, strict=True)):
            winner = "there is an order" if columns.layout else f"{columns.outcome!r} has a winner"
            yield f"{_of_rows(values, n)} that they are ties, where {winner}; {_as_ties(values, columns)}"


def _as_ties(values: "Values", columns: Columns) -> str:
    """Say how ties are read, where the log does not have to be written anew."""
    sides = columns.layout.removeprefix("order:").split(",") if columns.layout else []
    found = won_or_tied(sides[0], sides[1], values) if len(sides) == 2 else None
    if found is None:
        return "write them as ties, if they are"
    words = ["--model-a", found.first, "--model-b", found.second, "--winner", found.outcome, "--outcomes", found.outcomes]
    return f"read them as ties with {shlex.join(words)}"


def won_or_tied(winner: str, loser: str, values: "Values") -> Columns | None:
    """Read columns of the winner and the loser with one that says whether they tied as the outcome; None if that says yes or no of some rows only."""
    labels = sorted(map(_text, values.distinct), key=_is_yes)
    is_tie = len(words := _words(values)) == 1 and words <= TIED
    if not is_tie or [_is_yes(label) for label in labels] != [False, True] or len(values.there) < len(values.values):
        return None
    return Columns(winner, loser, values.path, f"{labels[0]}=first,{labels[1]}=tie")


def _have_winners(sample: "Sample", columns: Columns) -> list[bool]:
    """Whether each row has a winner: in an order all have."""
    codes, names = OutcomeCodes(columns), columns.outcome_columns()
    if columns.layout or len(names) > 1:
        return [bool(columns.layout)] * len(sample.records)
    sides = [{str(value_in(record, side)) for side in (columns.first, columns.second)} for record in sample.records]
    labels = [value_in(record, names[0]) for record in sample.records]
    return [str(label) in both if codes.named else codes.code(label) in (0, 1) for label, both in zip(labels, sides, strict=True)]


def _of_rows(values: "Values", n: int) -> str:
    return f"{values.path!r} says of {n:,} of the first {plural(len(values.values), 'row')}"


def _all_words(values: "Values") -> set[str]:
    return {*map(str.casefold, WORD.findall(values.last))}


def _words(values: "Values") -> set[str]:
    """Return the words in the name of a column that say what it is of."""
    return _all_words(values) - PLAIN


def _text(value: Any) -> str:
    return "" if is_empty(value) else str(value).strip()


def _is_yes(label: str) -> bool:
    """Whether a label says so: yes, a day on which it was, anything but no."""
    return bool(label) and says_yes(label) != 0 and label.casefold() not in FAILED
