"""The house template: widths of a two-column paper, one colour and one sign a country, text that stays text, the same bytes every time.

Colours differ for readers with each kind of colour blindness, as Machado, Oliveira and Fernandes (2009) simulate it, and stand out from the paper by
a contrast of 3 or more (WCAG 2.2, 1.4.11). A sign says the same as the colour.
"""

from collections.abc import Hashable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import numpy as np

from recount.engine.votes import Floats
from recount.sims.figures.glyphs import HOUSE
from recount.sims.presentation.wording import shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches: a column of a two-column paper, which is also the width of a telephone, and the whole page.
COLUMN, PAGE = 3.4, 7.0
ROW = 0.16
INK, SOFT, RULE, PAPER = "#1b1b1b", "#5f6368", "#d9dbdf", "#ffffff"
MAIN, COUNTER = "#1164af", "#c8401a"
# The colour and the sign of a country; others have the last colour, and some a sign of their own.
COUNTRIES = {
    "US": ("#1164af", "o"),
    "CN": ("#f74814", "s"),
    "FR": ("#17a25d", "^"),
    "GB": ("#734621", "v"),
    "CA": ("#b07eb7", "D"),
    "KR": ("#390039", "P"),
    "AE": ("#102677", "X"),
    "DE": ("#6110b8", "<"),
    "IL": ("#da58f5", ">"),
    "JP": ("#514041", "*"),
    "IN": ("#9a1d76", "p"),
    "SG": ("#67a432", "d"),
}
OTHER = ("#777777", "h")
SIGNS = {"CH": "H", "TW": "8", "SA": (4, 1, 0), "NL": (6, 1, 0), "IT": (8, 1, 0)}
# On dark paper the same, lighter.
DARK = {
    INK: "#e8e6e3",
    SOFT: "#a3a7ad",
    RULE: "#3a3d42",
    PAPER: "#15171a",
    MAIN: "#65baff",
    COUNTER: "#ff8a66",
    "#f74814": "#e94e32",
    "#17a25d": "#2fe3a0",
    "#734621": "#f2c511",
    "#b07eb7": "#b960b3",
    "#390039": "#8079ff",
    "#102677": "#c0e5f0",
    "#6110b8": "#bf03c3",
    "#da58f5": "#f5f380",
    "#514041": "#705d79",
    "#9a1d76": "#c05353",
    "#67a432": "#86bb64",
    "#777777": "#9a9a9a",
}
SALT = "recount"
# Texts that need room beside axes.
BESIDE = "beside"
RULES: dict[str, Any] = {
    # The second one is for who shows text and has not the first.
    "font.family": [HOUSE, "sans-serif"],
    "font.sans-serif": [HOUSE],
    "font.size": 7.5,
    "axes.titlesize": 7.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 4.0,
    "axes.labelsize": 7.5,
    "axes.labelcolor": SOFT,
    # Long words below axes end with these, and not beyond the figure.
    "xaxis.labellocation": "right",
    "axes.edgecolor": SOFT,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": RULE,
    "grid.linewidth": 0.5,
    "xtick.labelsize": 7.0,
    "ytick.labelsize": 7.0,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "text.color": INK,
    # A name may have dollars.
    "text.parse_math": False,
    "lines.linewidth": 1.1,
    "lines.markersize": 3.6,
    "legend.frameon": False,
    "legend.fontsize": 7.0,
    "legend.handletextpad": 0.3,
    "legend.columnspacing": 1.0,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "svg.hashsalt": SALT,
    "pdf.fonttype": 42,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.03,
    "figure.constrained_layout.h_pad": 0.03,
}


def in_house_style() -> AbstractContextManager[None]:
    """Draw and save by the house template, whatever the user's own settings are."""
    from matplotlib import rc_context, rcParamsDefault

    # Backends are left as they are.
    plain: dict[Any, Any] = {name: value for name, value in rcParamsDefault.items() if not name.startswith("backend") and name != "interactive"}
    return rc_context(plain | RULES)


def colour_of(country: Hashable) -> str:
    """Return the colour of a country, the same in every figure."""
    return COUNTRIES.get(str(country), OTHER)[0]


def sign_of(country: Hashable) -> Any:
    """Return the sign of a country, the same in every figure."""
    return COUNTRIES.get(str(country), (OTHER[0], SIGNS.get(str(country), OTHER[1])))[1]


def label(text: object, most: int = 26) -> str:
    """Return a name as a figure shows it: without control characters, cut in the middle to the width of `most` usual characters."""
    return shortened(text, most)


def blank(width: float, height: float, n_rows: int = 1, **further: Any) -> tuple["Figure", list["Axes"]]:
    """Return a figure of a width and height in inches with axes below each other; only within `in_house_style`."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    axes = figure.subplots(n_rows, 1, squeeze=False, **further)
    return figure, list(axes[:, 0])


def beside(axes: "Axes", places: Floats, texts: Sequence[str]) -> None:
    """Write texts on the right of axes, one for each row."""
    for place, text in zip(places.tolist(), texts, strict=True):
        axes.text(1.03, place, text, transform=axes.get_yaxis_transform(), va="center_baseline", color=SOFT, fontsize=7, gid=BESIDE)


def legend_of_countries(axes: "Axes", countries: Iterable[str], n_columns: int = 4) -> None:
    """Name the countries that have a sign of their own, and all others together; none where all are others."""
    from matplotlib.lines import Line2D

    known = (*COUNTRIES, *SIGNS)
    shown = list(dict.fromkeys(country if country in known else "" for country in countries))
    named = [country for country in known if country in shown]
    if not named:
        return
    every = [*named, *([""] if "" in shown else [])]
    handles = [Line2D([], [], linestyle="", marker=sign_of(one), color=colour_of(one), label=one or "other") for one in every]
    axes.legend(handles=handles, ncols=min(n_columns, len(handles)), loc="lower right", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.1)


def finite_limits(*values: Any, margin: float = 0.04) -> tuple[float, float]:
    """Return limits that hold all finite values, with a margin at both ends."""
    every = np.concatenate([np.ravel(np.asarray(one, float)) for one in values])
    every = every[np.isfinite(every)]
    if not every.size:
        return 0.0, 1.0
    least, most = float(every.min()), float(every.max())
    around = (most - least) * margin or max(abs(most) * margin, 0.5)
    return least - around, most + around


def scatter_with_signs(axes: "Axes", xs: Floats, ys: Floats, where: Sequence[str], size: float) -> None:
    """Draw a sign at each place, of its country; those of a country are a group, so that they can be named (`words_of_signs`)."""
    for country in dict.fromkeys(where):
        here = np.array([one == country for one in where])
        colour, sign = (MAIN, "o") if not any(where) else (colour_of(country), sign_of(country))
        axes.scatter(xs[here], ys[here], s=size**2, marker=sign, color=colour, linewidths=0, zorder=3, gid=f"signs-{country}")


def words_of_signs(words: Sequence[str], where: Sequence[str]) -> dict[str, list[str]]:
    """Return what each sign of `scatter_with_signs` stands for, by the name of its group."""
    return {f"signs-{country}": [text for text, one in zip(words, where, strict=True) if one == country] for country in dict.fromkeys(where)}


def whole_numbers(axes: "Axes", both: bool = False) -> None:
    """Mark whole numbers only, below or on both axes."""
    from matplotlib.ticker import MaxNLocator

    for axis in (axes.xaxis, axes.yaxis)[: 2 if both else 1]:
        axis.set_major_locator(MaxNLocator("auto", integer=True, min_n_ticks=1))


def date_axis(axes: "Axes") -> None:
    """Mark dates below, as short as they are clear."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=6)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
