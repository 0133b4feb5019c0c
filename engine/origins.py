"""Which rows of which sources votes were read from, so that a message can name them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Of a number, the part that says which source.
SOURCE = 40


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """The row of each vote.

    Attributes
    ----------
    sources : tuple of str
        What messages call them.
    numbers : (n_votes,) int64
        Place of the source in `sources`, times 2^40, plus the row, from 1.
    """

    sources: tuple[str, ...]
    numbers: NDArray[np.int64]

    def row_of(self, vote: int) -> str:
        """Name the row of a vote, which is counted from 0."""
        source, row = divmod(int(self.numbers[vote]), 1 << SOURCE)
        return f"row {row} of {self.sources[source]}"

    def only(self, votes: NDArray[Any]) -> "Origin":
        """Return the rows of some votes."""
        return Origin(self.sources, self.numbers[votes])
