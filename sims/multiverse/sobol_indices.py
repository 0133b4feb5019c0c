r"""What numbers that an analyst chooses make of the spread of a lead, when each is anything between reasonable ends: Sobol indices.

With every number independent, and every value in its span as likely (whole ones where only these are allowed), the first-order index of number i is
:math:`\mathrm{Var}\,\mathrm{E}[Y \mid X_i] / \mathrm{Var}\,Y`, and its total index :math:`1 - \mathrm{Var}\,\mathrm{E}[Y \mid X_{-i}] /
\mathrm{Var}\,Y` (Sobol 1993, Saltelli et al. 2010), estimated by `scipy.stats.sobol_indices` from a scrambled Sobol sequence; intervals are
percentiles of its points resampled. All other choices are as usual, and leads are those of the estimated ratings, which have no Monte-Carlo error.
"""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from recount.engine.choices import choices_of
from recount.engine.errors import RecountError
from recount.engine.fitting import TOLERANCE
from recount.engine.votes import Floats, Ints
from recount.sims.countries.mattering import what_matters_to
from recount.sims.specification import OfCountries, Specification, WhatIsAsked
from recount.sims.specification.flat import options_of

# Points of the sequence, of which each number takes as many again; resamples of them.
N_POINTS, N_RESAMPLES = 512, 200
LeadUnder = Callable[[Specification], float]
Row = dict[str, Any]


class Number(NamedTuple):
    """A number of a specification.

    Attributes
    ----------
    field : str
        Of the specification.
    inner : str
        The number in the field's value; "" if that is the number.
    low, high : float
        Between which it is reasonable.
    is_whole : bool
    """

    field: str
    inner: str
    low: float
    high: float
    is_whole: bool

    @property
    def name(self) -> str:
        """Its plain name, or that of its field."""
        return next((o.name for o in options_of(Specification).values() if (o.field, o.inner) == (self.field, self.inner)), self.field)

    def of(self, base: Specification) -> float:
        """Return the number that a specification chooses."""
        value: Any = getattr(base, self.field)
        return float(getattr(value, self.inner) if self.inner else value)

    def chosen(self, base: Specification, value: float) -> Any:
        """Return the value of the field with another number."""
        number = round(value) if self.is_whole else float(value)
        return dataclasses.replace(getattr(base, self.field), **{self.inner: number}) if self.inner else number


def numbers_of(base: Specification, *, has_votes: bool = True, asks_countries: bool = True) -> Iterator[Number]:
    """Yield the numbers of a specification that can vary, and on which an answer depends: of ratings, of what is asked of countries, or of both.

    The ends are the reasonable ones, and what `base` chooses if that is beyond them.
    """
    matter = what_matters_to(base.asked_groups, base.asked_metrics) if asks_countries else ()
    for field, (stated, kind, _) in choices_of(Specification).items():
        if (field in choices_of(WhatIsAsked) and field not in matter) or (field not in choices_of(OfCountries) and not has_votes):
            continue
        value = getattr(base, field)
        inner = getattr(value, "number", None)
        if inner is not None:
            yield _with_chosen(Number(field, inner.field, inner.span[0], inner.span[1], False), base)
        elif stated.span is not None:
            yield _with_chosen(Number(field, "", stated.span[0], stated.span[1], kind is int), base)


def _with_chosen(number: Number, base: Specification) -> Number:
    """Widen the ends of a number until what is chosen lies between them."""
    chosen = number.of(base)
    return number._replace(low=min(number.low, chosen), high=max(number.high, chosen))


