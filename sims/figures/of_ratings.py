"""Figures of ratings: intervals of the best, all competitors by rank, who wins against whom, size against rating."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recount.engine.errors import OptionError
from recount.engine.vote_law import QUANTITIES
from recount.sims.figures.drawn_figure import DrawnFigure, frame_of
from recount.sims.figures.house import (
    COLUMN,
    COUNTER,
    INK,
    MAIN,
    PAGE,
    ROW,
    RULE,
    SOFT,
    blank,
    colour_of,
    finite_limits,
    in_house_style,
    label,
    legend_of_countries,
    scatter_with_signs,
    words_of_signs,
)
from recount.sims.presentation import Table
from recount.sims.presentation.meanings import column_of
from recount.sims.presentation.wording import interval_digits, is_missing, name, number, percent, plural, plus_minus, rank_set

if TYPE_CHECKING:
    from matplotlib.axes import Axes

N_BEST, N_IN_MATRIX, N_NAMED = 25, 20, 5
POINTS = "Rating (Elo points)"
Places = NDArray[np.float64]
Countries = Mapping[str, str] | pd.Series


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
        If the table is no leaderboard.
    """
    whole = frame_of(leaderboard, "leaderboard")
    frame = whole.head(n)
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
        sets = [_ranks(row) for row in frame.to_dict("records")]
        beside = axes.secondary_yaxis("right")
        beside.set_yticks(places, sets)
        beside.tick_params(axis="y", length=0, labelcolor=SOFT)
        beside.spines["right"].set_visible(False)
        legend_of_countries(axes, where)
    leaders = frame.loc[frame["rank_best"] == 1, "competitor"] if frame["rank_best"].notna().any() else frame["competitor"].head(1)
    may = f"{plural(len(leaders), 'competitor')} may be first" if frame["rank_best"].notna().any() else "how surely is not stated"
    told = f"The ratings of {'all' if len(frame) == len(whole) else 'the best'} {len(frame)}, with {leaderboard.confidence_level:.4g} intervals"
    sentence = f"{told.replace(f'{leaderboard.confidence_level:.4g}', percent(leaderboard.confidence_level))}; on the right the ranks that are possible: {may}."
    return DrawnFigure(figure, sentence, frame, "leaderboard", words_of_signs(_words(frame, where), where))


def all_ratings(leaderboard: Table, countries: Countries | None = None) -> DrawnFigure:
    """Draw the ratings of all competitors by rank, with their intervals; parameters as of `rating_intervals`."""
    frame = frame_of(leaderboard, "leaderboard")
    where = _where(frame, countries)
    with in_house_style():
        figure, (axes,) = blank(COLUMN, 2.6)
        _lines_and_signs(axes, frame, np.arange(1.0, len(frame) + 1), where, flat=False)
        axes.set_xlim(*finite_limits([1, len(frame)], margin=0.02))
        axes.grid(axis="y")
        axes.set_ylabel(POINTS)
        axes.set_xlabel("Rank")
        legend_of_countries(axes, where)
    spread = frame["rating"].replace([np.inf, -np.inf], np.nan)
    width = (frame["upper"] - frame["lower"]).replace([np.inf, -np.inf], np.nan).median()
    typical = "" if is_missing(width) else f"; half of the intervals are narrower than {number(width, interval_digits([0], [width]))} points"
    sentence = f"{plural(len(frame), 'competitor')} lie within {number(spread.max() - spread.min(), 0)} points{typical}."
    return DrawnFigure(figure, sentence, frame, "leaderboard", words_of_signs(_words(frame, where), where))


def _lines_and_signs(axes: "Axes", frame: pd.DataFrame, places: Places, where: Sequence[str], flat: bool) -> None:
    """Draw intervals as lines and ratings as signs; ends without an end reach the edge."""
    rating = frame["rating"].to_numpy(float)
    least, most = finite_limits(frame["lower"], frame["upper"], rating)
    lower, upper = (frame[end].to_numpy(float).clip(least, most) for end in ("lower", "upper"))
    colours = [colour_of(country) if any(where) else MAIN for country in where]
    draw = axes.hlines if flat else axes.vlines
    known = np.isfinite(lower) & np.isfinite(upper)
    draw(places[known], lower[known], upper[known], colors=[colour for colour, is_known in zip(colours, known, strict=True) if is_known], linewidths=1.1)
    shown = rating.clip(least, most)
    xs, ys = (shown, places) if flat else (places, shown)
    scatter_with_signs(axes, xs, ys, where, 3.6 if flat or len(frame) < 60 else 2.6)
    (axes.set_xlim if flat else axes.set_ylim)(least, most)


