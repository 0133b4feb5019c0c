"""How far a conclusion depends on choices: one choice at a time, and all of their combinations."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from recount.engine.choices.arguments import checked
from recount.engine.errors import OptionError
from recount.engine.plurals import plural
from recount.engine.votes import Bools, Floats
from recount.sims.figures.drawn_figure import DrawnFigure, frame_of
from recount.sims.figures.house import COLUMN, COUNTER, INK, MAIN, PAGE, ROW, SOFT, blank, finite_limits, in_house_style, label
from recount.sims.presentation import Table
from recount.sims.presentation.choices_told import told_change, told_choice
from recount.sims.presentation.country_leads import AMONG, BY
from recount.sims.presentation.specification_sentences import SURE, named_by
from recount.sims.presentation.wording import clean, count_digits, interval_digits, is_missing, name, number, percent, probability, span
from recount.sims.specification import Specification
from recount.sims.specification.flat import options_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Leads closer than this, as a share of the widest, are the same in a figure.
LEVEL = 1e-3
# More analyses are drawn as a line and a band.
MOST_MARKED = 400
# Letters of how a choice is made that have room beside its marks.
WIDEST_VALUE = 38
OF_LEAD = ("lead", "lead_lower", "lead_upper", "p_usual", "unit", "scale")


@checked
def choice_tornado(table: Table, **conclusion: str) -> DrawnFigure:
    """Draw the lead of the usual leader when each choice by itself is made otherwise than usual, the one that matters most first.

    Parameters
    ----------
    table : Table
        As `recount.each_choice_alone` returns it.
    **conclusion : str
        Which conclusion, where there are several: group and metric.

    Raises
    ------
    OptionError
        If the table is none of these, or has no such conclusion.
    """
    frame = frame_of(table, "one choice", columns=("choices", "change", "leader", "leads", *OF_LEAD))
    frame = _of_conclusion(frame, conclusion)
    if frame["choices"].iloc[0]:
        raise OptionError("there is no usual lead to draw; take another conclusion of the table")
    usual, others = frame.iloc[0], frame.iloc[1:]
    reach = others.groupby("choices", sort=False)["lead"].agg(lambda leads: np.abs(leads - usual["lead"]).max())
    order = reach.sort_values(ascending=False, kind="stable").index.tolist()
    n_rows = max(len(order), 1)
    with in_house_style():
        figure, (axes,) = blank(COLUMN, 0.75 + 1.1 * ROW * n_rows)
        axes.axvspan(usual["lead_lower"], usual["lead_upper"], color=SOFT, alpha=0.15, linewidth=0)
        axes.axvline(usual["lead"], color=SOFT, linewidth=0.7)
        marks: dict[str, list[str]] = {}
        for place, row in zip([order.index(choice) for choice in others["choices"]], others.to_dict("records"), strict=True):
            same = row["leads"] == usual["leader"]
            colour, gid = MAIN if same else COUNTER, f"choice{place}-{len(marks)}"
            axes.hlines(-place, row["lead_lower"], row["lead_upper"], colors=colour, linewidths=0.8, alpha=0.6)
            axes.scatter([row["lead"]], [-place], s=3.6**2, marker="o" if same else "s", color=colour, linewidths=0, zorder=3, gid=gid)
            marks[gid] = [_in_words(row, _unit(frame))]
        limits = finite_limits(frame["lead"], frame["lead_lower"], frame["lead_upper"])
        if limits[0] < 0 < limits[1]:
            axes.axvline(0, color=INK, linewidth=0.6, linestyle=(0, (2, 2)))
        axes.set_xlim(*limits)
        axes.set_yticks(-np.arange(len(order), dtype=float), [label(told_choice(choice)) for choice in order])
        axes.set_ylim(-n_rows + 0.3, 0.7)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        axes.locator_params(axis="x", nbins=6)
        # What it is by stands in the sentence.
        axes.set_xlabel(f"Lead of {label(usual['leader'], 20)} ({_unit(frame).replace(' on the', ',')})")
    return DrawnFigure(figure, _of_tornado(usual, others, order, _unit(frame)), frame, "one choice", marks)


def _of_conclusion(frame: pd.DataFrame, conclusion: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows of one conclusion that have a lead."""
    for column, value in conclusion.items():
        if column not in frame:
            raise OptionError(f"the table has no column {column!r}; conclusions are told apart by {', '.join(named_by(frame))}")
        frame = frame[frame[column] == value]
    frame = frame[frame["lead"].notna()].reset_index(drop=True)
    if frame.empty or len(frame[named_by(frame)].drop_duplicates()) != 1:
        raise OptionError(f"name one conclusion that has a lead, by {', '.join(named_by(frame))}")
    return frame


