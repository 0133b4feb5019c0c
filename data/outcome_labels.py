"""The labels of a log's outcome: how many rows have each, and whether they can mean one thing only.

What could mean two things stops the reading, whatever share of rows may be left out, and so do labels without a meaning where they are many: the
message shows every label with its rows, and the option that says what they mean.
"""

import math
import re
import shlex
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np

from recount.data.choices import MARGINS, MEANINGS, NAMES, SCORES, SIDES, as_label, as_written, meanings_of
from recount.data.columns import Column, Ints
from recount.data.labels import as_name, as_text, is_missing, number_in
from recount.data.outcomes import CODE_OF_SCORE, CODE_OF_SCORES, UNKNOWN, OutcomeCodes
from recount.data.quarantine import shown
from recount.data.sides_by_name import labels_exchanged
from recount.engine.errors import LabelError, OptionError
from recount.engine.plurals import plural
from recount.engine.votes import FIRST_WON, SECOND_WON, TIE

N_SHOWN = 12
# Of rows, that have no outcome, as any log may have them.
SELDOM = 0.01
# Other texts than labels may differ in every row.
N_TALLIED = 1000
# What three or four columns say together that count the votes of each outcome.
COUNTS = re.compile(r"\d+(,\d+){2,3}")
PERCENT = "%"
HALF = 0.5
# Whole numbers of a scale, one after the other; and rows of which one side wins all, which is hardly chance.
LONGEST_SCALE, FEWEST_ONE_SIDED = 10, 20
FIRST_IS_WINNER = re.compile(r"(?<![a-z])(winners?|winning|won|victor)(?![a-z])", re.IGNORECASE)
# As questionnaires and statistics programs write where there is no answer; and how many times as large as all others.
CODES_FOR_NONE, TIMES = {sign * int(digit * n) for sign in (1, -1) for digit in "789" for n in range(1, 5)}, 2


