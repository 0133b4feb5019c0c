"""A kind of arena: all that is chosen before anything is drawn."""

from dataclasses import dataclass

from recount.engine.choices import check, choice
from recount.engine.errors import OptionError
from recount.engine.plurals import plural
from recount.sims.arenas.content_choices import AnswerLengths, Categories
from recount.sims.arenas.parts import MOST_CODES, MOST_ELO, BothBad, Newcomers, Outcomes, Pairs, Prompts, Strengths, Voters
from recount.sims.arenas.sampling_choices import PrivateVariants, Providers, Sampling, Stays
from recount.sims.arenas.voter_choices import Conduct, Rigging

# Unless something given has a number of its own.
N_COMPETITORS = 20
N_VOTES = 100_000
# All ordered pairs are held side by side.
MOST_COMPETITORS = 3000
# From 1990, before which numbers are no times, to the end of 2025.
MOST_DAYS = 13_149.0
FEWEST_DAYS = 3


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
    conduct: Conduct = choice(Conduct(), "Careless and adversarial voters.", example="Conduct(careless=0.1)")
    rigging: Rigging = choice(Rigging(), "Voters who lift one competitor.", example="Rigging(0.01)")
    categories: Categories = choice(Categories(), "Categories of prompts.", example="Categories(3, spread=50)")
    lengths: AnswerLengths = choice(AnswerLengths(), "Lengths of answers.", example="AnswerLengths(300, effect=0.5)")
    sampling: Sampling = choice(Sampling(), "Which pairs meet as votes come in.", example="Sampling('ci-width')")
    providers: Providers = choice(Providers(), "Whose the competitors are.", example="Providers(5, 1, 10)")
    stays: Stays = choice(Stays(), "When competitors enter and are retired.", example="Stays(0.5, 0.2)")
    private: PrivateVariants = choice(PrivateVariants(), "Competitors that are the best of several.", example="PrivateVariants(1, 20)")

    def __post_init__(self) -> None:
        check(self)
        values, counts = self.strengths.values, self.pairs.counts
        given = [(len(values) - self.n_beside, "strengths")] if values else []
        given += [(counts.n_competitors, "the pairs of the log")] if counts is not None else []
        for n, what in given:
            if not 2 <= n <= MOST_COMPETITORS:
                raise OptionError(f"{what} have {plural(n, 'competitor')} beside newcomers; from 2 to {MOST_COMPETITORS} can be simulated")
            if n != self.size:
                raise OptionError(
                    f"n_competitors is {self.size}, but {what} have {plural(n, 'competitor')} beside newcomers; leave it out, or make them agree"
                )
        if self.circle and self.n_drawn < 3:
            raise OptionError(
                f"circle is {self.circle:g}, which {plural(self.n_drawn, 'competitor does', 'competitors do')} not make; give three or more"
            )
        self._check_size()
        self._check_voters()
        self._check_times()

    def _check_size(self) -> None:
        if self.n_drawn > MOST_COMPETITORS:
            name, n = ("n_newcomers", self.newcomers.n) if not self.private.n_published else ("n_published", self.private.n_published)
            raise OptionError(f"{name} is {n:,}; up to {MOST_COMPETITORS:,} competitors can be simulated")
        few, published = sum(self.newcomers.votes_of_each), self.private.n_published * self.private.votes_of_each
        if few > self.log_size:
            raise OptionError(f"newcomers have {plural(few, 'vote')} of {self.log_size:,}; give more n_votes or fewer newcomer_votes")
        if few + published > self.log_size:
            raise OptionError(f"published variants have {plural(published, 'vote')} of {self.log_size:,}; give more n_votes or fewer test_votes")

    def _check_voters(self) -> None:
        shares = {"careless": self.conduct.careless, "adversarial": self.conduct.adversarial, "riggers": self.rigging.riggers}
        name, share = max(shares.items(), key=lambda one: one[1])
        if share and not self.voters.n:
            raise OptionError(f"{name} is {share:g}, but there are no voters; give n_voters")
        if sum(shares.values()) >= 1:
            raise OptionError(f"careless, adversarial and riggers sum to {sum(shares.values()):g}; give shares below 1, so that somebody is honest")
        for name, share in shares.items():
            if share and not round(share * self.voters.n):
                raise OptionError(f"{name} is {share:g} of {plural(self.voters.n, 'voter')}, which is nobody; give more, or more n_voters")
        if sum(round(share * self.voters.n) for share in shares.values()) >= self.voters.n > 0:
            raise OptionError(
                f"careless, adversarial and riggers are all of the {plural(self.voters.n, 'voter')}; give smaller shares, or more n_voters"
            )
        place = self.rigging.place
        if place is not None and place > self.size:
            raise OptionError(f"rigging_place is {place}, but there are {plural(self.size, 'competitor')}; give one of their places")

    def _check_times(self) -> None:
        if self.sampling.rule != "random" and self.sampling.n_rounds > self.log_size:
            raise OptionError(f"n_rounds is {self.sampling.n_rounds}, but there are {plural(self.log_size, 'vote')}; give at least one vote a round")
        for name, share in (("late_share", self.stays.late), ("retired_share", self.stays.retired)):
            if share and self.days < FEWEST_DAYS:
                raise OptionError(
                    f"{name} is {share:g}, for which {plural(self.days, 'day is', 'days are')} too few; give `days` of {FEWEST_DAYS} or more"
                )
            if share and self.days > self.log_size:
                raise OptionError(
                    f"{name} is {share:g}, for which {plural(self.log_size, 'vote')} on {plural(self.days, 'day')} are too few; "
                    "give a vote a day or more"
                )
            if share and not round(share * self.size):
                raise OptionError(f"{name} is {share:g} of {plural(self.size, 'competitor')}, which is nobody; give more, or more n_competitors")

    @property
    def has_intents(self) -> bool:
        """Whether some voters do not say what they think."""
        return bool(self.conduct.careless or self.conduct.adversarial or self.rigging.riggers)

    @property
    def size(self) -> int:
        """Number of competitors beside newcomers and published variants."""
        if self.n_competitors is not None:
            return self.n_competitors
        if self.pairs.counts is not None:
            return int(self.pairs.counts.n_competitors)
        return len(self.strengths.values) - self.n_beside if self.strengths.values else N_COMPETITORS

    @property
    def n_beside(self) -> int:
        """Number of newcomers and published variants."""
        return self.newcomers.n + self.private.n_published

    @property
    def n_drawn(self) -> int:
        """Number of competitors that votes are drawn for, all private variants among them."""
        return self.size + self.newcomers.n + self.private.n_published * self.private.n_variants

    @property
    def log_size(self) -> int:
        """Number of votes."""
        if self.n_votes is not None:
            return self.n_votes
        return int(self.pairs.counts.n_votes) if self.pairs.counts is not None else N_VOTES

    @property
    def n_rows(self) -> int:
        """Number of votes that are drawn, those of private variants that are not published among them."""
        return self.log_size + self.private.n_published * (self.private.n_variants - 1) * self.private.votes_of_each
