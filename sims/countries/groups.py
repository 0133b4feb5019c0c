"""Groups of models: their members, whose they are, and their strengths."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recount.data.catalogue import LICENCE_CLASSES
from recount.engine.scale import Scale
from recount.engine.vote_law import VoteLaw
from recount.engine.votes import Bools, Floats, Ints
from recount.sims.analysis.kept import Kept
from recount.sims.countries.attribution import owners_of, parts_by_owner
from recount.sims.countries.drawing import Drawn
from recount.sims.countries.facts import Facts
from recount.sims.countries.scope import in_scope, sizes_of, spans_of
from recount.sims.countries.variants import families
from recount.sims.specification import OfCountries
from recount.sims.specification.country_choices import CountryGroup, OpenRule

# Which licence classes count as open weights.
OPEN_CLASSES: dict[OpenRule, tuple[str, ...]] = {
    "any": LICENCE_CLASSES[1:],
    "commercial": ("open_weights", "open_source"),
    "osi": ("open_source",),
}
# A month of the Gregorian calendar, on average.
DAYS_A_MONTH = 365.2425 / 12
# Choices on which every group depends: which models are ranked, and whose they are.
OF_EVERY_GROUP = ("entity", "blocs", "attribution", "counting", "variants", "retired", "released", "parameters_from")


class Membership(NamedTuple):
    """Who belongs to a group.

    Attributes
    ----------
    holds : callable
        Facts of models, one a row, and what is asked to (n_models,) bool; false if the fact is not known.
    varies_by : tuple of str
        Fields of the specification that it uses.
    fact : str
        The column of facts that it needs; "" if none.
    meaning : str
        Which models these are, with {choice} as asked.
    """

    holds: Callable[[pd.DataFrame, OfCountries], Bools]
    varies_by: tuple[str, ...] = ()
    fact: str = ""
    meaning: str = "all rated models"


def _of_class(*classes: str, meaning: str) -> Membership:
    return Membership(lambda facts, asked: facts["licence_class"].isin(classes).to_numpy(np.bool_), (), "licence", meaning)


# What open weights are, by the rule that says which count.
OPEN_MEANS: dict[OpenRule, str] = {
    "any": "under any licence",
    "commercial": "that may be used commercially",
    "osi": "under a licence that the Open Source Initiative approves",
}


GROUPS: dict[CountryGroup, Membership] = {
    "all": Membership(lambda facts, asked: np.ones(len(facts), np.bool_)),
    "open weights": Membership(
        lambda facts, asked: facts["licence_class"].isin(OPEN_CLASSES[asked.open_weights]).to_numpy(np.bool_),
        ("open_weights",),
        "licence",
        "models with public weights {open_means}",
    ),
    "proprietary": _of_class("proprietary", meaning="models without public weights"),
    "open source": _of_class("open_source", meaning=f"models with public weights {OPEN_MEANS['osi']}"),
    "restricted weights": _of_class("open_weights", meaning="models with public weights for commercial use, under restrictions"),
    "noncommercial weights": _of_class("open_weights_noncommercial", meaning="models with public weights that may not be used commercially"),
    "large": Membership(
        lambda facts, asked: sizes_of(facts, asked) >= asked.size_threshold,
        ("size_threshold", "parameters"),
        "size",
        "models with {size_threshold:g} billion{active} parameters or more",
    ),
    "small": Membership(
        lambda facts, asked: sizes_of(facts, asked) < asked.size_threshold,
        ("size_threshold", "parameters"),
        "size",
        "models with fewer than {size_threshold:g} billion{active} parameters",
    ),
}


def meaning_of_group(group: CountryGroup, names: tuple[str, ...], facts: Facts, asked: OfCountries, of_metric: Sequence[str] = ()) -> str:
    """Say which models a group is of, and of how many of the competitors it is known whether they belong to it."""
    choices = {"open_means": OPEN_MEANS[asked.open_weights], "active": " active" if asked.parameters == "active" else ""}
    return GROUPS[group].meaning.format(size_threshold=asked.size_threshold, **choices) + of_the_known(group, names, facts, asked, of_metric)


def of_the_known(group: CountryGroup, names: tuple[str, ...], facts: Facts, asked: OfCountries, of_metric: Sequence[str] = ()) -> str:
    """Say of how many it is known whose they are, and whether they belong to a group; "" if of all. Those on top of all are no fewer."""
    frame, fact = facts.of(names), GROUPS[group].fact
    missing = {asked.entity: np.array([not owners for owners in owners_of(frame, asked)], np.bool_), fact: without_fact(frame, fact, asked)}
    lacking, n_known = [what for what, of in missing.items() if of.any()], (~np.any(list(missing.values()), axis=0)).sum()
    if group == "all" and "top" in of_metric:
        return f", of which the {asked.entity} of {n_known:,} of {len(names):,} is known" if lacking else ""
    return f", of the {n_known:,} of {len(names):,} whose {' and '.join(lacking)} {'are' if lacking[1:] else 'is'} known" if lacking else ""


def without_fact(facts: pd.DataFrame, fact: str, asked: OfCountries) -> Bools:
    """Say of which models, one a row, a fact that a group needs is not known, (n_models,)."""
    if fact == "size":
        return np.isnan(sizes_of(facts, asked))
    return facts["licence_class"].to_numpy(str) == "" if fact else np.zeros(len(facts), np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """The models of a group, and whose they are; nothing of how strong they are.

    Attributes
    ----------
    places : (n_members,) int64
        Among the competitors.
    model : (n_members,) int64
        The model of which each is a variant; itself, where variants are apart.
    owners : tuple of str
        Countries, blocs or organisations, in the order of their names.
    parts : (n_owners, n_models) float64
        What part of each model an owner is credited with.
    organisation : (n_models,) str
    released : (n_models,) float64
        Months since 1970, to the middle of a date that is a month or a year; NaN if not known.
    size : (n_models,) float64
        Billions of parameters; NaN if not known.
    """

    places: Ints
    model: Ints
    owners: tuple[str, ...]
    parts: Floats
    organisation: NDArray[np.str_]
    released: Floats
    size: Floats

    @property
    def n_models(self) -> int:
        """Number of models, variants of one counted once if they are merged."""
        return int(self.parts.shape[1])

    @property
    def key(self) -> Hashable:
        """What the members and their owners are, as a key for results that depend on them."""
        whose = (self.places.tobytes(), self.model.tobytes(), self.owners, self.parts.tobytes())
        return (*whose, tuple(self.organisation.tolist()), self.released.tobytes(), self.size.tobytes())


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Some of the models.

    Attributes
    ----------
    draws : (1 + n_draws, n_models) float64
        Strengths, log-odds: the estimate and then the draws; those of a model lie side by side.
    are_strengths : bool
        Whether draws are of strengths given the estimates, and not around the estimates.
    members : Members
    scale : Scale
        Of ratings.
    law : VoteLaw, optional
        What strengths say of a vote, if anything.
    of_anchor : (1 + n_draws,) float64, optional
        Errors of the anchor of the scale, log-odds, if there is one.
    kept : Kept
        Results that several metrics of the group share.
    """

    draws: Floats
    are_strengths: bool
    members: Members
    scale: Scale
    law: VoteLaw | None = None
    of_anchor: Floats | None = None
    kept: Kept = field(default_factory=Kept)

    @property
    def countries(self) -> tuple[str, ...]:
        """Who is ranked, in the order of their names."""
        return self.members.owners

    @property
    def models(self) -> Bools:
        """Which models each has a part in, (n_owners, n_models)."""
        own: Bools = self.members.parts > 0
        return own


