"""Smoothed replicates: as wide as the sandwich where clusters or votes are few, and untouched elsewhere."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import recount
from recount.data import read_replicates, write_replicates
from recount.engine import (
    InputError,
    OptionError,
    Prior,
    Resampling,
    bootstrap,
    clustered,
    count,
    covariance,
    fit,
    simultaneous_rank_sets,
    superiority,
    tiers,
    top_probabilities,
)
from recount.engine.ranks import shown_better
from recount.engine.uncertainty.influence import gradient_of
from recount.engine.uncertainty.resampling import resampler
from recount.engine.uncertainty.smoothing import smoothing_of, variance_of_scheme
from tests.random_logs import random_votes, voted, with_clusters
from tests.reference import pair_counts

SCHEMES = ("votes", "poisson", "bayes")
REGULARS = [("a", "b", 180, 120, 0, 0), ("a", "c", 210, 90, 0, 0), ("b", "c", 180, 120, 0, 0)]


def with_newcomer(n_ties, n_wins=0):
    """Three competitors of hundreds of votes, and d with a few, most of them ties with a."""
    return fit(pair_counts("abcd", [*REGULARS, ("d", "a", n_wins, 0, n_ties, 0)]))


def few_clusters(n_voters=6, n_votes=900, **options):
    votes = voted(n_votes=n_votes, n=5, n_voters=n_voters, n_prompts=4, seed=n_voters)
    # Nobody without a label, who would be a cluster more.
    voter = np.where(votes.columns["voter"].codes < 0, 0, votes.columns["voter"].codes)
    votes = with_clusters(votes, voter=voter, prompt=votes.columns["prompt"].codes)
    fitted = fit(count(votes), **options)
    return votes, fitted


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("by", ["voter", ("voter", "prompt")])
def test_variance_of_a_scheme(scheme, by):
    """That of sums of scores over 20,000 draws of the clusters."""
    votes, fitted = few_clusters(5)
    clusters = clustered(votes, fitted, by)
    likelihood, law = resampler(fitted, scheme, clusters)
    cells, (by_lead, by_tie) = likelihood.cells, likelihood.scores(fitted.parameters)
    drawn, sums = np.empty(likelihood.shape, law.dtype), []
    for number in range(20_000):
        law.draw(7, number, drawn)
        sums.append(gradient_of(cells, drawn.ravel() * by_lead, drawn.ravel() * by_tie, 5, 5))
    found = np.cov(np.array(sums), rowvar=False)
    expected = variance_of_scheme(fitted, scheme, clusters)
    # A variance of normal variables is known to 1 %; products of weights have heavier tails.
    assert found == pytest.approx(expected, abs=0.06 * expected.max())


# Poisson draws of three clusters are none in a twentieth of the replicates, and the interval has no ends.
@pytest.mark.parametrize(("scheme", "n_voters"), [("votes", 3), ("bayes", 3), ("votes", 6), ("bayes", 6), ("poisson", 15), ("votes", 15)])
def test_few_clusters_have_the_width_of_the_sandwich(scheme, n_voters):
    votes, fitted = few_clusters(n_voters)
    clusters = clustered(votes, fitted, "voter")
    robust, found = covariance(fitted, clusters=clusters), bootstrap(fitted, Resampling(scheme, n_replicates=2000, seed=1), clusters=clusters)
    for ends, expected in ((found.interval(), robust.interval()), (found.difference_intervals(), robust.difference_intervals())):
        ratio = np.subtract(*ends[::-1])[expected[1] > expected[0]] / np.subtract(*expected[::-1])[expected[1] > expected[0]]
        # Never narrower, but for the noise of quantiles; wider by what resampling has more than is asked for.
        assert ratio.min() > 0.88
        assert 0.95 < ratio.mean() < 1.35


@pytest.mark.parametrize("scheme", SCHEMES)
def test_two_clusters_are_refused(scheme):
    votes, fitted = few_clusters(2)
    with pytest.raises(OptionError, match="2 different values of 'voter', too few"):
        bootstrap(fitted, Resampling(scheme, n_replicates=100), clusters=clustered(votes, fitted, "voter"))


def test_many_even_clusters_are_left_as_they_are():
    votes = with_clusters(random_votes(n=5, n_votes=3000), voter=np.arange(3000) % 300)
    fitted = fit(count(votes))
    assert smoothing_of(fitted, "votes", clustered(votes, fitted, "voter")) is None
    assert smoothing_of(fitted, "votes", clustered(with_clusters(votes, vote=np.arange(3000)), fitted, "vote")) is None


@pytest.mark.parametrize(("wins", "losses"), [(1, 1), (2, 1), (3, 1), (4, 2), (11, 9), (55, 45), (19, 1)])
def test_decided_votes_of_two_are_left_as_they_are(wins, losses):
    for scheme in (*SCHEMES, "parametric"):
        assert smoothing_of(fit(pair_counts("ab", [("a", "b", wins, losses, 0, 0)])), scheme) is None


@pytest.mark.parametrize("ties", ["half", "davidson"])
def test_large_logs_are_left_as_they_are(ties):
    assert smoothing_of(fit(count(random_votes()), ties=ties), "votes") is None


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("method", ["percentile", "basic"])
def test_eight_ties_are_not_known_exactly(scheme, method):
    """Plain replicates of d would all be a's."""
    fitted = with_newcomer(8)
    robust, found = covariance(fitted), bootstrap(fitted, Resampling(scheme, n_replicates=3000, interval_method=method))
    d, a = fitted.names.index("d"), fitted.names.index("a")
    width, expected = (np.subtract(*rated.interval()[::-1])[d] for rated in (found, robust))
    assert width == pytest.approx(expected, rel=0.1)
    if not found.n_unrated()[d]:
        assert found.difference(d, a)[1] == pytest.approx(robust.difference(d, a)[1], rel=0.1)
    assert found.widening[d] > 5
    for k in (1, 2):
        assert top_probabilities(found.draws(), k) == pytest.approx(top_probabilities(robust.draws(), k), abs=0.05)
    best, worst = simultaneous_rank_sets(found, found.draws())
    assert best[d] == best[a] == 1
    assert worst[a] > 1


