"""Every metric of countries against its definition, model by model and draw by draw; what must change nothing."""

from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recount.data import Board
from recount.engine import ELO, OptionError
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.groups import GROUPS
from recount.sims.countries.metrics import METRICS
from recount.sims.specification import Specification
from recount.sims.specification.country_choices import CountryGroup, CountryMetric
from tests.catalogues import among
from tests.country_groups import group_by_hand

SETTINGS = settings(max_examples=25, deadline=None, derandomize=True)


def world(seed, n=14):
    """Models of three countries, some of two and some of none, with organisations, releases and sizes, of which some are not known."""
    rng = np.random.default_rng(seed)
    draws = rng.normal(0, 1, (5, n)).round(1)
    parts = np.zeros((3, n))
    parts[rng.integers(0, 3, n), np.arange(n)] = 1.0
    parts[:, rng.random(n) < 0.2] = 0.0
    parts[:2, rng.random(n) < 0.2] = 0.5
    parts[np.arange(3), np.arange(3)] = 1.0
    released = np.where(rng.random(n) < 0.8, rng.integers(0, 30, n), np.nan)
    size = np.where(rng.random(n) < 0.8, rng.choice([7.0, 13.0, 70.0, 400.0], n), np.nan)
    size[[0, 1, 2]] = [7.0, 13.0, 70.0]
    return group_by_hand(draws, parts, np.array(list("pqrst"))[rng.integers(0, 5, n)], released, size)


def share_of_places(row, n_top):
    """The part of a place that each model has, by counting those above it and level with it."""
    above = np.array([(row > x).sum() for x in row])
    level = np.array([(row == x).sum() for x in row])
    return np.clip((n_top - above) / level, 0, 1)


def by_definition(metric, row, group, asked):
    """The metric of each country in one draw, the slow way; NaN where it is not defined."""
    m, found = group.members, []
    n, n_top = row.size, min(asked.top, row.size)
    places = share_of_places(row, n_top)
    for c in range(len(group.countries)):
        own = [i for i in range(n) if m.parts[c, i] > 0]
        others = [i for i in range(n) if m.parts[c, i] == 0]
        part = m.parts[c]
        best = max(row[own])
        if metric == "best":
            found.append(best)
        elif metric == "mean of k best":
            of_each = sorted((max(row[i] for i in own if m.organisation[i] == o) for o in {m.organisation[i] for i in own}), reverse=True)
            found.append(np.mean(of_each[: asked.k]) if len(of_each) >= asked.k else np.nan)
        elif metric in ("share of top", "rank-probability mass"):
            found.append(sum(part[i] * places[i] for i in own) / n_top)
        elif metric == "number in top":
            found.append(sum(part[i] * places[i] for i in own))
        elif metric == "Elo-weighted share of top":
            weight = [places[i] * 10 ** (ELO * row[i] / 400) for i in range(n)]
            found.append(sum(part[i] * weight[i] for i in own) / sum(weight))
        elif metric in ("number above", "organisations above"):
            level = (asked.above.points - 1000) / ELO if asked.above.is_absolute else max(row) - asked.above.points / ELO
            reached = [i for i in own if row[i] >= level]
            found.append(sum(part[i] for i in reached) if metric == "number above" else len({m.organisation[i] for i in reached}))
        elif metric == "concentration in top":
            of_each = [sum(part[i] * places[i] for i in own if m.organisation[i] == o) for o in set(m.organisation)]
            found.append(sum((x / sum(of_each)) ** 2 for x in of_each) if sum(of_each) else np.nan)
        elif metric == "lead over others":
            found.append(best - max(row[others]))
        elif metric == "chance against others":
            found.append(1 / (1 + np.exp(max(row[others]) - best)))
        elif metric == "lag":
            level = best - asked.lag_tolerance / ELO
            dated = [i for i in range(n) if row[i] >= level and not np.isnan(m.released[i])]
            first_best = next(i for i in own if row[i] == best)
            known = not np.isnan(m.released[first_best])
            if all(i in own for i in range(n) if row[i] >= level):
                found.append(0.0)
            else:
                found.append(min(m.released[i] for i in dated if i in own) - min(m.released[i] for i in dated) if known else np.nan)
        elif metric == "rating at equal size":
            found.append(np.nan)
        else:
            on = [i for i in own if m.size[i] > 0 and all(row[i] >= row[j] for j in range(n) if m.size[j] <= m.size[i])]
            found.append(sum(part[i] for i in on))
    if metric == "rating at equal size":
        rows = [(c, i) for c in range(len(group.countries)) for i in range(n) if m.parts[c, i] > 0 and m.size[i] > 0]
        x = np.zeros((len(rows), len(group.countries) + 1))
        for line, (c, i) in enumerate(rows):
            x[line, [c, -1]] = 1.0, np.log(m.size[i])
        weight = np.sqrt([m.parts[c, i] for c, i in rows])
        solved = np.linalg.lstsq(x * weight[:, None], weight * row[[i for _, i in rows]], rcond=None)[0]
        found = list(solved[:-1] + solved[-1] * np.log(m.size[m.size > 0]).mean())
    return np.array(found, float)


