"""Answers that a judge compared twice, with the sides swapped; and those that several judges compared."""

from collections.abc import Iterable, Iterator

from recount.data.fields import value_in
from recount.data.layouts.declaring import Asked, NumberedRow, vote
from recount.data.third_competitors import first_of_record
from recount.engine.errors import InputError

SWAPPED = {"model_1": "second", "model_2": "first"}


def arena_hard_games(rows: Iterable[NumberedRow], asked: Asked) -> Iterator[NumberedRow]:
    """Draw the games of Arena-Hard: `model` against the baseline, which is A in the first and B in the second; each has a `score` (Li et al. 2024).

    A row without two games is one vote without an outcome. Rows may name their `baseline`, which then counts.

    Raises
    ------
    InputError
        If rows name baselines, and none of them is the one that was asked for.
    """
    (usual,) = asked.words
    named: dict[str, None] = {}
    for number, record in rows:
        model, games = record.get("model"), record.get("games")
        own = record.get("baseline")
        baseline = usual if is_empty(own) else str(own)
        named[baseline] = None
        if not (isinstance(games, list) and len(games) == 2 and all(isinstance(game, dict) for game in games)):
            yield number, vote(record, baseline, model, None)
            continue
        yield number, vote(record, baseline, model, games[0].get("score"))
        yield number, vote(record, model, baseline, games[1].get("score"))
    if named and usual not in named:
        others = ", ".join(map(repr, sorted(named)))
        raise InputError(f"has rows that name their baselines, {others}, and none of them is {usual!r}; give one of them")


def mt_bench_games(rows: Iterable[NumberedRow], asked: Asked) -> Iterator[NumberedRow]:
    """Draw the games of MT-bench's pairwise judgments: `model_1` is shown first in the first, second in the second (Zheng et al. 2023).

    Each game is a vote. (FastChat's own tables have one vote a row, a tie where the two games disagree.)
    """
    for number, record in rows:
        one, two = record.get("model_1"), record.get("model_2")
        yield number, vote(record, one, two, record.get("g1_winner"))
        swapped = record.get("g2_winner")
        label = SWAPPED.get(swapped.strip().casefold(), swapped) if isinstance(swapped, str) else swapped
        yield number, vote(record, two, one, label)


def judged_pairs(rows: Iterable[NumberedRow], asked: Asked) -> Iterator[NumberedRow]:
    """Draw a vote of each judge who has a column with a verdict, with the name of the column as `judge`.

    An empty verdict is no vote; a row without any is one without an outcome.
    """
    for number, record in rows:
        first, second = first_of_record(record, asked.first, asked.second), value_in(record, asked.second)
        verdicts = {judge: verdict for judge in asked.words if not is_empty(verdict := value_in(record, judge))}
        for judge, verdict in verdicts.items() or [(None, None)]:
            yield number, vote(record, first, second, verdict, judge=judge)


def is_empty(value: object) -> bool:
    """Whether a cell holds nothing."""
    return value is None or (not hasattr(value, "__len__") and value != value) or (isinstance(value, str) and not value.strip())
