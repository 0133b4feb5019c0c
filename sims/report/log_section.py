"""What was in the log: votes over time, which pairs met, what was left out."""

from dataclasses import replace
from pathlib import Path

from recount.data import Board
from recount.engine.errors import RecountError
from recount.engine.plurals import plural
from recount.sims.analysis.checking import check
from recount.sims.analysis.log import Log
from recount.sims.figures.log_figures import pair_coverage, votes_over_time
from recount.sims.presentation.wording import clean, number
from recount.sims.report.material import Material
from recount.sims.report.parts import PageFigure, Section, csv_address, first_rows_of, table_of
from recount.sims.through_time.vote_dates import days_of_votes

# Pairs that are listed, and what writes all.
N_LISTED, ALL_PAIRS = 50, "recount rate LOG --save-counts FILE"
TITLE, OF_RATINGS = "What was in the log", "Where the ratings are from"


def show_log(material: Material) -> Section:
    """Show what was read, when votes were cast, and which pairs met; say what a board does not have."""
    analysis = material.analysis
    if not isinstance(analysis.source, Log):
        lead = "" if analysis.board is None else f"The ratings are those of {board_in_words(analysis.board)}."
        return Section("log", OF_RATINGS, lead, missing=["There are no votes to show: ratings were given in their place; give a vote log."])
    told = check(analysis.source, analysis.specification)
    coverage = pair_coverage(analysis.log.counts, material.leaderboard.frame["competitor"].tolist())
    of_coverage = first_rows_of(coverage.frame, "pairs", "pair-coverage-data", "The pairs with most votes", N_LISTED, ALL_PAIRS)
    figures = [PageFigure("pair-coverage", coverage, of_coverage)]
    missing = []
    try:
        figures.insert(0, _over_time(analysis.source, material))
    except RecountError as error:
        missing.append(f"No votes over time: {error}.")
    # How a command would read it is no part of what was in it.
    held = told.frame[told.frame["topic"] != "proposal"]
    readable = held.assign(value=[number(int(text)) if text.isdecimal() else text for text in held["value"].astype(str)])
    table = replace(table_of(readable, "check", "check-table", "What the log holds, and what was left out"), csv=csv_address(held))
    return Section("log", TITLE, told.headline, [*figures, table], told.notes, missing)


def board_in_words(board: Board) -> str:
    """Say which board it is: its file, which part of it, its day, and how many models."""
    parts = filter(None, (board.subset, board.category))
    day = f", of {board.date}" if board.date else ", of an unknown day"
    return f"board {clean(', '.join((Path(board.source).name, *parts)))}{day}, with {plural(len(board.names), 'model')}"


def _over_time(source: Log, material: Material) -> PageFigure:
    """Draw the votes that pass the filters over time."""
    drawn = votes_over_time(days_of_votes(source, material.analysis.specification))
    return PageFigure("votes-over-time", drawn, table_of(drawn.frame, drawn.kind, "votes-over-time-data", drawn.sentence))
