"""Figure of a conclusion under all combinations of choices: the specification curve."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from recount.engine.choices.arguments import checked
from recount.engine.plurals import plural
from recount.engine.votes import Bools, Floats
from recount.sims.figures.choice_figures import OF_LEAD, digits_of_lead, of_conclusion, unit_of_lead
from recount.sims.figures.drawn_figure import DrawnFigure, frame_of
from recount.sims.figures.house import COUNTER, INK, MAIN, PAGE, blank, finite_limits, in_house_style, label
from recount.sims.presentation import Table
from recount.sims.presentation.choices_told import told_change, told_choice
from recount.sims.presentation.country_leads import AMONG, BY
from recount.sims.presentation.specification_sentences import FIRST, named_by
from recount.sims.presentation.wording import clean, headed, is_missing, number, percent, span, whose
from recount.sims.specification import Specification
from recount.sims.specification.flat import options_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# More analyses are drawn as a line and a band.
MOST_MARKED = 400
# Of these, analyses that can be asked for one by one.
N_TOLD = 60
# Letters of how a choice is made that have room beside its marks.
WIDEST_VALUE = 54


@checked
def specification_curve(specifications: Table, **conclusion: str) -> DrawnFigure:
    """Draw the lead of the usual leader under every distinct analysis, the smallest first, and below it the choices of each.

    Parameters
    ----------
    specifications : Table
        `specifications` of what `analysis.multiverse()` returns.
    **conclusion : str
        Which conclusion, where there are several: group and metric.

    Raises
    ------
    OptionError
        If the table is no grid, or holds not exactly one such conclusion.
    """
    frame = frame_of(specifications, "specifications", columns=("analysis", *OF_LEAD))
    frame = of_conclusion(frame, conclusion).drop_duplicates("analysis")
    choices = _varied(frame)
    frame = frame.sort_values("lead", kind="stable", ignore_index=True)
    with in_house_style():
        n_values = sum(len(values) + 1 for values in choices.values())
        # Where all specifications are one analysis no choice is drawn.
        heights = [2.0, 0.12 * n_values] if choices else [2.0]
        figure, panels = blank(PAGE, sum(heights), len(heights), sharex=True, gridspec_kw={"height_ratios": heights})
        panels[-1].xaxis.set_major_formatter(lambda value, _: number(round(value)))
        # As the sentence counts: of several, the one that leads may have less than a half.
        holds = frame["lead"].to_numpy(float) > 0
        at = np.arange(1.0, len(frame) + 1)
        marks = _draw_curve(panels[0], at, frame, holds)
        if choices:
            _draw_choices(panels[1], frame, choices)
        panels[-1].set_xlabel(f"{plural(len(frame), 'distinct analysis', 'distinct analyses')}, by lead")
    drawn = frame[[*named_by(frame), "analysis", *choices, "lead", "lead_lower", "lead_upper", "p_usual", "unit"]]
    return DrawnFigure(figure, _of_curve(frame), drawn, "specifications", marks)


def _draw_curve(axes: "Axes", at: Floats, frame: pd.DataFrame, holds: Bools) -> dict[str, list[str]]:
    """Draw leads with their intervals; return the words of the signs."""
    marks = {}
    for gid, here, colour, sign, said in (("holds", holds, MAIN, "o", "usual leader ahead"), ("otherwise", ~holds, COUNTER, "s", "another ahead")):
        if not here.any():
            continue
        if not holds.all():
            axes.scatter([], [], s=3**2, marker=sign, color=colour, linewidths=0, label=said)
        lower, lead, upper = (np.where(here, frame[column].to_numpy(float), np.nan) for column in ("lead_lower", "lead", "lead_upper"))
        if len(frame) > MOST_MARKED:
            axes.fill_between(at, lower, upper, color=colour, alpha=0.35, linewidth=0, step="mid")
            axes.plot(at, lead, color=colour, linewidth=1.4, drawstyle="steps-mid")
            # Signs that are not seen until one is asked for.
            some = np.unique(np.linspace(0, len(frame) - 1, N_TOLD).round().astype(int))
            here = here & np.isin(np.arange(len(frame)), some)
            size, alpha = 4.0, 0.0
        else:
            axes.vlines(at[here], lower[here], upper[here], colors=colour, linewidths=0.5, alpha=0.5)
            size, alpha = 2.4, 1.0
        if here.any():
            axes.scatter(at[here], lead[here], s=size**2, marker=sign, color=colour, alpha=alpha, linewidths=0, zorder=3, gid=gid)
            marks[gid] = [_in_words(place, row) for place, row in zip(at[here].tolist(), frame[here].to_dict("records"), strict=True)]
    if not holds.all():
        axes.legend(loc="upper left", ncols=2)
    axes.axhline(0, color=INK, linewidth=0.6, linestyle=(0, (2, 2)))
    axes.set_ylabel(f"Lead ({unit_of_lead(frame)})")
    axes.set_xlim(*finite_limits([1, len(frame)], margin=0.01))
    axes.grid(axis="y")
    return marks


def _in_words(place: float, row: Mapping[Any, Any]) -> str:
    ends = row["lead_lower"], row["lead_upper"]
    digits = digits_of_lead(row["unit"], (row["lead"], row["lead"]) if is_missing(ends[0]) else ends)
    interval = "" if is_missing(ends[0]) else f" ({span(*ends, digits)})"
    return f"{place:,.0f} by lead, analysis {row['analysis']}: lead {number(row['lead'], digits)}{interval} {row['unit']}"


def _draw_choices(axes: "Axes", frame: pd.DataFrame, choices: dict[str, list[object]]) -> None:
    """Draw for each value of each choice in which analyses it is made so, as a picture of one pixel for each."""
    from matplotlib.colors import to_rgba

    rows: list[str] = []
    heads: list[int] = []
    cells: list[Floats] = []
    for choice, values in choices.items():
        heads.append(len(rows))
        rows.append(label(told_choice(choice)))
        cells.append(np.zeros(len(frame)))
        for value in values:
            rows.append(f"   {label(told_change(f'{choice}={number(value) if isinstance(value, float) else value}'), WIDEST_VALUE)}")
            cells.append(np.asarray(frame[choice].astype(object) == value, np.float64))
    picture = np.tile(np.array(to_rgba(MAIN)), (len(rows), len(frame), 1))
    picture[..., 3] = np.array(cells) * 0.85
    axes.imshow(picture, interpolation="none", aspect="auto", extent=(0.5, len(frame) + 0.5, len(rows) - 0.5, -0.5))
    axes.set_yticks(range(len(rows)), rows, fontsize=6)
    for place in heads:
        axes.get_yticklabels()[place].set_fontweight("bold")
    axes.tick_params(axis="y", length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _varied(frame: pd.DataFrame) -> dict[str, list[object]]:
    """Return the choices that differ between the rows, with their values."""
    names = [column for column in options_of(Specification) if column in frame]
    values = {column: list(dict.fromkeys(value for value in frame[column].tolist() if not is_missing(value))) for column in names}
    return {column: of for column, of in values.items() if len(of) > 1}


def _usual_leader(frame: pd.DataFrame) -> str:
    """Name the usual leader, who leads where its lead is above 0."""
    column = next((one for one in ("country", "competitor") if one in frame), None)
    who = frame.loc[frame["lead"] > 0, column].mode() if column else frame.index[:0]
    return f"the usual leader, {whose(who[0])}," if len(who) else "the usual leader"


def _of_curve(frame: pd.DataFrame) -> str:
    """Say in how many analyses the usual leader is ahead, and between which ends its lead lies."""
    row = frame.iloc[0]
    about = f" {AMONG.get(str(row['group']), '')} by {BY.get(str(row['metric']), clean(row['metric']))}" if "group" in frame else ""
    of = f" (conclusion: {clean(row['conclusion'])})" if row.get("conclusion", FIRST) != FIRST else ""
    n = int((frame["lead"] > 0).sum())
    ends = float(frame["lead"].iloc[0]), float(frame["lead"].iloc[-1])
    ahead = f"ahead in {'all' if n == len(frame) else f'{n:,} of'} {plural(len(frame), 'distinct analysis', 'distinct analyses')}"
    share = "" if n == len(frame) else f" ({percent(n / len(frame))})"
    lies = f"its lead is {span(*ends, digits_of_lead(row['unit'], ends))} {unit_of_lead(frame)}"
    return f"{headed(_usual_leader(frame))}{about} is {ahead}{share}{of}; {lies}."
