"""The votes that an audit looks at, in the forms that its probes need; each is made once."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from recount.data.recognition.sampling import Sample
from recount.data.recognition.surroundings import TIMES, VOTERS, called
from recount.engine.choices import Style
from recount.engine.errors import ExistenceError, InputError, OptionError
from recount.engine.fitting import Fit, fit
from recount.engine.pair_contests import Contests, contests
from recount.engine.plurals import plural
from recount.engine.scrutiny.sign_tests import FEWEST_GROUPS, n_labels
from recount.engine.scrutiny.vote_residuals import CountedVotes, counted_votes
from recount.engine.times import far_from_others, seconds_or_missing
from recount.engine.voters.against_strengths import DecidedVotes, decided_votes
from recount.engine.voters.fair_coins import ShownOrder, shown_order
from recount.engine.voters.four_tests import Suspicion, suspicion
from recount.engine.votes import Floats, Ints, PairCounts, Votes, levels_of
from recount.sims.analysis.log import Log
from recount.sims.analysis.rating import have_enough_votes
from recount.sims.analysis.single_votes_again import VotesAgain, telling_columns, votes_again
from recount.sims.filtering import FilteredLog, filtered
from recount.sims.filtering.found_columns import first_rows
from recount.sims.specification import Specification

# Of numbers that describe an answer; others, such as scores, may say who wins.
OF_STYLE = "length len token tokens word words char chars character characters header headers list lists bold markdown".split()
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
        """Votes by pair and outcome, of competitors that have enough."""
        counts = self.log.counts
        return counts.only(have_enough_votes(counts, self.specification)) if self.specification.minimum_votes else counts

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
        if self.specification.styles or self._sample is None:
            return self.specification.styles
        return tuple(_styles_among(self._sample, tuple(self.log.reading.columns.names())))

    @cached_property
    def has_rows(self) -> bool:
        """Whether there are single votes, in an order and with further columns."""
        if self._voter_column is not None or self.specification.styles:
            # What is named has to be there.
            return True
        try:
            self.log.rows()
        except (InputError, OptionError):
            # The counts can be read, so that only single votes are missing.
            return self.counts.n_votes < 0
        return True

    @cached_property
    def votes(self) -> Votes:
        """Single votes with the columns that probes need; of counts, votes in no order."""
        if self.has_rows:
            wanted = (self._voters_from, self._times_from, *self._of_styles, *self._telling)
            votes, known = self.log.rows([name for name in wanted if name]), set(self.counts.names)
            return votes.among(np.array([name in known for name in votes.names])) if self.specification.minimum_votes else votes
        pair, outcome = np.nonzero(self.counts.counts)
        row = np.repeat(np.arange(pair.size), self.counts.counts[pair, outcome])
        return Votes(self.counts.names, self.counts.first[pair[row]], self.counts.second[pair[row]], outcome[row])

    @cached_property
    def _sample(self) -> Sample | None:
        """The first rows."""
        return first_rows(self._whole)

    def _usual(self, names: Sequence[str]) -> str | None:
        """The first column with one of these names."""
        return None if self._sample is None else next(iter(called(names, self._sample.names)), None)

    @property
    def _voters_from(self) -> str | None:
        return self._voter_column or self._usual(VOTERS)

    @property
    def _times_from(self) -> str | None:
        return self.specification.window.column or self._usual(TIMES)

    @property
    def _of_styles(self) -> tuple[str, ...]:
        return tuple(column for style in self.styles for column in style.columns)

    @cached_property
    def _telling(self) -> tuple[str, ...]:
        taken = (*self.log.reading.columns.names(), *self._of_styles, *filter(None, (self._voters_from, self._times_from)))
        return telling_columns(self._sample, taken)

    @cached_property
    def again(self) -> VotesAgain | str:
        """Single votes that are there twice, or why they cannot be seen."""
        return votes_again(self.votes, self._voters_from, self._times_from, self._telling, self.seed)

    @property
    def has_voters(self) -> bool:
        """Whether the log says who cast each vote."""
        return self.has_rows and self._voters_from is not None

    @cached_property
    def voters(self) -> Voters:
        """Who cast each vote; raise `InputError` if the log does not say."""
        column = self._voters_from
        if not self.has_rows or column is None:
            raise InputError("no voters: no column has a usual name of voters, and none was named; name it with voter_column")
        return Voters(*levels_of(self.votes, column), column)

    @cached_property
    def seconds(self) -> Floats:
        """Time of each vote, (n_votes,).

        Raises
        ------
        InputError
            If the log does not say it of each, or some stand for no time.
        """
        column = self._times_from if self.has_rows else None
        if column is None:
            raise InputError("no times: no column has a usual name of times, and the order of a log may follow anything; name it with time_column")
        seconds = seconds_or_missing(column, self.votes.columns[column])
        if n_missing := int(np.isnan(seconds).sum()):
            raise InputError(f"{plural(n_missing, 'vote has', 'votes have')} no time in {column!r}; leave them out")
        if n_far := int(far_from_others(seconds).sum()):
            raise InputError(
                f"{plural(n_far, 'vote has', 'votes have')} a time in {column!r} far from the others, as if for none; leave them out by `since`"
            )
        if seconds.size and seconds.min() == seconds.max():
            raise InputError(f"all votes have one time in {column!r}")
        return seconds

    @cached_property
    def place(self) -> Ints:
        """Place in time of each vote that counts, among them, (n,); errors as of `seconds`."""
        place: Ints = np.argsort(np.argsort(self.seconds[self.counted.row], kind="stable"), kind="stable")
        return place

    @cached_property
    def fit(self) -> Fit:
        """Ratings of the largest group of competitors that wins join both ways."""
        s = self.specification
        try:
            return fit(self.counts, ties=s.ties, both_bad=s.both_bad, existence="largest")
        except ExistenceError as error:
            raise InputError("wins join no two competitors both ways, so that nobody is rated") from error

    @cached_property
    def counted(self) -> CountedVotes:
        """Votes beside the ratings."""
        return counted_votes(self.fit, self.votes)

    @property
    def has_few_voters(self) -> bool:
        """Whether there are voters, too few to tell what they have in common from chance."""
        return self.has_voters and n_labels(self.independent) < FEWEST_GROUPS

    @cached_property
    def independent(self) -> Ints:
        """Of each vote that counts, whose it is, (n,); -1 where that is not known."""
        return self.voters.codes[self.counted.row] if self.has_voters else np.full(self.counted.row.size, -1)

    @cached_property
    def decided(self) -> DecidedVotes:
        """Decided votes of voters, all of whom are trusted."""
        codes, labels, _ = self.voters
        return decided_votes(self.votes, codes, np.ones(len(labels), np.bool_))

    @property
    def _when(self) -> Floats | None:
        try:
            return self.seconds
        except InputError:
            return None

    @cached_property
    def suspicion(self) -> Suspicion:
        """What speaks against each voter."""
        codes, labels, _ = self.voters
        return suspicion(self.votes, codes, len(labels), by_chance=self.order.is_by_chance, when=self._when)


def _styles_among(sample: Sample, taken: tuple[str, ...]) -> list[Style]:
    """Columns of numbers, but for those that are taken, whose names differ by the side alone, such as length_a and length_b."""
    words = {name: set(re.split(r"[\W_]+", name.casefold())) for name in sample.paths}
    numbers = {name: held for name, held in sample.paths.items() if held.are_numbers and name not in taken and words[name] & {*OF_STYLE}}
    found = []
    for name, held in numbers.items():
        for one, other in SIDES:
            second = re.sub(rf"(?<![^\W_]){one}(?![^\W_])", other, name)
            if second != name and second in numbers:
                least = min(*held.numbers, *numbers[second].numbers)
                found.append(Style(name, second, "normalised" if least >= 0 else "difference"))
    return found
