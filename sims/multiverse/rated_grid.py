"""The votes rated under every specification of the grid, and which specifications give the same ratings with the same errors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from recount.engine import ELO
from recount.engine.errors import RecountError
from recount.engine.executors import executor_or_threads, in_order
from recount.engine.fitting import TOLERANCE
from recount.engine.linear_algebra import one_thread
from recount.engine.uncertainty.interface import Uncertainty
from recount.engine.vote_law import VoteLaw
from recount.engine.votes import Floats
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log
from recount.sims.multiverse.combinations import reason_among, reasonable_values
from recount.sims.specification import Specification

# Log-odds, and shares of a standard error.
SAME_STRENGTH, SAME_ERROR = 2 * TOLERANCE / ELO, 1e-6


class Impossible(NamedTuple):
    """A combination of choices under which the votes cannot be rated, and why."""

    specification: Specification
    reason: str


class Ratings(NamedTuple):
    """By what ratings are the same: who is rated, strengths and their standard errors, (n,), log-odds."""

    names: tuple[str, ...]
    strengths: Floats
    errors: Floats

    def are_those_of(self, other: "Ratings") -> bool:
        """Whether two fits give the same ratings, as far as they are certified, with the same errors."""
        return self.names == other.names and all(
            np.allclose(mine, others, rtol=0.0 if mine is self.strengths else SAME_ERROR, atol=SAME_STRENGTH)
            for mine, others in zip(self[1:], other[1:], strict=True)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """Ratings that one or several specifications give, with their uncertainty under the first of these."""

    specification: Specification
    ratings: Ratings
    uncertainty: Uncertainty


class Rated(NamedTuple):
    """A specification, the number of the kind of its ratings, and what its model says of a vote."""

    specification: Specification
    kind: int
    law: VoteLaw | None


def rate_all(log: Log, specifications: Sequence[Specification], base: Specification) -> Iterator[Impossible | tuple[Rated, Kind]]:
    """Rate votes under several specifications, as many at the same time as the log's executor allows; yield them in order.

    Raises
    ------
    RecountError
        If the votes cannot be rated under `base`.
    """
    kinds: list[Kind] = []
    varied = reasonable_values(base)
    with one_thread(), executor_or_threads(log.executor) as (pool, n_waiting):
        found = in_order(lambda one: pool.submit(_rated, log, one), specifications, n_waiting)
        for specification, uncertainty in zip(specifications, found, strict=True):
            if isinstance(uncertainty, RecountError):
                if specification == base:
                    raise uncertainty
                yield Impossible(specification, reason_among(uncertainty, varied))
                continue
            ratings = Ratings(uncertainty.names, uncertainty.strengths, uncertainty.standard_errors())
            place = next((place for place, kind in enumerate(kinds) if ratings.are_those_of(kind.ratings)), len(kinds))
            if place == len(kinds):
                kinds.append(Kind(specification, ratings, uncertainty))
            yield Rated(specification, place, uncertainty.law), kinds[place]


def _rated(log: Log, specification: Specification) -> Uncertainty | RecountError:
    try:
        return Analysis(log, specification).uncertainty
    except RecountError as error:
        return error