def _where(frame: pd.DataFrame, countries: Countries | None) -> list[str]:
    return ["" if countries is None else str(countries.get(who) or "") for who in frame["competitor"]]


def _words(frame: pd.DataFrame, where: Sequence[str]) -> list[str]:
    digits = interval_digits(frame["lower"], frame["upper"])
    return [
        f"{name(row['competitor'])}{f' ({country})' if country else ''}: {plus_minus(row['rating'], row['lower'], row['upper'], digits)}{_in_ranks(row)}"
        for row, country in zip(frame.to_dict("records"), where, strict=True)
    ]


def _ranks(row: Mapping[Any, Any]) -> str:
    return "" if is_missing(row["rank_best"]) else rank_set(row["rank_best"], row["rank_worst"])


def _in_ranks(row: Mapping[Any, Any]) -> str:
    ranks = _ranks(row)
    return f", rank {ranks}" if ranks else ""


def win_probabilities(pairs: Table, n: int = N_IN_MATRIX) -> DrawnFigure:
    """Draw what the best `n` are expected to score against each other, in percent.

    Parameters
    ----------
    pairs : Table
        As `analysis.pairs()` returns it.
    n : int

    Raises
    ------
    OptionError
        If the table is none of pairs, or the ratings say nothing of votes.
    """
    frame = frame_of(pairs, "pairs", "pair")
    quantity = next((one for one in (*QUANTITIES[1:], QUANTITIES[0]) if one in frame and frame[one].notna().any()), None)
    if quantity is None:
        raise OptionError("these ratings say nothing of the outcome of a vote, as their scale is none of votes; give votes, or a board in Elo points")
    order = list(dict.fromkeys([*frame["competitor"], *frame["other"]]))[:n]
    kept = frame[frame["competitor"].isin(order) & frame["other"].isin(order)].reset_index(drop=True)
    place = {who: i for i, who in enumerate(order)}
    of = np.full((len(order), len(order)), np.nan)
    for one, other, p, ties in zip(kept["competitor"], kept["other"], kept[quantity], kept.get("tie_probability", [0.0] * len(kept)), strict=True):
        of[place[one], place[other]] = p
        of[place[other], place[one]] = 1 - p - (ties if quantity == "win_probability" else 0.0)
    with in_house_style():
        cell = min(0.27, (PAGE - 1.6) / len(order))
        figure, (axes,) = blank(1.6 + cell * len(order), 0.4 + cell * 0.66 * len(order))
        _draw_cells(axes, of)
        numbers = [str(i + 1) for i in range(len(order))]
        axes.set_yticks(range(len(order)), [f"{label(who)}  {i}" for i, who in zip(numbers, order, strict=True)])
        axes.set_xticks(range(len(order)), numbers)
        axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
        for spine in axes.spines.values():
            spine.set_visible(False)
    best = kept.iloc[0]
    first, last = order[0], order[-1]
    ends = kept[(kept["competitor"] == first) & (kept["other"] == last)]
    against = f", and {percent(ends[quantity].iloc[0])} against {name(last)}" if len(order) > 2 and len(ends) else ""
    what = {"expected_score": "is expected to score {} of the points", "win_probability": "is expected to win {} of the votes"}.get(
        quantity, "is expected to win {} of the votes that are not ties"
    )
    sentence = f"{name(best['competitor'])} {what.format(percent(best[quantity]))} against {name(best['other'])}{against} (rows against columns, in %)."
    return DrawnFigure(figure, sentence, kept, "pairs", _words_of_cells(of, order, column_of(quantity).label))