def test_every_metric_and_every_group_has_its_name():
    assert tuple(METRICS) == get_args(CountryMetric)
    assert tuple(GROUPS) == get_args(CountryGroup)
    methods = (Path(__file__).parents[1] / "docs" / "methods.md").read_text(encoding="utf-8")
    defined = {name.strip() for line in methods.splitlines() if line.startswith("| ") for name in line.split("|")[1].split(",")}
    assert set(METRICS) <= defined
    section = methods[methods.index("**Groups**") :]
    assert all(group in section for group in GROUPS)


ASKED = [
    Specification(top=5, k=2),
    Specification.from_dict({"top": 3, "k": 1, "above": "1050", "lag_tolerance": 60.0}),
    Specification.from_dict({"top": 100, "k": 3, "above": "best-0"}),
]


@pytest.mark.parametrize("asked", range(len(ASKED)))
@pytest.mark.parametrize("metric", METRICS)
def test_metric_by_definition(metric, asked):
    """With equal models, models of several countries and of none."""
    for seed in range(12):
        group = world(seed)
        found = METRICS[metric].compute(group, ASKED[asked])
        expected = np.array([by_definition(metric, row, group, ASKED[asked]) for row in group.draws])
        np.testing.assert_allclose(found, expected, atol=1e-9, err_msg=f"{metric}, world {seed}")
        lower, upper = METRICS[metric].possible(group, ASKED[asked])
        assert ((found >= lower - 1e-12) | np.isnan(found)).all()
        assert ((found <= upper + 1e-12) | np.isnan(found)).all()
        if places := METRICS[metric].places(group, ASKED[asked]):
            whole = found[np.isfinite(found)] * places
            # Models that tie for the last places share them.
            assert np.allclose(whole, np.round(whole)) or "top" in metric or "mass" in metric


def test_masses_and_weighted_shares_of_all_add_up():
    """Those of countries and of models without one; medians need not."""
    group = group_by_hand(np.random.default_rng(1).normal(size=(400, 9)), np.eye(9)[:8])
    for metric in ("rank-probability mass", "Elo-weighted share of top"):
        found = METRICS[metric].compute(group, Specification(top=4))
        everybody = group_by_hand(group.draws, [np.r_[np.zeros(8), 1.0]])
        rest = METRICS[metric].compute(everybody, Specification(top=4))
        assert found.sum(axis=1) + rest[:, 0] == pytest.approx(np.ones(400))


def test_an_unbeaten_model_has_all_the_weight():
    group = group_by_hand([[0.0, 1.0, 2.0], [np.inf, 1.0, 2.0], [0.0, -np.inf, 2.0]], np.eye(3))
    found = METRICS["Elo-weighted share of top"].compute(group, Specification(top=3))
    assert found[1].tolist() == [1.0, 0.0, 0.0]
    assert found[2] == pytest.approx([1 / (1 + np.exp(2)), 0.0, np.exp(2) / (1 + np.exp(2))])


@SETTINGS
@given(seed=st.integers(0, 10**6), shift=st.floats(-3, 3))
def test_a_constant_added_to_all_ratings_changes_nothing(seed, shift):
    """Ratings move by it; nothing else does, which the raw share of ratings would."""
    # Of equal models rounding would decide who ties.
    apart = distinct(world(seed))
    shifted = group_by_hand(apart.draws + shift, apart.members.parts, apart.members.organisation, apart.members.released, apart.members.size)
    for name, metric in METRICS.items():
        by = shift if metric.unit == "rating" else 0.0
        np.testing.assert_allclose(
            metric.compute(shifted, Specification(top=6)) - by, metric.compute(apart, Specification(top=6)), atol=1e-9, err_msg=name
        )


