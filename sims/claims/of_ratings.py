"""Claims about countries in ratings: a metric of `recount.sims.countries.metrics`, or its difference between countries, on joint draws."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from recount.engine.choices import choices_of
from recount.engine.errors import RecountError
from recount.engine.votes import Floats
from recount.sims.analysis.analysis import Analysis
from recount.sims.claims.claim import OTHERS, Claim
from recount.sims.claims.comparisons import is_true
from recount.sims.claims.evidence import Evidence
from recount.sims.claims.verdicts import Found
from recount.sims.countries.drawing import Drawn, drawn
from recount.sims.countries.facts import Facts
from recount.sims.countries.groups import group_of
from recount.sims.countries.metrics import METRICS
from recount.sims.countries.ranking import in_unit, interval_of, median, what_is_ranked
from recount.sims.multiverse.combinations import combined, reasonable_values
from recount.sims.presentation.country_leads import AMONG
from recount.sims.specification import Specification, WhatIsAsked
from recount.sims.specification.conclusions import WhatIsConcluded
from recount.sims.specification.flat import plain


class Point(NamedTuple):
    """A specification, by the values of the fields that were varied, and the estimate under it."""

    chosen: Mapping[str, Any]
    estimate: float


def found_in_ratings(claim: Claim, evidence: Evidence) -> Found:
    """Measure what the claim speaks of, under the usual specification and every other reasonable one."""
    if not claim.country:
        return Found(why_not="it names no country; give country")
    if far := evidence.too_far_from(claim.date):
        return Found(why_not=far)
    analysis = evidence.analysis.under(with_choices(evidence.analysis.specification, claim))
    s, metric = analysis.specification, METRICS[claim.metric]
    try:
        strengths = drawn(analysis, evidence.facts)
        values = values_of(claim, analysis, strengths, evidence.facts)
    except UntestableError as why:
        return Found(why_not=str(why))
    draws = values[1:, None]
    estimate = draws.mean(axis=0) if metric.is_mean else median(draws) if strengths.are_of_strengths else values[:1]
    lower, upper = interval_of(draws, estimate, s.confidence_level, 0, (np.array([-np.inf]), np.array([np.inf])))
    grid = list(points(claim, analysis, evidence.facts)) if analysis.has_votes else []
    estimates = np.array([point.estimate for point in grid] or [values[0]])
    return Found(
        estimate=float(estimate[0]),
        lower=float(lower[0]),
        upper=float(upper[0]),
        p_true=float(is_true(claim, values[1:]).mean()),
        share_true=float(is_true(claim, estimates).mean()) if len(grid) > 1 else float("nan"),
        least=float(np.nanmin(estimates)),
        most=float(np.nanmax(estimates)),
        n_specifications=len(estimates),
        matters=what_matters(claim, grid, s),
        n_overturn=votes_that_overturn(claim, analysis, evidence, bool(is_true(claim, values[:1])[0])),
        unit="points" if metric.unit == "rating" else metric.unit,
        measured=in_words(claim),
    )


class UntestableError(RecountError):
    """These ratings do not measure what the claim speaks of; the message says why."""


def with_choices(usual: Specification, claim: Claim) -> Specification:
    """Return the specification with what the claim itself fixes, such as its N."""
    return Specification.from_dict({**usual.as_dict(), **claim.choices}) if claim.choices else usual


def values_of(claim: Claim, analysis: Analysis, strengths: Drawn, facts: Facts) -> Floats:
    """Return the number that the claim speaks of, by the estimated ratings and by each draw of `strengths`, (1 + n_draws,).

    Raises
    ------
    UntestableError
        If it is not defined in these ratings.
    """
    s, metric = analysis.specification, METRICS[claim.metric]
    members, _ = what_is_ranked(analysis, facts, claim.group, claim.metric)
    group = group_of(strengths, members, analysis.scale, analysis.uncertainty.law)
    n_models = members.n_models
    if metric.depends_on(s, n_models) != metric.depends_on(s, 10**9) and n_models < s.top and "top" in metric.varies_by:
        raise UntestableError(f"there are {n_models} models in group {claim.group!r}, fewer than the top {s.top} that it speaks of")
    for name in (claim.country, claim.rival):
        if name not in ("", OTHERS, *group.countries):
            raise UntestableError(
                f"no model of {name!r} is in group {claim.group!r}; there are models of {', '.join(group.countries) or 'no country'}"
            )
    if why := metric.why_not(group):
        raise UntestableError(f"there is no {claim.metric}: {why}")
    found = in_unit(metric.compute(group, s), metric.unit, group.scale)
    values = found[:, group.countries.index(claim.country)]
    if claim.rival == OTHERS:
        others = [i for i, name in enumerate(group.countries) if name != claim.country]
        if not others:
            raise UntestableError(f"group {claim.group!r} has models of one country only")
        best = (np.fmin if metric.least_leads else np.fmax).reduce(found[:, others], axis=1)
        # Where the least value leads, a lead is how much less it is.
        values = best - values if metric.least_leads and claim.says == "leads" else values - best
    elif claim.rival:
        values = values - found[:, group.countries.index(claim.rival)]
    if np.isnan(values[0]):
        raise UntestableError(f"{claim.metric} is not defined for countries {metric.undefined.format(k=s.k, top=s.top)}")
    return values


def points(claim: Claim, analysis: Analysis, facts: Facts) -> Iterator[Point]:
    """Yield the number by the estimated ratings under every reasonable specification that can be another one for this claim.

    Choices that the claim fixes stay; those on which its metric and group do not depend are not varied. Of the same ratings, the same models of the
    same countries with the same N, k or level are one specification.
    """
    base = analysis.specification.but(anchor=None)
    base = base.but(groups=claim.group, metrics=claim.metric)
    asked = choices_of(WhatIsAsked)
    varied = {name: values for name, values in reasonable_values(base).items() if name not in claim.choices}
    of_ratings = {name: values for name, values in varied.items() if name not in asked}
    of_question = {name: values for name, values in varied.items() if name in asked}
    for specification in combined(base, of_ratings):
        rated = Analysis(analysis.source, specification)
        try:
            strengths = rated.uncertainty.strengths
        except RecountError:
            # Under some choices these votes cannot be rated.
            continue
        estimated = Drawn(np.vstack([strengths, strengths]), are_of_strengths=False)
        seen = set()
        for under in combined(specification, of_question):
            members, taken = what_is_ranked(rated.under(under), facts, claim.group, claim.metric)
            if (members.key, taken) in seen:
                continue
            seen.add((members.key, taken))
            try:
                estimate = float(values_of(claim, rated.under(under), estimated, facts)[0])
            except UntestableError:
                continue
            yield Point({name: plain(getattr(under, name)) for name in varied}, estimate)


def what_matters(claim: Claim, grid: list[Point], usual: Specification) -> str:
    """Name the choice whose values differ most in the mean estimate over all others, and these means."""
    if len(grid) < 2:
        return ""
    estimates = np.array([point.estimate for point in grid])
    spans: dict[str, dict[Any, float]] = {}
    for name in grid[0].chosen:
        values = [point.chosen[name] for point in grid]
        spans[name] = {value: float(estimates[[one == value for one in values]].mean()) for value in dict.fromkeys(values)}
    widest = max(spans, key=lambda name: max(spans[name].values()) - min(spans[name].values()))
    if max(spans[widest].values()) - min(spans[widest].values()) < 1e-6:
        return ""
    return f"{widest}: " + ", ".join(f"{value} {mean:.3g}" for value, mean in spans[widest].items())


def votes_that_overturn(claim: Claim, analysis: Analysis, evidence: Evidence, is_so: bool) -> float:
    """Fewest votes whose removal takes a country's lead, where the claim is that it has the best model and the estimate says so."""
    if not (analysis.has_votes and is_so and claim.metric == "best" and claim.rival == OTHERS and claim.bound == 0):
        return float("nan")
    try:
        found = analysis.influence(WhatIsConcluded(country_lead=claim.group), evidence.catalogue)
    except RecountError:
        return float("nan")
    return float(found.summary.frame["n_removed"].iloc[0]) if found.removal is not None else float("nan")


def in_words(claim: Claim) -> str:
    """Say what is measured."""
    against = {"": "", OTHERS: " minus the best of all others"}.get(claim.rival, f" minus that of {claim.rival}")
    return f"{claim.metric} of {claim.country}{against}, {AMONG[claim.group]}"
