"""Country rankings against a slow twin, and the grid against each specification alone."""

import numpy as np
import pandas as pd
import pytest

from recount.data import ARENA_VOTES, read_catalogue, read_counts
from recount.engine import ELO, InputError, OptionError, covariance
from recount.sims import Specification, country_ranking, grid
from recount.sims.countries import CountryAnalysis, specification_summary, specification_table
from recount.sims.rating import rate


@pytest.fixture(scope="module")
def arena():
    return read_counts(ARENA_VOTES)[0]


@pytest.fixture(scope="module")
def catalogue():
    return read_catalogue()


def in_elo(strengths):
    return 1000 + ELO * strengths


def by_definition(strengths, names, catalogue, keep, top, k):
    """Country metrics of one vector of strengths, model by model."""
    models = sorted(((s, name) for s, name in zip(strengths, names, strict=True) if keep(catalogue.loc[name])), reverse=True)
    result = {}
    for country in sorted({catalogue.loc[name, "country"] for _, name in models} - {""}):
        own = [(s, name) for s, name in models if catalogue.loc[name, "country"] == country]
        best_of = {}
        for s, name in own:
            best_of.setdefault(catalogue.loc[name, "organisation"], s)
        best = sorted(best_of.values(), reverse=True)
        n = sum(catalogue.loc[name, "country"] == country for _, name in models[:top])
        result[country] = (in_elo(own[0][0]), in_elo(np.mean(best[:k])) if len(best) >= k else None, n / min(top, len(models)), n)
    return result


GROUPS = {
    "all": lambda row: True,
    "open weights": lambda row: row["licence_class"] in ("open_weights", "open_source"),
    "large": lambda row: row["total_parameters_b"] >= 65,
}


@pytest.mark.parametrize("group", GROUPS)
def test_ranking_by_definition(arena, catalogue, group):
    specification = Specification(open_weights="commercial", size_threshold=65.0, top=15, k=2, minimum_votes=2000)
    frame = country_ranking(arena, catalogue, specification, n_draws=60, seed=5)
    uncertain = covariance(rate(arena, specification))
    estimate = by_definition(uncertain.strengths, uncertain.names, catalogue, GROUPS[group], 15, 2)
    drawn = [by_definition(draw, uncertain.names, catalogue, GROUPS[group], 15, 2) for draw in uncertain.draws(60, 5)]
    for m, metric in enumerate(("best", "mean of k best", "share of top", "number in top")):
        rows = frame[(frame["group"] == group) & (frame["metric"] == metric)].set_index("country")
        expected = {country: values[m] for country, values in estimate.items() if values[m] is not None}
        assert set(rows.index) == set(expected)
        table = pd.DataFrame([{country: values[m] for country, values in draw.items()} for draw in drawn])[list(rows.index)].astype(float)
        assert rows["estimate"].to_dict() == pytest.approx(expected, abs=1e-6)
        assert rows["lower"].to_numpy() == pytest.approx(np.quantile(table, 0.025, axis=0, method="weibull"), abs=1e-6)
        assert rows["upper"].to_numpy() == pytest.approx(np.quantile(table, 0.975, axis=0, method="weibull"), abs=1e-6)
        leads = table.eq(table.max(axis=1), axis=0)
        assert rows["p_leads"].to_numpy() == pytest.approx(leads.div(leads.sum(axis=1), axis=0).mean().to_numpy(), abs=1e-9)
        assert rows["corrected"].to_numpy() == pytest.approx(2 * rows["estimate"].to_numpy() - table.mean().to_numpy(), abs=1e-6)
        gap = table.iloc[:, 0] - table.iloc[:, 1]
        first = rows.iloc[0]
        assert first["gap"] == pytest.approx(first["estimate"] - rows.iloc[1]["estimate"])
        assert (first["gap_lower"], first["gap_upper"]) == pytest.approx(tuple(np.quantile(gap, [0.025, 0.975], method="weibull")), abs=1e-6)
        if metric == "best":
            assert first["win_probability"] == pytest.approx(1 / (1 + 10 ** (-first["gap"] / 400)))


def test_grid_lines_equal_each_specification_alone(arena, catalogue):
    base = Specification()
    table = specification_table(CountryAnalysis(arena, catalogue, n_draws=200), base)
    specifications = list(grid(base))
    assert len(set(specifications)) == len(specifications) == table["specification"].nunique() >= 100
    for number in (1, 77, 300, 512, len(specifications)):
        alone = country_ranking(arena, catalogue, specifications[number - 1], n_draws=200)
        first = alone[alone["rank"] == 1].set_index(["group", "metric"])
        lines = table[table["specification"] == number].set_index(["group", "metric"])
        assert list(first.index) == list(lines.index)
        for name in ("country", "estimate", "p_leads", "gap", "gap_lower", "gap_upper", "win_probability"):
            pd.testing.assert_series_equal(first[name], lines[name], check_exact=True)


def test_summary_counts_and_flips():
    """Two choices, one of which changes the leader."""
    usual = Specification()
    lines = [
        {"group": "all", "metric": "best", **usual.as_dict(), "country": "US", "gap": 10.0},
        {"group": "all", "metric": "best", **Specification(top=10).as_dict(), "country": "US", "gap": 30.0},
        {"group": "all", "metric": "best", **Specification(k=1).as_dict(), "country": "CN", "gap": 5.0},
        {"group": "all", "metric": "best", **Specification(k=5, top=50).as_dict(), "country": "CN", "gap": 6.0},
        {"group": "all", "metric": "best", **Specification(top=50).as_dict(), "country": "US", "gap": 20.0},
    ]
    row = specification_summary(pd.DataFrame(lines), usual).iloc[0]
    assert (row["leader"], row["n_leads"], row["n_specifications"], row["gap_min"], row["gap_max"]) == ("US", 3, 5, 10.0, 30.0)
    assert row["flips"] == "k=1"


@pytest.mark.parametrize(
    ("choice", "value"),
    [
        ("ties", "win"),
        ("both_bad", "half"),
        ("open_weights", "yes"),
        ("intervals", "bayes"),
        ("existence", "ignore"),
        ("confidence_level", 95),
        ("minimum_votes", -1),
        ("top", 0),
        ("k", 2.5),
        ("size_threshold", float("nan")),
    ],
)
def test_specification_refuses(choice, value):
    with pytest.raises(OptionError, match=choice):
        Specification(**{choice: value})


def test_unknown_models_hold_places_and_credit_nobody(arena, catalogue):
    nameless = catalogue.copy()
    nameless.loc["chatgpt-4o-latest", "country"] = ""
    frame = country_ranking(arena, nameless, Specification(top=1, k=1), n_draws=50)
    top = frame[(frame["group"] == "all") & (frame["metric"] == "number in top")]
    assert top["estimate"].eq(0).all()
    best = frame[(frame["group"] == "all") & (frame["metric"] == "best")].iloc[0]
    assert best["country"] == "US"
    assert best["n_models"] == (catalogue["country"] == "US").sum() - 1


def test_nothing_known(arena, catalogue):
    with pytest.raises(InputError, match="no competitor has a country"):
        country_ranking(arena, catalogue.assign(country=""))
    with pytest.raises(InputError, match="fewer than two"):
        country_ranking(arena, catalogue, Specification(minimum_votes=10**9))
