"""Boards whose numbers are no Elo points, or say in two ways how sure they are."""

import pytest

from recount.data.boards.published import read_board


def board_of(tmp_path, text):
    path = tmp_path / "2024-05-01.csv"
    path.write_text(text)
    return read_board(path)


@pytest.mark.parametrize(
    ("ratings", "are_points"),
    [
        ((0.8, -0.8), False),
        ((0.62, 0.44), False),
        ((62, 44), False),
        ((8.99, 7.1), False),
        ((1250, 1231), True),
        ((120, -40), True),
        ((62, -44), True),
        ((1250,), True),
    ],
)
def test_ratings_that_are_no_elo_points(tmp_path, recount, ratings, are_points):
    """Of log-odds, shares and percent nothing is said of votes, which would be nearly even whatever they are; and it is told."""
    text = "model,rating,lower,upper\n" + "".join(f"{name},{r},{r - 0.1},{r + 0.1}\n" for name, r in zip("ab", ratings, strict=False))
    board = board_of(tmp_path, text)
    assert (board.measure == "Elo points") is are_points
    told = "are not taken for Elo points; strengths in log-odds are such when multiplied by 173.72"
    assert any(told in one for one in board.remarks) is not are_points
    if len(ratings) > 1:
        said = recount("rate", "--board", tmp_path / "2024-05-01.csv", "--pair", "a", "b", "--format", "markdown")
        assert ("expected to score" in said.out) is are_points


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # The standard error, in the column of the variance.
        (
            "rating_lower,rating_upper,variance\na,1250,1245,1255,{}\nb,1231,1226,1236,{}\n",
            {2.55: "by a factor of up to 1.6 ('a'", 6.51: "", 6.2: ""},
        ),
        ("rating_lower,rating_upper,variance\na,1250,1245.5,1254.6,{}\nb,1231,1226.5,1235.5,{}\n", {5.3: "", 6.5: "by a factor of up to 1.11 ("}),
    ],
)
def test_errors_that_are_stated_twice(tmp_path, text, told):
    """What differs beyond rounding is told, with what was taken."""
    for variance, words in told.items():
        remarks = board_of(tmp_path, "model_name,rating," + text.format(variance, variance)).remarks
        assert [one for one in remarks if "says another error" in one] == [one for one in remarks if words and words in one]
        assert bool(words) == any("in place of" in one for one in remarks)


def test_the_error_of_the_own_leaderboard(tmp_path):
    text = "competitor,rating,standard_error,lower,upper\na,1250,5,1245,1255\nb,1231,2.551,1226,1236\n"
    assert any("for 1 of 2 models, by a factor of up to 1.96" in one for one in board_of(tmp_path, text).remarks)


def test_arenas_own_boards_agree_with_themselves(shared):
    for path in sorted((shared / "arena_2026").rglob("text_style_control.json")):
        board = read_board(path)
        assert board.measure == "Elo points"
        assert not any("says another error" in one for one in board.remarks)
