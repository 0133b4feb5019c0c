"""Figure of whose the best models are."""

import pandas as pd

from recount.engine.choices.arguments import checked
from recount.engine.errors import OptionError
from recount.engine.plurals import plural
from recount.sims.figures.country_figures import OF_COUNTRIES, measured
from recount.sims.figures.drawn_figure import DrawnFigure, frame_of
from recount.sims.figures.house import COLUMN, PAPER, blank, colour_of, in_house_style, label, legend_of_countries
from recount.sims.presentation import Table
from recount.sims.presentation.country_leads import among_the_known, leaders_of
from recount.sims.presentation.wording import count_digits, headed, is_missing, name, number, percent, span, the_countries

# Letters that have room over a bar.
WIDTH_OF_BAR = 44
# Less of the best models, in a share or a number, is nothing.
LEAST = 1e-6
SHARE, NUMBER = "share of top", "number in top"


@checked
def share_stacks(countries: Table) -> DrawnFigure:
    """Draw whose the best models are, a bar a group; needs the metric "share of top".

    Parameters
    ----------
    countries : Table

    Raises
    ------
    OptionError
        If the table is none of countries, or lacks the metric.
    """
    whole = frame_of(countries, "countries", columns=OF_COUNTRIES)
    frame, counted = (whole[whole["metric"] == metric].reset_index(drop=True) for metric in (SHARE, NUMBER))
    if frame.empty:
        raise OptionError(f"the table has no metric {SHARE!r}; add it with metrics")
    groups = list(frame.groupby("group", sort=False))
    with in_house_style():
        figure, (axes,) = blank(COLUMN, 0.55 + 0.4 * len(groups))
        marks: dict[str, list[str]] = {}
        for place, (_, rows) in enumerate(groups):
            start = 0.0
            for segment, row in enumerate(rows[rows["estimate"] > 0].to_dict("records")):
                owner, share = str(row["country"]), float(row["estimate"])
                gid = f"stack{place}-{segment}"
                axes.barh([-place], [share], left=start, height=0.5, color=colour_of(owner), edgecolor=PAPER, linewidth=0.8)[0].set_gid(gid)
                marks[gid] = [f"{name(owner)}: {measured(row)}"]
                said = f"{label(owner, 8)} {percent(share)}"
                if share * WIDTH_OF_BAR >= len(said):
                    axes.text(start + share / 2, 0.3 - place, said, ha="center", va="bottom", fontsize=6)
                start += share
        axes.set_yticks([-place for place in range(len(groups))], [label(group) for group, _ in groups])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_xlim(0, 1)
        axes.set_ylim(-len(groups) + 0.6, 0.75)
        axes.xaxis.set_major_formatter(lambda value, _: percent(value))
        legend_of_countries(axes, frame.loc[frame["estimate"] > 0, "country"])
    return DrawnFigure(figure, _of_stacks(frame, counted), frame, "countries", marks)


def _of_stacks(frame: pd.DataFrame, counted: pd.DataFrame) -> str:
    """Say how many of the best models of the first group are of the country that has most, and of which groups another one has most."""
    every = [rows for _, rows in frame.groupby("group", sort=False)]
    others = [rows for rows in every[1:] if sorted(leaders_of(rows)) != sorted(leaders_of(every[0]))]
    return f"{'; '.join(_of_stack(rows, counted) for rows in [every[0], *others])}."


def _of_stack(rows: pd.DataFrame, counted: pd.DataFrame) -> str:
    """Say how many of the best models of a group a country has, or, where the table has no numbers in the top, which share."""
    first = rows.iloc[0]
    among = among_the_known(str(first["group"]), rows)
    counted_here = counted[counted["group"] == first["group"]]
    same = counted_here[counted_here["country"] == first["country"]]
    unknown = 1 - rows["estimate"].sum()
    if len(same) and first["estimate"] > 0:
        n = same.iloc[0]
        digits = count_digits([n["estimate"], n["lower"], n["upper"]])
        # What is counted, or quite sure, has no interval.
        interval = f" ({span(n['lower'], n['upper'], digits)})" if n["lower"] < n["upper"] and _are_alike(leaders_of(rows), counted_here) else ""
        n_top, each = round(n["estimate"] / first["estimate"]), " each" if len(leaders_of(rows)) > 1 else ""
        are = "is" if n["estimate"] == 1 and not each else "are"
        nobodys = f", and of {number(unknown * n_top, digits)} it is not known whose they are" if unknown * n_top > LEAST else ""
        told = f"{number(n['estimate'], digits)}{interval}{each} of the {plural(n_top, 'best model')} {among} {are} of"
        return f"{told} {the_countries(leaders_of(rows))}{nobodys}"
    are_alike = _are_alike(leaders_of(rows), rows)
    interval = "" if is_missing(first["lower"]) or not are_alike else f" ({span(100 * first['lower'], 100 * first['upper'])} %)"
    has = "have each" if len(leaders_of(rows)) > 1 else "has"
    nobodys = f"; of {percent(unknown)} it is not known whose they are" if unknown > LEAST else ""
    return f"{headed(the_countries(leaders_of(rows)))} {has} {percent(first['estimate'])}{interval} of the best models {among}{nobodys}"


def _are_alike(leaders: list[str], rows: pd.DataFrame) -> bool:
    """Whether those who lead together have the same interval."""
    return len(rows.loc[rows["country"].isin(leaders), ["lower", "upper"]].drop_duplicates()) == 1
