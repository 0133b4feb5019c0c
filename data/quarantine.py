"""Rows that are not votes: counted, kept with row number and reason, and shown."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from unicodedata import category

import numpy as np
import pandas as pd

from recount.data.choices import Columns
from recount.data.columns import Chunk, Ints
from recount.data.labels import is_missing
from recount.data.layouts.declaring import REMEDY_OF, NoVote
from recount.data.outcomes import LEFT_OUT
from recount.data.rejects import Rejects
from recount.engine.errors import InputError, LabelError, OptionError
from recount.engine.plurals import plural

UNPARSABLE, ONE_LONGER = "unparsable line", "one value more than there are names"
SKIPPED = "outcome to be skipped"
NO_COUNT_OF_VOTES = "count is not a whole number, 0 or more"
UNKNOWN_OUTCOME, MISSING_OUTCOME = "unknown outcome", "missing outcome"
NAMES_OF_COLUMNS = "names of the columns again"
NOT_UTF_8 = "name is not UTF-8"
# Of what is wrong with how a log is written, or read.
REMEDIES = {
    NOT_UTF_8: "save the log as UTF-8",
    NAMES_OF_COLUMNS: "remove these lines, which stand where files were joined",
    UNPARSABLE: "write every row as the others are written",
    ONE_LONGER: "write a name for each column, or, from R, give row.names = FALSE",
    NO_COUNT_OF_VOTES: "write counts as whole numbers, or, where rows are single votes, name another column with --count, or none",
    **REMEDY_OF,
}
# Of lines that are nearly JSON, by how they begin as Python shows them.
LIKE_JSON = (
    (r"""["']\{\s*\\?'""", "these are lines as Python shows objects; write them as JSON, with double quotation marks"),
    (r"""["']\[""", "each line is a list, whose values have no names; write objects, with the names of the columns"),
    (r"""["']\{""", "write one JSON object a line, with nothing after it, as a comma; or all of them as one array"),
)
# A quotation mark as other languages than CSV write it, as Python shows it.
QUOTED, BACKSLASHES = '\\\\"', 'write a quotation mark within quotation marks twice, as "" in place of \\"'
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
N_SHOWN = 80
LONGEST_NAME = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Quarantine:
    """What a reading left out or found odd.

    Attributes
    ----------
    n_rows : int
        Rows read, good and bad.
    n_of_reason : mapping of str to int
        Rows left out, by reason.
    rejects : DataFrame
        source, row (from 1, the header not counted), reason, value: the first 1,000 rows left out for each reason.
    alike : DataFrame
        source, row (the first), reason, value, n: how many rows were left out for the same value; the first 1,000 values of each reason.
    lookalikes : tuple of tuple of str
        Names that look alike (`recount.data.confusables`); they are treated as different competitors.
    words_for_missing : tuple of str
        Names such as NA, which some programs write where a name is missing; they are treated as competitors.
    without_meaning : LabelError or None
        Which labels of the outcome mean nothing, if there are any, and what to do; the error where they are too many.
    unreadable : mapping of str to str
        Sources of which nothing is counted because they cannot be read, as was asked for, and why.
    copies : tuple of (str, str)
        Sources that hold the votes of another, and that one (`recount.data.places.copies`); they count all the same.
    beside : tuple of str
        Documents in the folders that were named, which are no logs and were not read.
    doubts : tuple of str
        What was read and may be something else (`recount.data.counted_again`), in sentences; it counts all the same.
    """

    n_rows: int
    n_of_reason: Mapping[str, int]
    rejects: pd.DataFrame
    alike: pd.DataFrame
    lookalikes: tuple[tuple[str, ...], ...]
    words_for_missing: tuple[str, ...] = ()
    without_meaning: LabelError | None = None
    unreadable: Mapping[str, str] = field(default_factory=dict)
    copies: tuple[tuple[str, str], ...] = ()
    beside: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def n_rejected(self) -> int:
        """Rows that were left out."""
        return sum(self.n_of_reason.values())

    @property
    def share(self) -> float:
        """Share of the rows that were left out because they are not votes; those that were to be skipped are not among them."""
        return (self.n_rejected - self.n_of_reason.get(SKIPPED, 0)) / self.n_rows if self.n_rows else 0.0

    def by_reason(self) -> pd.Series:
        """Number of rejects by reason, the most frequent first."""
        return pd.Series(dict(sorted(self.n_of_reason.items(), key=lambda item: -item[1])), dtype=np.int64)

    def check(self, max_rejected: float) -> None:
        """Raise `InputError` if more than the share `max_rejected` of the rows was left out; `LabelError` if that is so for want of a meaning."""
        n_without = self.n_of_reason.get(UNKNOWN_OUTCOME, 0) + self.n_of_reason.get(MISSING_OUTCOME, 0)
        if self.without_meaning is not None and n_without > max_rejected * self.n_rows:
            raise self.without_meaning
        if self.share > max_rejected:
            most = next(iter(self.by_reason().index))
            # To raise the limit would be to rate what is left when a cause is left in.
            remedy = REMEDIES.get(most, "repair the log" + ("" if self.n_rejected == self.n_rows else " or raise max_rejected"))
            if most in (UNPARSABLE, ONE_LONGER):
                lines = self.rejects["value"][self.rejects["reason"] == most]
                remedy = BACKSLASHES if lines.str.contains(QUOTED, regex=False).any() else remedy
            if most == UNPARSABLE:
                remedy = next((what for start, what in LIKE_JSON if lines.str.match(start).all()), remedy)
            reasons = ", ".join(f"{reason}: {n}" for reason, n in self.by_reason().items())
            example = self.rejects.iloc[0]
            raise InputError(
                f"{self.n_rejected} of {plural(self.n_rows, 'row is', 'rows are')} no votes ({reasons}; first: {example['source']} row "
                f"{example['row']}, "
                f"{example['value']}); more than {max_rejected:.4g} of all; {remedy}"
            )


