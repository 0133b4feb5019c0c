"""A leaderboard beside an earlier one that is of another kind."""

import pandas as pd

from recount import analyse


def test_ratings_in_two_units_are_told():
    winner = ["model_a", "model_a", "model_b"] * 20 + ["tie"] * 30
    rows = pd.DataFrame({"model_a": ["x", "y", "z"] * 30, "model_b": ["y", "z", "x"] * 30, "winner": winner})
    about = analyse(rows)
    earlier = about.leaderboard().frame
    assert not [note for note in about.moves_since(earlier).notes if "one unit" in note]
    in_log_odds = earlier.assign(rating=(earlier["rating"] - 1000) / 173.7)
    assert [note for note in about.moves_since(in_log_odds).notes if note.endswith("are they in one unit?")]