def members_of(names: tuple[str, ...], facts: Facts, asked: OfCountries, group: CountryGroup) -> Members:
    """Say which of the competitors belong to a group, and whose they are; looked up once for all that ask the same.

    Raises
    ------
    OptionError
        If it depends on a fact that is known of nobody.
    """
    key = (names, group, asked.parameters, *(getattr(asked, name) for name in (*OF_EVERY_GROUP, *GROUPS[group].varies_by)))
    return facts.kept.once("members", key, lambda: _members(names, facts, asked, group))


def _members(names: tuple[str, ...], facts: Facts, asked: OfCountries, group: CountryGroup) -> Members:
    frame = facts.of(names)
    places = np.flatnonzero(in_scope(facts, names, asked) & GROUPS[group].holds(frame, asked))
    of_members = frame.iloc[places]
    owners, organisation = owners_of(of_members, asked), of_members["organisation"].to_numpy(str)
    if asked.variants == "merged":
        told_apart = list(zip(families(of_members), owners, organisation.tolist(), strict=True))
        seen = {one: i for i, one in enumerate(dict.fromkeys(told_apart))}
        model = np.array([seen[one] for one in told_apart], np.int64)
    else:
        model = np.arange(places.size, dtype=np.int64)
    first = np.unique(model, return_index=True)[1]
    who, parts = parts_by_owner([owners[i] for i in first])
    spans = spans_of(of_members["release_date"])
    days = spans["first"] + (spans["last"] - spans["first"]) / 2 - pd.Timestamp(0)
    released = np.asarray(days / pd.Timedelta(days=1) / DAYS_A_MONTH, np.float64)
    return Members(places, model, who, parts, organisation[first], _of_models(released, model), _of_models(sizes_of(of_members, asked), model))


def _of_models(values: Floats, model: Ints) -> Floats:
    """Return the least of the values of each model's variants, NaN where none is known."""
    least = np.full(model.max(initial=-1) + 1, np.inf)
    np.minimum.at(least, model, np.where(np.isnan(values), np.inf, values))
    return np.where(np.isinf(least), np.nan, least)


def group_of(drawn: Drawn, members: Members, scale: Scale, law: VoteLaw | None = None) -> Group:
    """Give the members of a group their strengths, from those `drawn` of all competitors; a model has that of the best of its variants."""
    # A model that a replicate could not rate is never the best in it.
    of_models = drawn.values.T[members.places]
    of_models[np.isnan(of_models)] = -np.inf
    if members.n_models < members.places.size:
        first = np.unique(members.model, return_index=True)[1]
        best = of_models[first]
        for variant in np.setdiff1d(np.arange(members.places.size), first):
            np.maximum(best[members.model[variant]], of_models[variant], out=best[members.model[variant]])
        of_models = best
    return Group(of_models.T, drawn.are_of_strengths, members, scale, law, drawn.of_anchor)
