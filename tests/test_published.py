"""Published numbers and closed forms; each test names its source."""

import numpy as np
import pandas as pd
import pytest

from recount.engine import ELO, anchored, count, covariance, fit
from recount.engine.votes import Votes
from tests.published import CITATIONS, TEAMS, baseball_rows, citations, deviance
from tests.reference import fitted_by_scipy, pair_counts

WIKIPEDIA = [("A", "B", 2, 3, 0, 0), ("A", "D", 1, 4, 0, 0), ("B", "C", 5, 3, 0, 0), ("C", "D", 1, 3, 0, 0)]


def test_two_competitors_closed_form():
    fitted = fit(pair_counts(("x", "y"), [("x", "y", 30, 12, 0, 0)]))
    uncertain = covariance(fitted, "fisher")
    difference, error = uncertain.difference(0, 1)
    assert difference == pytest.approx(np.log(30 / 12), abs=1e-10)
    assert error**2 == pytest.approx(1 / 30 + 1 / 12, rel=1e-10)
    # Without ties the mean square of the scores is the information; each vote has a leverage of 1 / 42.
    phi = (41 * 42 / 41 + 2) / (41 + 2)
    assert covariance(fitted).difference(0, 1)[1] == pytest.approx(error * np.sqrt((1 + 4 * phi / 42) / (1 + 3 / 42)), rel=1e-10)


def test_balanced_round_robin_closed_form():
    n, m = 7, 20
    names = [f"c{i}" for i in range(n)]
    counts = pair_counts(names, [(a, b, m // 2, m // 2, 0, 0) for k, a in enumerate(names) for b in names[k + 1 :]])
    assert covariance(fit(counts), "fisher").difference(2, 5)[1] ** 2 == pytest.approx(8 / (n * m), rel=1e-10)


def test_wikipedia_four_players():
    """Wikipedia, "Bradley-Terry model"; log-likelihood computed for REFERENCES."""
    fitted = fit(pair_counts("ABCD", WIKIPEDIA))
    assert np.exp(fitted.strengths) == pytest.approx([0.639835, 1.043314, 0.659810, 2.270377], abs=5e-7)
    assert fitted.log_likelihood == pytest.approx(-13.428450, abs=5e-7)


def test_stigler_journals():
    """Stigler (1994); strengths against Biometrika, Fisher errors, deviance on 3 df."""
    counts = citations()
    fitted = fit(counts)
    uncertain = covariance(fitted, "fisher")
    against = [uncertain.difference(i, 0) for i in (1, 2, 3)]
    assert [value for value, _ in against] == pytest.approx([-2.949073, -0.479570, 0.268954], abs=6e-7)  # the first is -2.9490725 and a hair
    assert [error for _, error in against] == pytest.approx([0.102545, 0.060589, 0.070830], abs=5e-7)
    rows = [(i, j, CITATIONS[i, j], CITATIONS[j, i]) for i in range(4) for j in range(i + 1, 4)]
    assert deviance(rows, fitted.strengths) == pytest.approx(4.293384, abs=5e-7)


def test_agresti_baseball():
    """Agresti; R package BradleyTerry2, without a home effect."""
    rows = list(baseball_rows())
    fitted = fit(pair_counts(TEAMS, rows))
    uncertain = covariance(fitted, "fisher")
    place = {name: i for i, name in enumerate(fitted.names)}
    order = ("Cleveland", "Boston", "New York", "Toronto", "Detroit", "Milwaukee")
    against = [uncertain.difference(place[team], place["Baltimore"]) for team in order]
    assert [value for value, _ in against] == pytest.approx([0.68385, 1.10770, 1.24762, 1.29449, 1.43641, 1.58136], abs=5e-6)
    assert [error for _, error in against] == pytest.approx([0.3319, 0.3339, 0.3359, 0.3367, 0.3396, 0.3433], abs=5e-5)
    assert deviance(rows, {team: fitted.strengths[place[team]] for team in TEAMS}) == pytest.approx(44.0535, abs=5e-5)


def test_arena_leader_and_likelihood(arena, arena_counts):
    """`../shared/data/README.md`, "Run this, expect that"."""
    scale = anchored(arena.names, arena.strengths, "mixtral-8x7b-instruct-v0.1", 1114)
    ratings = dict(zip(arena.names, scale.ratings(arena.strengths), strict=True))
    assert len(ratings) == 129
    assert ratings["chatgpt-4o-latest"] == pytest.approx(1315.16, abs=0.005)
    dropped = fit(arena_counts, both_bad="drop")
    assert dropped.contests.n_votes == 1_374_996
    assert dropped.mean_nll == pytest.approx(0.655411, abs=5e-7)


def test_arena_against_published_row(arena, shared):
    """Unrounded LMArena ratings of 2024-08-22, archived by nakasyou/lmarena-history."""
    row = pd.read_csv(shared / "leaderboards" / "nakasyou" / "result.csv", index_col=0).loc[20240822]
    anchor = "mixtral-8x7b-instruct-v0.1"
    scale = anchored(arena.names, arena.strengths, anchor, 1114)
    theirs = row.reindex(list(arena.names)).astype(float)
    assert (theirs > 0).sum() == 129
    difference = scale.ratings(arena.strengths) - (theirs.to_numpy() - theirs[anchor] + 1114)
    assert np.sqrt(np.mean(difference**2)) <= 0.4
    assert np.abs(difference).max() <= 2.0


@pytest.mark.slow
def test_arena_against_scipy(arena):
    assert ELO * np.abs(arena.strengths - fitted_by_scipy(arena.contests)).max() < 1e-6


def test_arena_errors_against_known_ratio(arena):
    """REFERENCES 2: Fisher errors are 1.25 times the bootstrap's in the median, sandwich errors 1.00 times."""
    ratio = covariance(arena, "fisher").standard_errors() / covariance(arena).standard_errors()
    assert np.median(ratio) == pytest.approx(1.25, abs=0.02)


def test_score_equation_and_centre(arena):
    played = arena.contests
    p = 1 / (1 + np.exp(arena.strengths[played.second] - arena.strengths[played.first]))
    n = played.wins + played.losses + played.ties
    points = np.bincount(played.first, played.wins + played.ties / 2, 129) + np.bincount(played.second, played.losses + played.ties / 2, 129)
    expected = np.bincount(played.first, n * p, 129) + np.bincount(played.second, n * (1 - p), 129)
    assert points == pytest.approx(expected, abs=1e-5)
    assert arena.strengths.mean() == pytest.approx(0, abs=1e-14)


def test_count_is_what_the_rows_say():
    votes = Votes(("b", "a"), np.array([0, 0, 1, 0]), np.array([1, 1, 0, 1]), np.array([0, 3, 2, 0]))
    counts = count(votes)
    assert counts.names == ("a", "b")
    assert (counts.first.tolist(), counts.second.tolist()) == ([0, 1], [1, 0])
    assert counts.counts.tolist() == [[0, 0, 1, 0], [2, 0, 0, 1]]
