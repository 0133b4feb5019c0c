"""Country rankings against a slow twin; what a specification refuses; models that are not known."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from recount import figures
from recount.data import read_catalogue
from recount.engine import ELO, InputError, OptionError, covariance
from recount.engine.choices import Anchor, Resampling, Weights
from recount.engine.uncertainty.posterior import shrunken_draws
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.order_of_countries import p_leads
from recount.sims.presentation import Table
from recount.sims.presentation.headlines import headline
from recount.sims.specification import Specification
from tests.catalogues import among
from tests.logs import frame_of
from tests.random_logs import voted
from tests.tables import countries as ranked


@pytest.fixture(scope="module")
def arena():
    """The bundled votes, read once; what is computed of them is kept."""
    return analyse()


@pytest.fixture(scope="module")
def catalogue():
    return read_catalogue().models


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


@pytest.mark.parametrize("country_draws", ["posterior", "estimates"])
@pytest.mark.parametrize("group", GROUPS)
def test_ranking_by_definition(arena, catalogue, group, country_draws):
    choices = {"open_weights": "commercial", "size_threshold": 65.0, "top": 15, "k": 2, "minimum_votes": 2000, "country_draws": country_draws}
    specification = Specification(**choices, n_draws=60, seed=5)
    analysis = arena.under(specification)
    frame = analysis.countries(among(catalogue)).to_frame()
    uncertain = covariance(analysis.fit)
    estimate = by_definition(uncertain.strengths, uncertain.names, catalogue, GROUPS[group], 15, 2)
    countries = [catalogue["country"].get(name, "") for name in uncertain.names]
    given = shrunken_draws(uncertain, 60, 5, countries) if country_draws == "posterior" else uncertain.draws(60, 5)
    drawn = [by_definition(draw, uncertain.names, catalogue, GROUPS[group], 15, 2) for draw in given]
    for m, metric in enumerate(("best", "mean of k best", "share of top", "number in top")):
        rows = frame[(frame["group"] == group) & (frame["metric"] == metric)].set_index("country")
        expected = {country: values[m] for country, values in estimate.items() if values[m] is not None}
        assert set(rows.index) == set(expected)
        table = pd.DataFrame([{country: values[m] for country, values in draw.items()} for draw in drawn])[list(rows.index)].astype(float)
        if country_draws == "posterior":
            # Of 60 the 30th.
            expected = table.apply(np.sort).iloc[29].to_dict()
        assert rows["estimate"].to_dict() == pytest.approx(expected, abs=1e-6)
        lower, upper = (np.quantile(table, level, axis=0, method="weibull") for level in (0.025, 0.975))
        n_top = {"share of top": min(15, rows["n_models"].sum()), "number in top": 1}.get(metric)
        if n_top:
            lower, upper = np.floor(lower * n_top + 1e-6) / n_top, np.ceil(upper * n_top - 1e-6) / n_top
        assert rows["lower"].to_numpy() == pytest.approx(np.minimum(lower, rows["estimate"]), abs=1e-6)
        assert rows["upper"].to_numpy() == pytest.approx(np.maximum(upper, rows["estimate"]), abs=1e-6)
        leads = table.eq(table.max(axis=1), axis=0)
        assert rows["p_leads"].to_numpy() == pytest.approx(leads.div(leads.sum(axis=1), axis=0).mean().to_numpy(), abs=1e-9)
        gap = table.iloc[:, 0] - table.iloc[:, 1]
        first = rows.iloc[0]
        # Of strengths, the median of the difference; of two that are as good as equal that can have another sign than their order.
        expected_gap = gap.sort_values().iloc[29] if country_draws == "posterior" else first["estimate"] - rows.iloc[1]["estimate"]
        assert first["gap"] == pytest.approx(expected_gap if expected_gap > 0 else first["estimate"] - rows.iloc[1]["estimate"], abs=1e-6)
        lower, upper = np.quantile(gap, [0.025, 0.975], method="weibull")
        if n_top:
            lower, upper = np.floor(lower * n_top + 1e-6) / n_top, np.ceil(upper * n_top - 1e-6) / n_top
        assert (first["gap_lower"], first["gap_upper"]) == pytest.approx((min(lower, first["gap"]), max(upper, first["gap"])), abs=1e-6)
        if metric == "best":
            assert first["expected_score"] == pytest.approx(1 / (1 + 10 ** (-first["gap"] / 400)))


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
    table = arena.under(Specification(top=1, k=1, n_draws=50)).countries(among(nameless))
    frame = table.to_frame()
    top = frame[(frame["group"] == "all") & (frame["metric"] == "number in top")]
    assert top["estimate"].eq(0).all()
    best = frame[(frame["group"] == "all") & (frame["metric"] == "best")].iloc[0]
    assert best["country"] == "US"
    assert best["n_models"] == (catalogue.loc[list(arena.names), "country"] == "US").sum() - 1
    assert any(note.startswith("1 of 129 competitors have no country in the catalogue: ") and "'chatgpt-4o-latest'" in note for note in table.notes)


def test_nothing_known(arena, catalogue):
    with pytest.raises(InputError, match="no competitor has a country"):
        arena.countries(among(catalogue.assign(country="")))
    with pytest.raises(InputError, match="fewer than two"):
        arena.under(Specification(minimum_votes=10**9)).countries(among(catalogue))
    with pytest.raises(InputError, match=r"there is nothing to rank: group 'all' has no model of a known country"):
        arena.under(Specification(minimum_votes=20_000, n_draws=20)).countries(among(catalogue.assign(country=few_with_a_country(catalogue))))


def few_with_a_country(catalogue):
    """A country for one model alone, which has fewer than 20,000 votes."""
    return np.where(catalogue.index == "RWKV-4-Raven-14B", "CN", "")


def test_an_anchor_shifts_points_and_nothing_else(arena, catalogue):
    plain, shifted = (
        arena.under(Specification(n_draws=50, anchor=anchor)).countries(among(catalogue)).to_frame()
        for anchor in (None, Anchor("mixtral-8x7b-instruct-v0.1", 1114.0))
    )
    constant = 1114 - arena.scale.ratings(arena.fit.strengths)[arena.names.index("mixtral-8x7b-instruct-v0.1")]
    points = plain["metric"].isin(["best", "mean of k best"])
    for name in ("estimate", "lower", "upper"):
        assert (shifted[name] - plain[name]).to_numpy() == pytest.approx(np.where(points, constant, 0.0), abs=1e-9)
    for name in ("rank", "country", "p_leads"):
        pd.testing.assert_series_equal(shifted[name], plain[name])
    assert shifted["gap"].to_numpy() == pytest.approx(plain["gap"].to_numpy(), abs=1e-9, nan_ok=True)


def test_given_ratings_are_ranked_as_the_votes_that_made_them(arena, catalogue):
    """Under every specification of the votes they are the same; what is asked of them may differ."""
    specification = Specification(n_draws=40, k=2)
    given = Analysis(arena.uncertainty, specification)
    pd.testing.assert_frame_equal(given.countries(among(catalogue)).to_frame(), arena.under(specification).countries(among(catalogue)).to_frame())
    other = given.under(specification.but(minimum_votes=5000))
    pd.testing.assert_frame_equal(other.countries(among(catalogue)).to_frame(), given.countries(among(catalogue)).to_frame())
    summary, lines, *_ = given.multiverse(among(catalogue))
    assert set(lines.frame["ties"]) == {"half"}
    assert set(lines.frame["top"]) == {10, 20, 50}
    assert not any(note.startswith("the grid varies ties") for note in summary.notes)


PEOPLE = pd.DataFrame(
    {
        "organisation": ["p", "p", "q", "r", "", "s"],
        "country": ["US", "US", "US", "CN", "CN", ""],
        "licence_class": ["proprietary", "open_weights", "open_source", "open_weights", "proprietary", "open_source"],
        "total_parameters_b": [np.nan, 70.0, 7.0, 40.0, np.nan, 100.0],
    },
    index=[f"m{i}" for i in range(6)],
)


@pytest.mark.parametrize(
    "choices",
    [
        {"clusters": ("voter",)},
        {"clusters": ("voter", "prompt"), "ties": "davidson"},
        {"weights": Weights.voters("voter")},
        {"intervals": Resampling(n_replicates=60), "clusters": ("voter",), "seed": 4},
        {"intervals": Resampling("bayes", n_replicates=60), "minimum_votes": 100},
    ],
)
def test_any_analysis(choices):
    """Clusters, weights and bootstraps move the draws of which the metrics are made, and these alone."""
    analysis = analyse(frame_of(voted()), **choices)
    n_draws = analysis.uncertainty.draws(None).shape[0]
    countries = [PEOPLE["country"].get(name, "") for name in analysis.names]
    draws = shrunken_draws(analysis.uncertainty, n_draws, analysis.specification.seed, countries)
    frame = analysis.countries(among(PEOPLE)).to_frame()
    best = frame[(frame["group"] == "all") & (frame["metric"] == "best")].set_index("country")
    of = {country: [analysis.names.index(name) for name in PEOPLE.index[PEOPLE["country"] == country]] for country in ("US", "CN")}
    gap = draws[:, of["US"]].max(axis=1) - draws[:, of["CN"]].max(axis=1)
    assert best.loc["US", "p_leads"] == pytest.approx((gap > 0).mean())
    assert best.loc["CN", "p_leads"] == pytest.approx((gap < 0).mean())
    first = best.index[0]
    ends = np.quantile(ELO * (gap if first == "US" else -gap), [0.025, 0.975], method="weibull")
    assert tuple(best.loc[first, ["gap_lower", "gap_upper"]]) == pytest.approx(tuple(ends), abs=1e-6)
    assert best["n_models"].to_dict() == {"US": 3, "CN": 2}


def test_steps_in_common_are_computed_once(arena, catalogue):
    """A choice of what is asked fits nothing again, nor does a metric that does not ask it; the same facts are the same, whoever holds them."""
    one = among(catalogue)
    arena.under(Specification(n_draws=30)).countries(one)
    kept = set(arena.kept._results)
    arena.under(Specification(n_draws=30)).countries(among(catalogue.copy()))
    # Facts are looked up once in each catalogue.
    assert {step for step, _ in set(arena.kept._results) - kept} == {"facts"}
    kept = set(arena.kept._results)
    arena.under(Specification(n_draws=30, k=2)).countries(one)
    assert sorted(key[1] for step, key in set(arena.kept._results) - kept if step == "ranks of countries") == ["mean of k best"] * 3
    assert {step for step, _ in set(arena.kept._results) - kept} == {"ranks of countries"}


def test_a_model_that_a_replicate_cannot_rate_is_nobodys_best():
    """NaN of a replicate counts as the worst, in every metric."""
    analysis = analyse(frame_of(voted()), intervals=Resampling(n_replicates=20), top=2, k=1)
    analysis.draws[3, analysis.names.index("m0")] = np.nan
    frame = analysis.countries(among(PEOPLE)).to_frame()
    assert frame["p_leads"].between(0, 1).all()
    assert frame[frame["metric"] == "number in top"]["upper"].notna().all()


def test_exact_ties_of_replicates_are_shared():
    """One model a country, 11 votes to 9: the first leads as often as a binomial variable of 20 is above 10, and half as often as it is 10."""
    frame = pd.DataFrame({"model_a": "x", "model_b": "y", "winner": ["model_a"] * 11 + ["model_b"] * 9})
    people = PEOPLE.iloc[:2].set_axis(["x", "y"]).assign(country=["US", "CN"])
    found = analyse(frame, intervals=Resampling(n_replicates=20_000), k=1, country_draws="estimates").countries(among(people)).to_frame()
    law = binom(20, 11 / 20)
    for metric in ("best", "mean of k best"):
        leads = found[(found["group"] == "all") & (found["metric"] == metric)].set_index("country")["p_leads"]
        assert leads["US"] == pytest.approx(law.sf(10) + law.pmf(10) / 2, abs=0.012)
    assert p_leads(np.array([[0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1, 0.5], [np.inf, np.inf, 0.0]])) == pytest.approx([0.5, 0.5, 0.0])


def test_nobody_leads_with_a_probability_where_nothing_is_estimated():
    """All models are in the top 20, and one country alone has three organisations; by the best model somebody leads."""
    countries = analyse(frame_of(voted())).countries(among(PEOPLE.assign(country=["US", "US", "US", "CN", "CN", "FR"], organisation=list("abcdde"))))
    frame = countries.frame[countries.frame["group"] == "all"]
    told = frame.groupby("metric")["p_leads"].agg(lambda p: bool(p.notna().all())).to_dict()
    assert told == {"best": True, "mean of k best": False, "share of top": False, "number in top": False}
    assert set(figures.country_metrics(countries, "all").frame["metric"]) == {"best", "mean of k best"}
    of_large = "1 each of the 3 best models among large models are of CN, FR and the US"
    assert figures.share_stacks(countries).sentence == f"3 of the 6 best models among all models are of the US; {of_large}."


def test_the_lead_by_other_metrics_stands_in_the_same_sentence():
    """Who reads one sentence, or the title of the figure of a group, is told of every country that leads by some metric."""
    table, other = ranked(), ranked().iloc[2:4].assign(country=["CN", "US"], p_leads=[0.97, 0.03])
    frame = pd.concat([table.iloc[:2], other, other.assign(metric="number in top")])
    ahead = "The US has the best model of all (P = 0.98), 21 points ahead of CN (95 % interval 12 to 30)"
    both = f"{ahead}; but CN leads by share of top (P = 0.97) and number in top (P = 0.97)."
    assert headline("countries", frame) == both
    assert figures.country_metrics(Table("countries", frame), "all").sentence == both
    shared = pd.concat([frame.iloc[:2], other.assign(rank=1, p_leads=0.5)])
    assert headline("countries", shared) == f"{ahead}; but CN and the US share the lead by share of top."
    # What is counted however models are rated is nobody's lead.
    counted = frame.assign(p_leads=frame["p_leads"].where(frame["metric"] == "best"))
    assert headline("countries", counted) == f"{ahead}."


def test_what_is_ranked_of_models_of_unknown_country_is_told_where_it_is_quoted():
    known = "all rated models, of the 3 of 11 whose country is known"
    frame = ranked().iloc[:4].assign(group_meaning=known, metric_meaning="m")
    assert headline("countries", frame).startswith("The US has the best model of the 3 of 11 whose country is known (P = 0.98)")
    assert "among the 3 of 11 models whose country is known" in headline("countries", frame.assign(metric="lag").iloc[:2])


def test_the_best_models_are_of_all_whosever_they_are():
    """Of six models the country of two is not known, one of them the best of all."""
    s = Specification(groups=("all",), metrics=("number in top", "share of top"), top=3)
    analysis = analyse(frame_of(voted()), s)
    best_first = analysis.leaderboard().frame["competitor"].tolist()
    known = PEOPLE.assign(country=pd.Series(["", "US", "CN", "CN", "", "FR"], index=best_first))
    countries = analysis.countries(among(known))
    assert countries.frame["group_meaning"].str.startswith("all rated models, of which the country of 4 of 6 is known, and a model of").all()
    said = figures.share_stacks(countries).sentence
    assert said.endswith("of the 3 best models among all models is of CN, and of 1 it is not known whose they are.")
    assert "among all models" in headline("countries", countries.frame)


def test_leaders_have_an_interval_together_only_where_it_is_the_same():
    number = {"group": "all", "metric": "number in top", "unit": "models", "rank": 1, "estimate": 1.0, "p_leads": 0.5, "gap": 0.0}
    ends = [("CN", 0.0, 1.0), ("US", 1.0, 1.0)]
    rows = [{**number, "country": who, "lower": lower, "upper": upper, "gap_lower": 0.0, "gap_upper": 1.0} for who, lower, upper in ends]
    shares = [{**row, "metric": "share of top", "unit": "share", "estimate": 0.5, "lower": row["lower"] / 2, "upper": 0.5} for row in rows]
    said = figures.share_stacks(Table("countries", pd.DataFrame([*rows, *shares]))).sentence
    assert said == "1 each of the 2 best models among all models are of CN and the US."
    alike = pd.DataFrame([*rows, *shares]).assign(lower=0.0)
    assert figures.share_stacks(Table("countries", alike)).sentence.startswith("1 (0 to 1) each of the 2 best models")
