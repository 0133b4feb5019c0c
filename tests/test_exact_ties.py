"""Competitors that the votes do not tell apart are equal everywhere, whatever their names."""

import itertools

import numpy as np
import pandas as pd
import pytest

from recount.engine import ELO, OptionError, covariance, fit
from recount.engine.boards import leaderboard
from recount.engine.choices import Prior, Resampling, TieRule
from recount.engine.exact_ties import highest, levelled, shared_ranks
from recount.engine.scrutiny.conclusion import pair_order, top_set
from recount.engine.sequential.state import SequentialRatings
from recount.sims.analysis.analysing import analyse
from recount.sims.countries.metrics import METRICS
from recount.sims.presentation.headlines import headline
from recount.sims.presentation.moves import side_by_side
from recount.sims.specification import Specification, WhatIsConcluded
from tests.catalogues import among
from tests.country_groups import group_by_hand
from tests.logs import frame_of
from tests.random_logs import counts_of, random_votes, with_clusters


def test_levelled_by_definition():
    values = np.array([3.0, 1.0, 1.0 + 1e-9, 2.0, 1.0 + 2e-9, 3.0])
    equal, change = levelled(values, 2.5e-9)
    assert equal.tolist() == [3.0, equal[1], equal[1], 2.0, equal[1], 3.0]
    assert equal[1] == pytest.approx(1.0 + 1e-9, abs=1e-15)
    assert change == pytest.approx(1e-9, rel=1e-6)
    apart, none = levelled(values, 0.5e-9)
    assert (apart.tolist(), none) == (values.tolist(), 0.0)


def test_shared_ranks_and_those_who_lead():
    values = np.array([1.0, 3.0, 3.0, -np.inf, 2.0, 1.0, np.inf])
    assert shared_ranks(values).tolist() == [5, 2, 2, 7, 4, 5, 1]
    names = "abcdefg"
    assert highest(names, values) == ("g",)
    assert highest(names, values, below=np.inf) == ("b", "c")
    assert highest(names, values, below=-np.inf) == ()


# Two that have the same votes, in numbers that are rounded, among others; who has them, changes with the names.
def tied(x, y, others):
    rows = [(x, y, 7, 7, 3, 0), (others[0], others[1], 31, 17, 5, 2), (others[1], others[2], 13, 11, 1, 0), (others[0], others[2], 3, 2, 0, 0)]
    rows += [(who, other, won, lost, 2, 1) for who in (x, y) for other, won, lost in zip(others, (9, 5, 7), (3, 4, 2), strict=True)]
    return counts_of(rows)


NAMES = list("abcde")


@pytest.mark.parametrize(
    "ties",
    [
        TieRule.HALF,
        TieRule.DAVIDSON,
        *(pytest.param(ties, marks=pytest.mark.slow) for ties in (TieRule.DROP, TieRule.RAO_KUPPER, TieRule.DAVIDSON_BY_PAIR)),
    ],
)
def test_equal_votes_are_equal_ratings_whatever_the_names(ties):
    for names in itertools.permutations(NAMES):
        fitted = fit(tied(*names[:2], names[2:]), ties=ties)
        of = dict(zip(fitted.names, fitted.strengths, strict=True))
        assert of[names[0]] == of[names[1]]
        assert abs(fitted.strengths.mean()) < 1e-15
        board = leaderboard(covariance(fitted), fitted.contests.votes_of_each(), n_draws=200).set_index("competitor")
        assert board.loc[list(names[:2]), "rank"].tolist() == [1, 1]
        assert sorted(board["rank"]) == [1, 1, 3, 4, 5]
        assert list(board.index[:2]) == sorted(names[:2])
        assert fitted.summary().startswith(f"{sorted(names[:2])[0]!r}, {sorted(names[:2])[1]!r} share the lead")
        assert covariance(fitted).summary().startswith(f"{sorted(names[:2])[0]!r}, {sorted(names[:2])[1]!r} share the lead")
        for conclude in (lambda fitted=fitted: top_set(fitted), lambda fitted=fitted, names=names: pair_order(fitted, *names[:2])):
            with pytest.raises(OptionError, match=r"the ratings do not say that .*: .* are level; give a conclusion"):
                conclude()


