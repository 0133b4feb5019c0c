"""All notes on an analysis, in the order in which they are told."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from recount.sims.analysis import notes
from recount.sims.analysis.board_notes import of_board
from recount.sims.analysis.rated_by_the_prior import of_one_sided
from recount.sims.filtering import of_filters
from recount.sims.filtering.found_columns import unclustered_voters

if TYPE_CHECKING:
    from recount.sims.analysis.analysis import Analysis


def of_analysis(analysis: "Analysis") -> Iterator[str]:
    """Notes on the votes or the board, the fit, effects of covariates, and the uncertainty."""
    if analysis.has_votes:
        yield from of_votes_and_fit(analysis)
        yield from notes.of_prior(analysis.fit, analysis.specification)
        if analysis.uncertainty.effects is not None:
            effects = analysis.effects()
            yield from (effects.headline, *effects.notes)
    if analysis.board is not None:
        yield from of_board(analysis.board)
    yield from notes.of_uncertainty(analysis.uncertainty)
    if (column := unclustered_voters(analysis.source, analysis.specification)) is not None:
        yield f"votes of one voter are taken as independent, so that intervals may be far too narrow; `clusters` {column} allows for voters"
    yield from notes.of_draws(analysis.uncertainty, analysis.specification)


def of_votes_and_fit(analysis: "Analysis") -> Iterator[str]:
    """Notes on the votes and the fit."""
    log, s = analysis.log, analysis.specification
    yield from notes.of_quarantine(log.quarantine)
    yield from of_filters(log)
    if s.window.column is not None and not s.window:
        yield f"times in {s.window.column!r} leave out no vote, as neither `since` nor `until` is given; answers through time are by them"
    yield from notes.of_labels(analysis.rows, s)
    yield from notes.of_minimum(log.counts, s)
    yield from notes.of_fit(analysis.fit)
    yield from of_one_sided(analysis.fit)
    yield from notes.of_effects(analysis.fit)
    if s.covariates:
        # Slow to load.
        from recount.sims.analysis.order_of_names import of_order

        yield from of_order(log.counts, s)
