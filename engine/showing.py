"""How results show themselves: a summary of a few lines where they are printed, and a table where they are looked at in a notebook."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from recount.engine.plurals import plural

if TYPE_CHECKING:
    import pandas as pd

N_NAMES = 5
N_ROWS = 10


class Shown(ABC):
    """A result that says in a few lines what a reader wants to know of it; a dataclass of that kind is declared with repr=False."""

    __slots__ = ()

    @abstractmethod
    def summary(self) -> str:
        """Say what there is, in a few lines."""

    def __repr__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.summary())}</pre>"


class Tabled(Shown):
    """A result that is a table too."""

    __slots__ = ()

    @abstractmethod
    def to_frame(self) -> "pd.DataFrame":
        """Return the table."""

    def _repr_html_(self) -> str:
        frame = self.to_frame()
        more = f"<p>{plural(len(frame) - N_ROWS, 'more row')}</p>" if len(frame) > N_ROWS else ""
        return f"<pre>{escape(self.summary())}</pre>{frame.head(N_ROWS).to_html(index=False)}{more}"


def listed(names: Sequence[str], n: int = N_NAMES) -> str:
    """Return the first n names, and how many more there are, as `first_of` does."""
    return first_of(list(map(repr, names)), n)


def first_of(texts: Sequence[str], n: int = N_NAMES) -> str:
    """Return the first n texts, and how many more there are; of n + 1 all, since a name takes no more room than "1 more"."""
    return ", ".join(texts) if len(texts) <= n + 1 else f"{', '.join(texts[:n])} and {len(texts) - n:,} more"