@pytest.mark.parametrize("scheme", [*SCHEMES, "parametric"])
@pytest.mark.parametrize("method", ["percentile", "basic", "bca", "normal"])
@pytest.mark.parametrize(("n_ties", "n_wins"), [(1, 0), (2, 0), (3, 0), (3, 1)])
def test_of_so_few_votes_there_is_no_end(scheme, method, n_ties, n_wins):
    fitted = with_newcomer(n_ties, n_wins)
    found = bootstrap(fitted, Resampling(scheme, n_replicates=200, interval_method=method))
    d = fitted.names.index("d")
    if scheme != "parametric":
        assert found.unknown().tolist() == [name == "d" for name in fitted.names]
        lower, upper = found.interval()
        assert (lower[d], upper[d]) == (-np.inf, np.inf)
        assert np.isnan([error[d] for error in found.monte_carlo_errors()]).all()
        low, high = found.difference_intervals()
        others = np.arange(4) != d
        assert np.isinf([low[d, others], high[d, others], low[others, d], high[others, d]]).all()
        assert low[d, d] == high[d, d] == 0
        assert found.standard_errors()[d] == found.difference(d, 0)[1] == found.difference_errors()[d, 0] == np.inf
        best, worst = simultaneous_rank_sets(found, found.draws())
        assert (best[d], worst[d]) == (1, 4)
        assert tiers(shown_better(found, found.draws()))[d] == 1
    if n_wins == 0:
        # With an estimate equal to the leader's.
        assert top_probabilities(found.draws(), 1)[d] == pytest.approx(0.5, abs=0.1)
        assert superiority(found.draws())[d, fitted.names.index("a")] == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("prior", [Prior("firth"), Prior("votes", 1.0)])
def test_of_so_few_votes_there_is_no_end_whatever_the_prior(prior):
    """Under a prior everyone who has a vote is rated in every replicate."""
    fitted = fit(pair_counts("abcd", [*REGULARS, ("d", "a", 1, 0, 0, 0)]), prior=prior)
    found = bootstrap(fitted, Resampling(n_replicates=300))
    d = fitted.names.index("d")
    assert np.isfinite(np.delete(found.values, d, axis=1)).all()
    assert (found.interval()[0][d], found.interval()[1][d]) == (-np.inf, np.inf)
    assert np.isfinite(np.delete(np.array(found.interval()), d, axis=1)).all()


def test_two_groups_that_ties_join():
    """No competitor has few votes, and yet all replicates with Dirichlet weights would have the groups equally far apart."""
    block = [("a", "b", 100, 100, 0, 0), ("x", "y", 100, 100, 0, 0), ("a", "x", 0, 0, 6, 0)]
    fitted = fit(pair_counts("abxy", block))
    found, robust = bootstrap(fitted, Resampling("bayes", n_replicates=3000)), covariance(fitted)
    a, x = fitted.names.index("a"), fitted.names.index("x")
    assert found.difference(a, x)[1] == pytest.approx(robust.difference(a, x)[1], rel=0.05)
    assert not found.unknown().any()


