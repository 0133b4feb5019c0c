"""Claims about the line of ratings against sizes, which are about models that could have been made, and not about those alone that were.

Models of one size scatter around the line by far more than their ratings are unsure. So the number has an error besides that of the ratings: that of
the line (`recount.sims.countries.scatter_of_models`).
"""

from collections.abc import Sequence

import numpy as np

from recount.engine.votes import Floats
from recount.sims.claims.claim import OTHERS, Claim
from recount.sims.claims.evidence import Rated, UntestableError
from recount.sims.claims.samples import Sample, in_common
from recount.sims.countries.groups import group_of, members_of
from recount.sims.countries.metrics import METRICS
from recount.sims.countries.metrics.sizes import EQUAL_SIZE
from recount.sims.countries.scatter_of_models import scatter_around_lines
from recount.sims.specification import Specification

CAVEAT = "the interval allows for other models that could have been made, if models and organisations scatter around the line alike in all countries"


def allowing_for_other_models(claim: Claim, values: Floats, rated: Sequence[Rated], s: Specification, samples: Sequence[Sample]) -> Floats:
    """Add the error of the line to the draws of the number (1 + n_draws,), the estimate first, if the claim is about the line.

    Raises
    ------
    UntestableError
        If models and organisations are too few to say how large it is.
    """
    if claim.metric != EQUAL_SIZE or values.size == 1:
        return values
    noise = np.zeros(values.size - 1)
    for category, (one, sample) in enumerate(zip(rated, in_common(samples), strict=True)):
        noise += _errors(claim, one, s, sample, values.size - 1, category)
    return np.concatenate([values[:1], values[1:] + noise])


def _errors(claim: Claim, one: Rated, s: Specification, sample: Sample, n_draws: int, category: int) -> Floats:
    """Errors of the line, (n_draws,) points."""
    group = group_of(sample.strengths, members_of(sample.names, one.facts, s, claim.group), sample.scale, sample.law)
    found, own, rival = scatter_around_lines(group), group.countries.index(claim.country), None
    if found is None:
        raise UntestableError(
            "models of known size are too few, or of one organisation in each country, to say how far the line depends on which were made"
        )
    if claim.rival == OTHERS:
        estimates = METRICS[claim.metric].compute(group, s)[0].copy()
        estimates[own] = np.nan
        rival = int(np.nanargmax(estimates))
    elif claim.rival:
        rival = group.countries.index(claim.rival)
    return found.errors(own, rival, n_draws, s.seed, category) * sample.scale.points
