"""How releases grow by country and size: two periods compared, and the month in which their rate changed most."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from recount.data import Catalogue, Scores, read_catalogue
from recount.engine.choices.arguments import checked
from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.engine.votes import Bools, Ints
from recount.sims.presentation import Table
from recount.sims.specification import Specification
from recount.sims.specification.country_choices import CountryGroup
from recount.sims.through_time.dated_releases import in_group, is_within, months_of, n_by_month, n_within, releases_of
from recount.sims.through_time.usual import GROUP
from recount.sims.trends.change_points import FEWEST_MONTHS, surge
from recount.sims.trends.launches import design_effect, launch_sizes
from recount.sims.trends.release_growth import growth, p_of_equal_growth, p_of_growth
from recount.sims.trends.release_lists import Period, period_of

# Between the countries of a model of several, which counts for each of them.
BETWEEN = "|"
EVERY, NOT_KNOWN = "all", "not known"


class Trends(NamedTuple):
    """Growth by country and size, and releases by month."""

    growth: Table
    months: Table


@checked
def release_trends(
    earlier: str,
    later: str,
    source: Catalogue | Scores | None = None,
    specification: Specification | None = None,
    catalogue: Catalogue | None = None,
    *,
    group: CountryGroup = GROUP,
) -> Trends:
    """Compare the releases of two periods, by country and size.

    Parameters
    ----------
    earlier, later : str
        Periods, FROM/TO, both days included.
    source : Catalogue or Scores, optional
        Whose models are counted: those of the catalogue by default.
    specification : Specification, optional
        Who belongs to the group, and from which size a model is large.
    catalogue : Catalogue, optional
        The bundled one by default.
    group : str
        As in a ranking of countries.

    Returns
    -------
    Trends
        growth: size, country, earlier_period and later_period (as they were asked for), n_earlier, n_later, times (as many) and ratio (of releases
        a day, in the days that the source reaches), each with its exact interval, p_grows, p_alike (that it grew as the first country did), and the
        change: change_from, change_ratio, change_p. months: month, n_days, size, country, n.

    Raises
    ------
    InputError
        If a period is none, the periods overlap, the source ends before the later one begins, or no release is in either.
    """
    s, known = specification or Specification(), catalogue or read_catalogue()
    asked = _period("earlier", earlier), _period("later", later)
    if asked[1].first <= asked[0].last:
        raise InputError(f"later is {later!r}, which begins before earlier={earlier!r} ends; a release would count in both")
    releases = releases_of(known if source is None else source, known)
    begin, end = releases["first"].min(), releases["last"].max()
    if begin > asked[0].last:
        raise InputError(f"earlier is {earlier!r}, and the first release that is known is of {begin:%Y-%m-%d}; give a period that ends after")
    if end < asked[1].first:
        raise InputError(f"later is {later!r}, and the last release that is known is of {end:%Y-%m-%d}; give a period that begins before")
    periods = asked[0].known(begin, end), asked[1].known(begin, end)
    counted = releases[in_group(releases, group, s)]
    months = months_of(Period(periods[0].first, periods[1].last))
    dates = {f"{name}_period": f"{one.first:%Y-%m-%d} to {one.last:%Y-%m-%d}" for name, one in zip(("earlier", "later"), asked, strict=True)}
    rows, by_month, together = [], [], []
    for size, of_size in sizes_of(counted, s.size_threshold):
        parts = countries_in(counted[of_size], periods)
        first = None
        for country, part in parts:
            counts = n_within(part, periods[0]), n_within(part, periods[1])
            first = first or counts
            worth = design_effect(launch_sizes_of(part, periods))
            together.append(worth)
            of_growth = {**grown(counts, periods, s, worth), "p_alike": alike(first, counts)}
            rows.append({"size": size, "country": country, **dates, **of_growth, **changed(part, months, s)})
            per_month = zip(months, n_by_month(part, months).tolist(), strict=True)
            by_month += [{"month": str(month.first)[:7], "n_days": month.days, "size": size, "country": country, "n": n} for month, n in per_month]
    if not rows:
        raise InputError(f"no release of group {group!r} is known in {earlier} or {later}; see the release dates of the catalogue")
    notes = (*of_source(source), *of_dates(counted, asked, periods, group), *of_method(months, max(together)))
    title = f"Releases, {group}"
    return Trends(
        Table("releases", pd.DataFrame(rows), notes, title, confidence_level=s.confidence_level),
        Table("releases by month", pd.DataFrame(by_month), notes, title),
    )


def _period(name: str, text: str) -> Period:
    try:
        return period_of(text)
    except InputError as error:
        raise InputError(f"{name} is {error}") from error


def sizes_of(releases: pd.DataFrame, threshold: float) -> Iterator[tuple[str, Bools]]:
    """Yield the size classes with those that are of them."""
    size = releases["total_parameters_b"]
    yield EVERY, (size == size).to_numpy() | True
    yield f"from {threshold:g} B", (size >= threshold).to_numpy()
    yield f"below {threshold:g} B", (size < threshold).to_numpy()
    yield NOT_KNOWN, size.isna().to_numpy()


def countries_in(releases: pd.DataFrame, periods: tuple[Period, Period]) -> list[tuple[str, pd.DataFrame]]:
    """Return the countries that have a release in either period, most in the later one first, and all of them together."""
    found = []
    of_each = releases["country"].str.split(BETWEEN)
    for country in sorted({name for names in of_each for name in names}):
        part = releases[[country in names for names in of_each]]
        counts = n_within(part, periods[0]), n_within(part, periods[1])
        if sum(counts):
            found.append((counts, country or NOT_KNOWN, part))
    found.sort(key=lambda one: (-one[0][1], -one[0][0], one[1]))
    every = [(EVERY, releases)] if len(found) > 1 else []
    return [(country, part) for _, country, part in found] + every


def launch_sizes_of(releases: pd.DataFrame, periods: Sequence[Period]) -> Ints:
    """Return how many models came out together, (n_launches,), of those that count in some period."""
    counts = np.logical_or.reduce([is_within(releases, period).to_numpy() for period in periods])
    inside = releases[counts]
    days = inside["first"].dt.strftime("%Y-%m-%d").where(inside["first"] == inside["last"], "")
    return launch_sizes(inside["organisation"].tolist(), days.tolist())


def grown(counts: tuple[int, int], periods: tuple[Period, Period], s: Specification, worth: float) -> dict[str, Any]:
    """Return the growth of numbers, and of a rate; the probability that it grows allows for launches of several models."""
    times = growth(*counts, confidence_level=s.confidence_level)
    a_day = growth(*counts, (periods[0].days, periods[1].days), s.confidence_level)
    of_numbers = {"times": times.ratio, "times_lower": times.lower, "times_upper": times.upper}
    p_grows = p_of_growth(counts[0] / worth, counts[1] / worth, (periods[0].days, periods[1].days))
    of_rates = {"ratio": a_day.ratio, "lower": a_day.lower, "upper": a_day.upper, "p_grows": p_grows}
    return {"n_earlier": counts[0], "n_later": counts[1], **of_numbers, **of_rates}


def alike(first: tuple[int, int], counts: tuple[int, int]) -> float:
    """Return the p-value of two growths that are the same; missing of the first with itself."""
    return float("nan") if counts is first else p_of_equal_growth(first, counts)


def changed(releases: pd.DataFrame, months: list[Period], s: Specification) -> dict[str, Any]:
    """Return the month in which the rate changed most; missing if there are too few months."""
    counts = n_by_month(releases, months)
    if len(months) < FEWEST_MONTHS or not counts.sum():
        return {"change_from": None, "change_ratio": float("nan"), "change_p": float("nan")}
    found = surge(counts, [month.days for month in months], s.seed, s.confidence_level, launch_sizes_of(releases, months))
    return {"change_from": str(months[found.month].first)[:7], "change_ratio": found.growth.ratio, "change_p": found.p_value}


def of_source(source: Catalogue | Scores | None) -> Iterator[str]:
    """Say whose releases are counted."""
    listed = "scores" if isinstance(source, Scores) else "the catalogue"
    yield f"releases of models that {listed} list{'' if listed == 'scores' else 's'}, not of all there are: who lists more of late shows growth"


def of_dates(releases: pd.DataFrame, asked: tuple[Period, Period], periods: tuple[Period, Period], group: str) -> Iterator[str]:
    """Say whose date is not known well enough, and whether the periods that were asked are known to their ends."""
    if (missing := int(releases["first"].isna().sum())) > 0:
        yield f"{missing} of {plural(len(releases), 'model')} of group {group!r} have no release date, and count nowhere"
    known = releases.dropna(subset=["first"])
    blurred = {
        f"{name} ({row['first']:%Y-%m-%d} to {row['last']:%Y-%m-%d})": None
        for first, last in asked
        for name, row in known[(known["first"] <= last) & (known["last"] >= first)].iterrows()
        if row["first"] < first or row["last"] > last
    }
    if blurred:
        yield f"released within a period or not, which is not known, so that they do not count: {len(blurred)}, as {', '.join([*blurred][:5])}"
    if (days := (periods[0].first - asked[0].first).days) > 0:
        yield (
            f"the first release that is known is of {periods[0].first:%Y-%m-%d}, {plural(days, 'day')} after the earlier period begins; its rate is "
            f"that of the {plural(periods[0].days, 'day')} from then"
        )
    if (days := (asked[1].last - periods[1].last).days) > 0:
        yield (
            f"the last release that is known is of {periods[1].last:%Y-%m-%d}, {plural(days, 'day')} before the later period ends; its rate is "
            f"that of the {plural(periods[1].days, 'day')} until then"
        )


def of_method(months: list[Period], worth: float) -> Iterator[str]:
    """Say what intervals and p-values are; models come together where `worth` of them are as sure as one."""
    yield "ratios are of releases a day, with exact intervals of Poisson rates, which cover at least as often as they say if releases are independent"
    if worth > 1:
        yield (
            f"models of an organisation come out together, up to {worth:.1f} worth one independent release: intervals and p_alike take them as "
            "independent, and are too narrow by up to the root of that; p_grows and change_p allow for it"
        )
    if len(months) >= FEWEST_MONTHS:
        yield f"the change is the month that fits best of {len(months)}; its p-value allows for the search, the ratio there does not"
