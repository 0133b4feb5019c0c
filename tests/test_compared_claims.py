"""Claims that name a rating, of which the scale has to be fixed, and claims that compare categories, over the models that both rate."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import recount
from recount.data import read_board, read_categories
from recount.sims.claims.claim import Claim
from recount.sims.claims.judging import judge
from recount.sims.multiverse.alone import each_choice_alone
from tests.catalogues import among

SAME = {"quotation": "q", "source": "s", "country": "US"}
ANCHORED = {"anchor": "mixtral-8x7b-instruct-v0.1", "anchor_rating": 1114.0}


@pytest.fixture(scope="module")
def analysis():
    return recount.analyse(n_draws=200)


def test_a_rating_means_something_where_a_scale_is_fixed(analysis):
    """Of votes without an anchor a rating of 1300 is nothing; with one all specifications are on its scale."""
    levels = {
        "a": {"metric": "best", "says": "above", "value": 1300.0},
        "b": {"metric": "mean of k best", "says": "at most", "value": 1300.0},
        "c": {"metric": "number above", "says": "at least", "value": 3.0},
    }
    above = {"c": {"above": "1250"}}
    loose = [Claim(id=name, **SAME, **of, choices=above.get(name, {})) for name, of in levels.items()]
    found = judge(loose, analysis, recount.read_catalogue()).frame
    assert set(found["verdict"]) == {"untestable"}
    assert found["why_not"].str.contains("nothing fixes the scale of ratings").all()
    fixed = [Claim(id=name, **SAME, **of, choices=above.get(name, {}) | ANCHORED) for name, of in levels.items()]
    frame = judge(fixed, analysis, recount.read_catalogue()).frame.set_index("id")
    best = frame.loc["a"]
    assert best["estimate"] == pytest.approx(1315, abs=2)
    assert best["least"] - 1 <= best["estimate"] <= best["most"] + 1
    assert best["share_true"] == 1
    assert best["verdict"] == "holds"
    for name in ("b", "c"):
        assert frame.loc[name, "least"] - 1 <= frame.loc[name, "estimate"] <= frame.loc[name, "most"] + 1
    # What is near the best of all is so on any scale.
    near = Claim(id="d", **SAME, metric="number above", says="at least", value=3.0, choices={"above": "best-100"})
    assert judge([near], analysis, recount.read_catalogue()).frame.loc[0, "verdict"] != "untestable"


@pytest.mark.parametrize("metric", ["best", "number in top"])
def test_the_gap_of_two_countries_is_one_number(analysis, metric):
    """Of a claim about it, of their ranking, and of one choice at a time."""
    catalogue = recount.read_catalogue()
    asked = analysis.under(analysis.specification.but(groups="open weights", metrics=metric))
    first, second = asked.countries(catalogue).frame.iloc[:2].to_dict("records")
    of_two = {"group": "open weights", "metric": metric, "country": first["country"], "against": second["country"], "says": "above", "value": 0.0}
    row = judge([Claim(id="gap", **SAME | of_two)], analysis, catalogue).frame.iloc[0]
    assert row["estimate"] == first["gap"]
    assert (row["lower"], row["upper"]) == pytest.approx((first["gap_lower"], first["gap_upper"]), abs=0.5)
    assert each_choice_alone(asked, catalogue).frame["lead"].iloc[0] == first["gap"]


@pytest.fixture
def board(tmp_path):
    """Thirty models that are equally good in two categories; the best of the US has no rating in one."""
    rng = np.random.default_rng(3)
    names = [f"m{i:02}" for i in range(30)]
    ratings = 1200 - 8.0 * np.arange(30) + np.where(np.arange(30) == 0, 20, 0)
    rows = []
    for category in ("full", "english", "non_english"):
        rated = ratings + rng.normal(size=30)
        rows += [(name, r, r - 6, r + 6, category) for name, r in zip(names, rated, strict=True) if (name, category) != ("m00", "non_english")]
    path = tmp_path / "board.csv"
    pd.DataFrame(rows, columns=["model", "rating", "rating_lower", "rating_upper", "category"]).to_csv(path, index=False)
    facts = {"organisation": names, "country": ["US", "CN"] * 15, "licence_class": "open_source", "total_parameters_b": 9.0}
    return path, among(pd.DataFrame(facts, index=names))


def test_the_best_model_that_a_category_does_not_rate_decides_nothing(board):
    path, catalogue = board
    analysis = recount.analyse(read_board(path, category="full"))
    smaller = Claim(id="g", **SAME, against="CN", metric="best", says="below", value=0.0, category="non_english", against_category="english")
    row = judge([smaller], analysis, catalogue).frame.iloc[0]
    assert row["verdict"] == "undecided"
    # Of m02 over m01 in both, but for noise of 1.
    assert abs(row["estimate"]) < 6
    assert "1 of 30 models that one category rates and the other does not are left out of both: 'm00'" in row["caveat"]
    table = analysis.category_gaps(read_categories(path, ["english", "non_english"]), catalogue)
    best = table.frame[(table.frame["metric"] == "best") & (table.frame["group"] == "all")].set_index("category")
    assert best["n_missing"].to_dict() == {"english": 0, "non_english": 1}
    assert best.loc["non_english", "gap"] < 0 < best.loc["non_english", "overall_gap"]
    assert best.loc["non_english", "beyond_lower"] < 0 < best.loc["non_english", "beyond_upper"]
    assert any("`beyond` is over the models that both rate" in note for note in table.notes)


def test_models_without_a_country_may_turn_a_lead(tmp_path):
    """The best of all may be anybody's: a lead over all others is fragile, and the ranking names who is above."""
    path = tmp_path / "board.csv"
    rows = [("mystery", 1400.0), ("nobody", 1390.0), ("c", 1300.0), ("d", 1310.0), ("e", 1200.0)]
    pd.DataFrame([(n, r, r - 3, r + 3) for n, r in rows], columns=["model", "rating", "rating_lower", "rating_upper"]).to_csv(path, index=False)
    facts = {"organisation": list("cde"), "country": ["US", "CN", "US"], "licence_class": "open_source", "total_parameters_b": 9.0}
    catalogue = among(pd.DataFrame(facts, index=list("cde")))
    analysis = recount.analyse(read_board(path), metrics="best", groups="all")
    same = {"quotation": "q", "source": "s", "country": "CN"}
    claims = [
        Claim(id="leads", **same, metric="best", says="leads"),
        Claim(id="top", **same, metric="number in top", says="at least", value=1.0, choices={"top": 2}),
        Claim(id="above", **same, metric="best", says="at least", value=1250.0),
    ]
    frame = judge(claims, analysis, catalogue).frame.set_index("id")
    assert frame["verdict"].to_dict() == {"leads": "fragile", "top": "fragile", "above": "holds"}
    assert frame.loc["leads", "matters"].startswith("models without a country: left out 10")
    table = analysis.countries(catalogue)
    assert "2 models of unknown country are rated above all of these, 'mystery' first" in table.headline
    known = analysis.countries(among(pd.DataFrame(facts, index=["mystery", "d", "c"]))).headline
    assert "a model of unknown country is rated above the best of CN: 'nobody', so how far the best of the US is ahead is an upper bound" in known


