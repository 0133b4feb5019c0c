"""Number of models, and of organisations with a model, that reach a rating.

The rating is so far below the best model of the group, in each draw, which no constant added to all ratings changes; or it is one on the scale that
an anchor or a board fixes, as surely as it is known where the anchor stands. Models at it reach it.
"""

import numpy as np

from recount.engine.votes import Bools, Floats
from recount.sims.countries.groups import Group
from recount.sims.countries.metrics.metric import Ends, side_by_side
from recount.sims.specification import OfCountries


def why_no_level(group: Group) -> str:
    """Say why there is no level."""
    return "" if group.law is not None else "a level is in Elo points, and the ratings are in another unit"


def level_of(group: Group, asked: OfCountries) -> Floats:
    """Return the rating in each draw, (1 + n_draws, 1), log-odds."""
    scale, above = group.scale, asked.above
    if above.is_absolute:
        of_anchor = np.zeros(len(group.draws)) if group.of_anchor is None else group.of_anchor
        return np.asarray(((above.points - scale.centre) / scale.points + of_anchor)[:, None])
    level: Floats = group.draws.max(axis=1, keepdims=True) - above.points / scale.points
    return level


def reach(group: Group, asked: OfCountries) -> Bools:
    """Say which models reach the rating in each draw, (1 + n_draws, n_models)."""
    reached: Bools = group.draws >= level_of(group, asked)
    return reached


def is_below_all(group: Group, asked: OfCountries, strengths: Floats) -> bool:
    """Whether the rating, by the estimates, is below all `strengths` (n,) of a board, which may be the first of a longer one."""
    return bool(level_of(group, asked)[0, 0] < np.min(strengths))


def number_above(group: Group, asked: OfCountries) -> Floats:
    """Number of models that reach a rating."""
    number: Floats = reach(group, asked) @ group.members.parts.T
    return number


def organisations_above(group: Group, asked: OfCountries) -> Floats:
    """Number of organisations with a model that reaches a rating; one of several countries counts for each."""
    reached, organisation = reach(group, asked), group.members.organisation
    return side_by_side(
        [
            np.column_stack([reached[:, models & (organisation == name)].any(axis=1) for name in np.unique(organisation[models])]).sum(axis=1)
            for models in group.models
        ]
    ).astype(np.float64)


def own_organisations(group: Group, asked: OfCountries) -> Ends:
    """Bounds of a number of organisations."""
    most = np.array([np.unique(group.members.organisation[models]).size for models in group.models], np.float64)
    return np.zeros(most.size), most


def organisations_are_whole(group: Group, asked: OfCountries) -> int:
    """Of numbers of organisations, of which no part counts."""
    return 1
