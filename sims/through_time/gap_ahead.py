"""The gap between the two countries that lead at the last date, projected, with what such projections were worth at earlier dates.

Of each month the last date counts, so that the series has about one step a month. A step has in it what changed, what was measured with error, and
changes of the method of boards; the model (`recount.sims.trends.gap_projection`) tells none of them apart, and is believed as far as it was right.
"""

from calendar import monthrange
from datetime import date

import pandas as pd

from recount.engine.choices.arguments import checked
from recount.engine.errors import InputError, OptionError
from recount.engine.plurals import plural
from recount.sims.presentation import Table
from recount.sims.trends.gap_projection import FEWEST_STEPS, Ahead, projected

NOTES = (
    "projection: a random walk with drift of the monthly gap, 80 % intervals; it knows of no cause and foresees no turn",
    "scored on earlier dates, each with what was known until then; these overlap, so that their share is less sure than so many would be",
)

# Days.
LONGEST = 31


@checked
def project_gap(table: Table, ahead: float) -> Table:
    """Project the gap between the first two countries of the last date.

    Parameters
    ----------
    table : Table
        As `recount.countries_through_time` returns it.
    ahead : float
        Months.

    Returns
    -------
    Table
        A row a projection, from earlier dates and then from the last: group, metric, country, against, from, to, gap (at `from`), projected, lower,
        upper, came (the gap at `to`; missing of the last row), is_within, can_tell.

    Raises
    ------
    OptionError
        If it is another table.
    InputError
        If there is one country only, or they are ranked together in too few months.
    """
    if table.kind != "through time":
        raise OptionError(f"table is {table.kind!r}; give what recount.countries_through_time returns")
    frame = table.frame
    last = frame[(frame["date"] == frame["date"].iloc[-1]) & (frame["source"] == frame["source"].iloc[-1])]
    if len(last) < 2:
        raise InputError(
            f"ahead is {ahead:g}, and only {last['country'].iloc[0]} is ranked on {last['date'].iloc[0]}, so that there is no gap to project"
        )
    country, against = last["country"].iloc[:2]
    gaps = monthly_gaps(frame, country, against)
    if len(gaps) <= FEWEST_STEPS:
        n = plural(len(gaps), "month")
        raise InputError(
            f"ahead is {ahead:g}, and {country} and {against} are ranked together in {n}, too few to project; more than {FEWEST_STEPS} do"
        )
    days = [date.fromisoformat(day) for day in gaps.index]
    found = projected([months_at(day) for day in days], gaps.to_numpy(float), ahead)
    of_day = dict(zip(days, gaps.tolist(), strict=True))
    rows = []
    for one in (*found.scored, found.ahead):
        start = day_at(one.start)
        which = {**{name: last[name].iloc[0] for name in ("group", "metric", "unit")}, "country": country, "against": against}
        rows.append({**which, **_row(one), "gap": of_day[start], "can_tell": found.can_tell})
    order = [*which, "from", "to", "gap", "projected", "lower", "upper", "came", "is_within", "can_tell"]
    return Table("projection", pd.DataFrame(rows)[order], NOTES, "Projection of the gap")


def monthly_gaps(frame: pd.DataFrame, country: str, against: str) -> "pd.Series[float]":
    """Return the gap between two countries, by day (ISO 8601), at the last date of each month that has both."""
    numbers = frame.pivot_table(index=["date", "source"], columns="country", values="estimate", sort=True)
    if not {country, against} <= set(numbers):
        return pd.Series(dtype=float)
    gaps = (numbers[country] - numbers[against]).dropna().groupby(level="date").mean()
    monthly: pd.Series[float] = gaps[~gaps.index.str[:7].duplicated(keep="last")]
    return monthly


def months_at(day: date) -> float:
    """Return the months from the year 0 to a day, so that the same day of the next month is one more."""
    return 12 * day.year + day.month - 1 + (day.day - 1) / LONGEST


def day_at(months: float) -> date:
    """Return the day that is nearest to so many months from the year 0."""
    whole = int(months + 0.5 / LONGEST)
    year, month = divmod(whole, 12)
    return date(year, month + 1, min(1 + round((months - whole) * LONGEST), monthrange(year, month + 1)[1]))


def _row(one: Ahead) -> dict[str, object]:
    is_within = one.is_within if one.came == one.came else None
    ends = {"projected": one.gap, "lower": one.lower, "upper": one.upper, "came": one.came, "is_within": is_within}
    return {"from": day_at(one.start).isoformat(), "to": day_at(one.at).isoformat(), **ends}