def test_half_of_the_votes_of_a_log_of_twice_as_many():
    rows = [(i, j, *(2 * n for n in votes)) for i, j, *votes in [*REGULARS, ("d", "a", 1, 0, 5, 0)]]
    twice, once = fit(pair_counts("abcd", rows)), with_newcomer(5, 1)
    found, expected = smoothing_of(twice, "votes", None, twice.contests.n_votes // 2), smoothing_of(once, "votes")
    assert found.noise @ found.noise.T == pytest.approx(expected.noise @ expected.noise.T, rel=1e-6, abs=1e-9)
    assert found.widening == pytest.approx(expected.widening)


def test_effects_of_covariates():
    """Few voters: an effect is as unsure as the sandwich says."""
    votes, _ = few_clusters(5)
    fitted = fit(votes, covariates=(recount.engine.Position(),))
    clusters = clustered(votes, fitted, "voter")
    found, robust = bootstrap(fitted, Resampling(n_replicates=3000), clusters=clusters), covariance(fitted, clusters=clusters)
    width, expected = (np.subtract(*rated.effects.interval()[::-1]) for rated in (found, robust))
    assert np.all(width > 0.93 * expected)
    assert np.all(width < 1.5 * expected)


@pytest.mark.parametrize("log", ["clusters", "newcomer"])
def test_parts_and_threads(log, tmp_path):
    """The same bytes; saved and read, nothing is lost; smoothed and plain replicates do not join."""
    votes, fitted = few_clusters(4)
    clusters = clustered(votes, fitted, "voter") if log == "clusters" else None
    if clusters is None:
        fitted = with_newcomer(2)
    whole = bootstrap(fitted, Resampling(n_replicates=90), clusters=clusters, n_threads=2)
    parts = [bootstrap(fitted, Resampling(n_replicates=n, first_replicate=first), clusters=clusters, n_threads=1) for first, n in ((0, 37), (37, 53))]
    assert (parts[0] + parts[1]).values.tobytes() == whole.values.tobytes()
    write_replicates(whole, tmp_path / "replicates.parquet")
    read = read_replicates(tmp_path / "replicates.parquet")
    assert read.values.tobytes() == whole.values.tobytes()
    assert read.widening == pytest.approx(whole.widening, rel=0, abs=0, nan_ok=True)
    assert read.method == whole.method
    assert np.array_equal(np.array(read.interval()), np.array(whole.interval()))
    with pytest.raises(InputError, match="do not follow"):
        parts[0] + replace(parts[1], widening=None)


def test_a_mean_is_kept():
    """Strengths of those that are rated in a smoothed replicate have the mean of their estimates."""
    fitted = with_newcomer(2)
    values = bootstrap(fitted, Resampling(n_replicates=200)).values
    rated = np.isfinite(values)
    assert 10 < (~rated).sum() < 60
    for row, known in zip(values, rated, strict=True):
        assert row[known].mean() == pytest.approx(fitted.strengths[known].mean(), abs=1e-9)


def test_it_is_said():
    rows = [(i, j, side, n) for i, j, won, lost, *_ in REGULARS for side, n in (("model_a", won), ("model_b", lost))]
    log = recount.read(pd.DataFrame([*rows, ("d", "a", "tie", 1)], columns=["model_a", "model_b", "winner", "count"]))
    notes = recount.analyse(log, recount.Specification(intervals=Resampling(n_replicates=200))).leaderboard().notes
    assert any(note.startswith("replicates are smoothed to vary as the sandwich says: intervals are ") for note in notes)
    assert any(note.startswith("so few votes cannot be resampled, and the interval has no ends") and note.endswith("'d'") for note in notes)


@pytest.mark.parametrize("scheme", [*SCHEMES, "parametric"])
def test_case_of_few_votes(scheme, shared):
    (file,) = (shared.parent / "cases" / "few_votes").glob("*.csv")
    frame = recount.analyse(recount.read(file), recount.Specification(intervals=Resampling(scheme))).leaderboard().frame.set_index("competitor")
    d = frame.loc["d"]
    assert (d["lower"], d["upper"], d["rank_best"], d["rank_worst"]) == (-np.inf, np.inf, 1, 4)
    assert d["p_best"] == pytest.approx(0.5, abs=0.06)


def test_a_missing_draw_says_nothing_of_who_is_best():
    draws = np.array([[np.nan, 0.0], [1.0, 0.0], [-1.0, 0.0], [np.nan, 0.0]])
    assert top_probabilities(draws, 1).tolist() == [0.5, 0.5]
    assert top_probabilities(np.array([[np.nan, 0.0]]), 1).tolist() == [0, 1]
