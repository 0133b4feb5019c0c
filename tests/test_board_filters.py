"""Filters by model on published boards."""

import json

import numpy as np
import pytest

import recount
from recount.data.boards.published import read_board
from recount.engine.errors import InputError, OptionError
from tests.test_boards import ARENA, board_of


@pytest.fixture
def command(request):
    """The command; `recount` is the package here."""
    return request.getfixturevalue("recount")


def test_filters_by_model(command, tmp_path):
    """What is left out is told, intervals and ratings stay; what needs votes that a board does not state is refused."""
    ARENA.to_csv(tmp_path / "board.csv", index=False)
    board = read_board(tmp_path / "board.csv")
    first, second, third, last = board.names
    for choices, left in (
        ({"only": (first, last)}, (first, last)),
        ({"without": (second,)}, (first, third, last)),
        ({"without": (second,), "minimum_votes": 71}, (first, third)),
        (
            {"minimum_votes": int(sorted(board.n_votes)[1])},
            tuple(name for name, n in zip(board.names, board.n_votes, strict=True) if n > min(board.n_votes)),
        ),
    ):
        analysis = recount.analyse(board, **choices)
        assert analysis.names == left
        frame, whole = (one.leaderboard().frame.set_index("competitor") for one in (analysis, recount.analyse(board)))
        for column in ("rating", "lower", "upper", "n_votes"):
            assert frame[column].to_dict() == pytest.approx(whole.loc[frame.index, column].to_dict())
        assert any(f"of {4} models" in note and "left out" in note for note in analysis.leaderboard().notes)
        assert analysis.under(recount.Specification()).names == board.names
    said = command("rate", "--board", "board.csv", "--without", second, "--minimum-votes", "1", "-o", "out.csv")
    assert said.code == 0
    assert f"--without {second}: left out 1 of 4 models" in said.err or f"without={second!r}: left out 1 of 4 models" in said.err
    chosen = json.loads((tmp_path / "out.csv.manifest.json").read_text())["specification"]
    assert (chosen["without"], chosen["minimum_votes"], chosen["only"]) == ([second], 1, [])
    silent = board_of(n_votes=np.array([5.0, np.nan, 5.0, 5.0]))
    for source, choices, why in (
        (silent, {"minimum_votes": 3}, "does not state the votes of 1 of 4 models"),
        (board, {"window": recount.Window(since="2024-01-01")}, "looks at single votes, and a board has none"),
        (board, {"distinct": ("voter",)}, "looks at single votes, and a board has none"),
        (board, {"minimum_votes": 10**9}, "leaves 0 of 4 models of the board; two are needed"),
        (board, {"only": (first,)}, "leaves 1 of 4 models of the board"),
        (board, {"only": (first, "nobody")}, "who is not on the board"),
    ):
        with pytest.raises((OptionError, InputError), match=why):
            recount.analyse(source, **choices).leaderboard()
