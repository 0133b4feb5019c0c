"""The lead of a country, as a conclusion that removed votes can change."""

import numpy as np

from recount.engine import Fit
from recount.engine.errors import InputError
from recount.engine.scrutiny.conclusion import Conclusion, by_rating
from recount.engine.votes import Bools, Floats, Ints
from recount.sims.countries.facts import Facts
from recount.sims.countries.groups import members_of
from recount.sims.presentation.wording import the_country
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
    models = Owned(fit, facts, specification, group)
    leaders = models.owners_of(models.known[0]) if models.known.size else []
    if len(leaders) > 1:
        raise InputError(f"the best model of group {group!r} is of {' and '.join(leaders)}, so that neither leads alone; take another attribution")
    leader = leaders[0] if leaders else ""
    own, others = models.of(leader), models.of_others(leader)
    if not others.size:
        raise InputError(f"group {group!r} has models of fewer than two known countries; take another group, or a catalogue with more countries")
    ways = {}
    for other in others:
        who = f"{fit.names[other]!r} ({' and '.join(models.owners_of(other))}) passes all of {the_country(leader)}"
        ways[who] = _passes_all(len(fit.names), other, own)
    conclusion = Conclusion(f"{the_country(leader)} has the best model of group {group!r}", ways)
    conclusion.check(fit)
    return conclusion


def country_behind(fit: Fit, facts: Facts, specification: Specification, group: CountryGroup, country: str) -> Conclusion:
    """Conclude that a country has not the best model of a group, which it would have by passing all others; parameters as of `country_lead`.

    Raises
    ------
    InputError
        If no model of the group is of the country, or none is of another.
    """
    models = Owned(fit, facts, specification, group)
    own, others = models.of(country), models.of_others(country)
    if not own.size or not others.size:
        raise InputError(f"group {group!r} has no model of {country if not own.size else f'a country other than {country}'}; take another group")
    ways = {f"{fit.names[i]!r} passes all that are not of {the_country(country)}": _passes_all(len(fit.names), i, others) for i in own}
    conclusion = Conclusion(f"{the_country(country)} has not the best model of group {group!r}", ways)
    conclusion.check(fit)
    return conclusion


class Owned:
    """The rated models of a group, and whose they are.

    Attributes
    ----------
    known : (n_known,) int64
        Models of known countries, the best first.
    """

    def __init__(self, fit: Fit, facts: Facts, specification: Specification, group: CountryGroup) -> None:
        members = members_of(fit.names, facts, specification, group)
        self.owners = members.owners
        # Variants of a model lead together, merged or apart.
        self.owned: Bools = np.zeros((len(members.owners), len(fit.names)), np.bool_)
        self.owned[:, members.places] = members.parts[:, members.model] > 0
        is_known: Bools = self.owned.max(axis=0, initial=False)
        ranked = by_rating(fit)
        self.known: Ints = ranked[is_known[ranked]]

    def owners_of(self, model: int) -> list[str]:
        """Countries of a model."""
        return [self.owners[i] for i in np.flatnonzero(self.owned[:, model])]

    def of(self, country: str) -> Ints:
        """Models of a country."""
        return np.flatnonzero(self.owned[self.owners.index(country)]) if country in self.owners else self.known[:0]

    def of_others(self, country: str) -> Ints:
        """Models of known countries that are not of this one, the best first."""
        return self.known[~np.isin(self.known, self.of(country))]


def _passes_all(n: int, one: int, others: Ints) -> Floats:
    """Return the contrasts (m, n) that are all negative when one of n has passed all others."""
    contrasts = np.zeros((others.size, n))
    contrasts[np.arange(others.size), others] = 1.0
    contrasts[:, one] = -1.0
    return contrasts
