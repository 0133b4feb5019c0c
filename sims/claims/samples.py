"""Strengths by which a claim is judged: of one category, or of two, which are compared over the models that both rate."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from recount.engine.plurals import plural
from recount.engine.scale import Scale
from recount.engine.showing import listed
from recount.engine.vote_law import VoteLaw
from recount.sims.claims.claim import OTHERS, Claim
from recount.sims.claims.evidence import Rated
from recount.sims.countries.drawing import Drawn
from recount.sims.countries.facts import Facts
from recount.sims.countries.groups import GROUPS, members_of, without_fact
from recount.sims.countries.metrics.sizes import OF_SIZES
from recount.sims.specification import Specification
from recount.sims.specification.country_choices import CountryGroup

# What models without a country are taken for: a code of a country that is nobody's.
LEFT_OUT, ELSEWHERE = "left out", "ZZ"
# What belongs to each group that needs a fact: values of the columns of that fact. Of sizes, beyond any threshold.
BELONGS: dict[CountryGroup, str | float] = {
    "open weights": "open_source",
    "open source": "open_source",
    "proprietary": "proprietary",
    "restricted weights": "open_weights",
    "noncommercial weights": "open_weights_noncommercial",
    "large": 1e6,
    "small": 1e-6,
}


# Of models that may be the first that was as good: a lag without them is the least that it can be.
UNDATED, FIRST = "models without a day of release", "before all others"


class Sample(NamedTuple):
    """Draws of the strengths of some competitors, the estimate first, the scale on which they are ratings, and what they say of votes."""

    names: tuple[str, ...]
    strengths: Drawn
    scale: Scale
    law: VoteLaw | None


def with_unknown(rated: Sequence[Rated], claim: Claim, s: Specification) -> Iterator[tuple[dict[str, str], tuple[Rated, ...]]]:
    """Yield ratings with models of unknown country, and of unknown group, left out; and, if there are some, as if all were of it.

    Of those without a country also as if all were of the claimed one, and of another; if a lag is claimed, as if models of others of unknown release
    had come out first. Each comes with what was chosen, by its name.
    """
    fact = GROUPS[claim.group].fact
    columns = [f"{s.parameters}_parameters_b"] if fact == "size" else ["licence_class"] if fact else []
    known: dict[str, dict[str, Callable[[Facts], Facts]]] = {}
    if any(one.facts.unknown for one in rated) and claim.choices.get("entity", "country") == "country":
        another = claim.rival if claim.rival not in ("", OTHERS) else ELSEWHERE
        known["models without a country"] = {
            f"of {claim.country}": lambda facts: facts.in_place_of_unknown(claim.country),
            "of another": lambda facts: facts.in_place_of_unknown(another),
        }
    if fact and claim.metric not in OF_SIZES and any(without_fact(one.facts.frame, fact, s).any() for one in rated):
        known[f"models of unknown {fact}"] = {"in the group": lambda facts: facts.of_unknown_as(columns, BELONGS[claim.group])}
    if claim.metric == "lag" and any(without_day(one.facts, claim).any() for one in rated):
        known[UNDATED] = {FIRST: lambda facts: facts.with_undated_first(claim.country)}
    yield dict.fromkeys(known, LEFT_OUT), tuple(rated)
    for name, values in known.items():
        for called, altered in values.items():
            yield dict.fromkeys(known, LEFT_OUT) | {name: called}, tuple(one._replace(facts=altered(one.facts)) for one in rated)


def without_day(facts: Facts, claim: Claim) -> "pd.Series[bool]":
    """Whose release is not known, of models that are not of the claimed country."""
    return (facts.frame["release_date"] == "") & (facts.frame["country"] != claim.country)


def in_common(samples: Sequence[Sample]) -> Sequence[Sample]:
    """Leave out whom one of two categories does not rate: that the best model has no rating there says nothing of the category."""
    common = set(samples[0].names).intersection(*(sample.names for sample in samples))
    found = []
    for sample in samples:
        places = np.array([i for i, name in enumerate(sample.names) if name in common], np.int64)
        names = tuple(sample.names[i] for i in places)
        found.append(sample if len(names) == len(sample.names) else sample._replace(names=names, strengths=sample.strengths.of(places)))
    return found


def of_one_alone(claim: Claim, rated: Sequence[Rated], s: Specification) -> Iterator[str]:
    """Say which models of the group one of two categories does not rate, the best first."""
    ratings = [one.analysis.under(s.but(where=one.analysis.specification.where)).uncertainty for one in rated]
    for one, own, other in zip(rated, ratings, reversed(ratings), strict=True):
        members = members_of(own.names, one.facts, s, claim.group)
        alone = [int(i) for i in members.places if own.names[i] not in set(other.names)]
        if alone:
            missing = [own.names[i] for i in sorted(alone, key=lambda i: -own.strengths[i])]
            whose = f"{len(missing)} of {plural(members.n_models, 'model')}"
            yield f"{whose} that one category rates and the other does not are left out of both: {listed(missing)}"
