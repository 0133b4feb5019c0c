"""What a page is made of: an analysis, what was given beside it, and the answers, each computed once."""

import contextlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from recount.data import Catalogue, Scores
from recount.data.boards.series import Boards
from recount.data.days import SUFFIX
from recount.engine.errors import OptionError, RecountError
from recount.engine.plurals import plural
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log
from recount.sims.auditing.auditing import audit
from recount.sims.claims.claim import Claim
from recount.sims.claims.judging import judge
from recount.sims.countries.by_country import known_facts
from recount.sims.countries.facts import Facts, facts_of, stated_by
from recount.sims.countries.ranking import counts_all, what_is_ranked
from recount.sims.figures.pair_figures import N_IN_MATRIX
from recount.sims.filtering.found_columns import has_voters
from recount.sims.multiverse.alone import each_choice_alone
from recount.sims.multiverse.first_alone import first_by_each_choice
from recount.sims.multiverse.rated_conclusions import ratings_across_specifications
from recount.sims.multiverse.stability import Multiverse
from recount.sims.presentation import Table
from recount.sims.specification import WhatIsConcluded

# Of whose lead it takes long to show that no fewer votes change it, where a country has many models.
SLOW = "all"
# How choices are varied unless something else is asked for.
ALONE: Literal["alone"] = "alone"


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
    specifications : {"alone", "grid"}
        Whether reasonable choices are varied one at a time, or in all combinations.
    findings : Table, optional
        Of a study of the same votes.
    """

    analysis: Analysis
    catalogue: Catalogue
    claims: Sequence[Claim] = ()
    day: date | None = None
    scores: Scores | None = None
    boards: Boards | None = None
    made: Mapping[str, Any] = field(default_factory=dict)
    worded: Callable[[str], str] = str
    specifications: Literal["alone", "grid"] = ALONE
    findings: Table | None = None

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
    def foregone(self) -> dict[tuple[str, str], str]:
        """Rankings in which nothing is estimated, by group and metric: all models of the group are in its top N, however they are rated."""
        s, facts = self.analysis.specification, known_facts(self.analysis, self.catalogue)
        found: dict[tuple[str, str], str] = {}
        for group, metric in itertools.product(s.asked_groups, s.asked_metrics):
            members = what_is_ranked(self.analysis, facts, group, metric)[0]
            if counts_all(members, metric, s):
                found[group, metric] = (
                    f"all {plural(members.n_models, 'model')} of the group are in its top {s.top}, so that it counts models and estimates nothing"
                )
        return found

    def telling(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of rankings of countries in which something is estimated."""
        kept = [ranking not in self.foregone for ranking in zip(frame["group"], frame["metric"], strict=True)]
        return frame[kept].reset_index(drop=True)

    @cached_property
    def removals(self) -> dict[str, Table | RecountError]:
        """The fewest votes whose removal changes each conclusion, by its name; or why that cannot be asked."""
        found: dict[str, Table | RecountError] = {}
        for what, about in self._concluded().items():
            try:
                found[what] = self.analysis.influence(about, self.catalogue).summary
            except RecountError as error:
                found[what] = error
        return found

    def _concluded(self) -> dict[str, WhatIsConcluded]:
        """Return what removals are to change: who is first, who are the best, and whose lead in each group."""
        s = self.analysis.specification
        groups = [group for group in s.asked_groups if group != SLOW] if self.knows_countries else []
        first = {"who is first": WhatIsConcluded()}
        # Of few competitors not all.
        if (k := min(s.p_top, len(self.analysis.names) - 1)) > 1:
            first[f"who are the best {k}"] = WhatIsConcluded(best=k)
        return first | {f"the lead in group {group!r}": WhatIsConcluded(country_lead=group) for group in groups}

    @cached_property
    def knows_countries(self) -> bool:
        """Whether any competitor has a country."""
        return bool(self.country_of.ne("").any())

    @cached_property
    def audited(self) -> Table:
        """Which defects the log has; raise `RecountError` if there are no votes."""
        if not isinstance(self.analysis.source, Log):
            raise OptionError("there are no votes, and ratings were given in their place; give a vote log")
        return audit(self.analysis.source, self.analysis.specification, voter_column=self.clusters_as_voters)

    @property
    def clusters_as_voters(self) -> str | None:
        """The column of clusters, which an audit takes for that of voters where no other has a usual name; none of days, or of several."""
        source, clusters = self.analysis.source, self.analysis.specification.clusters
        if not isinstance(source, Log) or len(clusters) != 1 or clusters[0].endswith(SUFFIX) or has_voters(source):
            return None
        return clusters[0]

    @cached_property
    def one_choice(self) -> Table:
        """Who leads when one choice is made otherwise; raise `RecountError` if there is nothing to rank."""
        told = each_choice_alone(self.analysis, self.catalogue)
        return replace(told, frame=self.telling(told.frame))

    @cached_property
    def first_by_choice(self) -> Table:
        """Who is first when one choice is made otherwise; raise `RecountError` if there are no votes."""
        return first_by_each_choice(self.analysis)

    @cached_property
    def first_in_grid(self) -> Multiverse:
        """Who is first under every reasonable specification; raise `RecountError` if there are no votes."""
        return ratings_across_specifications(self.analysis)

    @cached_property
    def grid(self) -> Multiverse:
        """Who leads under every reasonable specification; raise `RecountError` if there is nothing to rank."""
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

    @property
    def slow_answers(self) -> dict[str, str]:
        """The answers that take longest, and what each is of."""
        choices = {"one_choice": "choices made otherwise"} if self.specifications == ALONE else {"grid": "all combinations of choices"}
        claims = {"judged": "claims"} if self.claims else {}
        return {**choices, "removals": "removals that change a conclusion", "audited": "tests of the audit", **claims}

    def answer_ahead(self, stage: Callable[[str], AbstractContextManager[None]]) -> None:
        """Compute the slow answers, each in a stage; errors come again where an answer is asked for."""
        for name, what in self.slow_answers.items():
            with stage(what), contextlib.suppress(RecountError):
                getattr(self, name)

    @cached_property
    def judged(self) -> Table:
        """Verdicts of the claims."""
        return judge(self.claims, self.analysis, self.catalogue, self.day, self.scores, self.boards or ())
