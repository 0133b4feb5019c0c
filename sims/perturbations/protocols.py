"""What a perturbation may act on; which of these methods it has says what it can perturb."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from recount.data import Catalogue
from recount.engine.votes import Bools, PairCounts, Votes
from recount.sims.analysis.log import Log
from recount.sims.countries.facts import Stated
from recount.sims.filtering.by_vote import Passed
from recount.sims.perturbations.changed_votes import Change


@runtime_checkable
class OfModels(Protocol):
    """Leaves models out, by their names and what is known of them: of a log, of counts or of a board."""

    def staying(self, names: Sequence[str], catalogue: Catalogue | None, stated: Stated | None) -> Bools:
        """Return which models stay, (n_names,)."""
        ...


@runtime_checkable
class OfCounts(Protocol):
    """Changes numbers of votes by pair and outcome."""

    def changed(self, counts: PairCounts, rng: np.random.Generator) -> Change:
        """Return what becomes of the votes."""
        ...


@runtime_checkable
class OfVotes(Protocol):
    """Leaves single votes out, by what their row says."""

    def columns(self, log: Log) -> tuple[str, ...]:
        """Return the columns that are looked at."""
        ...

    def passing(self, votes: Votes, columns: tuple[str, ...], rng: np.random.Generator) -> Passed:
        """Return which votes stay."""
        ...


Perturbation = OfModels | OfCounts | OfVotes
