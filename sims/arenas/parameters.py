"""The truth of one arena: everything that is drawn before votes are."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recount.engine.choices.resampling import LARGEST_SEED, whole
from recount.engine.choices.usual import SEED
from recount.engine.errors import OptionError
from recount.engine.scale import Scale
from recount.engine.votes import Floats, freeze
from recount.sims.arenas.arena import Arena
from recount.sims.arenas.crowds import Crowd, crowd_of_prompts, crowd_of_voters
from recount.sims.arenas.laws import LAWS, tie_parameter_for
from recount.sims.arenas.meetings import Meetings, meetings_of
from recount.sims.arenas.pair_leads import leads_of_pairs
from recount.sims.arenas.random_streams import Purpose, generator
from recount.sims.arenas.strengths import strengths_of


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
    """

    arena: Arena
    names: tuple[str, ...]
    strengths: Floats
    meetings: Meetings
    leads: Floats
    law: int
    tie_parameter: float
    crowds: tuple[Crowd, ...]

    @property
    def taste_variance(self) -> float:
        """Variance of what tastes add to a lead: two competitors, each with a taste of voter and prompt."""
        return 2.0 * sum(crowd.taste**2 for crowd in self.crowds)

    @property
    def expected_votes_of_each(self) -> Floats:
        """Expected votes in which each competitor stands, (n,)."""
        met, n = self.meetings, len(self.names)
        return np.asarray(np.bincount(met.first, met.expected, n) + np.bincount(met.second, met.expected, n))

    @property
    def frame(self) -> pd.DataFrame:
        """A row a competitor: strength (log-odds, mean 0), rating (Elo, mean 1000), expected votes, and whether it is a newcomer."""
        return pd.DataFrame(
            {
                "competitor": self.names,
                "strength": self.strengths,
                "rating": Scale().ratings(self.strengths),
                "expected_votes": self.expected_votes_of_each,
                "newcomer": np.arange(len(self.names)) >= self.arena.size,
            }
        )


def draw_parameters(arena: Arena, seed: int = SEED) -> Parameters:
    """Draw the truth of an arena; the same seed draws the same strengths whatever else is chosen.

    Raises
    ------
    OptionError
        If the seed is none, or given strengths do not name those who meet.
    """
    seed = whole("seed", seed, 0, LARGEST_SEED)
    n_newcomers = arena.newcomers.n
    names = _names(arena)
    strengths = strengths_of(arena.strengths, arena.size + n_newcomers, generator(seed, Purpose.STRENGTHS))
    if arena.strengths.names:
        strengths = strengths[_places(arena.strengths.names, names)]
    met = meetings_of(arena.pairs, arena.size, arena.log_size, arena.newcomers.votes_of_each, generator(seed, Purpose.POPULARITY))
    leads = leads_of_pairs(arena, strengths, met.first, met.second)
    crowds = []
    if arena.voters.n:
        crowds.append(crowd_of_voters(arena.voters, generator(seed, Purpose.ACTIVITY)))
    if arena.prompts.n:
        crowds.append(crowd_of_prompts(arena.prompts))
    law = LAWS[arena.outcomes.law]
    drawn = Parameters(arena, names, freeze(strengths), met, freeze(leads), law, 0.0, tuple(crowds))
    tie = tie_parameter_for(arena.outcomes, leads, met.expected, drawn.taste_variance)
    return Parameters(arena, names, strengths, met, leads, law, tie, tuple(crowds))


def _names(arena: Arena) -> tuple[str, ...]:
    """Names of a log, or of given strengths, or numbers."""
    counts, given, k = arena.pairs.counts, arena.strengths.names, arena.newcomers.n
    if counts is not None:
        return (*counts.names, *(given[len(given) - k :] if given and k else (f"newcomer-{i}" for i in range(k))))
    if given:
        return given
    return numbered_names(arena.size + k)


def numbered_names(n: int, what: str = "model") -> tuple[str, ...]:
    """Names by number, in the order of text."""
    width = max(3, len(str(n - 1)))
    return tuple(f"{what}-{i:0{width}d}" for i in range(n))


def _places(given: tuple[str, ...], names: tuple[str, ...]) -> list[int]:
    place = {name: k for k, name in enumerate(given)}
    for name in names:
        if name not in place:
            raise OptionError(f"strengths have no value for {name!r}, which has votes in the log; give one for every competitor")
    return [place[name] for name in names]
