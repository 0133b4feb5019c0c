"""From a log under a specification to every answer, each step computed once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from recount.data import Board
from recount.engine.choices import Folds, of_kind
from recount.engine.errors import OptionError
from recount.engine.fitting import Fit
from recount.engine.scale import Scale, anchored
from recount.engine.uncertainty.interface import Uncertainty
from recount.engine.votes import Floats, Votes
from recount.sims.analysis import leaderboards, notes
from recount.sims.analysis.all_notes import of_analysis, of_votes_and_fit
from recount.sims.analysis.kept import Kept
from recount.sims.analysis.log import Log, Progress
from recount.sims.analysis.rating import rate, uncertainty_of
from recount.sims.filtering import FilteredLog, filtered, filtered_board
from recount.sims.presentation import Table
from recount.sims.specification import HowSure, Specification, WhatIsConcluded, WhatIsSettled, WhichModel, WhichVotes

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from recount.data import Catalogue
    from recount.sims.analysis.further_votes import VotesNeeded
    from recount.sims.analysis.influence import Influence
    from recount.sims.multiverse.stability import Multiverse


class Analysis:
    """What follows from votes under a specification.

    Steps (`fit`, `uncertainty`, `draws`) are computed when needed and kept under the choices that they depend on; answers are tables.

    Parameters
    ----------
    source : Log, Board or Uncertainty
        Votes; or ratings, published or with their uncertainty, which are the same under every specification but for filters by model.
    specification : Specification, optional
    progress : callable, optional
        Of a bootstrap: called with the number of replicates so far and their share.
    kept : Kept, optional
        Results of the same source under other specifications.
    """

    def __init__(
        self,
        source: Log | Board | Uncertainty,
        specification: Specification | None = None,
        *,
        progress: Progress | None = None,
        kept: Kept | None = None,
    ) -> None:
        self.source = source
        self.specification = of_kind("specification", specification or Specification(), Specification)
        self.progress = progress
        self.kept = kept or Kept()

    def under(self, specification: Specification) -> "Analysis":
        """Analyse the same source under another specification; steps that both share are not computed again."""
        return Analysis(self.source, specification, progress=self.progress, kept=self.kept)

    @property
    def has_votes(self) -> bool:
        """Whether the source is votes, not ratings."""
        return isinstance(self.source, Log)

    @property
    def board(self) -> Board | None:
        """The models of the published board that pass the filters of the specification, if it is one."""
        board, which = self.source, self.specification
        return self.kept.once("board", which.part(WhichVotes), lambda: filtered_board(board, which)) if isinstance(board, Board) else None

    @property
    def log(self) -> Log | FilteredLog:
        """The votes that pass the filters of the specification; raise `OptionError` if ratings were given in their place."""
        if not isinstance(self.source, Log):
            raise OptionError("this needs votes, and ratings were given in their place; give a vote log")
        return filtered(self.source, self.specification)

    @property
    def rows(self) -> Votes | None:
        """The single votes, where the specification needs them."""
        columns = self.specification.columns()
        if not (columns or self.specification.covariates or self.log.is_weighted):
            return None
        return self.kept.once("rows", (self.specification.part(WhichVotes), columns), lambda: self.log.rows(columns))

    @property
    def fit(self) -> Fit:
        """The certified fit."""
        return self.kept.once("fit", self.specification.part(WhichModel, WhichVotes), self._fit)

    def _fit(self) -> Fit:
        rows = self.rows
        if self.specification.covariates:
            from recount.sims.analysis.order_of_names import check_position

            check_position(self.log.counts, self.specification)
        return rate(self.log.counts, self.specification, rows)

    @property
    def uncertainty(self) -> Uncertainty:
        """How sure the ratings are, jointly."""
        if (board := self.board) is not None:
            return self.kept.once("uncertainty of the board", self.specification.part(WhichVotes), board.uncertainty)
        if not isinstance(self.source, Log | Board):
            return self.source
        return self.know(lambda: uncertainty_of(self.fit, self.specification, self.rows, self.progress, self.log.executor))

    def know(self, find: Callable[[], Uncertainty]) -> Uncertainty:
        """Return the uncertainty, which is found the first time that this is asked."""
        return self.kept.once("uncertainty", self.specification.part(WhichModel, WhichVotes, HowSure), find)

    @property
    def draws(self) -> Floats:
        """The strengths and joint draws of them, (1 + n_draws, n) log-odds: the estimate comes first."""
        s = self.specification
        key = s.part(WhichModel, WhichVotes, HowSure)
        return self.kept.once("draws", key, lambda: np.vstack([self.uncertainty.strengths, self.uncertainty.draws(s.n_draws, s.seed)]))

    @property
    def names(self) -> tuple[str, ...]:
        """The rated competitors."""
        return self.uncertainty.names

    @property
    def scale(self) -> Scale:
        """The scale of ratings, with the anchor of the specification."""
        anchor = self.specification.anchor
        if self.board is not None and anchor is None:
            return self.board.scale
        return Scale() if anchor is None else anchored(self.names, self.uncertainty.strengths, anchor.competitor, anchor.rating)

    def notes(self) -> Iterator[str]:
        """Notes on the votes or the board, the fit, effects of covariates, and the uncertainty."""
        return of_analysis(self)

    def notes_of_fit(self) -> Iterator[str]:
        """Notes on the votes and the fit."""
        return of_votes_and_fit(self)

    def basis(self) -> str:
        """How ties were treated, as a sentence; "" where there are none, or ratings were given in place of votes."""
        return notes.of_ties(self.fit, self.log.counts) if self.has_votes else ""

    def leaderboard(self) -> Table:
        """The leaderboard: ratings, intervals, rank sets; by category if the specification names a column."""
        if self.specification.by is not None:
            from recount.sims.analysis.categories import rate_by_category

            return rate_by_category(self)
        return leaderboards.leaderboard(self)

    def pairs(self, among: Sequence[str] | None = None) -> Table:
        """Differences of every two competitors, of those named or of all, and who is better."""
        return leaderboards.pairs(self, among)

    def pair(self, one: str, other: str) -> Table:
        """The difference of two competitors, and who is better."""
        return leaderboards.pair(self, one, other)

    def moves_since(self, earlier: "Path | pd.DataFrame | Table") -> Table:
        """The leaderboard beside an earlier one (a table, a frame or a file), and who moved."""
        return leaderboards.moves_since(self, earlier)

    def effects(self) -> Table:
        """Effects of the covariates."""
        from recount.sims.analysis.covariate_effects import effects_of_covariates

        return effects_of_covariates(self)

    def countries(self, catalogue: "Catalogue | None" = None) -> Table:
        """Country rankings by the metrics and in the groups of the specification; facts of `catalogue`, the bundled one by default."""
        from recount.sims.countries import rank_countries

        return rank_countries(self, catalogue)

    def category_gaps(self, boards: Mapping[str, Board] | None = None, catalogue: "Catalogue | None" = None) -> Table:
        """Gaps between countries in each category of the column `by`, or on the boards of categories, beside the gap overall."""
        from recount.sims.countries import gaps_by_category

        return gaps_by_category(self, boards, catalogue)

    def multiverse(self, catalogue: "Catalogue | None" = None) -> "Multiverse":
        """Which country leads under every reasonable specification: a summary, all of them, what each choice makes of it, and what changes it."""
        from recount.sims.multiverse import across_specifications

        return across_specifications(self, catalogue)

    def influence(self, about: WhatIsConcluded | None = None, catalogue: "Catalogue | None" = None) -> "Influence":
        """Look for the fewest votes that overturn a conclusion (by default: who is first); facts of countries as of `countries`."""
        from recount.sims.analysis.influence import what_overturns

        return what_overturns(self, about or WhatIsConcluded(), catalogue)

    def votes_needed(self, about: WhatIsSettled | None = None, catalogue: "Catalogue | None" = None) -> "VotesNeeded":
        """Find how many further votes settle a question (by default: who is first), and between whom; facts as of `influence`."""
        from recount.sims.analysis.further_votes import what_settles

        return what_settles(self, about or WhatIsSettled(), catalogue)

    def quality(self, folds: Folds | None = None) -> Table:
        """How well the fit describes and predicts votes; `folds` say which votes are held out, at random by default."""
        from recount.sims.judging import quality

        return quality(self, folds)

    def calibration(self, folds: Folds | None = None) -> Table:
        """What favourites were expected to score and what they scored, in votes held out; `folds` as of `quality`."""
        from recount.sims.judging import calibration

        return calibration(self, folds)

    def residuals(self) -> Table:
        """The pairs that fit worst."""
        from recount.sims.judging import residuals

        return residuals(self)

    def cycles(self) -> Table:
        """Circles of three that no ratings explain."""
        from recount.sims.judging import cycles

        return cycles(self)

    def comparison(self, folds: Folds | None = None) -> Table:
        """Every model of ties, and each with the covariates given, on the same votes; `folds` as of `quality`."""
        from recount.sims.judging import comparison

        return comparison(self, folds)

    def summary(self) -> str:
        """Say who is first and how surely."""
        return self.leaderboard().summary()

    __repr__ = summary

    def to_frame(self) -> "pd.DataFrame":
        """The leaderboard as a data frame."""
        return self.leaderboard().to_frame()

    def _repr_html_(self) -> str:
        return self.leaderboard()._repr_html_()
