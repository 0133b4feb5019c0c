"""The votes that an audit looks at, in the forms that its probes need; each is made once."""

import re
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from recount.data.recognition.sampling import sample_of
from recount.engine.choices import Style
from recount.engine.errors import InputError, OptionError, RecountError
from recount.engine.fitting import Fit, fit
from recount.engine.pair_contests import Contests, contests
from recount.engine.scrutiny.counted_votes import CountedVotes, counted_votes
from recount.engine.times import seconds_or_missing
from recount.engine.voters.fair_coins import ShownOrder, shown_order
from recount.engine.voters.four_tests import Suspicion, suspicion
from recount.engine.votes import Factor, Floats, Ints, PairCounts, Votes, levels_of
from recount.sims.analysis.log import Log
from recount.sims.filtering import FilteredLog, filtered
from recount.sims.filtering.found_columns import column_of_times, column_of_voters, has_times, has_voters
from recount.sims.specification import Specification

# Longer logs of counts are not written out vote by vote.
MOST_COUNTED = 20_000_000
PROMPTS = "prompt prompt_id question question_id instruction conversation_id".split()
SIDES = (("a", "b"), ("1", "2"), ("first", "second"), ("left", "right"))


class Voters(NamedTuple):
    """Who cast each vote: codes (n_votes,), -1 for nobody; labels; and the column that says so."""

    codes: Ints
    labels: tuple[str, ...]
    column: str


class Evidence:
    """The votes of a log that pass the filters of a specification.

    Parameters
    ----------
    log : Log
    specification : Specification
        Its filters, rules of ties, styles and seed.
    voter_column : str, optional
        That names voters; one with a usual name by default.
    """

    def __init__(self, log: Log, specification: Specification, voter_column: str | None = None) -> None:
        self.specification = specification
        self.log: Log | FilteredLog = filtered(log, specification)
        self._whole = log
        self._voter_column = voter_column

    @property
    def seed(self) -> int:
        """Of everything that is drawn."""
        return self.specification.seed

    @cached_property
    def counts(self) -> PairCounts:
        """Votes by pair and outcome."""
        return self.log.counts

    @cached_property
    def contests(self) -> Contests:
        """Votes by pair after the rules of ties."""
        return contests(self.counts, ties=self.specification.ties, both_bad=self.specification.both_bad)

    @cached_property
    def order(self) -> ShownOrder:
        """What the order within pairs follows."""
        return shown_order(self.counts)

    @cached_property
    def styles(self) -> tuple[Style, ...]:
        """Properties of both answers: those of the specification, or columns of numbers whose names differ by the side."""
        return self.specification.styles or tuple(_styles_among(self._whole))

    @cached_property
    def has_rows(self) -> bool:
        """Whether there are single votes, in an order and with further columns."""
        if self._voter_column is not None:
            return True
        try:
            self.log.rows()
        except (InputError, OptionError):
            # The counts can be read, so that only single votes are missing.
            return self.counts.n_votes < 0
        return True

    @cached_property
    def votes(self) -> Votes:
        """Single votes with the columns that probes need; of counts, votes in no order.

        Raises
        ------
        InputError
            If there are too many to write out.
        """
        if self.has_rows:
            return self.log.rows([name for name in (self._voters_from, self._times_from, self._prompts_from, *self._of_styles) if name])
        if self.counts.n_votes > MOST_COUNTED:
            raise InputError(f"counts of {self.counts.n_votes:,} votes are not written out vote by vote; give up to {MOST_COUNTED:,}")
        pair, outcome = np.nonzero(self.counts.counts)
        n = self.counts.counts[pair, outcome]
        columns = (np.repeat(values, n) for values in (self.counts.first[pair], self.counts.second[pair], outcome))
        return Votes(self.counts.names, *columns)

    @cached_property
    def _voters_from(self) -> str | None:
        return column_of_voters(self._whole, self._voter_column) if self._voter_column or has_voters(self._whole) else None

    @cached_property
    def _times_from(self) -> str | None:
        return column_of_times(self._whole) if has_times(self._whole) else None

    @cached_property
    def _prompts_from(self) -> str | None:
        return next((name for name in PROMPTS if name in _names_in(self._whole)), None)

    @property
    def _of_styles(self) -> tuple[str, ...]:
        return tuple(column for style in self.styles for column in style.columns)

    @cached_property
    def voters(self) -> Voters | None:
        """Who cast each vote; None if the log does not say."""
        column = self._voters_from if self.has_rows else None
        return None if column is None else Voters(*levels_of(self.votes, column), column)

    @cached_property
    def prompts(self) -> Ints | None:
        """Prompt of each vote, (n_votes,); None if the log does not say."""
        held = self.votes.columns.get(self._prompts_from or "") if self.has_rows else None
        return held.codes if isinstance(held, Factor) else None

    @cached_property
    def seconds(self) -> Floats | None:
        """Time of each vote, (n_votes,); None if the log does not say it of each."""
        column = self._times_from if self.has_rows else None
        if column is None:
            return None
        seconds = seconds_or_missing(column, self.votes.columns[column])
        return None if np.isnan(seconds).any() else seconds

    @cached_property
    def in_time(self) -> Ints | None:
        """Places of votes in the order of time, (n_votes,), or of the log where there are no times; None if there are only counts."""
        if not self.has_rows:
            return None
        return np.arange(self.votes.n_votes) if self.seconds is None else np.argsort(self.seconds, kind="stable")

    @property
    def order_of_votes(self) -> str:
        """What the order of votes is taken from."""
        return "the order of the log, which has no times," if self.seconds is None else "time"

    @cached_property
    def fit(self) -> Fit:
        """Ratings of the largest group of competitors that wins join both ways."""
        s = self.specification
        return fit(self.counts, ties=s.ties, both_bad=s.both_bad, existence="largest")

    @cached_property
    def counted(self) -> CountedVotes:
        """Votes beside the ratings."""
        return counted_votes(self.fit, self.votes)

    @cached_property
    def independent(self) -> Ints:
        """Of each vote that counts, whose it is, (n,); -1 where that is not known."""
        return np.full(self.counted.row.size, -1) if self.voters is None else self.voters.codes[self.counted.row]

    @cached_property
    def suspicion(self) -> Suspicion:
        """What speaks against each voter."""
        codes, labels, _ = self.voters or Voters(np.full(self.votes.n_votes, -1), (), "")
        return suspicion(self.votes, codes, len(labels), by_chance=self.order.is_by_chance, when=self.seconds)


def _names_in(log: Log) -> list[str]:
    try:
        return [] if log.is_bundled else sample_of(log.sources[0], log.reading.columns).names
    except (RecountError, pa.ArrowException, OSError, ValueError):
        # Reading it says what is wrong.
        return []


def _styles_among(log: Log) -> list[Style]:
    """Columns of numbers whose names differ by the side alone, such as length_a and length_b."""
    if not _names_in(log):
        return []
    sample = sample_of(log.sources[0], log.reading.columns)
    numbers = {name: held for name, held in sample.paths.items() if held.are_numbers and name not in log.reading.columns.names()}
    found = []
    for name, held in numbers.items():
        for one, other in SIDES:
            second = re.sub(rf"(?<![^\W_]){one}(?![^\W_])", other, name)
            if second != name and second in numbers:
                least = min(*held.numbers, *numbers[second].numbers)
                found.append(Style(name, second, "normalised" if least >= 0 else "difference"))
    return found
