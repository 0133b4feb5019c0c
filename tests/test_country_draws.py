"""Countries ranked by strengths given their estimates: coverage where it is hardest, and what must change nothing."""

import numpy as np
import pandas as pd
import pytest

from recount.engine import ELO, JointNormal
from recount.engine.choices import Anchor
from recount.engine.uncertainty.given_ratings import independent_normal
from recount.engine.uncertainty.posterior import shrunken_draws
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.drawing import of_best_known_little
from recount.sims.specification import Specification
from tests.catalogues import among

POINTS = ("best", "mean of k best")


def a_board(strengths, errors, names=None):
    """A board with independent errors, as an uncertainty."""
    n = strengths.size
    centre = np.eye(n) - 1 / n
    return JointNormal(names or tuple(f"m{i:02}" for i in range(n)), centre @ strengths, centre @ np.diag(errors**2) @ centre, "board")


def people(names, country):
    return pd.DataFrame({"country": country, "organisation": list(names), "licence_class": "", "total_parameters_b": np.nan}, index=list(names))


def rows(board, catalogue, **choices):
    frame = Analysis(board, Specification(**choices)).countries(among(catalogue)).to_frame()
    return frame[frame["group"] == "all"].set_index(["metric", "country"])


def one_world(n=40, seed=3):
    rng = np.random.default_rng(seed)
    errors = 15 / ELO * np.exp(0.5 * rng.standard_normal(n))
    strengths = 17 / ELO * rng.standard_normal(n) + errors * rng.standard_normal(n)
    return strengths, errors, np.array(["US", "CN", "FR", "KR"])[np.arange(n) % 4]


def truths(strengths, country, catalogue_order):
    strengths = strengths - strengths.mean()
    best = {c: 1000 + ELO * strengths[country == c].max() for c in catalogue_order}
    mean = {c: 1000 + ELO * np.sort(strengths[country == c])[-3:].mean() for c in catalogue_order}
    top = np.argsort(-strengths)[:20]
    return {"best": best, "mean of k best": mean, "number in top": {c: (country[top] == c).sum() for c in catalogue_order}}


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["normal", "crowd at the top"])
def test_coverage_where_errors_are_as_large_as_the_spread(shape):
    """40 models, 5 countries, a spread of 17 Elo and errors of 15: intervals hold, of the leader too, and those of estimates do not."""
    covered = {form: {"all": [], "first": []} for form in ("posterior", "estimates")}
    said, came_true = [], []
    for world in range(30):
        rng = np.random.default_rng([7, world])
        country = np.array(["US", "CN", "FR", "KR", "GB"])[np.concatenate([np.arange(25) % 5, rng.integers(5, size=15)])]
        standard = rng.standard_normal(40) if shape == "normal" else 1 - rng.standard_exponential(40)
        strengths, errors = 17 / ELO * standard, 15 / ELO * np.exp(0.6 * rng.standard_normal(40))
        board = a_board(strengths + errors * rng.standard_normal(40), errors)
        truth = truths(strengths, country, set(country))
        for form, found in covered.items():
            ranked = rows(board, people(board.names, country), n_draws=400, country_draws=form)
            for metric, of_country in truth.items():
                for place, (name, row) in enumerate(ranked.loc[metric].iterrows()):
                    holds = row["lower"] - 1e-9 <= of_country[name] <= row["upper"] + 1e-9
                    found["all"].append(holds)
                    if place == 0 and metric in POINTS:
                        found["first"].append(holds)
                    if form == "posterior" and metric in POINTS:
                        said.append(row["p_leads"])
                        came_true.append(of_country[name] == max(of_country.values()))
    assert np.mean(covered["posterior"]["all"]) > 0.93
    # 60 intervals, in pairs.
    assert np.mean(covered["posterior"]["first"]) > 0.88
    assert np.mean(covered["estimates"]["first"]) < 0.6
    said, came_true = np.array(said), np.array(came_true)
    for start in np.arange(0, 1, 0.2):
        inside = (said >= start) & (said < start + 0.2 + (start == 0.8))
        # Five countries, and two metrics, of a world are not independent.
        error = np.sqrt((said[inside] * (1 - said[inside])).sum() * 2)
        assert abs(came_true[inside].sum() - said[inside].sum()) <= 3.5 * error + 2