def distinct(group):
    """The same group with no two models equal, nor any at a level of another."""
    draws = group.draws + np.arange(group.draws.shape[1]) * 1.1e-4
    return group_by_hand(draws, group.members.parts, group.members.organisation, group.members.released, group.members.size)


NAMES = [f"{maker}-{size}{ending}" for maker in "abcde" for size, ending in ((7, ""), (70, ""), (70, "-preview"), (70, "-20250601"))]


def board_of(ratings, errors, names=NAMES):
    n = len(names)
    unknown = np.full(n, np.nan)
    return Board(tuple(names), np.array(ratings, float), np.array(errors, float) ** 2, unknown, unknown.copy(), ("",) * n, ("",) * n)


def people(names=NAMES):
    """Facts of the models; c is of two countries, e made from b's, d is held by a parent elsewhere."""
    makers = [name[0] for name in names]
    facts = {"a": ("US", ""), "b": ("CN", ""), "c": ("FR | DE", ""), "d": ("GB", ""), "e": ("US", "b-7")}
    sizes = [float(name.split("-")[1]) for name in names]
    return pd.DataFrame(
        {
            "spellings": "",
            "organisation": [f"lab {maker}" for maker in makers],
            "country": [facts[maker][0] for maker in makers],
            "base_model": [facts[maker][1] for maker in makers],
            "licence_class": ["proprietary" if maker == "a" else "open_source" for maker in makers],
            "total_parameters_b": sizes,
            "active_parameters_b": [size / 10 for size in sizes],
            "release_date": [f"2025-0{1 + i % 9}" if i % 3 else f"2025-0{1 + i % 9}-1{i % 10}" for i in range(len(names))],
        },
        index=list(names),
    )


RATINGS = 1200 + 60 * np.random.default_rng(4).normal(size=len(NAMES))
ERRORS = np.full(len(NAMES), 8.0)


def ranked(board=None, catalogue=None, **choices):
    every = {"groups": "every", "metrics": "every", "top": 10, "k": 1, "n_draws": 200} | choices
    table = Analysis(board or board_of(RATINGS, ERRORS), Specification(**every)).countries(among(people() if catalogue is None else catalogue))
    return table


def test_shifts_new_names_and_another_order_change_nothing():
    """Of the ratings' constant, of names, and of the rows of catalogue and board; ratings move with the constant."""
    base = ranked().frame
    shifted = ranked(board_of(RATINGS + 250, ERRORS)).frame
    of_ratings = base["metric"].isin([name for name, metric in METRICS.items() if metric.unit == "rating"])
    for name in ("estimate", "lower", "upper"):
        by = np.where(of_ratings, 250.0, 0.0)
        np.testing.assert_allclose(shifted[name] - by, base[name], atol=1e-8)
    unmoved = [name for name in base if name not in ("estimate", "lower", "upper")]
    pd.testing.assert_frame_equal(shifted[unmoved], base[unmoved], atol=1e-8)
    pd.testing.assert_frame_equal(ranked(catalogue=people().sample(frac=1, random_state=2)).frame, base)
    order = np.random.default_rng(3).permutation(len(NAMES))
    other = [f"m{i}" for i in range(len(NAMES))]
    renamed = people().set_axis(other).replace({"base_model": {"b-7": other[NAMES.index("b-7")]}})
    pd.testing.assert_frame_equal(
        ranked(board_of(RATINGS[order], ERRORS[order], [other[i] for i in order]), renamed, variants="apart").frame, base, atol=1e-8
    )


@pytest.mark.parametrize("draws", ["estimates", "posterior"])
def test_a_weak_model_far_below_changes_no_frontier(draws):
    """One of a new country, 900 points below: nobody's best, lead, number above or place changes beyond Monte-Carlo error."""
    names = [*NAMES, "z-7"]
    more = board_of(np.append(RATINGS, 300.0), np.append(ERRORS, 8.0), names)
    catalogue = people(NAMES)
    weak = pd.concat([catalogue, catalogue.iloc[[0]].set_axis(["z-7"]).assign(organisation="lab z", country="JP")])
    metrics = ("best", "lead over others", "number above", "organisations above", "number in top", "rank-probability mass")
    before, after = (
        ranked(board, facts, metrics=metrics, groups="all", country_draws=draws).frame.set_index(["metric", "country"])["estimate"]
        for board, facts in ((None, catalogue), (more, weak))
    )
    # Only differences mean something: the mean of a board is another with one more.
    for metric in metrics:
        atol = 2.5 if draws == "posterior" else 0.02 if metric == "rank-probability mass" else 1e-6
        np.testing.assert_allclose(after.loc[metric].drop("JP").sort_index(), before.loc[metric].sort_index(), atol=atol, err_msg=metric)


