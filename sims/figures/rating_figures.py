"""Figures of ratings: intervals of the best, and all competitors by rank."""

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from recount.engine.choices.arguments import checked
from recount.engine.errors import OptionError
from recount.engine.plurals import plural
from recount.engine.votes import Floats
from recount.sims.figures.drawn_figure import DrawnFigure, check_size, frame_of
from recount.sims.figures.house import (
    COLUMN,
    MAIN,
    ROW,
    beside,
    blank,
    colour_of,
    finite_limits,
    in_house_style,
    label,
    legend_of_countries,
    scatter_with_signs,
    whole_numbers,
    words_of_signs,
)
from recount.sims.presentation import Table
from recount.sims.presentation.wording import interval_digits, is_missing, level_of, name, number, plus_minus, rank_set

if TYPE_CHECKING:
    from matplotlib.axes import Axes

N_BEST = 25
POINTS = "Rating (Elo points)"
DRAWN = ["rank", "competitor", "rating", "lower", "upper", "rank_best", "rank_worst"]
Countries = Mapping[str, str] | pd.Series


@checked
def rating_intervals(leaderboard: Table, countries: Countries | None = None, n: int = N_BEST) -> DrawnFigure:
    """Draw the ratings of the best `n` with their intervals and rank sets, best first.

    Parameters
    ----------
    leaderboard : Table
        As `analysis.leaderboard()` returns it.
    countries : mapping or Series of str to str, optional
        Country of each competitor, which gives colour and sign.
    n : int

    Raises
    ------
    OptionError
        If the table is no leaderboard, or lacks a column, or `n` is below 1.
    """
    check_size(n)
    whole = frame_of(leaderboard, "leaderboard", columns=DRAWN)
    frame = whole.head(n)[DRAWN]
    where = _where(frame, countries)
    with in_house_style():
        figure, (axes,) = blank(COLUMN, 0.5 + ROW * len(frame) + (0.15 if any(where) else 0.0))
        places = -np.arange(len(frame), dtype=float)
        _lines_and_signs(axes, frame, places, where, flat=True)
        axes.set_yticks(places, [label(who) for who in frame["competitor"]])
        axes.set_ylim(places[-1] - 0.7, 0.7)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        axes.set_xlabel(POINTS)
        beside(axes, places, [_ranks(row) for row in frame.to_dict("records")])
        legend_of_countries(axes, where)
    # Of all, also of those that are not drawn.
    n_first = int((whole["rank_best"] == 1).sum())
    level = level_of(leaderboard.confidence_level)
    sure = f"with {level} intervals; on the right the ranks that are possible: {plural(n_first, 'competitor')} may be first"
    which = f"all {len(frame)}" if len(frame) == len(whole) else f"the best {len(frame)} of {len(whole):,}"
    if len(frame) == 1:
        which = "the one competitor" if len(whole) == 1 else f"the best of {len(whole):,}"
    sentence = f"The rating{'' if len(frame) == 1 else 's'} of {which}, {sure if n_first else 'of which nothing says how sure they are'}."
    return DrawnFigure(figure, sentence, frame, "leaderboard", words_of_signs(_words(frame, where), where))


@checked
def all_ratings(leaderboard: Table, countries: Countries | None = None) -> DrawnFigure:
    """Draw the ratings of all competitors by rank, with their intervals; parameters as of `rating_intervals`."""
    frame = frame_of(leaderboard, "leaderboard", columns=DRAWN)[DRAWN]
    where = _where(frame, countries)
    with in_house_style():
        figure, (axes,) = blank(COLUMN, 2.6)
        _lines_and_signs(axes, frame, np.arange(1.0, len(frame) + 1), where, flat=False)
        axes.set_xlim(*finite_limits([1, len(frame)], margin=0.02))
        axes.grid(axis="y")
        axes.set_ylabel(POINTS)
        axes.set_xlabel("Rank")
        whole_numbers(axes)
        legend_of_countries(axes, where)
    spread = frame["rating"].replace([np.inf, -np.inf], np.nan)
    width = (frame["upper"] - frame["lower"]).replace([np.inf, -np.inf], np.nan).median()
    typical = "" if is_missing(width) else f"; half of the intervals are no wider than {number(width, interval_digits([0], [width]))} points"
    sentence = f"{plural(len(frame), 'competitor')} lie within {number(spread.max() - spread.min(), 0)} points{typical}."
    return DrawnFigure(figure, sentence, frame, "leaderboard", words_of_signs(_words(frame, where), where))


def _lines_and_signs(axes: "Axes", frame: pd.DataFrame, places: Floats, where: Sequence[str], flat: bool) -> None:
    """Draw intervals as lines and ratings as signs; ends without an end reach the edge."""
    rating = frame["rating"].to_numpy(float)
    least, most = finite_limits(frame["lower"], frame["upper"], rating)
    lower, upper = (frame[end].to_numpy(float).clip(least, most) for end in ("lower", "upper"))
    known = np.isfinite(lower) & np.isfinite(upper)
    colours = [colour_of(country) if any(where) else MAIN for country in itertools.compress(where, known)]
    draw = axes.hlines if flat else axes.vlines
    draw(places[known], lower[known], upper[known], colors=colours, linewidths=1.1)
    shown = rating.clip(least, most)
    xs, ys = (shown, places) if flat else (places, shown)
    scatter_with_signs(axes, xs, ys, where, 3.6 if flat or len(frame) < 60 else 2.6)
    (axes.set_xlim if flat else axes.set_ylim)(least, most)


def _where(frame: pd.DataFrame, countries: Countries | None) -> list[str]:
    if isinstance(countries, pd.Series) and not countries.index.is_unique:
        raise OptionError(f"countries have {countries.index[countries.index.duplicated()][0]!r} twice; give each competitor once")
    found = [None if countries is None else countries.get(who) for who in frame["competitor"]]
    return ["" if is_missing(country) else str(country) for country in found]


def _words(frame: pd.DataFrame, where: Sequence[str]) -> list[str]:
    digits = interval_digits(frame["lower"], frame["upper"])
    words = []
    for row, country in zip(frame.to_dict("records"), where, strict=True):
        ranks = _ranks(row)
        rating = plus_minus(row["rating"], row["lower"], row["upper"], digits)
        words.append(f"{name(row['competitor'])}{f' ({country})' if country else ''}: {rating}{f', rank {ranks}' if ranks else ''}")
    return words


def _ranks(row: Mapping[Any, Any]) -> str:
    return "" if is_missing(row["rank_best"]) else rank_set(row["rank_best"], row["rank_worst"])
