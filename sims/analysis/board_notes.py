"""Notes on a published board, in sentences."""

import math
from collections.abc import Iterator

from recount.data import Board
from recount.data.boards.board import POINTS
from recount.engine.plurals import plural
from recount.engine.showing import listed


def of_board(board: Board) -> Iterator[str]:
    """Which board it is, what was decided in reading it, and what its intervals leave out."""
    part = ", ".join(filter(None, (board.subset, board.category)))
    days = ", ".join(f"{what} {day}" for what, day in (("published", board.published), ("captured", board.captured)) if day)
    which = f"{f' ({part})' if part else ''}{f', {days}' if days else ''}"
    yield f"board of {plural(len(board.names), 'model')}{which}, as {board.source or 'it was given'} states it"
    yield from board.remarks
    if board.left_out:
        yield f"left out {plural(len(board.left_out), 'model')} without a rating: {listed(board.left_out)}"
    if board.measure != POINTS:
        yield f"ratings are {board.measure}, not Elo points; a difference of them says nothing of a vote"
    if board.has_intervals:
        yield (
            "errors of different models are taken for independent: exact for each model by itself, silent about how the ratings of models depend on "
            "each other"
        )
    elif (missing := tuple(name for name, variance in zip(board.names, board.variances, strict=True) if math.isnan(variance))) != board.names:
        yield f"{len(missing)} of {plural(len(board.names), 'rating')} have no interval, so that none is used: {listed(missing)}"
    else:
        yield "the board states no intervals: whoever leads may do so by chance"
