"""Votes that fits are judged by, with what each of them counts: as counts, and single where folds, covariates or weights need them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from recount.engine.choices import Covariate, Folds, of_kind
from recount.engine.contextual.covariates import where_known
from recount.engine.counting import count
from recount.engine.votes import Floats, PairCounts, Votes
from recount.engine.weighting import WeightedCounts, weigh, weighted, weights_of_votes

if TYPE_CHECKING:
    from recount.sims.analysis.analysis import Analysis


@dataclass(frozen=True, slots=True, eq=False)
class WeighedVotes:
    """Votes, and what each of them counts.

    Attributes
    ----------
    counts : PairCounts or WeightedCounts
        Those of weighted single votes keep their weights in the order of the log.
    votes : Votes or None
        The single votes; None if there are counts only.
    """

    counts: PairCounts | WeightedCounts
    votes: Votes | None = None

    @property
    def weights(self) -> Floats | None:
        """Weight of each single vote, (n_votes,); None if all count alike or there are counts only."""
        return self.counts.of_vote if isinstance(self.counts, WeightedCounts) else None

    def among(self, names: Iterable[str]) -> "WeighedVotes":
        """Return the votes between some competitors, who alone are still named."""
        inside = set(names)
        keep = np.array([name in inside for name in self.counts.names], np.bool_)
        if self.votes is None:
            return WeighedVotes(self.counts.only(keep))
        of_log = np.array([name in inside for name in self.votes.names], np.bool_)
        votes = self.votes.among(of_log)
        if self.weights is None:
            return WeighedVotes(self.counts.only(keep), votes)
        return WeighedVotes(weighted(votes, self.weights[of_log[self.votes.first] & of_log[self.votes.second]]), votes)

    def with_values(self, covariates: Sequence[Covariate]) -> "WeighedVotes":
        """Return the votes in which every covariate has a value; all of them without covariates."""
        if self.votes is None or not covariates:
            return self
        known = where_known(self.votes, covariates)
        votes = self.votes.only(known)
        return WeighedVotes(count(votes) if self.weights is None else weighted(votes, self.weights[known]), votes)


def votes_to_judge_by(analysis: "Analysis", folds: Folds) -> WeighedVotes:
    """Return the votes of an analysis with their weights, which are set over the whole log; single where something needs them."""
    s, folds = analysis.specification, of_kind("folds", folds, Folds)
    wanted = (*s.columns(), *([folds.column] if folds.column else []))
    votes = analysis.log.rows(wanted) if folds.column or s.covariates or s.weights.column or analysis.log.is_weighted else None
    counts = weigh(s.weights, analysis.log.counts, votes)
    if votes is not None and isinstance(counts, WeightedCounts):
        counts = weighted(votes, weights_of_votes(counts, votes))
    return WeighedVotes(counts, votes)
