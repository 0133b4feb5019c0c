"""Claims about countries in ratings as conclusions, which changed votes can overturn.

A claim is true or not of the estimated ratings, and the votes that overturn it make it the other. What its metric says of strengths may change in
steps, as the number of models in a top N does. The search sees how the metric changes when each model alone is moved up and down, by a few points and
by many. Where a country leads by its best model, its lead is the conclusion (`recount.sims.countries.leadership`).
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import numpy as np

from recount.data import Catalogue, read_catalogue
from recount.engine.errors import InputError, OptionError, RecountError
from recount.engine.near_names import did_you_mean
from recount.engine.scale import ELO
from recount.engine.scrutiny.conclusion import Conclusion, Step
from recount.engine.scrutiny.fewest_changes import fewest_votes
from recount.engine.votes import Floats
from recount.sims.analysis.analysis import Analysis
from recount.sims.claims.bundled import path_of
from recount.sims.claims.claim import Claim
from recount.sims.claims.claim_files import read_claims
from recount.sims.claims.comparisons import ROUNDING, is_true
from recount.sims.claims.evidence import Evidence, Rated, UntestableError, day_of_ratings
from recount.sims.claims.of_ratings import caveats, is_of_lead, values_by_countries, values_of
from recount.sims.claims.samples import Sample
from recount.sims.claims.scales import check_scale
from recount.sims.claims.specifications import with_choices
from recount.sims.countries.drawing import Drawn
from recount.sims.countries.leadership import country_behind, country_lead
from recount.sims.countries.metrics import METRICS
from recount.sims.specification import Specification

# Points by which a model is moved to see how a metric changes.
MOVES = (1.0, 8.0, 64.0, 256.0)
# With more, a search takes minutes, and is made only where it is asked for (`recount influence --claim`).
MOST_COMPETITORS = 300


def claim_named(name: str) -> Claim:
    """Return the claim "FILE:ID", of a file or a bundled set.

    Raises
    ------
    InputError
        If there is none.
    """
    path, _, claim_id = name.rpartition(":")
    if not path:
        raise InputError(f"claim is {name!r}; give a file or a bundled set and an id, as article:three-of-five")
    claims = {claim.id: claim for claim in read_claims(path_of(path))}
    if claim_id not in claims:
        raise InputError(f"{path!r} has no claim {claim_id!r}; {did_you_mean(claim_id, claims)}")
    return claims[claim_id]


def claim_concluded(
    claim: Claim, analysis: Analysis, catalogue: Catalogue | None, day: date | None = None
) -> tuple[Analysis, Conclusion, tuple[str, ...]]:
    """Return the votes of which a claim speaks, whether it is true by their ratings as a conclusion, and what is to be said of it.

    Raises
    ------
    OptionError
        If these ratings do not decide it.
    """
    if claim.metric not in METRICS or claim.against_category or not claim.country:
        what = "compares two categories" if claim.against_category else f"has metric {claim.metric!r} and names {claim.country or 'no country'}"
        raise OptionError(f"claim {claim.id!r} {what}; votes overturn claims about a country's ratings in one category")
    evidence = Evidence(analysis, read_catalogue() if catalogue is None else catalogue, day_of_ratings((claim,), analysis, day))
    try:
        (rated,) = evidence.of_category(evidence.times_of(claim)[0], claim)
        s = with_choices(rated.analysis.specification, claim)
        check_scale(claim, rated.analysis, s)
        own = rated.analysis.under(s)
        value = float(_values(claim, rated, s, own, own.fit.strengths[None])[0])
    except UntestableError as error:
        raise OptionError(f"claim {claim.id!r} cannot be tested by these ratings: {error}") from error
    notes = [f"by the estimated ratings, the number of which claim {claim.id!r} speaks is {value:.6g}", *caveats(claim, (rated,), s)]
    if claim.date and rated.day is None:
        notes.append(f"the claim is of {claim.date}; that these votes are of that time is taken for granted")
    is_so = bool(is_true(claim, np.array([value]))[0])
    if is_of_lead(claim):
        lead = country_lead(own.fit, rated.facts, s, claim.group) if is_so else country_behind(own.fit, rated.facts, s, claim.group, claim.country)
        return own, lead, tuple(notes)
    return own, _as_step(claim, rated, s, own, value), tuple(notes)


def votes_that_overturn(claim: Claim, analysis: Analysis, catalogue: Catalogue, day: date | None = None) -> float:
    """Return the fewest votes known whose removal makes a claim true by the estimated ratings, or untrue if it is true; NaN if not known."""
    if not analysis.has_votes or claim.metric not in METRICS or (len(analysis.names) > MOST_COMPETITORS and not is_of_lead(claim)):
        return float("nan")
    try:
        own, conclusion, _ = claim_concluded(claim, analysis, catalogue, day)
        found = fewest_votes(own.fit, conclusion)
    except RecountError:
        return float("nan")
    return float("nan") if found is None else float(found.n_changed)


def _as_step(claim: Claim, rated: Rated, s: Specification, own: Analysis, value: float) -> Conclusion:
    is_so = bool(is_true(claim, np.array([value]))[0])

    def values(strengths: Floats) -> Floats:
        return _values(claim, rated, s, own, strengths)

    def stands(strengths: Floats) -> bool:
        now = values(strengths[None])
        return bool(np.isnan(now[0]) or is_true(claim, now)[0] == is_so)

    margins = tuple(partial(_moved, values, sign=sign, step=step / ELO) for sign in _falling(claim, value, is_so) for step in MOVES)
    away = abs(value - claim.bound) - (claim.tolerance if claim.says == "equals" else 0.0)
    jump = max(float(np.abs(_changes(values, own.fit.strengths, move / ELO)).max(initial=0.0)) for move in MOVES)
    step = Step(stands, margins, max(abs(away), jump, ROUNDING))
    now, then = ("true", "not true") if is_so else ("not true", "true")
    return Conclusion(f"claim {claim.id!r} is {now}", {f"it is {then}": step})


def _falling(claim: Claim, value: float, is_so: bool) -> Sequence[float]:
    """Return 1 where the number has to fall for the claim to change, -1 where it has to rise; both if either will do."""
    if claim.says == "equals":
        return (1.0, -1.0) if is_so else (float(np.sign(value - claim.bound)),)
    rises = claim.says in ("at most", "below")
    return (-1.0,) if is_so == rises else (1.0,)


def _values(claim: Claim, rated: Rated, s: Specification, own: Analysis, strengths: Floats) -> Floats:
    """Return the number of which the claim speaks at strengths (k, n), (k,)."""
    if s.anchor is not None:
        # An anchor holds a rating where it is, whatever the strengths.
        place = own.names.index(s.anchor.competitor)
        strengths = strengths - strengths[:, [place]] + own.fit.strengths[place]
    sample = Sample(own.names, Drawn(strengths, False), own.scale, own.uncertainty.law)
    return values_of(claim, values_by_countries(claim, (rated,), s, (sample,)), s)


def _changes(values: Callable[[Floats], Floats], strengths: Floats, step: float) -> Floats:
    """Return by how much the number changes when each competitor moves up by a step and down by one, (2, n); 0 where it is not known."""
    moves = step * np.eye(strengths.size)
    found = values(np.concatenate([strengths[None], strengths + moves, strengths - moves]))
    # What does not exist before or after a step has no slope that a search could follow.
    changes: Floats = np.nan_to_num(found[1:] - found[0]).reshape(2, -1)
    return changes


def _moved(values: Callable[[Floats], Floats], strengths: Floats, *, sign: float, step: float) -> tuple[float, Floats]:
    """Return the slopes (n,) of the number, or against it, over moves of a step; its level does not matter."""
    up, down = sign * _changes(values, strengths, step)
    return 0.0, (up - down) / (2 * step)