def test_a_shift_of_all_ratings_changes_nothing_but_the_anchor_does():
    strengths, errors, country = one_world()
    plain, shifted = a_board(strengths, errors), a_board(strengths + 5.0, errors)
    catalogue = people(plain.names, country)
    pd.testing.assert_frame_equal(rows(plain, catalogue), rows(shifted, catalogue), rtol=1e-9, atol=1e-8)
    anchored = rows(plain, catalogue, anchor=Anchor("m00", 1500.0))
    constant = 1500 - 1000 - ELO * plain.strengths[0]
    for name in ("estimate", "lower", "upper"):
        moved = (anchored[name] - rows(plain, catalogue)[name]).loc[list(POINTS)]
        assert moved.to_numpy() == pytest.approx(constant, abs=1e-8)


def test_names_and_the_order_of_the_catalogue_change_nothing():
    strengths, errors, country = one_world()
    board = a_board(strengths, errors)
    catalogue = people(board.names, country)
    expected = rows(board, catalogue)
    order = np.random.default_rng(1).permutation(40)
    pd.testing.assert_frame_equal(rows(board, catalogue.iloc[order]), expected)
    renamed = a_board(strengths[order], errors[order], tuple(f"other {i:02}" for i in range(40)))
    pd.testing.assert_frame_equal(rows(renamed, people(renamed.names, country[order])), expected, rtol=1e-9, atol=1e-7)


@pytest.mark.parametrize("below", [600.0, 3000.0])
def test_a_weak_model_far_below_lifts_nobody(below):
    """Unshrunken frontiers stay as they are; shrunken ones stay within their Monte-Carlo error."""
    strengths, errors, country = one_world()
    anchor = Anchor("m00", 1000.0)
    board, more = a_board(strengths, errors), a_board(np.append(strengths, -below / ELO), np.append(errors, 15 / ELO))
    catalogue = people(more.names, np.append(country, "FR"))
    unshrunken = [rows(one, catalogue, anchor=anchor, country_draws="estimates").loc["best", "estimate"] for one in (board, more)]
    pd.testing.assert_series_equal(*unshrunken, atol=1e-9)
    found = []
    for one in (board, more):
        by_seed = [rows(one, catalogue, seed=seed).loc["best"].sort_index() for seed in range(5)]
        # Only differences mean something: the mean of all ratings is another.
        found.append(np.array([[*(each["estimate"] - each.loc["US", "estimate"]), *each["p_leads"]] for each in by_seed]))
    error = np.sqrt((found[0].var(axis=0, ddof=1) + found[1].var(axis=0, ddof=1)) / 2)
    # Five seeds know the error of one number badly; those of one kind have about the same.
    error = np.repeat([error[:3].max(), error[4:].max()], 4)
    moved = np.abs(found[0].mean(axis=0) - found[1].mean(axis=0))
    assert (moved < 2 * error + np.repeat([0.1, 0.002], 4)).all()


@pytest.mark.parametrize("draws", ["posterior", "estimates"])
def test_a_short_board_keeps_the_scale_that_it_states(draws):
    """Of two models far apart, each has the interval that the board states, however sure the other is."""
    board = independent_normal(("m0", "m1"), np.array([100.0, -100.0]) / ELO, np.array([15.0, 0.05]) ** 2 / ELO**2, "board")
    found = rows(board, people(board.names, ["US", "CN"]), country_draws=draws, n_draws=4000)
    for country, error in (("US", 15.0), ("CN", 0.05)):
        width = found.loc[("best", country), "upper"] - found.loc[("best", country), "lower"]
        assert width == pytest.approx(2 * 1.96 * error, rel=0.12)


def test_intervals_of_boards_of_two_models_cover():
    """Strengths about as far apart as their errors are large: 95 % of 150 boards, two countries each, within three standard errors."""
    covered = []
    for world in range(150):
        rng = np.random.default_rng([11, world])
        strengths, errors = 1000 / ELO + 60 / ELO * rng.standard_normal(2), 15 / ELO * np.exp(0.4 * rng.standard_normal(2))
        estimates = strengths + errors * rng.standard_normal(2)
        drawn = shrunken_draws(independent_normal(("a", "b"), estimates, errors**2, "board"), 300, world)
        low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
        truth = strengths - estimates.mean()
        covered.append(((low <= truth) & (truth <= high)).mean())
    assert np.mean(covered) > 0.95 - 3 * np.std(covered) / np.sqrt(len(covered))


@pytest.mark.parametrize("unsure", [4, 5])
def test_intervals_of_best_models_that_are_known_little_have_a_note(unsure):
    errors = np.where(np.arange(40) < unsure, 0.3, 0.1)
    said = list(of_best_known_little(JointNormal(tuple(map(str, range(40))), np.linspace(2, -2, 40), np.diag(errors**2), "board")))
    assert [line.split(" models")[0] for line in said] == ["5 of the 10 best"][: unsure - 4]
