"""Which side names say that they are of: columns and labels whose names say the opposite of what they were given as are refused."""

import re
from collections.abc import Iterable, Iterator, Sequence

from recount.data.choices import MARGINS, SCORES, Columns
from recount.data.sides_or_counts import OUTCOMES_OF_PAIRS, lower_may_win
from recount.engine.errors import InputError

SIDES = (("a", "b"), ("0", "1"), ("left", "right"), ("first", "second"), ("1", "2"), ("one", "two"), ("home", "away"), ("white", "black"))
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_a-zA-Z]+")
ORDER, JUDGES = "order:", "judges"
SWAPPED = {*"swap swapped reversed flipped".split()}
# What the column of who lost is called.
OF_LOSERS = {
    *"loser losers lost losing worse worst rejected eliminated least disliked".split(),
    *"verlierer perdant perdedor perdedora perdente проигравший 敗者 败者".split(),
}
OF_LOSSES = {*"loss losses defeats".split()}
OF_WINNERS = {*"win wins won winner winners better chosen".split()}
# As wins, draws and losses, or home, draw and away, are called in sports.
LETTERS = {frozenset("wdl"): "d", frozenset("hda"): "d", frozenset("1x2"): "x"}
TIED = {*"tie ties tied draw draws drawn".split()}


def side_said(name: str, words: Sequence[str]) -> int | None:
    """Return 0 or 1 if a name has the one or the other of two words for sides, None if it has neither or both."""
    sides = {words.index(word) for word in map(str.casefold, WORD.findall(name)) if word in words}
    return sides.pop() if len(sides) == 1 else None


