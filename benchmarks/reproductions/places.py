"""Places of models on a board, which published results are told in."""

from recount.engine import Fit, fit
from recount.engine.votes import Ints, PairCounts


def places_of(counts: PairCounts, names: tuple[str, ...]) -> Ints:
    """Return the place of each of some models, (n,): 1 and the number of models rated higher."""
    fitted: Fit = fit(counts)
    of = fitted.strengths[[fitted.names.index(name) for name in names]]
    return 1 + (fitted.strengths[None, :] > of[:, None]).sum(axis=1)