def _draw_cells(axes: "Axes", of: NDArray[np.float64]) -> None:
    """Draw percentages in cells: one hue above a half, another below, the fuller the further."""
    from matplotlib.patches import Rectangle

    n = len(of)
    for i in range(n):
        for j in range(n):
            p = of[i, j]
            if np.isnan(p):
                axes.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=RULE, alpha=0.5, linewidth=0)).set_gid(f"blank-{i * n + j}")
                continue
            full = min(1.0, abs(p - 0.5) * 2) * 0.75
            axes.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=MAIN if p >= 0.5 else COUNTER, alpha=full, linewidth=0)).set_gid(f"cells-{i * n + j}")
            axes.text(j, i, f"{100 * p:.0f}", ha="center", va="center_baseline", fontsize=6, color=INK)
    axes.set_xlim(-0.5, n - 0.5)
    axes.set_ylim(n - 0.5, -0.5)


def _words_of_cells(of: NDArray[np.float64], order: Sequence[str], what: str) -> dict[str, list[str]]:
    n = len(order)
    return {
        f"cells-{i * n + j}": [f"{name(order[i])} against {name(order[j])}: {what.lower()} {percent(of[i, j], 1)}"]
        for i in range(n)
        for j in range(n)
        if not np.isnan(of[i, j])
    }


def size_against_rating(leaderboard: Table, facts: pd.DataFrame, parameters: str = "total") -> DrawnFigure:
    """Draw ratings against the number of parameters, with the frontier: models that are rated above all that are not larger.

    Parameters
    ----------
    leaderboard : Table
    facts : DataFrame
        Indexed by competitor: country and total_parameters_b or active_parameters_b, as `recount.sims.countries.facts` has them.
    parameters : {"total", "active"}

    Raises
    ------
    OptionError
        If no size is known.
    """
    frame = frame_of(leaderboard, "leaderboard")
    size = frame["competitor"].map(facts[f"{parameters}_parameters_b"]).to_numpy(float)
    country = frame["competitor"].map(facts["country"]).fillna("").astype(str)
    frame = frame.assign(country=country, **{f"{parameters}_parameters_b": size})[["competitor", "country", f"{parameters}_parameters_b", "rating", "lower", "upper"]]
    n_all, known = len(frame), np.isfinite(size) & (size > 0) & np.isfinite(frame["rating"])
    frame, size = frame[known].reset_index(drop=True), size[known]
    if frame.empty:
        raise OptionError("the catalogue knows the size of none of these models; give a table of models with sizes with catalogue")
    order = np.lexsort((-frame["rating"].to_numpy(float), size))
    frontier = [i for place, i in enumerate(order) if (frame["rating"].to_numpy(float)[order[:place]] < frame["rating"][i]).all()]
    where = frame["country"].tolist()
    with in_house_style():
        figure, (axes,) = blank(COLUMN, 2.8)
        axes.plot(size[frontier], frame["rating"].to_numpy(float)[frontier], color=SOFT, linewidth=0.9, drawstyle="steps-post", zorder=1)
        scatter_with_signs(axes, size, frame["rating"].to_numpy(float), where, 3.4)
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.grid(axis="both")
        axes.set_xlabel(f"{parameters.capitalize()} parameters (billions)")
        axes.set_ylabel(POINTS)
        legend_of_countries(axes, where)
    best = frame.iloc[int(frame["rating"].to_numpy(float).argmax())]
    listed = ", ".join(name(frame["competitor"][i]) for i in frontier[-3:])
    sentence = (
        f"Of {plural(len(frame), 'model')} of known size ({n_all - len(frame)} are not shown), {len(frontier)} are rated above all that are not larger; "
        f"the largest of them: {listed}."
    )
    words = [f"{text}, {number(b)} billion parameters" for text, b in zip(_plain_words(frame), size.tolist(), strict=True)]
    return DrawnFigure(figure, sentence if best is not None else "", frame, "leaderboard", words_of_signs(words, where))


def _plain_words(frame: pd.DataFrame) -> list[str]:
    return [f"{name(row['competitor'])} ({row['country'] or 'no country'}): {number(float(row['rating']), 0)}" for row in frame.to_dict("records")]
