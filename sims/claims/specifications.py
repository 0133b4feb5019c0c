"""A claim under other reasonable specifications: the estimate under each, and which choice moves it most."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from recount.engine.choices import choices_of
from recount.engine.errors import RecountError
from recount.sims.claims.claim import Claim
from recount.sims.claims.comparisons import is_true, on_side_of
from recount.sims.multiverse.combinations import combined, reasonable_values
from recount.sims.specification import OfCountries, Specification, WhatIsAsked
from recount.sims.specification.blocs import KNOWN, Bloc
from recount.sims.specification.flat import plain

# Means that differ by less are the same.
NO_MOVE = 1e-6
# From which a claim is rather true than not.
LIKELY = 0.5


class Point(NamedTuple):
    """A specification, by the values of the fields that were varied, the estimate under it, and what that was computed from."""

    chosen: Mapping[str, Any]
    estimate: float
    basis: Hashable


class Elsewhere(NamedTuple):
    """What other specifications say, by the names that `recount.sims.claims.verdicts.Found` gives."""

    share_true: float
    share_contradicted: float
    least: float
    most: float
    n_specifications: int
    matters: str
    decides: str
    otherwise: float


def with_choices(usual: Specification, claim: Claim) -> Specification:
    """Return the specification with what the claim itself fixes, such as its N, and with the EU or the EEA as one where it speaks of it."""
    fixed = Specification.from_dict({**usual.as_dict(), **claim.choices}) if claim.choices else usual
    known = {bloc.name for bloc in fixed.blocs}
    spoken = [name for name in (claim.country, claim.rival) if name in KNOWN and name not in known]
    return fixed.but(blocs=(*fixed.blocs, *map(Bloc.parse, spoken))) if spoken and fixed.entity == "country" else fixed


def asked_values(claim: Claim, usual: Specification, metric: str) -> dict[str, tuple[Any, ...]]:
    """Return the reasonable values of what is asked of countries, by field: those that a metric depends on, and the claim does not fix."""
    return {name: values for name, values in _varied(claim, usual, metric).items() if name in choices_of(OfCountries)}


def rating_values(claim: Claim, usual: Specification) -> dict[str, tuple[Any, ...]]:
    """Return the reasonable values of how votes are rated, by field."""
    return {name: values for name, values in _varied(claim, usual, claim.metric).items() if name not in choices_of(WhatIsAsked)}


def _varied(claim: Claim, usual: Specification, metric: str) -> dict[str, tuple[Any, ...]]:
    asked = usual.but(groups=(claim.group,), metrics=(metric,))
    # Of estimated ratings, which nothing is drawn from.
    fixed = {*claim.choices, "country_draws"}
    return {name: values for name, values in reasonable_values(asked).items() if name not in fixed}


def points(
    usual: Specification, varied: Mapping[str, tuple[Any, ...]], estimate: Callable[[Specification], tuple[float, Hashable]]
) -> Iterator[Point]:
    """Yield the estimate and its basis under every combination of values under which there is one."""
    for specification in combined(usual, varied):
        try:
            found, basis = estimate(specification)
        except RecountError:
            # Under some choices these votes cannot be rated, or nothing is left to measure.
            continue
        yield Point({name: plain(getattr(specification, name)) for name in varied}, found, basis)


def elsewhere(claim: Claim, found: Sequence[Point], estimate: float, usual: Specification, p_true: float) -> Elsewhere:
    """Sum up what distinct specifications say, the usual one among them, whose estimate is also given, and how probable it makes the claim.

    Those that compute from the same are one: choices that change nothing of these votes make no further ones.
    """
    different = distinct(found)
    analyses = {point.basis: point.estimate for point in reversed(different)}
    estimates = np.array([*analyses.values()] or [estimate])
    several = len(estimates) > 1
    share = float(is_true(claim, estimates).mean()) if several else float("nan")
    against = float(on_side_of(claim, estimates, estimate).mean()) if several else float("nan")
    decides, otherwise = what_decides(claim, found, usual, estimate, p_true >= LIKELY) if several else ("", float("nan"))
    matters = what_matters(different) if several else ""
    return Elsewhere(share, against, float(np.nanmin(estimates)), float(np.nanmax(estimates)), len(estimates), matters, decides, otherwise)


def what_decides(claim: Claim, found: Sequence[Point], usual: Specification, estimate: float, is_so: bool) -> tuple[str, float]:
    """Name the fewest choices other than the usual that make the estimate say the opposite, and the estimate under them.

    Of several as few, those that move it furthest. What is no field of the specification, as a day, is usual as it comes first. Where the usual
    estimate itself says the opposite, because strengths given all estimates are nearer to each other, that is the choice; where `usual` has no such
    strengths, nothing is.
    """
    usual_values = {name: plain(getattr(usual, name, first)) for name, first in found[0].chosen.items()}
    start = next((point for point in found if dict(point.chosen) == usual_values), found[0])
    known = [point for point in found if np.isfinite(point.estimate)]
    estimates = np.array([point.estimate for point in known])
    agrees = is_true(claim, estimates) if is_so else on_side_of(claim, estimates, estimate)
    opposite = [point for point, same in zip(known, agrees, strict=True) if not same]
    if not opposite:
        return "", float("nan")

    def changed(point: Point) -> list[str]:
        return [f"{name} = {value}" for name, value in point.chosen.items() if value != start.chosen[name]]

    nearest = min(opposite, key=lambda point: (len(changed(point)), -abs(point.estimate - start.estimate)))
    if not changed(nearest) and usual.country_draws == "estimates":
        return "", float("nan")
    return " and ".join(changed(nearest)) or "country_draws = estimates", nearest.estimate


def distinct(found: Sequence[Point]) -> list[Point]:
    """Leave out choices that move no estimate whatever the others are: specifications that differ in nothing else are one."""
    different = list(found)
    for name in different[0].chosen if different else ():
        of_others: dict[Any, list[Point]] = {}
        for point in different:
            of_others.setdefault(tuple((one, str(value)) for one, value in point.chosen.items() if one != name), []).append(point)
        n_values = len({str(point.chosen[name]) for point in different})
        moves = any(max(p.estimate for p in same) - min(p.estimate for p in same) > NO_MOVE for same in of_others.values())
        # A value under which there is no estimate for some others is a choice that matters.
        if not moves and all(len(same) == n_values for same in of_others.values()):
            different = [same[0] for same in of_others.values()]
    return different


def what_matters(found: Sequence[Point]) -> str:
    """Name the choice whose values differ most in the mean estimate over all others, and these means."""
    estimates, spans = np.array([point.estimate for point in found]), {}
    for name in found[0].chosen:
        values = [point.chosen[name] for point in found]
        spans[name] = {value: float(estimates[[one == value for one in values]].mean()) for value in dict.fromkeys(values)}
    if not spans:
        return ""
    widest = max(spans, key=lambda name: max(spans[name].values()) - min(spans[name].values()))
    if max(spans[widest].values()) - min(spans[widest].values()) < NO_MOVE:
        return ""
    return f"{widest}: " + ", ".join(f"{value} {mean:.3g}" for value, mean in spans[widest].items())