def as_far_as_ranked(lead: LeadUnder, base: Specification, number: Number) -> Number | None:
    """Return a number with ends, all others as usual, between which the usual leader is ranked; None if it is ranked for none but the usual value."""

    def is_ranked(value: float) -> bool:
        return bool(np.isfinite(lead_or_none(lead, base.but(**{number.field: number.chosen(base, value)}))))

    usual = number.of(base)
    least = 1.0 if number.is_whole else (number.high - number.low) / N_POINTS
    ends = []
    for end in (number.low, number.high):
        inside, outside = (end, end) if is_ranked(end) else (usual, end)
        while abs(outside - inside) > least:
            middle = (inside + outside) // 2 if number.is_whole else (inside + outside) / 2
            inside, outside = (middle, outside) if is_ranked(middle) else (inside, middle)
        ends.append(inside)
    return number._replace(low=ends[0], high=ends[1]) if ends[0] < ends[1] else None


def lead_or_none(lead: LeadUnder, specification: Specification) -> float:
    """Return the lead under a specification; NaN where its votes cannot be rated."""
    try:
        return lead(specification)
    except RecountError:
        return float("nan")


def sobol_effects(lead: LeadUnder, base: Specification, numbers: Sequence[Number]) -> list[Row]:
    """Return Sobol indices of numbers on a lead.

    Parameters
    ----------
    lead : callable
        A specification to the lead.
    base : Specification
        All other choices, and the seed.
    numbers : sequence of Number
        That vary.

    Returns
    -------
    list of dict
        choices (the number), low, high, share and share_total (first-order and total index), with the ends of their intervals; and lead_min, lead_max
        over all points. The largest total index first. None if no lead differs from another, or one is not known.
    """
    from scipy import stats

    known: dict[tuple[Any, ...], float] = {}

    def leads(points: Floats) -> Floats:
        chosen = [tuple(number.chosen(base, value) for number, value in zip(numbers, point, strict=True)) for point in points]
        # Votes are rated once for neighbours that differ in what is asked only.
        for values in sorted(dict.fromkeys(chosen) - known.keys(), key=str):
            under = base.but(**{number.field: value for number, value in zip(numbers, values, strict=True)})
            known[values] = lead_or_none(lead, under)
        return np.array([known[values] for values in chosen], np.float64)

    rng = np.random.default_rng(base.seed)
    # Half a step beyond both ends, so that every whole number is as likely.
    lows, widths = np.array([(number.low - 0.5 * number.is_whole, number.high - number.low + number.is_whole) for number in numbers]).T
    first, second = lows + widths * stats.qmc.Sobol(2 * len(numbers), bits=64, rng=rng).random(N_POINTS).reshape(N_POINTS, 2, -1).transpose(1, 0, 2)
    leads_of_first, leads_of_second = leads(first), leads(second)
    exchanged = [leads(np.where(np.arange(len(numbers)) == i, second, first)) for i in range(len(numbers))]
    values = np.array([*known.values()])
    if not np.isfinite(values).all() or np.ptp(values) <= TOLERANCE:
        return []

    def indices(at: Ints) -> Floats:
        # With one more number, of which nothing depends, because scipy fails with one alone.
        of_points: Any = {
            "f_A": leads_of_first[None, at],
            "f_B": leads_of_second[None, at],
            "f_AB": np.array([*exchanged, leads_of_first])[:, None, at],
        }
        found = stats.sobol_indices(func=of_points, n=N_POINTS)
        return np.array([found.first_order, found.total_order])[:, : len(numbers)]

    all_points = np.arange(N_POINTS)
    # scipy's own bootstrap of the indices takes no seed.
    resampled = stats.bootstrap((all_points,), indices, n_resamples=N_RESAMPLES, vectorized=False, method="percentile", rng=rng)
    estimates, low, high = (np.asarray(each) for each in (indices(all_points), *resampled.confidence_interval))
    rows = []
    for i in np.argsort(-estimates[1], kind="stable"):
        row: Row = {"choices": numbers[i].name, "low": numbers[i].low, "high": numbers[i].high}
        for k, name in enumerate(("share", "share_total")):
            row |= {name: float(estimates[k, i]), f"{name}_lower": float(low[k, i]), f"{name}_upper": float(high[k, i])}
        rows.append({**row, "lead_min": float(values.min()), "lead_max": float(values.max())})
    return rows
