"""Weights of votes as a specification writes them: none, pairs[:FLOOR], voters:COLUMN, decay:COLUMN:DAYS."""

from recount.engine import PairCounts, Votes, WeightedCounts, decay_weights, pair_weights, voter_weights
from recount.engine.errors import OptionError

FORMS = "none, pairs, pairs:FLOOR, voters:COLUMN or decay:COLUMN:DAYS"


def parse_weights(text: str) -> tuple[str, str, float]:
    """Return the kind of weights, the column they need ("" if none) and their number, a floor in votes or a half-life in days.

    Raises
    ------
    OptionError
        If the text has none of the forms.
    """
    kind, _, rest = text.partition(":")
    column, _, number = rest.rpartition(":") if kind == "decay" else (rest, "", "") if kind == "voters" else ("", "", rest or "50")
    try:
        amount = float(number) if number else 0.0
    except ValueError:
        amount = -1.0
    possible = {"none": not rest, "pairs": amount > 0, "voters": bool(column), "decay": bool(column) and amount > 0}
    if not possible.get(kind, False):
        raise OptionError(f"weights are {text!r}; give {FORMS}")
    return kind, column, amount


def weigh(counts: PairCounts, votes: Votes | None, text: str) -> PairCounts | WeightedCounts:
    """Weigh votes.

    Raises
    ------
    OptionError
        If single votes are needed, and there are counts only.
    """
    kind, column, amount = parse_weights(text)
    if kind == "none":
        return counts
    if kind == "pairs":
        return pair_weights(counts, amount)
    if votes is None:
        raise OptionError(f"for weights {text!r} the single votes are needed, and there are counts only; give a vote log")
    return voter_weights(votes, column) if kind == "voters" else decay_weights(votes, column, amount)
