"""The labels of a log's outcome: how many rows have each, and whether they can mean one thing only.

What could mean two things stops the reading, whatever share of rows may be left out, and so do labels without a meaning where they are many: the
message shows every label with its rows, and the option that says what they mean.
"""

import math
import shlex
from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np

from recount.data.choices import MEANINGS, NAMES, SCORES, SIDES, as_number
from recount.data.columns import Column, Ints
from recount.data.outcomes import CODE_OF_SCORE, CODE_OF_SCORES, UNKNOWN, OutcomeCodes
from recount.data.quarantine import is_missing, shown
from recount.engine.errors import LabelError

N_SHOWN = 12
# Other texts than labels may differ in every row.
N_TALLIED = 1000
HALF = 0.5


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
        # Words for an outcome, as they are written.
        self._words: set[str] = set()

    def add(self, outcome: Column, codes: Ints) -> None:
        """Note the labels of a chunk, whose values have these `codes` (n_values + 1,)."""
        words = [value for value, code in zip(outcome.values, codes, strict=False) if isinstance(value, str) and code >= 0]
        self._words.update(word for word in words if math.isnan(as_number(word)))
        # Of a long log the usual words are counted in its first part only, because this takes time.
        if self.n_of and not self.outcomes.of_two_scores and len(words) == len(outcome.values) and all(math.isnan(as_number(word)) for word in words):
            n_missing = int(np.count_nonzero(outcome.indices == len(words)))
            self._count(None, n_missing)
            self.n_others += outcome.indices.size - n_missing
            return
        values = [*outcome.values, None]
        for value, n in zip(values, np.bincount(outcome.indices, minlength=len(values)).tolist(), strict=True):
            self._count(value, n)

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
        if not self.outcomes.named and not self.outcomes.told_sides:
            competitors = set(map(_as_name, names))
            both = sorted(word for word in self._words if _as_name(word) in competitors and not self.outcomes.is_given(word))
            if both:
                raise self._error(
                    f"{shown(both[0])} may be the side that won or the competitor of that name", f"give --outcomes {SIDES} or --outcomes {NAMES}"
                )
        if self._may_be_flags():
            raise self._error(
                "0 and 1 in two columns may be scores, or flags of who won, with 0 in both for a tie, for both bad, or for nobody",
                f"""give --outcomes {SCORES}, or {shlex.quote('"0,0"=MEANING')}, MEANING one of {", ".join(map(repr, MEANINGS))}""",
            )
        if doubtful := self._doubtful_scores():
            scores = {as_number(label) for label in doubtful} <= set(CODE_OF_SCORE)
            perhaps = [f"{SCORES} if they are scores"] if scores else []
            perhaps += [f"{NAMES} if they name the winner"] if all(name_in_label(label) in names for label in doubtful) else []
            raise self._error(
                "the numbers may be scores of the first or anything else" if scores else "the numbers are not all scores of the first (1, 0.5, 0)",
                f"give --outcomes {', or '.join([*perhaps, self._pattern(doubtful)])}",
            )

    def without_meaning(self, names: Collection[str]) -> LabelError | None:
        """Return the error that labels mean nothing, which it is where they are many, None if all mean something; `names` are the competitors."""
        competitors = set(map(_as_name, names))
        without = [label for label in self._labels() if self.outcomes.code(label) == UNKNOWN]
        # A column without any label is another one's fault.
        if all(map(is_missing, without)) and not (without and self._words):
            return None
        n_unknown = sum(self.n_of[repr(label)] for label in without if not is_missing(label))
        n_named = sum(self.n_of[repr(label)] for label in without if _as_name(label) in competitors)
        if self.outcomes.named and not (without := [label for label in without if _as_name(label) not in competitors]):
            return self._error("some name a competitor that was not in the row", "repair the log")
        if not self.outcomes.named and 2 * n_named > n_unknown:
            return self._error("they are names of competitors", f"if they name the winner, give --outcomes {NAMES}")
        return self._error("not all of them are outcomes", f"say what they mean with --outcomes {self._pattern(without)}")

    def _may_be_flags(self) -> bool:
        """Whether two columns have held nothing but 0 and 1, and both 0 somewhere."""
        if not self.outcomes.of_two_scores or self.outcomes.told_scores or self.outcomes.is_given("0,0"):
            return False
        return repr("0,0") in self.n_of and all(label in CODE_OF_SCORES for label in self._labels() if self.outcomes.code(label) != UNKNOWN)

    def _doubtful_scores(self) -> list[object]:
        """Return the numbers, if some were taken for scores and others are none, or none is a half: 0 and 1 may be anything."""
        if self.outcomes.told_scores or self.outcomes.told_margins:
            return []
        numbers = {as_number(label): label for label in self._labels() if not self.outcomes.is_given(label) and not math.isnan(as_number(label))}
        taken = any(self.outcomes.code(label) != UNKNOWN for label in numbers.values())
        return list(numbers.values()) if taken and not (HALF in numbers and set(numbers) <= set(CODE_OF_SCORE)) else []

    def _labels(self) -> list[object]:
        """Return the labels, the most frequent first."""
        return [self._label[written] for written in sorted(self.n_of, key=lambda written: (-self.n_of[written], written))]

    def _pattern(self, labels: Sequence[object]) -> str:
        """Return what to give to say what some labels mean, and which meanings there are."""
        written = dict.fromkeys("" if is_missing(label) else str(label).strip() for label in labels[:N_SHOWN])
        parts = ",".join(f'"{label}"=MEANING' if "," in label else f"{label}=MEANING" for label in written)
        more = ",..." if len(labels) > N_SHOWN else ""
        return f"{shlex.quote(parts + more)}, each MEANING one of {', '.join(map(repr, MEANINGS))}"

    def _error(self, what: str, remedy: str) -> LabelError:
        """Return the error that says `what` is the matter with the labels, lists them with their rows, and names the `remedy`."""
        n_of: Counter[str] = Counter()
        for label in self._labels():
            n_of["(empty)" if is_missing(label) else shown(label)] += self.n_of[repr(label)]
        listed = ", ".join(f"{label} {n}" for label, n in n_of.most_common(N_SHOWN))
        more = f" and {len(n_of) - N_SHOWN} labels more" if len(n_of) > N_SHOWN else ""
        others = f", and {self.n_others} other rows" if self.n_others else ""
        return LabelError(f"the labels in column {self.outcomes.column!r} are {listed}{more}{others}: {what}; {remedy}", dict(n_of))


def name_in_label(label: object) -> str:
    """Return the name of a competitor that a label may be; whole numbers are names too, also where gaps made them 1.0."""
    number = as_number(label)
    return f"{number:.0f}" if number.is_integer() and (not isinstance(label, str) or label.endswith(".0")) else str(label)


def _as_name(label: object) -> str:
    return name_in_label(label).strip().casefold()
