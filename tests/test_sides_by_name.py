"""Columns and labels whose names say the opposite of what they were given as: refused, with a remedy that is taken."""

import re
import shlex

import pandas as pd
import pytest

from recount.data import Columns, read_counts
from recount.data.sides_by_name import exchanged, side_said
from recount.engine.errors import InputError

# The first wins 30 games, the second 10, and 5 are ties; of each a flag.
GAMES = pd.DataFrame([("x", "y", "first", 1, 0, 0)] * 30 + [("x", "y", "second", 0, 1, 0)] * 10 + [("x", "y", "tie", 0, 0, 1)] * 5)
SUMS = [30, 10, 5, 0]


def sums(frame, **columns):
    return read_counts(frame, columns=Columns(**columns))[0].counts.sum(axis=0).tolist()


def games(first, second, label, won, lost, tied):
    return GAMES.set_axis([first, second, label, won, lost, tied], axis=1)


@pytest.mark.parametrize(
    ("name", "words", "side"),
    [
        ("model_a", "ab", 0),
        ("playerB", "ab", 1),
        ("a_b", "ab", None),
        ("banana", "ab", None),
        ("home_score", ("home", "away"), 0),
        ("model_2", "12", 1),
    ],
)
def test_which_side_a_name_says(name, words, side):
    assert side_said(name, tuple(words)) == side


def test_names_that_are_exchanged():
    assert exchanged(("home", "away"), ("away_goals", "home_goals"))
    assert not exchanged(("home", "away"), ("home_goals", "away_goals"))
    assert not exchanged(("home", "away"), ("goals_1", "goals_2"))


@pytest.mark.parametrize(
    ("won", "lost", "tied"), [("a_wins", "b_wins", "tie"), ("W", "L", "D"), ("wins", "losses", "draws"), ("won_a", "won_b", "n_ties")]
)
def test_ties_that_stand_where_a_side_does(won, lost, tied):
    """Of flags, and of counts by outcome."""
    frame = games("model_a", "model_b", "label", won, lost, tied)
    for order in ((won, tied, lost), (tied, won, lost)):
        with pytest.raises(InputError, match=f"{tied!r} is called as ties are, .*, --winner {won},{lost},{tied}"):
            sums(frame, outcome=",".join(order))
        with pytest.raises(InputError, match=f"{tied!r} is called as ties are, .*, --layout outcomes:{won},{lost},{tied}"):
            sums(frame, layout=f"outcomes:{','.join(order)}")
    assert sums(frame, outcome=f"{won},{lost},{tied}") == sums(frame, layout=f"outcomes:{won},{lost},{tied}") == SUMS


@pytest.mark.parametrize("sides", [("home", "away"), ("left", "right"), ("player_1", "player_2"), ("model_a", "model_b"), ("White", "Black")])
def test_scores_of_the_other_side(sides):
    frame = games(*sides, "label", *(f"{side} score" for side in sides), "tied").astype({f"{sides[0]} score": int})
    right, wrong = (",".join(f"{side} score" for side in order) for order in (sides, sides[::-1]))
    flags = {"outcomes": "scores"}
    with pytest.raises(InputError, match=f"are called as the sides of .*; give --winner {right}; if they are right, give --outcomes scores"):
        sums(frame, first=sides[0], second=sides[1], outcome=wrong)
    assert sums(frame, first=sides[0], second=sides[1], outcome=right, **flags) == SUMS
    # Who says so means it.
    counts, quarantine = read_counts(frame, columns=Columns(*sides, wrong, "scores"))
    assert counts.counts.sum(axis=0).tolist() == [10, 30, 5, 0]
    assert "are called as the sides of" in quarantine.doubts[0]


