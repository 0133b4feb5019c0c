"""Another mix of prompts: one category has another share of the votes."""

from dataclasses import dataclass

import numpy as np

from recount.engine.choices import check, choice
from recount.engine.errors import InputError
from recount.engine.votes import Votes
from recount.sims.analysis.log import Log
from recount.sims.filtering.by_vote import Passed, having


@dataclass(frozen=True, slots=True)
class PromptMix:
    """One category of prompts has another share of the votes; shares of the others keep their proportions.

    Votes of what there is too much of are left out at random, and none is repeated, so that as many stay as can. Votes without a category are among
    the others. The mix of prompts moves ratings where strengths differ by category (Singh et al. 2025, arXiv 2504.20879, section 5).
    """

    column: str = choice(None, "Column of the categories.", metavar="COLUMN", example="'category'")
    label: str = choice(None, "Category whose share is another.", example="'coding'")
    share: float = choice(0.5, "Its share of the votes.", least=0.0, most=1.0)

    def __post_init__(self) -> None:
        check(self)

    def columns(self, log: Log) -> tuple[str, ...]:
        """The column of the categories."""
        return (self.column,)

    def passing(self, votes: Votes, columns: tuple[str, ...], rng: np.random.Generator) -> Passed:
        """Which votes stay; raise `InputError` if none has the category."""
        inside = having(votes, np.ones(votes.n_votes, np.bool_), self.column, (self.label,)).votes
        n_inside, n_outside = int(inside.sum()), int((~inside).sum())
        if self.share < 1 and not n_outside:
            raise InputError(f"label is {self.label!r}, which all votes have in {self.column!r}; there is no other share than 1")
        # As many as can stay: all of one side.
        n_all = min(n_inside / self.share if self.share else np.inf, n_outside / (1 - self.share) if self.share < 1 else np.inf)
        stays = np.zeros(votes.n_votes, np.bool_)
        for side, share in ((inside, self.share), (~inside, 1 - self.share)):
            stays[rng.choice(np.flatnonzero(side), round(n_all * share), replace=False)] = True
        return Passed(stays)
