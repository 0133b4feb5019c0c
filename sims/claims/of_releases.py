"""Claims about growth: releases of models of a country in two periods, with the exact interval of the ratio of their rates."""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np

from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.engine.votes import Bools, Floats
from recount.sims.claims.claim import OTHERS, Claim
from recount.sims.claims.comparisons import how_sure_between
from recount.sims.claims.evidence import Evidence, UntestableError
from recount.sims.claims.measured_words import scope_in_words
from recount.sims.claims.specifications import Point, asked_values, elsewhere, with_choices
from recount.sims.claims.verdicts import Found
from recount.sims.countries.facts import Facts, facts_of
from recount.sims.countries.groups import members_of
from recount.sims.countries.scope import sizes_of
from recount.sims.multiverse.combinations import combined
from recount.sims.presentation.wording import the_country
from recount.sims.specification import Specification, WhatIsAsked
from recount.sims.specification.flat import plain
from recount.sims.trends.launches import design_effect, launch_sizes
from recount.sims.trends.release_growth import growth, p_of_equal_growth
from recount.sims.trends.release_lists import WITHOUT_RELEASE, Period, days_known, period_of, released_in

# Draws of the ratio.
N_DRAWS = 20_000
PER_DAY, AS_NUMBERS = "a day", "as numbers"
# What models without a day of release are taken for.
UNDATED = (NEITHER, EARLIER, LATER) = ("in neither", "all in the earlier", "all in the later")


class Releases(NamedTuple):
    """A list of models and what is known of each, and what the list is called."""

    facts: Facts
    called: str


