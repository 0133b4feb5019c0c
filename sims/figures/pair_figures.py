"""Who is expected to win against whom."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recount.engine.choices.arguments import checked
from recount.engine.errors import OptionError
from recount.engine.vote_law import QUANTITIES
from recount.sims.figures.drawn_figure import DrawnFigure, check_size, frame_of
from recount.sims.figures.house import BESIDE, COUNTER, INK, MAIN, PAGE, RULE, blank, in_house_style, label
from recount.sims.presentation import Table
from recount.sims.presentation.meanings import column_of
from recount.sims.presentation.wording import name, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

N_IN_MATRIX = 16
DOES = {
    "expected_score": "score {} of the points",
    "win_probability": "win {} of the votes",
    "decided_win_probability": "win {} of the votes that are not ties",
}


@checked
def win_probabilities(pairs: Table, n: int = N_IN_MATRIX) -> DrawnFigure:
    """Draw what the best `n` are expected to score against each other, in percent.

    Parameters
    ----------
    pairs : Table
        As `analysis.pairs()` returns it.
    n : int
        Two or more.

    Raises
    ------
    OptionError
        If the table is none of pairs, or the ratings say nothing of votes.
    """
    check_size(n, 2)
    frame = frame_of(pairs, "pairs", "pair", columns=("competitor", "other"))
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
        # Texts of their own: a number beside a name that is written from right to left would land within it.
        axes.set_yticks(range(len(order)), numbers)
        for i, who in enumerate(order):
            axes.text(-0.5 - 0.24 / cell, i, label(who), ha="right", va="center_baseline", fontsize=7, gid=BESIDE)
        axes.set_xticks(range(len(order)), numbers)
        axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
        for spine in axes.spines.values():
            spine.set_visible(False)
    first, last = order[0], order[-1]
    further = f", and {percent(of[0, -1])} against {name(last)}" if len(order) > 2 and not np.isnan(of[0, -1]) else ""
    expected = f"{name(first)} is expected to {DOES[quantity].format(percent(of[0, 1]))} against {name(order[1])}"
    sentence = f"{expected}{further} (rows against columns, in %)."
    return DrawnFigure(figure, sentence, kept, "pairs", _words_of_cells(of, order, column_of(quantity).label))


def _draw_cells(axes: "Axes", of: NDArray[np.float64]) -> None:
    """Draw percentages in cells: one hue above a half, another below, the fuller the further."""
    from matplotlib.patches import Rectangle

    n = len(of)
    for i in range(n):
        for j in range(n):
            p = of[i, j]
            if np.isnan(p):
                axes.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=RULE, alpha=0.5, linewidth=0))
                continue
            full = min(1.0, abs(p - 0.5) * 2) * 0.75
            hue = MAIN if p >= 0.5 else COUNTER
            axes.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=hue, alpha=full, linewidth=0, gid=f"cells-{i * n + j}"))
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