def best_of(**choices):
    frame = ranked(metrics="best", country_draws="estimates", groups="all", **choices).frame
    return frame.set_index("country")["estimate"]


def test_whose_models_are():
    """By head office, parent, base model; organisations; blocs, known or named; a model of two countries counts for each, or half for each."""
    best = {maker: RATINGS[[i for i, name in enumerate(NAMES) if name[0] == maker]].max() for maker in "abcde"}
    assert best_of().to_dict() == pytest.approx({"US": max(best["a"], best["e"]), "CN": best["b"], "FR": best["c"], "DE": best["c"], "GB": best["d"]})
    assert best_of(attribution="base model")["US"] == pytest.approx(best["a"])
    assert best_of(attribution="base model")["CN"] == pytest.approx(max(best["b"], best["e"]))
    assert best_of(blocs=Specification.from_dict({"blocs": "EU"}).blocs)["EU"] == pytest.approx(best["c"])
    named = best_of(blocs=Specification.from_dict({"blocs": "west=US,GB"}).blocs)
    assert named["west"] == pytest.approx(max(best["a"], best["d"], best["e"]))
    assert "US" not in named
    assert best_of(entity="organisation").to_dict() == pytest.approx({f"lab {maker}": best[maker] for maker in "abcde"})
    number = {
        how: ranked(metrics="number in top", groups="all", top=20, counting=how).frame.set_index("country")["estimate"]
        for how in ("whole", "fractional")
    }
    assert number["whole"].to_dict() == {"US": 8, "CN": 4, "GB": 4, "FR": 4, "DE": 4}
    assert number["fractional"].to_dict() == {"US": 8, "CN": 4, "GB": 4, "FR": 2, "DE": 2}
    eu = ranked(metrics="number in top", groups="all", top=20, counting="fractional", blocs=Specification.from_dict({"blocs": "EU"}).blocs)
    assert eu.frame.set_index("country")["estimate"]["EU"] == 4


def test_variants_are_one_model():
    """A preview and a dated checkpoint are; a size is not. One that the catalogue calls a variant is, whatever its name."""
    apart, merged = (ranked(metrics="number in top", groups="all", top=20, variants=how) for how in ("apart", "merged"))
    assert apart.frame["estimate"].sum() == 20 + 4
    assert merged.frame.set_index("country")["estimate"].to_dict() == {"US": 4, "CN": 2, "GB": 2, "FR": 2, "DE": 2}
    assert "group 'all': 20 models are 10, with variants merged" in merged.notes
    stated = people().assign(variant_of=[f"{name[0]}-70" for name in NAMES])
    assert ranked(catalogue=stated, metrics="number in top", groups="all", top=20, variants="merged").frame["estimate"].sum() == 5 + 1
    best, best_merged = (best_of(variants=how) for how in ("apart", "merged"))
    pd.testing.assert_series_equal(best_merged, best)


