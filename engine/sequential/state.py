"""The state of a sequential system after some votes, from which it can go on; and the order of votes."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from numpy.typing import NDArray

from recount.engine.choices import check_choice
from recount.engine.choices.sequential import BothBadScore, Elo, Glicko2, TieScore, TrueSkill
from recount.engine.errors import InputError, OptionError
from recount.engine.exact_ties import shared_ranks
from recount.engine.plurals import plural
from recount.engine.showing import Tabled
from recount.engine.times import sortable
from recount.engine.votes import Floats, Ints, Votes, freeze, unlabelled

if TYPE_CHECKING:
    from recount.engine.boards import Frame

Settings = Elo | Glicko2 | TrueSkill
TITLES = {settings.system: settings.title for settings in (Elo, Glicko2, TrueSkill)}
NOT_COUNTED = -1.0
# Competitors that a summary names.
N_SHOWN = 3


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SequentialRatings(Tabled):
    """Ratings after some votes.

    Attributes
    ----------
    names : tuple of str
        The competitors of the last votes, then those of earlier votes only.
    ratings : (n,) float64
        Points of Elo or Glicko-2, mu of TrueSkill; the initial value where no vote counted.
    deviations : (n,) float64
        Rating deviation of Glicko-2, sigma of TrueSkill; NaN for Elo, which has none.
    volatilities : (n,) float64
        Volatility of Glicko-2; NaN for the others.
    n_votes : (n,) int64
        Votes that counted for each competitor.
    options : mapping
        The system, and every option it ran with.
    """

    names: tuple[str, ...]
    ratings: Floats
    deviations: Floats
    volatilities: Floats
    n_votes: Ints
    options: Mapping[str, object]

    def frozen(self) -> "SequentialRatings":
        """Forbid writing to the arrays and return self; raise `OptionError` if a rating is not finite."""
        if not np.isfinite(self.ratings).all():
            raise OptionError(f"some ratings are no longer finite numbers, with {dict(self.options)}; give options nearer to the defaults")
        for array in (self.ratings, self.deviations, self.volatilities, self.n_votes):
            freeze(array)
        return self

    def summary(self) -> str:
        """Say which system, with which settings, rated how many votes and competitors, and who comes first."""
        return summary_of(self.options, int(self.n_votes.sum()) // 2, self.names, self.ratings, self.deviations)

    def to_frame(self) -> "Frame":
        """Return one row a competitor, best first: rank, competitor, rating, deviation and volatility where the system has them, n_votes."""
        from recount.engine.boards import ranked

        further = {"deviation": self.deviations, "volatility": self.volatilities}
        known = {name: values for name, values in further.items() if not np.isnan(values).all()}
        return ranked({"competitor": self.names, "rating": self.ratings, **known, "n_votes": self.n_votes})


def summary_of(options: Mapping[str, object], n_votes: int, names: tuple[str, ...], ratings: Floats, deviations: Floats, note: str = "") -> str:
    """Return four to six lines about ratings (n,): the system and its `options`, numbers of votes and competitors, the first three.

    `deviations` (n,) may be NaN; `note` is added to the line with the numbers.
    """
    settings = ", ".join(f"{name} {_short(value)}" for name, value in options.items() if name != "system")
    order = sorted(range(len(names)), key=lambda i: (-ratings[i], names[i]))[:N_SHOWN]
    spread = ["" if math.isnan(deviation) else f" ± {deviation:.1f}" for deviation in deviations]
    rank = shared_ranks(ratings)
    first = [f"{rank[i]}. {names[i]}  {ratings[i]:.1f}{spread[i]}" for i in order]
    return "\n".join(
        [
            f"{TITLES[str(options['system'])]}: {plural(n_votes, 'vote')} between {plural(len(names), 'competitor')}{note}",
            settings,
            *first,
            *([f"and {len(names) - N_SHOWN:,} more"] if len(names) > N_SHOWN else []),
        ]
    )


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def begin(
    names: tuple[str, ...],
    state: SequentialRatings | None,
    options: Mapping[str, object],
    initial: float,
    initial_deviation: float = math.nan,
    initial_volatility: float = math.nan,
) -> SequentialRatings:
    """Return ratings for a system to update in place: those of `state`, and initial ones of new `names`.

    Raises
    ------
    OptionError
        If the state was made by another system or with other options.
    """
    place = {name: i for i, name in enumerate(dict.fromkeys((*names, *(state.names if state else ()))))}
    ratings, deviations, volatilities = (np.full(len(place), float(value)) for value in (initial, initial_deviation, initial_volatility))
    n_votes = np.zeros(len(place), np.int64)
    if state is not None:
        check_same_options(state, options)
        known = [place[name] for name in state.names]
        ratings[known], deviations[known], volatilities[known], n_votes[known] = state.ratings, state.deviations, state.volatilities, state.n_votes
    return SequentialRatings(tuple(place), ratings, deviations, volatilities, n_votes, options)


def check_same_options(state: SequentialRatings, options: Mapping[str, object]) -> None:
    """Raise `OptionError` if ratings were made by another system or with other options."""
    for option, value in options.items():
        if state.options.get(option) != value:
            raise OptionError(f"{option} is {value!r}, but the state was made with {state.options.get(option)!r}; go on with the same options")


def outcome_scores(ties: TieScore, both_bad: BothBadScore) -> Floats:
    """Score of the competitor shown first, by outcome, (4,); `NOT_COUNTED` where the vote is left out.

    Raises
    ------
    OptionError
        If a rule is not one of those named.
    """
    check_choice("ties", ties, get_args(TieScore))
    check_choice("both_bad", both_bad, get_args(BothBadScore))
    tie = 0.5 if ties == "half" else NOT_COUNTED
    return np.array([1.0, 0.0, tie, tie if both_bad == "tie" else NOT_COUNTED])


def options_of(settings: Settings, ties: TieScore, both_bad: BothBadScore) -> dict[str, object]:
    """Return the system and every option it runs with, by name."""
    return {"system": settings.system, **asdict(settings), "ties": ties, "both_bad": both_bad}


def in_order(votes: Votes, column: str) -> Votes:
    """Return the votes sorted by one of their columns: times by when they were, numbers by size, labels by alphabet.

    Equal ones stay in the order of the log.

    Raises
    ------
    InputError
        If the votes have no such column, a value is missing, or `recount.engine.times.sortable` refuses the column.
    """
    keys = sort_keys(votes, column)
    if bool(np.all(keys[1:] >= keys[:-1])):
        return votes
    return votes.only(np.argsort(keys, kind="stable"))


def sort_keys(votes: Votes, column: str) -> NDArray[Any]:
    """Return one sortable element a vote, equal where the column is equal; raise `InputError` as `in_order` does."""
    if column not in votes.columns:
        known = ", ".join(map(repr, votes.columns)) or "none"
        raise InputError(f"the votes have no column {column!r}; columns that were kept: {known}")
    missing = unlabelled(votes, column)
    if bool(np.any(missing)):
        raise InputError(
            f"column {column!r} has no value in {plural(int(np.sum(missing)), 'vote')}, first in "
            f"{votes.row_of(int(np.argmax(missing)))}; leave them out"
        )
    return sortable(column, votes.columns[column], votes.row_of)
