"""Gaps projected: a line goes on, walks are covered as often as is said, too few dates are refused, and what the real boards show."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from recount.data.boards.series import read_boards
from recount.engine import InputError
from recount.sims.presentation import Table
from recount.sims.specification import Specification
from recount.sims.through_time.countries_by_date import countries_through_time
from recount.sims.through_time.gap_ahead import day_at, monthly_gaps, months_at, project_gap


def through_time(gaps, days=None):
    """A table through time of two countries with these gaps, one a month by default."""
    days = [f"{month}-15" for month in pd.period_range("2023-01", periods=len(gaps), freq="M")] if days is None else days
    base = {"group": "all", "metric": "best", "unit": "points", "source": "boards"}
    rows = []
    for day, gap in zip(days, gaps, strict=True):
        pair = [("US", 1300.0 + gap), ("CN", 1300.0)]
        ranked = sorted(pair, key=lambda one: -one[1])
        rows += [{"date": day, **base, "rank": 1 + i, "country": name, "estimate": value} for i, (name, value) in enumerate(ranked)]
    return Table("through time", pd.DataFrame(rows))


def test_a_line_goes_on():
    """Ten points a month, however long months are."""
    table = project_gap(through_time(10.0 * np.arange(30)), 6.0)
    last = table.frame.iloc[-1]
    assert (last["country"], last["against"], last["from"], last["to"]) == ("US", "CN", "2025-06-15", "2025-12-15")
    assert last["projected"] - last["gap"] == pytest.approx(60.0, abs=0.5)
    assert np.isnan(last["came"])
    assert last["is_within"] is None
    scored = table.frame.iloc[:-1]
    assert len(scored) == 20
    assert scored["came"].to_numpy() == pytest.approx(scored["projected"].to_numpy(), abs=1.0)


def test_days_and_months():
    for day in map(date.fromisoformat, ("2024-02-29", "2024-12-31", "2025-01-01", "2023-06-15")):
        assert day_at(months_at(day)) == day
    assert months_at(date(2024, 3, 1)) - months_at(date(2024, 2, 1)) == 1.0


def test_of_each_month_the_last_date_counts():
    """And only dates that have both countries."""
    days = ["2024-01-05", "2024-01-25", "2024-02-03", "2024-03-09"]
    frame = through_time([1.0, 2.0, 3.0, 4.0], days).frame
    frame = frame[(frame["date"] != "2024-03-09") | (frame["country"] != "CN")]
    assert monthly_gaps(frame, "US", "CN").to_dict() == {"2024-01-25": 2.0, "2024-02-03": 3.0}


def test_walks_are_covered_and_jumps_are_not():
    """Over many walks the past is covered by four fifths; a gap that jumps to and fro cannot be told."""
    rng = np.random.default_rng(11)
    shares = [project_gap(through_time(np.cumsum(rng.normal(3.0, 8.0, 40))), 1.0).frame["is_within"].iloc[:-1].mean() for _ in range(40)]
    assert np.mean(shares) == pytest.approx(0.8, abs=0.03)
    jumps = project_gap(through_time(np.repeat([0.0, 80.0, 0.0, 80.0], 12)), 1.0)
    assert not jumps.frame["can_tell"].any()
    assert jumps.headline.startswith("Where the gap goes cannot be told: of 43 earlier projections")


def test_what_is_right_is_told_as_such():
    rng = np.random.default_rng(2)
    tables = (project_gap(through_time(np.cumsum(rng.normal(3.0, 8.0, 40))), 1.0) for _ in range(60))
    right = next(table for table in tables if table.frame["can_tell"].all())
    share = right.frame["is_within"].iloc[:-1].mean()
    assert 0.75 <= share <= 0.85
    assert "is projected to be" in right.headline
    assert f"of 35 earlier projections {100 * share:.0f} % came within such an interval" in right.headline


def test_too_little_to_project():
    with pytest.raises(InputError, match="ahead is 1, and US and CN are ranked together in 4 months, too few"):
        project_gap(through_time([1.0, 2.0, 3.0, 4.0]), 1.0)
    alone = through_time([1.0] * 9)
    one = Table("through time", alone.frame[alone.frame["country"] == "US"])
    with pytest.raises(InputError, match="ahead is 1, and only US is ranked on 2023-09-15"):
        project_gap(one, 1.0)
    with pytest.raises(InputError, match="-1 months"):
        project_gap(alone, -1.0)


@pytest.mark.slow
def test_real_boards_cover_or_say_that_they_cannot_tell(shared):
    """80 % intervals of held-back months: between 75 and 85 %, or it is said."""
    boards = read_boards(shared / "leaderboards" / "monthly", shared / "leaderboards" / "nakasyou" / "result.csv")
    for group in ("all", "open weights"):
        through = countries_through_time(boards, Specification(country_draws="estimates", n_draws=100), group=group)
        for months in (1.0, 6.0):
            table = project_gap(through, months)
            scored = table.frame.iloc[:-1]
            right = len(scored) >= 20 and 0.75 <= scored["is_within"].mean() <= 0.85
            assert table.frame["can_tell"].eq(right).all()
            assert ("cannot be told" in table.headline) != right
