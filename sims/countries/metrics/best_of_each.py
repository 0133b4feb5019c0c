"""Mean of the k best models of a country, one an organisation: depth that variants of one model do not make."""

import numpy as np
from numpy.typing import NDArray

from recount.engine.votes import Floats
from recount.sims.countries.groups import Group
from recount.sims.countries.metrics.metric import side_by_side
from recount.sims.specification import OfCountries


def mean_of_k_best(group: Group, asked: OfCountries) -> Floats:
    """Mean strength of the k best models, one an organisation; NaN of a country with fewer organisations."""
    organisation = group.members.organisation

    def best_first() -> list[Floats]:
        return [best_of_organisations(group.draws[:, models], organisation[models]) for models in group.models]

    return side_by_side([mean_of_first(best, asked.k) for best in group.kept.once("best of organisations", None, best_first)])


def best_of_organisations(draws: Floats, organisation: NDArray[np.str_]) -> Floats:
    """Strength of the best model of each organisation in each row of `draws` (n_draws, n_models), best first, (n_organisations, n_draws)."""
    best = np.array([draws.T[organisation == name].max(axis=0) for name in np.unique(organisation)])
    best.sort(axis=0)
    return best[::-1]


def mean_of_first(best: Floats, k: int) -> Floats:
    """Mean of the first k of what is ordered, (n, n_draws); NaN if there are fewer."""
    mean: Floats = best[:k].mean(axis=0) if best.shape[0] >= k else np.full(best.shape[1], np.nan)
    return mean
