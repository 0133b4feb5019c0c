"""Which models of a published board are rated: filters by model, in their order; those on votes have nothing to look at."""

from dataclasses import replace

import numpy as np

from recount.data import Board
from recount.engine.choices import choices_of
from recount.engine.errors import InputError, OptionError
from recount.engine.plurals import plural
from recount.engine.showing import listed
from recount.engine.votes import Bools
from recount.sims.filtering.not_there import no_such_competitor
from recount.sims.specification import WhichVotes

OF_MODELS = ("only", "without", "minimum_votes")


def filtered_board(board: Board, which: WhichVotes) -> Board:
    """Return the models of a board that pass the filters, with a remark for each; the board itself if there are none.

    Raises
    ------
    OptionError
        If a filter needs single votes, or numbers of votes that the board does not state.
    InputError
        If a model is not on the board, or fewer than two are left.
    """
    for name, (_, _, default) in choices_of(WhichVotes).items():
        if name not in OF_MODELS and (value := getattr(which, name)) != default:
            raise OptionError(f"{name} is {value!r}, which looks at single votes, and a board has none; leave it out, or give the votes")
    for choice in OF_MODELS[:2]:
        given = getattr(which, choice)
        for name in given:
            if name not in board.names:
                raise no_such_competitor(choice, name, board.names, "on the board")
        if given:
            passes = np.array([(name in given) == (choice == "only") for name in board.names], np.bool_)
            board = models_where(board, passes, " ".join(f"{choice}={name!r}" for name in given))
    least = which.minimum_votes
    if least:
        if (unknown := [name for name, n in zip(board.names, board.n_votes, strict=True) if np.isnan(n)]) != []:
            of = f"{len(unknown)} of {plural(len(board.names), 'model')}, such as {unknown[0]!r}"
            raise OptionError(f"minimum_votes is {least}, and the board does not state the votes of {of}; leave it out, or name models in `without`")
        board = models_where(board, board.n_votes >= least, f"minimum_votes={least}")
    return board


def models_where(board: Board, passes: Bools, said: str) -> Board:
    """Return the models of a board that pass, with a remark that says why; raise `InputError` if fewer than two do."""
    if passes.sum() < 2:
        raise InputError(f"{said} leaves {int(passes.sum())} of {plural(len(board.names), 'model')} of the board; two are needed: loosen it")
    left_out = tuple(name for name, passed in zip(board.names, passes, strict=True) if not passed)

    def passing(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(text for text, passed in zip(texts, passes, strict=True) if passed)

    remark = f"{said}: left out {len(left_out)} of {plural(len(board.names), 'model')}" + (f": {listed(left_out)}" if left_out else "")
    return replace(
        board,
        names=passing(board.names),
        ratings=board.ratings[passes],
        variances=board.variances[passes],
        n_votes=board.n_votes[passes],
        ranks=board.ranks[passes],
        organisations=passing(board.organisations),
        licences=passing(board.licences),
        remarks=(*board.remarks, remark),
    )
