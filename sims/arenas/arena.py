"""A kind of arena: all that is chosen before anything is drawn."""

from dataclasses import dataclass

from recount.engine.choices import check, choice
from recount.engine.errors import OptionError
from recount.sims.arenas.parts import MOST_CODES, MOST_ELO, BothBad, Newcomers, Outcomes, Pairs, Prompts, Strengths, Voters

# Unless something given has a number of its own.
N_COMPETITORS = 20
N_VOTES = 100_000
# All ordered pairs are held side by side.
MOST_COMPETITORS = 3000
# From 1990, before which numbers are no times, to the end of 2025.
MOST_DAYS = 13_149.0


@dataclass(frozen=True, kw_only=True)
class Arena:
    """A kind of arena.

    Attributes
    ----------
    n_competitors : int, optional
        Newcomers come beside them. As many as strengths or the log of `pairs` have, or 20.
    n_votes : int, optional
        Those of newcomers among them. As many as the log of `pairs` has, or 100,000.
    strengths : Strengths
    pairs : Pairs
    newcomers : Newcomers
    outcomes : Outcomes
    both_bad : BothBad
    position_effect : float
        Log-odds for who is shown first.
    circle : float
        Competitors are of three kinds in turn, and each kind leads the next by so many Elo more than strengths say.
    voters : Voters
    prompts : Prompts
    days : float
        Votes come evenly over so many days, which the column tstamp says: from 2024-01-01 on, and more than two years to the end of 2025; 0 for no
        such column.

    Raises
    ------
    OptionError
        If a choice is out of its bounds, or two do not go together.
    """

    n_competitors: int | None = choice(
        None,
        "Competitors, newcomers not counted.",
        least=2,
        most=MOST_COMPETITORS,
        unset=f"{N_COMPETITORS}, or as many as are given",
        option="competitors",
    )
    n_votes: int | None = choice(
        None, "Votes, those of newcomers among them.", least=1, most=MOST_CODES, unset=f"{N_VOTES:,}, or as many as --like has", option="votes"
    )
    strengths: Strengths = choice(Strengths(), "Strengths of the competitors.", example="Strengths.normal(spread=100)")
    pairs: Pairs = choice(Pairs(), "Which pairs meet.", example="Pairs.uniform()")
    newcomers: Newcomers = choice(Newcomers(), "Competitors with few votes.", example="Newcomers(3, (1, 2, 4))")
    outcomes: Outcomes = choice(Outcomes(), "The law of a vote.", example="Outcomes.davidson(tie_share=0.3)")
    both_bad: BothBad = choice(BothBad(), "Votes for neither.", example="BothBad(0.4)")
    position_effect: float = choice(0.0, "Log-odds for who is shown first.", least=-20.0, most=20.0)
    circle: float = choice(
        0.0,
        "Elo by which rock leads scissors, scissors paper, paper rock; competitors are these in turn.",
        least=0.0,
        most=MOST_ELO,
    )
    voters: Voters = choice(Voters(), "Who votes how often, and with which taste.", example="Voters(1000, tastes=100)")
    prompts: Prompts = choice(Prompts(), "Prompts, and what each changes.", example="Prompts(300, tastes=100)")
    days: float = choice(0.0, "Days over which votes come evenly, in the column tstamp; 0 for no such column.", least=0.0, most=MOST_DAYS)

    def __post_init__(self) -> None:
        check(self)
        values, counts = self.strengths.values, self.pairs.counts
        given = [(len(values) - self.newcomers.n, "strengths")] if values else []
        given += [(counts.n_competitors, "the log of pairs")] if counts is not None else []
        for n, what in given:
            if not 2 <= n <= MOST_COMPETITORS:
                raise OptionError(f"{what} have {n} competitors beside newcomers; from 2 to {MOST_COMPETITORS} can be simulated")
            if n != self.size:
                raise OptionError(f"n_competitors is {self.size}, but {what} have {n} competitors beside newcomers; leave it out, or make them agree")
        if self.size + self.newcomers.n > MOST_COMPETITORS:
            raise OptionError(f"n_newcomers is {self.newcomers.n:,}; up to {MOST_COMPETITORS:,} competitors can be simulated")
        few = sum(self.newcomers.votes_of_each)
        if few > self.log_size:
            raise OptionError(f"newcomers have {few:,} votes of {self.log_size:,}; give more n_votes or fewer newcomer_votes")

    @property
    def size(self) -> int:
        """Number of competitors beside newcomers."""
        if self.n_competitors is not None:
            return self.n_competitors
        if self.pairs.counts is not None:
            return int(self.pairs.counts.n_competitors)
        return len(self.strengths.values) - self.newcomers.n if self.strengths.values else N_COMPETITORS

    @property
    def log_size(self) -> int:
        """Number of votes."""
        if self.n_votes is not None:
            return self.n_votes
        return int(self.pairs.counts.n_votes) if self.pairs.counts is not None else N_VOTES
