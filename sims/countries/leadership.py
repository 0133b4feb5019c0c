"""The lead of a country, as a conclusion that removed votes can change."""

import numpy as np

from recount.engine import Fit
from recount.engine.errors import InputError
from recount.engine.scrutiny.conclusion import Conclusion, by_rating
from recount.engine.votes import Bools
from recount.sims.countries.facts import Facts
from recount.sims.countries.groups import members_of
from recount.sims.specification import Specification
from recount.sims.specification.country_choices import CountryGroup


def country_lead(fit: Fit, facts: Facts, specification: Specification, group: CountryGroup) -> Conclusion:
    """Conclude that the country of the best model of a group is that of the best model: metric "best" of a country ranking.

    Parameters
    ----------
    fit : Fit
    facts : Facts
        Of the rated competitors, and possibly of others.
    specification : Specification
        Which models are ranked, whose they are, and what the group is.
    group : str

    Raises
    ------
    InputError
        If the group has models of fewer than two known countries, or its best model is of several.
    """
    members = members_of(fit.names, facts, specification, group)
    # Variants of a model lead together, merged or apart.
    owned: Bools = np.zeros((len(members.owners), len(fit.names)), np.bool_)
    owned[:, members.places] = members.parts[:, members.model] > 0

    def owners_of(model: int) -> list[str]:
        return [members.owners[i] for i in np.flatnonzero(owned[:, model])]

    ranked = by_rating(fit)
    is_known: Bools = owned.max(axis=0, initial=False)
    known = ranked[is_known[ranked]]
    leaders = owners_of(known[0]) if known.size else []
    if len(leaders) > 1:
        raise InputError(f"the best model of group {group!r} is of {' and '.join(leaders)}, so that neither leads alone; take another attribution")
    leader = leaders[0] if leaders else ""
    of_leader = owned[members.owners.index(leader)] if leader else np.zeros(len(fit.names), np.bool_)
    own, others = np.flatnonzero(of_leader), known[~of_leader[known]]
    if not others.size:
        raise InputError(f"group {group!r} has models of fewer than two known countries; take another group, or a catalogue with more countries")
    ways = {}
    for other in others:
        contrasts = np.zeros((own.size, len(fit.names)))
        contrasts[np.arange(own.size), own] = 1.0
        contrasts[:, other] = -1.0
        ways[f"{fit.names[other]!r} ({' and '.join(owners_of(other))}) passes all of {leader}"] = contrasts
    conclusion = Conclusion(f"{leader} has the best model of group {group!r}", ways)
    conclusion.check(fit)
    return conclusion
