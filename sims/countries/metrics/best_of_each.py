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
    return side_by_side([mean_of_best(group.draws[:, models], organisation[models], asked.k) for models in group.models])


def mean_of_best(draws: Floats, organisation: NDArray[np.str_], k: int) -> Floats:
    """Mean of the k best models, one an organisation, in each row of `draws`; NaN if there are fewer organisations."""
    organisations = np.unique(organisation)
    if organisations.size < k:
        return np.full(draws.shape[0], np.nan)
    best_of_each = np.column_stack([draws[:, organisation == name].max(axis=1) for name in organisations])
    mean: Floats = np.partition(best_of_each, -k, axis=1)[:, -k:].mean(axis=1)
    return mean
