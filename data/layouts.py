"""Logs in which a row is not a vote: each layout is a function from the record of a row to the records of its votes, and what its labels mean."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from recount.engine.errors import OptionError

Record = dict[str, Any]


class Layout(NamedTuple):
    """A layout, and the competitor that it needs to be told.

    Attributes
    ----------
    votes_of : callable
        Takes a record and `competitor`; returns a record for each vote, with model_a, model_b, winner.
    outcomes : str
        What labels mean unless it is said otherwise, as in `recount.data.choices.Columns.outcomes`.
    competitor : str
    """

    votes_of: Callable[[Record, str], list[Record]]
    outcomes: str
    competitor: str = ""

    def records(self, record: Record) -> list[Record]:
        """Return the records of the votes in a row."""
        return self.votes_of(record, self.competitor)


def two_swapped_games(record: Record, baseline: str) -> list[Record]:
    """Return the games of Arena-Hard: `model` against the baseline, which is A in the first and B in the second; each has a `score` (Li et al. 2024).

    A row without two games is one vote without an outcome.
    """
    model, games = record.get("model"), record.get("games")
    if not (isinstance(games, list) and len(games) == 2 and all(isinstance(game, dict) for game in games)):
        return [record | {"model_a": baseline, "model_b": model, "winner": None}]
    sides = (baseline, model), (model, baseline)
    return [record | {"model_a": a, "model_b": b, "winner": game.get("score")} for (a, b), game in zip(sides, games, strict=True)]


# By name.
LAYOUTS: Mapping[str, Layout] = {
    "arena-hard": Layout(two_swapped_games, "A>>B=first:3,A>B=first,A=B=tie,B>A=second,B>>A=second:3"),
}


def layout_of(text: str) -> Layout | None:
    """Read a layout from its name and competitor, as in arena-hard:gpt-4; None if there is none.

    Raises
    ------
    OptionError
        If there is no such layout.
    """
    if not text:
        return None
    name, _, competitor = text.partition(":")
    if name not in LAYOUTS or not competitor.strip():
        raise OptionError(f"layout is {text!r}; give {' or '.join(f'{known}:BASELINE' for known in LAYOUTS)}")
    return LAYOUTS[name]._replace(competitor=competitor)
