"""Size against rating."""

import numpy as np
import pandas as pd

from recount.data import Catalogue
from recount.engine.choices.arguments import checked
from recount.engine.errors import OptionError
from recount.engine.plurals import plural
from recount.sims.countries.facts import facts_of
from recount.sims.figures.drawn_figure import DrawnFigure, frame_of
from recount.sims.figures.house import COLUMN, SOFT, blank, in_house_style, legend_of_countries, scatter_with_signs, words_of_signs
from recount.sims.figures.rating_figures import POINTS
from recount.sims.presentation import Table
from recount.sims.presentation.wording import name, number

SIZES = SIZE, _ = "total_parameters_b", "active_parameters_b"


@checked
def size_against_rating(leaderboard: Table, facts: pd.DataFrame | Catalogue | None = None, column: str = SIZE) -> DrawnFigure:
    """Draw ratings against the number of parameters, with the frontier: models that are rated above all that are not larger.

    Parameters
    ----------
    leaderboard : Table
    facts : DataFrame or Catalogue, optional
        Country and sizes, in billions of parameters, of each competitor by its name; or a catalogue that knows them, by default the bundled one.
    column : {"total_parameters_b", "active_parameters_b"}

    Raises
    ------
    OptionError
        If no size is known, or the facts lack a column, or hold a competitor twice or a size that is no number.
    """
    if column not in SIZES:
        raise OptionError(f"column is {column!r}; give {' or '.join(map(repr, SIZES))}")
    frame = frame_of(leaderboard, "leaderboard", columns=("competitor", "rating", "lower", "upper"))
    if not isinstance(facts, pd.DataFrame):
        facts = facts_of(tuple(frame["competitor"]), facts).frame
    if missing := [one for one in (column, "country") if one not in facts]:
        raise OptionError(f"facts have no column {missing[0]!r}; give a table of models with it, indexed by competitor")
    if not facts.index.is_unique:
        raise OptionError(f"facts have {facts.index[facts.index.duplicated()][0]!r} twice; give each competitor once")
    size = frame["competitor"].map(numbers_of(facts, column)).to_numpy(float)
    country = frame["competitor"].map(facts["country"]).fillna("").astype(str)
    frame = frame.assign(country=country, **{column: size})[["competitor", "country", column, "rating", "lower", "upper"]]
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
        axes.xaxis.set_minor_formatter(lambda *_: "")
        axes.grid(axis="both")
        axes.set_xlabel(f"{column.partition('_')[0].capitalize()} parameters (billions)")
        axes.set_ylabel(POINTS)
        legend_of_countries(axes, where)
    listed = ", ".join(name(frame["competitor"][i]) for i in frontier[-3:])
    unknown = f" ({plural(n_all - len(frame), 'is not shown', 'are not shown')})" if n_all > len(frame) else ""
    sentence = (
        f"Of {plural(len(frame), 'model')} of known size{unknown}, {len(frontier)} are rated above all that are not larger; "
        f"the largest of them: {listed}."
    )
    words = [f"{text}, {number(b)} billion parameters" for text, b in zip(_plain_words(frame), size.tolist(), strict=True)]
    return DrawnFigure(figure, sentence, frame, "leaderboard", words_of_signs(words, where))


def numbers_of(facts: pd.DataFrame, column: str) -> "pd.Series[float]":
    """Return a column as numbers; raise `OptionError` for what is none."""
    try:
        return facts[column].astype(float)
    except (ValueError, TypeError) as error:
        raise OptionError(f"facts have a {column!r} that is no number ({error}); leave it empty where it is not known") from error


def _plain_words(frame: pd.DataFrame) -> list[str]:
    return [f"{name(row['competitor'])} ({row['country'] or 'no country'}): {number(float(row['rating']), 0)}" for row in frame.to_dict("records")]
