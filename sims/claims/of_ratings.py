"""Claims about countries in ratings: a metric of `recount.sims.countries.metrics`, its difference between countries or categories, on joint draws."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from recount.engine.choices import choices_of
from recount.engine.near_names import near_to
from recount.engine.plurals import plural
from recount.engine.showing import listed
from recount.engine.votes import Floats
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.kept import Kept
from recount.sims.claims.claim import OTHERS, Claim
from recount.sims.claims.comparisons import how_sure, is_true, possible_of
from recount.sims.claims.evidence import Evidence, Rated, UntestableError, is_of_one_day, speaks_of_longer
from recount.sims.claims.measured_words import in_words, rated_in_words
from recount.sims.claims.other_models import CAVEAT, allowing_for_other_models
from recount.sims.claims.samples import Sample, in_common, of_one_alone, with_unknown
from recount.sims.claims.scales import check_scale, names_a_rating
from recount.sims.claims.specifications import Point, asked_values, elsewhere, points, rating_values, with_choices
from recount.sims.claims.verdicts import Found
from recount.sims.countries.drawing import Drawn, drawn
from recount.sims.countries.groups import group_of, members_of
from recount.sims.countries.metrics import METRICS, Metric
from recount.sims.countries.metrics.above_a_level import is_below_all
from recount.sims.countries.metrics.sizes import EQUAL_SIZE
from recount.sims.countries.order_of_countries import MOST_UNDEFINED, in_unit, interval_of, median
from recount.sims.countries.scope import of_scope
from recount.sims.specification import HowSure, Specification, WhatIsAsked, WhichModel, WhichVotes
from recount.sims.specification.flat import options_of

# Decimals of log-odds in which fits of the same votes agree.
CERTIFIED = 5
BETWEEN_CATEGORIES = (
    "ratings of the two categories are taken as independent, which they are where no vote is in both; votes in both make the interval too wide"
)
ONE_DAY = ", and no ratings of another day judge it, so it is not known whether this is so of the rest of that time"


def found_in_ratings(claim: Claim, evidence: Evidence) -> Found:
    """Measure what the claim speaks of, under the usual specification and every other reasonable one."""
    if not claim.country:
        return Found(why_not="it names no country; give country")
    times = evidence.times_of(claim)
    rated = evidence.of_category(times[0], claim)
    check_choices(claim, rated[0].analysis)
    own = [with_choices(one.analysis.specification, claim) for one in rated]
    s = own[0]
    check_scale(claim, rated[0].analysis, s)
    usual = [usual_sample(one, under, place) for place, (one, under) in enumerate(zip(rated, own, strict=True))]
    by_country = values_by_countries(claim, rated, s, usual)
    values = allowing_for_other_models(claim, values_of(claim, by_country, s), rated, s, usual)

    metric, grid = METRICS[claim.metric], list(grid_of(claim, evidence, times))
    board = rated[0].analysis.board
    among = rated_in_words(claim, s, usual[0].names, rated[0].facts, "" if board is None else board.subset)
    unit = "points" if metric.unit == "rating" else metric.unit
    of_one_day = is_of_one_day(claim, rated[0], n_days=len({point.chosen.get("day") for point in grid}))
    about = Found(unit=unit, measured=in_words(claim, s), among=among, as_of=str(rated[0].day or ""), of_one_day=of_one_day)
    sure = how_sure(claim, values[1:] if values.size > 1 else values)
    about = replace(
        about,
        **elsewhere(claim, grid, float(values[0]), s, sure.p_true)._asdict(),
        caveat="; ".join([*of_those_left_out(claim, by_country[0], s), *caveats(claim, rated, s, of_one_day)]),
    )
    if values.size == 1:
        so = "true" if is_true(claim, values)[0] else "not true"
        span = "" if about.least == about.most else f" ({about.least:.4g} to {about.most:.4g} under other reasonable choices and on near days)"
        why = f"these ratings state no intervals, so nobody can say how sure it is; by them the number is {values[0]:.4g}{span}, and it is {so}"
        return replace(about, estimate=float(values[0]), why_not=why)
    if np.isnan(values[1:]).mean() > MOST_UNDEFINED:
        raise UntestableError(f"{claim.metric} is mostly not defined for countries {metric.undefined.format(k=s.k, top=s.top)}")
    draws = values[1:, None]
    estimate = draws.mean(axis=0) if metric.is_mean else median(draws) if usual[0].strengths.are_of_strengths else values[:1]
    lower, upper = interval_of(draws, estimate, s.confidence_level, 0, possible_of(claim, metric.unit))
    return replace(about, estimate=float(estimate[0]), lower=float(lower[0]), upper=float(upper[0]), **sure._asdict())


def grid_of(claim: Claim, evidence: Evidence, times: Sequence[Rated]) -> Iterator[Point]:
    """Yield the number by the estimated ratings under every reasonable specification, on every day that is as near to the claim."""
    boards = [(day, board) for day in times for board in evidence.of_either_style(day)]
    for time, board in boards:
        try:
            rated = evidence.of_category(board, claim)
        except UntestableError:
            continue
        own, kept = [with_choices(one.analysis.specification, claim) for one in rated], Kept()
        varied = asked_values(claim, own[0], claim.metric)
        if time.analysis.has_votes:
            varied = rating_values(claim, own[0]) | varied
        # Whom an anchor names may have too few votes.
        base = own[0] if names_a_rating(claim, own[0]) else own[0].but(anchor=None)
        chosen = ({"day": str(time.day)} if len(times) > 1 else {}) | ({"board": name_of(board)} if len(boards) > len(times) else {})
        for of_unknown, known in with_unknown(rated, claim, own[0]):
            for point in points(base, varied, partial(_estimate_under, claim, known, own, kept)):
                yield Point(chosen | of_unknown | dict(point.chosen), point.estimate, (str(time.day), name_of(board), point.basis))


def name_of(rated: Rated) -> str:
    """Return what the board is called that states the ratings; "" if none does."""
    return "" if rated.analysis.board is None else rated.analysis.board.subset


def _estimate_under(claim: Claim, rated: Sequence[Rated], own: Sequence[Specification], kept: Kept, under: Specification) -> tuple[float, Hashable]:
    """Return the number by the estimated ratings, and what it is computed from."""
    samples = [estimated(one, under.but(where=mine.where), kept) for one, mine in zip(rated, own, strict=True)]
    value = float(values_of(claim, values_by_countries(claim, rated, under, samples), under)[0])
    return value, basis_of(claim, rated, under, samples)


def check_choices(claim: Claim, analysis: Analysis) -> None:
    """Raise `UntestableError` if the claim fixes how votes are rated, and these are ratings already."""
    of_ratings = {*choices_of(WhatIsAsked), *choices_of(HowSure)} - {"intervals", "clusters"}
    flat = {name for name, option in options_of(Specification).items() if option.field in of_ratings}
    if not analysis.has_votes and (fixed := [name for name in claim.choices if name not in flat]):
        raise UntestableError(
            f"it fixes {fixed[0]} = {claim.choices[fixed[0]]!r}, which is a choice about votes, and these are ratings that were given"
        )


def usual_sample(one: Rated, s: Specification, place: int) -> Sample:
    """Draw strengths as the specification says, of two categories independently."""
    analysis = one.analysis.under(s.but(seed=s.seed ^ 1) if place else s)
    return Sample(analysis.names, drawn(analysis, one.facts), analysis.scale, analysis.uncertainty.law)


def estimated(one: Rated, s: Specification, kept: Kept) -> Sample:
    """Return the estimated strengths under a specification, in place of draws; of votes they are rated anew, and no more is kept."""

    def estimate() -> Sample:
        analysis = Analysis(one.analysis.source, s)
        rated = analysis.uncertainty
        return Sample(analysis.names, Drawn(rated.strengths[None], False), analysis.scale, rated.law)

    return kept.once("estimated", (id(one.analysis.source), s.part(WhichModel, WhichVotes)), estimate)


def values_by_countries(claim: Claim, rated: Sequence[Rated], s: Specification, samples: Sequence[Sample]) -> list[tuple[Floats, tuple[str, ...]]]:
    """Return the metric of every country, and the countries, of one category or of two over the models that both rate."""
    return [values_by_country(claim, one, s, sample) for one, sample in zip(rated, in_common(samples), strict=True)]


def values_of(claim: Claim, by_countries: Sequence[tuple[Floats, tuple[str, ...]]], s: Specification) -> Floats:
    """Return the number of the claim, (1 + n_draws,), from the metric of every country: less that of its rival, less that of the other category."""
    found = [against_rival(claim, *of_one, METRICS[claim.metric], s) for of_one in by_countries]
    return found[0] if len(found) == 1 else found[0] - found[1]


def basis_of(claim: Claim, rated: Sequence[Rated], s: Specification, samples: Sequence[Sample]) -> Hashable:
    """Say what the number is computed from: the strengths, as far as fits are certified, whose models they are, and what the metric asks."""
    basis: list[Hashable] = []
    for one, sample in zip(rated, samples, strict=True):
        members = members_of(sample.names, one.facts, s, claim.group)
        strengths = np.round(sample.strengths.values[0], CERTIFIED) + 0.0
        basis.append((sample.names, strengths.tobytes(), members.key, METRICS[claim.metric].depends_on(s, members.n_models)))
    return tuple(basis)


def values_by_country(claim: Claim, one: Rated, s: Specification, sample: Sample) -> tuple[Floats, tuple[str, ...]]:
    """Return the metric of every country, (1 + n_draws, n_countries), in its unit, and the countries."""
    metric, members = METRICS[claim.metric], members_of(sample.names, one.facts, s, claim.group)
    if "top" in metric.varies_by and members.n_models < s.top:
        whose = "of which it speaks" if "top" in claim.choices else "that is usual; write the one of which it speaks as top below [claim.choices]"
        raise UntestableError(f"there are {plural(members.n_models, 'model')} in group {claim.group!r}, fewer than the top {s.top} {whose}")
    group = group_of(sample.strengths, members, sample.scale, sample.law)
    if not group.countries:
        raise UntestableError(f"no model of group {claim.group!r} has a known country")
    one_sided = claim.says in ("at least", "above") and not claim.rival
    if one.analysis.board is not None and "above" in metric.varies_by and not one_sided and is_below_all(group, s, sample.strengths.values[0]):
        raise UntestableError("the last model of the board is above the level of which it speaks, and if the board is cut off, there are more")
    if why := metric.why_not(group):
        raise UntestableError(f"there is no {claim.metric}: {why}")
    found = in_unit(metric.compute(group, s), metric.unit, sample.scale)
    if metric.unit == "rating" and not claim.rival and group.of_anchor is not None:
        found -= sample.scale.points * group.of_anchor[:, None]
    return found, group.countries


def against_rival(claim: Claim, found: Floats, countries: Sequence[str], metric: Metric, s: Specification) -> Floats:
    """Return what was found of the country, less that of its rival, (1 + n_draws,), from that of each country, (1 + n_draws, n_countries).

    Where the least value leads, such as a lag, the best of all others is the least, and a lead is how much less it is.

    Raises
    ------
    UntestableError
        If one of them has no such number.
    """
    for name in (claim.country, claim.rival):
        if name not in ("", OTHERS, *countries):
            near = near_to(name, countries)
            meant = f"did you mean {' or '.join(map(repr, near))}? there" if near else "there"
            raise UntestableError(f"no model of {name!r} is in group {claim.group!r}; {meant} are models of {listed(countries)}")
    values: Floats = found[:, countries.index(claim.country)]
    if claim.rival == OTHERS:
        others = [i for i, name in enumerate(countries) if name != claim.country]
        if not others:
            raise UntestableError(f"group {claim.group!r} has models of one country only")
        best = (np.fmin if metric.least_leads else np.fmax).reduce(found[:, others], axis=1)
        values, best = (best, values) if metric.least_leads and claim.says == "leads" else (values, best)
    elif claim.rival:
        best = found[:, countries.index(claim.rival)]
    if claim.rival:
        # Of two models that a replicate could not rate, or that nobody beat in it, nothing is known.
        with np.errstate(invalid="ignore"):
            values = values - best
    if np.isnan(values[0]):
        raise UntestableError(f"{claim.metric} is not defined for countries {metric.undefined.format(k=s.k, top=s.top)}")
    return values


def caveats(claim: Claim, rated: Sequence[Rated], s: Specification, of_one_day: bool = False) -> Iterator[str]:
    """Say what the interval leaves out."""
    if claim.metric == EQUAL_SIZE:
        yield CAVEAT
    if names_a_rating(claim, s) and s.anchor is not None:
        yield f"ratings are differences from {s.anchor.competitor!r}, whose error the interval holds"
    if len(rated) > 1:
        yield BETWEEN_CATEGORIES
        yield from of_one_alone(claim, rated, s)
    if claim.date and rated[0].day is None:
        yield f"the claim is of {claim.date}, and of which day the ratings are is not known"
    if rated[0].day is not None and speaks_of_longer(claim):
        by = "votes up to" if rated[0].analysis.has_votes else "one day,"
        yield f"of {claim.date} it is judged by {by} {rated[0].day}{ONE_DAY if of_one_day else ''}"
    members = members_of(rated[0].analysis.under(s).names, rated[0].facts, s, claim.group)
    known = {"lag": members.released, "rating at equal size": members.size, "number on efficiency frontier": members.size}.get(claim.metric)
    if known is not None:
        fact = "day of release" if claim.metric == "lag" else "size"
        lacks = f", and the {fact} of {n} of {plural(members.n_models, 'model')} is not known" if (n := int(np.isnan(known).sum())) else ""
        yield f"the yardstick is these ratings{lacks}"
    yield from of_scope(rated[0].facts, rated[0].analysis.under(s).names, s)


def of_those_left_out(claim: Claim, of_countries: tuple[Floats, tuple[str, ...]], s: Specification) -> Iterator[str]:
    """Say which countries are not among the others with whom the country is compared, because they have no such number."""
    found, countries = of_countries
    absent = [name for name, value in zip(countries, found[0], strict=True) if np.isnan(value) and name != claim.country]
    if claim.rival == OTHERS and absent:
        why = METRICS[claim.metric].undefined.format(k=s.k, top=s.top)
        yield f"the others are without {listed(absent)}, as it is not defined for countries {why}"


def is_of_lead(claim: Claim) -> bool:
    """Whether the claim is that a country has the best model of a group."""
    return claim.metric == "best" and claim.rival == OTHERS and claim.bound == 0 and not claim.against_category and claim.says in ("leads", "above")
