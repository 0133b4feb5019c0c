"""Figures of answers, by one house template: a table in, a figure out, which a notebook shows and `save` writes as .svg, .pdf or .png.

For example ``recount.figures.rating_intervals(analysis.leaderboard()).save("ratings.pdf")``. A country has the same colour in every figure.
"""

from recount.sims.figures.choice_figures import choice_tornado
from recount.sims.figures.conclusion_figures import claim_verdicts, removals
from recount.sims.figures.country_figures import country_metrics, frontier_through_time
from recount.sims.figures.curve_figures import specification_curve
from recount.sims.figures.drawn_figure import DrawnFigure
from recount.sims.figures.log_figures import pair_coverage, votes_over_time
from recount.sims.figures.pair_figures import win_probabilities
from recount.sims.figures.rating_figures import all_ratings, rating_intervals
from recount.sims.figures.share_figures import share_stacks
from recount.sims.figures.size_figures import size_against_rating

__all__ = [
    "DrawnFigure",
    "all_ratings",
    "choice_tornado",
    "claim_verdicts",
    "country_metrics",
    "frontier_through_time",
    "pair_coverage",
    "rating_intervals",
    "removals",
    "share_stacks",
    "size_against_rating",
    "specification_curve",
    "votes_over_time",
    "win_probabilities",
]