@pytest.mark.parametrize("prior", [Prior("votes"), Prior("gaussian", 200.0), Prior("firth")])
def test_equal_votes_are_equal_ratings_under_every_prior(prior):
    fitted = fit(tied("d", "a", ["b", "c", "e"]), prior=prior)
    of = dict(zip(fitted.names, fitted.strengths, strict=True))
    assert of["a"] == of["d"] == fitted.strengths.max()


def test_levelling_stays_within_the_certificate():
    """With a tolerance that leaves an error, ratings move by no more than it, and the sum is claimed and within the tolerance."""
    exact = fit(tied("d", "a", ["b", "c", "e"]), tolerance=1e-11)
    for tolerance in (50.0, 1.0, 1e-3):
        fitted = fit(tied("d", "a", ["b", "c", "e"]), tolerance=tolerance)
        error = ELO * np.abs(fitted.strengths - exact.strengths).max()
        assert error <= fitted.rating_error <= tolerance


def test_ratings_that_differ_are_not_levelled():
    fitted = fit(tied("d", "a", ["b", "c", "e"]) + counts_of([("d", "b", 1, 0, 0, 0)]))
    of = dict(zip(fitted.names, fitted.strengths, strict=True))
    assert of["d"] > of["a"] + 1e-3


def test_shared_ranks_of_sequential_ratings():
    points = np.array([1000.0, 1016.0, 984.0, 1000.0])
    ratings = SequentialRatings(tuple("abcd"), points, *np.full((2, 4), np.nan), np.ones(4, int), {"system": "elo"})
    frame = ratings.to_frame().set_index("competitor")
    assert frame["rank"].to_dict() == {"b": 1, "a": 2, "d": 2, "c": 4}
    assert [line[:2] for line in ratings.summary().splitlines()[2:5]] == ["1.", "2.", "2."]


TIED = [("x", "z", "model_a")] * 3 + [("y", "z", "model_a")] * 3 + [("x", "z", "model_b"), ("y", "z", "model_b"), ("x", "y", "tie")]


def logs():
    """The same votes with every order of the names."""
    for names in itertools.permutations("xyz"):
        renamed = dict(zip("xyz", names, strict=True))
        yield names, pd.DataFrame([(renamed[a], renamed[b], winner) for a, b, winner in TIED], columns=["model_a", "model_b", "winner"])


def people(names, countries=("US", "CN", "FR")):
    return pd.DataFrame(
        {"organisation": list(names), "country": countries, "licence_class": "open_source", "total_parameters_b": 70.0}, index=list(names)
    )


def test_countries_that_are_equal_share_rank_places_and_lead():
    for names, frame in logs():
        table = analyse(frame, n_draws=400, k=1, top=1).countries(among(people(names)))
        found = table.frame[table.frame["group"] == "all"].set_index(["metric", "country"])
        for metric in ("best", "mean of k best", "share of top", "number in top"):
            assert found.loc[metric]["rank"].to_dict() == {"CN": 1, "US": 1, "FR": 3}
            assert found.loc[metric].index.tolist() == ["CN", "US", "FR"]
            assert found.loc[metric].loc["CN", "gap"] == 0.0
        for metric in ("share of top", "number in top"):
            assert found.loc[metric]["estimate"].to_dict() == {"CN": 0.0, "US": 0.0, "FR": 0.0}
        assert found.loc["best"].loc["CN", "p_leads"] == found.loc["best"].loc["US", "p_leads"] > 0.4
        assert "Who has the best model of all is not settled: by the estimate CN and the US are equal (P = 0.4" in table.headline
        shared = analyse(frame, n_draws=400, k=1, top=1, country_draws="estimates").countries(among(people(names)))
        assert shared.frame.loc[shared.frame["metric"] == "number in top", "estimate"].tolist()[:3] == [0.5, 0.5, 0.0]
        assert "0.50" in str(shared)
        with pytest.raises(OptionError, match=r"the ratings do not say that .*: .* are level; give a conclusion"):
            analyse(frame).influence(WhatIsConcluded(country_lead="all"), among(people(names)))


