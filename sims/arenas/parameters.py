"""The truth of one arena: everything that is drawn before votes are."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from recount.engine.votes import Floats
from recount.sims.arenas.arena import Arena
from recount.sims.arenas.category_mix import CategoryMix
from recount.sims.arenas.crowds import Crowd
from recount.sims.arenas.intents import Intents
from recount.sims.arenas.lengths import Lengths
from recount.sims.arenas.meetings import Meetings
from recount.sims.arenas.truth_frames import frame_of_competitors, frame_of_voters

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """The truth of one arena.

    Attributes
    ----------
    arena : Arena
        What was chosen.
    names : tuple of str
        Competitors, newcomers last.
    strengths : (n,) float64
        Log-odds, mean 0.
    meetings : Meetings
        Ordered pairs with their expected votes.
    leads : (m,) float64
        Log-odds by which the first of each pair leads, without tastes.
    law : int
        Of `recount.sims.kernels`.
    tie_parameter : float
        Davidson's nu, or the threshold of Rao and Kupper.
    crowds : tuple of Crowd
        Voters, prompts.
    categories : CategoryMix or None
    lengths : Lengths or None
    intents : Intents or None
        Of voters who do not say what they think.
    test_gains : tuple of float
        Elo by which the error of each published variant's rating after its test was above the mean of its variants'; empty before one is published.
    """

    arena: Arena
    names: tuple[str, ...]
    strengths: Floats
    meetings: Meetings
    leads: Floats
    law: int
    tie_parameter: float
    crowds: tuple[Crowd, ...]
    categories: CategoryMix | None = None
    lengths: Lengths | None = None
    intents: Intents | None = None
    test_gains: tuple[float, ...] = ()

    @property
    def taste_variance(self) -> float:
        """Variance of what tastes add to a lead: two competitors, each with a taste of voter and prompt."""
        return 2.0 * sum(crowd.taste**2 for crowd in self.crowds)

    @property
    def n_rows(self) -> int:
        """Number of votes that are drawn: those of the log, or, before the best variants are published, of all variants."""
        return int(self.meetings.votes_of_groups.sum())

    @property
    def expected_votes_of_each(self) -> Floats:
        """Expected votes in which each competitor stands, (n,); missing where who meets depends on the votes before."""
        met, n = self.meetings, len(self.names)
        if self.arena.sampling.rule != "random":
            return np.full(n, np.nan)
        return np.asarray(np.bincount(met.first, met.expected, n) + np.bincount(met.second, met.expected, n))

    @property
    def frame(self) -> "pd.DataFrame":
        """A row a competitor; see `frame_of_competitors`."""
        return frame_of_competitors(self)

    @property
    def voters(self) -> "pd.DataFrame | None":
        """A row a voter, where some do not say what they think; see `frame_of_voters`."""
        return frame_of_voters(self)
