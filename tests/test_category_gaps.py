"""Gaps between countries by category: against single analyses, published figures, and what independence of errors does."""

import numpy as np
import pandas as pd
import pytest

from recount.data import Board, read_board, read_categories
from recount.engine import OptionError
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.category_gaps import INDEPENDENT
from recount.sims.specification import Specification
from tests.catalogues import among
from tests.logs import frame_of
from tests.random_logs import voted

PEOPLE = pd.DataFrame(
    {"organisation": list("pqrstu"), "country": ["US", "US", "CN", "CN", "FR", ""], "licence_class": "open_source", "total_parameters_b": 9.0},
    index=[f"m{i}" for i in range(6)],
)


def test_frontier_gaps_of_august_2026(shared):
    """US minus China with style control: differences of the published ratings of the two best, as they were computed by hand."""
    august = shared / "arena_2026" / "2026-08-22" / "text_style_control.json"
    names = ["english", "non_english", "chinese", "russian", "coding", "math"]
    boards = read_categories(august, names)
    specification = Specification(groups="all", metrics="best", country_draws="estimates", n_draws=200)
    frame = Analysis(read_board(august), specification).category_gaps(boards).frame
    china = frame[frame["other"] == "CN"].set_index("category")
    assert china["gap"].round(1).to_dict() == dict(zip(names, [13.6, 21.0, 16.1, 26.2, 8.1, 46.0], strict=True))
    assert china["overall_gap"].round(1).unique().tolist() == [17.7]
    assert set(read_categories(august)) > set(names)
    with pytest.raises(OptionError, match="poetry"):
        read_categories(august, ["poetry"])


def board_of(ratings, errors):
    n = len(ratings)
    unknown = np.full(n, np.nan)
    return Board(tuple(PEOPLE.index[:n]), np.array(ratings, float), np.array(errors, float) ** 2, unknown, unknown.copy(), ("",) * n, ("",) * n)


def test_errors_of_category_and_whole_are_independent():
    """Two models: the variance of the difference of gaps is the sum of both; draws of the same seed are not the same errors."""
    overall, category = board_of([1000, 960, 930], [3.0, 3.0, 3.0]), board_of([1010, 960, 930], [4.0, 4.0, 4.0])
    s = Specification(groups="all", metrics="best", country_draws="estimates", n_draws=4000)
    table = Analysis(overall, s).category_gaps({"maths": category}, among(PEOPLE.assign(country=["US", "CN", "FR", "", "", ""])))
    row = table.frame.set_index("other").loc["CN"]
    assert (row["gap"], row["overall_gap"], row["beyond"]) == pytest.approx((50, 40, 10))
    half = 1.96 * np.sqrt(2 * (9 + 16))
    assert row["beyond_upper"] - row["beyond_lower"] == pytest.approx(2 * half, rel=0.06)
    assert INDEPENDENT in table.notes
    unsure = Analysis(overall, s).category_gaps({"maths": board_of([1010, 960, 930], [np.nan] * 3)}, among(PEOPLE)).frame
    assert unsure["gap_lower"].isna().all()
    assert unsure["p_larger"].isna().all()


def test_categories_of_a_log_are_those_rated_alone():
    """The gap in each is that of its votes alone; what is not rated is told."""
    frame = frame_of(voted(3000)).assign(topic=lambda votes: np.where(np.arange(len(votes)) % 3, "code", "prose"))
    analysis = analyse(frame, by="topic", groups="all", metrics=("best", "number in top"), n_draws=300)
    table = analysis.category_gaps(catalogue=among(PEOPLE))
    assert set(table.frame["metric"]) == {"best"}
    for topic in ("code", "prose"):
        alone = analyse(frame[frame["topic"] == topic], groups="all", metrics="best", n_draws=300)
        best = alone.countries(among(PEOPLE)).frame.set_index("country")["estimate"]
        rows = table.frame[table.frame["category"] == topic]
        for row in rows.itertuples():
            assert row.gap == pytest.approx(best[row.country] - best[row.other], abs=2.0)
            assert row.beyond == pytest.approx(row.gap - row.overall_gap, abs=3.0)
    with pytest.raises(OptionError, match="by is not given"):
        analyse(frame).category_gaps(catalogue=among(PEOPLE))
    with pytest.raises(OptionError, match="are of ratings"):
        analyse(frame, by="topic", metrics="number in top").category_gaps(catalogue=among(PEOPLE))
    with pytest.raises(OptionError, match="give the boards"):
        Analysis(board_of([1000, 990, 980], [3.0] * 3)).category_gaps(catalogue=among(PEOPLE))
