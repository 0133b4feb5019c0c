"""How far a conclusion depends on choices: one choice at a time, and all of their combinations."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from recount.engine.choices.arguments import checked
from recount.engine.errors import OptionError
from recount.engine.plurals import plural
from recount.sims.figures.drawn_figure import DrawnFigure, frame_of
from recount.sims.figures.house import COLUMN, COUNTER, INK, MAIN, ROW, SOFT, blank, finite_limits, in_house_style, label
from recount.sims.presentation import Table
from recount.sims.presentation.choices_told import told_change, told_choice
from recount.sims.presentation.country_leads import AMONG
from recount.sims.presentation.specification_sentences import SURE, WHICHEVER, lost_with, metric_named, named_by
from recount.sims.presentation.wording import (
    count_digits,
    equals_probability,
    headed,
    interval_digits,
    is_missing,
    name,
    number,
    probability,
    span,
    whose,
)

# Leads closer than this, as a share of the widest, are the same in a figure.
LEVEL = 1e-3
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
    frame = of_conclusion(frame, conclusion)
    if frame["choices"].iloc[0]:
        raise OptionError("there is no usual lead to draw; take another conclusion of the table")
    usual, others = frame.iloc[0], frame.iloc[1:]
    # The lead as chosen is one of those that a choice can make.
    reach = others.groupby("choices", sort=False)["lead"].agg(lambda leads: np.ptp([usual["lead"], *leads]))
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
            marks[gid] = [_in_words(row, unit_of_lead(frame))]
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
        axes.set_xlabel(f"Lead of {label(usual['leader'], 20)} ({unit_of_lead(frame).replace(' on the', ',')})")
    sentence = f"{_of_tornado(usual, others, order, unit_of_lead(frame))} {_of_signs(usual, others, limits)}"
    return DrawnFigure(figure, sentence, frame, "one choice", marks)


def of_conclusion(frame: pd.DataFrame, conclusion: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows of one conclusion that have a lead."""
    for column, value in conclusion.items():
        if column not in frame:
            raise OptionError(f"the table has no column {column!r}; conclusions are told apart by {', '.join(named_by(frame))}")
        frame = frame[frame[column] == value]
    frame = frame[frame["lead"].notna()].reset_index(drop=True)
    if frame.empty or len(frame[named_by(frame)].drop_duplicates()) != 1:
        raise OptionError(f"name one conclusion that has a lead, by {', '.join(named_by(frame))}")
    return frame


def _of_signs(usual: "pd.Series[Any]", others: pd.DataFrame, limits: tuple[float, float]) -> str:
    """Say what lines, signs and the band of a figure are."""
    square = "; a red square: another leads" if (others["leads"] != usual["leader"]).any() else ""
    dashed = "; dashed line: no lead" if limits[0] < 0 < limits[1] else ""
    return f"Points and lines: the lead and its interval with a choice made otherwise{square}. Grey line and band: those as chosen{dashed}."


def _of_tornado(usual: "pd.Series[Any]", others: pd.DataFrame, order: Sequence[str], unit: str) -> str:
    """Say who leads under how many of the departures, and which choice moves the lead most."""
    about = "leads"
    if "group" in usual:
        among = AMONG.get(str(usual["group"]), f"in group {name(usual['group'])}")
        about = f"leads {among} by {metric_named(usual['metric'])}"
    other = others[others["leads"] != usual["leader"]]
    every = WHICHEVER if other.empty else f"under {len(others) - len(other)} of {plural(len(others), 'single change', 'single changes')} of a choice"
    unsure = not is_missing(usual["p_usual"]) and usual["p_usual"] < SURE
    by_estimates = f" by the estimates (P {equals_probability(usual['p_usual'])} under the usual choices)" if unsure else ""
    lost = "" if other.empty else f", but not {lost_with(other)}"
    sentence = headed(f"{whose(usual['leader'])} {about}{by_estimates} {every}{lost}")
    if not order:
        return f"{sentence}."
    most = others[others["choices"] == order[0]]["lead"]
    ends = min(most.min(), usual["lead"]), max(most.max(), usual["lead"])
    if ends[1] - ends[0] <= LEVEL * abs(ends[1]):
        return f"{sentence}; its lead stays as long."
    extent = span(*ends, digits_of_lead(usual["unit"], ends))
    return f"{sentence}. Its lead depends most on {told_choice(order[0])}: it lies between {extent.replace(' to ', ' and ')} {unit}."


def unit_of_lead(frame: pd.DataFrame) -> str:
    """Say in which points leads are; those of two competitors have no common scale, and are each as computed."""
    unit = str(frame["unit"].iloc[0])
    return "points on the usual scale" if unit == "points" and (frame["scale"] != 1).any() else unit


def digits_of_lead(unit: object, values: Sequence[float]) -> int:
    """Return the decimals with which leads in a unit are told."""
    return interval_digits([values[0]], [values[1]]) if unit == "points" else count_digits(values)


def _in_words(row: Mapping[Any, Any], unit: str) -> str:
    lead = number(row["lead"], digits_of_lead(row["unit"], (row["lead_lower"], row["lead_upper"])))
    leads = f"{whose(row['leads'])} {'share the lead' if ', ' in str(row['leads']) else 'leads'}"
    sure = "" if is_missing(row["p_usual"]) else f", usual leader leads with a probability of {probability(row['p_usual'])}"
    return f"{told_change(row['change'])}: lead {lead} {unit}, {leads}{sure}"