def _of_tornado(usual: "pd.Series[Any]", others: pd.DataFrame, order: Sequence[str], unit: str) -> str:
    """Say who leads under how many of the departures, and which choice moves the lead most."""
    about = "leads"
    if "group" in usual:
        among = AMONG.get(str(usual["group"]), f"in group {name(usual['group'])}")
        about = f"leads {among} by {BY.get(str(usual['metric']), clean(usual['metric']))}"
    n_same = int((others["leads"] == usual["leader"]).sum())
    every = "whichever choice alone is made otherwise" if n_same == len(others) else f"under {n_same} of {plural(len(others), 'choice')} alone"
    unsure = not is_missing(usual["p_usual"]) and usual["p_usual"] < SURE
    by_estimates = f" by the estimates, usually with a probability of {probability(usual['p_usual'])}," if unsure else ""
    sentence = f"{name(usual['leader'])} {about}{by_estimates} {every}"
    if not order:
        return f"{sentence}."
    most = others[others["choices"] == order[0]]["lead"]
    ends = min(most.min(), usual["lead"]), max(most.max(), usual["lead"])
    if ends[1] - ends[0] <= LEVEL * abs(ends[1]):
        return f"{sentence}, and no choice moves its lead."
    extent = span(*ends, _digits(usual["unit"], ends))
    return f"{sentence}; what moves its lead most is {told_choice(order[0])}, between {extent.replace(' to ', ' and ')} {unit}."


def _unit(frame: pd.DataFrame) -> str:
    """Say in which points leads are; those of two competitors have no common scale, and are each as computed."""
    unit = str(frame["unit"].iloc[0])
    return "points on the usual scale" if unit == "points" and (frame["scale"] != 1).any() else unit


def _digits(unit: object, values: Sequence[float]) -> int:
    return interval_digits([values[0]], [values[1]]) if unit == "points" else count_digits(values)


def _in_words(row: Mapping[Any, Any], unit: str) -> str:
    lead = number(row["lead"], _digits(row["unit"], (row["lead_lower"], row["lead_upper"])))
    leads = f"{name(row['leads'])} {'share the lead' if ', ' in str(row['leads']) else 'leads'}"
    sure = "" if is_missing(row["p_usual"]) else f", usual leader leads with a probability of {probability(row['p_usual'])}"
    return f"{told_change(row['change'])}: lead {lead} {unit}, {leads}{sure}"


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
    frame = _of_conclusion(frame, conclusion).drop_duplicates("analysis")
    choices = _varied(frame)
    frame = frame.sort_values("lead", kind="stable", ignore_index=True)
    with in_house_style():
        n_values = sum(len(values) + 1 for values in choices.values())
        # Where all specifications are one analysis no choice is drawn.
        heights = [2.0, 0.12 * n_values] if choices else [2.0]
        figure, panels = blank(PAGE, sum(heights), len(heights), sharex=True, gridspec_kw={"height_ratios": heights})
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
            continue
        rows = frame[here]
        axes.vlines(at[here], lower[here], upper[here], colors=colour, linewidths=0.5, alpha=0.5)
        axes.scatter(at[here], lead[here], s=2.4**2, marker=sign, color=colour, linewidths=0, zorder=3, gid=gid)
        marks[gid] = [f"analysis {row['analysis']}: lead {number(row['lead'], 1)} {row['unit']}" for row in rows.to_dict("records")]
    if not holds.all():
        axes.legend(loc="upper left", ncols=2)
    axes.axhline(0, color=INK, linewidth=0.6, linestyle=(0, (2, 2)))
    axes.set_ylabel(f"Lead ({_unit(frame)})")
    axes.set_xlim(*finite_limits([1, len(frame)], margin=0.01))
    axes.grid(axis="y")
    return marks


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


def _of_curve(frame: pd.DataFrame) -> str:
    """Say in how many analyses the usual leader is ahead, and between which ends its lead lies."""
    row = frame.iloc[0]
    about = (
        f"{AMONG.get(str(row['group']), '')} by {BY.get(str(row['metric']), clean(row['metric']))}"
        if "group" in frame
        else clean(row.get("conclusion", ""))
    )
    n = int((frame["lead"] > 0).sum())
    ends = float(frame["lead"].iloc[0]), float(frame["lead"].iloc[-1])
    ahead = f"ahead in {'all' if n == len(frame) else f'{n:,} of'} {plural(len(frame), 'distinct analysis', 'distinct analyses')}"
    share = "" if n == len(frame) else f" ({percent(n / len(frame))})"
    return f"The usual leader {about} is {ahead}{share}; its lead is {span(*ends, _digits(row['unit'], ends))} {_unit(frame)}."