def test_a_line_through_models_allows_for_others(tmp_path):
    """The error of the line is that of least squares with Student's law, if organisations have one model; nearly exact ratings make no claim sure."""
    rng = np.random.default_rng(8)
    n = 40
    names, country = [f"m{i:02}" for i in range(n)], np.array(["US", "CN"])[np.arange(n) % 2]
    size, organisation = np.exp(rng.normal(3, 1, n)), np.array([f"o{i}" for i in range(n)])
    ratings = 1000 + 30 * np.log(size) + np.where(country == "CN", 20, 0) + 60 * rng.standard_normal(n)
    path = tmp_path / "board.csv"
    pd.DataFrame({"model": names, "rating": ratings, "rating_lower": ratings - 1, "rating_upper": ratings + 1}).to_csv(path, index=False)
    facts = {"organisation": organisation, "country": country, "licence_class": "open_source", "total_parameters_b": size}
    claim = Claim(id="s", quotation="q", source="s", country="CN", against="US", metric="rating at equal size", says="above", value=0.0)
    row = judge([claim], recount.analyse(read_board(path), n_draws=4000), among(pd.DataFrame(facts, index=names))).frame.iloc[0]
    design = np.column_stack([country == "CN", country == "US", np.log(size)]).astype(float)
    inverse = np.linalg.inv(design.T @ design)
    slopes = inverse @ design.T @ ratings
    residual = ratings - design @ slopes
    covariance = inverse * (residual @ residual) / (n - 3)
    contrast = np.array([1.0, -1.0, 0.0])
    assert row["estimate"] == pytest.approx(contrast @ slopes, abs=1.5)
    assert row["upper"] - row["lower"] == pytest.approx(2 * stats.t.ppf(0.975, n - 3) * np.sqrt(contrast @ covariance @ contrast), rel=0.06)
    assert row["verdict"] == "undecided"
    assert "other models that could have been made" in row["caveat"]
