"""Figures of conclusions: verdicts of claims, and how few votes a conclusion hangs on."""

import re
import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from recount.engine.choices.arguments import checked
from recount.engine.errors import OptionError
from recount.sims.figures.drawn_figure import DrawnFigure, frame_of
from recount.sims.figures.house import COLUMN, COUNTER, MAIN, PAPER, ROW, SOFT, blank, in_house_style, label
from recount.sims.presentation import Table
from recount.sims.presentation.changed_votes import units_of
from recount.sims.presentation.judgements import count_verdicts
from recount.sims.presentation.wording import begun, clean, is_missing, name, percent, probability, small_share

OF_VERDICT = {"holds": (MAIN, "o"), "fails": (COUNTER, "X"), "fragile": ("#b07eb7", "D"), "undecided": (SOFT, "s")}
# A conclusion that lists competitors.
LISTS = re.compile(r"the (\d+) best are ")
# Longer conclusions are cut.
LONGEST = 90
OF_REMOVALS = ("conclusion", "n_changed", "n_units", "unit", "share")
COLUMNS = ["id", "verdict", "p_true", "share_true", "tested"]
# Letters of what was tested in a line, and how high a row is that has room for the name of a claim and three lines.
WIDTH_OF_TESTED, LINES_OF_TESTED, HEIGHT_OF_CLAIM = 76, 3, 3.5

# Letters of the label of an axis in a line, and of the name of a column in it.
WIDTH_OF_LABEL, WIDTH_OF_COLUMN = 48, 22


@checked
def claim_verdicts(claims: Table) -> DrawnFigure:
    """Draw how probable what was tested of each claim is, and by how many of the reasonable specifications it is true.

    Parameters
    ----------
    claims : Table
        As `recount.judge` returns it.

    Raises
    ------
    OptionError
        If none of the claims could be tested.
    """
    whole = frame_of(claims, "claims", columns=COLUMNS)
    frame = whole[whole["p_true"].notna()].reset_index(drop=True)
    if frame.empty:
        raise OptionError("none of the claims can be tested by these data; see why_not")
    with in_house_style():
        figure, (axes,) = blank(COLUMN, 0.75 + HEIGHT_OF_CLAIM * ROW * len(frame))
        places = -np.arange(len(frame), dtype=float)
        marks = {}
        axes.axvline(0.95, color=SOFT, linewidth=0.5, linestyle=(0, (2, 2)))
        axes.axvline(0.05, color=SOFT, linewidth=0.5, linestyle=(0, (2, 2)))
        for place, row in zip(places.tolist(), frame.to_dict("records"), strict=True):
            colour, sign = OF_VERDICT.get(str(row["verdict"]), (SOFT, "s"))
            share = row["share_true"]
            if not is_missing(share):
                axes.plot([share, share], [place - 0.14, place + 0.14], color=colour, linewidth=1.6)
            gid = f"claim{int(-place)}"
            axes.scatter([row["p_true"]], [place], s=4**2, marker=sign, color=colour, linewidths=0, zorder=3, gid=gid)
            of_grid = "" if is_missing(share) else f", true by {percent(share)} of the specifications"
            marks[gid] = [f"{name(row['id'])} {clean(row['verdict'])}: true with a probability of {probability(row['p_true'])}{of_grid}"]
            lines = textwrap.wrap(begun(clean(row["tested"])), WIDTH_OF_TESTED, max_lines=LINES_OF_TESTED, placeholder=" …")
            # On paper, so that no line goes through them.
            told: dict[str, Any] = {"textcoords": "offset points", "va": "bottom", "bbox": {"facecolor": PAPER, "linewidth": 0, "pad": 0.5}}
            axes.annotate("\n".join(lines), (0, place + 0.15), xytext=(0, 2), fontsize=5.5, linespacing=1.0, **told)
            above = (0, 3 + 5.5 * len(lines))
            axes.annotate(label(row["id"], 60), (0, place + 0.15), xytext=above, fontweight="bold", fontsize=6.5, **told)
        axes.set_yticks(places, [""] * len(places))
        axes.set_ylim(places[-1] - 0.3, 0.95)
        axes.set_xlim(-0.03, 1.03)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="y")
        axes.set_xlabel("Probability that it is true; upright line: share of specifications")
        _legend_of_verdicts(axes, frame["verdict"].tolist())
    shown = f"Shown is how probable the {len(frame)} that can be tested are, as far as they were tested; dotted lines are at 0.05 and 0.95."
    return DrawnFigure(figure, f"{count_verdicts(whole)} {shown}", frame[COLUMNS], "claims", marks)


