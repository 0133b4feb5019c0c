"""Figures of countries: each metric with its interval, shares of the best, the frontier through time."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from recount.engine.choices.arguments import checked
from recount.engine.errors import OptionError
from recount.sims.figures.drawn_figure import DrawnFigure, check_size, frame_of
from recount.sims.figures.house import (
    COLUMN,
    ROW,
    SOFT,
    beside,
    blank,
    colour_of,
    date_axis,
    finite_limits,
    in_house_style,
    label,
    legend_of_countries,
    sign_of,
)
from recount.sims.presentation import Table
from recount.sims.presentation.country_leads import estimating
from recount.sims.presentation.headlines import headline
from recount.sims.presentation.wording import (
    DIGITS_OF_UNITS,
    NEGLIGIBLE,
    count_digits,
    interval_digits,
    is_missing,
    name,
    number,
    probability,
    span,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OF_COUNTRIES = ("group", "metric", "unit", "rank", "country", "estimate", "lower", "upper", "p_leads", "gap", "gap_lower", "gap_upper")
THROUGH_TIME = ("date", "source", "group", "country", "rank", "metric", "estimate", "lower", "upper", "p_leads")


@checked
def country_metrics(countries: Table, group: str) -> DrawnFigure:
    """Draw every metric of every country in one group of models, with intervals, a panel a metric.

    Parameters
    ----------
    countries : Table
        As `analysis.countries()` returns it.
    group : str
        Such as "all" or "open weights".

    Raises
    ------
    OptionError
        If the table is none of countries, or has no such group, or nothing in it is estimated.
    """
    frame = _estimated(_of_group(frame_of(countries, "countries", columns=OF_COUNTRIES), group))
    metrics = list(frame.groupby("metric", sort=False))
    with in_house_style():
        heights = [len(rows) + 1.6 for _, rows in metrics]
        figure, panels = blank(COLUMN, 0.2 + ROW * sum(heights) + 0.12 * len(heights), len(metrics), gridspec_kw={"height_ratios": heights})
        marks: dict[str, list[str]] = {}
        for number_of_panel, (axes, (metric, rows)) in enumerate(zip(panels, metrics, strict=True)):
            unit = str(rows["unit"].iloc[0])
            axes.set_title(f"{label(metric, 40)}{'' if unit in str(metric) else f' ({unit})'}")
            marks |= _draw_metric(axes, rows.reset_index(drop=True), number_of_panel)
    return DrawnFigure(figure, headline("countries", frame, countries.confidence_level), frame, "countries", marks)


def _estimated(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out metrics that count all models of a group."""
    found = estimating(frame)
    if found.empty:
        raise OptionError(f"group {frame['group'].iloc[0]!r} has no more models than its top, so that its metrics count models and estimate nothing")
    return found


def _draw_metric(axes: "Axes", rows: pd.DataFrame, panel: int) -> dict[str, list[str]]:
    """Draw one metric, a row a country, with the probability that it leads on the right; return the words of the signs."""
    places = -np.arange(len(rows), dtype=float)
    least, most = finite_limits(rows["lower"], rows["upper"], rows["estimate"])
    marks = {}
    for place, row in zip(places.tolist(), rows.to_dict("records"), strict=True):
        country = str(row["country"])
        lower, upper = np.clip([row["lower"], row["upper"]], least, most).tolist()
        axes.hlines(place, lower, upper, colors=colour_of(country), linewidths=1.1)
        gid = f"panel{panel}-{int(-place)}"
        colour, sign = colour_of(country), sign_of(country)
        axes.scatter([np.clip(row["estimate"], least, most)], [place], s=3.6**2, marker=sign, color=colour, linewidths=0, zorder=3, gid=gid)
        marks[gid] = [f"{name(country)}: {measured(row)}{_leads(row['p_leads'])}"]
    axes.set_yticks(places, [label(country) for country in rows["country"]])
    axes.set_ylim(places[-1] - 0.7, 0.7)
    axes.set_xlim(least, most)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
    axes.locator_params(axis="x", nbins=6)
    beside(axes, places, ["" if is_missing(p) or p < NEGLIGIBLE else f"P {probability(p)}" for p in rows["p_leads"]])
    return marks


