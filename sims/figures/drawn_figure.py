"""A figure with the sentence that it shows and the data that it is of."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from recount.engine.errors import OptionError
from recount.sims.figures.glyphs import drawn_by_others, room_for_all, without_glyphs
from recount.sims.figures.house import BESIDE, PAPER, in_house_style
from recount.sims.presentation import Table
from recount.sims.presentation.files import check_place

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ENDINGS = (".svg", ".pdf", ".png")
DOTS_PER_INCH = 300
# What gives a table of a kind.
GIVEN_BY = {
    "leaderboard": "analysis.leaderboard()",
    "pairs": "analysis.pairs()",
    "pair": "analysis.pair(...)",
    "countries": "analysis.countries()",
    "through time": "what recount.countries_through_time returns",
    "claims": "what recount.judge returns",
    "influence summary": "analysis.influence().summary",
    "specifications": "analysis.multiverse().specifications",
    "one choice": "what recount.each_choice_alone returns",
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DrawnFigure:
    """A figure, which a notebook shows and `save` writes.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        To be changed at will.
    sentence : str
        What it shows.
    frame : DataFrame
        What is drawn, at full precision.
    kind : str
        Kind of table that the columns of `frame` have their meaning from.
    marks : mapping of str to sequence of str
        What each mark stands for, in words, by the name of the group of marks in the figure (matplotlib's gid).
    """

    figure: "Figure"
    sentence: str
    frame: pd.DataFrame
    kind: str = ""
    marks: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # What is drawn within axes needs no room beside them, and to look at it takes most of the time of a layout.
        for axes in self.figure.axes:
            for artist in (*axes.lines, *axes.collections, *axes.patches, *axes.images, *axes.texts):
                artist.set_in_layout(artist.get_gid() == BESIDE)
        # Laid out once: a second layout would begin where the first one ended, and end elsewhere by a hair.
        with in_house_style(), room_for_all(self.figure), without_glyphs():
            if (engine := self.figure.get_layout_engine()) is not None:
                engine.execute(self.figure)
        self.figure.set_layout_engine("none")

    def as_svg(self) -> str:
        """Return it as SVG, with text as text and without a date."""
        from matplotlib.backends.backend_svg import FigureCanvasSVG

        text = io.StringIO()
        with in_house_style(), without_glyphs():
            # `savefig` draws twice.
            FigureCanvasSVG(self.figure).print_svg(text, metadata={"Date": None, "Creator": None})
        return text.getvalue()

    def save(self, path: str | Path) -> Path:
        """Write it as .svg, .pdf or .png; the same figure gives the same bytes.

        Raises
        ------
        OptionError
            If the path has another ending.
        InputError
            If it cannot be written.
        """
        path = Path(path)
        kind = path.suffix.lower()
        if kind not in ENDINGS:
            raise OptionError(f"figure {str(path)!r} ends in {path.suffix!r}; writable are {', '.join(ENDINGS)}")
        check_place(path)
        if kind == ".svg":
            path.write_text(self.as_svg(), encoding="utf-8")
        else:
            undated = {"CreationDate": None, "Creator": None, "Producer": None} if kind == ".pdf" else {"Software": None}
            with in_house_style(), drawn_by_others(self.figure, path.name):
                self.figure.savefig(path, format=kind[1:], dpi=DOTS_PER_INCH, metadata=undated, facecolor=PAPER)
        return path

    def __repr__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        _, begin, drawn = self.as_svg().partition("<svg")
        style = f"background:{PAPER};display:inline-block;margin:0"
        return f'<figure style="{style}">{begin}{drawn}<figcaption>{escape(self.sentence)}</figcaption></figure>'


def check_size(n: int, least: int = 1) -> None:
    """Raise `OptionError` unless as many rows can be drawn."""
    if n < least:
        raise OptionError(f"n is {n}; give a whole number from {least} on")


def frame_of(table: Table, *kinds: str, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Return the frame of a table of one of some kinds; raise `OptionError` for another, an empty one, or one that lacks columns."""
    if table.kind not in kinds:
        remedy = " or ".join(dict.fromkeys(GIVEN_BY.get(kind, "another table") for kind in kinds))
        raise OptionError(f"the figure is of {' or '.join(map(repr, kinds))}, and the table is {table.kind!r}; give {remedy}")
    if table.frame.empty:
        raise OptionError(f"the table {table.kind!r} is empty, so there is nothing to draw")
    if missing := [column for column in columns if column not in table.frame]:
        raise OptionError(f"the table {table.kind!r} lacks the column {missing[0]!r}; give it as {GIVEN_BY[table.kind]} makes it")
    return table.frame.reset_index(drop=True)
