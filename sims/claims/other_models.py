"""Claims about the line of ratings against sizes, which are about models that could have been made, and not about those alone that were.

Models of one size scatter around the line by far more than their ratings are unsure. So the number has an error besides that of the ratings: that of
a regression, clustered by organisation (`recount.sims.countries.metrics.sizes.covariance_over_models`).
"""

from collections.abc import Sequence

import numpy as np

from recount.engine.votes import Floats
from recount.sims.claims.claim import OTHERS, Claim
from recount.sims.claims.evidence import Rated, UntestableError
from recount.sims.claims.samples import Sample, in_common
from recount.sims.countries.groups import group_of, members_of
from recount.sims.countries.metrics import METRICS
from recount.sims.countries.metrics.sizes import EQUAL_SIZE, covariance_over_models
from recount.sims.specification import Specification

CAVEAT = "the interval allows for other models that could have been made, as those that were scatter around the line, organisation by organisation"


def allowing_for_other_models(claim: Claim, values: Floats, rated: Sequence[Rated], s: Specification, samples: Sequence[Sample]) -> Floats:
    """Add the error of the line to the draws of the number (1 + n_draws,), the estimate first, if the claim is about the line.

    Raises
    ------
    UntestableError
        If models and organisations are too few to say how large it is.
    """
    if claim.metric != EQUAL_SIZE or values.size == 1:
        return values
    variance = sum(_variance(claim, one, s, sample) for one, sample in zip(rated, in_common(samples), strict=True))
    if not np.isfinite(variance):
        raise UntestableError("models of known size are too few, or of one organisation, to say how far the line depends on which were made")
    noise = np.random.default_rng([s.seed, len(values)]).standard_normal(values.size - 1)
    return np.concatenate([values[:1], values[1:] + np.sqrt(variance) * noise])


def _variance(claim: Claim, one: Rated, s: Specification, sample: Sample) -> float:
    """Variance of the number over models, square points."""
    group = group_of(sample.strengths, members_of(sample.names, one.facts, s, claim.group), sample.scale, sample.law)
    found, own = covariance_over_models(group), group.countries.index(claim.country)
    variance = float(found[own, own])
    if claim.rival:
        if claim.rival == OTHERS:
            estimates = METRICS[claim.metric].compute(group, s)[0].copy()
            estimates[own] = np.nan
            rival = int(np.nanargmax(estimates))
        else:
            rival = group.countries.index(claim.rival)
        variance += float(found[rival, rival] - 2 * found[own, rival])
    return variance * sample.scale.points**2