def measured(row: Mapping[Any, Any]) -> str:
    """Return a metric with its interval, in words."""
    estimate, lower, upper = (float(row[column]) for column in ("estimate", "lower", "upper"))
    unit = str(row["unit"])
    digits = interval_digits([lower], [upper]) if unit == "points" else DIGITS_OF_UNITS.get(unit, count_digits([estimate, lower, upper]))
    interval = "" if np.isnan(lower) else f" ({span(lower, upper, digits)})"
    return f"{number(estimate, digits)}{interval} {unit}".strip()


def _leads(p: float) -> str:
    return "" if is_missing(p) else f", leads with a probability of {probability(p)}"


def _of_group(frame: pd.DataFrame, group: str) -> pd.DataFrame:
    if group not in set(frame["group"]):
        raise OptionError(f"group {group!r} is not in the table; it has {', '.join(map(repr, dict.fromkeys(frame['group'])))}")
    return frame[frame["group"] == group].reset_index(drop=True)


@checked
def frontier_through_time(table: Table, n: int = 5) -> DrawnFigure:
    """Draw the metric of the leading countries at every date with its interval, and below it the probability that each leads.

    Parameters
    ----------
    table : Table
        As `recount.countries_through_time` returns it.
    n : int
        Countries shown, those that stand first on most dates.

    Raises
    ------
    OptionError
        If the table is not one through time.
    """
    check_size(n)
    frame = frame_of(table, "through time", columns=THROUGH_TIME)
    order = frame.groupby("country")["rank"].apply(lambda ranks: (1 / ranks).sum()).sort_values(ascending=False, kind="stable").index[:n].tolist()
    shown = frame[frame["country"].isin(order)].reset_index(drop=True)
    days = pd.to_datetime(shown["date"])
    known = bool(shown["p_leads"].notna().any())
    with in_house_style():
        heights = [2.4, 1.0] if known else [2.4]
        figure, panels = blank(COLUMN, sum(heights), len(heights), sharex=True, gridspec_kw={"height_ratios": heights})
        marks: dict[str, list[str]] = {}
        for place, country in enumerate(order):
            rows = shown[shown["country"] == country]
            at = days[rows.index].to_numpy()
            colour = colour_of(country)
            panels[0].fill_between(at, rows["lower"].to_numpy(float), rows["upper"].to_numpy(float), color=colour, alpha=0.18, linewidth=0)
            panels[0].plot(at, rows["estimate"].to_numpy(float), color=colour, linewidth=0.9)
            gid = f"line{place}"
            panels[0].scatter(at, rows["estimate"].to_numpy(float), s=2.6**2, marker=sign_of(country), color=colour, linewidths=0, zorder=3, gid=gid)
            marks[gid] = [_at_date(country, {"unit": _unit(frame), **row}) for row in rows.to_dict("records")]
            if known:
                panels[1].plot(
                    at, rows["p_leads"].to_numpy(float), color=colour, marker=sign_of(country), markersize=2.6, markeredgewidth=0, linewidth=0.9
                )
        panels[0].set_ylabel(f"{label(frame['metric'].iloc[0], 30)} ({_unit(frame)})")
        if known:
            panels[1].set_ylabel("P(leads)")
            panels[1].set_ylim(-0.05, 1.05)
            panels[1].axhline(0.95, color=SOFT, linewidth=0.5, linestyle=(0, (2, 2)))
        date_axis(panels[-1])
        for axes in panels:
            axes.grid(axis="y")
        legend_of_countries(panels[0], order, 5)
    return DrawnFigure(figure, headline("through time", frame, table.confidence_level), shown, "through time", marks)


def _at_date(country: str, row: Mapping[Any, Any]) -> str:
    return f"{name(country)}, {row['date']}: {measured(row)}{_leads(row['p_leads'])}"


def _unit(frame: pd.DataFrame) -> str:
    return str(frame["unit"].iloc[0]) if "unit" in frame else "points"