def check_share(max_rejected: float) -> None:
    """Raise `OptionError` unless 0 <= max_rejected <= 1."""
    if not (math.isfinite(max_rejected) and 0 <= max_rejected <= 1):
        raise OptionError(f"max_rejected is {max_rejected}; give a share between 0 and 1")


def shown(value: object) -> str:
    """Return `value` as one short line without control characters."""
    text = ascii(value) if isinstance(value, bytes) else repr(value)
    if len(text) <= N_SHOWN:
        return text
    # What is quoted ends as it began.
    end = text[-1] if text[-1] in "'\"" else ""
    return f"{text[: N_SHOWN - 3 - len(end)]}...{end}"


def reject_rows(rejects: Rejects, chunk: Chunk, outcome_code: Ints, positions: Ints, columns: Columns, source: str) -> None:
    """Count the rows of a chunk at `positions` as no votes; identical rows share one description.

    `outcome_code` (n_values + 1,) are the codes of the values of the outcome.
    """
    parts = [chunk.first, chunk.second, chunk.outcome, *([chunk.n_of_row] if chunk.n_of_row else [])]
    kinds = pd.DataFrame({i: part.indices[positions] for i, part in enumerate(parts)}).groupby(list(range(len(parts))), sort=False)
    examples = positions[kinds.head(1).index.to_numpy()]
    of_examples = outcome_code[chunk.outcome.indices[examples]]
    described = [
        describe(*values, outcome_code=int(code), columns=columns)
        for code, values in zip(of_examples, zip(*(part.at(examples) for part in parts), strict=True), strict=True)
    ]
    rejects.add(source, described, kinds.ngroup().to_numpy(), lambda places: chunk.row_numbers(positions[places]))


def describe(first: object, second: object, outcome: object, n_of_row: object = 1, *, outcome_code: int, columns: Columns) -> tuple[str, str]:
    """Return why a row is no vote, and the offending value; `outcome_code` is that of its outcome."""
    if isinstance(first, NoVote):
        return first.reason, f"{first.column}={shown(first.value)}"
    for label, name in ((columns.first, first), (columns.second, second)):
        if fault := name_fault(name):
            return fault, f"{label}={shown(name)}"
    if outcome_code == LEFT_OUT:
        return SKIPPED, f"{columns.outcome}={shown(outcome)}"
    if outcome_code < 0 and are_names_of_columns(first, second, outcome, columns):
        return NAMES_OF_COLUMNS, f"{columns.first}={shown(first)}"
    if outcome_code < 0:
        return MISSING_OUTCOME if is_missing(outcome) else UNKNOWN_OUTCOME, f"{columns.outcome}={shown(outcome)}"
    if first == second:
        return "competitor against itself", f"{columns.first}={columns.second}={shown(first)}"
    return NO_COUNT_OF_VOTES, f"count={shown(n_of_row)}"


def are_names_of_columns(first: object, second: object, outcome: object, columns: Columns) -> bool:
    """Whether a row repeats the line of names, perhaps with a mark of its encoding in front, as where texts were joined."""
    return isinstance(first, str) and (first.removeprefix(MARK), second, outcome) == (columns.first, columns.second, columns.outcome)


def name_fault(name: object) -> str | None:
    """Return why a value names no competitor, or None if it names one.

    A line break or another control character in a name mostly means that the log was split at the wrong place.
    """
    if is_missing(name):
        return "missing name"
    if not isinstance(name, (str, bytes)):
        return "name of the wrong type"
    if len(name) > LONGEST_NAME:
        return f"name of more than {LONGEST_NAME} characters"
    # Text readers replace invalid UTF-8 by the replacement character; a surrogate (Cs) is half a character.
    kinds = set() if isinstance(name, bytes) or name.isprintable() else {category(character) for character in name}
    if isinstance(name, bytes) or "\N{REPLACEMENT CHARACTER}" in name or "Cs" in kinds:
        return NOT_UTF_8
    if kinds & {"Cc", "Zl", "Zp"}:
        return "name with a line break or control character"
    return None