def exchanged(names: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two names are of one side and the other, and two other names are so the other way round."""
    orders = [{tuple(side_said(name, words) for name in of) for words in SIDES} & {(0, 1), (1, 0)} for of in (names, others)]
    return all(len(order) == 1 for order in orders) and orders[0] != orders[1]


def labels_exchanged(columns: Columns, labels: Iterable[str]) -> str:
    """Return a label that is the name of one side, where the columns of competitors are called as the sides are, but the other way round."""
    words = next((words for words in SIDES if [side_said(name, words) for name in (columns.first, columns.second)] == [1, 0]), ())
    return next((label for label in labels if words and side_said(label, words) is not None), "")


def check_names_of_sides(columns: Columns) -> None:
    """Raise `InputError` if columns of the outcome are in another order than their names say, or one is called as that of who lost."""
    if not columns.layout and not columns.meanings.of_label and len(columns.outcome_columns()) == 1 and _is_of_loser(columns.outcome):
        raise InputError(
            f"{columns.outcome!r} is called as the column of who lost, and --winner names who won; name another, or say what its labels mean with "
            "--outcomes LABEL=MEANING,..."
        )
    _check_one_side(columns)
    _check_margins(columns)
    _check_places(columns)
    of_layout = columns.layout.startswith(OUTCOMES_OF_PAIRS)
    names = [name.strip() for name in columns.layout.removeprefix(OUTCOMES_OF_PAIRS).split(",")] if of_layout else list(columns.outcome_columns())
    if (columns.layout and not of_layout) or len(names) < 2:
        return
    option = f"--layout {OUTCOMES_OF_PAIRS}" if of_layout else "--winner "
    one, other, *_ = names
    if (place := next((k for k, name in enumerate(names[:2]) if _are_ties(name, names)), None)) is not None and len(names) > 2:
        ties = names.pop(place)
        in_order = [*names[:2], ties, *names[2:]]
        raise InputError(
            f"{ties!r} is called as ties are, and stands where the wins of a side do; give those of the first, of the second, and ties, "
            f"{option}{','.join(in_order)}"
        )
    if _words(one) & {*OF_LOSERS, *OF_LOSSES} and _words(other) & OF_WINNERS:
        turned = ",".join([other, one, *names[2:]])
        raise InputError(f"{one!r} is called as losses are, and stands where the wins of the first do; give {option}{turned}")
    if (said := _said_of_exchanged(columns, one, other)) and SCORES not in columns.meanings.words:
        kept = "" if of_layout or len(names) > 2 else f"; if they are right, give --outcomes {SCORES}"
        raise InputError(f"{said}; give {option}{','.join([other, one, *names[2:]])}{kept}")


def scores_of_other_sides(columns: Columns) -> Iterator[str]:
    """Say that columns of scores are called as those of the other side, where it was said that they are scores."""
    names = columns.outcome_columns()
    if len(names) == 2 and not columns.layout and (said := _said_of_exchanged(columns, *names)):
        yield f"{said}, and are taken as given; the higher one wins"


def swapped_verdicts(columns: Columns) -> Iterator[str]:
    """Say that a column of verdicts is called as those are whose sides were swapped."""
    layout, _, names = columns.layout.partition(":")
    for name in names.split(",") if layout == JUDGES else ():
        if SWAPPED & {word.casefold() for word in WORD.findall(name)}:
            yield f"{name!r} is called as the verdict on swapped sides, and is read as given; if its sides are, exchange its labels in the log"


def _said_of_exchanged(columns: Columns, one: str, other: str) -> str:
    if not exchanged((columns.first, columns.second), (one, other)) or lower_may_win([one, other]):
        return ""
    return f"{one!r} and {other!r} are called as the sides of {columns.second!r} and {columns.first!r} are"


def _check_one_side(columns: Columns) -> None:
    """Raise `InputError` if one column of scores, which are those of the first, is called as of the second."""
    if columns.layout or SCORES not in columns.meanings.words or len(columns.outcome_columns()) > 1:
        return
    for words in SIDES:
        second = side_said(columns.second, words)
        if second is not None and side_said(columns.first, words) == 1 - second and side_said(columns.outcome, words) == second:
            raise InputError(
                f"{columns.outcome!r} is called as of the side of {columns.second!r}, and scores are of the first; "
                f"name {columns.second!r} as the column of the first"
            )


def _check_margins(columns: Columns) -> None:
    """Raise `InputError` if a column of margins names the second side before the first, as b_minus_a does."""
    said = [word.casefold() for word in WORD.findall(columns.outcome)]
    for words in SIDES if MARGINS in columns.meanings.words and not columns.layout else ():
        sides = [words.index(word) for word in said if word in words]
        first, second = (side_said(name, words) for name in (columns.first, columns.second))
        if len(sides) == 2 and sides == [second, first] and first != second:
            raise InputError(
                f"{columns.outcome!r} is called as the margin of {columns.second!r} over {columns.first!r}, and above 0 the first won; "
                f"name {columns.second!r} as the column of the first"
            )


def _check_places(columns: Columns) -> None:
    """Raise `InputError` if columns of places, which are given from the best to the worst, are numbered the other way round."""
    names = [name.strip() for name in columns.layout.removeprefix(ORDER).split(",")] if columns.layout.startswith(ORDER) else []
    if len(names) == 2 and _is_of_loser(names[0]) and not _is_of_loser(names[1]):
        raise InputError(f"{names[0]!r} is called as who lost, and columns are given from the best; give --layout {ORDER}{names[1]},{names[0]}")
    places = [[int(number) for number in re.findall(r"\d+", name)] for name in names]
    if len(names) > 1 and places == [[place] for place in range(len(names), 0, -1)]:
        raise InputError(
            f"{names[0]!r} to {names[-1]!r} are numbered from the last to the first, and are given from the best to the worst; give "
            f"--layout {ORDER}{','.join(reversed(names))}"
        )


def _is_of_loser(name: str) -> bool:
    return bool(_words(name) & OF_LOSERS)


def _words(name: str) -> set[str]:
    return {word.casefold() for word in WORD.findall(name)}


def _are_ties(name: str, names: Iterable[str]) -> bool:
    of_ties = [one for one in names if TIED & _words(one)]
    return of_ties == [name] or LETTERS.get(frozenset(one.casefold() for one in names)) == name.casefold()