def test_replicates_share_the_last_place():
    for names, frame in logs():
        table = analyse(frame, intervals=Resampling(n_replicates=300), k=1, top=1, country_draws="estimates").countries(among(people(names)))
        rows = table.frame[(table.frame["group"] == "all") & (table.frame["metric"] == "number in top")].set_index("country")
        assert rows["estimate"].to_dict() == {"CN": 0.5, "US": 0.5, "FR": 0.0}
        assert rows["p_leads"].sum() == pytest.approx(1.0)


@pytest.mark.parametrize("n_top", [1, 2, 3, 4, 5])
def test_places_are_shared_by_definition(n_top):
    """Against a mean over all orders in which equal models could be listed; the places add up."""
    draws = np.array([[1.0, 1.0, 1.0, 0.0, 2.0], [5.0, 4.0, 3.0, 2.0, 1.0], [-np.inf, -np.inf, 0.0, -np.inf, 0.0]])
    of_country = [np.array([True, False, True, False, False]), np.array([False, True, False, False, True]), np.array([False] * 3 + [True, False])]
    group = group_by_hand(draws, of_country)
    expected = np.zeros((3, 3))
    for d, row in enumerate(draws):
        orders = [order for order in itertools.permutations(range(5)) if all(row[i] >= row[j] for i, j in itertools.pairwise(order))]
        expected[d] = np.mean([[own[list(order[:n_top])].sum() for own in of_country] for order in orders], axis=0)
    found = METRICS["number in top"].compute(group, Specification(top=n_top))
    assert found == pytest.approx(expected, abs=1e-12)
    assert found.sum(axis=1) == pytest.approx([n_top] * 3)


@pytest.mark.parametrize("level", [0.95, 0.1])
@pytest.mark.parametrize("country_draws", ["posterior", "estimates"])
def test_estimates_stay_in_their_intervals_and_within_what_is_possible(country_draws, level):
    frame = analyse().under(Specification(country_draws=country_draws, confidence_level=level, n_draws=500)).countries().frame
    for name in ("", "gap_"):
        shown = frame.dropna(subset=["gap"]) if name else frame
        estimate = shown["gap" if name else "estimate"]
        assert ((estimate >= shown[f"{name}lower"]) & (estimate <= shown[f"{name}upper"])).all()
    counted = frame[frame["metric"] == "number in top"]
    for name in ("estimate", "lower", "upper"):
        assert counted[name].between(0, counted["n_models"].clip(upper=20)).all()
        assert (counted[name] % 1 == 0).all()
        shares = frame.loc[frame["metric"] == "share of top", name]
        assert shares.to_numpy() == pytest.approx(counted[name].to_numpy() / 20, abs=1e-12)


def test_few_replicates_leave_what_is_possible():
    """Unbeaten in some replicates, and too few replicates for quantiles: nothing infinite but the strength itself, no share above 1."""
    votes = frame_of(with_clusters(random_votes(n=5, n_votes=25, seed=4), voter=np.zeros(25, int)))
    names = [f"m0{i}" for i in range(5)]
    for n_replicates in (10, 200):
        frame = (
            analyse(votes, existence="prior", intervals=Resampling(n_replicates=n_replicates), k=1, top=2)
            .countries(among(people(names, ("US", "US", "CN", "CN", "FR"))))
            .frame
        )
        assert frame["estimate"].notna().all()
        counted = frame[~frame["metric"].isin(["best", "mean of k best"])]
        assert counted["lower"].between(0, 2).all()
        assert (counted["upper"] <= np.where(counted["metric"] == "share of top", 1.0, 2.0)).all()


def test_categories_and_moves_with_shared_leads():
    frame = pd.DataFrame({"category": list("ppqqr"), "rank": [1, 1, 1, 2, 1], "competitor": list("ABABA"), "rating": 1000.0})
    assert headline("categories", frame) == "A is first in q and r; A and B together in p."
    assert headline("categories", frame[frame["category"] == "p"]) == "A and B share first place in the one category."
    board = pd.DataFrame({"rank": [1, 1, 3], "competitor": list("ABC"), "rating": [1100.0, 1100.0, 900.0]})
    assert headline("moves", side_by_side(board, board)).endswith("A and B share the lead in both.")
    assert headline("moves", side_by_side(board, board.assign(rank=[1, 2, 3]))).endswith("The leader changes from A and B to A.")
