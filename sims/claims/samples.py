"""Strengths by which a claim is judged: of one category, or of two, which are compared over the models that both rate."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from recount.engine.plurals import plural
from recount.engine.scale import Scale
from recount.engine.showing import listed
from recount.engine.vote_law import VoteLaw
from recount.sims.claims.claim import OTHERS, Claim
from recount.sims.claims.evidence import Rated
from recount.sims.countries.drawing import Drawn
from recount.sims.countries.groups import members_of
from recount.sims.specification import Specification

# What models without a country are taken for: a code of a country that is nobody's.
LEFT_OUT, ELSEWHERE = "left out", "ZZ"


class Sample(NamedTuple):
    """Draws of the strengths of some competitors, the estimate first, the scale on which they are ratings, and what they say of votes."""

    names: tuple[str, ...]
    strengths: Drawn
    scale: Scale
    law: VoteLaw | None


def with_unknown(rated: Sequence[Rated], claim: Claim) -> Iterator[tuple[str, tuple[Rated, ...]]]:
    """Yield ratings with models of unknown country left out; and, if there are some, as if all were of the claimed country, and of another."""
    yield LEFT_OUT, tuple(rated)
    if any(one.facts.unknown for one in rated) and claim.choices.get("entity", "country") == "country":
        another = claim.rival if claim.rival not in ("", OTHERS) else ELSEWHERE
        for country, called in ((claim.country, f"of {claim.country}"), (another, "of another")):
            yield called, tuple(one._replace(facts=one.facts.in_place_of_unknown(country)) for one in rated)


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