def _what_changes(conclusion: str) -> str:
    """Say that a conclusion changes."""
    short = _short(conclusion, LONGEST)
    return short if LISTS.match(conclusion) else f"that {short}"


def _short(conclusion: str, most: int) -> str:
    """Name a conclusion, cut to a width; one that lists many competitors by what it lists."""
    listed = LISTS.match(conclusion)
    return f"who the {listed[1]} best are" if listed else label(conclusion, most)


def _legend_of_verdicts(axes: "object", verdicts: Sequence[str]) -> None:
    from matplotlib.lines import Line2D

    shown = [verdict for verdict in OF_VERDICT if verdict in verdicts]
    handles = [Line2D([], [], linestyle="", marker=OF_VERDICT[one][1], color=OF_VERDICT[one][0], markeredgewidth=0, label=one) for one in shown]
    axes.legend(handles=handles, ncols=4, loc="lower right", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.1)  # type: ignore[attr-defined]


@checked
def removals(summaries: Table | Sequence[Table]) -> DrawnFigure:
    """Draw how small a share of the votes, or of the clusters of a column, chosen to do so, changes each conclusion when it is removed.

    Parameters
    ----------
    summaries : Table, or sequence of Table
        `summary` of what `analysis.influence()` returns, one or several.

    Raises
    ------
    OptionError
        If no removal was found for any of them.
    """
    # A table is no sequence, which a type checker cannot know of lists and tuples alone.
    several: Sequence[Table] = summaries if isinstance(summaries, list | tuple) else [summaries]  # type: ignore[list-item]
    if not several:
        raise OptionError("no table is given; give analysis.influence().summary, of one conclusion or several")
    frame = pd.concat([frame_of(one, "influence summary", columns=OF_REMOVALS) for one in several], ignore_index=True)
    found = frame[frame["n_changed"].notna()].reset_index(drop=True)
    if found.empty:
        raise OptionError("no removal was found that changes a conclusion, so there is nothing to draw")
    found = found.sort_values("share", kind="stable", ignore_index=True)
    units = dict.fromkeys(units_of(unit, WIDTH_OF_COLUMN) for unit in found["unit"])
    below = textwrap.wrap(f"Share of the {' and '.join(units)} removed", WIDTH_OF_LABEL)
    with in_house_style():
        figure, (axes,) = blank(COLUMN, 0.5 + 2.3 * ROW * len(found) + 0.8 * ROW * (len(below) - 1))
        places = -np.arange(len(found), dtype=float)
        share = found["share"].to_numpy(float)
        marks = {}
        for place, row in zip(places.tolist(), found.to_dict("records"), strict=True):
            gid = f"removal{int(-place)}"
            axes.barh([place], [row["share"]], height=0.3, color=MAIN)[0].set_gid(gid)
            marks[gid] = [
                f"{clean(row['conclusion'])}: {row['n_changed']:,} of {row['n_units']:,} {units_of(row['unit'])} ({small_share(row['share'])})"
            ]
            axes.annotate(_short(row["conclusion"], 52), (0, place + 0.22), xytext=(1, 0), textcoords="offset points", va="bottom", fontsize=6.5)
            axes.annotate(f"{row['n_changed']:,}", (row["share"], place), xytext=(3, 0), textcoords="offset points", va="center", fontsize=6.5)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_ylim(places[-1] - 0.4, 0.75)
        axes.set_xlim(0, share.max() * 1.2)
        axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.3g} %")
        axes.locator_params(axis="x", nbins=5)
        axes.grid(axis="x")
        axes.set_xlabel("\n".join(below))
    least = found.iloc[0]
    of_all = f"{least['n_changed']:,} of {least['n_units']:,} {units_of(least['unit'])} ({small_share(least['share'])})"
    sentence = f"{of_all} {'is' if least['n_changed'] == 1 else 'are'} enough to change {_what_changes(str(least['conclusion']))}."
    return DrawnFigure(figure, sentence, found, "influence summary", marks)
