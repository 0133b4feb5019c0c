"""The lead of a country, as a conclusion that removed votes can change."""

import numpy as np

from recount.engine import Fit
from recount.engine.errors import InputError
from recount.engine.scrutiny.conclusion import Conclusion, by_rating
from recount.sims.countries.facts import Facts
from recount.sims.countries.groups import GROUPS
from recount.sims.specification import Specification
from recount.sims.specification.conclusions import CountryGroup


def country_lead(fit: Fit, facts: Facts, specification: Specification, group: CountryGroup) -> Conclusion:
    """Conclude that the country of the best model of a group is that of the best model: metric "best" of a country ranking.

    Parameters
    ----------
    fit : Fit
    facts : Facts
        Of the rated competitors, and possibly of others.
    specification : Specification
        What open weights and large models are.
    group : {"all", "open weights", "large"}

    Raises
    ------
    InputError
        If the group has models of fewer than two known countries.
    """
    of_names = facts.frame.loc[list(fit.names)]
    country = of_names["country"].where(GROUPS[group].holds(of_names, specification), "").to_numpy(str)
    ranked = by_rating(fit)
    known = ranked[country[ranked] != ""]
    leader = country[known[0]] if known.size else ""
    own, others = np.flatnonzero(country == leader), known[country[known] != leader]
    if not others.size:
        raise InputError(f"group {group!r} has models of fewer than two known countries; take another group, or a catalogue with more countries")
    ways = {}
    for other in others:
        contrasts = np.zeros((own.size, len(fit.names)))
        contrasts[np.arange(own.size), own] = 1.0
        contrasts[:, other] = -1.0
        ways[f"{fit.names[other]!r} ({country[other]}) passes all of {leader}"] = contrasts
    conclusion = Conclusion(f"{leader} has the best model of group {group!r}", ways)
    conclusion.check(fit)
    return conclusion
