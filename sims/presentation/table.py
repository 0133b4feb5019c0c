"""A result that shows itself: a frame, with a headline and notes."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from recount.engine.choices.usual import CONFIDENCE_LEVEL
from recount.sims.presentation.cells import Block, chosen
from recount.sims.presentation.forms import as_html
from recount.sims.presentation.headlines import headline
from recount.sims.presentation.layouts import compact
from recount.sims.presentation.terminal import in_lines
from recount.sims.presentation.wording import clean

WIDTH = 80
N_ROWS = 30
N_ROWS_HTML = 60


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Table:
    """A result.

    Attributes
    ----------
    kind : str
        Such as "leaderboard" or "countries"; decides the layout. Tables of unknown kinds show all columns.
    frame : DataFrame
        All of it, at full precision.
    notes : tuple of str
        Further sentences: how it was made, what was left out.
    title : str
    basis : str
        A sentence on the basis of the answer: how ties were treated.
    confidence_level : float
        Of the intervals in the frame.
    """

    kind: str
    frame: pd.DataFrame
    notes: tuple[str, ...] = ()
    title: str = ""
    basis: str = ""
    confidence_level: float = CONFIDENCE_LEVEL

    @property
    def headline(self) -> str:
        """What the table says, in sentences, and on what basis."""
        return " ".join(filter(None, [headline(self.kind, self.frame, self.confidence_level), self.basis]))

    def __str__(self) -> str:
        first, *further = self.sentences()
        return in_lines(first, self.blocks(n_rows=N_ROWS), further, WIDTH)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return as_html(self.kind, self.frame, self.sentences(), N_ROWS_HTML)

    def summary(self) -> str:
        """Return the headline and the notes."""
        return "\n".join(filter(None, self.sentences()))

    def to_frame(self) -> pd.DataFrame:
        """Return all of the table at full precision."""
        return self.frame.copy()

    def sentences(self) -> list[str]:
        """Return the headline and the notes, each without characters that could control a terminal."""
        return [clean(" ".join(text.split())) for text in (self.headline, *self.notes)]

    def blocks(self, columns: Sequence[str] | None = None, n_rows: int | None = None) -> list[Block]:
        """Lay out the table, compactly or with the named `columns`, with at most `n_rows` rows."""
        if columns is None:
            return compact(self.kind, self.frame, n_rows)
        shown = self.frame if n_rows is None else self.frame.iloc[:n_rows]
        return [chosen(self.kind, shown, columns, len(self.frame) - len(shown))]