def test_who_is_ranked_at_all():
    """By release, size and retirement; each says how many it leaves out, and of how many it does not know."""
    catalogue = people()
    catalogue.loc["b-7", "release_date"] = ""
    since = ranked(catalogue=catalogue, metrics="best", groups="all", released=Specification.from_dict({"released_since": "2025-04-01"}).released)
    known = [name for name in NAMES if name != "b-7" and catalogue.loc[name, "release_date"] >= "2025-04"]
    assert since.frame.set_index("country")["n_models"].sum() == sum(1 + (name[0] == "c") for name in known)
    out = len(NAMES) - len(known)
    assert f"released_since is 2025-04-01 leaves {out} of 20 competitors out; of 1 the catalogue does not know when it was released" in since.notes
    large = ranked(metrics="best", groups="all", parameters_from=70)
    assert large.frame.set_index("country")["n_models"].to_dict() == {"US": 6, "CN": 3, "GB": 3, "FR": 3, "DE": 3}
    active = ranked(metrics="best", groups="all", parameters_from=7, parameters="active")
    pd.testing.assert_frame_equal(active.frame, large.frame)
    retired = people().assign(retired=["2025-03-01" if name == "a-7" else "" for name in NAMES])
    assert ranked(catalogue=retired, metrics="best", groups="all", retired="out").frame.set_index("country")["n_models"]["US"] == 7


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"retired": "out"}, "knows of no model whether it is retired"),
        ({"released": Specification.from_dict({"released_until": "2025-04-01"}).released}, "knows of no model when it was released"),
        ({"parameters_from": 7.0}, "knows of no model how large it is"),
        ({"blocs": Specification.from_dict({"blocs": "x=UK,US"}).blocs}, "'UK'"),
        ({"top": 21}, "the board has 20 models"),
    ],
)
def test_a_choice_without_data_is_refused(choices, said):
    bare = people().drop(columns=["release_date", "total_parameters_b", "active_parameters_b"])
    with pytest.raises(OptionError, match=said):
        ranked(catalogue=bare, metrics="best", groups="all", **choices)


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"above": "best-x"}, "best-POINTS"),
        ({"above": "best--3"}, "best-POINTS"),
        ({"above": "nan"}, "best-POINTS"),
        ({"blocs": "EC"}, "EU, EEA"),
        ({"blocs": "x=US"}, "two or more"),
        ({"blocs": "x=us,gb"}, "capital"),
        ({"blocs": ("EU", "EEA")}, "in both"),
        ({"blocs": ("EU", "EU")}, "twice"),
        ({"entity": "organisation", "blocs": "EU"}, "entity='organisation'"),
        ({"released_since": "2025-13-01"}, "released_since is '2025-13-01'"),
        ({"released_since": "2025-03-02", "released_until": "2025-03-01"}, "after"),
        ({"groups": "medium"}, "groups is 'medium'"),
        ({"metrics": ()}, "metrics is empty"),
        ({"lag_tolerance": -1.0}, "lag_tolerance is -1"),
    ],
)
def test_what_cannot_be_asked(choices, said):
    with pytest.raises(OptionError, match=said):
        Specification.from_dict(choices)


def test_a_rating_needs_a_scale():
    """A board has one; votes have with an anchor; a level below the best needs none."""
    at = Specification.from_dict({"above": str(RATINGS.max() - 30)}).above
    number = ranked(metrics="number above", groups="all", above=at, country_draws="estimates").frame["estimate"].sum()
    assert number == sum(1 + (name[0] == "c") for name, rating in zip(NAMES, RATINGS, strict=True) if rating >= RATINGS.max() - 30)
    with pytest.raises(OptionError, match="nothing fixes the scale"):
        Analysis(board_of(RATINGS, ERRORS).uncertainty(), Specification(metrics="number above", above=at)).countries(among(people()))


def test_a_board_without_intervals_has_no_probabilities():
    table = ranked(board_of(RATINGS, np.full(len(NAMES), np.nan)), groups="all")
    assert table.frame["p_leads"].isna().all()
    assert table.frame["lower"].isna().all()
    assert "rank-probability mass" not in set(table.frame["metric"])
    assert "group 'all': no rank-probability mass: nobody says how sure the ratings are" in table.notes
    assert set(METRICS) - set(table.frame["metric"]) == {"rank-probability mass"}


def test_a_name_that_could_be_two_models_is_told():
    catalogue = people()
    catalogue["spellings"] = ["twin" if name in ("a-7", "b-7") else "" for name in NAMES]
    names = ["twin" if name == "c-7" else name for name in NAMES]
    table = ranked(board_of(RATINGS, ERRORS, names), catalogue, metrics="best", groups="all")
    assert "1 name could be several models of the catalogue, and is taken for none of them: 'twin' ('a-7' or 'b-7')" in table.notes
    assert any(note.startswith("1 of 20 competitors have no country") for note in table.notes)


def test_a_choice_that_changes_nothing_is_told():
    """Here as a note; the command refuses it."""
    told = ranked(metrics="best", groups="all", top=10, size_threshold=7.0).notes
    assert {"top is 10, on which no group and no metric that is asked depends"} <= set(told)
    assert "size_threshold is 7.0, on which no group and no metric that is asked depends" in told
    assert not any("k is" in note for note in ranked(metrics="mean of k best", groups="large", top=20, size_threshold=7.0).notes)
    whole = ranked(catalogue=people().assign(country="US"), metrics="number in top", groups="all", counting="fractional").notes
    assert "counting 'fractional' changes nothing: no model has several countries in the catalogue" in whole