class Labels:
    """The labels seen so far.

    Parameters
    ----------
    outcomes : OutcomeCodes

    Attributes
    ----------
    n_of : Counter
        Rows of each label, as Python writes it, in the first chunk and in those in which some label is no word for an outcome.
    n_others : int
        Rows of the other chunks, and of labels beyond the first thousand.
    """

    def __init__(self, outcomes: OutcomeCodes) -> None:
        self.outcomes = outcomes
        self.n_of: Counter[str] = Counter()
        self.n_others = 0
        self._label: dict[str, object] = {}
        # Words for an outcome, as they are written; and codes of outcomes, where numbers are margins.
        self._words: set[str] = set()
        self._meant: set[int] = set()
        # What was said and has no effect so far: the labels of a part, none of a word.
        said = meanings_of(outcomes.said)
        self._unused = {**said.labels_of, **dict.fromkeys(said.words, frozenset[str]())}

    def add(self, outcome: Column, codes: Ints) -> None:
        """Note the labels of a chunk, whose values have these `codes` (n_values + 1,)."""
        words = [value for value, code in zip(outcome.values, codes, strict=False) if isinstance(value, str) and code >= 0]
        if self._unused:
            there = np.bincount(outcome.indices, minlength=len(outcome.values) + 1) > 0
            present = [value for value, n in zip([*outcome.values, None], there, strict=True) if n]
            self._note_effect(present)
        self._words.update(word for word in words if math.isnan(number_in(word)))
        if self.outcomes.told_margins:
            self._meant.update(np.unique(codes[outcome.indices]).tolist())
        # Of a long log the usual words are counted in its first part only, because this takes time.
        if self.n_of and not self.outcomes.of_two_scores and len(words) == len(outcome.values) and all(math.isnan(number_in(word)) for word in words):
            n_missing = int(np.count_nonzero(outcome.indices == len(words))) if outcome.may_miss else 0
            self._count(None, n_missing)
            self.n_others += outcome.indices.size - n_missing
            return
        values = [*outcome.values, None]
        for value, n in zip(values, np.bincount(outcome.indices, minlength=len(values)).tolist(), strict=True):
            self._count(value, n)

    def add_all(self, later: "Labels") -> None:
        """Note the labels of a later part of the log."""
        for written, n in later.n_of.items():
            self._count(later._label[written], n)
        self.n_others += later.n_others
        self._words |= later._words
        self._meant |= later._meant
        for part in self._unused.keys() - later._unused.keys():
            del self._unused[part]

    def _note_effect(self, present: Sequence[object]) -> None:
        """Note what has an effect on labels that are there."""
        labels = set(map(self.outcomes.given_label, present))
        numbers = {number_in(value) for value in present if not self.outcomes.is_given(value)}
        used = [part for part, about in self._unused.items() if about & labels]
        # Two columns that could also mean the opposite are told apart by it.
        if numbers & set(CODE_OF_SCORE) or self.outcomes.of_two_scores:
            used.append(SCORES)
        if any(not math.isnan(number) for number in numbers):
            used.append(MARGINS)
        for part in used:
            self._unused.pop(part, None)

    def note_named(self) -> None:
        """Note that a label named a competitor of its row."""
        self._unused.pop(NAMES, None)

    def _count(self, label: object, n: int) -> None:
        # 1 and True are equal; and not every object has a hash.
        written = repr(label)
        if n and (written in self.n_of or len(self.n_of) < N_TALLIED):
            self.n_of[written] += n
            self._label[written] = label
        else:
            self.n_others += n

    def check(self, names: Collection[str]) -> None:
        """Raise `LabelError` if labels could mean two things; `names` are the competitors."""
        if not self.outcomes.named and not self.outcomes.told_sides and (both := self._sides_or_names(names)):
            raise self._error(
                f"{shown(both[0])} may be the side that won or the competitor of that name", f"give --outcomes {SIDES} or --outcomes {NAMES}"
            )
        if self._may_be_flags():
            raise self._error(
                "0 and 1 in two columns may be scores, or flags of who won, with 0 in both for a tie, for both bad, or for nobody",
                f"""give --outcomes {SCORES}, or {shlex.quote('"0,0"=MEANING')}, MEANING one of {", ".join(map(repr, MEANINGS))}""",
            )
        sides = sorted(word for word in self._words if self.outcomes.code(word) in (FIRST_WON, SECOND_WON) and not self.outcomes.is_given(word))
        if (opposite := labels_exchanged(self.outcomes.columns, sides)) and not self.outcomes.of_two_scores and not self.outcomes.named:
            raise self._error(
                f"{shown(opposite)} means {MEANINGS[self.outcomes.code(opposite)]}, and the first, {self.outcomes.columns.first!r}, is called as the "
                "second is",
                f"give the competitors the other way round, or --outcomes {self._pattern(sides, self.outcomes.said)}",
            )
        if self.outcomes.told_margins:
            self._check_margins()
        self._check_usual_words()
        if doubtful := self._doubtful_scores(names):
            scores = {number_in(label) for label in doubtful} <= set(CODE_OF_SCORE)
            perhaps = [f"{SCORES} if they are scores"] if scores else []
            unnamed = [label for label in doubtful if name_in_label(label, names) not in names]
            ties = "".join(f",{as_written(str(label))}={MEANINGS[TIE]}" for label in unnamed)
            perhaps += [f"{NAMES}{ties} if they name the winner"] if all(number_in(label) == HALF for label in unnamed) else []
            # As the X of 1, X and 2.
            without = [label for label in self._labels() if self.outcomes.code(label) == UNKNOWN and not is_missing(label) and label not in doubtful]
            raise self._error(
                "the numbers may be scores of the first or anything else" if scores else "the numbers are not all scores of the first (1, 0.5, 0)",
                f"give --outcomes {', or '.join([*perhaps, self._pattern([*doubtful, *without], self.outcomes.said)])}",
            )

    def check_effect(self, names: Collection[str]) -> None:
        """Raise `OptionError` if something was said of labels that has no effect on this log; `names` are the competitors."""
        if SIDES in self._unused and self._sides_or_names(names):
            del self._unused[SIDES]
        if self._unused:
            part, about = next(iter(self._unused.items()))
            why = {
                NAMES: "no label names a competitor of its row",
                SIDES: "no side has the name of a competitor",
                SCORES: "no label is 1, 0.5 or 0",
                MARGINS: "no label is a number",
            }
            raise OptionError(
                f"outcomes is {self.outcomes.said!r}, where {part!r} has no effect, because {'no row has that label' if about else why[part]}; "
                f"leave it out{f', or name a label that occurs: {self.tally()[0]}' if self.n_of else ''}"
            )

    def _sides_or_names(self, names: Collection[str]) -> list[str]:
        """Return the words for a side that are also names of competitors, whatever their case and the space around them.

        What a label names is decided by equal text; but what is nearly a name is doubtful enough to ask.
        """
        competitors = set(map(_as_name, names))
        return sorted(word for word in self._words if _as_name(word) in competitors and not self.outcomes.is_given(word))

    def without_meaning(self, names: Collection[str], again: bool = False) -> LabelError | None:
        """Return the error that labels mean nothing, which it is where they are many, None if all mean something; `names` are the competitors.

        `again` says that some rows are the line of names, in which the column has its own as a label.
        """
        competitors = set(map(_as_name, names))
        labels = [label for label in self._labels() if not (again and label == self.outcomes.column)]
        without = [label for label in labels if self.outcomes.code(label) == UNKNOWN]
        if without and not [label for label in self._labels() if not is_missing(label)] and not self.n_others:
            return self._error("there is no outcome in it", "name another column with --winner")
        # A column without any label is another one's fault.
        known = [label for label in labels if not is_missing(label) and self.outcomes.code(label) != UNKNOWN]
        if all(map(is_missing, without)) and not (without and (self._words or known)):
            return None
        n_unknown = sum(self.n_of[repr(label)] for label in without if not is_missing(label))
        n_named = sum(self.n_of[repr(label)] for label in without if _as_name(label) in competitors)
        if self.outcomes.named:
            if near := [label for label in without if _as_name(label) in competitors and name_in_label(label, names) not in names]:
                return self._error(f"{shown(near[0])} is the name of a competitor but for case or space", "write both alike")
            without = [label for label in without if name_in_label(label, names) not in names]
            if not without:
                return self._error("some name a competitor that was not in the row", "repair the log")
        if not self.outcomes.named and 2 * n_named > n_unknown:
            return self._error("they are names of competitors", f"if they name the winner, give --outcomes {NAMES}")
        if all(COUNTS.fullmatch(str(label)) for label in without):
            return self._error(
                "several numbers a row may count votes", f"give --layout outcomes:{self.outcomes.column} in place of --winner if they do"
            )
        if self.outcomes.of_two_scores and all(PERCENT in str(label) for label in without):
            return self._error("numbers with a sign of percent", "write them without it")
        kept = [label for label in labels if self.outcomes.code(label) in (FIRST_WON, SECOND_WON) and not self.outcomes.is_given(label)]
        usual = "".join(f"; {shown(label)} means {MEANINGS[self.outcomes.code(label)]}, unless it is given another" for label in kept[:2])
        return self._error("not all of them are outcomes", f"say what they mean with --outcomes {self._pattern(without, self.outcomes.said)}{usual}")

    def n_open_and_told(self) -> tuple[int, int]:
        """Return in how many rows 0 and 1 may be scores or something else, and in how many a label tells that they are scores."""
        if self.outcomes.told_scores or self.outcomes.told_margins:
            return 0, 0
        meant = [label for label in self._labels() if self.outcomes.code(label) != UNKNOWN and not self.outcomes.is_given(label)]
        are_open = {repr(label) for label in meant if label in CODE_OF_SCORES or number_in(label) in (0, 1)}
        tell = {repr(label) for label in meant if number_in(label) == HALF or (self.outcomes.of_two_scores and repr(label) not in are_open)}
        if self.outcomes.of_two_scores and repr("0,0") not in self.n_of:
            # Without a row of both 0 they say who won, whatever they are.
            are_open = set()
        return sum(self.n_of[one] for one in are_open), sum(self.n_of[one] for one in tell)

    def _check_usual_words(self) -> None:
        """Raise `LabelError` if a word keeps its usual meaning beside labels that were given one, and so no label means that the other side won."""
        # As with H, D and A of football, whose A is the side away.
        there = dict.fromkeys([*(label for label in self._labels() if isinstance(label, str)), *sorted(self._words)])
        winning = {label: code for label in there if (code := self.outcomes.code(label)) in (FIRST_WON, SECOND_WON)}
        kept = [label for label in winning if not self.outcomes.is_given(label)]
        if kept and len(kept) < len(winning) and len(set(winning.values())) == 1:
            side = MEANINGS[winning[kept[0]]]
            other = next(label for label in winning if label not in kept)
            raise self._error(
                f"{shown(kept[0])} keeps its usual meaning, {side}, as {shown(other)} has, and no label says that the other side won",
                f"say what it means, too, with --outcomes {shlex.quote(f'{self.outcomes.said},{as_written(kept[0])}=MEANING')}",
            )

    def _may_be_flags(self) -> bool:
        """Whether two columns have held nothing but 0 and 1, and both 0 somewhere."""
        if not self.outcomes.of_two_scores or self.outcomes.told_scores or self.outcomes.is_given("0,0"):
            return False
        return repr("0,0") in self.n_of and all(label in CODE_OF_SCORES for label in self._labels() if self.outcomes.code(label) != UNKNOWN)

    def _check_margins(self) -> None:
        """Raise `LabelError` if numbers may be scores, on a scale, or codes for none, and no margins."""
        numbers = {number_in(label): label for label in self._labels() if not self.outcomes.is_given(label) and not math.isnan(number_in(label))}
        said = ",".join(part for part in self.outcomes.said.split(",") if part.strip() != MARGINS)
        if HALF in numbers and set(numbers) <= set(CODE_OF_SCORE):
            raise self._error(
                "no margin is below 0, so that the second never won, and 0.5 is a score of a tie",
                f"give --outcomes {SCORES} if they are scores of the first, or {self._pattern(list(numbers.values()), said)}",
            )
        steps = sorted(numbers)
        if (code := _code_for_none(steps)) is not None:
            written = as_written(str(numbers[code]).strip())
            raise self._error(
                f"{shown(numbers[code])} is far from the others and may stand for none",
                f"give --outcomes {self.outcomes.said},{written}=skip if it does, or {written}={MEANINGS[FIRST_WON if code > 0 else SECOND_WON]}",
            )
        n_rows = sum(self.n_of[repr(label)] for label in numbers.values()) + self.n_others
        is_known = {FIRST_WON, SECOND_WON} <= self._meant or FIRST_IS_WINNER.search(self.outcomes.columns.first)
        if not steps or n_rows < FEWEST_ONE_SIDED or is_known:
            return
        below, side = ("below", "second") if steps[-1] > 0 else ("above", "first")
        go_on = 2 < len(steps) <= LONGEST_SCALE and all(later - earlier == 1 for earlier, later in pairwise(steps))
        of_labels = f"; or give --outcomes {self._pattern([numbers[step] for step in steps], said)}" if go_on else ""
        raise self._error(
            f"no margin is {below} 0, so that the {side} never won, and they may be on a scale",
            "write by how much the first is better, below 0 where it is worse; if the winner stands first in every row, call its column 'winner'"
            f"{of_labels}",
        )

    def _doubtful_scores(self, names: Collection[str]) -> list[object]:
        """Return the numbers, if some were taken for scores and others are none, or none is a half, or 0 and 1 are names: these may be anything."""
        if self.outcomes.told_scores or self.outcomes.told_margins:
            return []
        numbers = {number_in(label): label for label in self._labels() if not self.outcomes.is_given(label) and not math.isnan(number_in(label))}
        taken = any(self.outcomes.code(label) != UNKNOWN for label in numbers.values())
        are_names = not self.outcomes.named and {"0", "1"} <= set(names)
        return list(numbers.values()) if taken and (are_names or HALF not in numbers or not set(numbers) <= set(CODE_OF_SCORE)) else []

    def _labels(self) -> list[object]:
        """Return the labels, the most frequent first."""
        return [self._label[written] for written in sorted(self.n_of, key=lambda written: (-self.n_of[written], written))]

    def _pattern(self, labels: Sequence[object], said: str) -> str:
        """Return what to give to say what some labels mean beside what was `said`, and which meanings there are."""
        many_without = [label for label in self._labels() if is_missing(label) and self.n_of[repr(label)] > SELDOM * sum(self.n_of.values())]
        asked = [*labels[:N_SHOWN], *many_without]
        # Labels that differ in case or space are one.
        written = {as_label(label): "" if is_missing(label) else str(label).strip() for label in reversed(asked)}
        # What was said stays said.
        parts = ",".join([*filter(None, [said]), *(f"{as_written(label)}=MEANING" for label in reversed(written.values()))])
        more = ",..." if len(labels) > N_SHOWN else ""
        return f"{shlex.quote(parts + more)}, each MEANING one of {', '.join(map(repr, MEANINGS))}"

    def _error(self, what: str, remedy: str) -> LabelError:
        """Return the error that says `what` is the matter with the labels, lists them with their rows, and names the `remedy`."""
        listed, n_of = self.tally()
        return LabelError(f"the labels in column {self.outcomes.column!r} are {listed}: {what}; {remedy}", n_of)

    def tally(self) -> tuple[str, dict[str, int]]:
        """Return the labels with their rows, as a list to be read, and all of them."""
        n_of: Counter[str] = Counter()
        for label in self._labels():
            n_of["(empty)" if is_missing(label) else shown(label)] += self.n_of[repr(label)]
        listed = ", ".join(f"{label} {n}" for label, n in n_of.most_common(N_SHOWN))
        more = f" and {plural(len(n_of) - N_SHOWN, 'label')} more" if len(n_of) > N_SHOWN else ""
        others = f", and {plural(self.n_others, 'other row')}" if self.n_others else ""
        return f"{listed}{more}{others}", dict(n_of)


def name_in_label(label: object, names: Collection[str]) -> str:
    """Return the name that a label may be: itself if it is among the names of competitors, or else as a whole number is written."""
    text = str(as_name(label))
    return text if text in names else str(as_text(label))


def _as_name(label: object) -> str:
    return str(as_text(label)).strip().casefold()


def _code_for_none(numbers: Sequence[float]) -> float | None:
    """Return the one of some whole numbers that is far from the others, if it is written for a missing answer."""
    for code in CODES_FOR_NONE & set(numbers):
        others = [abs(number) for number in numbers if number != code]
        if len(others) > 2 and all(number.is_integer() for number in others) and abs(code) > TIMES * max(others):
            return code
    return None
