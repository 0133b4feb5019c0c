"""What a page is made of: an analysis, what was given beside it, and the answers, each computed once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from recount.data import Catalogue, Scores
from recount.data.boards.series import Boards
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.influence import Influence
from recount.sims.claims.claim import Claim
from recount.sims.claims.judging import judge
from recount.sims.countries.facts import Facts, facts_of, stated_by
from recount.sims.figures.pair_figures import N_IN_MATRIX
from recount.sims.multiverse.stability import Multiverse
from recount.sims.presentation import Table


@dataclass(frozen=True, eq=False)
class Material:
    """What a page is made of.

    Attributes
    ----------
    analysis : Analysis
    catalogue : Catalogue
    claims : sequence of Claim
    day : date, optional
        Of the ratings.
    scores : Scores, optional
    boards : Boards, optional
        Of several days.
    made : mapping
        How the page was made, as a manifest says it.
    worded : callable
        Puts a message into the words of who reads it, such as options of the command line.
    """

    analysis: Analysis
    catalogue: Catalogue
    claims: Sequence[Claim] = ()
    day: date | None = None
    scores: Scores | None = None
    boards: Boards | None = None
    made: Mapping[str, Any] = field(default_factory=dict)
    worded: Callable[[str], str] = str

    @cached_property
    def leaderboard(self) -> Table:
        """Ratings of all competitors."""
        return self.analysis.leaderboard()

    @property
    def headline(self) -> str:
        """Who leads, as a sentence."""
        return self.leaderboard.headline.removesuffix(self.leaderboard.basis).strip()

    @cached_property
    def pairs_of_best(self) -> Table:
        """Differences of every two of the best."""
        return self.analysis.pairs(self.leaderboard.frame["competitor"].tolist()[:N_IN_MATRIX])

    @cached_property
    def countries(self) -> Table:
        """Countries by every metric that is asked for; raise `RecountError` if there is nothing to rank."""
        return self.analysis.countries(self.catalogue)

    @cached_property
    def first(self) -> Influence:
        """The fewest votes whose removal changes who is first; raise `RecountError` if it cannot be asked."""
        return self.analysis.influence()

    @cached_property
    def quality(self) -> Table:
        """How well the ratings describe and predict votes; raise `RecountError` if there are none."""
        return self.analysis.quality()

    @cached_property
    def grid(self) -> Multiverse:
        """Who leads under every reasonable specification, and what each choice makes of it; raise `RecountError` if there is nothing to rank."""
        return self.analysis.multiverse(self.catalogue)

    @cached_property
    def facts(self) -> Facts:
        """What is known of the competitors, also if no country is."""
        board = self.analysis.board
        return facts_of(self.analysis.names, self.catalogue, None if board is None else stated_by(board))

    @cached_property
    def country_of(self) -> "pd.Series[Any]":
        """Country of each competitor, "" if it is not known."""
        return self.facts.frame["country"]

    @property
    def dated(self) -> Any:
        """What has dates: the boards, or the votes."""
        return self.analysis.source if self.boards is None else self.boards

    @cached_property
    def judged(self) -> Table:
        """Verdicts of the claims."""
        return judge(self.claims, self.analysis, self.catalogue, self.day, self.scores, self.boards or ())