class Counted(NamedTuple):
    """Releases in two periods, as far as a list knows these, and their lengths (days).

    And of how many models nobody knows the day, and how many are worth an independent one.
    """

    earlier: int
    later: int
    periods: tuple[Period, Period]
    lengths: tuple[float, float]
    undated: int
    worth: float

    @property
    def ratio(self) -> float:
        """Of the rates; infinite or NaN where there is no earlier release."""
        # Without an earlier release it is infinite, without any unknown.
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.float64(self.later) / self.earlier * self.lengths[0] / self.lengths[1])

    def laws(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Draw the ratio of the rates, (N_DRAWS,), by the two laws whose quantiles are the exact ends of what releases are worth."""
        earlier, later = self.earlier / self.worth, self.later / self.worth
        low = rng.beta(later, earlier + 1, N_DRAWS) if later else np.zeros(N_DRAWS)
        high = rng.beta(later + 1, earlier, N_DRAWS) if earlier else np.ones(N_DRAWS)
        with np.errstate(divide="ignore"):
            of_low, of_high = (share / (1 - share) * self.lengths[0] / self.lengths[1] for share in (low, high))
        return of_low, of_high


def found_in_releases(claim: Claim, evidence: Evidence) -> Found:
    """Count releases in both periods, under the usual specification and every other that decides which models count."""
    if not claim.country or not claim.earlier or not claim.later:
        return Found(why_not="it names no country or no periods; give country, earlier and later", unit="ratio")
    if claim.rival == OTHERS:
        return Found(why_not="growth is compared with that of one other country; name it in against", unit="ratio")
    # Numbers of releases are counted, and drawn from nothing.
    usual = with_choices(evidence.analysis.specification, claim).but(country_draws="estimates")
    lists = lists_of(evidence)
    counted = [_counted(claim, country, lists[0], usual) for country in (claim.country, claim.rival) if country]
    unit = "ratio" if len(counted) == 1 else "difference of ratios"
    if not all(one.earlier + one.later for one in counted):
        return Found(why_not=f"{lists[0].called} know no release of it in group {claim.group!r} in either period", unit=unit)
    if len(counted) == 2 and not all(one.earlier for one in counted):
        return Found(why_not="of one of both nothing was released in the earlier period, and growth from nothing is no number", unit=unit)
    rng = np.random.default_rng(usual.seed)
    ratios = [growth(one.earlier, one.later, one.lengths, usual.confidence_level) for one in counted]
    low, high = counted[0].laws(rng)
    estimate, lower, upper = ratios[0].ratio, ratios[0].lower, ratios[0].upper
    if len(counted) == 2:
        low_of_rival, high_of_rival = counted[1].laws(rng)
        low, high = low - high_of_rival, high - low_of_rival
        tail = (1 - usual.confidence_level) / 2
        estimate, lower, upper = ratios[0].ratio - ratios[1].ratio, float(np.quantile(low, tail)), float(np.quantile(high, 1 - tail))
    points = list(_points(claim, lists, usual))
    numbers = [point for point in points if np.isfinite(point.estimate)]
    sure, names = how_sure_between(claim, low, high), tuple(lists[0].facts.frame.index)
    return Found(
        estimate=estimate,
        lower=lower,
        upper=upper,
        **sure._asdict(),
        **elsewhere(claim, numbers, estimate, usual, sure.p_true)._asdict(),
        unit=unit,
        measured=_in_words(claim),
        among=f"{_numbers(counted)}, {scope_in_words(claim, usual, names, lists[0].facts, f'all {lists[0].called}')}",
        caveat="; ".join([*_caveats(claim, counted, lists[0]), *_of_numberless(len(points) - len(numbers), len(points))]),
    )


def lists_of(evidence: Evidence) -> tuple[Releases, ...]:
    """Return the lists of models there are: those that the scores describe, if they state a day of release of any, and the catalogue."""
    names, catalogue = [str(name) for name in evidence.catalogue.models.index], evidence.catalogue
    known = Releases(evidence.kept.once("facts of the catalogue", None, lambda: facts_of(names, catalogue)), "models of the catalogue")
    if evidence.scores is None or evidence.scores.models["release_date"].isna().all():
        return (known,)
    return Releases(evidence.scored_models()[1], "models of the scores"), known


def counts(claim: Claim, country: str, releases: Releases, s: Specification, periods: tuple[Period, Period]) -> tuple[int, int, int, float]:
    """Count the models of a country in the group, and of the size that the claim speaks of, released in each of two periods; and those undated.

    And how many of them are worth one that came out independently (`recount.sims.trends.launches`).
    """
    frame = releases.facts.frame
    members = members_of(tuple(frame.index), releases.facts, s, claim.group)
    if country not in members.owners:
        return 0, 0, 0, 1.0
    rows = frame.iloc[members.places]
    own: Bools = (members.parts[members.owners.index(country)] > 0)[members.model]
    if claim.larger_than is not None:
        own = own & (sizes_of(rows, s) > claim.larger_than)
    is_undated: Bools = (rows["release_date"] == "").to_numpy(np.bool_)
    within = [own & released_in(rows["release_date"], period) for period in periods]
    earlier, later, undated = (len(np.unique(members.model[which])) for which in (*within, own & is_undated))
    # Of variants that are merged, the first.
    _, first = np.unique(members.model, return_index=True)
    of_launch = rows.iloc[first[(within[0] | within[1])[first]]]
    worth = design_effect(launch_sizes(of_launch["organisation"].tolist(), of_launch["release_date"].tolist()))
    return earlier, later, undated, worth


def _counted(claim: Claim, country: str, releases: Releases, s: Specification, how: str = PER_DAY, undated: str = NEITHER) -> Counted:
    """Count in the part of each period that the list reaches.

    Raises
    ------
    UntestableError
        If the list knows nothing of a period.
    """
    periods = _period(claim, "earlier"), _period(claim, "later")
    try:
        first, last = releases.facts.kept.once("days known", None, lambda: days_known(releases.facts.frame["release_date"]))
    except InputError as error:
        raise UntestableError(str(error)) from error
    if periods[0].first < first - WITHOUT_RELEASE or periods[1].first > last:
        raise UntestableError(f"{releases.called} are of {first:%Y-%m-%d} to {last:%Y-%m-%d}, and it speaks of {claim.earlier} and {claim.later}")
    cut = periods[0].known(first, last), periods[1].known(first, last)
    # The same under each reading of what is not known.
    key = (country, claim.group, claim.larger_than, cut, s.part(WhatIsAsked))
    earlier, later, n_undated, worth = releases.facts.kept.once("releases in two periods", key, lambda: counts(claim, country, releases, s, cut))
    earlier += n_undated * (undated == EARLIER)
    later += n_undated * (undated == LATER)
    return Counted(earlier, later, cut, (cut[0].days, cut[1].days) if how == PER_DAY else (1.0, 1.0), n_undated, worth)


def _points(claim: Claim, lists: tuple[Releases, ...], usual: Specification) -> Iterator[Point]:
    """Yield the ratio, or the difference of ratios, by every list, by days or as numbers, and for other choices of what counts.

    Models without a day of release count in neither period, or all of them in one of both: which nobody knows.
    """
    varied = asked_values(claim, usual, "best")
    for releases, how, undated, under in product(lists, (PER_DAY, AS_NUMBERS), UNDATED, combined(usual, varied)):
        try:
            found = [_counted(claim, country, releases, under, how, undated) for country in (claim.country, claim.rival) if country]
        except UntestableError:
            continue
        ratios = [one.ratio for one in found]
        ratio = ratios[0] if len(ratios) == 1 else ratios[0] - ratios[1]
        chosen = {"list": releases.called, "releases": how, "models without a day": undated} | {name: plain(getattr(under, name)) for name in varied}
        yield Point(chosen, ratio, (releases.called, *found))


def _in_words(claim: Claim) -> str:
    size = "" if claim.larger_than is None else f" over {claim.larger_than:g} billion parameters"
    of_rival = f", minus that of {the_country(claim.rival)}" if claim.rival else ""
    return f"the number of models{size} that {the_country(claim.country)} released a day, the later period over the earlier{of_rival}"


def _numbers(counted: list[Counted]) -> str:
    own = counted[0]
    of_rival = f", minus {counted[1].later} over {counted[1].earlier}" if len(counted) > 1 else ""
    before, after = (f"{length} days ({one.first:%Y-%m-%d} to {one.last:%Y-%m-%d})" for length, one in zip(own.lengths, own.periods, strict=True))
    return f"{own.later} in {after} over {own.earlier} in {before}{of_rival}"


def _caveats(claim: Claim, counted: list[Counted], releases: Releases) -> Iterator[str]:
    """Say what the list leaves out."""
    yield f"{releases.called} are those that somebody listed, not all that were released"
    cut = _period(claim, "later").days - int(counted[0].lengths[1])
    for country, found in zip((claim.country, claim.rival), counted, strict=False):
        if found.undated:
            counts_or_count = "counts" if found.undated == 1 else "count"
            yield f"{plural(found.undated, 'model')} of {the_country(country)} without a day of release {counts_or_count} in neither period"
    if cut > 0:
        yield f"the list ends {plural(cut, 'day')} before the later period ends, whose rate is that of the days until then"
    if (worth := max(one.worth for one in counted)) > 1:
        alone = "its interval" if len(counted) == 1 else "p of Fisher"
        yield f"models of one launch are not independent: the probability takes {worth:.1f} of them as one, {alone} takes each by itself"
    if len(counted) > 1:
        one, other = ((each.earlier, each.later) for each in counted)
        yield f"that both grew alike has p = {p_of_equal_growth(one, other):.2g} (Fisher)"


def _of_numberless(n: int, n_all: int) -> Iterator[str]:
    """Say under how many specifications growth is from nothing, and so is no number that could be set beside others."""
    if n:
        yield f"under {n} of {plural(n_all, 'combination')} of choices nothing was released in the earlier period, so that growth is no number there"


def _period(claim: Claim, name: str) -> Period:
    """Read a period of a claim."""
    try:
        return period_of(getattr(claim, name))
    except InputError as error:
        raise InputError(f"claim {claim.id!r}: {name} is {error}") from error