@pytest.mark.parametrize(("sides", "labels"), [(("left_model", "right_model"), ("left", "right")), (("model_a", "model_b"), ("model_a", "model_b"))])
def test_labels_of_the_other_side(sides, labels):
    frame = games(*sides, "label", "w", "l", "d").replace({"label": dict(zip(("first", "second"), labels, strict=True))})
    assert sums(frame, first=sides[0], second=sides[1], outcome="label") == SUMS
    with pytest.raises(InputError, match=f"{labels[0]!r} means first, and the first, {sides[1]!r}, is called as the second is") as raised:
        sums(frame, first=sides[1], second=sides[0], outcome="label")
    pattern = shlex.split(re.search(r"--outcomes (\S+), each", str(raised.value))[1])[0]
    given = pattern.replace("MEANING", "second", 1).replace("MEANING", "first", 1)
    assert sums(frame, first=sides[1], second=sides[0], outcome="label", outcomes=given) == [10, 30, 5, 0]


@pytest.mark.parametrize("name", ["loser", "worse", "rejected", "lost_by"])
def test_the_column_of_who_lost(name):
    """It is none of the outcome, unless it is said what its labels mean; nor the first of two places."""
    frame = games("x", "y", name, "w", "l", "d")
    with pytest.raises(InputError, match=f"{name!r} is called as the column of who lost, and --winner names who won"):
        sums(frame, first="x", second="y", outcome=name)
    assert sums(frame, first="x", second="y", outcome=name, outcomes="first=second,second=first,tie=tie") == [10, 30, 5, 0]
    frame = pd.DataFrame({name: ["p", "q"] * 3, "winner": ["q", "r"] * 3})
    with pytest.raises(InputError, match=f"{name!r} is called as who lost, .*; give --layout order:winner,{name}"):
        sums(frame, layout=f"order:{name},winner")


@pytest.mark.parametrize("third", [lambda a, b: a + b, lambda a, b: 100 - a - b], ids=["total", "percent"])
def test_a_column_that_is_no_outcome(third):
    """The sum of the others, whatever it is called; and shares that add up to 100."""
    won, lost = [12, 30, 7, 22], [15, 3, 9, 40]
    cells = {"x": won, "y": lost, "z": [third(a, b) for a, b in zip(won, lost, strict=True)]}
    frame = pd.DataFrame({"model_a": list("aabc"), "model_b": list("bccd"), **cells})
    with pytest.raises(InputError, match=r"'z' is the sum of the columns before it|'x', 'y', 'z' add up to 100 in every row, as percent do"):
        sums(frame, layout="outcomes:x,y,z")
    assert sums(frame.assign(z=[1, 0, 2, 5]), layout="outcomes:x,y,z") == [71, 67, 8, 0]


@pytest.mark.parametrize("second", ["played", "n", "games"])
def test_wins_of_so_many_games_are_no_two_scores(second):
    frame = pd.DataFrame({"model_a": list("aabc"), "model_b": list("bccd"), "won": [3, 5, 2, 1], second: [9, 8, 7, 6]})
    with pytest.raises(InputError, match=f"{second!r} is called as the number of all games is"):
        sums(frame, outcome=f"won,{second}")


def test_counts_of_both_sides_by_ordered_pair():
    """Each pair stands there twice, once in each order."""
    pairs = [(a, b) for a in "pqrs" for b in "pqrs" if a != b]
    frame = pd.DataFrame(pairs, columns=["model_a", "model_b"]).assign(aw=range(20, 32), bw=range(30, 18, -1))
    with pytest.raises(InputError, match="no two rows have the same competitors in the same order; if so, give --layout outcomes:aw,bw"):
        sums(frame, outcome="aw,bw")


def test_places_from_the_last_to_the_first():
    frame = pd.DataFrame([("x", "y", "z")] * 5, columns=["1st", "2nd", "3rd"])
    assert read_counts(frame, columns=Columns(layout="order:1st,2nd,3rd"))[0].counts.sum(axis=0).tolist() == [15, 0, 0, 0]
    with pytest.raises(InputError, match=r"'3rd' to '1st' are numbered from the last to the first, .*; give --layout order:1st,2nd,3rd"):
        read_counts(frame, columns=Columns(layout="order:3rd,2nd,1st"))
