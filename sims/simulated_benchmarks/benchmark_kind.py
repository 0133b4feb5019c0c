"""A kind of benchmark: all that is chosen before anything is drawn."""

from dataclasses import dataclass

from recount.engine.choices import check, choice
from recount.engine.errors import OptionError
from recount.engine.plurals import plural
from recount.sims.arenas.arena import MOST_COMPETITORS, N_COMPETITORS
from recount.sims.arenas.parts import Strengths
from recount.sims.simulated_benchmarks.item_choices import Abilities, Contamination, Items


@dataclass(frozen=True, kw_only=True)
class BenchmarkKind:
    """A kind of benchmark.

    Attributes
    ----------
    n_competitors : int, optional
        As many as strengths have, or 20.
    strengths : Strengths
        In the arena; the same seed draws the same as for an arena of as many competitors.
    abilities : Abilities
    items : Items
    contamination : Contamination

    Raises
    ------
    OptionError
        If a choice is out of its bounds, or two do not go together.
    """

    n_competitors: int | None = choice(
        None,
        "Competitors.",
        least=2,
        most=MOST_COMPETITORS,
        unset=f"{N_COMPETITORS}, or as many as are given",
        option="competitors",
    )
    strengths: Strengths = choice(Strengths(), "Strengths of the competitors in the arena.", example="Strengths.normal(spread=100)")
    abilities: Abilities = choice(Abilities(), "How able competitors are at the items.", example="Abilities(correlation=0.9)")
    items: Items = choice(Items(), "The items.", example="Items(sized_as='MMLU')")
    contamination: Contamination = choice(Contamination(), "Items that models have seen.", example="Contamination(0.1)")

    def __post_init__(self) -> None:
        check(self)
        values = self.strengths.values
        if values and not 2 <= len(values) <= MOST_COMPETITORS:
            raise OptionError(f"strengths have {plural(len(values), 'competitor')}; from 2 to {MOST_COMPETITORS:,} can be simulated")
        if values and self.size != len(values):
            raise OptionError(
                f"n_competitors is {self.size}, but strengths have {plural(len(values), 'competitor')}; leave it out, or make them agree"
            )
        if self.abilities.correlation and _are_alike(self.strengths):
            raise OptionError(f"correlation is {self.abilities.correlation:g}, but strengths are all alike; give correlation=0")

    @property
    def size(self) -> int:
        """Number of competitors."""
        if self.n_competitors is not None:
            return self.n_competitors
        return len(self.strengths.values) or N_COMPETITORS


def _are_alike(strengths: Strengths) -> bool:
    """Whether all strengths are the same, so that nothing can correlate with them."""
    if strengths.values:
        return len(set(strengths.values)) == 1
    return strengths.kind == "equal" or not (strengths.spread or (strengths.kind == "clusters" and strengths.within))
